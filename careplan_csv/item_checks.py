"""What a rule on single items is made of: shared by the rules and by the Pandera schemas built from them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from careplan_csv.reading.structure import Flags, Positions
from careplan_csv.reading.values import Values
from careplan_csv.standard import Edition, Item

Passes: TypeAlias = Flags | Literal[True]
"""Which values pass, shape (rows,); True when all do."""


@dataclass(frozen=True, slots=True)
class ItemContext:
    """What an item check may know besides the values."""

    item: Item
    edition: Edition
    accepted_versions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ItemCheck:
    """A rule on the values of single items."""

    rule: str
    applies: Callable[[Item], bool]
    passes: Callable[[Values, ItemContext], Passes]


@dataclass(frozen=True, slots=True)
class Failure:
    """Values of one item that fail one rule: `rows` are indices into the table's sound records."""

    rule: str
    item: Item
    rows: Positions

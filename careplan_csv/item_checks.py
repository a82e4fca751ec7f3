"""What a rule on single items is made of: shared by the rules and by the Pandera schemas built from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, TypeAlias

import numpy as np
import pyarrow as pa

from careplan_csv.reading import arrays
from careplan_csv.reading.structure import Flags, Positions
from careplan_csv.reading.table import Table
from careplan_csv.reading.values import Values
from careplan_csv.standard import Edition, Item, Layout

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


@dataclass(frozen=True)
class BoundCheck:
    """A rule bound to one item: what a Pandera check calls, and what screening calls before."""

    check: ItemCheck
    context: ItemContext

    @cached_property
    def passes_empty(self) -> bool:
        """Whether the empty value passes: of many items no file holds another."""
        kind = pa.binary() if self.context.item.is_text else pa.string()
        return self.passes(Values(arrays.strings([""], kind))) is True

    def passes(self, values: Values) -> Passes:
        """Which values pass; True when all do."""
        passes = self.check.passes(values, self.context)
        return True if passes is True or bool(passes.all()) else passes


@dataclass(frozen=True, slots=True)
class Failure:
    """Values of one item that fail one rule: `rows` are indices into the table's sound records."""

    rule: str
    item: Item
    rows: Positions


def bind(
    layout: Layout, edition: Edition, checks: Sequence[ItemCheck], accepted_versions: tuple[str, ...]
) -> dict[str, list[BoundCheck]]:
    """The checks of every item of a layout, by item id.

    Args:
        accepted_versions: values of CSVバージョン that may stand in the file.
    """
    return {
        item.id: [
            BoundCheck(check, ItemContext(item, edition, accepted_versions))
            for check in checks
            if check.applies(item)
        ]
        for item in layout.items
    }


def column_of(table: Table, item: Item) -> Any:
    """A column as the item checks read it: free text as bytes, for none of them decodes it."""
    return table.columns[item.id] if item.is_text else table.text(item.id)


def _distinct_of(table: Table, item: Item) -> Any:
    """The distinct values of a column, as `column_of` gives the column."""
    return table.encoded(item.id).dictionary if item.is_text else table.distinct_text(item.id)


def failures(table: Table, bound: Mapping[str, Sequence[BoundCheck]]) -> list[Failure]:
    """The values of a block that fail a rule, in the order of items and of the rules on each.

    A check speaks of each value by itself: one that all distinct values pass is passed by all rows.
    """
    found = []
    for item in table.layout.items:
        suspicious = _suspicious(table, item, bound[item.id])
        if not suspicious:
            continue
        values = Values(column_of(table, item))
        for check in suspicious:
            passes = check.passes(values)
            if passes is not True:
                found.append(Failure(check.check.rule, item, np.flatnonzero(~passes)))
    return found


def _suspicious(table: Table, item: Item, checks: Sequence[BoundCheck]) -> list[BoundCheck]:
    """The checks that some distinct value of a column fails."""
    if table.is_empty(item.id):
        return [check for check in checks if not check.passes_empty]
    distinct = Values(_distinct_of(table, item))
    return [check for check in checks if check.passes(distinct) is not True]

"""The texts of one column, each distinct one once, and the stage of the rules on them (family E)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import pyarrow.compute as pc

from careplan_csv.findings import Rule
from careplan_csv.reading import arrays
from careplan_csv.reading.structure import Flags, Positions
from careplan_csv.reading.table import Table, content_bytes
from careplan_csv.reading.values import as_flags
from careplan_csv.rules.hits import FileHit
from careplan_csv.rules.registry import Stage
from careplan_csv.standard import Item


@dataclass(frozen=True)
class ColumnTexts:
    """The distinct values of one column: decoded, as bytes, and which rows hold which."""

    table: Table
    item: Item
    values: Any
    raw: Any
    indices: Any
    made: dict[str, Any] = field(default_factory=dict)
    """What one rule has found and another asks for, by name."""

    @property
    def encoding(self) -> str:
        return self.table.encoding

    def rows(self, bad: Flags) -> Positions:
        """The rows whose value is one of the distinct values marked in `bad`."""
        return np.flatnonzero(bad[self.indices])

    def matching(self, pattern: str) -> Flags:
        """Which distinct values hold a match of a pattern (RE2)."""
        return as_flags(pc.match_substring_regex(self.values, pattern))

    def counting(self, pattern: str) -> Any:
        """How many matches of a pattern (RE2) each distinct value holds, int32."""
        return arrays.numbers(pc.count_substring_regex(self.values, pattern), np.int32)

    @cached_property
    def characters(self) -> frozenset[str]:
        """Every character of the values: what none of them holds need not be searched for in each."""
        return frozenset(content_bytes(self.values).tobytes().decode())

    def holding(self, characters: Set[str]) -> Flags:
        """Which distinct values hold one of some characters."""
        present = self.characters & characters
        if not present:
            return np.zeros(len(self.values), dtype=np.bool_)
        return self.matching(f"[{re.escape(''.join(sorted(present)))}]")


def column_texts(table: Table) -> Iterator[ColumnTexts]:
    """Every column that can hold more than ASCII, and holds anything."""
    for item in table.layout.items:
        if table.is_empty(item.id) or (not item.is_text and table.is_ascii(item.id)):
            continue
        encoded = table.encoded(item.id)
        yield ColumnTexts(
            table=table,
            item=item,
            values=table.distinct_text(item.id),
            raw=encoded.dictionary,
            indices=arrays.indices(encoded),
        )


TextRule: TypeAlias = Callable[[Rule, ColumnTexts], Iterator[FileHit]]

text_rule: Stage[TextRule] = Stage()
"""Rules on the texts of every column that can hold more than ASCII."""

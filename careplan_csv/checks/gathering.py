"""Columns that rules on whole files keep of every block: numbers and codes, never texts or names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from careplan_csv.checks.registry import Place
from careplan_csv.findings import EXAMPLES_KEPT, OtherPlace
from careplan_csv.reading import arrays
from careplan_csv.reading.fingerprint import value_prints
from careplan_csv.reading.structure import Flags, Positions
from careplan_csv.reading.table import Table
from careplan_csv.reading.values import Values

EMPTY = -(10**12)
"""Stands for an empty value in a column of numbers: below anything that an item can hold."""


@dataclass(frozen=True)
class Kept:
    """Columns of some rows, parallel numpy arrays by name; `record` and `line` are always among them.

    `texts` are pyarrow columns of values as they stand, for the few rules that show both sides.
    """

    columns: dict[str, Any]
    texts: dict[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.columns["record"])

    def __getitem__(self, name: str) -> Any:
        return self.columns[name]

    def take(self, rows: Any) -> Kept:
        """Some rows, by their positions or by a mask."""
        positions = np.flatnonzero(rows) if rows.dtype == np.bool_ else rows
        return Kept(
            {name: column[positions] for name, column in self.columns.items()},
            {name: column.take(arrays.int64(positions)) for name, column in self.texts.items()},
        )

    def place(self, row: int, file: str = "") -> OtherPlace:
        """Where a row stands, as the other side of a comparison."""
        return OtherPlace(file, int(self["line"][row]), int(self["record"][row]))

    def places(self, rows: Positions) -> tuple[Place, ...]:
        """The first places among some rows."""
        return tuple(Place(int(self["line"][row]), int(self["record"][row])) for row in rows[:EXAMPLES_KEPT])


def merged(parts: Sequence[Kept]) -> Kept:
    """The blocks of a file, one after another."""
    names = parts[0].columns if parts else {}
    texts = parts[0].texts if parts else {}
    return Kept(
        {name: np.concatenate([part[name] for part in parts]) for name in names},
        {name: pa.concat_arrays([part.texts[name] for part in parts]) for name in texts},
    )


def keep(table: Table, where: Flags | None = None, **columns: Any) -> Kept:
    """Columns of one block, of all rows or of those `where` is true, with the place of each row."""
    rows = np.arange(len(table.rows), dtype=np.int64) if where is None else np.flatnonzero(where)
    places = {
        "record": table.record_numbers(rows).astype(np.uint32),
        "line": table.lines(rows).astype(np.uint32),
    }
    return Kept({**columns, **places})


def prints(table: Table, *item_ids: str, where: Flags | None = None) -> Any:
    """A 64-bit fingerprint of one item or of several together, shape (rows,), or of the rows `where` is true."""
    mask = None if where is None else arrays.flags(where)
    result: Any = np.uint64(0)
    for item_id in item_ids:
        column = table.columns[item_id]
        result = result * np.uint64(0x100000001B3) + value_prints(
            column if mask is None else column.filter(mask)
        )
    return result


def integers(table: Table, item_id: str) -> Any:
    """An item as int64, `EMPTY` where it is empty or no number of at most nine digits, shape (rows,)."""
    values = Values(table.text(item_id))
    result = np.full(len(values), EMPTY, dtype=np.int64)
    pattern = "-?[0-9]{1,9}" if table.layout.by_id[item_id].signed else "[0-9]{1,9}"
    good: Flags = values.matches(pattern) if not values.only_digits else values.filled & (values.lengths < 10)
    if good.any():
        result[good] = arrays.numbers(values.take(good).array.cast(pa.int64()), np.int64)
    return result


def is_filled(table: Table, *item_ids: str) -> Flags:
    """Whether any of some items is not empty, shape (rows,)."""
    filled: Flags = np.logical_or.reduce([Values(table.columns[item_id]).lengths > 0 for item_id in item_ids])
    return filled


def mixed(*columns: Any) -> Any:
    """One 64-bit fingerprint of several, shape (rows,)."""
    result = np.zeros(len(columns[0]), dtype=np.uint64)
    for column in columns:
        result = (result ^ column) * np.uint64(0x9E3779B97F4A7C15)
        result ^= result >> np.uint64(29)
    return result


def group_ids(*columns: Any) -> Any:
    """A number for each distinct combination of some columns, shape (rows,), in no particular order.

    Combinations are told apart by a fingerprint of 64 bits: one sort, however many columns.
    """
    whole = [
        column if column.dtype == np.uint64 else column.astype(np.int64).view(np.uint64) for column in columns
    ]
    _, ids = np.unique(mixed(*whole), return_inverse=True)
    return ids

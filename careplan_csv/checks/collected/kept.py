"""Columns that rules on whole files and on several files keep of every block: numbers and codes, few texts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa

from careplan_csv.checks.records.block_records import Records
from careplan_csv.findings import OtherPlace, Rule, Severity
from careplan_csv.reading import arrays
from careplan_csv.reading.fingerprint import distinct_prints
from careplan_csv.reading.structure import Flags, Positions, positions_of
from careplan_csv.reading.table import Table
from careplan_csv.reading.values import Values
from careplan_csv.rules.collectors import Collector
from careplan_csv.rules.hits import FileHit, Place, PlacesOf, hits_by_file, plain_place
from careplan_csv.standard import Item

EMPTY = -(10**12)
"""Stands for an empty value in a column of numbers: below anything that an item can hold."""


@dataclass(frozen=True)
class Kept:
    """Columns of some rows, parallel numpy arrays by name; `file`, `record` and `line` are always among them.

    `texts` are pyarrow columns of values as they stand, for the few rules that show both sides. Rows of
    one file stand together.
    """

    columns: dict[str, Any]
    texts: dict[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.columns["record"])

    def __getitem__(self, name: str) -> Any:
        return self.columns[name]

    def take(self, rows: Any) -> Kept:
        """Some rows, by their positions or by a mask."""
        positions = positions_of(rows)
        return Kept(
            {name: column[positions] for name, column in self.columns.items()},
            {name: column.take(arrays.int64(positions)) for name, column in self.texts.items()},
        )

    def share(self, file: int) -> Kept:
        """The rows of one file; the columns are views."""
        start, stop = np.searchsorted(self["file"], np.array((file, file + 1), dtype=np.int32)).tolist()
        return Kept(
            {name: column[start:stop] for name, column in self.columns.items()},
            {name: column.slice(start, stop - start) for name, column in self.texts.items()},
        )

    @cached_property
    def owned(self) -> Any:
        """The column `owner`, different in different files."""
        return of_file(self["owner"], self["file"])

    @property
    def lost(self) -> Flags:
        """Rows whose owner cannot be read (`lost`), or is read from a number that may be mistyped (`doubtful`).

        A number whose check digit is wrong on every row of the file is one that exists all the same.
        """
        lost: Flags = self["lost"]
        doubtful = self["doubtful"]
        if not doubtful.any():
            return lost
        everywhere = np.bincount(self["file"][~doubtful], minlength=int(self["file"][-1]) + 1) == 0
        mistyped: Flags = doubtful & ~everywhere[self["file"]]
        return lost | mistyped

    def place(self, row: int, file: str = "") -> OtherPlace:
        """Where a row stands, as the other side of a comparison."""
        return OtherPlace(file, int(self["line"][row]), int(self["record"][row]))

    def places(self, rows: Positions) -> list[Place]:
        """The places of some rows."""
        lines, records = self["line"][rows].tolist(), self["record"][rows].tolist()
        return [plain_place(line, record) for line, record in zip(lines, records, strict=True)]

    def hits(
        self,
        rule: Rule,
        rows: Positions | Flags,
        message: str,
        severity: Severity | None = None,
        *,
        item: Item | None = None,
        places: PlacesOf | None = None,
        remedy: str = "",
    ) -> Iterator[FileHit]:
        """A hit for every file that has some of the rows.

        Args:
            rows: positions in ascending order, or a mask over all rows.
            places: how a row is told; by default its line and record.
        """
        chosen = positions_of(rows)
        files = self["file"][chosen]
        yield from hits_by_file(
            rule, message, chosen, files, places or self.places, severity, item=item, remedy=remedy
        )


Keeps: TypeAlias = Collector[Records, Kept]
"""A collector of columns."""


def merged(parts: Sequence[Kept]) -> Kept:
    """Rows one after another."""
    if len(parts) == 1:
        return parts[0]
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
        "file": table.files[rows].astype(np.int32),
        "record": table.numbers[rows].astype(np.uint32),
        "line": table.lines(rows).astype(np.uint32),
    }
    return Kept({**columns, **places})


def distinct_values(table: Table, encoded: Any, rows: Positions) -> Kept:
    """The values of some rows, each once per file, with `count` and its first place; the text is `value`.

    Args:
        encoded: the values of all rows (pyarrow dictionary array of strings).
    """
    values = arrays.indices(encoded)
    keys = values[rows] + table.files[rows] * max(len(encoded.dictionary), 1)
    numbers, first = arrays.groups(keys.view(np.uint64))
    chosen = rows[first]
    where = np.zeros(len(table.rows), dtype=np.bool_)
    where[chosen] = True
    kept = keep(table, where=where, count=np.bincount(numbers))
    return Kept(kept.columns, {"value": encoded.dictionary.take(arrays.int32(values[chosen]))})


def prints(table: Table, *item_ids: str, where: Flags | None = None) -> Any:
    """A 64-bit fingerprint of one item or of several together, shape (rows,), or of the rows `where` is true."""
    result = np.zeros(len(table.rows) if where is None else int(where.sum()), dtype=np.uint64)
    for item_id in item_ids:
        result *= np.uint64(0x100000001B3)
        column = _item_prints(table, item_id)
        result += column if where is None or not column.ndim else column[where]
    return result


def _item_prints(table: Table, item_id: str) -> Any:
    """Fingerprints of an item, shape (rows,); shape () where all values are the same."""
    if item_id not in table.made:
        encoded = table.encoded(item_id)
        distinct = distinct_prints(encoded.dictionary)
        table.made[item_id] = distinct[0] if len(distinct) == 1 else distinct[arrays.indices(encoded)]
    return table.made[item_id]


def integers(table: Table, item_id: str) -> Any:
    """An item as int64, `EMPTY` where it is empty or no number of at most nine digits, shape (rows,)."""
    values = Values(table.distinct_text(item_id))
    result = np.full(len(values), EMPTY, dtype=np.int64)
    pattern = "-?[0-9]{1,9}" if table.layout.by_id[item_id].signed else "[0-9]{1,9}"
    good: Flags = values.matches(pattern) if not values.only_digits else values.filled & (values.lengths < 10)
    if good.any():
        result[good] = arrays.numbers(values.take(good).array.cast(pa.int64()), np.int64)
    return result[arrays.indices(table.encoded(item_id))]


def is_filled(table: Table, *item_ids: str) -> Flags:
    """Whether any of some items is not empty, shape (rows,)."""
    filled: Flags = np.logical_or.reduce([Values(table.columns[item_id]).lengths > 0 for item_id in item_ids])
    return filled


def mixed(*columns: Any) -> Any:
    """One 64-bit fingerprint of several columns of whole numbers or fingerprints, shape (rows,)."""
    result = np.zeros(len(columns[0]), dtype=np.uint64)
    for column in columns:
        result = (result ^ column.astype(np.uint64, copy=False)) * np.uint64(0x9E3779B97F4A7C15)
        result ^= result >> np.uint64(29)
    return result


def group_ids(*columns: Any) -> Any:
    """A number for each distinct combination of some columns, shape (rows,), in the order of the rows.

    Combinations are told apart by a fingerprint of 64 bits.
    """
    return arrays.groups(mixed(*columns))[0]


def firsts(keys: Any, files: Any) -> Any:
    """The first row of each distinct key of each file, ascending.

    Args:
        keys: 64-bit fingerprints, shape (rows,).
        files: shape (rows,).
    """
    return arrays.groups(of_file(keys, files))[1]


def of_file(keys: Any, files: Any) -> Any:
    """Fingerprints that are different in different files."""
    return mixed(keys, files) if files.any() else keys

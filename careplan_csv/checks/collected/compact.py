"""What is kept of files until all are compared, in little memory: there may be a hundred thousand of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from careplan_csv.checks.collected.kept import Kept
from careplan_csv.reading import arrays
from careplan_csv.reading.structure import Positions

_FEW = 16
"""Up to so many rows stay as they are: a second array takes as much memory as their packing saves."""

_MANY = 1 << 16
"""More rows than this are those of a large file, and stay as they are: packing would take more time than it is worth."""


@dataclass(frozen=True, slots=True)
class _Column:
    """A column as its distinct values and which of them each row has; `codes` is None where it is as it was.

    Numbers take the smallest type that holds them all; `dtype` is the one that they come back in.
    """

    values: Any
    codes: Any
    dtype: Any

    def rows(self, rows: Any) -> Any:
        """Some rows, by their positions or by a slice."""
        return (self.values[rows] if self.codes is None else self.values[self.codes[rows]]).astype(
            self.dtype, copy=False
        )


@dataclass(frozen=True, slots=True)
class _Texts:
    """A pyarrow column of texts, as `_Column`."""

    values: Any
    codes: Any

    def rows(self, rows: Any) -> Any:
        if self.codes is not None:
            return self.values.take(arrays.int64(self.codes[rows].astype(np.int64)))
        if isinstance(rows, slice):
            return self.values[rows]
        return self.values.take(arrays.int64(rows))


class Compact:
    """Columns of the rows of some files, packed; they come back as `Kept`, a file or some rows at a time.

    Args:
        kept: rows in the order of their files.
    """

    __slots__ = ("_columns", "_starts", "_texts")

    def __init__(self, kept: Kept) -> None:
        files = kept["file"]
        self._starts = np.searchsorted(files, np.arange(int(files[-1]) + 2 if len(files) else 1)).astype(
            np.int32
        )
        rest = {name: column for name, column in kept.columns.items() if name != "file"}
        # Most records take one line.
        is_line_record = bool((rest["line"] == rest["record"]).all())
        self._columns = {
            name: _packed(column) for name, column in rest.items() if name != "line" or not is_line_record
        }
        if is_line_record:
            self._columns["line"] = self._columns["record"]
        self._texts = {name: _packed_texts(column) for name, column in kept.texts.items()}

    def __contains__(self, name: str) -> bool:
        return name in self._columns

    def __getitem__(self, name: str) -> Any:
        if name == "file":
            return np.repeat(np.arange(len(self._starts) - 1, dtype=np.int32), np.diff(self._starts))
        return self._columns[name].rows(slice(None))

    @property
    def text_names(self) -> Sequence[str]:
        """The names of the columns of texts."""
        return list(self._texts)

    def text(self, name: str) -> Any:
        """A column of texts (pyarrow strings), of all rows."""
        return self._texts[name].rows(slice(None))

    def bounds(self, file: int) -> tuple[int, int]:
        """Where the rows of one file begin and end."""
        last = len(self._starts) - 1
        return int(self._starts[min(file, last)]), int(self._starts[min(file + 1, last)])

    def share(self, file: int) -> Kept:
        """The rows of one file."""
        start, stop = self.bounds(file)
        return self._some(slice(start, stop), np.full(stop - start, file, dtype=np.int32))

    def take(self, rows: Positions, names: Collection[str] | None = None) -> Kept:
        """Some rows, by their positions; with some columns and the places, or with everything."""
        files = self["file"][rows]
        if names is None:
            return self._some(rows, files)
        columns = {name: self._columns[name].rows(rows) for name in ("record", "line", *names)}
        return Kept({**columns, "file": files})

    def _some(self, rows: Any, files: Any) -> Kept:
        columns = {name: column.rows(rows) for name, column in self._columns.items()}
        return Kept(
            {**columns, "file": files}, {name: texts.rows(rows) for name, texts in self._texts.items()}
        )


def _packed(column: Any) -> _Column:
    if len(column) <= _FEW:
        return _Column(column, None, column.dtype)
    if (column == column[0]).all():
        codes = np.broadcast_to(np.zeros((), dtype=np.uint8), column.shape)
        return _Column(column[:1].copy(), codes, column.dtype)
    if len(column) > _MANY or column.dtype == np.bool_:
        return _Column(column, None, column.dtype)
    if column.dtype != np.uint64:
        return _Column(column.astype(_narrow(column)), None, column.dtype)
    numbers, first = arrays.groups(column)
    codes = numbers.astype(_narrow(numbers))
    if codes.nbytes + 8 * len(first) < column.nbytes:
        return _Column(column[first], codes, column.dtype)
    return _Column(column, None, column.dtype)


def _narrow(column: Any) -> Any:
    """The smallest type of whole numbers that holds all of a column."""
    narrow = np.result_type(np.min_scalar_type(column.min()), np.min_scalar_type(column.max()))
    # For a negative number and one above 32 bits numpy proposes a float, which is no exact type.
    return narrow if narrow.kind in "iu" else column.dtype


def _packed_texts(column: Any) -> _Texts:
    if not _FEW < len(column) <= _MANY:
        return _Texts(column, None)
    encoded = column.dictionary_encode()
    numbers = arrays.indices(encoded)
    codes = numbers.astype(_narrow(numbers))
    if encoded.dictionary.nbytes + codes.nbytes < column.nbytes:
        return _Texts(encoded.dictionary, codes)
    return _Texts(column, None)

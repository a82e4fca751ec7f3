"""Between numpy and pyarrow without `pa.array` and `to_numpy`, which import pandas in silence (0.3 s)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from careplan_csv.reading.structure import Flags


def flags(mask: Flags) -> Any:
    """A numpy mask as a pyarrow boolean array, shape (rows,)."""
    bits = np.packbits(mask, bitorder="little")
    return pa.BooleanArray.from_buffers(pa.bool_(), len(mask), [None, pa.py_buffer(bits)])


def int64(values: npt.NDArray[Any]) -> Any:
    """Whole numbers as a pyarrow int64 array, shape (rows,)."""
    data = np.ascontiguousarray(values, dtype=np.int64)
    return pa.Int64Array.from_buffers(pa.int64(), len(data), [None, pa.py_buffer(data)])


def int32(values: npt.NDArray[np.int32]) -> Any:
    """Whole numbers as a pyarrow int32 array, shape (rows,)."""
    return pa.Int32Array.from_buffers(pa.int32(), len(values), [None, pa.py_buffer(values)])


def strings(words: Sequence[str | bytes], kind: Any = None) -> Any:
    """Words as a pyarrow array of `kind`: string by default, or binary."""
    raw = [word.encode("utf-8", "surrogatepass") if isinstance(word, str) else word for word in words]
    offsets = np.zeros(len(raw) + 1, dtype=np.int32)
    np.cumsum([len(word) for word in raw], out=offsets[1:])
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(b"".join(raw))]
    return pa.Array.from_buffers(kind or pa.string(), len(raw), buffers)


def numbers(array: Any, kind: type[np.generic]) -> npt.NDArray[Any]:
    """The values of a pyarrow array of numbers without nulls as numpy, shape (rows,)."""
    buffer = array.buffers()[1]
    if buffer is None:
        return np.zeros(0, dtype=kind)
    return np.frombuffer(buffer, dtype=kind)[array.offset : array.offset + len(array)]


def indices(encoded: Any) -> npt.NDArray[np.int32]:
    """The index into the dictionary of every row of a dictionary array, shape (rows,)."""
    return numbers(encoded.indices, np.int32)


def mask(array: Any) -> Flags:
    """A pyarrow boolean array without nulls as numpy, shape (rows,)."""
    buffer = array.buffers()[1]
    if buffer is None:
        return np.zeros(len(array), dtype=np.bool_)
    bits = np.unpackbits(np.frombuffer(buffer, dtype=np.uint8), bitorder="little")
    return bits[array.offset : array.offset + len(array)].astype(np.bool_)


def distinct(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The distinct values, ascending.

    `numpy.unique` would load numpy's masked arrays, which takes a twentieth of a short check.
    """
    ordered = np.sort(values)
    return ordered[np.flatnonzero(np.append([True], ordered[1:] != ordered[:-1])[: len(ordered)])]


def is_in(values: npt.NDArray[Any], others: npt.NDArray[Any]) -> Flags:
    """Which of some whole numbers are among others, shape (values,): by hash, where `numpy.isin` sorts both."""
    if not len(others):
        return np.zeros(len(values), dtype=np.bool_)
    return mask(pc.is_in(_int64_bits(values), value_set=_int64_bits(others)))


def _int64_bits(values: npt.NDArray[Any]) -> Any:
    """Whole numbers as int64; fingerprints by their bits, which are as different."""
    return int64(values.view(np.int64) if values.dtype == np.uint64 else values)


def groups(keys: npt.NDArray[np.uint64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """A number for each distinct key, in the order in which they first stand.

    Returns:
        The number of the key of every row, shape (rows,), and the first row of each key, ascending.
    """
    # By hash: a sort of so many keys takes ten times as long.
    numbers = indices(int64(keys.view(np.int64)).dictionary_encode()).astype(np.int64)
    first = np.empty(int(numbers.max(initial=-1)) + 1, dtype=np.int64)
    # Of rows with one number the one written last stays: the first of them.
    first[numbers[::-1]] = np.arange(len(numbers) - 1, -1, -1, dtype=np.int64)
    return numbers, first

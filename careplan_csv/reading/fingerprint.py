"""A 64-bit fingerprint of every value of a column, to find values and records that repeat."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from careplan_csv.reading import arrays
from careplan_csv.reading.table import content_bytes, offsets_of

_BASE = 0x9E3779B97F4A7C15
_INVERSE = pow(_BASE, -1, 1 << 64)
_KEPT = 1 << 16


def _new_powers(base: int, count: int) -> npt.NDArray[np.uint64]:
    powers = np.full(count, base, dtype=np.uint64)
    powers[:1] = 1
    return np.multiply.accumulate(powers)


@cache
def _kept_powers(base: int) -> npt.NDArray[np.uint64]:
    return _new_powers(base, _KEPT)


def _powers(base: int, count: int) -> npt.NDArray[np.uint64]:
    """The first powers of a base, not to be written to; so many as most columns need are worked out once."""
    return _kept_powers(base)[:count] if count <= _KEPT else _new_powers(base, count)


def value_prints(array: Any) -> npt.NDArray[np.uint64]:
    """A fingerprint of every value of a pyarrow binary or string array; 0 for empty ones, shape (values,).

    It is a polynomial over the bytes modulo 2**64. Equal values have equal fingerprints. Two different ones of
    ordinary data agree with a chance far below one in a million million among a million; data can be made to
    collide, so that whoever reports equal values compares them too.
    """
    encoded = array.dictionary_encode()
    return distinct_prints(encoded.dictionary)[arrays.indices(encoded)]


def distinct_prints(values: Any) -> npt.NDArray[np.uint64]:
    """The same of values of which none occurs twice."""
    result = np.zeros(len(values), dtype=np.uint64)
    offsets, content = offsets_of(values), content_bytes(values)
    starts, ends = offsets[:-1] - offsets[0], offsets[1:] - offsets[0]
    filled = np.flatnonzero(ends > starts)
    if len(filled):
        powers, inverses = _powers(_BASE, len(content)), _powers(_INVERSE, len(content))
        piece = (content.astype(np.uint64) + np.uint64(1)) * powers
        result[filled] = np.add.reduceat(piece, starts[filled]) * inverses[starts[filled]]
    return result

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
_KEPT_BITS = 20


@cache
def _powers_of(base: int, bits: int) -> npt.NDArray[np.uint64]:
    powers = np.full(1 << bits, base, dtype=np.uint64)
    powers[:1] = 1
    powers = np.multiply.accumulate(powers)
    powers.flags.writeable = False
    return powers


def _powers(base: int, count: int) -> npt.NDArray[np.uint64]:
    """The first powers of a base; long ones are few and not worth keeping."""
    bits = max(count - 1, 0).bit_length()
    powers = _powers_of(base, bits) if bits <= _KEPT_BITS else _powers_of.__wrapped__(base, bits)
    return powers[:count]


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

"""A 64-bit fingerprint of every record of a block, to find records that repeat."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from careplan_csv.reading import arrays
from careplan_csv.reading.structure import Bytes, Structure
from careplan_csv.reading.table import content_bytes, offsets_of

_BASE = 0x9E3779B97F4A7C15
_INVERSE = pow(_BASE, -1, 1 << 64)
_CHUNK = 1 << 16


def _powers(base: int, count: int) -> npt.NDArray[np.uint64]:
    powers = np.full(count, base, dtype=np.uint64)
    powers[:1] = 1
    return np.multiply.accumulate(powers)


def fingerprints(data: Bytes, structure: Structure) -> npt.NDArray[np.uint64]:
    """A polynomial over the bytes of each record modulo 2**64, shape (records,).

    Equal records have equal fingerprints. Two different ones of ordinary data agree with a chance far below
    one in a million million among a million records; data can be made to collide, so that whoever reports
    equal records compares their values too.
    """
    result = np.zeros(structure.records, dtype=np.uint64)
    if not structure.records:
        return result
    starts, ends = structure.starts, structure.ends
    # Chunks of whole records keep the working set within the processor's cache.
    marks = np.searchsorted(starts, np.arange(0, int(starts[-1]) + 1, _CHUNK))
    cuts = np.unique(np.append(marks, structure.records))
    longest = int((ends[cuts[1:] - 1] - starts[cuts[:-1]]).max()) + 1
    powers, inverses = _powers(_BASE, longest), _powers(_INVERSE, longest)
    for first, last in pairwise(cuts.tolist()):
        base = int(starts[first])
        piece = data[base : int(ends[last - 1])].astype(np.uint64)
        piece += np.uint64(1)
        piece *= powers[: len(piece)]
        edges = np.empty((last - first, 2), dtype=np.int64)
        edges[:, 0], edges[:, 1] = starts[first:last] - base, ends[first:last] - base
        # Every second sum is that of a line end; the last end is the end of the piece.
        sums = np.add.reduceat(piece, edges.ravel()[:-1])[::2]
        result[first:last] = sums * inverses[edges[:, 0]]
    return result


def value_prints(array: Any) -> npt.NDArray[np.uint64]:
    """A fingerprint of every value of a pyarrow binary or string array; 0 for empty ones, shape (values,)."""
    return encoded_prints(array.dictionary_encode())


def encoded_prints(encoded: Any) -> npt.NDArray[np.uint64]:
    """The same of a pyarrow dictionary array of binary or string, shape (values,)."""
    values = encoded.dictionary
    result = np.zeros(len(values) + 1, dtype=np.uint64)
    offsets, content = offsets_of(values), content_bytes(values)
    starts, ends = offsets[:-1] - offsets[0], offsets[1:] - offsets[0]
    filled = np.flatnonzero(ends > starts)
    if len(filled):
        powers, inverses = _powers(_BASE, len(content)), _powers(_INVERSE, len(content))
        piece = (content.astype(np.uint64) + np.uint64(1)) * powers
        result[filled] = np.add.reduceat(piece, starts[filled]) * inverses[starts[filled]]
    return result[arrays.indices(encoded)]

"""Which records a fault elsewhere leaves incomplete: what is missing there has been told already."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from careplan_csv.checks.gathering import prints
from careplan_csv.checks.records.base import Records
from careplan_csv.reading.structure import Flags


def incomplete(owner: Any, lost: Flags, faulty: Flags, record: Any, last: int | None = None) -> Flags:
    """Records whose owner may lack some of its records, or has one that says something wrong.

    Records of one owner stand together: a record that cannot be attributed belongs to the owner before
    or after it.

    Args:
        owner: a number or a fingerprint of whom each record is about, shape (rows,).
        lost: records whose owner cannot be read.
        faulty: records with another fault in what they are compared by.
        record: the number of each record in the file; a gap is a record that could not be read at all.
        last: the number of the last record of the file, where that is known.
    """
    good = ~lost
    jumps = np.flatnonzero(np.diff(record.astype(np.int64)) != 1)
    begins, ends = (
        bool(len(record)) and record[0] != 1,
        last is not None and len(record) and record[-1] != last,
    )
    if good.all() and not faulty.any() and not len(jumps) and not begins and not ends:
        return np.zeros(len(record), dtype=np.bool_)
    before, after = _neighbours(good)
    bounds = [np.flatnonzero(lost), jumps, *([[0]] if begins else []), *([[len(record) - 1]] if ends else [])]
    at = np.concatenate([np.asarray(some, dtype=np.int64) for some in bounds])
    follows = np.concatenate([at, jumps + 1])
    beside = np.concatenate([before[at], after[follows]])
    beside = np.concatenate([beside[beside >= 0], np.flatnonzero(faulty & good)])
    touched: Flags = lost | np.isin(owner, owner[beside])
    return touched


def _neighbours(good: Flags) -> tuple[Any, Any]:
    """For each record the nearest good one up to it, and from it on; -1 where there is none."""
    places = np.arange(len(good))
    before = np.maximum.accumulate(np.where(good, places, -1))
    after = np.minimum.accumulate(np.where(good, places, len(good))[::-1])[::-1]
    return before, np.where(after == len(good), -1, after)


def lost_records(seen: Records, keys: Sequence[str]) -> Flags:
    """Records of a block whose owner cannot be read, or is read from a number that may be mistyped.

    A number whose check digit is wrong everywhere is one that exists all the same.
    """
    doubtful = seen.soundness.is_doubtful(keys)
    lost: Flags = seen.soundness.is_wrong(keys) | (doubtful & (not doubtful.all()))
    return lost


def incomplete_records(seen: Records, keys: Sequence[str], others: Sequence[str]) -> Flags:
    """`incomplete` on one block: records whose owner has a fault in its keys, or in what is compared."""
    table = seen.table
    record = table.record_numbers(np.arange(len(table.rows)))
    lost, faulty = lost_records(seen, keys), seen.soundness.is_suspect(others)
    if not lost.any() and not faulty.any() and _runs_on(record, table.raw.first_record):
        return np.zeros(len(record), dtype=np.bool_)
    gapless = record - table.raw.first_record + 1
    return incomplete(prints(table, *keys), lost, faulty, gapless, table.raw.structure.records)


def _runs_on(record: Any, first: int) -> bool:
    return not len(record) or (int(record[0]) == first and int(record[-1]) - first + 1 == len(record))

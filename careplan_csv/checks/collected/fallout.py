"""Which records a fault elsewhere leaves incomplete: what is missing there has been told already."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from careplan_csv.checks.collected.kept import Kept, mixed, prints
from careplan_csv.checks.records.block_records import Records
from careplan_csv.reading import arrays
from careplan_csv.reading.structure import Flags, Positions


def incomplete(kept: Kept, lost: Flags, faulty: Flags, last: Positions | None = None) -> Flags:
    """Records whose owner may lack some of its records, or has one that says something wrong.

    Records of one owner stand together: a record that cannot be attributed belongs to the owner before
    or after it in the same file.

    Args:
        kept: `owner` is a fingerprint of whom each record is about, shape (rows,); a gap in `record` is a
            record that could not be read at all.
        lost: records whose owner cannot be read.
        faulty: records with another fault in what they are compared by.
        last: the number of the last record of each file, where that is known, shape (files,).
    """
    return _incomplete(kept.owned, kept["file"], kept["record"].astype(np.int64), lost, faulty, last)


def _incomplete(
    owner: Any, file: Positions, record: Positions, lost: Flags, faulty: Flags, last: Positions | None
) -> Flags:
    if not len(record):
        return np.zeros(0, dtype=np.bool_)
    same = file[1:] == file[:-1]
    jumps = np.flatnonzero(same & (np.diff(record) != 1))
    first_rows = np.concatenate(([0], np.flatnonzero(~same) + 1))
    last_rows = np.concatenate((first_rows[1:] - 1, [len(record) - 1]))
    begins = first_rows[record[first_rows] != 1]
    ends = last_rows[:0] if last is None else last_rows[record[last_rows] != last[file[last_rows]]]
    at = np.concatenate([np.flatnonzero(lost), jumps, begins, ends])
    if not len(at) and not faulty.any():
        return np.zeros(len(record), dtype=np.bool_)
    before, after = _neighbours(~lost, file)
    beside = np.concatenate([before[at], after[np.concatenate([at, jumps + 1])]])
    beside = np.concatenate([beside[beside >= 0], np.flatnonzero(faulty & ~lost)])
    touched: Flags = lost | arrays.is_in(owner, owner[beside])
    return touched


def _neighbours(good: Flags, file: Positions) -> tuple[Any, Any]:
    """For each record the nearest good one of its file up to it, and from it on; -1 where there is none."""
    places, count = np.arange(len(good)), len(good)
    before = np.maximum.accumulate(np.where(good, places, -1))
    after = np.minimum.accumulate(np.where(good, places, count)[::-1])[::-1]
    before[(before >= 0) & (file[before] != file)] = -1
    after[(after < count) & (file[np.minimum(after, count - 1)] != file)] = count
    return before, np.where(after == count, -1, after)


def lost_records(seen: Records, keys: Sequence[str]) -> Flags:
    """Records of a block whose owner cannot be read, or is read from a number that may be mistyped.

    A number whose check digit is wrong everywhere is one that exists all the same.
    """
    doubtful = seen.soundness.is_doubtful(keys)
    lost: Flags = seen.soundness.is_wrong(keys)
    if doubtful.any():
        lost = lost | (doubtful & ~seen.all_of_file(doubtful))
    return lost


def incomplete_records(seen: Records, keys: Sequence[str], others: Sequence[str]) -> Flags:
    """`incomplete` on one block: records whose owner has a fault in its keys, or in what is compared."""
    table = seen.table
    lost, faulty = lost_records(seen, keys), seen.soundness.is_suspect(others)
    if not lost.any() and not faulty.any() and len(table.rows) == table.raw.structure.records:
        return np.zeros(len(table.rows), dtype=np.bool_)
    # Counted from the block's own first record: what lies before a block is not known here.
    record = table.numbers - (table.raw.first_record - 1)
    last = np.diff(np.append(table.raw.record_starts, table.raw.structure.records))
    owner = prints(table, *keys)
    if table.raw.files > 1:
        owner = mixed(owner, table.files)
    return _incomplete(owner, table.files, record, lost, faulty, last)

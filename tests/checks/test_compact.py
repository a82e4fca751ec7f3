"""Packed columns come back as they were: all rows, some of them, and file by file."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from careplan_csv.checks.collected import compact
from careplan_csv.checks.collected.compact import Compact
from careplan_csv.checks.collected.kept import EMPTY, Kept

ROWS = st.tuples(
    st.integers(0, 6),
    st.integers(1, 70_000),
    st.booleans(),
    st.sampled_from((0, 1, 1 << 63, (1 << 64) - 1)),
    st.sampled_from((EMPTY, -1, 0, 255, 1 << 33)),
    st.sampled_from(("", "352013", "介護", "0000000001")),
)


def kept_of(rows: list[Any], *, one_line: bool) -> Kept:
    file, record, flag, fingerprint, number, text = zip(*sorted(rows), strict=True) if rows else ((),) * 6
    records = np.array(record, dtype=np.uint32)
    return Kept(
        {
            "file": np.array(file, dtype=np.int32),
            "record": records,
            "line": records if one_line else records + np.uint32(1),
            "flag": np.array(flag, dtype=np.bool_),
            "print": np.array(fingerprint, dtype=np.uint64),
            "number": np.array(number, dtype=np.int64),
        },
        {"text": pa.array(text, pa.string())},
    )


def assert_same(one: Kept, other: Kept) -> None:
    assert set(one.columns) == set(other.columns)
    for name, column in one.columns.items():
        assert column.dtype == other[name].dtype, name
        assert column.tolist() == other[name].tolist(), name
    assert one.texts["text"].to_pylist() == other.texts["text"].to_pylist()


@pytest.mark.parametrize(("few", "many"), [(compact._FEW, compact._MANY), (0, compact._MANY), (0, 1)])
@given(st.lists(ROWS, max_size=40), st.booleans(), st.data())
def test_it_gives_back_what_was_kept(
    few: int, many: int, rows: list[Any], one_line: bool, data: st.DataObject
) -> None:
    kept = kept_of(rows, one_line=one_line)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compact, "_FEW", few)
        patch.setattr(compact, "_MANY", many)
        packed = Compact(kept)
    for name, column in kept.columns.items():
        assert packed[name].dtype == column.dtype
        assert packed[name].tolist() == column.tolist()
    assert packed.text("text").to_pylist() == kept.texts["text"].to_pylist()
    for file in range(8):
        assert_same(packed.share(file), kept.share(file))
    places = st.lists(st.integers(0, len(rows) - 1), max_size=5) if rows else st.just([])
    chosen = np.array(data.draw(places), dtype=np.int64)
    assert_same(packed.take(chosen), kept.take(chosen))

"""Records and items found on raw bytes, against Python's own csv module and by hand."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careplan_csv.reading import arrays
from careplan_csv.reading.blocks import RawBlock, blocks
from careplan_csv.reading.encoding import Diagnosis, HashedStream, TextBytes
from careplan_csv.reading.fingerprint import value_prints
from careplan_csv.reading.structure import MAX_RECORD_BYTES, split

values = st.text(alphabet='a1 ,"\r\nあ髙ｱ', max_size=12)
# Rows of nothing but separators are no records; they have a test of their own.
rows_of_values = st.lists(values, min_size=2, max_size=5).filter(
    lambda row: bool(set("".join(row)) - set(' ,"'))
)
tables = st.lists(rows_of_values, min_size=1, max_size=8)


def written(rows: list[list[str]], end: str = "\r\n") -> bytes:
    quoted = ('"' + value.replace('"', '""') + '"' if value else "" for row in rows for value in row)
    items = iter(quoted)
    return "".join(",".join(next(items) for _ in row) + end for row in rows).encode("cp932")


def all_blocks(data: bytes, size: int) -> list[RawBlock]:
    return list(blocks(TextBytes(HashedStream(io.BytesIO(data)), Diagnosis()), size))


@given(tables, st.sampled_from(["\r\n", "\n", "\r"]))
def test_items_are_those_of_the_csv_module(rows: list[list[str]], end: str) -> None:
    data = written(rows, end)
    found = split(data, final=True)
    assert found.counts.tolist() == [len(row) for row in rows]
    assert not found.malformed.any()
    read = list(csv.reader(io.StringIO(data.decode("cp932"), newline="")))
    assert read == rows
    records = [data[s:e] for s, e in zip(found.starts, found.ends, strict=True)]
    assert end.encode().join(records) + end.encode() == data


@given(tables, st.integers(min_value=1, max_value=40))
@settings(max_examples=200)
def test_blocks_of_any_size_give_the_same_records(rows: list[list[str]], size: int) -> None:
    data = written(rows)
    pieces = all_blocks(data, size)
    assert b"".join(piece.data.tobytes() for piece in pieces) == data
    assert [int(c) for piece in pieces for c in piece.structure.counts] == [len(row) for row in rows]
    numbers = [piece.first_record + i for piece in pieces for i in range(piece.structure.records)]
    assert numbers == list(range(1, len(rows) + 1))


@given(st.binary(max_size=300), st.integers(min_value=1, max_value=50))
@settings(max_examples=300)
def test_any_bytes_are_cut_without_loss(data: bytes, size: int) -> None:
    pieces = all_blocks(data, size)
    joined = b"".join(piece.data.tobytes() for piece in pieces)
    dos_end = any(piece.dos_end for piece in pieces)
    assert joined == (data.rstrip(b"\x1a") if dos_end else data)
    for piece in pieces:
        assert int(piece.structure.counts.sum()) == len(piece.structure.separators)


@given(tables)
def test_physical_lines(rows: list[list[str]]) -> None:
    data = written(rows)
    found = split(data, final=True)
    for start in found.starts:
        before = data[:start]
        lines = before.count(b"\n") + before.count(b"\r") - before.count(b"\r\n")
        assert found.lines_before(np.array([start]))[0] == lines


@pytest.mark.parametrize(
    ("data", "malformed"),
    [
        (b'202407,1,"a"\r\n202407,2,"b', [False, True]),
        (b'202407,1,"a\r\n202407,2,"b"\r\n202407,3,"c"\r\n', [True, False, False]),
        (b'202407,1,"5" tv"\r\n202407,2,"b"\r\n', [True, False]),
        (b'202407,1,x"y"\r\n202407,2,"b"\r\n', [True, False]),
        (b'202407,1,"a"b"\r\n202407,2,"b"\r\n', [True, False]),
    ],
)
def test_a_broken_quote_does_not_swallow_the_next_records(data: bytes, malformed: list[bool]) -> None:
    found = split(data, final=True)
    assert found.malformed.tolist() == malformed


def test_blank_lines_are_no_records() -> None:
    found = split(b"1,2\r\n\r\n3,4\r\n", final=True)
    assert found.records == 2
    assert found.blank_lines.tolist() == [5]
    assert found.counts.tolist() == [2, 2]


@pytest.mark.parametrize("row", [b",,,", b'"","",""', b' ,"",,', b",\t,", b'"",'])
def test_rows_of_separators_are_no_records(row: bytes) -> None:
    found = split(b"1,2\r\n" + row + b"\r\n3,4\r\n" + row, final=True)
    assert found.counts.tolist() == [2, 2]
    assert found.starts.tolist() == [0, 5 + len(row) + 2]
    assert found.hollow_rows.tolist() == [5, 5 + len(row) + 2 + 5]
    assert len(found.blank_lines) == 0


@pytest.mark.parametrize("row", [b",,1", b"0,,", b'"a",""', b'"",x', b'""",', "、,".encode("cp932")])
def test_rows_that_hold_anything_else_are_records(row: bytes) -> None:
    assert len(split(row + b"\r\n", final=True).hollow_rows) == 0


def test_a_quote_that_is_never_closed_does_not_fill_the_memory() -> None:
    good = b'202407,1,"a"\r\n'
    data = good + b'202407,2,"' + b"x" * (3 * MAX_RECORD_BYTES) + b"\r\n" + good
    pieces = all_blocks(data, 1 << 20)
    assert max(len(piece.data) for piece in pieces) <= MAX_RECORD_BYTES + (2 << 20)
    assert sum(piece.overlong for piece in pieces) == 1
    assert pieces[-1].structure.records == 1
    assert pieces[-1].first_line == 3
    assert not pieces[-1].structure.malformed.any()


@given(st.lists(values, min_size=1, max_size=30))
def test_fingerprints_are_equal_where_values_are(words: list[str]) -> None:
    prints = value_prints(arrays.strings(words)).tolist()
    for first, one in zip(words, prints, strict=True):
        for second, other in zip(words, prints, strict=True):
            assert (one == other) == (first == second)


def test_fingerprints_do_not_depend_on_the_values_around() -> None:
    alone, among = arrays.strings(["架空"]), arrays.strings(["a", "", "架空", "b"])
    assert value_prints(alone)[0] == value_prints(among)[2] == value_prints(among.slice(1, 2))[1]


def test_the_old_end_of_file_mark_is_taken_off() -> None:
    pieces = all_blocks(b"1,2\r\n\x1a", 100)
    assert pieces[-1].dos_end
    assert sum(piece.structure.records for piece in pieces) == 1

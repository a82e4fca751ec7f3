"""A column by its distinct values says the same as value by value."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from careplan_csv.reading import arrays
from careplan_csv.reading.blocks import RawBlock
from careplan_csv.reading.encoding import MS932
from careplan_csv.reading.structure import split
from careplan_csv.reading.table import Table
from careplan_csv.reading.values import ColumnValues, Values
from careplan_csv.standard import standard

LAYOUT = standard().edition("202407").layout("UPPLAN")
ITEM = "service_code"
# Half a character, so that two different values become the same text, is among them.
words = st.sampled_from(
    [b"", b"111111", b"11A001", b"1", b" 1 ", "１１".encode("cp932"), b"\x81", b"\x82", b"x"]
)


def table_of(values: list[bytes]) -> Table:
    place, width = LAYOUT.by_id[ITEM].no, len(LAYOUT.items)
    rows = [b"," * (place - 1) + value + b"," * (width - place) for value in values]
    # A row of nothing but separators is no record.
    content = b"".join(b"202407" + row + b"\r\n" for row in rows)
    return Table(RawBlock(np.frombuffer(content, dtype=np.uint8), split(content, final=True)), LAYOUT, MS932)


@given(st.lists(words, min_size=1, max_size=12))
def test_a_column_says_the_same_as_its_values(values: list[bytes]) -> None:
    table = table_of(values)
    column, plain = ColumnValues(table, ITEM), Values(table.text(ITEM))
    assert column.array.to_pylist() == [value.decode("cp932", "replace") for value in values]
    assert column.trimmed.to_pylist() == plain.trimmed.to_pylist()
    assert column.lengths.tolist() == plain.lengths.tolist()
    assert column.filled.tolist() == plain.filled.tolist()
    assert column.only_digits == plain.only_digits
    assert column.matches("[0-9]+").tolist() == plain.matches("[0-9]+").tolist()
    assert column.isin(["1", "x"]).tolist() == plain.isin(["1", "x"]).tolist()
    assert set(column.distinct.array.to_pylist()) == set(plain.distinct.array.to_pylist())


@given(st.lists(words, min_size=1, max_size=12))
def test_a_column_is_its_distinct_values_at_their_places(values: list[bytes]) -> None:
    encoded = table_of(values).encoded(ITEM)
    distinct = encoded.dictionary.to_pylist()
    assert len(set(distinct)) == len(distinct)
    assert [distinct[number] for number in arrays.indices(encoded)] == values


@pytest.mark.parametrize("values", [[b"11", b"1", b"111"], [b"12", b"12", b"12"], [b"", b""], [b"ab", b"ba"]])
def test_a_column_of_one_value_is_told_from_others_of_the_same_bytes(values: list[bytes]) -> None:
    assert len(table_of(values).encoded(ITEM).dictionary) == len(set(values))


@given(st.lists(st.integers(0, 2**64 - 1).map(lambda number: number % 5 * 2**62 % 2**64), max_size=20))
def test_groups_are_numbered_in_the_order_of_their_first_rows(keys: list[int]) -> None:
    numbers, first = arrays.groups(np.array(keys, dtype=np.uint64))
    distinct = list(dict.fromkeys(keys))
    assert numbers.tolist() == [distinct.index(key) for key in keys]
    assert first.tolist() == [keys.index(key) for key in distinct]

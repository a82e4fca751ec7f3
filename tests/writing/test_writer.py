"""Records are written as the standard defines it."""

from __future__ import annotations

import pytest

from careplan_csv.standard import standard
from careplan_csv.writing.writer import Writer, encoded

DELETION = standard().edition("202407").layout("DLTPLAN")
TABLE_3 = standard().edition("202407").layout("UP3KYO")


def test_items_stand_in_the_order_of_the_layout() -> None:
    record = {"service_month": "202504", "csv_version": "202407", "insurer_number": "359018"}
    assert Writer(DELETION).data([record]) == b"202407,359018,,202504\r\n"


def test_texts_are_quoted_unless_empty() -> None:
    line = Writer(TABLE_3).line({"weekly_service": '入浴, "週2回"\r\n見守り', "weekday": "1"})
    assert line == ',,,,,"入浴, ""週2回""\r\n見守り",1,,,,,,\r\n'


def test_an_unknown_item_is_refused() -> None:
    with pytest.raises(KeyError, match="weekday"):
        Writer(DELETION).line({"weekday": "1"})


def test_characters_are_written_as_windows_writes_them() -> None:
    assert encoded("髙") == b"\xfb\xfc"
    assert encoded("山﨑") == "山".encode("cp932") + b"\xfa\xb1"
    assert encoded("①㈱Ⅲ") == b"\x87\x40\x87\x8a\x87\x56"
    assert encoded("～－ｱ") == b"\x81\x60\x81\x7c\xb1"


@pytest.mark.parametrize("text", ["髙﨑ⅰ彅德", "∪≒∵￢", "①㈱Ⅲ～－∥￠"])
def test_what_is_written_is_read_back(text: str) -> None:
    assert encoded(text).decode("cp932") == text


@pytest.mark.parametrize("text", ["😀", "é"])
def test_characters_outside_ms932_are_refused(text: str) -> None:
    with pytest.raises(UnicodeEncodeError):
        encoded(text)

"""Values as a form shows them: dates by their era, codes as words, numbers with commas; masked where asked."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date
from functools import lru_cache

from careplan_csv.checks.own_forms import has_own_form
from careplan_csv.findings import printable, shape
from careplan_csv.forms.located_records import FormRecord
from careplan_csv.japanese_dates import era_year, read_date
from careplan_csv.standard import Edition, Item

_LONGEST = 50_000
_EMPTY_DATES = ("00000000", "000000")
_NO_TIME = "9999"
_NUMBER = re.compile("-?[0-9]{1,11}")


def may_be_shown(item: Item, value: str, *, show_values: bool) -> bool:
    """Whether a value may be shown as it is: it tells of no person, or the user asked for it."""
    return show_values or not value or (item.open and has_own_form(item, value))


def words_of(record: FormRecord, item_id: str, *, show_values: bool) -> str:
    """A value in words; its shape where it may not be shown."""
    item = record.layout.by_id.get(item_id)
    value = record[item_id]
    if item is None or not value:
        return ""
    if not may_be_shown(item, value, show_values=show_values):
        return shape(value)
    return told(item, value, record.edition)


def whole_number(value: str) -> int | None:
    """A whole number of ASCII digits, with or without a minus, that is short enough to be one; else None.

    `str.isdigit` is true of signs such as a superscript two, which are no numbers.
    """
    return int(value) if _NUMBER.fullmatch(value) else None


def told(item: Item, value: str, edition: Edition) -> str:
    """A value in the words of a form; one that has not the form of its item is shown as it stands."""
    if item.format == "ymd":
        return "" if value in _EMPTY_DATES else _day(value)
    if item.format == "ym":
        return "" if value in _EMPTY_DATES else _month(value)
    if item.format == "hhmm" and len(value) == 4 and whole_number(value) is not None and value[0] != "-":
        return "" if value == _NO_TIME else f"{int(value[:2])}:{value[2:]}"
    if item.format == "int" and (number := whole_number(value)) is not None:
        return f"{number:,}"
    if item.format == "code":
        name = edition.codes.get(item.argument, {}).get(value)
        return f"{name}（{value}）" if name else f"{printable(value)}（コード表に無い）"
    if item.format == "service_kind" and value in edition.kinds:
        return f"{edition.kinds[value].name}（{value}）"
    if item.format.startswith("service_code"):
        return _service(value, edition)
    return lines_of(value)


def parts_of(name: str, names: Collection[str]) -> tuple[str, ...]:
    """The printed choices that a code stands for: itself, or those that it joins, as 初回＆紹介 does."""
    parts = tuple(re.split("[＆・]", name)) if name else ()
    return parts if set(parts) <= set(names) else (name,)


def lines_of(text: str) -> str:
    """A text with its line ends and without anything that steers a terminal or a page."""
    rows = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(printable(row, _LONGEST) for row in rows)


def _day(value: str) -> str:
    day = read_date(value) if len(value) == 8 else None
    return f"{era_year(day)}{day.month}月{day.day}日" if day else printable(value)


def _month(value: str) -> str:
    day = read_date(f"{value}01") if len(value) == 6 else None
    return f"{era_year(day)}{day.month}月" if day else printable(value)


def _service(value: str, edition: Edition) -> str:
    if value == "999999":
        return "合計"
    kind = edition.kinds.get(value[:2])
    name = kind.name if kind else "種類の分からないサービス"
    endings = {"AAAA": "合計", "EEEE": "（区分支給限度の対象外）", "ZZZZ": "（30日超）"}
    if ending := endings.get(value[2:]):
        return f"〔{name}〕{ending}"
    return f"{name} {printable(value)}"


@lru_cache(maxsize=256)
def days_of(month: str) -> tuple[date, ...]:
    """The days of a month written as YYYYMM; none where it is no month."""
    first = read_date(f"{month}01") if len(month) == 6 else None
    if first is None:
        return ()
    days = (read_date(f"{month}{number:02}") for number in range(1, 32))
    return tuple(day for day in days if day)


def month_has(month: str, day: int) -> bool:
    """Whether a month written as YYYYMM has a day of this number."""
    return 1 <= day <= len(days_of(month))

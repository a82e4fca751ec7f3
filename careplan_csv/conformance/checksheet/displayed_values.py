"""Values of the standard as software displays them on a screen."""

from __future__ import annotations

import re
from datetime import date

from careplan_csv.japanese_dates import era_year
from careplan_csv.standard import Edition, Item

_DIGITS = re.compile(r"[0-9]+\Z")
_HIDDEN = ("unused",)


def is_shown(item: Item) -> bool:
    """Whether software displays an item on a screen."""
    return item.format not in _HIDDEN and item.id != "csv_version"


def shown(edition: Edition, item: Item, value: str) -> str:
    """The label of a code, and dates and times in Japanese; other values, and invalid ones, unchanged.

    Zeros in place of a date or a month become an empty text.
    """
    if not value:
        return ""
    if item.format == "text":
        return value.replace("\r\n", "\n").replace("\r", "\n")
    if item.format == "ymd":
        return "" if value == edition.no_date else day(value)
    if item.format == "ym":
        return "" if value == edition.no_month else month(value)
    if item.format == "hhmm":
        return time(edition, value)
    return _coded(edition, item, value)


def _coded(edition: Edition, item: Item, value: str) -> str:
    if item.format == "code":
        meaning = edition.codes.get(item.argument, {}).get(value)
        return f"{meaning}（{value}）" if meaning else value
    if item.format == "service_kind" and value in edition.kinds:
        return f"{edition.kinds[value].name}（{value}）"
    if item.format == "flags31":
        return flagged(value)
    if item.format == "service_code_or_total":
        return total(edition, value) or value
    return value


def total(edition: Edition, code: str) -> str:
    """The name of a subtotal or total row of 第7表; empty for other service codes."""
    if code == edition.totals.grand_total_code:
        return f"全合計（{code}）"
    name = edition.totals.subtotals.get(code[2:])
    return f"{name}（{code}）" if name else ""


def day(value: str) -> str:
    """A day, for instance 2025年4月1日（令和7年） for 20250401."""
    found = as_date(value)
    return f"{found.year}年{found.month}月{found.day}日（{era_year(found)}）" if found else value


def month(value: str) -> str:
    """A month, for instance 2025年4月（令和7年） for 202504."""
    found = as_date(value + "01") if len(value) == 6 else None
    return f"{found.year}年{found.month}月（{era_year(found)}）" if found else value


def time(edition: Edition, value: str) -> str:
    """A time, for instance 9:30 for 0930."""
    if value == edition.no_time:
        return "時刻なし"
    return f"{int(value[:2])}:{value[2:]}" if len(value) == 4 and _DIGITS.match(value) else value


def flagged(value: str) -> str:
    """The days that are marked in 31 flags, for instance 1～3、7日."""
    days = [number for number, flag in enumerate(value, start=1) if flag == "1"]
    return f"{ranges(days)}日" if days else value


def ranges(numbers: list[int]) -> str:
    """Numbers as ranges, for instance 1～3、7 for 1, 2, 3, 7."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and parts[-1][-1] == number - 1:
            parts[-1].append(number)
        else:
            parts.append([number])
    return "、".join(f"{part[0]}～{part[-1]}" if len(part) > 1 else str(part[0]) for part in parts)


def as_date(value: str) -> date | None:
    """The date of eight digits; None if there is no such day."""
    if len(value) != 8 or not _DIGITS.match(value):
        return None
    try:
        return date(int(value[:4]), int(value[4:6]), int(value[6:]))
    except ValueError:
        return None

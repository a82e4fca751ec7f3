"""Dates as people in Japan write them."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime

_ERAS = (
    ("令和", "R", date(2019, 5, 1)),
    ("平成", "H", date(1989, 1, 8)),
    ("昭和", "S", date(1926, 12, 25)),
    ("大正", "T", date(1912, 7, 30)),
)
"""Name, letter and first day, the newest first."""
_WESTERN = re.compile(r"(\d{4})(?:[-/.年])(\d{1,2})(?:[-/.月])(\d{1,2})日?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_ERA = re.compile(r"(令和|平成|昭和|[RHSrhs])\.?(元|\d{1,2})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")


def read_date(text: str) -> date | None:
    """A date such as 2026-11-30, 2026/11/30, 20261130, 令和8年11月30日 or R8.11.30, full width or not.

    Returns:
        None where it is none of these, or no day of the calendar.
    """
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    try:
        if found := _WESTERN.fullmatch(plain) or _COMPACT.fullmatch(plain):
            return date(*map(int, found.groups()))
        if found := _ERA.fullmatch(plain):
            first = next(begin for name, letter, begin in _ERAS if found[1].upper() in (name, letter))
            year = 1 if found[2] == "元" else int(found[2])
            return date(first.year + year - 1, int(found[3]), int(found[4]))
    except ValueError:
        return None
    return None


def iso_date(value: object) -> str | None:
    """A date of a TOML file, written as a date or as text, as ISO 8601; None where it is none."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    day = read_date(value) if isinstance(value, str) else None
    return day.isoformat() if day else None


def era_year(day: date) -> str:
    """The year of a day in its era: 令和7年, 令和元年; 明治 without a year before 大正."""
    for name, _, begin in _ERAS:
        if day >= begin:
            year = day.year - begin.year + 1
            return f"{name}{'元' if year == 1 else year}年"
    return "明治"


def japanese_date(day: date) -> str:
    """令和8年11月30日; the western year before 令和."""
    if isinstance(day, datetime):
        day = day.date()
    year = era_year(day) if day >= _ERAS[0][2] else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日"

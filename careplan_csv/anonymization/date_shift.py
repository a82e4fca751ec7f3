"""Dates moved by one number of weeks: weekdays, ages and orders stay, and months stay whole months."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from careplan_csv.standard import Standard

_DATE = re.compile("[0-9]{8}")
_MONTH = re.compile("[0-9]{6}")
_SERIAL = re.compile("[0-9]{14}")

_MOST_WEEKS = 1461
"""28 years: after so many weeks the calendar repeats, so that some shift fits any months."""

_DAYS_OF_YEAR = 365.2425


@dataclass(frozen=True, slots=True)
class DateShift:
    """A number of weeks by which everything moves; 0 moves nothing.

    Attributes:
        months_stay: service months, and the days in them, are left as they are.
    """

    weeks: int
    months_stay: bool = False

    def date(self, text: str) -> str:
        """A date YYYYMMDD; one that does not exist stays one that does not exist."""
        day = _day(text)
        if day is None:
            return self._unreal(text)
        try:
            return (day + timedelta(weeks=self.weeks)).strftime("%Y%m%d").rjust(8, "0")
        except OverflowError:
            return self._unreal(text)

    def month(self, text: str) -> str:
        """A month YYYYMM, by its first day; one that does not exist stays one that does not exist."""
        if self.months_stay:
            return text
        day = _day(f"{text}01")
        if day is None:
            return self._unreal(f"{text}01")[:6]
        try:
            return (day + timedelta(weeks=self.weeks)).strftime("%Y%m")
        except OverflowError:
            return text

    def day_of_month(self, text: str) -> str:
        """A date YYYYMMDD that lies in a service month, or should."""
        return text if self.months_stay else self.date(text)

    def serial(self, text: str) -> str:
        """A ファイル連番 YYYYMMDDHHMMSS: the time of day stays."""
        return self.date(text[:8]) + text[8:]

    def _unreal(self, text: str) -> str:
        """Another year, with a February of the same length."""
        year, rest = int(text[:4]), text[4:]
        years = round(self.weeks * 7 / _DAYS_OF_YEAR)
        moved = [year + years + step for step in (0, -1, 1, -2, 2, -3, 3, -4, 4)]
        fitting = (y for y in moved if 1 <= y <= 9999 and _february(y) == _february(year))
        return f"{next(fitting, year):04d}{rest}"


def _february(year: int) -> int:
    return monthrange(year, 2)[1] if 1 <= year <= 9999 else 28


def _day(text: str) -> date | None:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return None


def is_date(text: str) -> bool:
    """Whether a text has the form YYYYMMDD and tells of a day: zeros or nines alone do not."""
    return bool(_DATE.fullmatch(text)) and not _says_nothing(text)


def is_month(text: str) -> bool:
    """Whether a text has the form YYYYMM and tells of a month."""
    return bool(_MONTH.fullmatch(text)) and not _says_nothing(text)


def is_serial(text: str) -> bool:
    """Whether a text has the form of a ファイル連番."""
    return bool(_SERIAL.fullmatch(text)) and not _says_nothing(text)


def _says_nothing(text: str) -> bool:
    return set(text) in ({"0"}, {"9"})


def shifts(months: Iterable[tuple[str, str]], known: Standard, random: Random) -> Iterator[DateShift]:
    """Shifts that move whole months onto whole months for which the same CSV versions hold, in any order.

    Where files of several CSV versions leave no room, the last ones given leave the months as they are.

    Args:
        months: service months YYYYMM, each with the CSVバージョン of its file.
    """
    wanted = [(day, version) for month, version in months if (day := _day(f"{month}01"))]
    fitting = [
        weeks
        for weeks in range(-_MOST_WEEKS, _MOST_WEEKS + 1)
        if weeks and all(_fits(day, version, weeks, known) for day, version in wanted)
    ]
    random.shuffle(fitting)
    # In a longer month, a day too many may no longer be one.
    yield from map(DateShift, sorted(fitting, key=lambda weeks: any(_grows(day, weeks) for day, _ in wanted)))
    for weeks in random.sample(range(1, 9), 8):
        yield DateShift(random.choice((weeks, -weeks)), months_stay=True)


def _fits(first: date, version: str, weeks: int, known: Standard) -> bool:
    try:
        moved = first + timedelta(weeks=weeks)
    except OverflowError:
        return False
    if moved.day != 1 or _days(moved) < _days(first):
        return False
    return _holds(moved, version, known) == _holds(first, version, known)


def _grows(first: date, weeks: int) -> bool:
    return _days(first + timedelta(weeks=weeks)) > _days(first)


def _days(first: date) -> int:
    return monthrange(first.year, first.month)[1]


def _holds(first: date, version: str, known: Standard) -> tuple[bool, bool]:
    """Whether a month lies before or behind those for which a CSV version holds."""
    found = known.versions.get(version)
    month = first.strftime("%Y%m")
    if found is None:
        return False, False
    return month < found.applies_from, found.applies_to is not None and month > found.applies_to

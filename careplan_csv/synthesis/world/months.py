"""Service months and their days."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, cached_property


@dataclass(frozen=True)
class Month:
    """A service month."""

    year: int
    number: int

    @cached_property
    def text(self) -> str:
        """The month as YYYYMM."""
        return f"{self.year:04d}{self.number:02d}"

    @property
    def index(self) -> int:
        """The number of months since year 0, for calculations."""
        return self.year * 12 + self.number - 1

    @property
    def length(self) -> int:
        """The number of its days."""
        return calendar.monthrange(self.year, self.number)[1]

    def plus(self, months: int) -> Month:
        """The month some months later."""
        year, number = divmod(self.index + months, 12)
        return Month(year, number + 1)

    def day(self, day: int) -> str:
        """A day of the month as YYYYMMDD."""
        return f"{self.text}{day:02d}"

    def date(self, day: int) -> date:
        """A day of the month as a date."""
        return date(self.year, self.number, day)

    def moment(self, day: int, hour: int) -> datetime:
        """An hour of a day of the month."""
        return datetime(self.year, self.number, day, hour)


@cache
def month(text: str) -> Month:
    """The month of YYYYMM.

    Raises:
        ValueError: it is no month.
    """
    if len(text) != 6 or not text.isdigit() or not 1 <= int(text[4:]) <= 12:
        raise ValueError(f"no month: {text!r}")
    return Month(int(text[:4]), int(text[4:]))


def consecutive_months(first: str, count: int) -> tuple[str, ...]:
    """`count` months from `first` on, YYYYMM."""
    return tuple(month(first).plus(step).text for step in range(count))


@cache
def days_on(of: Month, weekdays: tuple[int, ...]) -> tuple[int, ...]:
    """The days of a month that fall on some weekdays (1 Monday … 7 Sunday)."""
    return tuple(day for day in range(1, of.length + 1) if of.date(day).isoweekday() in weekdays)

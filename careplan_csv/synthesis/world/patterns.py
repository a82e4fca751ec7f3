"""Patterns of the days of a service, and its count in a month (別紙 第6表・第7表)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from careplan_csv.synthesis.world.months import Month, days_on

LONGEST_STAY = 30
"""Consecutive days of a stay that the insurance pays for; the user pays the next day."""

FLAGS = 31


@dataclass(frozen=True)
class DayPattern:
    """The pattern of the days of a service."""

    def days(self, month: Month) -> Sequence[int]:
        """The days of the service in a month, in order."""
        raise NotImplementedError

    def billed(self, month: Month) -> int | None:
        """回数／日数 in 第7表; None if it is the number of records."""
        return None

    def over_30(self, month: Month, day: int) -> bool:
        """Whether the day is after 30 consecutive days (３０日超区分)."""
        return False

    def prior_days(self, month: Month) -> int | None:
        """前月までの短期入所利用日数; None for everything but short stays."""
        return None

    def flags(self, month: Month) -> str:
        """日割対象日, 31 characters; empty for services that are not claimed by the day."""
        return ""


@dataclass(frozen=True)
class Weekly(DayPattern):
    """Every week on the same weekdays, 1 Monday … 7 Sunday."""

    weekdays: tuple[int, ...]

    def days(self, month: Month) -> Sequence[int]:
        return days_on(month, self.weekdays)


@dataclass(frozen=True)
class OnDays(DayPattern):
    """On some days of every month; rented products are recorded on the first."""

    numbers: tuple[int, ...] = (1,)

    def days(self, month: Month) -> Sequence[int]:
        return self.numbers


@dataclass(frozen=True)
class Inclusive(DayPattern):
    """Claimed once a month (包括), with a record per day of use."""

    weekdays: tuple[int, ...]
    since: Month
    """The first full month; nothing is claimed before."""

    def days(self, month: Month) -> Sequence[int]:
        return days_on(month, self.weekdays) if month.index >= self.since.index else ()

    def billed(self, month: Month) -> int | None:
        return 1


@dataclass(frozen=True)
class Prorated(DayPattern):
    """An inclusive service in the month in which it begins: claimed by the day (日割)."""

    weekdays: tuple[int, ...]
    begins: Month
    first_day: int

    def days(self, month: Month) -> Sequence[int]:
        if month != self.begins:
            return ()
        return [day for day in days_on(month, self.weekdays) if day >= self.first_day]

    def billed(self, month: Month) -> int | None:
        return month.length - self.first_day + 1

    def flags(self, month: Month) -> str:
        claimed = "0" * (self.first_day - 1) + "1" * (month.length - self.first_day + 1)
        return claimed.ljust(FLAGS, "0")


@dataclass(frozen=True)
class Stay(DayPattern):
    """A short stay of some nights in every month, on different days in each month."""

    length: int
    shift: int
    since: Month
    before: int
    """The days used before the first month."""

    def days(self, month: Month) -> Sequence[int]:
        first = 1 + (self.shift + 5 * month.index) % (28 - self.length)
        return range(first, first + self.length)

    def prior_days(self, month: Month) -> int | None:
        return self.before + self.length * (month.index - self.since.index)


@dataclass(frozen=True)
class LongStay(DayPattern):
    """A stay without an end: after 30 consecutive days the user pays one day, and the count starts again."""

    since: Month

    def days(self, month: Month) -> Sequence[int]:
        return range(1, month.length + 1)

    def over_30(self, month: Month, day: int) -> bool:
        gone = (month.date(day) - self.since.date(1)).days
        return gone % (LONGEST_STAY + 1) == LONGEST_STAY

    def prior_days(self, month: Month) -> int | None:
        # Days that the user paid are not counted.
        gone = (month.date(1) - self.since.date(1)).days
        return gone - gone // (LONGEST_STAY + 1)


@dataclass(frozen=True)
class Ends(DayPattern):
    """The first and the last day of a stay: additions for the journeys."""

    stay: DayPattern

    def days(self, month: Month) -> Sequence[int]:
        days = self.stay.days(month)
        return (days[0], days[-1]) if days else ()

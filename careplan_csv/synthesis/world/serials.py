"""Generates the serials (ファイル連番) of a world: a different second for every unit (2.4)."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from enum import Enum

from careplan_csv.standard.filenames import serial_at
from careplan_csv.synthesis.world.months import Month

_OPENS = 6
_SECONDS_A_DAY = 16 * 3600
"""The seconds from 6 to 22 o'clock, in which units are sent."""


class Phase(Enum):
    """The time of sending: months after the service month, first day, number of days."""

    PLAN = (-1, 15, 4)
    PLAN_AGAIN = (-1, 19, 2)
    SCHEDULE = (-1, 21, 8)
    CORRECTION = (0, 10, 2)
    DELETION = (0, 12, 3)
    RESULT = (1, 1, 4)
    RESULT_CORRECTION = (1, 5, 2)
    RESULT_DELETION = (1, 7, 3)

    @property
    def _begins(self) -> tuple[int, int]:
        return self.value[0], self.value[1]

    def day(self, of: Month) -> str:
        """The first day, YYYYMMDD, which is also 作成年月日, so that no serial is earlier."""
        months, day = self._begins
        return of.plus(months).day(day)

    def first_moment(self, of: Month) -> datetime:
        """The first second of the phase."""
        months, day = self._begins
        return of.plus(months).moment(day, _OPENS)

    @property
    def capacity(self) -> int:
        """The number of units that can be sent."""
        days: int = self.value[2]
        return days * _SECONDS_A_DAY


class Serials:
    """Generates the 14-digit timestamps used as serial numbers; phases of different months never overlap."""

    def __init__(self) -> None:
        self._given: Counter[tuple[Month, Phase]] = Counter()

    def next(self, of: Month, phase: Phase) -> str:
        """The next second of a phase, 14 digits.

        Raises:
            OverflowError: the phase has no second left.
        """
        count = self._given[of, phase]
        if count >= phase.capacity:
            raise OverflowError(f"more than {phase.capacity} units in {of.text} {phase.name}")
        self._given[of, phase] += 1
        days, seconds = divmod(count, _SECONDS_A_DAY)
        begin = phase.first_moment(of) + timedelta(days=days)
        return serial_at(begin + timedelta(seconds=seconds))

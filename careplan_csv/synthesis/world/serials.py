"""ファイル連番: every unit of a world has a second of its own (2.4)."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from enum import Enum

from careplan_csv.standard.filenames import serial_at
from careplan_csv.synthesis.world.months import Month

_OPENS = 6
_SECONDS_A_DAY = 16 * 3600
"""Software sends from 6 to 22 o'clock."""


class Phase(Enum):
    """When something is sent: months after the month of service, first day, number of days."""

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
        """The first day, YYYYMMDD: what is written as 作成年月日, so that no serial lies before it."""
        months, day = self._begins
        return of.plus(months).day(day)

    def first_moment(self, of: Month) -> datetime:
        """When software begins to send on the first day."""
        months, day = self._begins
        return of.plus(months).moment(day, _OPENS)

    @property
    def capacity(self) -> int:
        """How many units can be sent."""
        days: int = self.value[2]
        return days * _SECONDS_A_DAY


class Serials:
    """Hands out serials; phases of different months never meet."""

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

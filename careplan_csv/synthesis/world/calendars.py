"""The dates of the samples and of the import kits of an edition."""

from __future__ import annotations

from dataclasses import dataclass

from careplan_csv.standard import Edition
from careplan_csv.synthesis.world.months import Month, month

_FISCAL_YEAR_BEGINS = 4


@dataclass(frozen=True, slots=True)
class Calendar:
    """Dates around two service months; `first` is the first of the two.

    Texts are YYYYMM and YYYYMMDD.
    """

    first: Month

    @property
    def month(self) -> str:
        """The first service month."""
        return self.first.text

    @property
    def next_month(self) -> str:
        """The second service month."""
        return self.first.plus(1).text

    @property
    def before(self) -> Month:
        """The month before the service months, in which plans and schedules are made."""
        return self.first.plus(-1)

    @property
    def plan_date(self) -> str:
        """The day of the first plan."""
        return self.before.day(20)

    @property
    def new_plan_date(self) -> str:
        """The day of the plan that replaces it, and of the schedules."""
        return self.before.day(25)

    @property
    def results_date(self) -> str:
        """The day on which the results of the first month are sent."""
        return self.first.plus(1).day(2)

    @property
    def fiscal_year(self) -> int:
        """The year in which the fiscal year of the first month begins."""
        return self.first.year if self.first.number >= _FISCAL_YEAR_BEGINS else self.first.year - 1


def calendar_of(edition: Edition) -> Calendar:
    """The calendar of an edition, from its row of schemas/versions.yaml."""
    return Calendar(month(edition.version.examples_from))

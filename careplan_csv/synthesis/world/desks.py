"""The units between a planning office and service offices: plans, schedules, results, and deletions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from careplan_csv.standard import Edition, MonthPart, UnitFile
from careplan_csv.synthesis.world.care import Case
from careplan_csv.synthesis.world.form_records import FormRecords, PlanDates
from careplan_csv.synthesis.world.months import Month, month
from careplan_csv.synthesis.world.offices import Office
from careplan_csv.synthesis.world.people import PLANNER, Person
from careplan_csv.synthesis.world.services import Visit, visits
from careplan_csv.writing.unit_files import Draft, Passage, Route, Unit
from careplan_csv.writing.writer import Record, Writers

Bundle = Mapping[str, Passage]
"""The records of one user in each file of a unit, by prefix."""


@dataclass(frozen=True)
class Desk:
    """Makes the units of a planning office, and the results of its service offices.

    Attributes:
        created_on: 作成年月日 (YYYYMMDD) in the files.
        planner: the office, with the kind under which it sends.
    """

    edition: Edition
    created_on: str
    planner: Office = PLANNER

    @cached_property
    def _forms(self) -> FormRecords:
        return FormRecords(self.edition, self.planner)

    @cached_property
    def _writers(self) -> Writers:
        return Writers(self.edition)

    @cached_property
    def _units(self) -> Mapping[str, Sequence[UnitFile]]:
        return {unit.id: unit.files for unit in self.edition.units}

    def _passage(self, prefix: str, records: Iterable[Record]) -> Passage:
        return Passage(self._writers[prefix], tuple(records))

    def to(self, receiver: Office) -> Route:
        """The route to a service office."""
        return Route(self.planner.number, self.planner.kind, receiver.number, receiver.kind)

    def back(self, sender: Office) -> Route:
        """The route from a service office."""
        return Route(sender.number, sender.kind, self.planner.number, self.planner.kind)

    def plan(self, case: Case, plan_date: str, first_plan_date: str = "", created_on: str = "") -> Bundle:
        """The records of one user in a 計画書; by default it is the first plan."""
        dates = PlanDates(created_on or self.created_on, plan_date, first_plan_date or plan_date)
        made = {
            "UP1KYO": self._passage("UP1KYO", [self._forms.table_1(case, dates)]),
            "UP2KYO": self._passage("UP2KYO", self._forms.table_2(case, dates)),
            "UPHOSOKU": self._passage("UPHOSOKU", [self._forms.supplement_of_plan(case, dates)]),
        }
        if "UP3KYO" in self.edition.prefixes:
            made["UP3KYO"] = self._passage("UP3KYO", self._forms.table_3(case, dates))
        return made

    def schedule(self, case: Case, planned: Sequence[Visit], of: Month, created_on: str = "") -> Bundle:
        """The records of one user in a 利用票, with the services of all offices (2.6)."""
        day = created_on or self.created_on
        forms = self._forms
        return {
            "UPPLAN": self._passage("UPPLAN", forms.table_6(case, planned, of, day)),
            "UPSIKYU": self._passage("UPSIKYU", forms.table_7(case, planned, of, day)),
            "UPHOSOKU": self._passage("UPHOSOKU", [forms.supplement_of_month(case, planned, of)]),
        }

    def result(
        self, case: Case, given: Iterable[Visit], of: Month, sender: Office, created_on: str = ""
    ) -> Bundle:
        """The records of one user in the 実績 of one office and kind."""
        day = created_on or self.created_on
        rows = self._forms.table_6(case, given, of, day, sender.number)
        return {"UPJSK": self._passage("UPJSK", rows)}

    def unit(self, unit_id: str, route: Route, serial: str, bundles: Sequence[Bundle], of: str = "") -> Unit:
        """Make a unit from the records of some users (2.4–2.6).

        Args:
            of: the month (YYYYMM), if the unit has one.
        """
        drafts = tuple(
            Draft(
                self.edition,
                file.prefix,
                route,
                serial,
                self._month_part(file, of),
                tuple(bundle[file.prefix] for bundle in bundles),
            )
            for file in self._units[unit_id]
        )
        return Unit(unit_id, drafts)

    def _month_part(self, file: UnitFile, of: str) -> str:
        if file.month is MonthPart.ZERO:
            return self.edition.no_month
        return of if file.month is MonthPart.REAL else ""

    def plan_unit(self, cases: Sequence[Case], receiver: Office, plan_date: str, serial: str) -> Unit:
        """計画書 (D1)."""
        return self.unit(
            "plan", self.to(receiver), serial, [self.plan(case, plan_date) for case in cases]
        )  # fmt: skip

    def schedule_unit(self, cases: Sequence[Case], receiver: Office, of: str, serial: str) -> Unit:
        """利用票 (D2)."""
        bundles = [self.schedule(case, visits(case.care.services, month(of)), month(of)) for case in cases]
        return self.unit("schedule", self.to(receiver), serial, bundles, of)

    def result_unit(
        self, cases: Sequence[Case], sender: Office, of: str, serial: str, missed: int = 0
    ) -> Unit:
        """実績 (D3) of one office and kind, without the last `missed` visits of the month."""
        bundles = []
        for case in cases:
            own = [service for service in case.care.services if service.office == sender]
            given = visits(own, month(of))
            bundles.append(self.result(case, given[: len(given) - missed], month(of), sender))
        return self.unit("result", self.back(sender), serial, bundles, of)

    def plan_deletion(self, person: Person, receiver: Office, plan_date: str, serial: str) -> Unit:
        """計画書削除."""
        record = {**self._forms.head(person), "plan_date": plan_date}
        return self._deletion("plan_deletion", self.to(receiver), serial, record)

    def schedule_deletion(self, person: Person, receiver: Office, of: str, serial: str) -> Unit:
        """利用票削除."""
        record = {**self._forms.head(person), "service_month": of}
        return self._deletion("schedule_deletion", self.to(receiver), serial, record, of)

    def result_deletion(self, person: Person, sender: Office, of: str, serial: str) -> Unit:
        """実績削除."""
        record = {
            **self._forms.head(person),
            "service_month": of,
            "provider_office": sender.number,
            "service_kind": sender.kind,
        }
        return self._deletion("result_deletion", self.back(sender), serial, record, of)

    def _deletion(self, unit_id: str, route: Route, serial: str, record: Record, of: str = "") -> Unit:
        (file,) = self._units[unit_id]
        return self.unit(unit_id, route, serial, [{file.prefix: self._passage(file.prefix, [record])}], of)

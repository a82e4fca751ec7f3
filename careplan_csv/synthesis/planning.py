"""The files that a planning office sends: plans, schedules and deletions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from careplan_csv.standard import Edition
from careplan_csv.synthesis.billing import table_7
from careplan_csv.synthesis.care import Care, Service
from careplan_csv.synthesis.drafts import Draft, Passage, Route, Unit
from careplan_csv.synthesis.people import PLANNER, PLANNER_NAME, Office, Person
from careplan_csv.synthesis.writing import Record, Writer

Case = tuple[Person, Care]


@dataclass(frozen=True, slots=True)
class Desk:
    """What the planning office's software knows: the edition, and the date (YYYYMMDD) it writes into files."""

    edition: Edition
    created_on: str

    def _head(self, person: Person) -> dict[str, str]:
        return {
            "csv_version": self.edition.csv_version,
            "insurer_number": person.insurer,
            "insured_number": person.insured,
        }

    def _route(self, receiver: Office) -> Route:
        return Route(PLANNER.number, PLANNER.kind, receiver.number, receiver.kind)

    def _draft(
        self, prefix: str, route: Route, serial: str, month: str, passages: Iterable[Iterable[Record]]
    ) -> Draft:
        writer = Writer(self.edition.layout(prefix))
        made = tuple(Passage(writer, tuple(records)) for records in passages)
        return Draft(self.edition, prefix, route, serial, month, made)

    def plan_unit(self, cases: Sequence[Case], receiver: Office, plan_date: str, serial: str) -> Unit:
        """計画書 (D1): 第1表, 第2表, 第3表 where the edition has it, and 利用者補足情報 A."""
        route, zero = self._route(receiver), self.edition.no_month
        first = [[self._table_1(person, care, plan_date)] for person, care in cases]
        second = [self._table_2(person, care, plan_date) for person, care in cases]
        third = [self._table_3(person, care, plan_date) for person, care in cases]
        supplement = [[self._supplement(person, plan_date, zero)] for person, _ in cases]
        drafts = [
            self._draft("UP1KYO", route, serial, "", first),
            self._draft("UP2KYO", route, serial, "", second),
            self._draft("UPHOSOKU", route, serial, zero, supplement),
        ]
        if "UP3KYO" in self.edition.prefixes:
            drafts.insert(2, self._draft("UP3KYO", route, serial, "", third))
        return Unit("plan", tuple(drafts))

    def schedule_unit(self, cases: Sequence[Case], receiver: Office, month: str, serial: str) -> Unit:
        """利用票 (D2): 第6表, 第7表 and 利用者補足情報 D. Everything shown to the user goes to every office (2.6)."""
        route = self._route(receiver)
        rows = [self.table_6(person, care.services, month) for person, care in cases]
        sums = [self._table_7(person, care, month) for person, care in cases]
        supplements = [[self._supplement(person, self.edition.no_date, month)] for person, _ in cases]
        drafts = (
            self._draft("UPPLAN", route, serial, month, rows),
            self._draft("UPSIKYU", route, serial, month, sums),
            self._draft("UPHOSOKU", route, serial, month, supplements),
        )
        return Unit("schedule", drafts)

    def plan_deletion(self, person: Person, receiver: Office, plan_date: str, serial: str) -> Unit:
        """計画書削除."""
        record = {**self._head(person), "plan_date": plan_date}
        draft = self._draft("DLT1KYO", self._route(receiver), serial, "", [[record]])
        return Unit("plan_deletion", (draft,))

    def schedule_deletion(self, person: Person, receiver: Office, month: str, serial: str) -> Unit:
        """利用票削除."""
        record = {**self._head(person), "service_month": month}
        draft = self._draft("DLTPLAN", self._route(receiver), serial, month, [[record]])
        return Unit("schedule_deletion", (draft,))

    def _table_7(self, person: Person, care: Care, month: str) -> Iterable[Record]:
        for row in table_7(self.edition, person, care.services, month, self.created_on):
            yield {**self._head(person), **row}

    def _table_1(self, person: Person, care: Care, plan_date: str) -> Record:
        return {
            **self._head(person),
            "creation_date": self.created_on,
            "user_postal_code": "000-0000",
            "user_address_1": "山口県架空市見本町一丁目",
            "planner_name": PLANNER_NAME,
            "planning_office_name": PLANNER.name,
            "planning_office": PLANNER.number,
            "plan_date": plan_date,
            "first_plan_date": plan_date,
            "plan_type": "11",
            "certification_status": "2",
            "certification_date": person.certified_on,
            "certification_start": person.certified_from,
            "certification_end": person.certified_to,
            "care_level": person.care_level,
            "assessment_result": care.wishes,
            "board_opinion": "特に意見はありません。",
            "support_policy": care.policy,
            "updating_office": PLANNER.number,
        }

    def _table_2(self, person: Person, care: Care, plan_date: str) -> Iterable[Record]:
        for need_no, need in enumerate(care.needs, start=1):
            for goal_no, goal in enumerate(need.goals, start=1):
                for support_no, support in enumerate(goal.supports, start=1):
                    first_of_goal, first_of_need = support_no == 1, support_no == 1 and goal_no == 1
                    yield {
                        **self._head(person),
                        "creation_date": self.created_on,
                        "plan_date": plan_date,
                        "need_no": str(need_no),
                        "need": need.text if first_of_need else "",
                        "goal_no": str(goal_no),
                        "long_term_goal": goal.long_term if first_of_goal else "",
                        "short_term_goal": goal.short_term if first_of_goal else "",
                        "long_term_period": "1年" if first_of_goal else "",
                        "short_term_period": "6か月" if first_of_goal else "",
                        "support_no": str(support_no),
                        "support_content": support.content,
                        "insurance_coverage": "Y",
                        "service_type_text": support.service_type,
                        "provider_office": support.office.number if support.office else "",
                        "provider_office_name": support.office.name if support.office else "",
                        "frequency": support.frequency,
                        "implementation_period": "6か月",
                        "updating_office": PLANNER.number,
                    }

    def _table_3(self, person: Person, care: Care, plan_date: str) -> Iterable[Record]:
        head = {**self._head(person), "creation_date": self.created_on, "plan_date": plan_date}
        for service in care.services:
            for weekday in service.weekdays:
                yield {
                    **head,
                    "weekly_service": service.label,
                    "weekday": str(weekday),
                    "weekly_start_time": service.start,
                    "weekly_end_time": service.end,
                }
        for activity, start, end in care.daily:
            yield {**head, "daily_activity": activity, "daily_start_time": start, "daily_end_time": end}
        yield {**head, "other_service": care.other}

    def _supplement(self, person: Person, plan_date: str, month: str) -> Record:
        return {
            **self._head(person),
            "plan_date": plan_date,
            "user_name_kana": person.kana,
            "user_name": person.name,
            "sex": person.sex,
            "birth_date": person.birth_date,
            "user_postal_code": "000-0000",
            "user_address_1": "山口県架空市見本町一丁目",
            "user_telephone": "0000-00-0000",
            "certification_date": person.certified_on,
            "limit_start": person.certified_from,
            "limit_end": person.certified_to,
            "certification_status": "2",
            "care_level": person.care_level,
            "limit_units": str(person.limit_units),
            "updating_office": PLANNER.number,
            "service_month": month,
        }

    def table_6(
        self, person: Person, services: Iterable[Service], month: str, updating: str = PLANNER.number
    ) -> Iterable[Record]:
        """One record per day, service and time."""
        rows = sorted(
            ((day, service) for service in services for day in service.days(month)),
            key=lambda row: (row[0], row[1].start, row[1].code, row[1].detail_no),
        )
        for day, service in rows:
            record = {
                **self._head(person),
                "creation_date": self.created_on,
                "service_month": month,
                "planning_office": PLANNER.number,
                "planner_name": PLANNER_NAME,
                "units": str(service.units),
                "service_date": day,
                "start_time": service.start,
                "end_time": service.end,
                "service_count": "1",
                "service_code": service.code,
                "detail_no": service.detail_no,
                "provider_office": service.office.number,
                "provider_office_name": service.office.name,
                "over_30_days": "0",
                "updating_office": updating,
            }
            yield {**record, **product(self.edition, service)}

    def result_unit(
        self, cases: Sequence[Case], sender: Office, month: str, serial: str, missed: int = 0
    ) -> Unit:
        """実績 (D3) of one office and kind; `missed` visits at the end of the month were not given."""
        rows = []
        for person, care in cases:
            own = [service for service in care.services if service.office == sender]
            given = list(self.table_6(person, own, month, updating=sender.number))
            rows.append(given[: len(given) - missed])
        route = Route(sender.number, sender.kind, PLANNER.number, PLANNER.kind)
        return Unit("result", (self._draft("UPJSK", route, serial, month, rows),))

    def result_deletion(self, person: Person, sender: Office, month: str, serial: str) -> Unit:
        """実績削除."""
        record = {
            **self._head(person),
            "service_month": month,
            "provider_office": sender.number,
            "service_kind": sender.kind,
        }
        route = Route(sender.number, sender.kind, PLANNER.number, PLANNER.kind)
        return Unit("result_deletion", (self._draft("DLTJSK", route, serial, month, [[record]]),))


def product(edition: Edition, service: Service) -> dict[str, str]:
    """The items that name a product, in the editions that have them."""
    if "tais_code" not in edition.layout("UPPLAN").by_id or not service.tais:
        return {}
    return {"tais_code": service.tais, "equipment_name": service.product}

"""Makes the records of all forms from people, care and visits (別紙 第1表–第3表, 第6表, 第7表, 補足情報)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from careplan_csv.standard import Edition
from careplan_csv.synthesis.world.care import Care, CareNeed, Case, Goal, Support
from careplan_csv.synthesis.world.months import Month
from careplan_csv.synthesis.world.offices import Office
from careplan_csv.synthesis.world.patterns import Weekly
from careplan_csv.synthesis.world.people import Person
from careplan_csv.synthesis.world.product_items import Products
from careplan_csv.synthesis.world.services import Service, Visit
from careplan_csv.synthesis.world.table_7_rows import Table7
from careplan_csv.writing.writer import Record

COVERED, NOT_COVERED = "Y", "N"
FIRST_PLAN, NEXT_PLAN = "11", "21"
"""計画書区分: 初回, 継続."""

_PERIODS = {"long_term_period": "1年", "short_term_period": "6か月"}


@dataclass(frozen=True, slots=True)
class PlanDates:
    """The dates of a plan, YYYYMMDD: 作成年月日, 計画作成（変更）日, 初回計画作成日."""

    created_on: str
    plan: str
    first: str


class FormRecords:
    """Makes the records of an edition for one planning office."""

    def __init__(self, edition: Edition, planner: Office) -> None:
        self.edition = edition
        self.planner = planner
        self._table7 = Table7(edition)
        self._products = Products(edition)

    def head(self, person: Person) -> dict[str, str]:
        """The first items of every record."""
        return {
            "csv_version": self.edition.csv_version,
            "insurer_number": person.insurer,
            "insured_number": person.insured,
        }

    def table_1(self, case: Case, dates: PlanDates) -> Record:
        """第1表 居宅サービス計画書(1)."""
        person, care = case.person, case.care
        reason, reason_text = care.living_support
        return {
            **self.head(person),
            "creation_date": dates.created_on,
            "user_postal_code": person.postal_code,
            "user_address_1": person.address_1,
            "user_address_2": person.address_2,
            "planner_name": case.manager,
            "planning_office_name": self.planner.name,
            "planning_office": self.planner.number,
            "plan_date": dates.plan,
            "first_plan_date": dates.first,
            "plan_type": FIRST_PLAN if dates.first == dates.plan else NEXT_PLAN,
            **_certification(person),
            "certification_start": person.certified_from,
            "certification_end": person.certified_to,
            "assessment_result": care.wishes,
            "board_opinion": care.opinion,
            "support_policy": care.policy,
            "living_support_reason": reason,
            "living_support_reason_text": reason_text,
            "updating_office": self.planner.number,
        }

    def table_2(self, case: Case, dates: PlanDates) -> Iterator[Record]:
        """第2表: one record per 援助内容; shared texts are on the first record of their group."""
        common = {
            **self.head(case.person),
            "creation_date": dates.created_on,
            "plan_date": dates.plan,
            "implementation_period": "6か月",
            "updating_office": self.planner.number,
        }
        for numbers, texts, support in _tree(case.care):
            yield {**common, **numbers, **texts, **_support(support)}

    def table_3(self, case: Case, dates: PlanDates) -> Iterator[Record]:
        """第3表: weekly services, then daily activities, then other services."""
        head = {**self.head(case.person), "creation_date": dates.created_on, "plan_date": dates.plan}
        for service in case.care.services:
            if not isinstance(service.pattern, Weekly):
                continue
            for weekday in service.pattern.weekdays:
                yield {
                    **head,
                    "weekly_service": service.label,
                    "weekday": str(weekday),
                    "weekly_start_time": service.start,
                    "weekly_end_time": service.end,
                }
        for activity, start, end in case.care.daily:
            yield {**head, "daily_activity": activity, "daily_start_time": start, "daily_end_time": end}
        for other in case.care.others:
            yield {**head, "other_service": other}

    def supplement_of_plan(self, case: Case, dates: PlanDates) -> Record:
        """利用者補足情報 A, which belongs to 第1表."""
        return {
            **self._supplement(case.person),
            "plan_date": dates.plan,
            "service_month": self.edition.no_month,
            **_kind_limits(case.person),
        }

    def supplement_of_month(self, case: Case, visits: Sequence[Visit], month: Month) -> Record:
        """利用者補足情報 D, which belongs to 第6表."""
        sums = _units_by_kind(visits, month)
        over = sum(sums.values()) - case.person.limit_units
        return {
            **self._supplement(case.person),
            "plan_date": self.edition.no_date,
            "service_month": month.text,
            "total_excess_units": str(over) if over > 0 else "",
            **_kind_limits(case.person, sums),
        }

    def _supplement(self, person: Person) -> dict[str, str]:
        return {
            **self.head(person),
            "user_name_kana": person.kana,
            "user_name": person.name,
            "sex": person.sex,
            "birth_date": person.birth_date,
            "user_postal_code": person.postal_code,
            "user_address_1": person.address_1,
            "user_address_2": person.address_2,
            "user_telephone": person.telephone,
            **_certification(person),
            "limit_start": person.certified_from,
            "limit_end": person.certified_to,
            "care_level_change_date": person.level_changed_on,
            "limit_units": str(person.limit_units),
            "previous_care_level": person.previous_level,
            "updating_office": self.planner.number,
        }

    def table_6(
        self, case: Case, visits: Iterable[Visit], month: Month, created_on: str, updating: str = ""
    ) -> Iterator[Record]:
        """第6表 and 実績: one record per day, service and time; `updating` is 更新業者コード."""
        common = {
            **self.head(case.person),
            "creation_date": created_on,
            "service_month": month.text,
            "planning_office": self.planner.number,
            "planner_name": case.manager,
            "service_count": "1",
            "updating_office": updating or self.planner.number,
        }
        same: dict[Service, dict[str, str]] = {}
        for visit in visits:
            service = visit.service
            if service not in same:
                same[service] = common | self._of_service(service, month)
            yield {
                **same[service],
                "units": str(visit.units),
                "service_date": f"{common['service_month']}{visit.day:02d}",
                "start_time": visit.start,
                "end_time": visit.end,
                "over_30_days": "1" if visit.over_30 else "0",
            }

    def _of_service(self, service: Service, month: Month) -> dict[str, str]:
        """The common items of all records of a service in a month."""
        prior = service.pattern.prior_days(month)
        return {
            "prior_short_stay_days": "" if prior is None else str(prior),
            "prorated_days": service.pattern.flags(month),
            "service_code": service.code,
            **self._products.of(service),
            "detail_no": service.detail_no,
            "provider_office": service.office.number,
            "provider_office_name": service.office.name,
            "satellite_no": service.satellite,
        }

    def table_7(self, case: Case, visits: Sequence[Visit], month: Month, created_on: str) -> Iterator[Record]:
        """第7表 of a user."""
        common = {
            **self.head(case.person),
            "creation_date": created_on,
            "service_month": month.text,
            "entry_code": self.edition.totals.grand_total_office,
            "updating_office": self.planner.number,
        }
        for row in self._table7.rows(case.person, visits, month):
            yield common | row


def _certification(person: Person) -> dict[str, str]:
    return {
        "certification_status": person.status,
        "certification_date": person.certified_on,
        "care_level": person.care_level,
    }


def _tree(care: Care) -> Iterator[tuple[dict[str, str], dict[str, str], Support]]:
    """The numbers, the texts of this record, and the support, in the printed order."""
    for need_no, need in enumerate(care.needs, start=1):
        for goal_no, goal in enumerate(need.goals, start=1):
            for support_no, support in enumerate(goal.supports, start=1):
                numbers = {"need_no": str(need_no), "goal_no": str(goal_no), "support_no": str(support_no)}
                yield numbers, _texts(need, goal, goal_no, support_no), support


def _texts(need: CareNeed, goal: Goal, goal_no: int, support_no: int) -> dict[str, str]:
    if support_no > 1:
        return {}
    texts = {"long_term_goal": goal.long_term, "short_term_goal": goal.short_term, **_PERIODS}
    return texts | {"need": need.text} if goal_no == 1 else texts


def _support(support: Support) -> dict[str, str]:
    office = support.office
    return {
        "support_content": support.content,
        "insurance_coverage": COVERED if office else NOT_COVERED,
        "service_type_text": support.service_type,
        "provider_office": office.number if office else "",
        "provider_office_name": office.name if office else support.helper,
        "frequency": support.frequency,
    }


def _units_by_kind(visits: Iterable[Visit], month: Month) -> dict[str, int]:
    """給付管理単位数 by kind of service."""
    counts: dict[object, int] = {}
    limited = [v for v in visits if v.service.limited and not v.over_30]
    sums: dict[str, int] = {}
    for visit in limited:
        counts[visit.service] = counts.get(visit.service, 0) + 1
    for service in {visit.service: None for visit in limited}:
        billed = service.pattern.billed(month)
        units = service.discounted * (counts[service] if billed is None else billed)
        sums[service.office.kind] = sums.get(service.office.kind, 0) + units
    return sums


def _kind_limits(person: Person, sums: Mapping[str, int] | None = None) -> dict[str, str]:
    """種類別限度額, from the first slot on, with the units of the month if known."""
    items = {}
    for slot, limit in enumerate(person.kind_limits, start=1):
        items[f"kind_limit_{slot}_service_kind"] = limit.kind
        items[f"kind_limit_{slot}_units"] = str(limit.units)
        if sums is not None:
            total = sums.get(limit.kind, 0)
            items[f"kind_limit_{slot}_total_units"] = str(total)
            items[f"kind_limit_{slot}_excess_units"] = str(max(0, total - limit.units))
    return items

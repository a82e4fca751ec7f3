"""Legitimate units as practice really has them, from chance: none of them may draw a warning (A25–A33)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import groupby
from random import Random

from careplan_csv.standard import Edition, standard
from careplan_csv.standard.filenames import serial_at
from careplan_csv.synthesis.world import catalogue
from careplan_csv.synthesis.world.arrangement import Arranger
from careplan_csv.synthesis.world.care import Care, Case
from careplan_csv.synthesis.world.care_plans import plan_care
from careplan_csv.synthesis.world.desks import Desk
from careplan_csv.synthesis.world.invented_people import Span, invent_person, invent_planner
from careplan_csv.synthesis.world.months import Month, days_on, month
from careplan_csv.synthesis.world.offices import Office, community_centre, planning_office, town
from careplan_csv.synthesis.world.patterns import FLAGS, DayPattern, OnDays
from careplan_csv.synthesis.world.people import APPLYING, Person
from careplan_csv.synthesis.world.prevention_forms import CenterDesk
from careplan_csv.synthesis.world.services import NO_TIME, Service, visits
from careplan_csv.synthesis.world.texts import Scribe
from careplan_csv.writing.unit_files import Draft, Unit
from careplan_csv.writing.writer import Record

_LEAP_CYCLE = 48
"""Four years in months: every length of a month occurs in them."""

_REDUCTIONS = {
    "11": ("4111", -12),
    "15": ("5612", -47),
    "78": ("5612", -47),
    "21": ("6300", -30),
    "16": ("5612", -47),
}
"""A reduction of each visit, with a sign: item code and units (A25)."""

_BUILDING = {"11": ("4113", -100), "13": ("4111", -100), "A2": ("4114", -100)}
"""同一建物減算 as a row of its own: thousandths that are taken off."""

_DAILY = {
    "76": ("1123", 296),
    "73": ("1125", 506),
    "77": ("1125", 572),
    "A2": ("1212", 39),
    "A6": ("1112", 55),
}
"""Claimed by the day: item code and units (A26)."""

_NEWCOMERS = ("見本 春", "架空 夏")
_AMOUNTS = ("total_cost", "claimed_amount", "copayment")
_LIMITS = (
    "managed_units",
    "kind_limit_excess_units",
    "kind_limit_within_units",
    "category_limit_excess_units",
    "category_limit_within_units",
)


def months_of(edition: Edition) -> tuple[Month, ...]:
    """The first months of 28, 29, 30 and 31 days in which an edition applies, in order."""
    version = edition.version
    first, last = month(version.applies_from), version.applies_to or "999999"
    possible = (first.plus(count) for count in range(_LEAP_CYCLE))
    by_length: dict[int, Month] = {}
    for of in possible:
        if of.text <= last:
            by_length.setdefault(of.length, of)
    return tuple(sorted(by_length.values(), key=lambda of: of.index))


@dataclass(frozen=True)
class WholeMonth(DayPattern):
    """Claimed for every day from one on, visited on some weekdays; 日割対象日 marks what is claimed."""

    weekdays: tuple[int, ...]
    first: int = 1

    def days(self, month: Month) -> Sequence[int]:
        return [day for day in days_on(month, self.weekdays) if day >= self.first] or (self.first,)

    def billed(self, month: Month) -> int | None:
        return month.length - self.first + 1

    def flags(self, month: Month) -> str:
        return ("0" * (self.first - 1) + "1" * (month.length - self.first + 1)).ljust(FLAGS, "0")


@dataclass
class Practice:
    """One planning office and its users, month after month.

    Attributes:
        number: of the office, from 0; it is the source of all chance too.
    """

    edition: Edition
    number: int

    def __post_init__(self) -> None:
        self.random = Random(f"practice/{self.edition.csv_version}/{self.number}")
        self.months = months_of(self.edition)
        self.span = Span(self.months[0], self.months[-1])
        self.arranger = Arranger(town(self.number % 20), self.span)
        self.planner = planning_office(self.number)
        self.centre = community_centre(self.number)

    def units(self) -> Iterator[Unit]:
        """All units of the office and of the centre beside it."""
        random = self.random
        care = [
            self._case(place, random.choice(catalogue.NEEDED_CARE), self._care_kinds()) for place in range(5)
        ]
        support = [self._case(place + 5, "12", ("A2",)) for place in range(3)]
        for of in self.months:
            care = [self._renamed(case) for case in care]
            support = [self._renamed(case) for case in support]
            yield from self._plans(care, of)
            yield from self._schedules(care, support, of)
            yield from self._results(care, of)
        yield from self._prevention(support)

    def _care_kinds(self) -> tuple[str, ...]:
        menu, _ = self.random.choice(catalogue.CARE_MENUS)
        return menu

    def _case(self, place: int, level: str, kinds: Sequence[str]) -> Case:
        random = self.random
        person = invent_person(random, 1 + self.number * 20 + place, level, self.span)
        if random.random() < 0.1:
            # 区分変更申請中: the certificate in force stands there all the while (A27).
            first = self.span.first.plus(-3)
            last = self.span.last.plus(6)
            person = replace(
                person,
                status=APPLYING,
                certified_from=first.day(1),
                certified_to=last.day(1),
                certified_on=first.plus(-1).day(20),
            )
        services = [*self.arranger.arrange(random, kinds), *self._by_the_day(kinds)]
        services += list(self._reductions(services))
        names = {code: kind.name for code, kind in self.edition.kinds.items()}
        return Case(person, plan_care(random, services, names, Scribe(random, 0)), invent_planner(random))

    def _by_the_day(self, kinds: Sequence[str]) -> Iterator[Service]:
        """A service that is claimed for all days of the month and given on some."""
        random = self.random
        if random.random() < 0.5:
            return
        kind = random.choice(("A2", "A6") if "A2" in kinds else ("73", "76", "77"))
        office = random.choice(self.arranger.town.by_kind[kind])
        item, units = _DAILY[kind]
        days = tuple(sorted(random.sample(range(1, 8), random.randrange(1, 4))))
        pattern = WholeMonth(days, random.choice((1, 1, 1, 11)))
        start, end = random.choice((("0900", "0930"), (NO_TIME, NO_TIME)))
        yield Service(office, kind + item, "日割", pattern, start, end, units, "10.21")

    def _reductions(self, services: Sequence[Service]) -> Iterator[Service]:
        """Rows that take something off: of each visit, or of the month."""
        random = self.random
        for service in services:
            kind = service.office.kind
            if service.permille or service.pattern.flags(self.months[0]) or random.random() < 0.5:
                continue
            if kind in _REDUCTIONS:
                item, units = _REDUCTIONS[kind]
                yield replace(service, code=kind + item, label="減算", units=units, rate=100)
            if kind in _BUILDING:
                item, permille = _BUILDING[kind]
                yield replace(
                    service, code=kind + item, label="同一建物減算", units=0, rate=100, permille=permille,
                    start=NO_TIME, end=NO_TIME, pattern=OnDays(),
                )  # fmt: skip
            return

    def _renamed(self, case: Case) -> Case:
        """Now and then somebody marries, or a date of birth is corrected (A32)."""
        random, person = self.random, case.person
        if random.random() < 0.15:
            given = person.name.split("　")[-1]
            person = replace(person, name=f"{random.choice(_NEWCOMERS).split(' ')[0]}　{given}")
        elif random.random() < 0.05:
            year = int(person.birth_date[:4])
            person = replace(person, birth_date=f"{year - 1}{person.birth_date[4:]}")
        return case._replace(person=person)

    def _serial(self, of: Month, months: int, day: int, number: int) -> str:
        return serial_at(of.plus(months).moment(day, 9) + timedelta(seconds=number))

    def _plans(self, cases: Sequence[Case], of: Month) -> Iterator[Unit]:
        """Plans of the first of the month, sent days before it (A28), their supports in any order."""
        desk = Desk(self.edition, of.day(1), self.planner)
        for number, case in enumerate(cases):
            for receiver in case.care.offices[:1]:
                unit = desk.plan_unit([case], receiver, of.day(1), self._serial(of, -1, 20, number))
                yield self._changed(unit, UP2KYO=self._shuffled, UP3KYO=self._with_points)

    def _shuffled(self, records: Sequence[Record]) -> list[Record]:
        return self.random.sample(list(records), len(records))

    def _with_points(self, records: Sequence[Record]) -> list[Record]:
        """起床 at 0600: equal times."""
        return [
            {**one, "daily_end_time": one["daily_start_time"]} if one.get("daily_activity") else one
            for one in records
        ]

    def _changed(self, unit: Unit, **changes: object) -> Unit:
        drafts = [
            draft.with_records(changes[draft.prefix](draft.records))  # type: ignore[operator]  # functions
            if draft.prefix in changes
            else draft
            for draft in unit.drafts
        ]
        return Unit(unit.id, tuple(drafts), unit.images)

    def _schedules(self, care: Sequence[Case], support: Sequence[Case], of: Month) -> Iterator[Unit]:
        """Schedules dated the first of their month (A28); those of one second differ in kinds alone."""
        kinds = bool("sender_kind" in self.edition.file_name)
        number = 0
        for planner, cases in ((self.planner, care), (self.centre, support)):
            desk = Desk(self.edition, of.day(1), planner)
            if kinds and planner is self.centre:
                # 46 and AF in one second to one office, each with its own users.
                managed = replace(planner, kind="AF")
                for one, case in zip((planner, managed), cases, strict=False):
                    own = Desk(self.edition, of.day(1), one)
                    receiver = case.care.offices[0]
                    yield self._styled(
                        own.schedule_unit([case], receiver, of.text, self._serial(of, -1, 25, 9000))
                    )
                cases = cases[2:]
            for case in cases:
                planned = [s for s in case.care.services if visits([s], of)]
                for receiver in dict.fromkeys(service.office for service in planned):
                    number += 1
                    serial = self._serial(of, -1, 25, number)
                    yield self._styled(desk.schedule_unit([case], receiver, of.text, serial))
                    if kinds and self.random.random() < 0.2:
                        yield from self._twin(desk, case, receiver, of, serial)

    def _twin(self, desk: Desk, case: Case, receiver: Office, of: Month, serial: str) -> Iterator[Unit]:
        """Another user at the same office under another kind, in the same second."""
        kind = "13" if receiver.kind != "13" else "11"
        office = replace(receiver, kind=kind, branches=())
        service = Service(office, kind + "1111", "訪問", WholeMonth((2, 5)), "1000", "1030", 300, "10.21")
        person = replace(
            case.person, insured=f"{int(case.person.insured[1:]) + 500_000:010d}", name="双子　秋", rate=90
        )
        care = Care("", "", (), (service,), (), ())
        yield self._styled(desk.schedule_unit([Case(person, care)], office, of.text, serial))

    def _results(self, cases: Sequence[Case], of: Month) -> Iterator[Unit]:
        desk = Desk(self.edition, of.plus(1).day(2), self.planner)
        for number, case in enumerate(cases):
            for sender in dict.fromkeys(s.office for s in case.care.services if visits([s], of)):
                serial = self._serial(of, 1, 2, number * 20 + len(sender.kind))
                yield desk.result_unit([case], sender, of.text, serial)

    def _styled(self, unit: Unit) -> Unit:
        """第7表 in one of the ways in which software writes it (A21, A29, A33)."""
        return self._changed(unit, UPSIKYU=lambda records: styled(self.random, records))

    def _prevention(self, cases: Sequence[Case]) -> Iterator[Unit]:
        """介護予防: information and plans with supports in any order, people with new names, deletions."""
        if "UPYOBO" not in self.edition.prefixes:
            return
        for number, case in enumerate(cases):
            sender = replace(self.centre, kind=self.random.choice(("46", "AF")))
            desk = CenterDesk(self.edition, case.care.offices[0], sender)
            first, second = (
                self._serial(self.span.first, -1, 10, number),
                self._serial(self.span.first, 0, 10, number),
            )
            day, later = first[:8], second[:8]
            person, renamed = case.person, self._renamed(self._renamed(case)).person
            yield self._plan_of_prevention(desk, person, day, first)
            yield self._plan_of_prevention(desk, renamed, later, second)
            yield desk.plan_deletion(renamed, later, self._serial(self.span.first, 0, 11, number))
            yield desk.information_deletion(person, day, self._serial(self.span.first, 0, 11, number + 50))

    def _plan_of_prevention(self, desk: CenterDesk, person: Person, day: str, serial: str) -> Unit:
        # Whoever wrote it may have dated it the first of the month after.
        person = replace(
            person, certified_from=person.certified_from or day, certified_to=person.certified_to or day
        )
        unit = desk.full_unit(replace(person, certified_on=person.certified_on or day), day, day, serial)
        return self._changed(unit, UPYOBO_SUB=self._shuffled)


def styled(random: Random, records: Sequence[Record]) -> list[Record]:
    """第7表 of some users, each office and kind in a style of its own, with a grand total that fits."""
    made: list[Record] = []
    for _, rows in groupby(records, key=lambda row: row["insured_number"]):
        *parts, grand = rows
        changed: list[dict[str, str]] = []
        for _, group in groupby(parts, key=lambda row: (row["provider_office"], row["service_code"][:2])):
            changed += _group_styled(random, [dict(row) for row in group])
        made += [*changed, _grand_total(dict(grand), changed)]
    return made


def _group_styled(random: Random, rows: list[dict[str, str]]) -> list[dict[str, str]]:
    subtotals = {row["service_code"][2:]: row for row in rows if row["service_code"][2:].isalpha()}
    outside = [
        row
        for row in rows
        if "managed_units" not in row and row["service_code"][2:].isdigit() and row["over_30_days"] == "0"
    ]
    if "AAAA" in subtotals and "EEEE" in subtotals and random.random() < 0.6:
        rows.remove(subtotals["EEEE"])
        _take_in(random, subtotals["AAAA"], outside)
    if "AAAA" in subtotals and random.random() < 0.5:
        _not_managed(random, subtotals["AAAA"], rows)
    if random.random() < 0.3:
        for row in rows:
            if "managed_units" not in row:
                row.update(dict.fromkeys(_LIMITS, "0"))
    if random.random() < 0.3 and "AAAA" in subtotals:
        _carry(
            subtotals["AAAA"], [row for row in rows if row not in subtotals.values() and row not in outside]
        )
    if random.random() < 0.2:
        for row in rows:
            if "benefit_rate" in row:
                row["benefit_rate"] = row["benefit_rate"].zfill(3)
    return rows


def _not_managed(random: Random, limited: dict[str, str], rows: list[dict[str, str]]) -> None:
    """What is taken off counts for the cost alone: 給付管理 and the limit go by the units before it."""
    taken_off = [row for row in rows if row.get("managed_units", "").startswith("-")]
    if limited.get("category_limit_excess_units", "0") != "0" or not taken_off:
        return
    units = -sum(int(row["managed_units"]) for row in taken_off)
    for item_id in ("managed_units", "category_limit_within_units"):
        limited[item_id] = str(int(limited[item_id]) + units)
    empty = random.random() < 0.5
    for row in taken_off:
        row["managed_units"] = "" if empty else "0"


def _take_in(random: Random, limited: dict[str, str], outside: list[dict[str, str]]) -> None:
    """What is outside the limit, in the cost of the AAAA row; of several rows one may keep amounts of its own."""
    alone = outside.pop() if len(outside) > 1 and random.random() < 0.5 else None
    if alone is not None:
        _pay(alone, int(alone["unit_amount"]), limited)
    units = int(limited["category_limit_within_units"]) + sum(int(row["unit_amount"]) for row in outside)
    _pay(limited, units, limited)
    limited["unit_amount"] = str(
        int(limited["unit_amount"]) + sum(int(row["unit_amount"]) for row in outside)
    )


def _pay(row: dict[str, str], units: int, like: Mapping[str, str]) -> None:
    """Amounts of some units at the price and rate of another row."""
    price, rate = like["unit_price"], like["benefit_rate"]
    cost = units * int(price.replace(".", "")) // 100
    claim = cost * int(rate) // 100
    row.update({"unit_price": price, "benefit_rate": rate})
    row.update(zip(_AMOUNTS, map(str, (cost, claim, cost - claim)), strict=True))


def _carry(limited: dict[str, str], rows: list[dict[str, str]]) -> None:
    """The amounts of the subtotal on its rows as well, each rounded by itself; not where units are over the limit."""
    if limited.get("category_limit_excess_units", "0") != "0":
        return
    for row in rows:
        if int(row.get("managed_units") or 0) and row["over_30_days"] == "0":
            units = int(row["unit_amount"])
            row.update({"category_limit_excess_units": "0", "category_limit_within_units": str(units)})
            _pay(row, units, limited)


def _grand_total(grand: dict[str, str], rows: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """The grand total of rows as they are now: subtotals, and what no subtotal adds up."""
    suffixes = {(row["provider_office"], row["service_code"]) for row in rows}

    def counts(row: Mapping[str, str]) -> bool:
        code = row["service_code"]
        if code[2:].isalpha():
            return True
        part = (
            "ZZZZ" if row["over_30_days"] == "1" else "AAAA" if int(row.get("managed_units") or 0) else "EEEE"
        )
        return (row["provider_office"], code[:2] + part) not in suffixes

    for item_id in (*_LIMITS, *_AMOUNTS, "full_copayment"):
        told = [int(row[item_id]) for row in rows if counts(row) and row.get(item_id)]
        grand.pop(item_id, None)
        if told:
            grand[item_id] = str(sum(told))
    return grand


def practice(offices: int, first: int = 0) -> Iterator[tuple[str, list[Unit]]]:
    """The units of some offices in every edition, by the edition."""
    for number in range(first, first + offices):
        for csv_version in reversed(standard().editions):
            yield csv_version, list(Practice(standard().edition(csv_version), number).units())


__all__ = ["Draft", "Practice", "practice", "styled"]

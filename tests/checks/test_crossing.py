"""B703–B708 and B710 on whole units: what differs between files, and what only seems to."""

from __future__ import annotations

from dataclasses import replace

import pytest
from made_units import changed, draft, files_of, findings, told

from careplan_csv.standard import standard
from careplan_csv.synthesis.faults.fault import BASES
from careplan_csv.synthesis.world.care import TOOLS, VISITS, Care, Case
from careplan_csv.synthesis.world.desks import Desk
from careplan_csv.synthesis.world.offices import Office
from careplan_csv.synthesis.world.patterns import DayPattern
from careplan_csv.synthesis.world.people import HOME_HELP, PLANNER, sample_people
from careplan_csv.synthesis.world.prevention_forms import CENTER, HOME_VISIT, CenterDesk, sample_client
from careplan_csv.synthesis.world.services import NO_TIME, Service
from careplan_csv.writing.unit_files import Draft, Unit

EDITION = standard().edition("202407")
FIRST, SECOND = sample_people(2025)
CLIENT = sample_client(2025)
RENAMED = replace(FIRST, name="見本 花世", kana="ミホン ハナヨ")
CORRECTED = replace(FIRST, birth_date="19400306")


def schedule(
    *cases: Case, to: Office = HOME_HELP, at: str = "20250325100100", edition: str = "202407"
) -> Unit:
    of = "202504" if edition == "202407" else "202503"
    desk = Desk(standard().edition(edition), at[:8])
    return desk.schedule_unit(list(cases), to, of, at)


def plan(*cases: Case, at: str = "20250325090100", to: Office = HOME_HELP) -> Unit:
    return Desk(EDITION, at[:8]).plan_unit(list(cases), to, "20250325", at)


# --- B705: one person, told in two ways -----------------------------------------------------------


@pytest.mark.parametrize("person", [RENAMED, CORRECTED], ids=["name", "birth"])
def test_a_person_may_be_told_anew_on_another_day(person: object) -> None:
    case = Case(FIRST, VISITS)._replace(person=person)  # type: ignore[arg-type]  # one of two persons
    same_day = files_of(plan(Case(FIRST, VISITS)), schedule(case))
    assert {found[:3] for found in told(same_day, "B")} == {("B705", "warning", "UPHOSOKU")}
    next_day = files_of(plan(Case(FIRST, VISITS)), schedule(case, at="20250326100100"))
    assert {found[:3] for found in told(next_day, "B")} == {("B705", "info", "UPHOSOKU")}


def test_a_change_is_told_once() -> None:
    days = [
        schedule(Case(FIRST, VISITS)),
        schedule(Case(RENAMED, VISITS), at="20250326100100"),
        schedule(Case(RENAMED, VISITS), at="20250327100100"),
    ]
    assert [found[:2] for found in told(files_of(*days), "B")] == [("B705", "info")]


def test_both_sides_of_a_person_are_told_by_their_shape() -> None:
    files = files_of(plan(Case(FIRST, VISITS)), schedule(Case(RENAMED, VISITS)))
    [finding] = [f for f in findings(files) if f.rule == "B705"]
    first = finding.first
    assert first.expected == first.found == "漢字2字＋空白1字＋漢字2字"
    assert first.other is not None
    assert first.other.file.split("/")[-1].startswith("UPHOSOKU_000000_")
    assert (first.other.line, first.other.record) == (1, 1)


def test_units_of_one_second_are_told_apart_by_kinds() -> None:
    day_care = Office(HOME_HELP.number, "15", HOME_HELP.name)
    one = schedule(Case(FIRST, VISITS))
    certified = Case(
        replace(
            SECOND,
            insured=FIRST.insured,
            insurer=FIRST.insurer,
            name=FIRST.name,
            birth_date=FIRST.birth_date,
            sex=FIRST.sex,
        ),
        VISITS,
    )
    other = schedule(certified, to=day_care)
    assert told(files_of(one, other), "B") == []


# --- B706: 第7表 against 第6表 --------------------------------------------------------------------


class Daily(DayPattern):
    """Claimed by the day of the whole month, visited on three days."""

    def __init__(self, visited: tuple[int, ...] = (2, 9, 16)) -> None:
        self.visited = visited

    def days(self, month: object) -> tuple[int, ...]:
        return self.visited

    def billed(self, month: object) -> int:
        return month.length  # type: ignore[attr-defined]  # a Month

    def flags(self, month: object) -> str:
        return ("1" * month.length).ljust(31, "0")  # type: ignore[attr-defined]  # a Month


def by_the_day(start: str = "0900", end: str = "0930") -> Case:
    office = Office(HOME_HELP.number, "76", HOME_HELP.name)
    service = Service(office, "761123", "定期巡回日割", Daily(), start, end, 296, "10.21")
    care = Care("", "", (), (service,), (), ())
    return Case(replace(FIRST, limit_units=36217), care)


def test_days_that_are_claimed_are_counted_not_visits() -> None:
    office = Office(HOME_HELP.number, "76", HOME_HELP.name)
    for times in (("0900", "0930"), (NO_TIME, NO_TIME)):
        assert told(files_of(schedule(by_the_day(*times), to=office)), "B", "T") == []


def with_counts(unit: Unit, **values: str) -> dict[str, bytes]:
    """The unit, its first row of 第7表 changed."""
    table = next(one for one in unit.drafts if one.prefix == "UPSIKYU")
    for item_id, value in values.items():
        table = table.with_item(0, item_id, value)
    return files_of(unit, table)


def test_more_days_than_are_marked() -> None:
    office = Office(HOME_HELP.number, "76", HOME_HELP.name)
    unit = schedule(by_the_day(), to=office)
    [finding] = [f for f in findings(with_counts(unit, service_count="31")) if f.rule == "B706"]
    assert (finding.severity, finding.first.expected, finding.first.found) == ("warning", "30回", "31回")
    assert finding.first.other is not None
    assert finding.first.other.file.split("/")[-1].startswith("UPPLAN_")
    assert [found[:2] for found in told(with_counts(unit, service_count="29"), "B")] == [("B706", "info")]


def test_days_over_30_stand_in_both_tables() -> None:
    unit = schedule(Case(FIRST, VISITS))
    table_6 = next(one for one in unit.drafts if one.prefix == "UPPLAN").with_item(3, "over_30_days", "1")
    assert [found[:3] for found in told(files_of(unit, table_6), "B")] == [("B706", "warning", "UPSIKYU")]
    table_7 = next(one for one in unit.drafts if one.prefix == "UPSIKYU")
    for place in range(len(table_7.records)):
        both = files_of(unit, table_6, table_7.with_item(place, "over_30_days", "1"))
        assert told(both, "B") == []


def test_a_gap_is_shown_at_the_right_unit_of_a_second() -> None:
    day_care = Office(HOME_HELP.number, "15", HOME_HELP.name)
    stranger = Case(replace(FIRST, insured="0000000909"), VISITS)
    one, other = schedule(Case(FIRST, VISITS)), schedule(stranger, to=day_care)
    files = with_counts(other, service_count="99") | files_of(one)
    names = {f.file for f in findings(files) if f.rule == "B706"}
    assert names == {f"in/{next(d.name for d in other.drafts if d.prefix == 'UPSIKYU')}"}
    assert "_15_" in names.pop()


@pytest.mark.parametrize(
    ("prefix", "values"),
    [
        ("UPPLAN", {"service_code": "11211"}),
        ("UPPLAN", {"insured_number": "101"}),
        ("UPPLAN", {"provider_office": "35799"}),
        ("UPPLAN", {"insurer_number": "359019"}),
        ("UPPLAN", {"service_count": "x"}),
        ("UPSIKYU", {"service_code": "11211"}),
        ("UPSIKYU", {"insured_number": "101"}),
        ("UPHOSOKU", {"insured_number": "101"}),
        ("UPHOSOKU", {"user_name": "　"}),
        ("UPHOSOKU", {"service_month": "2025/04"}),
    ],
)
def test_a_fault_of_its_own_draws_no_other(prefix: str, values: dict[str, str]) -> None:
    two = schedule(Case(FIRST, VISITS), Case(replace(FIRST, insured="0000000909", name="見本 花江"), VISITS))
    one = next(one for one in two.drafts if one.prefix == prefix)
    for item_id, value in values.items():
        one = one.with_item(0, item_id, value)
    assert told(files_of(two, one), "B", "T", "R") == []


def test_a_month_that_differs_from_the_name_is_one_finding() -> None:
    unit = schedule(Case(FIRST, VISITS))
    for prefix, count in (("UPPLAN", 1), ("UPSIKYU", 1), ("UPSIKYU", 99)):
        one = next(one for one in unit.drafts if one.prefix == prefix)
        records = [
            {**record, "service_month": "202505"} if place < count else record
            for place, record in enumerate(one.records)
        ]
        assert {found[0] for found in told(files_of(unit, one.with_records(records)), "B", "T")} == {"T602"}


def test_a_number_that_is_mistyped_throughout_a_file_is_one_finding() -> None:
    unit = schedule(Case(FIRST, VISITS))
    for prefix in ("UPPLAN", "UPSIKYU", "UPHOSOKU"):
        one = next(one for one in unit.drafts if one.prefix == prefix)
        typed = one.with_records({**record, "insurer_number": "359019"} for record in one.records)
        assert {found[0] for found in told(files_of(unit, typed), "B", "T", "F")} == {"F420"}
    gone = deleted("deletion", "DLTPLAN", insurer_number="359019")
    assert told(files_of(BASES["schedule"](), gone), "B") == []


def test_a_number_that_is_odd_in_all_files_hides_no_gap() -> None:
    odd = replace(FIRST, insurer="359019")
    unit = schedule(Case(odd, VISITS), Case(replace(odd, insured="0000000909", name="見本 花江"), VISITS))
    assert told(files_of(unit), "B", "T") == []
    one = next(one for one in unit.drafts if one.prefix == "UPSIKYU")
    fewer = one.with_records(record for record in one.records if record["insured_number"] != "0000000909")
    assert [found[:3] for found in told(files_of(unit, fewer), "B", "T")] == [("B704", "error", "UPPLAN")]


# --- B707: users who have nothing to do with the receiver ----------------------------------------


@pytest.mark.parametrize("edition", ["202407", "202208"])
def test_users_of_another_office(edition: str) -> None:
    tools = Case(SECOND, TOOLS)
    assert told(files_of(schedule(Case(FIRST, VISITS), edition=edition)), "B") == []
    both = told(files_of(schedule(Case(FIRST, VISITS), tools, edition=edition)), "B")
    assert [found[:3] for found in both] == [("B707", "warning", "UPPLAN")]
    none = told(files_of(schedule(tools, edition=edition)), "B")
    assert [found[:3] for found in none] == [("B707", "warning", "UPPLAN")]


def test_entrusted_offices_and_centres_serve_nobody() -> None:
    case = Case(FIRST, VISITS)
    for sender, receiver in ((CENTER, PLANNER), (PLANNER, CENTER)):
        for edition in ("202407", "202208"):
            of = "202504" if edition == "202407" else "202503"
            desk = Desk(standard().edition(edition), "20250225", sender)
            assert told(files_of(desk.schedule_unit([case], receiver, of, "20250225100100")), "B707") == []
    other = Office(PLANNER.number, "43", PLANNER.name)
    desk = Desk(standard().edition("202208"), "20250225", Office(HOME_HELP.number, "43", ""))
    unit = desk.schedule_unit([case], other, "202503", "20250225100100")
    table = next(one for one in unit.drafts if one.prefix == "UPPLAN")
    planned = table.with_records({**record, "planning_office": PLANNER.number} for record in table.records)
    assert told(files_of(unit, planned), "B707") == []


# --- B708: deletions ------------------------------------------------------------------------------


def deleted(base: str, prefix: str, **values: str) -> Draft:
    return changed(base, prefix, **values)


@pytest.mark.parametrize(
    ("sent", "base", "prefix", "values", "expected"),
    [
        ("schedule", "deletion", "DLTPLAN", {}, 0),
        ("schedule", "deletion", "DLTPLAN", {"insured_number": "0000000909"}, 1),
        ("result", "result_deletion", "DLTJSK", {"insured_number": "0000000909"}, 1),
        ("plan", "plan_deletion", "DLT1KYO", {}, 0),
        ("plan", "plan_deletion", "DLT1KYO", {"plan_date": "20250324"}, 1),
        ("plan", "plan_deletion", "DLT1KYO", {"insured_number": "0000000909"}, 1),
        ("plan", "plan_deletion", "DLT1KYO", {"insured_number": "0000000909", "plan_date": "20240101"}, 0),
        ("basic_information", "basic_information_deletion", "DLTKIHON", {}, 0),
        ("basic_information", "basic_information_deletion", "DLTKIHON", {"insured_number": "0000000909"}, 1),
        ("basic_information", "basic_information_deletion", "DLTKIHON", {"consultation_date": "20250309"}, 1),
        ("prevention_plan", "prevention_plan_deletion", "DLTYOBO", {}, 0),
        ("prevention_plan", "prevention_plan_deletion", "DLTYOBO", {"insured_number": "0000000909"}, 1),
        ("prevention_plan", "prevention_plan_deletion", "DLTYOBO", {"insured_number": "909"}, 0),
        ("schedule", "deletion", "DLTPLAN", {"insured_number": "909"}, 0),
    ],
)
def test_deletions(sent: str, base: str, prefix: str, values: dict[str, str], expected: int) -> None:
    files = files_of(BASES[sent](), deleted(base, prefix, **values))
    assert len(told(files, "B708")) == expected


def test_both_sides_of_a_deletion() -> None:
    files = files_of(BASES["plan"](), deleted("plan_deletion", "DLT1KYO", plan_date="20250324"))
    [finding] = [f for f in findings(files) if f.rule == "B708"]
    first = finding.first
    assert (first.expected, first.found) == ("数字8字", "数字8字")
    assert first.other is not None
    assert first.other.file.split("/")[-1].startswith("UP1KYO_")
    assert first.other.line == 1


def test_a_second_deletion_of_the_same_is_silent() -> None:
    first = deleted("deletion", "DLTPLAN", insured_number="0000000909")
    second = replace(first, serial="20250425120100")
    assert len(told(files_of(BASES["schedule"](), first, second), "B708")) == 1


def test_deletions_to_another_kind_or_before_the_sending_are_not_compared() -> None:
    gone = deleted("deletion", "DLTPLAN", insured_number="0000000909")
    to_another = replace(gone, route=replace(gone.route, receiver_kind="15"))
    assert told(files_of(BASES["schedule"](), to_another), "B708") == []
    assert told(files_of(BASES["schedule"](), replace(gone, serial="20250325100000")), "B708") == []


def test_information_of_another_person_at_another_time_is_not_compared() -> None:
    desk = CenterDesk(EDITION, HOME_VISIT)
    stranger = replace(CLIENT, insured="0000000909")
    files = files_of(
        desk.information_unit(CLIENT, "20250310", "20250310160030"),
        desk.information_deletion(stranger, "20230110", "20250311080030"),
    )
    assert told(files, "B708") == []


# --- B704, B710 -----------------------------------------------------------------------------------


def test_a_person_without_table_6_is_one_finding() -> None:
    unit = schedule(Case(FIRST, VISITS))
    table = next(one for one in unit.drafts if one.prefix == "UPSIKYU")
    more = [{**record, "insured_number": "0000000909"} for record in table.records]
    assert [
        found[0] for found in told(files_of(unit, table.with_records([*table.records, *more])), "B", "T")
    ] == ["B704"]


def test_results_that_nobody_planned() -> None:
    files = files_of(BASES["schedule"](), changed("result", "UPJSK", insured_number="0000000909"))
    [finding] = [f for f in findings(files) if f.rule == "B710"]
    assert (finding.first.record, finding.first.expected, finding.first.found) == (1, "1件以上", "0件")
    assert finding.first.other is not None
    assert finding.first.other.file.split("/")[-1].startswith("UPPLAN_")
    assert told(files_of(BASES["schedule"](), draft("result", "UPJSK")), "B710") == []
    broken = files_of(BASES["schedule"](), changed("result", "UPJSK", insured_number="909"))
    assert told(broken, "B710") == []
    broken = files_of(
        BASES["schedule"](), changed("schedule", "UPPLAN", insured_number="101"), draft("result", "UPJSK")
    )
    assert told(broken, "B710") == []

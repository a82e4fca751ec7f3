"""T608: whose records a file holds, and who wrote them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from made_units import changed, draft, in_file

from careplan_csv.standard import standard
from careplan_csv.standard.checkdigits import with_check_digit
from careplan_csv.synthesis.world.care import VISITS, Case
from careplan_csv.synthesis.world.desks import Desk
from careplan_csv.synthesis.world.people import DAY_CARE, HOME_HELP, PLANNER, sample_people
from careplan_csv.synthesis.world.prevention_forms import CENTER, HOME_VISIT
from careplan_csv.writing.unit_files import Draft, Route

WRITTEN = [
    ("schedule", "UPPLAN"),
    ("schedule", "UPSIKYU"),
    ("schedule", "UPHOSOKU"),
    ("plan", "UP1KYO"),
    ("plan", "UP2KYO"),
    ("plan", "UPHOSOKU"),
]


def sent(one: Draft, **route: str) -> Draft:
    """The same file by another way."""
    return replace(one, route=replace(one.route, **route))


@pytest.mark.parametrize(("base", "prefix"), WRITTEN)
def test_the_receiver_does_not_write_what_is_sent(base: str, prefix: str) -> None:
    for number in (HOME_HELP.number, DAY_CARE.number):
        assert in_file(changed(base, prefix, updating_office=number), "T608") == [("T608", "warning", 1)]
    for number in ("", PLANNER.number, CENTER.number, "35799000", with_wrong_digit(HOME_HELP.number)):
        assert in_file(changed(base, prefix, updating_office=number), "T608") == []


def with_wrong_digit(number: str) -> str:
    return number[:-1] + str((int(number[-1]) + 1) % 10)


@pytest.mark.parametrize("prefix", ["UPPLAN", "UPSIKYU", "UPHOSOKU"])
def test_older_files_are_judged_alike(prefix: str) -> None:
    desk = Desk(standard().edition("202208"), "20250225")
    case = Case(sample_people(2025)[0], VISITS)
    unit = desk.schedule_unit([case], HOME_HELP, "202503", "20250225100100")
    one = next(one for one in unit.drafts if one.prefix == prefix)
    assert in_file(one, "T608") == []
    assert in_file(one.with_item(0, "updating_office", HOME_HELP.number), "T608") == [("T608", "warning", 1)]


def test_a_centre_passes_on_what_an_entrusted_office_wrote() -> None:
    one = sent(
        changed("schedule", "UPPLAN", updating_office=PLANNER.number), sender=CENTER.number, sender_kind="46"
    )
    assert in_file(one, "T608") == []
    back = sent(one, receiver=PLANNER.number, receiver_kind="43")
    assert in_file(back, "T608") == []
    wrong = sent(
        changed("schedule", "UPPLAN", updating_office=HOME_HELP.number),
        sender=CENTER.number,
        sender_kind="46",
    )
    assert in_file(wrong, "T608") == [("T608", "warning", 1)]


@pytest.mark.parametrize(
    ("sender_kind", "codes", "wrong"),
    [
        ("11", ("112111", "117211"), []),
        ("11", ("112111", "152241"), [2]),
        ("11", ("A22411", "112111"), [1]),
        ("A2", ("A11111", "A22411"), []),
        ("A4", ("A11111", "A31001"), []),
        ("A6", ("A51111", "A81001"), []),
        ("A6", ("A22411", "A61113"), [1]),
        ("11", ("331111", "112111"), []),
        ("11", ("11211", "112111"), []),
        ("43", ("112111", "152241"), []),
        ("ZZ", ("112111", "152241"), []),
    ],
)
def test_results_are_of_the_senders_kind(sender_kind: str, codes: tuple[str, str], wrong: list[int]) -> None:
    one = sent(draft("result", "UPJSK"), sender_kind=sender_kind)
    records = [{**record, "service_code": code} for record, code in zip(one.records, codes, strict=False)]
    found = in_file(one.with_records(records), "T608")
    assert found == [("T608", "warning", record) for record in wrong]


@pytest.mark.parametrize(
    ("sender_kind", "kind", "expected"),
    [("11", "11", 0), ("11", "15", 1), ("A2", "A1", 0), ("A2", "A6", 1), ("11", "ZZ", 0), ("11", "33", 0)],
)
def test_deletions_of_results_are_of_the_senders_kind(sender_kind: str, kind: str, expected: int) -> None:
    one = sent(changed("result_deletion", "DLTJSK", service_kind=kind), sender_kind=sender_kind)
    assert len(in_file(one, "T608")) == expected


def test_deletions_of_results_of_another_office() -> None:
    one = changed("result_deletion", "DLTJSK", provider_office=DAY_CARE.number)
    assert in_file(one, "T608") == [("T608", "warning", 1)]


def test_a_name_with_a_fault_of_its_own_draws_no_other() -> None:
    for number in (HOME_HELP.number[:-1], with_wrong_digit(HOME_HELP.number)):
        assert in_file(sent(draft("result", "UPJSK"), sender=number), "T608", "T609") == []


def test_results_through_an_entrusted_office() -> None:
    one = draft("result", "UPJSK")
    route = Route(PLANNER.number, "43", CENTER.number, "46")
    records = [{**r, "provider_office": HOME_VISIT.number, "service_code": "A22411"} for r in one.records]
    assert in_file(replace(one, route=route).with_records(records), "T608") == []


def test_older_results_through_an_entrusted_office() -> None:
    desk = Desk(standard().edition("202208"), "20250402")
    unit = desk.result_unit([Case(sample_people(2025)[0], VISITS)], HOME_HELP, "202503", "20250402100100")
    [one] = unit.drafts
    assert in_file(one, "T608") == []
    assert len(in_file(sent(one, sender=DAY_CARE.number), "T608")) > 0
    assert in_file(sent(one, sender=PLANNER.number, receiver=CENTER.number), "T608") == []


def test_other_numbers_have_their_own_digit() -> None:
    assert in_file(changed("result", "UPJSK", provider_office=with_check_digit("357990099")), "T608") == [
        ("T608", "warning", 1)
    ]

"""R501–R513 and T601–T603 on whole files."""

from __future__ import annotations

import pytest
from helpers import PLAN, SUPPLEMENT, SUPPLEMENT_A, check_bytes, file_of, plan_record, rules_of

SUPPLEMENT_D = (
    '202407,352013,0000000001,00000000,"カクウ","架空",1,19400101,,,,,20250101,20250101,20260331,2,,23,27048'
    + "," * 44
    + "202504"
).split(",")


def supplement(plan_date: str, month: str, insured: str = "0000000001") -> list[str]:
    record = list(SUPPLEMENT_D)
    record[2], record[3], record[-1] = insured, plan_date, month
    return record


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, {}),
        ({"service_date": "20250501"}, {"R501": "error"}),
        ({"service_code": "171001"}, {"R502": "error"}),
        ({"service_code": "171001", "tais_code": "00001-000001"}, {}),
        ({"service_code": "171001", "equipment_code": "00001-000001"}, {}),
        ({"service_code": "178001"}, {}),
        (
            {"service_code": "671001", "tais_code": "00001-000001", "equipment_code": "00001-000002"},
            {"R502": "warning"},
        ),
        ({"tais_code": "00001-000001"}, {"R502": "warning"}),
        ({"start_time": "9999"}, {"R504": "error"}),
        ({"end_time": "9999"}, {"R504": "error"}),
        ({"start_time": "9999", "end_time": "9999"}, {}),
        ({"start_time": "1600", "end_time": "0900"}, {"R505": "info"}),
        ({"start_time": "1600", "end_time": "1600"}, {"R505": "warning"}),
        ({"start_time": "1600", "end_time": "1500"}, {"R505": "warning"}),
    ],
)
def test_rules_on_one_record(changes: dict[str, str], expected: dict[str, str]) -> None:
    assert rules_of(check_bytes(file_of(plan_record(**changes))), "R") == expected


def test_a_version_that_does_not_apply_to_the_month() -> None:
    record = plan_record(service_month="202503", service_date="20250301")
    result = check_bytes(file_of(record), PLAN.replace("202504", "202503", 1))
    assert rules_of(result, "R") == {"R513": "warning"}


@pytest.mark.parametrize(
    ("name", "plan_date", "month", "expected"),
    [
        (SUPPLEMENT, "00000000", "202504", {}),
        (SUPPLEMENT_A, "20250325", "000000", {}),
        (SUPPLEMENT, "20250325", "202504", {"R510": "error"}),
        (SUPPLEMENT_A, "00000000", "000000", {"R510": "error"}),
        (SUPPLEMENT, "20250325", "000000", {"R510": "error"}),
        (SUPPLEMENT_A, "00000000", "202504", {"R510": "error"}),
    ],
)
def test_the_two_kinds_of_supplement(name: str, plan_date: str, month: str, expected: dict[str, str]) -> None:
    result = check_bytes(file_of(supplement(plan_date, month)), name)
    assert {rule: s for rule, s in rules_of(result).items() if rule[0] in "FRT"} == expected


def test_two_versions_in_one_file() -> None:
    records = [plan_record(), plan_record(csv_version="202208", service_date="20250402")]
    assert rules_of(check_bytes(file_of(*records)), "T") == {"T601": "error"}


def test_two_months_in_one_file() -> None:
    records = [plan_record(), plan_record(service_month="202505", service_date="20250501")]
    result = check_bytes(file_of(*records))
    assert rules_of(result, "T") == {"T602": "error"}
    [finding] = [f for f in result.findings if f.rule == "T602"]
    assert (finding.count, finding.first.record) == (1, 2)


def test_another_month_than_the_file_names() -> None:
    result = check_bytes(file_of(plan_record()), PLAN.replace("202504", "202505", 1))
    assert rules_of(result, "T") == {"T602": "error"}


def test_a_unique_key_must_not_repeat() -> None:
    twice = supplement("00000000", "202504")
    other = supplement("00000000", "202504", "0000000002")
    assert rules_of(check_bytes(file_of(twice, other), SUPPLEMENT), "T") == {}
    result = check_bytes(file_of(twice, other, twice), SUPPLEMENT)
    assert rules_of(result, "T") == {"T603": "error"}
    [finding] = [f for f in result.findings if f.rule == "T603"]
    assert (finding.count, finding.first.record) == (1, 3)


def test_a_whole_record_that_repeats_is_a_warning_in_the_schedule() -> None:
    assert rules_of(check_bytes(file_of(plan_record(), plan_record())), "T") == {"T603": "warning"}
    in_quotes = plan_record(service_date='"20250401"')
    assert rules_of(check_bytes(file_of(plan_record(), in_quotes)), "T") == {"T603": "warning"}
    different = plan_record(start_time="1300", end_time="1400")
    assert rules_of(check_bytes(file_of(plan_record(), different)), "T") == {}

"""C301–C309 on whole files."""

from __future__ import annotations

import pytest
from helpers import check_bytes, file_of, plan_record, rules_of

GOOD = plan_record()
OTHER = plan_record(service_date="20250402")


def test_a_good_file_has_no_finding() -> None:
    assert rules_of(check_bytes(file_of(GOOD, OTHER)), "C") == {}


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", {"C301": "error"}),
        (b"\r\n\r\n", {"C301": "error", "C308": "warning"}),
        (file_of(["CSVバージョン", "保険者番号", "被保険者番号"], GOOD), {"C302": "error"}),
        (file_of([*GOOD, ""], OTHER), {"C303": "error"}),
        (file_of(GOOD[:-1], OTHER), {"C303": "error"}),
        (file_of(plan_record(planner_name='"計画"担当"'), OTHER), {"C304": "error"}),
        (file_of(plan_record(planner_name='"計画'), OTHER), {"C304": "error"}),
        (file_of(plan_record(planner_name="計画 担当"), OTHER), {"C305": "error"}),
        (file_of(plan_record(units='"396"'), OTHER), {"C306": "info"}),
        (file_of(GOOD, OTHER, end="\n"), {"C307": "warning"}),
        (file_of(GOOD, OTHER, end="\r"), {"C307": "warning"}),
        (file_of(GOOD) + file_of(OTHER, end="\n"), {"C307": "warning"}),
        (file_of(GOOD) + b"\r\n" + file_of(OTHER), {"C308": "warning"}),
        (file_of(GOOD, OTHER)[:-2], {"C308": "info"}),
        (file_of(GOOD, OTHER).replace(b",", b"\t"), {"C309": "error"}),
        (file_of(GOOD, OTHER).replace(b",", b";"), {"C309": "error"}),
    ],
)
def test_one_fault_is_one_finding(data: bytes, expected: dict[str, str]) -> None:
    assert rules_of(check_bytes(data), "C") == expected


def test_the_other_records_of_a_damaged_file_are_still_checked() -> None:
    data = file_of(plan_record(planner_name='"計画'), plan_record(creation_date="20250230"))
    result = check_bytes(data)
    assert {"C304", "F405"} <= set(rules_of(result))
    [finding] = [f for f in result.findings if f.rule == "F405"]
    assert (finding.first.line, finding.first.record) == (2, 2)
    assert any("形が崩れている" in sentence for sentence in result.inputs[0].skipped_checks)


def test_line_and_record_count_line_breaks_inside_quotes() -> None:
    data = file_of(plan_record(planner_name='"計画\r\n担当"'), plan_record(creation_date="20250230"))
    [finding] = [f for f in check_bytes(data).findings if f.rule == "F405"]
    assert (finding.first.line, finding.first.record) == (3, 2)


@pytest.mark.parametrize(
    "text", ['"計画, 担当"', '"計画""担当"', '""', "", '"計画\n担当"', '"""計画"""', '"\r\n"']
)
def test_legal_texts_are_left_alone(text: str) -> None:
    assert rules_of(check_bytes(file_of(plan_record(planner_name=text), OTHER)), "C") == {}


def test_equal_findings_are_one_group_with_a_count() -> None:
    result = check_bytes(file_of(*[plan_record(planner_name="計画") for _ in range(50)]))
    [finding] = [f for f in result.findings if f.rule == "C305"]
    assert finding.count == 50
    assert len(finding.examples) == 10

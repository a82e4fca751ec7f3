"""Nothing of a person is shown, wherever in a file it stands: a canary is put into every item of every file."""

from __future__ import annotations

import dataclasses

import pytest
from helpers import check_bytes, file_of, plan_record

from careplan_csv.results import CheckResult
from careplan_csv.standard import standard

ROUTE = "3570000012_43_3570000103_11_20250401090000"
EDITION = standard().edition("202407")
CANARIES = ("Suzuki", "SUZUKI", "taro", "Hana", "B-305", "305B", "090123", "YS")
"""Names and their initials, rooms and telephone numbers, as short as a code."""


def shown(result: CheckResult) -> str:
    """Everything that a person could read, without the digests."""
    findings = [dataclasses.asdict(finding) for finding in result.findings]
    inputs = [dataclasses.asdict(report) | {"sha256": ""} for report in result.inputs]
    return repr((findings, inputs, result.units))


def file_name(prefix: str) -> str:
    layout = EDITION.layout(prefix)
    return "_".join([prefix, *(["202504"] if layout.has_month else []), ROUTE]) + ".CSV"


@pytest.mark.parametrize("prefix", EDITION.prefixes)
@pytest.mark.parametrize("canary", CANARIES)
def test_a_canary_in_any_item_is_masked(prefix: str, canary: str) -> None:
    layout = EDITION.layout(prefix)
    for item in layout.items:
        record = ["202407", *[""] * (len(layout.items) - 1)]
        record[item.no - 1] = f'"{canary}"' if item.is_text else canary
        result = check_bytes(file_of(record), file_name(prefix))
        assert canary not in shown(result), item.label


@pytest.mark.parametrize("shift", range(1, 25))
def test_shifted_columns_show_nothing(shift: int) -> None:
    record = plan_record(planner_name="Suzuki", equipment_name="B-305", provider_office_name="090123")
    moved = record[-shift:] + record[:-shift]
    text = shown(check_bytes(file_of(moved)))
    assert all(canary not in text for canary in ("Suzuki", "B-305", "090123", "0000000001"))


@pytest.mark.parametrize(
    ("item_id", "value"),
    [("over_30_days", "9"), ("service_count", "100"), ("csv_version", "202410"), ("service_code", "ZZ1111")],
)
def test_what_has_the_form_of_an_open_item_may_be_shown(item_id: str, value: str) -> None:
    first = check_bytes(file_of(plan_record(**{item_id: value}))).findings[0].first
    assert (first.value == value) == (item_id in ("over_30_days", "csv_version"))

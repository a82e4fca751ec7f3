"""Nothing of a person is shown, wherever in a file it stands: a canary is put into every item of every file."""

from __future__ import annotations

import dataclasses
import io
from functools import partial

import pytest
from helpers import check_bytes, file_of, plan_record
from long_proofs import some

from careplan_csv.checker import check
from careplan_csv.reading.sources import Inputs, Origin, Source
from careplan_csv.results import CheckResult
from careplan_csv.standard import Item, standard

ROUTE = "3570000012_43_3570000103_11"
EDITION = standard().edition("202407")
CANARIES = ("Suzuki", "SUZUKI", "taro", "Hana", "B-305", "305B", "090123", "YS")
"""Names and their initials, rooms and telephone numbers, as short as a code."""


def shown(result: CheckResult) -> str:
    """Everything that a person could read, without the digests."""
    findings = [dataclasses.asdict(finding) for finding in result.findings]
    inputs = [dataclasses.asdict(report) | {"sha256": ""} for report in result.inputs]
    return repr((findings, inputs, result.units))


def file_name(prefix: str, number: int = 0) -> str:
    """The name of a file, with a ファイル連番 of its own for every number."""
    layout = EDITION.layout(prefix)
    serial = f"20250401{20 + number // 3600}{number // 60 % 60:02d}{number % 60:02d}"
    return "_".join([prefix, *(["202504"] if layout.has_month else []), ROUTE, serial]) + ".CSV"


def data_with(prefix: str, item: Item, value: str) -> bytes:
    """A file of one record, in which nothing is filled but one item."""
    record = ["202407", *[""] * (len(EDITION.layout(prefix).items) - 1)]
    record[item.no - 1] = f'"{value}"' if item.is_text else value
    return file_of(record)


@pytest.mark.parametrize("prefix", some(EDITION.prefixes, EDITION.prefixes[::3]))
def test_every_canary_in_any_item_is_masked(prefix: str) -> None:
    """A file for every canary in every item, all of them checked together."""
    pairs = [(item, canary) for item in EDITION.layout(prefix).items for canary in CANARIES]
    contents = {
        file_name(prefix, number): data_with(prefix, *pair) for number, pair in enumerate(pairs, start=1)
    }
    sources = (
        Source(name, name, "", Origin.NAMED, len(data), partial(io.BytesIO, data))
        for name, data in contents.items()
    )
    result = check(Inputs(tuple(sources)))
    assert [report.file for report in result.inputs] == list(contents)
    assert len({finding.file for finding in result.findings}) == len(pairs)
    text = shown(result)
    assert [canary for canary in CANARIES if canary in text] == []


@pytest.mark.parametrize("prefix", some(EDITION.prefixes, EDITION.prefixes[1::3]))
def test_a_canary_in_a_file_by_itself_is_masked(prefix: str) -> None:
    for item in EDITION.layout(prefix).items:
        canary = CANARIES[item.no % len(CANARIES)]
        result = check_bytes(data_with(prefix, item, canary), file_name(prefix))
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

"""The figures of a run have one meaning, and what differs is shown with both sides, masked."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from in_process import kit_for, tried
from long_proofs import long

from careplan_csv.cli.assess import show
from careplan_csv.conformance.harness.differences import SHOWN, DifferenceKind, differences_of
from careplan_csv.conformance.harness.harness_result import HarnessResult
from careplan_csv.conformance.harness.observed_data import of_files
from careplan_csv.conformance.kit.kit_model import EXPECTED_DUMP, Kit
from careplan_csv.reporting.json_report import assessment_json
from careplan_csv.standard import standard

SERVICE = ("yamaguchi-r6", "service", "202407")


@pytest.fixture
def kit() -> Kit:
    return kit_for(*SERVICE)


def values_of(kit: Kit) -> set[str]:
    """What is written about people in the kit, long enough to be known again."""
    seen = of_files(kit.under(EXPECTED_DUMP), standard().edition(kit.edition))
    values = {v for records in seen.tables.values() for record in records for v in record.values()}
    # Offices stand in the names of files.
    names = " ".join(kit.files)
    return {value for value in values if len(value) >= 8 and not value.isspace() and value not in names}


def numbers(harness: HarnessResult, prefix: str) -> tuple[int, int, int]:
    (table,) = [t for means, t in harness.tables if t.prefix == prefix]
    return table.whole.expected, table.whole.found, len(table.whole.missing)


def test_missing_records_are_counted_once(
    kit: Kit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The table, the finding, the cell and the JSON say the same number of the same records."""
    harness, assessment = tried(kit, "reference:drop-table-7", tmp_path / "run", monkeypatch)
    seen = of_files(kit.under(EXPECTED_DUMP), standard().edition(kit.edition))
    wanted = {month: len(records) for (prefix, month), records in seen.tables.items() if prefix == "UPSIKYU"}
    (cell,) = [c for c in assessment.required if c.letter == "I"]
    assert cell.records == sum(wanted.values())
    show(assessment, harness, [], "text", color=False)
    screen = capsys.readouterr().out
    data = json.loads(assessment_json(assessment, harness))
    for month, count in wanted.items():
        assert f"0/{count}" in screen
        assert any(
            f"UPSIKYU_{month}）: あるべき記録 {count}件のうち、{count}件が取り込まれていません"
            in finding.message
            for finding in harness.findings
        )
        (table,) = [t for t in data["harness"]["tables"] if (t["file"], t["month"]) == ("UPSIKYU", month)]
        assert (table["expected"], table["found"], table["missing"]) == (count, 0, count)


def test_both_sides_of_a_changed_value_are_shown_by_place_key_and_item(
    kit: Kit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    harness, assessment = tried(kit, "reference:move-times", tmp_path / "run", monkeypatch)
    show(assessment, harness, [], "text", color=False)
    screen = capsys.readouterr().out
    assert "時刻が変わった" in screen
    assert "期待 数字4字 → 結果 数字4字" in screen.replace("\n", "")
    means, table = next((m, t) for m, t in harness.tables if t.prefix == "UPPLAN" and not t.is_good)
    (first, *_) = [
        d for d in differences_of(kit, means, table, show_values=True) if d.kind is DifferenceKind.CHANGED
    ]
    place = re.match(r"(expected/dump/\S+) の ([0-9]+)番目の記録（", first.record)
    assert place
    sent = of_files({place[1].split("/")[-1]: kit.files[place[1]]}, standard().edition(kit.edition))
    ((_, records),) = sent.tables.items()
    record = records[int(place[2]) - 1]
    assert record["insured_number"] in first.record
    assert first.expected in record.values()
    assert first.found != first.expected


@pytest.mark.parametrize(
    "defect",
    [long("truncate-256"), "swap-creation-date", "lose-leading-zeros", long("drop-table-3")],
)
def test_no_value_is_shown_unless_it_was_asked_for(
    kit: Kit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], defect: str
) -> None:
    harness, assessment = tried(kit, f"reference:{defect}", tmp_path / "run", monkeypatch)
    show(assessment, harness, [], "text", color=False)
    told = capsys.readouterr().out + assessment_json(assessment, harness)
    assert "期待する内容との違い" in told
    assert [value for value in values_of(kit) if value in told] == []
    show(assessment, harness, [], "text", color=False, show_values=True)
    asked = capsys.readouterr().out.replace("\n", "")
    assert any(value in asked for value in values_of(kit))
    for means, table in harness.tables:
        assert len(differences_of(kit, means, table, show_values=False)) <= SHOWN

"""diff: what is new, changed and gone between two results."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from helpers import PLAN, file_of, plan_record
from openpyxl import load_workbook

from careplan_csv.cli import run
from careplan_csv.conformance.evidence_package.result_differences import Change, differences, read_result
from careplan_csv.reporting.difference_view import changes_of_rules

LATER = PLAN.replace(PLAN[-18:-4], "20240716093000")


def checked(folder: Path, result: Path, files: dict[str, bytes], *options: str) -> Path:
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    run(
        [
            "check",
            *(str(folder / name) for name in files),
            "--format",
            "json",
            "--output",
            str(result),
            *options,
        ]
    )
    return result


GOOD = file_of(plan_record())
BAD = file_of(plan_record(service_code="1"))


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return checked(tmp_path / "1" / "out", tmp_path / "good.json", {PLAN: GOOD})


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    return checked(tmp_path / "2" / "out", tmp_path / "bad.json", {PLAN: BAD})


def changed(path: Path, **data: Any) -> Path:
    """A copy of a result with other values."""
    other = path.with_name(f"other-{path.name}")
    other.write_text(json.dumps(json.loads(path.read_text()) | data), encoding="utf-8")
    return other


def test_a_new_finding_is_told_and_ends_with_one(
    good: Path, bad: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["diff", str(good), str(bad)]) == 1
    told = capsys.readouterr().out
    assert "【新しい】" in told
    assert "サービスコード" in told
    assert "判定 適合 → 不適合" in told


def test_a_mended_finding_is_told_and_ends_with_zero(
    good: Path, bad: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["diff", str(bad), str(good)]) == 0
    told = capsys.readouterr().out
    assert "【なくなった】" in told
    assert "【新しい】" not in told


def test_equal_results_have_no_differences(bad: Path) -> None:
    found = differences(read_result(bad), read_result(bad))
    assert not found.findings
    assert found.same > 0
    assert not found.is_worse()


def test_files_of_another_export_are_compared_without_their_serial(tmp_path: Path, bad: Path) -> None:
    later = checked(tmp_path / "3" / "out", tmp_path / "later.json", {LATER: BAD})
    found = differences(read_result(bad), read_result(later))
    assert not found.findings
    assert not found.only_before
    assert run(["diff", str(bad), str(later)]) == 0


def test_the_finding_of_a_file_that_is_gone_was_not_mended(tmp_path: Path, bad: Path) -> None:
    other = PLAN.replace("202407", "202408", 1)
    later = checked(
        tmp_path / "3" / "out", tmp_path / "later.json", {other.replace("UPPLAN", "UPHOSOKU"): GOOD}
    )
    found = differences(read_result(bad), read_result(later))
    assert not found.of(Change.FIXED)
    assert found.of(Change.UNKNOWN)


def test_a_result_of_fewer_files_is_no_proof_that_nothing_got_worse(tmp_path: Path, bad: Path) -> None:
    data = json.loads(bad.read_text())
    fewer = changed(bad, inputs=[], findings=[])
    assert data["findings"]
    assert run(["diff", str(bad), str(fewer)]) == 3


def test_what_a_result_says_cannot_look_like_what_the_program_says(
    good: Path, bad: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = json.loads(bad.read_text())
    forged = "x\n\n新しい 0件　判定 不適合 → 適合"
    findings = [data["findings"][0] | {"message": forged, "item": forged}]
    tool = data["tool"] | {"version": forged, "rule_set": forged}
    run(["diff", str(good), str(changed(bad, findings=findings, tool=tool, checked_at=forged))])
    assert not [line for line in capsys.readouterr().out.splitlines() if line.startswith("新しい 0件")]


def test_a_file_that_could_not_be_examined_was_not_mended(bad: Path, good: Path) -> None:
    inputs = json.loads(good.read_text())["inputs"]
    inputs[0] |= {"problem": "読めません。", "status": "unverified"}
    found = differences(read_result(bad), read_result(changed(good, inputs=inputs)))
    assert {finding.change for finding in found.findings} == {Change.UNKNOWN}


def test_more_places_than_before_are_worse(tmp_path: Path, bad: Path) -> None:
    twice = file_of(plan_record(service_code="1"), plan_record(service_code="1", start_time="1200"))
    later = checked(tmp_path / "3" / "out", tmp_path / "later.json", {PLAN: twice})
    found = differences(read_result(bad), read_result(later))
    assert any(finding.before and finding.after for finding in found.of(Change.CHANGED))
    assert found.is_worse()


def test_other_rules_are_said_with_their_entry_in_the_changelog(
    good: Path, bad: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = json.loads(bad.read_text())
    findings = [one | ({"rule": "R505"} if one["severity"] == "error" else {}) for one in data["findings"]]
    tool = data["tool"] | {"rule_set": "0.1.0-00000000"}
    old = changed(bad, findings=findings, tool=tool)
    assert run(["diff", str(old), str(good)]) == 0
    told = capsys.readouterr().out
    assert "規則の組が違います" in told
    assert "第3表の活動" in told
    found = differences(read_result(old), read_result(good))
    assert list(changes_of_rules(found)) == ["R505"]
    assert not changes_of_rules(differences(read_result(bad), read_result(good)))


def test_findings_that_were_left_out_are_said(
    tmp_path: Path, bad: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    less = checked(tmp_path / "3" / "out", tmp_path / "less.json", {PLAN: BAD}, "--ignore", "F")
    run(["diff", str(bad), str(less)])
    assert "--select か --ignore で指摘を減らした結果です" in capsys.readouterr().out


def test_json_tells_everything(good: Path, bad: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["diff", str(good), str(bad), "--format", "json"]) == 1
    data = json.loads(capsys.readouterr().out)
    assert data["summary"]["new"] == len(data["findings"]) > 0
    assert data["findings"][0]["before"] is None
    assert data["findings"][0]["after"]["count"] == 1


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "{}", '{"schema_version": "9.0"}', '{"schema_version": 1}']
)
def test_what_is_no_result_is_refused(
    tmp_path: Path, good: Path, content: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x.json"
    path.write_text(content)
    assert run(["diff", str(good), str(path)]) == 2
    assert "結果ではありません" in capsys.readouterr().err


def test_a_missing_file_and_a_folder_are_refused(
    tmp_path: Path, good: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in (tmp_path / "none.json", tmp_path):
        assert run(["diff", str(good), str(path)]) == 2
        assert "読めません" in capsys.readouterr().err


def test_what_the_baseline_knows_does_not_fail(
    tmp_path: Path, bad: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "2" / "out" / PLAN
    capsys.readouterr()
    assert run(["check", str(path)]) == 1
    assert run(["check", str(path), "--baseline", str(bad)]) == 0
    assert "新しい 0件" in capsys.readouterr().err
    path.write_bytes(GOOD)
    assert run(["check", str(path), "--baseline", str(bad)]) == 0
    assert "【なくなった】" in capsys.readouterr().err


def test_what_the_baseline_does_not_know_fails_at_its_level(
    tmp_path: Path, good: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "1" / "out" / PLAN
    path.write_bytes(BAD)
    capsys.readouterr()
    assert run(["check", str(path), "--baseline", str(good), "--format", "json"]) == 1
    told = capsys.readouterr()
    assert json.loads(told.out)["findings"]
    assert "【新しい】" in told.err
    path.write_bytes(file_of(plan_record(service_code="1"), plan_record(service_code="1", start_time="1200")))
    assert run(["check", str(path), "--baseline", str(good)]) == 1


def test_new_warnings_do_not_fail_below_the_level(tmp_path: Path) -> None:
    old = checked(tmp_path / "4", tmp_path / "old.json", {PLAN: file_of(plan_record())})
    path = tmp_path / "4" / PLAN
    path.write_bytes(file_of(plan_record(start_time="0900", end_time="0900")))
    assert run(["check", str(path), "--baseline", str(old)]) == 0
    assert run(["check", str(path), "--baseline", str(old), "--level", "warning"]) == 1


def test_a_baseline_that_is_no_result_is_refused_before_the_check(
    tmp_path: Path, good: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x.json"
    path.write_text("{}")
    capsys.readouterr()
    assert run(["check", str(tmp_path), "--baseline", str(path)]) == 2
    told = capsys.readouterr()
    assert "結果ではありません" in told.err
    assert not told.out


def test_the_reports_tell_every_difference(good: Path, bad: Path, tmp_path: Path) -> None:
    page, sheet = tmp_path / "d.html", tmp_path / "d.xlsx"
    older = changed(good, tool={"name": "careplan-csv", "version": "0.1.0", "rule_set": "0" * 12})
    assert run(["diff", str(older), str(bad), "--report", str(page), "--report", str(sheet)]) == 1
    text = page.read_text(encoding="utf-8")
    for part in ("＋ 新しい", "F417", "× 不適合", "規則の組が違います", "0.1.0"):
        assert part in text, part
    book = load_workbook(sheet)
    assert book.sheetnames == ["概要", "一覧", "規則"]
    found = differences(read_result(older), read_result(bad))
    rows = list(book["一覧"].iter_rows(min_row=2, values_only=True))
    assert [row[2] for row in rows] == [one.key.rule for one in found.findings]
    assert book["一覧"].freeze_panes == "A2"
    assert book["一覧"].auto_filter.ref == f"A1:H{len(rows) + 1}"
    assert {row[0] for row in book["規則"].iter_rows(min_row=2, values_only=True)} == {row[2] for row in rows}
    assert ("判定", "○ 適合", "× 不適合") in [row[:3] for row in book["概要"].iter_rows(values_only=True)]


def test_hostile_results_are_inert_in_the_reports(bad: Path, good: Path, tmp_path: Path) -> None:
    hostile = "=cmd|'/c calc'!A0<script>alert(1)</script>\x1b[2J_x0041_" + "x" * 100_000
    findings = json.loads(bad.read_text())["findings"]
    for number, finding in enumerate(findings):
        finding |= {"message": f"{hostile}{number}", "item": hostile, "file": hostile}
    other = changed(bad, findings=findings, checked_at=hostile)
    page, sheet = tmp_path / "d.html", tmp_path / "d.xlsx"
    assert run(["diff", str(good), str(other), "--report", str(page), "--report", str(sheet)]) == 1
    text = page.read_text(encoding="utf-8")
    assert "<script" not in text
    assert "\x1b" not in text
    assert len(text) < 100_000
    cells = [cell for own in load_workbook(sheet) for row in own.iter_rows() for cell in row if cell.value]
    assert {cell.data_type for cell in cells} == {"s"}
    assert any(str(cell.value).startswith("=cmd") for cell in cells)


@pytest.mark.parametrize(("name", "said"), [
    ("d.pdf", "形式が分かりません"), (".", "フォルダーです"), ("there.html", "すでにあります"),
    ("there.html/d.html", "書けませんでした"), ("good.json", "形式が分かりません"),
])  # fmt: skip
def test_a_report_that_cannot_be_written_is_refused(
    name: str, said: str, good: Path, bad: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "there.html").write_text("前の報告")
    before = sorted(path.name for path in tmp_path.iterdir())
    assert run(["diff", str(good), str(bad), "--report", str(tmp_path / name)]) == 2
    assert said in capsys.readouterr().err
    assert (tmp_path / "there.html").read_text() == "前の報告"
    assert sorted(path.name for path in tmp_path.iterdir()) == before

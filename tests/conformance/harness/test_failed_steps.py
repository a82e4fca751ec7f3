"""Failed steps: their cells stay 未確認, and the messages name the log."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from in_process import check_once, kit_for, product, run_here

from careplan_csv.cli.assess import exit_code, show
from careplan_csv.cli.codes import ExitCode
from careplan_csv.conformance.harness import kit_run
from careplan_csv.conformance.harness.command_execution import Ran
from careplan_csv.conformance.harness.harness_result import HarnessResult
from careplan_csv.conformance.harness.kit_assessment import assess_with, profile_of
from careplan_csv.conformance.harness.verdict import judge
from careplan_csv.conformance.kit.kit_model import Aspect
from careplan_csv.conformance.requirements.assessment import Assessment
from careplan_csv.reading.sources import collect
from careplan_csv.reporting.besshi6 import render_html
from careplan_csv.reporting.json_report import assessment_json
from careplan_csv.results import Status
from careplan_csv.standard import Direction

SERVICE = ("yamaguchi-r6", "service", "202407")


def failing(
    part: str, folder: Path, monkeypatch: pytest.MonkeyPatch, adapter: str = "reference"
) -> tuple[HarnessResult, Assessment]:
    """Run a kit where every command about `part` does its work and then ends with 9."""

    def run(arguments, work, timeout, environment, log):  # type: ignore[no-untyped-def]  # passes everything on
        ran = run_here(arguments, work, timeout, environment, log)
        last = f"{arguments[-2]} {arguments[-1]}"
        return Ran(9, ran.output, "", ran.seconds) if part in last else ran

    monkeypatch.setattr(kit_run, "run", run)
    kit = kit_for(*SERVICE)
    seen = kit_run.run_kit(kit, product(adapter), folder)
    harness = judge(kit, seen, profile_of(kit))
    return harness, assess_with(harness, check_once(collect([str(folder / kit_run.EXPORT)])))


def results(assessment: Assessment, direction: Direction = Direction.IMPORT) -> dict[str, Status]:
    return {one.letter: one.result for one in assessment.required if one.direction is direction}


def aspects(harness: HarnessResult) -> dict[Aspect, Status]:
    return {one.aspect: one.result for one in harness.aspects}


@pytest.mark.parametrize(
    ("part", "open_", "fine"),
    [
        ("inbox/01-plan", {"A", "B-1", "B-2", "C"}, {"D", "E", "F", "I"}),
        ("schedule_deletion", {"F"}, {"A", "B-1", "B-2", "C", "D", "E", "I"}),
        ("faults/", {"A", "B-1", "C", "D", "E", "I"}, {"B-2", "F"}),
    ],
)
def test_a_failed_step_leaves_the_cells_of_its_files_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: str, open_: set[str], fine: set[str]
) -> None:
    kit = kit_for(*SERVICE)
    steps = [step.folder for step in (*kit.inbox, *kit.faults) if part in step.folder]
    assert steps
    harness, _ = failing(part, tmp_path / "run", monkeypatch)
    cells = {letter: cell for (letter, way), cell in harness.cells.items() if way is Direction.IMPORT}
    assert {letter for letter, cell in cells.items() if cell.result is Status.UNVERIFIED} == open_
    assert {letter for letter, cell in cells.items() if cell.result is Status.CONFORMANT} == fine
    for letter in open_:
        told = re.match(r"手順 (\S+) が正しく終わらなかったため", cells[letter].reason)
        assert told
        assert told[1] in steps
        assert f"logs/{_log(told[1])}" in cells[letter].reason
        assert (tmp_path / "run/logs" / _log(told[1])).exists()


def _log(step: str) -> str:
    kit = kit_for(*SERVICE)
    before = ["reset", *(s.folder for s in (*kit.own, *kit.inbox)), "dump"]
    before += ["export/result", "export/result_deletion", *(s.folder for s in kit.faults)]
    return f"{before.index(step):03d}-{step.replace('/', '-')}.txt"


def test_the_aspects_of_a_failed_step_stay_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    harness, _ = failing("faults/", tmp_path / "run", monkeypatch)
    found = aspects(harness)
    assert found.pop(Aspect.FAULTY) is Status.UNVERIFIED
    assert set(found.values()) == {Status.CONFORMANT}


def test_every_failure_is_reported_everywhere_with_its_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On the screen, in the result and on the form; and the exit code is not that of 適合."""
    harness, assessment = failing("faults/", tmp_path / "run", monkeypatch)
    assert assessment.verdict is Status.UNVERIFIED
    assert exit_code(assessment) is ExitCode.FINDINGS
    log = _log(kit_for(*SERVICE).faults[0].folder)
    show(assessment, harness, [], "text", color=False)
    screen = capsys.readouterr().out.replace("\n", "").replace(" ", "")
    assert f"logs/{log}" in screen
    assert "refused_exit_codes" in screen
    data = json.loads(assessment_json(assessment, harness))
    told = [attempt["detail"] for attempt in data["harness"]["attempts"] if attempt["outcome"] == "failed"]
    assert len(told) == len(kit_for(*SERVICE).faults)
    assert all("logs/" in detail for detail in told)
    assert log in render_html(assessment, harness)


@pytest.mark.parametrize("part", ["own/01-result", "export/result"])
def test_what_was_not_entered_or_not_written_out_whole_is_no_fault_of_the_export(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    _, assessment = failing(part, tmp_path / "run", monkeypatch)
    (cell,) = [c for c in assessment.required if c.letter == "G" and c.direction is Direction.EXPORT]
    assert cell.result is Status.UNVERIFIED
    assert f"手順 {part}" in cell.reason
    assert Status.NONCONFORMANT not in {one.result for one in assessment.required}


def test_what_a_failure_has_destroyed_is_a_fault_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    harness, _ = failing("faults/", tmp_path / "run", monkeypatch, "reference:accept-faulty")
    assert aspects(harness)[Aspect.FAULTY] is Status.NONCONFORMANT


def test_a_refused_unit_is_no_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kit_run, "run", run_here)
    kit = kit_for(*SERVICE)
    seen = kit_run.run_kit(kit, replace(product(), refused=(3,)), tmp_path / "run")
    harness = judge(kit, seen, profile_of(kit))
    assert set(aspects(harness).values()) == {Status.CONFORMANT}

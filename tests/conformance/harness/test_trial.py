"""Trials of software with a kit: through an adapter, and from what was written out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from in_process import kit_for, product, run_here

from careplan_csv.conformance.harness import kit_run, trial
from careplan_csv.conformance.harness.trial import (
    TrialProblem,
    adapter_trial,
    manual_trial,
    opened_kit,
)
from careplan_csv.conformance.kit.kit_model import Kit
from careplan_csv.reporting.kit_files import kit_files
from careplan_csv.results import Status

SERVICE = ("yamaguchi-r6", "service", "202407")


@pytest.fixture(scope="module")
def kit() -> Kit:
    return kit_for(*SERVICE)


def written(kit: Kit, folder: Path) -> Path:
    for path, data in kit_files(kit, "rules").items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


@pytest.fixture
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kit_run, "run", run_here)
    monkeypatch.setattr(trial, "adapter_of", product)


@pytest.mark.usefixtures("in_this_process")
def test_a_run_and_its_files_compared_by_hand_find_the_same(kit: Kit, tmp_path: Path) -> None:
    folder = written(kit, tmp_path / "kit")
    done = adapter_trial(opened_kit(folder), folder, "reference", tmp_path / "run")
    assert done.harness
    assert done.exported == tmp_path / "run" / "export"
    assert {cell.result for cell in done.evidence.values()} == {Status.CONFORMANT}
    again = manual_trial(kit, done.exported, done.dump, None)
    assert {key: cell.result for key, cell in again.evidence.items()} == {
        key: cell.result for key, cell in done.evidence.items()
    }


@pytest.mark.usefixtures("in_this_process")
def test_a_kit_that_is_changed_while_it_runs_is_refused(
    kit: Kit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = written(kit, tmp_path / "kit")

    def tampering(*arguments: object) -> object:
        next((folder / "inbox").rglob("*.CSV")).write_bytes(b"")
        return run_here(*arguments)  # type: ignore[arg-type]  # handed on as they came

    given = opened_kit(folder)
    monkeypatch.setattr(kit_run, "run", tampering)
    with pytest.raises(TrialProblem, match="作った後で変わっています"):
        adapter_trial(given, folder, "reference", tmp_path / "run")


def test_a_folder_without_a_kit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TrialProblem, match=r"kit\.json がありません"):
        opened_kit(tmp_path)


def test_nothing_given_is_refused(kit: Kit) -> None:
    with pytest.raises(TrialProblem, match="どれかを指定してください"):
        manual_trial(kit, None, None, None)


def test_the_data_of_another_kit_are_refused(kit: Kit, tmp_path: Path) -> None:
    other = tmp_path / "dump"
    other.mkdir()
    for name, data in kit_for(*SERVICE, seed=2).under("expected/dump").items():
        (other / name).write_bytes(data)
    with pytest.raises(TrialProblem, match="このキットの利用者の記録がありません"):
        manual_trial(kit, None, other, None)


def test_answers_that_cannot_be_read_are_refused(kit: Kit, tmp_path: Path) -> None:
    with pytest.raises(TrialProblem, match="を読めません"):
        manual_trial(kit, None, None, tmp_path / "absent.xlsx")

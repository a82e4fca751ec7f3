"""careplan-csv synth."""

from __future__ import annotations

from pathlib import Path

import pytest

from careplan_csv.cli import run


def test_the_same_seed_gives_the_same_valid_files(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    for out in (one, other):
        assert run(["synth", "--users", "4", "--seed", "3", "--out", str(out)]) == 0
    first = {path.name: path.read_bytes() for path in one.iterdir()}
    assert first
    assert first == {path.name: path.read_bytes() for path in other.iterdir()}
    assert run(["check", str(one), "--level", "warning"]) == 0


def test_a_fault_is_made_on_request(tmp_path: Path) -> None:
    assert run(["synth", "--fault", "f405", "--out", str(tmp_path / "out")]) == 0
    assert run(["check", str(tmp_path / "out")]) == 1


def test_a_folder_with_files_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine.txt").write_text("x", encoding="utf-8")
    assert run(["synth", "--out", str(tmp_path)]) == 2
    assert "空のフォルダーではありません" in capsys.readouterr().err


def test_unknown_rules_and_impossible_worlds_are_refused(tmp_path: Path) -> None:
    assert run(["synth", "--fault", "Z999", "--out", str(tmp_path / "a")]) == 2
    assert run(["synth", "--users", "2", "--offices", "5", "--out", str(tmp_path / "b")]) == 2

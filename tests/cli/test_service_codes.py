"""check --service-codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers import PLAN, file_of, plan_record

from careplan_csv.cli import run

MASTER = str(Path(__file__).parents[1] / "data" / "service_codes.csv")
LOCAL = str(Path(__file__).parents[1] / "data" / "service_codes_municipality.csv")


@pytest.fixture
def wrong(tmp_path: Path) -> str:
    path = tmp_path / PLAN
    path.write_bytes(file_of(plan_record(service_code="119999")))
    return str(path)


def test_codes_that_are_not_in_the_master_are_warned_of(
    wrong: str, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--service-codes", MASTER, "--service-codes", LOCAL, "--format", "json"]
    assert run(["check", wrong, *options]) == 0
    rules = [finding["rule"] for finding in json.loads(capsys.readouterr().out)["findings"]]
    assert "R518" in rules
    assert run(["check", wrong, *options, "--level", "warning"]) == 1


def test_without_the_option_nothing_is_said(wrong: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", wrong, "--format", "json"]) == 0
    rules = [finding["rule"] for finding in json.loads(capsys.readouterr().out)["findings"]]
    assert "R518" not in rules


def test_an_unusable_master_ends_with_two_and_one_sentence(
    wrong: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("名前,住所,電話\n甲,乙,丙\n", encoding="utf-8")
    for path in (bad, tmp_path / "none.csv"):
        assert run(["check", wrong, "--service-codes", str(path)]) == 2
        said = capsys.readouterr().err
        assert f"サービスコードのファイル {path} を使えません。" in said
        assert "Traceback" not in said

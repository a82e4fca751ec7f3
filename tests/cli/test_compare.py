"""compare: several results side by side."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from careplan_csv.cli import run


def result(path: Path, product: str, outcomes: dict[str, str]) -> Path:
    data = {
        "software": {"product_name": product, "version": "2.0"},
        "requirements": [
            {"letter": letter, "direction": "export", "result": outcome, "evidence": "machine"}
            for letter, outcome in outcomes.items()
        ],
        "office_type": "service",
        "profile": "yamaguchi-r6",
        "checked_at": "2026-11-26T00:00:00+09:00",
        "verdict": "nonconformant",
    }
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


def test_each_product_is_a_block_of_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = result(tmp_path / "a-result.json", "見本ケア", {"A": "conformant", "B": "nonconformant"})
    second = result(tmp_path / "b-result.json", "試しケア", {"A": "conformant", "B": "conformant"})
    assert run(["compare", str(first), str(second), "--out", str(tmp_path / "out")]) == 0
    blocks = capsys.readouterr().out.split("■ ")[1:]
    assert [block.splitlines()[0] for block in blocks] == [
        "見本ケア 2.0　a-result.json",
        "試しケア 2.0　b-result.json",
    ]
    assert "  適合（機）: A 出力\n  不適合（機）: B 出力\n" in blocks[0]
    assert "  適合（機）: A 出力、B 出力\n" in blocks[1]
    assert "  総合判定: 不適合\n" in blocks[0]


def test_what_cannot_be_read_is_a_block_that_says_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = result(tmp_path / "a-result.json", "見本ケア", {"A": "conformant"})
    bad = tmp_path / "b-result.json"
    bad.write_text("{}")
    assert run(["compare", str(good), str(bad), "--out", str(tmp_path / "out")]) == 1
    told = capsys.readouterr().out.split("■ ")[2]
    assert "総合判定: 読めません" in told
    assert "判定の結果として読めません" in told

"""Help pages: Japanese headings, default values, and identifiers that stay whole."""

from __future__ import annotations

import re

import pytest

from careplan_csv.cli import COMMANDS, run
from careplan_csv.cli.help_page import wrapped
from careplan_csv.japanese import width_of

PAGES = [
    *([name] for name in COMMANDS),
    *(["kit", name] for name in ("make", "run", "compare", "defects")),
    ["key", "make"],
]


@pytest.mark.parametrize("width", ["40", "60", "80", "200"])
@pytest.mark.parametrize("command", PAGES, ids=" ".join)
def test_no_page_parts_an_identifier(
    command: list[str], width: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "400")
    assert run([*command, "--help"]) == 0
    words = set(re.findall(r"[!-~]{4,}", capsys.readouterr().out))
    monkeypatch.setenv("COLUMNS", width)
    assert run([*command, "--help"]) == 0
    assert words <= set(re.findall(r"[!-~]{4,}", capsys.readouterr().out))


@pytest.mark.parametrize("command", [[], *PAGES], ids=" ".join)
def test_no_page_speaks_english(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*command, "--help"]) == 0
    page = capsys.readouterr().out
    for word in (
        "Usage",
        "OPTIONS",
        "ARGS",
        "Options",
        "Commands",
        "default",
        "required",
        "INTEGER",
        " PATH",
        " TEXT",
    ):
        assert word not in page
    assert page.startswith("使い方: careplan-csv")


def test_default_values_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    pages = {}
    for command in ("check", "assess", "synth"):
        run([command, "--help"])
        pages[command] = " ".join(capsys.readouterr().out.split())
    assert "[省略すると error]" in pages["check"]
    assert "省略すると careplan-result（" in pages["assess"]
    assert "[省略すると yamaguchi-r6]" in pages["assess"]
    assert "[省略すると 10; 1以上]" in pages["synth"]


def test_the_commands_of_kit_are_told_whole(capsys: pytest.CaptureFixture[str]) -> None:
    run(["kit", "--help"])
    page = capsys.readouterr().out
    assert "…" not in page.split("コマンド\n")[1]
    names = [line.split()[0] for line in page.split("コマンド\n")[1].splitlines() if line.startswith("  ")]
    assert names == ["make", "run", "compare", "defects"]


def test_lines_are_filled_by_the_width_of_japanese() -> None:
    text = "ファイル（checksheet.xlsx）を、Excel で開いて「○」か「×」を記入してください。"
    lines = wrapped(text, 30)
    assert "".join(line.replace(" ", "") for line in lines) == text.replace(" ", "")
    assert all(width_of(line) <= 32 for line in lines)
    assert not any(line[0] in "、。）」" for line in lines)
    assert not any(line[-1] in "「（" for line in lines)

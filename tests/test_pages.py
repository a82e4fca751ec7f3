"""What the pages name is there: paths, links, make targets and commands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import rooms

from careplan_csv.cli import run

ROOT = Path(__file__).parent.parent
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
TOPS = "careplan_csv|docs|tests|schemas|sample_data|reports|benchmarks"
PATH = re.compile(rf"`((?:{TOPS})/[\w./-]*)`")
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#]+)(?:#[^)]*)?\)")
TARGET = re.compile(r"(?:^|`)make ((?:[a-z-]+ ?)+)(?:`|$)", re.MULTILINE)
CODE = re.compile(r"```[a-z]*\n(.*?)```|`([^`\n]+)`|「(careplan-csv [^」]+)」", re.DOTALL)
COMMAND = re.compile(r"^ *careplan-csv ([a-z][a-z-]+)", re.MULTILINE)
MADE_IN_AN_EXAMPLE = ("R599", "202704")


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_paths_and_links_lead_somewhere(page: Path) -> None:
    text = text_of(page)
    paths = [
        ROOT / path for path in PATH.findall(text) if not any(word in path for word in MADE_IN_AN_EXAMPLE)
    ]
    links = [page.parent / link for link in LINK.findall(text)]
    assert [str(path.relative_to(ROOT)) for path in (*paths, *links) if not path.exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_make_targets_exist(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {target for targets_named in TARGET.findall(text_of(page)) for target in targets_named.split()}
    assert named - targets == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_exist(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = "\n".join(part for parts in CODE.findall(text_of(page)) for part in parts)
    for name in sorted(set(COMMAND.findall(code))):
        assert run([name, "--help"]) == 0, name


@pytest.mark.parametrize("name", ["ARCHITECTURE.md", "ARCHITECTURE.en.md"])
def test_the_picture_of_the_rooms_is_drawn_from_the_imports(name: str) -> None:
    text = text_of(ROOT / name)
    assert rooms.with_picture(text) == text, "run `make docs`"


def test_translations_have_the_same_sections() -> None:
    for name in ("CONTRIBUTING", "ARCHITECTURE"):
        own, english = (text_of(ROOT / f"{name}{end}").count("\n## ") for end in (".md", ".en.md"))
        assert own == english, name

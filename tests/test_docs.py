"""The generated page is up to date, and every rule says everything that people need."""

from __future__ import annotations

from pathlib import Path

import pytest

from careplan_csv.conformance.harness_rules import HARNESS_RULES, catalogue
from careplan_csv.findings import Rule
from careplan_csv.reporting.docs import rule_pages, rules_page

DOCS = Path(__file__).parent.parent / "docs"


def test_the_page_of_rules_is_up_to_date() -> None:
    """Mend with `make docs`."""
    assert (DOCS / "rules.md").read_text(encoding="utf-8") == rules_page()


def test_the_pages_of_the_rules_are_up_to_date() -> None:
    """Mend with `make docs`."""
    written = {path.stem: path.read_text(encoding="utf-8") for path in (DOCS / "rules").glob("*.md")}
    assert written == rule_pages()


PARTS = ("何を見るか", "なぜ", "直し方", "根拠", "例", "誤りではないもの", "ソフト会社へ伝える文")
WITHOUT_EXAMPLE = {"R518", *HARNESS_RULES}
"""Rules that no file of the samples shows: one needs a file of the user's own, the others need software."""


@pytest.mark.parametrize(("rule_id", "page"), rule_pages().items())
def test_every_page_has_every_part(rule_id: str, page: str) -> None:
    for part in PARTS:
        if part == "例" and rule_id in WITHOUT_EXAMPLE:
            continue
        assert f"## {part}\n" in page, f"{rule_id}: 「{part}」を書いてください。"


@pytest.mark.parametrize("rule", catalogue(), ids=lambda rule: rule.id)
def test_every_rule_tells_what_why_how_and_where(rule: Rule) -> None:
    for part in (rule.title, rule.why, rule.remedy, rule.reference, rule.friends):
        assert part.strip()
    for sentence in (rule.why, rule.remedy, rule.friends):
        assert sentence.endswith("。"), f"{rule.id}: 文を「。」で終えてください: {sentence}"
    assert not rule.title.endswith("。")


def test_every_ambiguity_that_a_rule_names_is_explained() -> None:
    import re

    page = (DOCS / "ambiguities.md").read_text(encoding="utf-8")
    for rule in catalogue():
        for number in re.findall(r"A\d\d", rule.reference):
            assert f"| {number} |" in page

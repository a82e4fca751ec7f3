"""The generated page is up to date, and every rule says everything that people need."""

from __future__ import annotations

from pathlib import Path

import pytest

from careplan_csv.checks import RULES
from careplan_csv.findings import Rule
from careplan_csv.reporting.docs import rules_page

DOCS = Path(__file__).parent.parent / "docs"


def test_the_page_of_rules_is_up_to_date() -> None:
    """Mend with `make docs`."""
    assert (DOCS / "rules.md").read_text(encoding="utf-8") == rules_page()


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_every_rule_tells_what_why_how_and_where(rule: Rule) -> None:
    for part in (rule.title, rule.why, rule.remedy, rule.reference):
        assert part.strip()
    for sentence in (rule.why, rule.remedy):
        assert sentence.endswith("。"), f"{rule.id}: 文を「。」で終えてください: {sentence}"
    assert not rule.title.endswith("。")


def test_every_ambiguity_that_a_rule_names_is_explained() -> None:
    import re

    page = (DOCS / "ambiguities.md").read_text(encoding="utf-8")
    for rule in RULES.values():
        for number in re.findall(r"A\d\d", rule.reference):
            assert f"| {number} |" in page

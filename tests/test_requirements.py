"""Every demand of the standard and of the outline is covered, or it is written why it cannot be."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from careplan_csv.checks import RULES
from careplan_csv.conformance.kit.builder import make_kit
from careplan_csv.reporting.docs import COLUMNS, KINDS, Demand, read_demands, requirements_page
from careplan_csv.rules.harness_rules import HARNESS_RULES
from careplan_csv.rules.waiver_rules import WAIVER_RULES
from careplan_csv.standard import standard

DOCS = Path(__file__).parent.parent / "docs"
DEMANDS = read_demands(DOCS / "requirements.csv")

STEPS = {"D1", "D2", "D3", "D4", "D5", "D6", "D7"}
"""The labels of the kits' units."""

MAY_COVER = {
    "rule": {rule_id for rule_id in RULES if rule_id not in HARNESS_RULES},
    "harness": {"判定", "取込キット", *HARNESS_RULES, *STEPS},
    "declaration": {"自己申告"},
    "none": set(),
}


def fault(row: Demand) -> str:
    """What is wrong with a row, as a sentence; empty if nothing is."""
    if row.kind not in KINDS:
        return f"{row.no}: kind は {'・'.join(KINDS)} のどれかです（{row.kind}）。"
    unknown = [name for name in row.covered_by if name not in MAY_COVER[row.kind]]
    if unknown:
        return f"{row.no}: covered_by の {'・'.join(unknown)} は、{row.kind} では使えません。"
    if row.kind == "none":
        return "" if row.reason.endswith("。") else f"{row.no}: 確かめられない理由を、文で書いてください。"
    return "" if row.covered_by else f"{row.no}: covered_by が空です。"


@pytest.mark.parametrize("row", DEMANDS, ids=lambda row: row.no)
def test_every_demand_is_covered_or_says_why_not(row: Demand) -> None:
    assert fault(row) == ""
    assert row.source
    assert row.section
    assert row.demand.endswith("。")
    assert row.reason == "" or row.reason.endswith("。")
    assert row.kind != "declaration" or row.reason
    assert "|" not in row.demand + row.reason, "表の中で使えない文字です。"


def test_numbers_and_demands_are_given_once() -> None:
    assert len({row.no for row in DEMANDS}) == len(DEMANDS)
    assert len({(row.section, row.demand) for row in DEMANDS}) == len(DEMANDS)


def test_every_rule_is_traced_to_a_requirement() -> None:
    """To correct it, name the rule in docs/requirements.csv, then `make docs`."""
    named = {name for row in DEMANDS for name in row.covered_by}
    # A list of waivers is this program's own; no demand of the standard is behind it.
    assert {*RULES, *HARNESS_RULES} - {rule.id for rule in WAIVER_RULES} - named == set()


def test_the_kits_have_units_of_every_pattern() -> None:
    shown = set()
    for profile, office_type in (
        ("mhlw-4.1", "service"),
        ("mhlw-4.1", "planning"),
        ("mhlw-4.1-yobo", "community"),
    ):
        chosen = standard().profile(profile)
        kit = make_kit(chosen, chosen.office_type(office_type), standard().newest, 1)
        shown |= {step.pattern for step in kit.inbox}
    assert shown - {""} == STEPS


def test_every_file_of_the_newest_edition_has_its_layout_demanded() -> None:
    sections = {row.section for row in DEMANDS}
    assert {f"レイアウト {prefix}" for prefix in standard().newest.prefixes} <= sections


def test_every_ambiguity_that_a_reason_names_is_explained() -> None:
    page = (DOCS / "ambiguities.md").read_text(encoding="utf-8")
    for row in DEMANDS:
        for number in re.findall(r"A\d\d", row.reason):
            assert f"| {number} |" in page


def test_the_page_of_demands_is_up_to_date() -> None:
    """Mend with `make docs`."""
    assert (DOCS / "requirements.md").read_text(encoding="utf-8") == requirements_page(DEMANDS)


@pytest.mark.parametrize(
    ("covered_by", "kind", "reason", "said"),
    [
        ((), "rule", "", "covered_by が空"),
        ((), "none", "", "確かめられない理由"),
        (("F999",), "rule", "", "F999"),
        (("H806",), "rule", "", "H806"),
        (("F401",), "none", "理由があります。", "F401"),
        (("F401",), "guess", "", "kind は"),
        (("自己申告",), "rule", "", "自己申告"),
        (("F401", "F402"), "rule", "", ""),
        (("D1", "H806"), "harness", "", ""),
    ],
)
def test_a_faulty_row_is_named(covered_by: tuple[str, ...], kind: str, reason: str, said: str) -> None:
    found = fault(Demand("S999", "標準仕様", "1", "求めることです。", covered_by, kind, reason))
    assert (said in found) if said else found == ""


@pytest.mark.parametrize("content", ["no,demand\n", ",".join(COLUMNS) + "\nS001,標準仕様\n"])
def test_a_table_of_another_shape_is_refused(content: str, tmp_path: Path) -> None:
    path = tmp_path / "requirements.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=r"見出しは|項目の数"):
        read_demands(path)

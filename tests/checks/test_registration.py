"""A rule that is registered runs, and finds its fault: nobody keeps a list of what is to be run."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from careplan_csv.checker import check
from careplan_csv.checks import RULES
from careplan_csv.checks.items import ITEM_RULES
from careplan_csv.findings import Consequence, Rule, Severity
from careplan_csv.reading.service_codes import load_service_codes
from careplan_csv.reading.sources import collect
from careplan_csv.rules.registry import STAGES, Registered, Stage, register

ROOT = Path(__file__).parents[2]
MASTER = ROOT / "tests" / "data" / "service_codes.csv"
ON_FILES = sorted(rule_id for rule_id in RULES if rule_id[0] not in "HW")
FUNCTIONS = [one for stage in STAGES for one in stage]


def name_of(one: Registered[Any]) -> str:
    return f"{one.rule.id}-{one.run.__name__}"


@dataclass(frozen=True)
class Seen:
    """What was seen on all samples.

    Attributes:
        hits: how often every registered function was called, and every rule has hit.
        severities: those that every rule gave.
    """

    hits: Counter[str] = field(default_factory=Counter)
    severities: defaultdict[str, set[Severity]] = field(default_factory=lambda: defaultdict(set))


@pytest.fixture(scope="module")
def seen() -> Seen:
    seen = Seen()

    def counting(one: Registered[Any]) -> Callable[..., Any]:
        def run(*arguments: Any) -> Any:
            seen.hits[name_of(one)] += 1
            return one.run(*arguments)

        return run

    with pytest.MonkeyPatch.context() as patch:
        for stage in STAGES:
            patch.setattr(stage, "_rules", [replace(one, run=counting(one)) for one in stage])
        samples = [
            check(collect([str(folder)])) for folder in sorted((ROOT / "sample_data" / "faulty").iterdir())
        ]
        master = load_service_codes([MASTER])
        samples.append(check(collect([str(ROOT / "sample_data" / "valid")]), master=master))
    for finding in (finding for sample in samples for finding in sample.findings):
        seen.hits[finding.rule] += 1
        seen.severities[finding.rule].add(finding.severity)
    return seen


@pytest.mark.parametrize("one", FUNCTIONS, ids=name_of)
def test_every_registered_function_runs(one: Registered[Any], seen: Seen) -> None:
    assert seen.hits[name_of(one)], (
        f"{one.rule.id} is registered, but its function {one.run.__name__} was never called on the faulty samples: "
        f"has any layout the items that it needs {one.needs}?"
    )


@pytest.mark.parametrize("rule_id", ON_FILES)
def test_every_rule_hits_on_its_sample(rule_id: str, seen: Seen) -> None:
    assert seen.hits[rule_id], (
        f"{rule_id} is registered, but found nothing in sample_data/faulty/{rule_id}-…: "
        "write a Fault for it in careplan_csv/synthesis, run `make samples`, and see whether its function yields a hit "
        "there. docs/adding-a-rule.md shows a whole example."
    )


def test_every_rule_on_items_is_on_the_list_that_the_checker_reads() -> None:
    assert set(ITEM_RULES) == {rule_id for rule_id in RULES if rule_id.startswith("F")}


def test_two_rules_cannot_have_one_id() -> None:
    other = replace(RULES["R501"], title="another")
    with pytest.raises(ValueError, match="R501"):
        register(other)


def test_one_rule_may_stand_on_several_stages() -> None:
    rule = Rule("Z999", Severity.INFO, Consequence.CHECK, "", "", "", "", "")
    try:
        first, second = Stage[Callable[..., Any]](), Stage[Callable[..., Any]]()
        first(rule)(print)
        second(rule, needs=("units",))(print)
        assert [one.needs for stage in (first, second) for one in stage] == [(), ("units",)]
    finally:
        del RULES["Z999"]
        del STAGES[-2:]


@pytest.mark.parametrize("rule_id", sorted(RULES))
def test_a_milder_finding_is_never_more_than_something_to_look_at(rule_id: str) -> None:
    rule = RULES[rule_id]
    assert rule.consequence_of(rule.severity) is rule.consequence
    assert rule.consequence_of(Severity.INFO) is Consequence.CHECK
    assert rule.severity is not Severity.ERROR or rule.consequence_of(Severity.WARNING) is Consequence.CHECK
    assert rule.severity is not Severity.INFO or rule.consequence is Consequence.CHECK
    assert rule.severity is not Severity.ERROR or rule.consequence is not Consequence.CHECK


@pytest.mark.parametrize("rule_id", sorted(RULES))
def test_every_rule_says_what_it_compares(rule_id: str) -> None:
    assert RULES[rule_id].compares.endswith(("。", "）。")), f"{rule_id}: say in `compares` what is looked at"


@pytest.mark.parametrize("rule_id", ON_FILES)
def test_every_severity_that_a_rule_gives_is_named(rule_id: str, seen: Seen) -> None:
    rule = RULES[rule_id]
    named = {rule.severity, *(severity for severity, _ in rule.grades)}
    assert seen.severities[rule_id] <= named, f"{rule_id}: name its other severities in `grades`"

"""The registry of rules: every rule's metadata stands beside the function that checks it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from careplan_csv.findings import OtherPlace, Rule, Severity
from careplan_csv.standard import Item

Function = TypeVar("Function", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file: `line`, `record` and `column` (characters of the line) start at 1.

    `value`, and `expected` and `found` of a finding that compares, are raw and must be masked before
    they are shown, unless `safe` says that they tell of no person. `other` is what it was compared with.
    """

    line: int | None = None
    record: int | None = None
    value: str | None = None
    safe: bool = False
    column: int | None = None
    expected: str | None = None
    found: str | None = None
    other: OtherPlace | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """What a check function reports: one message at `count` places, the first of them in `places`.

    Hits of one file with equal rule, severity, item and message become one finding.
    `message` must not hold line numbers or values of single records; `remedy` is the rule's own
    unless a better one is known. Where the file has a finding of one of the rules in `yields_to`, the
    cause is told there already, and this is left out.
    """

    rule: str
    severity: Severity
    message: str
    item: Item | None = None
    count: int = 1
    places: tuple[Place, ...] = ()
    remedy: str = ""
    yields_to: tuple[str, ...] = ()


FAMILIES = {
    "N": "N ファイル名",
    "E": "E 文字コードと文字",
    "C": "C CSV の書き方",
    "F": "F 項目",
    "R": "R 記録",
    "T": "T ファイル全体",
    "B": "B ファイルの組",
}
"""The families of rules by the letter of their ids, in the order in which people read them."""

RULES: dict[str, Rule] = {}
"""Every rule by its id, filled when the modules of this package are imported."""


def rule(meta: Rule) -> Callable[[Function], Function]:
    """Register a rule above the function that checks it.

    Raises:
        ValueError: the id is taken.
    """
    if meta.id in RULES:
        raise ValueError(f"rule id {meta.id} is used twice")
    RULES[meta.id] = meta

    def unchanged(function: Function) -> Function:
        return function

    return unchanged


def in_order() -> list[Rule]:
    """All rules, family by family."""
    letters = list(FAMILIES)
    return sorted(RULES.values(), key=lambda meta: (letters.index(meta.id[0]), meta.id))


def rule_set_version() -> str:
    """A short digest of all ids and severities: two runs with the same one applied the same rules."""
    text = ";".join(f"{meta.id}:{meta.severity}" for _, meta in sorted(RULES.items()))
    return hashlib.sha256(text.encode()).hexdigest()[:12]

"""What differs between two results, as rows that a page and a workbook show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from careplan_csv.checks import RULES
from careplan_csv.conformance.evidence_package.result_differences import (
    Change,
    ChangedFinding,
    ResultDifferences,
    by_rule,
)
from careplan_csv.findings import printable
from careplan_csv.reporting.difference_view import changes_of_rules, notes, sizes
from careplan_csv.reporting.judgement_tables import status_words
from careplan_csv.standard import Direction

_LONGEST = 2_000
SIGNS = {Change.NEW: "＋", Change.CHANGED: "～", Change.FIXED: "－", Change.UNKNOWN: "？"}
"""Signs of the changes, so that they are told apart without colours."""

FINDING_COLUMNS = ("変化", "ファイル", "規則", "重要度", "受け取る側でのおそれ", "項目", "指摘", "数")
RULE_COLUMNS = ("規則", "指摘の内容", *(change.label for change in Change), "規則の変更")
RESULT_COLUMNS = ("", "前", "後")
REQUIREMENT_COLUMNS = ("記号", "出力・取込", "前", "後")


@dataclass(frozen=True)
class DifferenceTables:
    """The parts of a comparison, each a list of rows of texts."""

    found: ResultDifferences

    @cached_property
    def summary(self) -> list[tuple[str, str]]:
        """How many findings have which change."""
        counts = [(change_words(change), f"{len(self.found.of(change)):,}件") for change in Change]
        return [*counts, ("同じ", f"{self.found.same:,}件")]

    @cached_property
    def notes(self) -> list[str]:
        """What the reader must know, each a sentence."""
        return notes(self.found)

    @cached_property
    def results(self) -> list[tuple[str, ...]]:
        """Both results side by side."""
        before, after = self.found.before, self.found.after
        rows = [
            ("結果", before.source, after.source),
            ("調べた日時", before.checked_at, after.checked_at),
            ("careplan-csv", before.version, after.version),
            ("規則の組", before.rule_set, after.rule_set),
            ("判定", status_words(before.verdict), status_words(after.verdict)),
            ("ファイル", f"{len(before.files):,}個", f"{len(after.files):,}個"),
        ]
        return [tuple(printable(value, _LONGEST) for value in row) for row in rows]

    @cached_property
    def requirements(self) -> list[tuple[str, ...]]:
        """Requirements with another result."""
        return [
            (
                printable(letter, 20),
                Direction(direction).label,
                *(status_words(status) if status else "なし" for status in (before, after)),
            )
            for letter, direction, before, after in self.found.requirements
        ]

    @cached_property
    def rules(self) -> list[tuple[str, ...]]:
        """How many findings of each rule have which change, and what the CHANGELOG says of the rule."""
        changes = changes_of_rules(self.found)
        return [
            (
                printable(rule, 10),
                RULES[rule].title if rule in RULES else "この careplan-csv には無い規則",
                *(f"{counts[change]:,}" for change in Change),
                changes.get(rule, ""),
            )
            for rule, counts in by_rule(self.found)
        ]

    def findings(self, most: int) -> Iterator[tuple[ChangedFinding, tuple[str, ...]]]:
        """The findings that are not the same, the worst first, at most so many."""
        for finding in self.found.findings[:most]:
            yield finding, _row(finding)

    @property
    def count(self) -> int:
        """How many findings are not the same."""
        return len(self.found.findings)

    @cached_property
    def files(self) -> list[tuple[str, Sequence[str]]]:
        """Files that only one of the results has."""
        both = [
            ("前だけにあるファイル", self.found.only_before),
            ("後だけにあるファイル", self.found.only_after),
        ]
        return [(title, [printable(name, 300) for name in names]) for title, names in both if names]


def change_words(change: Change) -> str:
    """A change with its sign."""
    return f"{SIGNS[change]} {change.label}"


def _row(finding: ChangedFinding) -> tuple[str, ...]:
    key, told = finding.key, finding.after or finding.before
    item = f"№{key.item_no} {told.item}" if key.item_no and told else ""
    row = (
        change_words(finding.change),
        key.file,
        key.rule,
        finding.worst.label,
        RULES[key.rule].consequence_of(finding.worst).label if key.rule in RULES else "",
        item,
        key.message,
        sizes(finding.before, finding.after),
    )
    return tuple(printable(value, _LONGEST) for value in row)

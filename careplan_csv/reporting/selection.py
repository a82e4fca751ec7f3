"""Which findings a report shows one by one. What is not shown is counted, and never left out of a verdict."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from careplan_csv.findings import Finding, Severity


@dataclass(frozen=True, slots=True)
class Selection:
    """What the user asked to see.

    Attributes:
        select: rules or families (`F401`, `F`) to show; empty for all.
        ignore: rules or families to leave out.
        level: findings below it are told as one line per rule.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    level: Severity = Severity.WARNING

    def shows(self, finding: Finding) -> bool:
        """Whether a finding is one of the selected rules and of none of the ignored ones."""
        chosen = not self.select or finding.rule.startswith(self.select)
        return chosen and not (self.ignore and finding.rule.startswith(self.ignore))

    def in_full(self, finding: Finding) -> bool:
        """Whether a shown finding is told with its places, rather than counted with others of its rule."""
        return finding.severity.reaches(self.level)


def places_of(findings: Iterable[Finding]) -> int:
    """In how many places some findings are."""
    return sum(finding.count for finding in findings)

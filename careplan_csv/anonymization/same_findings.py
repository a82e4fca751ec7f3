"""Whether files written again show the same findings at the same places as the originals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from careplan_csv.anonymization.anonymous_files import AnonymousInputs
from careplan_csv.checker import check
from careplan_csv.results import CheckResult
from careplan_csv.standard import Standard

Told = tuple[str, str, str, int | None, int, tuple[tuple[int | None, int | None, int | None], ...]]
"""File, rule, severity, number of the item, count, and line, record and column of the places kept."""


@dataclass(frozen=True)
class FindingsCompared:
    """What was found before and after.

    Attributes:
        before, after: how often each finding was made; files by the names of the new ones.
        original: the result of the originals.
    """

    before: Counter[Told]
    after: Counter[Told]
    original: CheckResult

    @property
    def lost(self) -> list[Told]:
        return sorted((self.before - self.after).elements(), key=repr)

    @property
    def new(self) -> list[Told]:
        return sorted((self.after - self.before).elements(), key=repr)

    @property
    def different(self) -> int:
        """How many findings were lost or are new."""
        return len(self.lost) + len(self.new)

    @property
    def same(self) -> bool:
        return self.before == self.after


def compared(
    anonymous: AnonymousInputs, original: CheckResult | None = None, known: Standard | None = None
) -> FindingsCompared:
    """Check the originals and the new files, and compare.

    Args:
        original: the result of the originals, where it is known already.
    """
    before = original or check(anonymous.originals, known=known)
    after = check(anonymous.inputs, known=known)
    names = {file.original.name: file.source.name for file in (*anonymous.files, *anonymous.pictures)}
    return FindingsCompared(_told(before, names), _told(after, {}), before)


def _told(result: CheckResult, names: Mapping[str, str]) -> Counter[Told]:
    return Counter(
        (
            names.get(finding.file, finding.file),
            finding.rule,
            finding.severity.value,
            finding.item_no,
            finding.count,
            tuple((one.line, one.record, one.column) for one in finding.examples),
        )
        for finding in result.findings
    )

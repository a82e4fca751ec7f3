"""Hits become findings: equal ones of a file are one group, values are masked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from careplan_csv.checker.masking import masked_place
from careplan_csv.checker.place_list import PlaceList, kept
from careplan_csv.findings import EXAMPLES_KEPT, Finding, Severity
from careplan_csv.reading.sources import Source
from careplan_csv.rules.hits import Chunk, Hit, Place
from careplan_csv.rules.registry import RULES
from careplan_csv.standard import Item


@dataclass(frozen=True, slots=True)
class _Told:
    """What the hits of a group say; they are equal if rule, severity, item and message are."""

    rule: str
    severity: Severity
    item_no: int | None
    message: str
    item: Item | None = field(compare=False)
    remedy: str = field(compare=False)
    yields_to: tuple[str, ...] = field(compare=False)


@lru_cache(maxsize=1 << 10)
def _told(
    rule: str,
    severity: Severity,
    message: str,
    item: Item | None,
    remedy: str,
    yields_to: tuple[str, ...],
) -> _Told:
    """What a hit says. In a hundred thousand files the same is said again and again."""
    return _Told(rule, severity, item.no if item else None, message, item, remedy, yields_to)


@dataclass(slots=True)
class _Group:
    count: int = 0
    places: tuple[Place, ...] = ()
    chunks: tuple[Chunk, ...] = ()


class GroupedHits:
    """The hits of all files as they come in.

    Args:
        every: where all places are to be kept, beside the few that a finding holds itself.
    """

    def __init__(self, *, show_values: bool, every: PlaceList | None = None) -> None:
        self._show_values = show_values
        self._every = every
        self._files: dict[str, dict[_Told, _Group]] = {}

    def add(self, file: str, hits: Iterable[Hit]) -> None:
        """Take in hits of a file, in their order there."""
        for given in hits:
            hit = kept(given, self._every)
            if hit.again and self._every:
                hit = self._every.read_again(hit, file)
            told = _told(hit.rule, hit.severity, hit.message, hit.item, hit.remedy, hit.yields_to)
            group = self._files.setdefault(file, {}).setdefault(told, _Group())
            group.count += hit.count
            if len(group.places) < EXAMPLES_KEPT:
                group.places += hit.places[: EXAMPLES_KEPT - len(group.places)]
            group.chunks += hit.chunks

    def has_errors(self, file: str) -> bool:
        """Whether there is a finding of a file that is an error."""
        return any(told.severity is Severity.ERROR for told in _causes(self._files.get(file, {})))

    def findings(self, source: Source) -> list[Finding]:
        """The findings of a file, one per group, the worst first; it is let go, and can be asked once."""
        groups = self._files.pop(source.name, {})
        order = sorted(
            _causes(groups), key=lambda told: (told.severity.rank, told.rule, told.item_no or 0, told.message)
        )
        findings = [self._finding(source, told, groups[told]) for told in order]
        if self._every:
            for told, finding in zip(order, findings, strict=True):
                self._every.take(finding, groups[told].chunks)
        return findings

    def _finding(self, source: Source, told: _Told, group: _Group) -> Finding:
        rule, item = RULES[told.rule], told.item
        return Finding(
            rule=told.rule,
            severity=told.severity,
            file=source.name,
            message=told.message,
            remedy=told.remedy or rule.remedy,
            reference=rule.reference,
            consequence=rule.consequence_of(told.severity),
            item_no=told.item_no,
            item=item.name if item else None,
            count=group.count,
            examples=tuple(
                masked_place(place, item, show_values=self._show_values) for place in group.places
            ),
            path=source.path,
        )


def _causes(groups: Iterable[_Told]) -> list[_Told]:
    """The groups of a file of which the cause is not told by another one."""
    rules = {told.rule for told in groups}
    return [told for told in groups if rules.isdisjoint(told.yields_to)]

"""Hits become findings: equal ones of a file are one group, values are masked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from careplan_csv.checker.masking import masked_place
from careplan_csv.checker.place_list import PlaceList, kept
from careplan_csv.findings import EXAMPLES_KEPT, Finding, Severity
from careplan_csv.rules.hits import Chunk, Hit, Place
from careplan_csv.rules.registry import RULES

Key = tuple[str, Severity, int | None, str]


@dataclass(slots=True)
class _Group:
    hit: Hit
    count: int = 0
    places: tuple[Place, ...] = ()
    chunks: tuple[Chunk, ...] = ()


class FileFindings:
    """The findings of one file as they come in.

    Args:
        every: where all places are to be kept, beside the few that a finding holds itself.
    """

    __slots__ = ("_every", "_file", "_groups", "_path", "_show_values")

    def __init__(
        self, file: str, path: str = "", *, show_values: bool, every: PlaceList | None = None
    ) -> None:
        self._file = file
        self._path = path
        self._show_values = show_values
        self._every = every
        self._groups: dict[Key, _Group] = {}

    def add(self, hits: Iterable[Hit]) -> None:
        """Take in hits, in the order of the file."""
        for given in hits:
            hit = kept(given, self._every)
            if hit.again and self._every:
                hit = self._every.read_again(hit, self._file)
            key = (hit.rule, hit.severity, hit.item.no if hit.item else None, hit.message)
            group = self._groups.setdefault(key, _Group(hit))
            group.count += hit.count
            if len(group.places) < EXAMPLES_KEPT:
                group.places += hit.places[: EXAMPLES_KEPT - len(group.places)]
            group.chunks += hit.chunks

    @property
    def has_errors(self) -> bool:
        return any(severity is Severity.ERROR for _, severity, _, _ in self._told())

    def findings(self) -> list[Finding]:
        """One finding per group, the worst first."""
        order = sorted(self._told(), key=lambda key: (key[1].rank, key[0], key[2] or 0, key[3]))
        findings = [self._finding(self._groups[key]) for key in order]
        if self._every:
            for key, finding in zip(order, findings, strict=True):
                self._every.take(finding, self._groups[key].chunks)
        return findings

    def _told(self) -> list[Key]:
        """The groups of which the cause is not told by another finding of the file."""
        rules = {rule for rule, _, _, _ in self._groups}
        return [key for key, group in self._groups.items() if rules.isdisjoint(group.hit.yields_to)]

    def _finding(self, group: _Group) -> Finding:
        hit, rule = group.hit, RULES[group.hit.rule]
        return Finding(
            rule=hit.rule,
            severity=hit.severity,
            file=self._file,
            message=hit.message,
            remedy=hit.remedy or rule.remedy,
            reference=rule.reference,
            consequence=rule.consequence_of(hit.severity),
            item_no=hit.item.no if hit.item else None,
            item=hit.item.name if hit.item else None,
            count=group.count,
            examples=tuple(
                masked_place(place, hit.item, show_values=self._show_values) for place in group.places
            ),
            path=self._path,
        )

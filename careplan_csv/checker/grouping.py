"""Hits become findings: equal ones of a file are one group, values are masked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from careplan_csv.checks.forms import has_own_form
from careplan_csv.findings import EXAMPLES_KEPT, Example, Finding, Severity, printable, shown
from careplan_csv.rules.hits import Hit, Place
from careplan_csv.rules.registry import RULES

Key = tuple[str, Severity, int | None, str]


@dataclass(slots=True)
class _Group:
    hit: Hit
    count: int = 0
    places: tuple[Place, ...] = ()


class FileFindings:
    """The findings of one file as they come in."""

    __slots__ = ("_file", "_groups", "_path", "_show_values")

    def __init__(self, file: str, path: str = "", *, show_values: bool) -> None:
        self._file = file
        self._path = path
        self._show_values = show_values
        self._groups: dict[Key, _Group] = {}

    def add(self, hits: Iterable[Hit]) -> None:
        """Take in hits, in the order of the file."""
        for hit in hits:
            key = (hit.rule, hit.severity, hit.item.no if hit.item else None, hit.message)
            group = self._groups.setdefault(key, _Group(hit))
            group.count += hit.count
            if len(group.places) < EXAMPLES_KEPT:
                group.places += hit.places[: EXAMPLES_KEPT - len(group.places)]

    @property
    def has_errors(self) -> bool:
        return any(severity is Severity.ERROR for _, severity, _, _ in self._told())

    def findings(self) -> list[Finding]:
        """One finding per group, the worst first."""
        order = sorted(self._told(), key=lambda key: (key[1].rank, key[0], key[2] or 0, key[3]))
        return [self._finding(self._groups[key]) for key in order]

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
            item_no=hit.item.no if hit.item else None,
            item=hit.item.name if hit.item else None,
            count=group.count,
            examples=tuple(self._example(place, hit) for place in group.places),
            path=self._path,
        )

    def _example(self, place: Place, hit: Hit) -> Example:
        value, expected, found = (
            self._shown(text, place, hit) for text in (place.value, place.expected, place.found)
        )
        masked = value is not None and not place.safe and value != printable(place.value or "")
        return Example(place.line, place.record, value, place.column, expected, found, place.other, masked)

    def _shown(self, text: str | None, place: Place, hit: Hit) -> str | None:
        if text is None or place.safe:
            return text
        harmless = hit.item is not None and hit.item.open and has_own_form(hit.item, text)
        return shown(text, harmless=harmless, show_values=self._show_values)

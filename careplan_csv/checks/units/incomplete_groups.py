"""Incomplete groups that make one unit together, though their names may differ in some parts (2.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from careplan_csv.checks.units.unit_groups import PARTS, Group, Kind, UnitMember
from careplan_csv.reading.structure import Positions


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A group that makes a unit with another one, though their names differ in some parts."""

    group: Group
    stray: UnitMember
    sibling: UnitMember
    parts: tuple[str, ...]


def joined(groups: Sequence[Group]) -> tuple[list[Group], list[Mismatch]]:
    """Put incomplete groups together that make a unit, and tell in which parts their names differ."""
    mismatches: list[Mismatch] = []
    taken: set[int] = set()
    waiting = _Waiting(groups)
    # The largest first: the file that strayed is the odd one, not the rest of the unit.
    for number in sorted(range(len(groups)), key=lambda number: -len(groups[number].members)):
        group = groups[number]
        if number in taken:
            continue
        while group.missing and (best := waiting.partner(number)) is not None:
            # The group itself has all that fits it, and is no partner for others any more.
            waiting.is_settled[[number, best]] = True
            taken.add(best)
            other = groups[best]
            differences = _differences(group.members[0], other.members[0])
            if differences:
                stray = other.first or other.members[0]
                mismatches.append(Mismatch(group, stray, group.members[0], differences))
            else:
                group.related += other.related
            group.members += other.members
            group.surplus += other.surplus
    return [group for number, group in enumerate(groups) if number not in taken], mismatches


def _differences(one: UnitMember, other: UnitMember) -> tuple[str, ...]:
    """The parts in which two names differ though both are well written."""
    unsure = one.unsure | other.unsure
    return tuple(part for part in PARTS if part not in unsure and one.part(part) != other.part(part))


class _Waiting:
    """Incomplete groups, by unit and by the kinds of files that they hold.

    What their first names say is held as columns: there may be a hundred thousand groups, and each looks
    for its partner among all.

    Attributes:
        is_settled: which groups have found a partner, shape (groups,).
    """

    def __init__(self, groups: Sequence[Group]) -> None:
        self._groups = groups
        self.is_settled = np.zeros(len(groups), dtype=np.bool_)
        self._said = np.zeros((len(groups), len(PARTS)), dtype=np.int32)
        self._sure = np.zeros((len(groups), len(PARTS)), dtype=np.bool_)
        self._folder = np.zeros(len(groups), dtype=np.int32)
        codes: dict[str, int] = {}
        alike: dict[str, dict[frozenset[Kind], list[int]]] = {}
        for number, group in enumerate(groups):
            if not group.missing:
                continue
            alike.setdefault(group.unit.id, {}).setdefault(group.kinds, []).append(number)
            first = group.members[0]
            self._said[number] = [codes.setdefault(text, len(codes)) for text in first.said]
            self._sure[number] = [part not in first.unsure for part in PARTS]
            self._folder[number] = codes.setdefault(first.folder, len(codes))
        self._alike = {
            unit: {kinds: self._by_serial(np.array(numbers)) for kinds, numbers in by_kinds.items()}
            for unit, by_kinds in alike.items()
        }

    def _by_serial(self, numbers: Positions) -> _BySerial:
        return _BySerial(
            numbers, np.where(self._sure[numbers, _SERIAL], self._said[numbers, _SERIAL], _UNSURE)
        )

    def partner(self, number: int) -> int | None:
        """The incomplete group that fits best: with the fewest differences, in the same folder."""
        group = self._groups[number]
        lacking = {(file.prefix, file.month) for file in group.missing if file.missing == "error"}
        best: tuple[int, int] | None = None
        for kinds, by_serial in self._alike[group.unit.id].items():
            if kinds & group.kinds:
                continue
            serial = self._said[number, _SERIAL] if self._sure[number, _SERIAL] else _UNSURE
            # Names that differ are one unit only if together they make a whole one.
            found = self._nearest(number, by_serial.may_have(serial), may_differ=not lacking - kinds)
            if found is not None and (best is None or found[0] < best[0]):
                best = found
        return None if best is None else best[1]

    def _nearest(self, number: int, others: Positions, *, may_differ: bool) -> tuple[int, int] | None:
        """Among some groups the first of those that differ least, and how much it differs."""
        others = others[~self.is_settled[others]]
        differs = (self._said[others] != self._said[number]) & self._sure[others] & self._sure[number]
        count = differs.sum(axis=1)
        if not may_differ:
            others, count = others[count == 0], count[count == 0]
        if not len(others):
            return None
        distance = 2 * count + (self._folder[others] != self._folder[number])
        least = int(distance.argmin())
        return int(distance[least]), int(others[least])


_SERIAL = list(PARTS).index("serial")
_UNSURE = -1


class _BySerial:
    """Groups by the number of their serial, `_UNSURE` where it is badly written.

    Args:
        groups: ascending numbers of groups, shape (groups,).
        serials: shape (groups,).
    """

    def __init__(self, groups: Positions, serials: Positions) -> None:
        order = np.argsort(serials, kind="stable")
        self._all, self._groups, self._serials = groups, groups[order], serials[order]

    def may_have(self, serial: int) -> Positions:
        """Groups that may have a serial, ascending: with the same one, or with one that is badly written."""
        if serial == _UNSURE:
            return self._all
        unsure, same = self._of(_UNSURE), self._of(serial)
        return np.sort(np.concatenate([unsure, same])) if len(unsure) else same

    def _of(self, serial: int) -> Positions:
        start, stop = np.searchsorted(self._serials, (serial, serial + 1))
        return self._groups[start:stop]

"""Provided services (実績), which differ a little from the planned ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from careplan_csv.synthesis.world.months import Month
from careplan_csv.synthesis.world.patterns import Weekly
from careplan_csv.synthesis.world.services import Visit, in_order, percentage

_MISSED = 0.03
_MOVED = 0.05
_EXTRA = 0.01
_MOVE = 15


def provided_visits(random: Random, planned: Sequence[Visit], of: Month) -> list[Visit]:
    """The provided visits of one office: without some of the planned ones, some later, with a few more.

    Percentage additions are computed from the provided visits; some offices write 0 for them (第6表 №8).
    """
    shares = [visit for visit in planned if visit.service.permille]
    rest = [visit for visit in planned if not visit.service.permille]
    missed = {visit.day for visit in rest if random.random() < _MISSED}
    moved = {visit.day for visit in rest if random.random() < _MOVED}
    left = [v for v in rest if not (_may_change(v) and v.day in missed)]
    # Additions are moved together with their visits.
    found = [v.moved(_MOVE) if v.day in moved and _may_change(v) else v for v in left]
    if random.random() < _EXTRA:
        found += _extra(random, rest, of)
    for share in shares:
        cannot_count = share.service.office.number.endswith(("3", "7"))
        for counted in percentage(share.service, found, of):
            found.append(replace(counted, units=0) if cannot_count else counted)
    return in_order(found)


def _may_change(visit: Visit) -> bool:
    return isinstance(visit.service.pattern, Weekly)


def _extra(random: Random, planned: Sequence[Visit], of: Month) -> list[Visit]:
    """One more visit of a service on a day without a planned one."""
    able = [visit for visit in planned if _may_change(visit)]
    if not able:
        return []
    chosen = random.choice(able)
    taken = {visit.day for visit in planned if visit.service is chosen.service}
    free = [day for day in range(1, of.length + 1) if day not in taken]
    return [replace(chosen, day=random.choice(free))] if free else []

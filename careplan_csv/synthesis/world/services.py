"""Planned services, and their visits in a month."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from operator import attrgetter

from careplan_csv.synthesis.world.clock import later, minutes
from careplan_csv.synthesis.world.months import Month
from careplan_csv.synthesis.world.offices import Office
from careplan_csv.synthesis.world.patterns import DayPattern

NO_TIME = "9999"
_LAST_END = 23 * 60


@dataclass(frozen=True, slots=True, eq=False)
class Service:
    """A service of a user; two services are never equal, even with the same values.

    Attributes:
        pattern: the pattern of its days.
        start, end: HHMM; 9999 for services without times.
        units: per visit, before any discount; rate: percent of the units after the discount (割引後率).
        price: yen for one unit (99.99).
        limited: whether it counts for 区分支給限度.
        tais, equipment_code: TAISコード or 福祉用具届出コード of a product; otherwise empty.
        detail_no: 明細判別コード if the same code and units occur several times; otherwise empty.
        satellite: サテライト枝番 of the branch; empty for the main office.
        permille: thousandths of the office's units in the month, for percentage additions; then `units` is 0.
    """

    office: Office
    code: str
    label: str
    pattern: DayPattern
    start: str
    end: str
    units: int
    price: str
    tais: str = ""
    product: str = ""
    detail_no: str = ""
    equipment_code: str = ""
    limited: bool = True
    rate: int = 100
    satellite: str = ""
    permille: int = 0

    @property
    def discounted(self) -> int:
        """割引後単位数."""
        return self.units * self.rate // 100


@dataclass(frozen=True, slots=True)
class Visit:
    """A service on one day.

    Attributes:
        day: of the month, from 1.
        units: 割引後の1回当たり単位数.
        over_30: ３０日超区分.
    """

    service: Service
    day: int
    start: str
    end: str
    units: int
    over_30: bool = False

    @property
    def can_move(self) -> bool:
        """Whether it has a time, and does not end late in the evening."""
        return self.start != NO_TIME and minutes(self.end) <= _LAST_END

    def moved(self, by: int) -> Visit:
        """The same visit some minutes later; unchanged if it cannot move."""
        return replace(self, start=later(self.start, by), end=later(self.end, by)) if self.can_move else self


_order = attrgetter("day", "start", "service.code", "service.detail_no")


def visits(services: Iterable[Service], month: Month) -> list[Visit]:
    """The visits of some services in a month, by day and time."""
    found: list[Visit] = []
    shares = []
    for service in services:
        if service.permille:
            shares.append(service)
            continue
        units, pattern = service.discounted, service.pattern
        found += [
            Visit(service, day, service.start, service.end, units, pattern.over_30(month, day))
            for day in pattern.days(month)
        ]
    for share in shares:
        found += percentage(share, found, month)
    return in_order(found)


def in_order(some: list[Visit]) -> list[Visit]:
    """Sort visits by day, time and code, as they are printed."""
    some.sort(key=_order)
    return some


def percentage(share: Service, given: Iterable[Visit], month: Month) -> Iterator[Visit]:
    """The percentage addition to the visits of its office and kind, on the last of their days."""
    own = [v for v in given if v.service.office == share.office and not v.over_30]
    units = share_of(share, own, month)
    if units:
        yield Visit(share, max(visit.day for visit in own), share.start, share.end, units)


def share_of(share: Service, own: Iterable[Visit], month: Month) -> int:
    """The units of a percentage addition, rounded half up."""
    counted: dict[Service, int] = {}
    for visit in own:
        if not visit.service.permille:
            counted[visit.service] = counted.get(visit.service, 0) + 1
    total = 0
    for service, count in counted.items():
        billed = service.pattern.billed(month)
        total += service.discounted * (count if billed is None else billed)
    return (total * share.permille + 500) // 1000

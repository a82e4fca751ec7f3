"""Random services of a user: kinds, offices and times."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random

from careplan_csv.synthesis.world import catalogue
from careplan_csv.synthesis.world.catalogue import Offer
from careplan_csv.synthesis.world.clock import later
from careplan_csv.synthesis.world.identifiers import product_code
from careplan_csv.synthesis.world.invented_people import Span
from careplan_csv.synthesis.world.offices import Office, Town
from careplan_csv.synthesis.world.patterns import (
    DayPattern,
    Ends,
    Inclusive,
    LongStay,
    OnDays,
    Prorated,
    Stay,
    Weekly,
)
from careplan_csv.synthesis.world.services import NO_TIME, Service

_MORNINGS = ("0830", "0900", "0930", "1000", "1030")
_AFTERNOONS = ("1300", "1330", "1430", "1600", "1730")
_LONG_STAYS = "2A"
_DISCOUNTED = 90
"""Percent of the units after 同一建物減算."""


@dataclass
class Arranger:
    """Arranges the services of users.

    Attributes:
        town: the town of the offices.
        span: the months of the world.
    """

    town: Town
    span: Span

    def arrange(self, random: Random, kinds: Sequence[str]) -> tuple[Service, ...]:
        """Services of some kinds, each by one random office of the town."""
        found: list[Service] = []
        for kind in kinds:
            office = random.choice(self.town.by_kind[kind])
            own = list(self._of_kind(random, kind, office))
            if kind in catalogue.SHARES and random.random() < 0.8:
                own.append(_share(kind, office))
            found += _at_branch(random, office, own)
        return tuple(found)

    def _of_kind(self, random: Random, kind: str, office: Office) -> Iterator[Service]:
        if kind in catalogue.VISITS:
            yield from _visits(random, office, catalogue.VISITS[kind])
        elif kind in catalogue.NIGHTS:
            offer = random.choice(catalogue.NIGHTS[kind])
            yield _timed(office, offer, Weekly(_weekdays(random, 3)), later("2400", -offer.minutes))
        elif kind in catalogue.DAYS:
            yield from _days(random, office, catalogue.DAYS[kind])
        elif kind in catalogue.STAYS:
            yield from self._stays(random, office, catalogue.STAYS[kind])
        elif kind in catalogue.INCLUSIVE:
            yield from self._inclusive(random, office, *catalogue.INCLUSIVE[kind])
        elif kind in catalogue.ADVICE:
            days = (random.randrange(1, 14), random.randrange(14, 28))
            yield from (_untimed(office, offer, OnDays(days)) for offer in catalogue.ADVICE[kind])
        elif kind in catalogue.PRODUCT_KINDS:
            yield from _products(random, office)
        else:
            raise ValueError(f"no offers for kind {kind}")

    def _stays(self, random: Random, office: Office, offers: Sequence[Offer]) -> Iterator[Service]:
        stay: DayPattern
        if office.kind == _LONG_STAYS:
            stay = LongStay(self.span.first)
        else:
            length = random.randrange(2, 8)
            stay = Stay(length, random.randrange(20), self.span.first, random.randrange(40))
        yield _untimed(office, random.choice(offers), stay)
        if office.kind in catalogue.JOURNEYS:
            yield _untimed(office, catalogue.JOURNEYS[office.kind], Ends(stay))

    def _inclusive(self, random: Random, office: Office, monthly: Offer, daily: Offer) -> Iterator[Service]:
        """A service claimed by the month; a fifth of the users begin within the first month, claimed by the day."""
        weekdays, since = _weekdays(random, random.randrange(2, 5)), self.span.first
        if random.random() < 0.2:
            yield _untimed(office, daily, Prorated(weekdays, since, random.randrange(5, 20)))
            since = since.plus(1)
        yield _untimed(office, monthly, Inclusive(weekdays, since))


def _weekdays(random: Random, count: int) -> tuple[int, ...]:
    return tuple(sorted(random.sample(range(1, 8), count)))


def _price(kind: str) -> str:
    return catalogue.PRICES.get(kind, catalogue.USUAL_PRICE)


def _timed(office: Office, offer: Offer, pattern: DayPattern, start: str, rate: int = 100) -> Service:
    return Service(
        office, office.kind + offer.item, offer.label, pattern, start, later(start, offer.minutes),
        offer.units, _price(office.kind), limited=offer.limited, rate=rate,
    )  # fmt: skip


def _untimed(office: Office, offer: Offer, pattern: DayPattern) -> Service:
    return Service(
        office, office.kind + offer.item, offer.label, pattern, NO_TIME, NO_TIME,
        offer.units, _price(office.kind), limited=offer.limited,
    )  # fmt: skip


def _visits(random: Random, office: Office, offers: Sequence[Offer]) -> Iterator[Service]:
    """One or two kinds of visits, one in the morning and one in the afternoon."""
    chosen = random.sample(offers, min(len(offers), random.randrange(1, 3)))
    rate = _DISCOUNTED if random.random() < 0.05 else 100
    for offer, times in zip(chosen, (_MORNINGS, _AFTERNOONS), strict=False):
        pattern = Weekly(_weekdays(random, random.randrange(1, 4)))
        yield _timed(office, offer, pattern, random.choice(times), rate)


def _days(random: Random, office: Office, offers: Sequence[Offer]) -> Iterator[Service]:
    """Days at a centre; the addition for bathing has the times of the day."""
    offer, pattern = random.choice(offers), Weekly(_weekdays(random, random.randrange(1, 4)))
    day = _timed(office, offer, pattern, random.choice(("0900", "0930", "0945")))
    yield day
    bathing = catalogue.BATHING.get(office.kind)
    if bathing and random.random() < 0.5:
        yield replace(day, code=office.kind + bathing.item, label=bathing.label, units=bathing.units)


def _products(random: Random, office: Office) -> Iterator[Service]:
    """Rented products; products with the same code and units are numbered (明細判別コード)."""
    chosen = [random.choice(catalogue.PRODUCTS) for _ in range(random.randrange(1, 6))]
    alike, numbers = Counter(chosen), Counter[Offer]()
    for offer in chosen:
        numbers[offer] += 1
        code, registered = product_code(1 + random.randrange(900_000)), random.random() < 0.2
        yield replace(
            _untimed(office, offer, OnDays()),
            tais="" if registered else code,
            equipment_code=code if registered else "",
            product=f"{offer.label.removesuffix('貸与')}（見本{code[-3:]}）",
            detail_no=str(numbers[offer]) if alike[offer] > 1 else "",
        )
    if office.kind == "17" and random.random() < 0.1:
        yield _untimed(office, catalogue.REMOTE_AREA, OnDays())


def _share(kind: str, office: Office) -> Service:
    item, label, permille = catalogue.SHARES[kind]
    return Service(
        office, kind + item, label, OnDays(), NO_TIME, NO_TIME, 0, _price(kind),
        limited=False, permille=permille,
    )  # fmt: skip


def _at_branch(random: Random, office: Office, services: Sequence[Service]) -> Sequence[Service]:
    """All services of the office by one of its branches, for some users."""
    branch = random.choice(("", *office.branches))
    return [replace(service, satellite=branch) for service in services] if branch else services

"""Generates a seeded world of people, offices, plans and months as valid transmission units."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from random import Random
from typing import TypeAlias

from careplan_csv.standard import Edition, standard
from careplan_csv.synthesis.world import catalogue
from careplan_csv.synthesis.world.agency import Agency, Client
from careplan_csv.synthesis.world.arrangement import Arranger
from careplan_csv.synthesis.world.care import Case
from careplan_csv.synthesis.world.care_plans import plan_care
from careplan_csv.synthesis.world.desks import Desk
from careplan_csv.synthesis.world.invented_people import Span, invent_person, invent_planner
from careplan_csv.synthesis.world.months import Month, month
from careplan_csv.synthesis.world.offices import (
    HOME_CARE_PLANNING,
    PREVENTION_MANAGEMENT,
    PREVENTION_PLANNING,
    Office,
    Town,
    community_centre,
    planning_office,
    town,
)
from careplan_csv.synthesis.world.serials import Serials
from careplan_csv.synthesis.world.texts import Scribe
from careplan_csv.writing.unit_files import Unit

USUAL_OFFICE_SIZE = 40
"""The default number of users of a planning office."""

_OFFICES_IN_TOWN = 4
_COMMUNITY_CENTRE = 3
"""The position, among the planning offices of a town, of the community support centre."""

_MANAGERS = 3


Progress: TypeAlias = Callable[[int, int], None]


@dataclass(frozen=True)
class World:
    """All people, offices and months of a seed.

    Attributes:
        users: number of people.
        months: months of service, YYYYMM, in order.
        offices: number of planning offices; every fourth is a community support centre (46, AF).
        hardness: percent of texts with difficult characters.
    """

    edition: Edition
    users: int
    months: tuple[Month, ...]
    offices: int
    seed: int
    hardness: int

    @cached_property
    def span(self) -> Span:
        return Span(self.months[0], self.months[-1])

    def units(self, told: Progress | None = None) -> Iterator[Unit]:
        """All units, by planning office and month; only one office is in memory at a time.

        Args:
            told: called after the units of an office and month, with how many of how many are done.
        """
        serials = Serials()
        for number in range(self.offices):
            agency = Agency(list(self.clients(number)), serials)
            for place, of in enumerate(self.months, 1):
                yield from agency.month(of)
                if told:
                    told(number * len(self.months) + place, self.offices * len(self.months))

    def clients(self, number: int) -> Iterator[Client]:
        """The users of a planning office (from 0)."""
        random = Random(f"{self.seed}/office/{number}")
        prevention = number % _OFFICES_IN_TOWN == _COMMUNITY_CENTRE
        desks = self._desks(number, prevention)
        managers = [invent_planner(random) for _ in range(_MANAGERS)]
        arranger = Arranger(_town(number // _OFFICES_IN_TOWN), self.span)
        first = number * self.users // self.offices
        for user in range(first, (number + 1) * self.users // self.offices):
            yield self._client(user, desks, arranger, managers)

    def _desks(self, number: int, prevention: bool) -> tuple[Desk, ...]:
        if not prevention:
            return (Desk(self.edition, "", planning_office(number)),)
        centre = community_centre(number)
        return tuple(
            Desk(self.edition, "", Office(centre.number, kind, centre.name))
            for kind in (PREVENTION_PLANNING, PREVENTION_MANAGEMENT)
        )

    def _client(
        self, user: int, desks: Sequence[Desk], arranger: Arranger, managers: Sequence[str]
    ) -> Client:
        random = Random(f"{self.seed}/user/{user}")
        desk = random.choice(desks)
        levels, menus = _CHOICES[desk.planner.kind]
        level = random.choice(levels)
        kinds = random.choices([menu for menu, _ in menus], [weight for _, weight in menus])[0]
        person = invent_person(random, user + 1, level, self.span)
        services = arranger.arrange(random, kinds)
        care = plan_care(random, services, self._kind_names, Scribe(random, self.hardness))
        return Client(Case(person, care, random.choice(managers)), desk, random)

    @cached_property
    def _kind_names(self) -> dict[str, str]:
        return {code: kind.name for code, kind in self.edition.kinds.items()}


_SUPPORT_LEVELS = (*catalogue.NEEDED_SUPPORT, catalogue.CHECKLIST)
_CHOICES = {
    HOME_CARE_PLANNING: (catalogue.NEEDED_CARE, catalogue.CARE_MENUS),
    PREVENTION_PLANNING: (catalogue.NEEDED_SUPPORT, catalogue.SUPPORT_MENUS),
    PREVENTION_MANAGEMENT: (_SUPPORT_LEVELS, catalogue.MANAGEMENT_MENUS),
}
"""要介護状態区分 and combinations of services by planning kind."""


@lru_cache(maxsize=4)
def _town(number: int) -> Town:
    return town(number)


def generate(
    users: int,
    months: Sequence[str],
    offices: int | None = None,
    seed: int = 0,
    edition: str = "",
    hardness: int = 4,
    told: Progress | None = None,
) -> Iterator[Unit]:
    """Generate valid transmission units; the same arguments give the same bytes.

    The units are ordered by planning office and month: plans, schedules, corrections, deletions and units sent
    again, then the results of the service offices. All file names are different.

    Args:
        users: number of people.
        months: service months (YYYYMM) in which the edition applies.
        offices: number of planning offices; by default about one for 40 users.
            Every fourth is a community support centre, which plans 介護予防 and 総合事業.
        edition: CSVバージョン; by default the newest.
        hardness: percent of texts with difficult characters (which cause informations, but no warnings).
        told: called during the iteration with how much of how much is done.

    Raises:
        KeyError: no such edition.
        ValueError: no user, no month, or a month in which the edition does not apply.
        OverflowError: during the iteration, if there are more units than seconds for their serials (more than
            about 500,000 users).
    """
    chosen = standard().edition(edition) if edition else standard().newest
    if users < 1 or not months:
        raise ValueError("a world needs a user and a month")
    count = offices if offices is not None else -(-users // USUAL_OFFICE_SIZE)
    if not 1 <= count <= users:
        raise ValueError("a world needs between one planning office and one for each user")
    span = tuple(month(text) for text in sorted(set(months)))
    _refuse_other_times(chosen, span)
    return World(chosen, users, span, count, seed, hardness).units(told)


def _refuse_other_times(edition: Edition, months: Sequence[Month]) -> None:
    version = standard().versions[edition.csv_version]
    for of in months:
        if not version.applies_from <= of.text <= (version.applies_to or "999999"):
            raise ValueError(f"{edition.csv_version} does not apply to {of.text}")

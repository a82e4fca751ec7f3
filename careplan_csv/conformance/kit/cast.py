"""The offices and the people of a kit, all synthetic: one person for everything that must be shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from careplan_csv.conformance.kit.model import Aspect
from careplan_csv.standard import Edition, standard
from careplan_csv.synthesis.arranging import Arranger
from careplan_csv.synthesis.care import Care, Case
from careplan_csv.synthesis.caring import plan_care
from careplan_csv.synthesis.inventing import Span, half_width, invent_person, invent_planner
from careplan_csv.synthesis.months import Month, month
from careplan_csv.synthesis.offices import Office, community_centre, planning_office, town
from careplan_csv.synthesis.services import Service
from careplan_csv.synthesis.texts import HARD, Scribe, long_text

_TOWN = 0
"""The first of its home help offices has branches, which have to be kept apart."""

_TRIES = 500
_LEVELS = {"care": "23", "prevention": "12"}
_MENUS = {"care": ("11", "15", "17"), "prevention": ("A2", "A6", "67")}


@dataclass(frozen=True)
class Parties:
    """The offices of a kit.

    Attributes:
        planner: plans for the people and gets their results; provider: gives the service that is looked at.
        equipment: hires out products to the same people.
        other_planner, other_provider: the same kind of office, for which something is meant that goes astray.
        entrusted: plans for the planner, where that is a community support centre.
        menu: `care` or `prevention`.
    """

    planner: Office
    provider: Office
    equipment: Office
    other_planner: Office
    other_provider: Office
    entrusted: Office
    menu: str


def parties(prevention: bool) -> Parties:
    """The offices for 居宅 or for 介護予防."""
    offices, others = town(_TOWN).by_kind, town(_TOWN + 1).by_kind
    entrusted = planning_office(1)
    if prevention:
        return Parties(
            community_centre(0),
            offices["A2"][0],
            offices["67"][0],
            community_centre(1),
            others["A2"][0],
            entrusted,
            "prevention",
        )
    return Parties(
        planning_office(0),
        offices["11"][0],
        offices["17"][0],
        planning_office(2),
        others["11"][0],
        entrusted,
        "care",
    )


@dataclass(frozen=True, slots=True)
class User:
    """A person of the kit, and what they show."""

    aspect: Aspect
    case: Case


@dataclass(frozen=True)
class Cast:
    """Everyone in a kit.

    Attributes:
        months: the first and the second month of service.
        users: one for each aspect; `own`: whom the software has by itself.
    """

    edition: Edition
    parties: Parties
    months: tuple[Month, Month]
    users: tuple[User, ...]
    own: tuple[User, ...]
    faulty: tuple[User, ...]

    def of(self, *aspects: Aspect) -> list[User]:
        """The people who show some aspects, in order."""
        return [user for user in self.users if user.aspect in aspects]


_MONTHS = {"202208": ("202502", "202503")}
_USUAL_MONTHS = ("202504", "202505")


def cast_of(edition: Edition, prevention: bool, seed: int, faulty: int) -> Cast:
    """The people of a kit.

    Args:
        faulty: how many people are needed for faulty units.
    """
    first, second = (month(text) for text in _MONTHS.get(edition.csv_version, _USUAL_MONTHS))
    maker = _Maker(edition, parties(prevention), Span(first, second), seed)
    aspects = [aspect for aspect in Aspect if aspect is not Aspect.FAULTY]
    users = [User(aspect, maker.case(aspect is Aspect.TEXTS)) for aspect in aspects]
    users = [_half_width(user) if user.aspect is Aspect.IMPORT else user for user in users]
    own = [User(aspect, maker.case()) for aspect in (Aspect.IMPORT, Aspect.TEXTS, Aspect.DELETION)]
    wrong = [User(Aspect.FAULTY, maker.case()) for _ in range(faulty)]
    return Cast(edition, maker.parties, (first, second), tuple(users), tuple(own), tuple(wrong))


def _half_width(user: User) -> User:
    """The same with a name in half-width kana, which software likes to fold."""
    case = user.case
    return User(user.aspect, case._replace(person=replace(case.person, kana=half_width(case.person.kana))))


class _Maker:
    """Invents people whom the same offices serve."""

    def __init__(self, edition: Edition, parties: Parties, span: Span, seed: int) -> None:
        self.edition = edition
        self.parties = parties
        self._span = span
        self._random = Random(f"kit/{seed}")
        self._arranger = Arranger(town(_TOWN), span)
        self._names = {code: kind.name for code, kind in edition.kinds.items()}
        self._serial = 9000 + self._random.randrange(90) * 100

    def case(self, hard: bool = False) -> Case:
        """A person with their care; with `hard` texts where that is asked for."""
        random, menu = self._random, self.parties.menu
        self._serial += 1
        person = invent_person(random, self._serial, _LEVELS[menu], self._span)
        services = self._services()
        care = plan_care(random, services, self._names, Scribe(random, 0))
        return Case(person, _hard(care) if hard else care, invent_planner(random))

    def _services(self) -> Sequence[Service]:
        for _ in range(_TRIES):
            services = self._arranger.arrange(self._random, _MENUS[self.parties.menu])
            offices = {service.office for service in services}
            wanted = {self.parties.provider, self.parties.equipment} <= offices
            if wanted and any(service.satellite for service in services):
                return services
        raise RuntimeError("no arrangement has the offices that a kit needs")


def _hard(care: Care) -> Care:
    """The same care in long texts with everything that is hard to carry (4.3)."""
    needs = [
        replace(
            need,
            text=need.text + HARD[number % len(HARD)],
            goals=tuple(
                replace(
                    goal,
                    long_term=goal.long_term + HARD[(number + 3) % len(HARD)],
                    supports=tuple(
                        replace(support, content=support.content + HARD[(number + place + 5) % len(HARD)])
                        for place, support in enumerate(goal.supports)
                    ),
                )
                for goal in need.goals
            ),
        )
        for number, need in enumerate(care.needs)
    ]
    return replace(
        care,
        wishes=long_text(),
        policy=care.policy + "".join(HARD),
        needs=tuple(needs),
        others=tuple(text + hard for text, hard in zip(care.others * len(HARD), HARD, strict=False)),
    )


def edition_of(csv_version: str) -> Edition:
    """The edition of a kit; the newest where none is named.

    Raises:
        KeyError: no such edition.
    """
    return standard().edition(csv_version) if csv_version else standard().newest

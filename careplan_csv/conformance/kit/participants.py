"""The offices and people of a kit, all synthetic: one person for each aspect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from careplan_csv.conformance.kit.kit_model import Aspect, KitNotPossible
from careplan_csv.standard import Edition, Menu, OfficeSide, OfficeType
from careplan_csv.synthesis.world import catalogue
from careplan_csv.synthesis.world.arrangement import Arranger
from careplan_csv.synthesis.world.calendars import calendar_of
from careplan_csv.synthesis.world.care import Care, Case
from careplan_csv.synthesis.world.care_plans import plan_care
from careplan_csv.synthesis.world.invented_people import Span, half_width, invent_person, invent_planner
from careplan_csv.synthesis.world.months import Month
from careplan_csv.synthesis.world.offices import Office, community_centre, planning_office, town
from careplan_csv.synthesis.world.services import Service
from careplan_csv.synthesis.world.texts import HARD, Scribe, long_text

_TOWN = 0
"""The first home help office of this town has branches, which software must distinguish."""

_TRIES = 500
_LEVELS = {Menu.CARE: "23", Menu.PREVENTION: "12"}
_KINDS = {Menu.CARE: ("11", "15", "17"), Menu.PREVENTION: ("A2", "A6", "67")}
"""The サービス種類 that all people of a kit use."""

_REGULAR = {*catalogue.VISITS, *catalogue.DAYS}
"""サービス種類 that are provided every week, so that every month has results."""


@dataclass(frozen=True)
class Parties:
    """The offices of a kit.

    Attributes:
        side: the side of the importing office; menu: the kind of services.
        planner: plans for the people and receives the results; provider: provides the tested service.
        second_provider: provides another service to the same people.
        other_planner, other_provider: offices of the same kind, for the aspect FOREIGN.
        entrusted: plans on behalf of the planner, if that is a community support centre.
        kinds: the サービス種類 that all people use.
    """

    side: OfficeSide
    menu: Menu
    planner: Office
    provider: Office
    second_provider: Office
    other_planner: Office
    other_provider: Office
    entrusted: Office
    kinds: tuple[str, ...]

    @property
    def importer(self) -> Office:
        """The office that imports the kit."""
        by_side = {
            OfficeSide.PLANNING: self.planner,
            OfficeSide.ENTRUSTED: self.entrusted,
            OfficeSide.SERVICE: self.provider,
        }
        return by_side[self.side]

    @property
    def another_importer(self) -> Office:
        """Another office of the same kind, which does not import the kit."""
        return self.other_provider if self.side is OfficeSide.SERVICE else self.other_planner

    @property
    def plan_sender(self) -> Office:
        """The office that sends plans and schedules to the importer."""
        return self.entrusted if self.side is OfficeSide.PLANNING else self.planner

    @property
    def receiver(self) -> Office:
        """The office to which the importer sends its own units."""
        return self.provider if self.side is OfficeSide.PLANNING else self.planner


def parties_of(office_type: OfficeType, edition: Edition) -> Parties:
    """The offices of a kit for an office type.

    Raises:
        KitNotPossible: none of these offices sends under a サービス種類 of the office type.
    """
    menu = office_type.menu
    prevention = menu is Menu.PREVENTION
    kinds = _kinds_for(office_type, edition)
    offices, others = town(_TOWN).by_kind, town(_TOWN + 1).by_kind
    found = Parties(
        office_type.side,
        menu,
        planner=community_centre(0) if prevention else planning_office(0),
        provider=offices[kinds[0]][0],
        second_provider=offices[kinds[-1]][0],
        other_planner=community_centre(1) if prevention else planning_office(2),
        other_provider=others[kinds[0]][0],
        entrusted=planning_office(1),
        kinds=kinds,
    )
    if not _sends(office_type, edition, found.importer.kind):
        raise KitNotPossible(
            f"{office_type.name}のサービス種類（{'、'.join(office_type.sends_as)}）の事業所では、キットを作れません。"
        )
    return found


def _kinds_for(office_type: OfficeType, edition: Edition) -> tuple[str, ...]:
    """The kinds that all people use. If the office type provides services, it sends under the first one."""
    usual = _KINDS[office_type.menu]
    if office_type.side is not OfficeSide.SERVICE:
        return usual
    able = (kind for kind in (*usual, *sorted(_REGULAR)) if _sends(office_type, edition, kind))
    first = next(able, usual[0])
    return (first, *(kind for kind in usual if kind != first))


def _sends(office_type: OfficeType, edition: Edition, kind: str) -> bool:
    known = edition.kinds.get(kind)
    return not office_type.sends_as or (known is not None and office_type.sends(known))


@dataclass(frozen=True, slots=True)
class User:
    """A person of the kit, and what they are used to test."""

    aspect: Aspect
    case: Case


@dataclass(frozen=True)
class Participants:
    """All people of a kit, and its offices.

    Attributes:
        months: the first and the second service month.
        users: one for each aspect; own: people whom the importing office enters itself; faulty: people of
            faulty units.
    """

    edition: Edition
    parties: Parties
    months: tuple[Month, Month]
    users: tuple[User, ...]
    own: tuple[User, ...]
    faulty: tuple[User, ...]

    def of(self, *aspects: Aspect) -> list[User]:
        """The people for some aspects, in order."""
        return [user for user in self.users if user.aspect in aspects]


def participants_of(edition: Edition, office_type: OfficeType, seed: int, faulty: int) -> Participants:
    """Make the people of a kit.

    Args:
        faulty: how many people are needed for faulty units.

    Raises:
        KitNotPossible: no kit for this office type.
    """
    first = calendar_of(edition).first
    second = first.plus(1)
    maker = _Maker(edition, parties_of(office_type, edition), Span(first, second), seed)
    aspects = [aspect for aspect in Aspect if aspect is not Aspect.FAULTY]
    users = [User(aspect, maker.case(aspect is Aspect.TEXTS)) for aspect in aspects]
    users = [_half_width(user) if user.aspect is Aspect.IMPORT else user for user in users]
    own = [User(aspect, maker.case()) for aspect in (Aspect.IMPORT, Aspect.TEXTS, Aspect.DELETION)]
    wrong = [User(Aspect.FAULTY, maker.case()) for _ in range(faulty)]
    return Participants(edition, maker.parties, (first, second), tuple(users), tuple(own), tuple(wrong))


def _half_width(user: User) -> User:
    """The same person with a name in half-width kana, which software often converts."""
    case = user.case
    return User(user.aspect, case._replace(person=replace(case.person, kana=half_width(case.person.kana))))


class _Maker:
    """Invents people who use the services of the same offices."""

    def __init__(self, edition: Edition, parties: Parties, span: Span, seed: int) -> None:
        self.edition = edition
        self.parties = parties
        self._span = span
        self._random = Random(f"kit/{seed}")
        self._arranger = Arranger(town(_TOWN), span)
        self._names = {code: kind.name for code, kind in edition.kinds.items()}
        self._serial = 9000 + self._random.randrange(90) * 100

    def case(self, hard: bool = False) -> Case:
        """A person with their care; with difficult texts if `hard`."""
        random = self._random
        self._serial += 1
        person = invent_person(random, self._serial, _LEVELS[self.parties.menu], self._span)
        services = self._services()
        care = plan_care(random, services, self._names, Scribe(random, 0))
        return Case(person, _hard(care) if hard else care, invent_planner(random))

    def _services(self) -> Sequence[Service]:
        for _ in range(_TRIES):
            services = self._arranger.arrange(self._random, self.parties.kinds)
            offices = {service.office for service in services}
            wanted = {self.parties.provider, self.parties.second_provider} <= offices
            if wanted and any(service.satellite for service in services):
                return services
        raise RuntimeError("no arrangement has the offices that a kit needs")


def _hard(care: Care) -> Care:
    """The same care with long texts and all difficult characters (4.3)."""
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

"""The units that a planning office sends and receives in each month."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from careplan_csv.synthesis.world.care import Case
from careplan_csv.synthesis.world.desks import Bundle, Desk
from careplan_csv.synthesis.world.months import Month
from careplan_csv.synthesis.world.offices import HOME_CARE_PLANNING, Office
from careplan_csv.synthesis.world.provided_services import provided_visits
from careplan_csv.synthesis.world.serials import Phase, Serials
from careplan_csv.synthesis.world.services import Visit, in_order, visits
from careplan_csv.writing.unit_files import Unit

_CORRECTED = 0.03
_DELETED = 0.01
_PLANNED_ANEW = 0.05
_RESULTS_CORRECTED = 0.02
"""The probabilities of sending again, by user (or by office, for results) and month."""

_MOVE = 30


@dataclass
class Client:
    """A user of a planning office.

    Attributes:
        desk: the planning office, with the kind under which it plans for this user.
        random: the random generator of this user.
        plan_date, first_plan_date: of the current plan, YYYYMMDD; empty before the first plan.
    """

    case: Case
    desk: Desk
    random: Random
    plan_date: str = ""
    first_plan_date: str = ""

    def chance(self, share: float) -> bool:
        return self.random.random() < share


Planned = Mapping[int, list[Visit]]
"""The visits of a month by position of the client."""


class Agency:
    """Makes the units of a planning office, month after month."""

    def __init__(self, clients: Sequence[Client], serials: Serials) -> None:
        self._clients = clients
        self._serials = serials

    def month(self, of: Month) -> Iterator[Unit]:
        """All units of a service month: plans, schedules, their corrections, and the results."""
        yield from self._plans(of)
        planned = {number: visits(c.case.care.services, of) for number, c in enumerate(self._clients)}
        yield from self._schedules(of, planned)
        yield from self._corrections(of, planned)
        yield from self._deletions(of, planned)
        yield from self._results(of, planned)

    def _plans(self, of: Month) -> Iterator[Unit]:
        """First plans of all users, later new plans of a few; some plans are deleted and rewritten."""
        day = Phase.PLAN.day(of)
        due = [
            client
            for client in self._clients
            if client.desk.planner.kind == HOME_CARE_PLANNING
            and (not client.plan_date or client.chance(_PLANNED_ANEW))
        ]
        for client in due:
            client.plan_date = day
            client.first_plan_date = client.first_plan_date or day
        bundles = {id(client): self._plan(client) for client in due}
        for desk, receiver, some in _by_receiver((c, c.case.care.offices) for c in due):
            serial = self._serials.next(of, Phase.PLAN)
            parts = [bundles[id(client)] for client in some]
            yield desk.unit("plan", desk.to(receiver), serial, parts)
        for client in due:
            if client.chance(_DELETED):
                yield from self._rewritten(of, client)

    def _plan(self, client: Client) -> Bundle:
        return client.desk.plan(client.case, client.plan_date, client.first_plan_date, client.plan_date)

    def _rewritten(self, of: Month, client: Client) -> Iterator[Unit]:
        """計画書削除 to all receivers of the plan, then a plan of the next day."""
        desk, withdrawn = client.desk, client.plan_date
        for receiver in client.case.care.offices:
            serial = self._serials.next(of, Phase.PLAN_AGAIN)
            yield desk.plan_deletion(client.case.person, receiver, withdrawn, serial)
        client.plan_date = Phase.PLAN_AGAIN.day(of)
        if client.first_plan_date == withdrawn:
            client.first_plan_date = client.plan_date
        bundle = self._plan(client)
        for receiver in client.case.care.offices:
            serial = self._serials.next(of, Phase.PLAN_AGAIN)
            yield desk.unit("plan", desk.to(receiver), serial, [bundle])

    def _schedule(self, number: int, planned: Planned, of: Month, phase: Phase) -> Bundle:
        client = self._clients[number]
        return client.desk.schedule(client.case, planned[number], of, phase.day(of))

    def _schedules(self, of: Month, planned: Planned) -> Iterator[Unit]:
        """A 利用票 to each office with services in the month, only for its own users (2.6)."""
        bundles = {
            id(client): self._schedule(number, planned, of, Phase.SCHEDULE)
            for number, client in enumerate(self._clients)
            if planned[number]
        }
        wanted = ((client, _offices(planned[number])) for number, client in enumerate(self._clients))
        for desk, receiver, some in _by_receiver(wanted):
            serial = self._serials.next(of, Phase.SCHEDULE)
            parts = [bundles[id(client)] for client in some]
            yield desk.unit("schedule", desk.to(receiver), serial, parts, of.text)

    def _corrections(self, of: Month, planned: dict[int, list[Visit]]) -> Iterator[Unit]:
        """Changed schedules within the month, with later serials."""
        for number, client in enumerate(self._clients):
            if not client.chance(_CORRECTED) or not planned[number]:
                continue
            planned[number] = _half_an_hour_later(client.random, planned[number])
            yield from self._again(of, number, planned, Phase.CORRECTION)

    def _deletions(self, of: Month, planned: Planned) -> Iterator[Unit]:
        """利用票削除 to all concerned offices, then the schedule again."""
        for number, client in enumerate(self._clients):
            if not client.chance(_DELETED):
                continue
            for receiver in _offices(planned[number]):
                serial = self._serials.next(of, Phase.DELETION)
                yield client.desk.schedule_deletion(client.case.person, receiver, of.text, serial)
            yield from self._again(of, number, planned, Phase.DELETION)

    def _again(self, of: Month, number: int, planned: Planned, phase: Phase) -> Iterator[Unit]:
        desk = self._clients[number].desk
        bundle = self._schedule(number, planned, of, phase)
        for receiver in _offices(planned[number]):
            serial = self._serials.next(of, phase)
            yield desk.unit("schedule", desk.to(receiver), serial, [bundle], of.text)

    def _results(self, of: Month, planned: Planned) -> Iterator[Unit]:
        """実績 of every office and kind; a correction has all records of the office and kind."""
        wanted = ((client, _offices(planned[number])) for number, client in enumerate(self._clients))
        numbers = {id(client): number for number, client in enumerate(self._clients)}
        for desk, sender, some in _by_receiver(wanted):
            own = {
                id(client): [v for v in planned[numbers[id(client)]] if v.service.office == sender]
                for client in some
            }
            first = self._result(of, desk, sender, some, own, Phase.RESULT)
            if first is None:
                continue
            yield first
            if some[0].chance(_RESULTS_CORRECTED):
                again = self._result(of, desk, sender, some, own, Phase.RESULT_CORRECTION)
                if again is not None:
                    yield again
            elif some[0].chance(_DELETED):
                yield from self._deleted_results(of, desk, sender, some, own)

    def _result(
        self,
        of: Month,
        desk: Desk,
        sender: Office,
        some: Sequence[Client],
        own: Mapping[int, Sequence[Visit]],
        phase: Phase,
    ) -> Unit | None:
        day = phase.day(of)
        bundles = [
            desk.result(client.case, provided, of, sender, day)
            for client in some
            if (provided := provided_visits(client.random, own[id(client)], of))
        ]
        if not bundles:
            return None
        return desk.unit("result", desk.back(sender), self._serials.next(of, phase), bundles, of.text)

    def _deleted_results(
        self,
        of: Month,
        desk: Desk,
        sender: Office,
        some: Sequence[Client],
        own: Mapping[int, Sequence[Visit]],
    ) -> Iterator[Unit]:
        """実績削除 of every user of the office and kind, then the results again."""
        for client in some:
            serial = self._serials.next(of, Phase.RESULT_DELETION)
            yield desk.result_deletion(client.case.person, sender, of.text, serial)
        again = self._result(of, desk, sender, some, own, Phase.RESULT_DELETION)
        if again is not None:
            yield again


def _offices(planned: Iterable[Visit]) -> tuple[Office, ...]:
    """The offices with visits, each once."""
    return tuple(dict.fromkeys(visit.service.office for visit in planned))


def _by_receiver(
    wanted: Iterable[tuple[Client, Iterable[Office]]],
) -> Iterator[tuple[Desk, Office, list[Client]]]:
    """Clients by planning kind and office, in the order of the office numbers."""
    found: dict[tuple[str, str, str], tuple[Desk, Office, list[Client]]] = {}
    for client, offices in wanted:
        for office in offices:
            key = (client.desk.planner.kind, office.number, office.kind)
            found.setdefault(key, (client.desk, office, []))[2].append(client)
    for key in sorted(found):
        yield found[key]


def _half_an_hour_later(random: Random, planned: list[Visit]) -> list[Visit]:
    """One service half an hour later in the whole month, together with its additions."""
    timed = [visit for visit in planned if visit.can_move]
    if not timed:
        return planned
    chosen = random.choice(timed)
    office, start = chosen.service.office, chosen.start
    return in_order(
        [v.moved(_MOVE) if (v.service.office, v.start) == (office, start) else v for v in planned]
    )

"""Builds an import kit: all units in order, and the expected contents afterwards (2.4–2.6)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from careplan_csv.conformance.kit.exchanges import (
    UnitExchange,
    import_exchanges,
    own_transmissions,
    wanted_units,
)
from careplan_csv.conformance.kit.expected_contents import Expected
from careplan_csv.conformance.kit.flaws import FLAWS, Flaw, mistaken_version
from careplan_csv.conformance.kit.kit_model import (
    EXPECTED_AFTER_FAULTS,
    EXPECTED_DUMP,
    EXPECTED_EXPORT,
    Aspect,
    Expectation,
    Kit,
    KitNotPossible,
    Step,
)
from careplan_csv.conformance.kit.participants import Participants, User, participants_of
from careplan_csv.conformance.kit.scenario import Rehearsal, rehearsal_of
from careplan_csv.conformance.kit.transmissions import Results, Transmission
from careplan_csv.standard import Direction, Edition, Menu, OfficeSide, OfficeType, Profile
from careplan_csv.standard.filenames import serial_at
from careplan_csv.synthesis.world.care import Case
from careplan_csv.writing.unit_files import Unit

_HOUR = 9
_APART = timedelta(minutes=1)


@dataclass
class _Clock:
    """Generates serials: for plans and schedules before the service month, for results after it."""

    people: Participants
    _next: dict[bool, datetime] = field(default_factory=dict)

    def serial(self, transmission: Transmission) -> str:
        """The next serial for a kind of unit, 14 digits."""
        results = isinstance(transmission, Results)
        if results not in self._next:
            months = self.people.months
            first = months[1].plus(1).moment(2, _HOUR) if results else months[0].plus(-1).moment(21, _HOUR)
            self._next[results] = first
        now = self._next[results]
        self._next[results] = now + _APART
        return serial_at(now)


@dataclass(frozen=True)
class KitUnit:
    """A unit of the kit with its files, its purpose and the expected reaction."""

    unit: Unit
    aspect: Aspect
    purpose: str
    users: tuple[User, ...]
    expectation: Expectation = Expectation.IMPORT
    rule: str = ""
    files: dict[str, bytes] | None = None

    def bytes(self) -> dict[str, bytes]:
        """File name -> bytes."""
        return self.unit.files() if self.files is None else self.files


_FIRST = (Aspect.IMPORT, Aspect.REPLACEMENT, Aspect.DELETION, Aspect.SENT_AGAIN)
_SECOND = (Aspect.IMPORT, Aspect.REPLACEMENT, Aspect.DELETION)
"""The aspects of the people in the first unit, and in the unit of the following month."""


class _Timeline:
    """All units that are sent to the office of a kit, in the order of arrival."""

    def __init__(self, people: Participants, exchanges: Sequence[UnitExchange]) -> None:
        self.people = people
        self.exchanges = exchanges
        self.clock = _Clock(people)

    def inbox(self) -> Iterator[KitUnit]:
        """The units to import, by stage, so that a schedule never arrives before its plan."""
        for stage in (
            self._first,
            self._second,
            self._texts,
            self._correction,
            self._deletion,
            self._again,
            self._order,
            self._repeat,
            self._foreign,
        ):
            for exchange in self.exchanges:
                yield from stage(exchange)

    def rehearsed(self) -> Iterator[KitUnit]:
        """The first unit of each exchange alone."""
        for exchange in self.exchanges:
            yield from self._first(exchange)

    def _unit(
        self,
        transmission: Transmission,
        users: Sequence[User],
        changed: Sequence[User] = (),
        serial: str = "",
    ) -> Unit:
        cases, others = [user.case for user in users], [user.case for user in changed]
        return transmission.unit(cases, others, serial or self.clock.serial(transmission))

    def _first(self, exchange: UnitExchange) -> Iterator[KitUnit]:
        users = self.people.of(*_FIRST)
        unit = self._unit(exchange.main, users)
        yield KitUnit(unit, Aspect.IMPORT, "最初に送る組です。", tuple(users))

    def _second(self, exchange: UnitExchange) -> Iterator[KitUnit]:
        if exchange.second is None:
            return
        users = self.people.of(*_SECOND)
        unit = self._unit(exchange.second, users)
        yield KitUnit(unit, Aspect.IMPORT, "翌月の組です。前の月の内容は残ります。", tuple(users))

    def _texts(self, exchange: UnitExchange) -> Iterator[KitUnit]:
        if not exchange.main.has_texts:
            return
        users = self.people.of(Aspect.TEXTS)
        purpose = "長い文章、改行、引用符、取り違えやすい文字を含む組です。"
        yield KitUnit(self._unit(exchange.main, users), Aspect.TEXTS, purpose, tuple(users))

    def _correction(self, exchange: UnitExchange) -> Iterator[KitUnit]:
        changed = self.people.of(Aspect.REPLACEMENT)
        for transmission, sent_before in ((exchange.main, _FIRST), (exchange.second, _SECOND)):
            if transmission is None:
                continue
            users = self.people.of(*sent_before) if transmission.sends_all_again else changed
            unit = self._unit(transmission, users, changed)
            yield KitUnit(
                unit, Aspect.REPLACEMENT, "訂正した組です。前の内容と置き換わります。", tuple(users)
            )

    def _deletion(self, exchange: UnitExchange) -> Iterator[KitUnit]:
        for aspect in (Aspect.DELETION, Aspect.SENT_AGAIN):
            (user,) = self.people.of(aspect)
            serial = self.clock.serial(exchange.main)
            unit = exchange.main.deletion(user.case, serial)
            yield KitUnit(unit, Aspect.DELETION, "削除の組です。前に送った内容が無くなります。", (user,))

    def _again(self, exchange: UnitExchange) -> Iterator[KitUnit]:
        changed = self.people.of(Aspect.REPLACEMENT)
        aspects = (Aspect.IMPORT, Aspect.REPLACEMENT, Aspect.SENT_AGAIN)
        users = (
            self.people.of(*aspects) if exchange.main.sends_all_again else self.people.of(Aspect.SENT_AGAIN)
        )
        unit = self._unit(exchange.main, users, changed)
        yield KitUnit(
            unit, Aspect.SENT_AGAIN, "削除した後に送り直した組です。内容がまた現れます。", tuple(users)
        )

    def _order(self, exchange: UnitExchange) -> Iterator[KitUnit]:
        changed = self.people.of(Aspect.ORDER)
        # With a person without changes: these results come from another office.
        users = self.people.of(Aspect.IMPORT, Aspect.ORDER) if exchange.order.sends_all_again else changed
        earlier = self.clock.serial(exchange.order)
        newer = self._unit(exchange.order, users, changed)
        older = self._unit(exchange.order, users, serial=earlier)
        yield KitUnit(newer, Aspect.ORDER, "新しいファイル連番の組が、先に届きます。", tuple(users))
        purpose = "古いファイル連番の組が、後から届きます。先に取り込んだ新しい内容は変わりません。"
        yield KitUnit(older, Aspect.ORDER, purpose, tuple(users))

    def _repeat(self, exchange: UnitExchange) -> Iterator[KitUnit]:
        users = self.people.of(Aspect.REPEAT)
        unit = self._unit(exchange.repeat, users)
        yield KitUnit(unit, Aspect.REPEAT, "次に、もう一度同じ組が届きます。", tuple(users))
        yield KitUnit(unit, Aspect.REPEAT, "前と同じ組です。内容は増えません。", tuple(users))

    def _foreign(self, exchange: UnitExchange) -> Iterator[KitUnit]:
        users = self.people.of(Aspect.FOREIGN)
        elsewhere = exchange.foreign.receiver == self.people.parties.other_provider
        cases = [_moved_to(user.case, self.people) if elsewhere else user.case for user in users]
        unit = exchange.foreign.unit(cases, (), self.clock.serial(exchange.foreign))
        purpose = "他の事業所あての組です。取り込まれません。"
        yield KitUnit(unit, Aspect.FOREIGN, purpose, tuple(users), Expectation.REFUSE)

    def faults(self) -> Iterator[KitUnit]:
        """The faulty units, each about another person, or a correction of an earlier unit."""
        wrong = iter(self.people.faulty)
        for exchange in self.exchanges:
            for flaw in FLAWS:
                if self._applies(flaw, exchange):
                    yield self._flawed(exchange, flaw, next(wrong))

    def _applies(self, flaw: Flaw, exchange: UnitExchange) -> bool:
        files = 1 if isinstance(exchange.main, Results) else 2
        return (
            flaw.at_least_files <= files
            and (exchange.main.has_texts or not flaw.needs_texts)
            and (not flaw.needs_mistake or mistaken_version(self.people.edition) != "")
        )

    def _flawed(self, exchange: UnitExchange, flaw: Flaw, user: User) -> KitUnit:
        (known,) = self.people.of(Aspect.IMPORT)
        users = (known,) if flaw.touches_known else (user,)
        unit = self._unit(exchange.main, users, users if flaw.touches_known else ())
        files = flaw.apply(unit)
        return KitUnit(unit, Aspect.FAULTY, flaw.purpose, users, flaw.expectation, flaw.rule, files)


def _moved_to(case: Case, people: Participants) -> Case:
    """A person with services of the other office: a file for it must hold only its users (2.6)."""
    provider, other = people.parties.provider, people.parties.other_provider
    services = tuple(
        replace(service, office=other, satellite="") if service.office == provider else service
        for service in case.care.services
    )
    return case._replace(care=replace(case.care, services=services))


def make_kit(
    profile: Profile, office_type: OfficeType, edition: Edition, seed: int, scenario: str = ""
) -> Kit:
    """Make an import kit; the same arguments give the same bytes.

    Args:
        scenario: what is rehearsed; the kit then holds nothing else, and no faulty unit.

    Raises:
        KitNotPossible: the edition has none of the files that the office type imports, or the office type has
            no part in the scenario.
    """
    if scenario:
        return _scenario_kit(rehearsal_of(scenario, profile, office_type, edition), edition, seed, scenario)
    units = wanted_units(profile, office_type, edition, Direction.IMPORT)
    flaws = len(FLAWS) * 5
    people = participants_of(edition, office_type, seed, flaws)
    known = {unit.id for unit in edition.units}
    exchanges = [exchange for exchange in import_exchanges(people, units) if exchange.main.unit_id in known]
    lacks_forms = office_type.menu is Menu.PREVENTION and "basic_information" not in known
    if not exchanges or lacks_forms:
        raise KitNotPossible(
            f"CSVバージョン {edition.csv_version} には、{office_type.name}が取り込むファイルがありません。別のCSVバージョンを指定してください。"
        )
    timeline = _Timeline(people, exchanges)
    inbox = [sent for sent in timeline.inbox() if _takes_deletion(sent, units)]
    faults = list(timeline.faults())
    exports = wanted_units(profile, office_type, edition, Direction.EXPORT)
    own = list(_own(people, own_transmissions(people, exports), timeline.clock, exports))
    return _kit(profile, office_type, edition, seed, people, own, inbox, faults)


def _scenario_kit(part: Rehearsal, edition: Edition, seed: int, scenario: str) -> Kit:
    if not (part.imports or part.exports):
        raise KitNotPossible(
            f"{part.office_type.name}は、CSVバージョン {edition.csv_version} の {scenario} で、送るものも受け取るものもありません。"
        )
    people = participants_of(edition, part.office_type, seed, 0)
    timeline = _Timeline(people, import_exchanges(people, set(part.imports)))
    own = list(_entered(people, own_transmissions(people, set(part.exports)), timeline.clock))
    inbox = list(timeline.rehearsed())
    kit = _kit(part.profile, part.office_type, edition, seed, people, own, inbox, ())
    # Nobody is corrected or deleted: whatever is lost counts as not imported.
    return replace(kit, scenario=scenario, aspects=dict.fromkeys(kit.aspects, Aspect.IMPORT))


def _takes_deletion(sent: KitUnit, units: set[str]) -> bool:
    """Whether a unit is no deletion, or a deletion that the office type imports."""
    return not sent.unit.id.endswith("_deletion") or sent.unit.id in units


def _own(
    people: Participants, transmissions: Sequence[Transmission], clock: _Clock, units: set[str]
) -> Iterator[KitUnit]:
    """The data that the office enters itself: some people, one of whom is deleted again."""
    yield from _entered(people, transmissions, clock)
    for transmission in transmissions:
        if transmission.deletion_id not in units:
            continue
        (user,) = [user for user in people.own if user.aspect is Aspect.DELETION]
        unit = transmission.deletion(user.case, clock.serial(transmission))
        yield KitUnit(
            unit, Aspect.DELETION, "介護ソフトで削除し、削除のファイルを出力する内容です。", (user,)
        )


def _entered(people: Participants, transmissions: Sequence[Transmission], clock: _Clock) -> Iterator[KitUnit]:
    for transmission in transmissions:
        users = [
            user for user in people.own if transmission.unit_id != "result" or user.aspect is Aspect.DELETION
        ]
        unit = transmission.unit([user.case for user in users], (), clock.serial(transmission))
        yield KitUnit(unit, Aspect.IMPORT, "介護ソフトに、あらかじめ入れておく内容です。", tuple(users))


def _kit(
    profile: Profile,
    office_type: OfficeType,
    edition: Edition,
    seed: int,
    people: Participants,
    own: Sequence[KitUnit],
    inbox: Sequence[KitUnit],
    faults: Sequence[KitUnit],
) -> Kit:
    files: dict[str, bytes] = {}
    patterns = {unit.id: unit.pattern_of(office_type.menu) for unit in edition.units}
    steps = {
        part: tuple(
            _step(part, number, sent, patterns[sent.unit.id], files)
            for number, sent in enumerate(some, start=1)
        )
        for part, some in (("own", own), ("inbox", inbox), ("faults", faults))
    }
    office = people.parties.importer
    imported = [sent for sent in inbox if sent.expectation is not Expectation.REFUSE]
    warned = [sent for sent in faults if sent.expectation is not Expectation.REFUSE]
    expected = {
        EXPECTED_DUMP: Expected(edition).after(sent.unit for sent in imported),
        EXPECTED_AFTER_FAULTS: Expected(edition).after(sent.unit for sent in (*imported, *warned)),
        EXPECTED_EXPORT: _expected_export(edition, people, own, imported),
    }
    for folder, tables in expected.items():
        files |= {f"{folder}/{name}": data for name, data in tables.items()}
    everyone = [*people.users, *people.own, *people.faulty]
    shown = {sent_user for sent in (*own, *inbox, *faults) for sent_user in _numbers(sent)}
    return Kit(
        profile.id,
        office_type.id,
        edition.csv_version,
        seed,
        office.number,
        office.kind,
        steps["inbox"],
        steps["own"],
        steps["faults"],
        {u.case.person.insured: u.aspect for u in everyone if u.case.person.insured in shown},
        files,
    )


def _expected_export(
    edition: Edition, people: Participants, own: Sequence[KitUnit], imported: Sequence[KitUnit]
) -> dict[str, bytes]:
    expected = Expected(edition)
    if people.parties.side is OfficeSide.SERVICE:
        schedules = [sent.unit for sent in imported if sent.unit.id in ("schedule", "schedule_deletion")]
        return expected.as_planned(schedules, people.parties.importer, [sent.unit for sent in own])
    return expected.after([sent.unit for sent in own], deletions=True)


def _numbers(sent: KitUnit) -> tuple[str, ...]:
    return tuple(user.case.person.insured for user in sent.users)


def _step(part: str, number: int, sent: KitUnit, pattern: str, files: dict[str, bytes]) -> Step:
    folder = f"{part}/{number:02d}-{sent.unit.id}"
    files.update({f"{folder}/{name}": data for name, data in sent.bytes().items()})
    return Step(
        folder,
        sent.unit.id,
        pattern,
        sent.purpose,
        sent.aspect,
        sent.expectation,
        sent.rule,
        _numbers(sent),
    )


__all__ = ["KitNotPossible", "make_kit"]

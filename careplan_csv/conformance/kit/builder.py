"""Makes an import kit: who sends what when, and what must be in the software in the end (2.4–2.6)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from careplan_csv.conformance.kit.exchanges import (
    ExchangePlan,
    imported_lines,
    own_sendings,
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
from careplan_csv.conformance.kit.participants import Cast, User, cast_of
from careplan_csv.conformance.kit.transmissions import Results, Sending
from careplan_csv.standard import Direction, Edition, Menu, OfficeSide, OfficeType, Profile, TransmissionUnit
from careplan_csv.standard.filenames import serial_at
from careplan_csv.synthesis.world.care import Case
from careplan_csv.writing.unit_files import Unit

_HOUR = 9
_APART = timedelta(minutes=1)


@dataclass
class _Clock:
    """Hands out serials: plans and schedules before the month, results after it."""

    cast: Cast
    _next: dict[bool, datetime] = field(default_factory=dict)

    def serial(self, sending: Sending) -> str:
        """The next serial, 14 digits."""
        results = isinstance(sending, Results)
        if results not in self._next:
            months = self.cast.months
            first = months[1].plus(1).moment(2, _HOUR) if results else months[0].plus(-1).moment(21, _HOUR)
            self._next[results] = first
        now = self._next[results]
        self._next[results] = now + _APART
        return serial_at(now)


@dataclass(frozen=True)
class KitUnit:
    """A unit on its way: what it is there to show, and its bytes."""

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
"""Who is in the first unit, and who in that of the month after."""


class _Timeline:
    """Everything that is sent to the office of a kit, in the order in which it arrives."""

    def __init__(self, cast: Cast, lines: Sequence[ExchangePlan]) -> None:
        self.cast = cast
        self.lines = lines
        self.clock = _Clock(cast)

    def inbox(self) -> Iterator[KitUnit]:
        """Stage by stage, so that a schedule never comes before its plan."""
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
            for line in self.lines:
                yield from stage(line)

    def _unit(
        self, sending: Sending, users: Sequence[User], changed: Sequence[User] = (), serial: str = ""
    ) -> Unit:
        cases, others = [user.case for user in users], [user.case for user in changed]
        return sending.unit(cases, others, serial or self.clock.serial(sending))

    def _first(self, line: ExchangePlan) -> Iterator[KitUnit]:
        users = self.cast.of(*_FIRST)
        unit = self._unit(line.main, users)
        yield KitUnit(unit, Aspect.IMPORT, "最初に送る組です。", tuple(users))

    def _second(self, line: ExchangePlan) -> Iterator[KitUnit]:
        if line.second is None:
            return
        users = self.cast.of(*_SECOND)
        unit = self._unit(line.second, users)
        yield KitUnit(unit, Aspect.IMPORT, "翌月の組です。前の月の内容は残ります。", tuple(users))

    def _texts(self, line: ExchangePlan) -> Iterator[KitUnit]:
        if not line.main.has_texts:
            return
        users = self.cast.of(Aspect.TEXTS)
        purpose = "長い文章、改行、引用符、取り違えやすい文字を含む組です。"
        yield KitUnit(self._unit(line.main, users), Aspect.TEXTS, purpose, tuple(users))

    def _correction(self, line: ExchangePlan) -> Iterator[KitUnit]:
        changed = self.cast.of(Aspect.REPLACEMENT)
        for sending, sent_before in ((line.main, _FIRST), (line.second, _SECOND)):
            if sending is None:
                continue
            users = self.cast.of(*sent_before) if sending.sends_all_again else changed
            unit = self._unit(sending, users, changed)
            yield KitUnit(
                unit, Aspect.REPLACEMENT, "訂正した組です。前の内容と置き換わります。", tuple(users)
            )

    def _deletion(self, line: ExchangePlan) -> Iterator[KitUnit]:
        for aspect in (Aspect.DELETION, Aspect.SENT_AGAIN):
            (user,) = self.cast.of(aspect)
            serial = self.clock.serial(line.main)
            unit = line.main.deletion(user.case, serial)
            yield KitUnit(unit, Aspect.DELETION, "削除の組です。前に送った内容が無くなります。", (user,))

    def _again(self, line: ExchangePlan) -> Iterator[KitUnit]:
        changed = self.cast.of(Aspect.REPLACEMENT)
        aspects = (Aspect.IMPORT, Aspect.REPLACEMENT, Aspect.SENT_AGAIN)
        users = self.cast.of(*aspects) if line.main.sends_all_again else self.cast.of(Aspect.SENT_AGAIN)
        unit = self._unit(line.main, users, changed)
        yield KitUnit(
            unit, Aspect.SENT_AGAIN, "削除した後に送り直した組です。内容がまた現れます。", tuple(users)
        )

    def _order(self, line: ExchangePlan) -> Iterator[KitUnit]:
        changed = self.cast.of(Aspect.ORDER)
        # With somebody whom nothing happens to: it is another office that sends here, with products.
        users = self.cast.of(Aspect.IMPORT, Aspect.ORDER) if line.order.sends_all_again else changed
        earlier = self.clock.serial(line.order)
        newer = self._unit(line.order, users, changed)
        older = self._unit(line.order, users, serial=earlier)
        yield KitUnit(newer, Aspect.ORDER, "新しい連番の組が、先に届きます。", tuple(users))
        purpose = "古い連番の組が、後から届きます。先に取り込んだ新しい内容は変わりません。"
        yield KitUnit(older, Aspect.ORDER, purpose, tuple(users))

    def _repeat(self, line: ExchangePlan) -> Iterator[KitUnit]:
        users = self.cast.of(Aspect.REPEAT)
        unit = self._unit(line.repeat, users)
        yield KitUnit(unit, Aspect.REPEAT, "次に、もう一度同じ組が届きます。", tuple(users))
        yield KitUnit(unit, Aspect.REPEAT, "前と同じ組です。内容は増えません。", tuple(users))

    def _foreign(self, line: ExchangePlan) -> Iterator[KitUnit]:
        users = self.cast.of(Aspect.FOREIGN)
        elsewhere = line.foreign.receiver == self.cast.parties.other_provider
        cases = [_moved_to(user.case, self.cast) if elsewhere else user.case for user in users]
        unit = line.foreign.unit(cases, (), self.clock.serial(line.foreign))
        purpose = "他の事業所あての組です。取り込まれません。"
        yield KitUnit(unit, Aspect.FOREIGN, purpose, tuple(users), Expectation.REFUSE)

    def faults(self) -> Iterator[KitUnit]:
        """Faulty units, each about somebody of their own or about what was sent before."""
        wrong = iter(self.cast.faulty)
        for line in self.lines:
            for flaw in FLAWS:
                if self._applies(flaw, line):
                    yield self._flawed(line, flaw, next(wrong))

    def _applies(self, flaw: Flaw, line: ExchangePlan) -> bool:
        files = 1 if isinstance(line.main, Results) else 2
        return (
            flaw.at_least_files <= files
            and (line.main.has_texts or not flaw.needs_texts)
            and (not flaw.needs_mistake or mistaken_version(self.cast.edition) != "")
        )

    def _flawed(self, line: ExchangePlan, flaw: Flaw, user: User) -> KitUnit:
        (known,) = self.cast.of(Aspect.IMPORT)
        users = (known,) if flaw.touches_known else (user,)
        unit = self._unit(line.main, users, users if flaw.touches_known else ())
        files = flaw.apply(unit)
        return KitUnit(unit, Aspect.FAULTY, flaw.purpose, users, flaw.expectation, flaw.rule, files)


def _moved_to(case: Case, cast: Cast) -> Case:
    """A person whom the other office serves: a file for it must not hold anyone else (2.6)."""
    provider, other = cast.parties.provider, cast.parties.other_provider
    services = tuple(
        replace(service, office=other, satellite="") if service.office == provider else service
        for service in case.care.services
    )
    return case._replace(care=replace(case.care, services=services))


def make_kit(profile: Profile, office_type: OfficeType, edition: Edition, seed: int) -> Kit:
    """An import kit; the same arguments give the same bytes.

    Raises:
        KitNotPossible: the edition has none of the files that the office type takes in.
    """
    units = wanted_units(profile, office_type, edition, Direction.IMPORT)
    flaws = len(FLAWS) * 5
    cast = cast_of(edition, office_type, seed, flaws)
    known = {unit.id for unit in edition.units}
    lines = [line for line in imported_lines(cast, units) if line.main.unit_id in known]
    lacks_forms = office_type.menu is Menu.PREVENTION and "basic_information" not in known
    if not lines or lacks_forms:
        raise KitNotPossible(
            f"版 {edition.csv_version} には、{office_type.name}が取り込むファイルがありません。別の版を指定してください。"
        )
    timeline = _Timeline(cast, lines)
    inbox = [sent for sent in timeline.inbox() if _takes_deletion(sent, units)]
    faults = list(timeline.faults())
    exports = wanted_units(profile, office_type, edition, Direction.EXPORT)
    own = list(_own(cast, own_sendings(cast, exports), timeline.clock, exports))
    return _kit(profile, office_type, edition, seed, cast, own, inbox, faults)


def _takes_deletion(sent: KitUnit, units: set[str]) -> bool:
    """Deletions only where the office type takes them in."""
    return not sent.unit.id.endswith("_deletion") or sent.unit.id in units


def _own(cast: Cast, sendings: Sequence[Sending], clock: _Clock, units: set[str]) -> Iterator[KitUnit]:
    """What the software holds by itself: some people, one of whom is withdrawn again."""
    for sending in sendings:
        users = [user for user in cast.own if sending.unit_id != "result" or user.aspect is Aspect.DELETION]
        unit = sending.unit([user.case for user in users], (), clock.serial(sending))
        yield KitUnit(unit, Aspect.IMPORT, "ソフトに、あらかじめ入れておく内容です。", tuple(users))
    for sending in sendings:
        if sending.deletion_id not in units:
            continue
        (user,) = [user for user in cast.own if user.aspect is Aspect.DELETION]
        unit = sending.deletion(user.case, clock.serial(sending))
        yield KitUnit(unit, Aspect.DELETION, "ソフトで削除し、削除のファイルを出力する内容です。", (user,))


def _kit(
    profile: Profile,
    office_type: OfficeType,
    edition: Edition,
    seed: int,
    cast: Cast,
    own: Sequence[KitUnit],
    inbox: Sequence[KitUnit],
    faults: Sequence[KitUnit],
) -> Kit:
    files: dict[str, bytes] = {}
    patterns = {unit.id: _pattern(unit, office_type.menu) for unit in edition.units}
    steps = {
        part: tuple(
            _step(part, number, sent, patterns[sent.unit.id], files)
            for number, sent in enumerate(some, start=1)
        )
        for part, some in (("own", own), ("inbox", inbox), ("faults", faults))
    }
    office = cast.parties.importer
    taken = [sent for sent in inbox if sent.expectation is not Expectation.REFUSE]
    warned = [sent for sent in faults if sent.expectation is not Expectation.REFUSE]
    expected = {
        EXPECTED_DUMP: Expected(edition).after(sent.unit for sent in taken),
        EXPECTED_AFTER_FAULTS: Expected(edition).after(sent.unit for sent in (*taken, *warned)),
        EXPECTED_EXPORT: _expected_export(edition, cast, own, taken),
    }
    for folder, tables in expected.items():
        files |= {f"{folder}/{name}": data for name, data in tables.items()}
    everyone = [*cast.users, *cast.own, *cast.faulty]
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
    edition: Edition, cast: Cast, own: Sequence[KitUnit], taken: Sequence[KitUnit]
) -> dict[str, bytes]:
    expected = Expected(edition)
    if cast.parties.side is OfficeSide.SERVICE:
        schedules = [sent.unit for sent in taken if sent.unit.id in ("schedule", "schedule_deletion")]
        return expected.as_planned(schedules, cast.parties.importer, [sent.unit for sent in own])
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


_PREVENTION_PATTERNS = {"schedule": "D6", "result": "D7"}


def _pattern(unit: TransmissionUnit, menu: Menu) -> str:
    """The label of 国保中央会's vendor test; schedules and results of 介護予防 have one of their own."""
    return _PREVENTION_PATTERNS.get(unit.id, unit.pattern) if menu is Menu.PREVENTION else unit.pattern


__all__ = ["KitNotPossible", "make_kit"]

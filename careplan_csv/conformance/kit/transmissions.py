"""Transmissions between two offices: a unit for some people, its correction, and its deletion (2.4, 3.4)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from careplan_csv.standard import Edition
from careplan_csv.synthesis.world.care import Case
from careplan_csv.synthesis.world.desks import Bundle, Desk
from careplan_csv.synthesis.world.months import Month
from careplan_csv.synthesis.world.offices import Office
from careplan_csv.synthesis.world.prevention_forms import CenterDesk
from careplan_csv.synthesis.world.services import Visit, visits
from careplan_csv.writing.unit_files import Draft, Passage, Unit
from careplan_csv.writing.writer import Writer

_MOVE = 30
_CHANGED = "（訂正しました）"


@dataclass(frozen=True)
class Transmission(ABC):
    """Transmissions of one kind of unit from one office to another.

    Attributes:
        unit_id, deletion_id: ids of the transmission units.
        has_texts: whether the unit has long texts.
        sends_all_again: a correction has the records of all people, not only of the corrected ones (実績, 2.5).
    """

    edition: Edition
    sender: Office
    receiver: Office

    unit_id: ClassVar[str]
    deletion_id: ClassVar[str]
    has_texts: ClassVar[bool] = False
    sends_all_again: ClassVar[bool] = False

    @abstractmethod
    def unit(self, cases: Sequence[Case], changed: Sequence[Case], serial: str) -> Unit:
        """The unit for some people; those in `changed` have other values than before."""

    @abstractmethod
    def deletion(self, case: Case, serial: str) -> Unit:
        """The deletion of the contents for one person."""


def _day(serial: str) -> str:
    return serial[:8]


@dataclass(frozen=True)
class Plans(Transmission):
    """計画書 (D1)."""

    plan_date: str
    unit_id = "plan"
    deletion_id = "plan_deletion"
    has_texts = True

    def unit(self, cases: Sequence[Case], changed: Sequence[Case], serial: str) -> Unit:
        desk = Desk(self.edition, _day(serial), self.sender)
        bundles = [desk.plan(_rewritten(case) if case in changed else case, self.plan_date) for case in cases]
        return desk.unit(self.unit_id, desk.to(self.receiver), serial, bundles)

    def deletion(self, case: Case, serial: str) -> Unit:
        desk = Desk(self.edition, _day(serial), self.sender)
        return desk.plan_deletion(case.person, self.receiver, self.plan_date, serial)


def _rewritten(case: Case) -> Case:
    care = case.care
    first = replace(care.needs[0], text=care.needs[0].text + _CHANGED)
    changed = replace(care, policy=care.policy + _CHANGED, needs=(first, *care.needs[1:]))
    return case._replace(care=changed)


@dataclass(frozen=True)
class Schedules(Transmission):
    """利用票 of a month (D2, D6)."""

    month: Month
    unit_id = "schedule"
    deletion_id = "schedule_deletion"

    def unit(self, cases: Sequence[Case], changed: Sequence[Case], serial: str) -> Unit:
        desk = Desk(self.edition, _day(serial), self.sender)
        bundles = [self._bundle(desk, case, case in changed) for case in cases]
        return desk.unit(self.unit_id, desk.to(self.receiver), serial, bundles, self.month.text)

    def _bundle(self, desk: Desk, case: Case, changed: bool) -> Bundle:
        planned = visits(case.care.services, self.month)
        return desk.schedule(case, _moved(planned) if changed else planned, self.month)

    def deletion(self, case: Case, serial: str) -> Unit:
        desk = Desk(self.edition, _day(serial), self.sender)
        return desk.schedule_deletion(case.person, self.receiver, self.month.text, serial)


def _moved(planned: Sequence[Visit]) -> list[Visit]:
    """The visits half an hour later, except those that show no time."""
    return [visit.moved(_MOVE) for visit in planned]


@dataclass(frozen=True)
class Results(Transmission):
    """実績 of one office and kind in a month (D3, D7); the sender is the service office."""

    month: Month
    unit_id = "result"
    deletion_id = "result_deletion"
    sends_all_again = True

    def unit(self, cases: Sequence[Case], changed: Sequence[Case], serial: str) -> Unit:
        desk = Desk(self.edition, _day(serial), self.receiver)
        bundles = [self._bundle(desk, case, case in changed) for case in cases]
        return desk.unit(self.unit_id, desk.back(self.sender), serial, bundles, self.month.text)

    def _bundle(self, desk: Desk, case: Case, changed: bool) -> Bundle:
        own = [service for service in case.care.services if service.office == self.sender]
        given = visits(own, self.month)
        return desk.result(case, _fewer(given) if changed else given, self.month, self.sender)

    def deletion(self, case: Case, serial: str) -> Unit:
        desk = Desk(self.edition, _day(serial), self.receiver)
        return desk.result_deletion(case.person, self.sender, self.month.text, serial)


def _fewer(given: Sequence[Visit]) -> list[Visit]:
    """The visits at other times, without the last one if there are several."""
    moved = _moved(given)
    return moved[:-1] if len(moved) > 1 else moved


@dataclass(frozen=True)
class Information(Transmission):
    """基本情報 (D4)."""

    consulted_on: str
    unit_id = "basic_information"
    deletion_id = "basic_information_deletion"
    has_texts = True

    def unit(self, cases: Sequence[Case], changed: Sequence[Case], serial: str) -> Unit:
        desk = CenterDesk(self.edition, self.receiver, self.sender)
        return _together(
            [
                _with_picture(desk, self._one(desk, case, case in changed, serial), serial, branch)
                for branch, case in enumerate(cases, start=1)
            ]
        )

    def _one(self, desk: CenterDesk, case: Case, changed: bool, serial: str) -> Unit:
        unit = desk.information_unit(case.person, self.consulted_on, serial)
        return _reworded(unit, "daily_life") if changed else unit

    def deletion(self, case: Case, serial: str) -> Unit:
        return CenterDesk(self.edition, self.receiver, self.sender).information_deletion(
            case.person, self.consulted_on, serial
        )


@dataclass(frozen=True)
class PreventionPlans(Transmission):
    """予防計画書 (D5)."""

    plan_date: str
    unit_id = "prevention_plan"
    deletion_id = "prevention_plan_deletion"
    has_texts = True

    def unit(self, cases: Sequence[Case], changed: Sequence[Case], serial: str) -> Unit:
        desk = CenterDesk(self.edition, self.receiver, self.sender)
        units = [desk.plan_unit(case.person, self.plan_date, serial) for case in cases]
        return _together(
            [
                _reworded(unit, "mobility_wishes") if case in changed else unit
                for unit, case in zip(units, cases, strict=True)
            ]
        )

    def deletion(self, case: Case, serial: str) -> Unit:
        return CenterDesk(self.edition, self.receiver, self.sender).plan_deletion(
            case.person, self.plan_date, serial
        )


def _reworded(unit: Unit, item_id: str) -> Unit:
    """The unit with another text in one item of its first file."""
    first, *rest = unit.drafts
    text = first.records[0][item_id] + _CHANGED
    return replace(unit, drafts=(first.with_item(0, item_id, text), *rest))


def _with_picture(desk: CenterDesk, unit: Unit, serial: str, branch: int) -> Unit:
    """The unit with another name of its picture, because people in one file must have different pictures."""
    name = desk.image_name(serial, branch)
    (picture,) = unit.images.values()
    first, *rest = unit.drafts
    drafts = (first.with_item(0, first.layout.image_item, name), *rest)
    return replace(unit, drafts=drafts, images={name: picture})


def _together(units: Sequence[Unit]) -> Unit:
    """Join units of single people to one unit."""
    drafts = tuple(
        replace(draft, passages=tuple(_passage(unit.drafts[place]) for unit in units))
        for place, draft in enumerate(units[0].drafts)
    )
    images = {name: data for unit in units for name, data in unit.images.items()}
    return Unit(units[0].id, drafts, images)


def _passage(draft: Draft) -> Passage:
    return Passage(Writer(draft.layout), draft.records)

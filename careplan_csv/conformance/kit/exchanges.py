"""The units that an office type imports and sends, from the profile's table, with senders and receivers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from careplan_csv.conformance.kit.participants import Participants
from careplan_csv.conformance.kit.transmissions import (
    Information,
    Plans,
    PreventionPlans,
    Results,
    Schedules,
    Transmission,
)
from careplan_csv.standard import (
    Direction,
    Edition,
    Menu,
    MonthPart,
    Need,
    OfficeSide,
    OfficeType,
    Profile,
    TransmissionUnit,
)
from careplan_csv.synthesis.world.offices import Office


@dataclass(frozen=True)
class UnitExchange:
    """All transmissions of one kind of unit in a kit.

    Attributes:
        main: first transmission, corrections, deletions.
        second: for the following month, if the unit has a month.
        order, repeat: transmissions for these aspects, which must not change the contents of `main`.
        foreign: the same unit to another office.
    """

    main: Transmission
    order: Transmission
    repeat: Transmission
    foreign: Transmission
    second: Transmission | None = None


def wanted_units(
    profile: Profile, office_type: OfficeType, edition: Edition, direction: Direction
) -> set[str]:
    """Ids of the units with at least one file that the profile requires of an office type."""
    files = {
        (prefix, row.month)
        for row in profile.requirements
        if row.needs[office_type.id, direction] is not Need.NONE
        for prefix in row.prefixes
    }
    return {unit.id for unit in edition.units if _is_wanted(unit, files)}


def _is_wanted(unit: TransmissionUnit, files: set[tuple[str, MonthPart]]) -> bool:
    # A child file is imported together with its whole unit.
    return any((file.prefix, file.month) in files for file in unit.files)


def import_exchanges(people: Participants, units: set[str]) -> list[UnitExchange]:
    """The transmissions to the office of the kit."""
    return [exchange for exchange in _all_exchanges(people) if exchange.main.unit_id in units]


def own_transmissions(people: Participants, units: set[str]) -> list[Transmission]:
    """The transmissions that the office of the kit sends."""
    parties, month = people.parties, people.months[0]
    importer, other = parties.importer, parties.receiver
    transmissions: tuple[Transmission, ...]
    if parties.side is OfficeSide.SERVICE:
        transmissions = (Results(people.edition, importer, other, month),)
    else:
        transmissions = (*_plans(people, importer, other), Schedules(people.edition, importer, other, month))
    if parties.side is OfficeSide.ENTRUSTED:
        # It forwards the results of service offices to the centre (3.5).
        transmissions = (*transmissions, Results(people.edition, parties.provider, other, month))
    return [transmission for transmission in transmissions if transmission.unit_id in units]


def _all_exchanges(people: Participants) -> Iterator[UnitExchange]:
    first, second = people.months
    parties = people.parties
    sender, importer, another = parties.plan_sender, parties.importer, parties.another_importer
    for main, foreign in zip(_plans(people, sender, importer), _plans(people, sender, another), strict=True):
        yield UnitExchange(main, main, main, foreign)
    schedules = Schedules(people.edition, sender, importer, first)
    yield UnitExchange(
        schedules,
        schedules,
        schedules,
        Schedules(people.edition, sender, another, first),
        Schedules(people.edition, sender, importer, second),
    )
    provider, second_provider = parties.provider, parties.second_provider
    # A correction of 実績 replaces all records of an office, a kind and a month (2.5), so `order` and `repeat`
    # use another office.
    yield UnitExchange(
        Results(people.edition, provider, importer, first),
        Results(people.edition, second_provider, importer, first),
        Results(people.edition, second_provider, importer, second),
        Results(people.edition, provider, another, first),
        Results(people.edition, provider, importer, second),
    )


def _plans(people: Participants, sender: Office, receiver: Office) -> Iterator[Transmission]:
    """The plans of 居宅 or of 介護予防."""
    month = people.months[0].plus(-1)
    if people.parties.menu is Menu.CARE:
        yield Plans(people.edition, sender, receiver, month.day(15))
        return
    yield Information(people.edition, sender, receiver, month.day(10))
    yield PreventionPlans(people.edition, sender, receiver, month.day(15))

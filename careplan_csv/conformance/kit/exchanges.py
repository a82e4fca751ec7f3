"""Which units an office type takes in and sends, from the profile's table, and between whom they go."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from careplan_csv.conformance.kit.participants import Cast
from careplan_csv.conformance.kit.transmissions import (
    Information,
    Plans,
    PreventionPlans,
    Results,
    Schedules,
    Sending,
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
class ExchangePlan:
    """One kind of unit in all the ways in which a kit sends it.

    Attributes:
        main: first sending, corrections, deletions.
        second: the month after, where units have months.
        order, repeat: where something is sent apart from `main`, so that neither touches the other.
        foreign: the same to an office that is not meant.
    """

    main: Sending
    order: Sending
    repeat: Sending
    foreign: Sending
    second: Sending | None = None


def wanted_units(
    profile: Profile, office_type: OfficeType, edition: Edition, direction: Direction
) -> set[str]:
    """Ids of the units of which the profile asks at least one file of an office type."""
    files = {
        (prefix, row.month)
        for row in profile.requirements
        if row.needs[office_type.id, direction] is not Need.NONE
        for prefix in row.prefixes
    }
    return {unit.id for unit in edition.units if _is_wanted(unit, files)}


def _is_wanted(unit: TransmissionUnit, files: set[tuple[str, MonthPart]]) -> bool:
    # Whoever takes in a child file takes in the unit that it comes with.
    return any((file.prefix, file.month) in files for file in unit.files)


def imported_lines(cast: Cast, units: set[str]) -> list[ExchangePlan]:
    """What is sent to the office of the kit."""
    return [line for line in _lines(cast) if line.main.unit_id in units]


def own_sendings(cast: Cast, units: set[str]) -> list[Sending]:
    """What the office of the kit sends itself."""
    parties, month = cast.parties, cast.months[0]
    me, other = parties.importer, parties.receiver
    sendings: tuple[Sending, ...]
    if parties.side is OfficeSide.SERVICE:
        sendings = (Results(cast.edition, me, other, month),)
    else:
        sendings = (*_plans(cast, me, other), Schedules(cast.edition, me, other, month))
    if parties.side is OfficeSide.ENTRUSTED:
        # It passes on the results of service offices to the centre (3.5).
        sendings = (*sendings, Results(cast.edition, parties.provider, other, month))
    return [sending for sending in sendings if sending.unit_id in units]


def _lines(cast: Cast) -> Iterator[ExchangePlan]:
    first, second = cast.months
    parties = cast.parties
    sender, me, stranger = parties.plan_sender, parties.importer, parties.another_importer
    for main, foreign in zip(_plans(cast, sender, me), _plans(cast, sender, stranger), strict=True):
        yield ExchangePlan(main, main, main, foreign)
    schedules = Schedules(cast.edition, sender, me, first)
    yield ExchangePlan(
        schedules,
        schedules,
        schedules,
        Schedules(cast.edition, sender, stranger, first),
        Schedules(cast.edition, sender, me, second),
    )
    provider, second_provider = parties.provider, parties.second_provider
    # A correction of 実績 holds all of an office, a kind and a month (2.5): what goes apart is another office's.
    yield ExchangePlan(
        Results(cast.edition, provider, me, first),
        Results(cast.edition, second_provider, me, first),
        Results(cast.edition, second_provider, me, second),
        Results(cast.edition, provider, stranger, first),
        Results(cast.edition, provider, me, second),
    )


def _plans(cast: Cast, sender: Office, receiver: Office) -> Iterator[Sending]:
    """The plans of 居宅 or of 介護予防."""
    month = cast.months[0].plus(-1)
    if cast.parties.menu is Menu.CARE:
        yield Plans(cast.edition, sender, receiver, month.day(15))
        return
    yield Information(cast.edition, sender, receiver, month.day(10))
    yield PreventionPlans(cast.edition, sender, receiver, month.day(15))

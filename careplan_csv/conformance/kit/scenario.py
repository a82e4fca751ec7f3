"""Scenarios of a kit: one pattern of 国保中央会's vendor test (D1 to D7), or the order of its enhanced test.

The patterns are those of `transmission_units.yaml`; what the tests ask for is known from documents that quote them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from careplan_csv.conformance.kit.exchanges import wanted_units
from careplan_csv.standard import Direction, Edition, Menu, OfficeType, Profile, standard

ENHANCED = "enhanced"
"""All patterns that an office type has a part in, in one order: import, compare, export, send."""
PROFILES = ("mhlw-4.1", "mhlw-4.1-yobo")
"""The tables whose office types rehearse where nobody names a table."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """An office type's part in a scenario: ids of the units that it imports and that it sends."""

    profile: Profile
    office_type: OfficeType
    imports: frozenset[str]
    exports: frozenset[str]


def scenario_names() -> tuple[str, ...]:
    """All scenarios, the patterns in their order first."""
    units = standard().newest.units
    patterns = {unit.pattern_of(menu) for unit in units for menu in Menu} - {""}
    return (*sorted(patterns), ENHANCED)


def scenario_title(scenario: str, edition: Edition, menu: Menu) -> str:
    """A name for people, for instance 「ベンダーテスト D1（計画書）の予行」."""
    if scenario == ENHANCED:
        return "強化ベンダ試験の予行"
    names = [unit.name for unit in edition.units if unit.pattern_of(menu) == scenario]
    return f"ベンダーテスト {scenario}（{names[0]}）の予行" if names else f"ベンダーテスト {scenario} の予行"


def scenario_units(scenario: str, edition: Edition, menu: Menu) -> frozenset[str]:
    """Ids of the units of a scenario."""
    found = {unit.id: unit.pattern_of(menu) for unit in edition.units}
    return frozenset(unit for unit, pattern in found.items() if pattern and scenario in (pattern, ENHANCED))


def rehearsals(scenario: str, profiles: Sequence[Profile]) -> list[Rehearsal]:
    """The office types of some profiles that have a part in a scenario."""
    found = (
        rehearsal_of(scenario, profile, office_type, standard().edition(profile.csv_version))
        for profile in profiles
        for office_type in profile.office_types
    )
    return [one for one in found if one.imports or one.exports]


def rehearsal_of(scenario: str, profile: Profile, office_type: OfficeType, edition: Edition) -> Rehearsal:
    """The part of an office type in a scenario; it may be empty."""
    units = scenario_units(scenario, edition, office_type.menu)
    taken, sent = (
        frozenset(wanted_units(profile, office_type, edition, direction) & units)
        for direction in (Direction.IMPORT, Direction.EXPORT)
    )
    return Rehearsal(profile, office_type, taken, sent)

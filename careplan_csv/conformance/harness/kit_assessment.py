"""One assessment from the results of the harness and the check of the exported files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from careplan_csv.conformance.declaration.vendor import Vendor
from careplan_csv.conformance.harness.comparison import plain
from careplan_csv.conformance.harness.harness_result import HarnessResult
from careplan_csv.conformance.harness.observed_data import Observed
from careplan_csv.conformance.kit.kit_model import Kit
from careplan_csv.conformance.kit.scenario import scenario_title
from careplan_csv.conformance.requirements.assessment import Assessment, assess
from careplan_csv.conformance.requirements.cell_evidence import Cell, CellEvidence
from careplan_csv.conformance.requirements.file_senders import KitOffice
from careplan_csv.results import CheckResult
from careplan_csv.standard import Edition, Profile, standard

REHEARSAL = (
    "これは予行の結果です。国民健康保険中央会の試験ではなく、別紙6 や要件の証明にもなりません。"
    "訂正・削除・誤りのある組は試していません。"
)


def profile_of(kit: Kit) -> Profile:
    """The profile of a kit for the kit's edition, without rows whose files the edition does not have."""
    known = standard()
    profile, edition = known.profile(kit.profile), known.edition(kit.edition)
    rows = tuple(
        row for row in profile.requirements if all(prefix in edition.prefixes for prefix in row.prefixes)
    )
    profile = replace(profile, csv_version=edition.csv_version, requirements=rows)
    return _rehearsed(profile, kit, edition) if kit.scenario else profile


def _rehearsed(profile: Profile, kit: Kit, edition: Edition) -> Profile:
    """The rows of a scenario alone, under an id that no command takes for that of a profile."""
    menu = profile.office_type(kit.office_type).menu
    units = {step.unit for step in (*kit.own, *kit.inbox)}
    files = {(file.prefix, file.month) for unit in edition.units if unit.id in units for file in unit.files}
    return replace(
        profile,
        id=f"{profile.id}:{kit.scenario}",
        name=f"{scenario_title(kit.scenario, edition, menu)}（{profile.name}）",
        requirements=tuple(row for row in profile.requirements if (row.prefix, row.month) in files),
        unexamined=(),
        rehearses=kit.scenario,
    )


def assess_with(
    harness: HarnessResult,
    result: CheckResult,
    vendor: Vendor | None = None,
    declared: Mapping[Cell, CellEvidence] | None = None,
) -> Assessment:
    """Merge the evidence of the harness with that of the exported files.

    Args:
        result: the check of the exported files.
        declared: evidence from a checksheet; evidence of the harness has priority.
    """
    profile = profile_of(harness.kit)
    evidence = {**(declared or {}), **harness.cells}
    return assess(
        result,
        profile,
        profile.office_type(harness.kit.office_type),
        vendor,
        evidence,
        kit=kit_office_of(harness),
        remarks=(REHEARSAL,) if harness.kit.scenario else (),
    )


def kit_office_of(harness: HarnessResult | None) -> KitOffice:
    """The office of a kit, with the kind of proof of the results."""
    return KitOffice(harness.kit.office_number, harness.proof) if harness else KitOffice()


def knows_the_kit(kit: Kit, found: Observed) -> bool:
    """Whether any person of the kit was found; other kits have other people."""
    known = {plain(number) for number in kit.people}
    return any(
        plain(record["insured_number"]) in known for records in found.tables.values() for record in records
    )

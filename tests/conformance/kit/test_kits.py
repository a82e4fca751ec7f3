"""Import kits: what they hold, and that the reference software passes every one of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from in_process import check_once, each_kit, kit_for, tried

from careplan_csv.conformance.harness.observed_data import of_files
from careplan_csv.conformance.kit.builder import KitNotPossible, make_kit
from careplan_csv.conformance.kit.kit_model import Aspect, Expectation, Kit
from careplan_csv.findings import Severity
from careplan_csv.reading.sources import collect
from careplan_csv.results import CheckResult, Evidence, Status
from careplan_csv.standard import standard


def checked(kit: Kit, folder: str, place: Path) -> CheckResult:
    place.mkdir(parents=True)
    for name, data in kit.under(folder).items():
        (place / name).write_bytes(data)
    return check_once(collect([str(place)]))


@each_kit
def test_the_reference_software_passes(
    profile: str, office_type: str, edition: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    harness, assessment = tried(
        kit_for(profile, office_type, edition), "reference", tmp_path / "run", monkeypatch
    )
    assert [finding.message for finding in harness.findings] == []
    assert {cell.result for cell in harness.aspects} == {Status.CONFORMANT}
    asked = [cell for cell in assessment.requirements if cell.result is not Status.NOT_APPLICABLE]
    assert {(cell.letter, cell.result, cell.evidence) for cell in asked} == {
        (cell.letter, Status.CONFORMANT, Evidence.MACHINE) for cell in asked
    }
    assert assessment.verdict is Status.CONFORMANT


@each_kit
def test_units_are_as_the_kit_says(profile: str, office_type: str, edition: str, tmp_path: Path) -> None:
    kit = kit_for(profile, office_type, edition)
    for step in (*kit.own, *kit.inbox, *kit.faults):
        result = checked(kit, step.folder, tmp_path / step.folder)
        found = {f.rule: f.severity for f in result.findings if f.severity is not Severity.INFO}
        errors = {rule for rule, severity in found.items() if severity is Severity.ERROR}
        if step.aspect is not Aspect.FAULTY:
            assert found == {}, step.folder
        else:
            assert step.rule in found, step.folder
            assert (step.expectation is Expectation.REFUSE) == bool(errors), step.folder


@each_kit
def test_the_same_seed_gives_the_same_kit_and_another_one_other_people(
    profile: str, office_type: str, edition: str
) -> None:
    known = standard().profile(profile)
    again = make_kit(known, known.office_type(office_type), standard().edition(edition), 1)
    other = make_kit(known, known.office_type(office_type), standard().edition(edition), 2)
    kit = kit_for(profile, office_type, edition)
    assert again.files == kit.files
    assert not set(other.aspects) & set(kit.aspects)


@each_kit
def test_every_aspect_has_its_step_and_its_person(profile: str, office_type: str, edition: str) -> None:
    kit = kit_for(profile, office_type, edition)
    shown = {step.aspect for step in (*kit.inbox, *kit.faults)}
    with_texts = any(
        record["insured_number"]
        for step in kit.inbox
        if step.aspect is Aspect.TEXTS
        for records in of_files(kit.under(step.folder), standard().edition(kit.edition)).tables.values()
        for record in records
    )
    assert shown == set(Aspect) - (set() if with_texts else {Aspect.TEXTS})
    assert {kit.aspects[user] for step in kit.faults for user in step.users} <= {Aspect.FAULTY, Aspect.IMPORT}


def test_units_stand_in_the_order_of_their_serials_but_for_those_that_come_late() -> None:
    kit = kit_for("yamaguchi-r6", "service", "202407")
    serials = [max(kit.under(step.folder))[-18:-4] for step in kit.inbox]
    late = [step.folder for step, one, before in zip(kit.inbox[1:], serials[1:], serials, strict=False) if one < before]  # fmt: skip
    assert late
    assert {step.aspect for step in kit.inbox if step.folder in late} == {Aspect.ORDER}


def test_an_edition_without_the_files_has_no_kit() -> None:
    profile = standard().profile("mhlw-4.1-yobo")
    with pytest.raises(KitNotPossible, match="別のCSVバージョン"):
        make_kit(profile, profile.office_type("community"), standard().edition("202208"), 1)

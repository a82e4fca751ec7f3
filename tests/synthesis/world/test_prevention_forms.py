"""The units of 介護予防: which files go together, and how pictures are named."""

from __future__ import annotations

from pathlib import Path

from careplan_csv.checker import check
from careplan_csv.reading.sources import collect
from careplan_csv.results import UnitReport
from careplan_csv.standard import standard
from careplan_csv.synthesis.samples.sample_units import prevention_set
from careplan_csv.synthesis.world.people import PLANNER
from careplan_csv.synthesis.world.prevention_forms import (
    HOME_VISIT,
    CenterDesk,
    blank_jpeg,
    sample_client,
)
from careplan_csv.writing.unit_files import Unit

EDITION = standard().edition("202407")
CLIENT = sample_client(2025)


def units(folder: Path, *made: Unit) -> tuple[UnitReport, ...]:
    for unit in made:
        for name, data in unit.files().items():
            (folder / name).write_bytes(data)
    return check(collect([str(folder)])).units


def test_every_unit_is_recognised_as_what_it_is(tmp_path: Path) -> None:
    made = prevention_set("202407")
    assert {report.serial: report.unit for report in units(tmp_path, *made)} == {
        unit.serial: unit.id for unit in made
    }


def test_units_of_one_second_to_two_offices_stay_apart(tmp_path: Path) -> None:
    entrusted, service = CenterDesk(EDITION, PLANNER), CenterDesk(EDITION, HOME_VISIT)
    serial = "20250318090000"
    information = entrusted.information_unit(CLIENT, "20250310", serial)
    plan = service.plan_unit(CLIENT, "20250318", serial)
    found = units(tmp_path, information, plan)
    assert {report.unit for report in found} == {"basic_information", "prevention_plan"}


def test_a_picture_is_named_after_its_parent() -> None:
    unit = CenterDesk(EDITION, PLANNER).information_unit(CLIENT, "20250310", "20250310160000")
    parent = unit.drafts[0]
    route = parent.name.removeprefix("UPKIHON_").removesuffix(".CSV")
    assert list(unit.images) == [f"UPKIHON_IMAGE_{route}_0001.jpg"]
    assert parent.records[0]["family_image"] in unit.images


def test_the_picture_has_no_metadata() -> None:
    data = blank_jpeg()
    assert data.startswith(b"\xff\xd8\xff\xe0")
    assert data.endswith(b"\xff\xd9")
    assert b"\xff\xe1" not in data


def test_older_editions_have_no_such_files() -> None:
    assert prevention_set("202208") == []

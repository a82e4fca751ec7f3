"""sample_data/ is what the script writes, the same each time, and in the form of the standard."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
import yaml

from careplan_csv.standard import standard
from careplan_csv.standard.filenames import parse
from careplan_csv.synthesis.samples.sample_files import main, sample_files, valid_files
from careplan_csv.synthesis.samples.sample_units import (
    planning_set,
    prevention_service_set,
    prevention_set,
    service_set,
)

SAMPLES = Path(__file__).parents[3] / "sample_data"
VALID = valid_files()
TABLES = [path for path in VALID if path.endswith(".CSV")]


def prefix_of(name: str) -> str:
    parsed = parse(name, standard())
    assert parsed
    return parsed.prefix


def committed() -> dict[str, bytes]:
    parts = [path for part in ("valid", "faulty") for path in (SAMPLES / part).rglob("*")]
    return {path.relative_to(SAMPLES).as_posix(): path.read_bytes() for path in parts if path.is_file()}


def test_samples_are_the_same_each_time_and_as_committed() -> None:
    assert sample_files() == sample_files() == committed()


@pytest.mark.parametrize("option", [[], ["--out"]])
def test_the_script_writes_them(tmp_path: Path, option: list[str]) -> None:
    (tmp_path / "valid").mkdir()
    (tmp_path / "valid" / "old.CSV").write_bytes(b"")
    main([*option, str(tmp_path)])
    written = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert written == set(committed())


@pytest.mark.parametrize("path", TABLES)
def test_valid_files_have_the_form_of_the_standard(path: str) -> None:
    data = VALID[path]
    _, csv_version, _, name = path.split("/")
    layout = standard().edition(csv_version).layout(prefix_of(name))
    text = data.decode("cp932")
    assert text.endswith("\r\n")
    assert text.count("\n") == text.count("\r\n")
    records = list(csv.reader(io.StringIO(text, newline="")))
    assert records
    assert {len(record) for record in records} == {len(layout.items)}
    assert {record[0] for record in records} == {csv_version}


@pytest.mark.parametrize("csv_version", standard().editions)
def test_every_kind_of_file_is_shown(csv_version: str) -> None:
    shown = {prefix_of(path.split("/")[3]) for path in TABLES if path.startswith(f"valid/{csv_version}/")}
    units = standard().edition(csv_version).units
    assert shown == {file.prefix for unit in units for file in unit.files}


@pytest.mark.parametrize("csv_version", standard().editions)
def test_units_are_complete_and_have_serials_of_their_own(csv_version: str) -> None:
    wanted = {unit.id: [file.prefix for file in unit.files] for unit in standard().edition(csv_version).units}
    sets = (planning_set, service_set, prevention_set, prevention_service_set)
    units = [unit for units_of in sets for unit in units_of(csv_version)]
    for unit in units:
        assert [draft.prefix for draft in unit.drafts] == wanted[unit.id]
        assert len({(draft.serial, draft.route) for draft in unit.drafts}) == 1
    assert len({unit.serial for unit in units}) == len(units)


def test_the_equipment_office_gets_only_its_own_user() -> None:
    for path, data in VALID.items():
        if "3579900139" in path:
            assert b"0000000101" not in data


def test_expectations_name_a_file_that_is_there() -> None:
    for path in SAMPLES.glob("faulty/*/expected.yaml"):
        expected = yaml.safe_load(path.read_text(encoding="utf-8"))
        # A member of an archive is named behind the archive.
        assert (path.parent / expected["file"].split("/")[0]).exists()
        assert set(expected) <= {"rule", "severity", "file", "record", "line", "item_no", "also"}
        assert path.parent.name.startswith(f"{expected['rule']}-")
        assert all(companion["reason"].endswith("。") for companion in expected.get("also", []))

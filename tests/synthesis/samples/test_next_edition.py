"""Samples, faults and worlds of an edition that was added as YAML alone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from long_proofs import long
from made_standards import LIKE, NEXT

from careplan_csv.checker import check
from careplan_csv.findings import Severity
from careplan_csv.reading.sources import collect
from careplan_csv.results import CheckResult
from careplan_csv.standard import standard
from careplan_csv.synthesis.faults.examples import shown
from careplan_csv.synthesis.faults.fault import edition, make
from careplan_csv.synthesis.faults.fault_list import FAULTS
from careplan_csv.synthesis.faults.item_faults import item_faults
from careplan_csv.synthesis.samples.sample_files import valid_files
from careplan_csv.synthesis.world.generator import generate

pytestmark = pytest.mark.usefixtures("next_edition")


def checked(files: Mapping[str, bytes], folder: Path) -> CheckResult:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return check(collect([str(folder)]))


def above_information(result: CheckResult) -> list[str]:
    return [f"{f.file} {f.rule} {f.message}" for f in result.findings if f.severity is not Severity.INFO]


@pytest.mark.parametrize("folder", ["planning", "service", "prevention", "prevention_service"])
def test_its_valid_samples_have_no_finding(folder: str, tmp_path: Path) -> None:
    start = f"valid/{NEXT}/{folder}/"
    files = {name.removeprefix(start): data for name, data in valid_files().items() if name.startswith(start)}
    assert any(name.split("_")[1] == NEXT for name in files)
    assert above_information(checked(files, tmp_path)) == []


def test_the_samples_of_the_other_editions_stay_as_they_are() -> None:
    committed = Path(__file__).parents[3] / "sample_data"
    others = {name: data for name, data in valid_files().items() if not name.startswith(f"valid/{NEXT}/")}
    assert any(name.startswith(f"valid/{LIKE}/") for name in others)
    assert all((committed / name).read_bytes() == data for name, data in others.items())


@pytest.mark.parametrize("every", [5, long(1)])
def test_its_faults_are_found_and_nothing_else(tmp_path: Path, every: int) -> None:
    assert edition().csv_version == NEXT
    for fault in [*FAULTS[::every], *item_faults()[:: 20 * every]]:
        made = make(fault)
        folder = tmp_path / fault.folder
        found = {finding.rule for finding in checked(made.files, folder).findings}
        assert fault.rule in found, fault.folder
        assert found <= {fault.rule, *fault.also}, fault.folder


def test_the_example_of_a_version_names_the_versions_and_months_of_the_edition() -> None:
    example = shown("R513")
    assert example
    assert (example.bad, example.good) == (
        "2027年3月分（202703）を、CSVバージョン 202704 で出力",
        "2027年3月分（202703）を、CSVバージョン 202407 で出力",
    )


def test_its_world_has_no_finding(tmp_path: Path) -> None:
    units = generate(60, ["202704", "202705"], offices=4, seed=9, edition=NEXT, hardness=30)
    files = {name: data for unit in units for name, data in unit.files().items()}
    assert above_information(checked(files, tmp_path)) == []


def test_a_world_of_months_in_which_it_does_not_apply_is_refused() -> None:
    with pytest.raises(ValueError, match="does not apply"):
        generate(10, ["202703"], edition=NEXT)
    assert list(generate(10, ["202703"], edition=LIKE))
    assert standard().newest.csv_version == NEXT

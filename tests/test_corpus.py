"""The samples: valid ones give no finding above information, faulty ones exactly their rule."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from careplan_csv.checker import check
from careplan_csv.checks import RULES
from careplan_csv.findings import Severity
from careplan_csv.reading.sources import collect
from careplan_csv.results import CheckResult, Status
from careplan_csv.synthesis.samples.sample_files import sample_files

SAMPLES = Path(__file__).parent.parent / "sample_data"
VALID = sorted(path for path in SAMPLES.glob("valid/*/*") if path.is_dir())
FAULTY = sorted(path for path in SAMPLES.glob("faulty/*") if path.is_dir())

NEED_A_FILE_OF_ONE_S_OWN = {"R518"}
"""Rules that do nothing until a person gives a file that is not shipped; tests of their own show each fault."""


def checked(folder: Path) -> CheckResult:
    return check(collect([str(folder)]))


@pytest.mark.parametrize("folder", VALID, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_valid_samples_have_no_finding_above_information(folder: Path) -> None:
    result = checked(folder)
    assert [f"{f.rule} {f.message}" for f in result.findings if f.severity is not Severity.INFO] == []
    assert result.verdict is Status.CONFORMANT
    assert all(unit.status is Status.CONFORMANT for unit in result.units)
    assert not any(report.skipped_checks for report in result.inputs)


@pytest.mark.parametrize("folder", FAULTY, ids=lambda path: path.name)
def test_faulty_samples_have_their_fault_and_no_other_error(folder: Path) -> None:
    expected = yaml.safe_load((folder / "expected.yaml").read_text(encoding="utf-8"))
    result = checked(folder)
    found = [
        f
        for f in result.findings
        if f.rule == expected["rule"]
        and f.severity == expected["severity"]
        and f.file == f"{folder.name}/{expected['file']}"
    ]
    assert found, [f"{f.severity} {f.rule} {f.message}" for f in result.findings]
    if "record" in expected:
        assert expected["record"] in [example.record for f in found for example in f.examples]
    if "item_no" in expected:
        assert expected["item_no"] in [f.item_no for f in found]
    companions = {entry["rule"] for entry in expected.get("also", [])}
    others = [f for f in result.findings if f.rule not in {expected["rule"], *companions}]
    assert [f"{f.severity} {f.rule} {f.message}" for f in others] == []


def test_every_rule_has_a_faulty_sample() -> None:
    shown = {folder.name.split("-")[0] for folder in FAULTY}
    on_files = {rule_id for rule_id in RULES if rule_id[0] not in "HW"}
    assert on_files - NEED_A_FILE_OF_ONE_S_OWN == shown


def test_the_samples_are_what_the_script_writes() -> None:
    written = {
        path.relative_to(SAMPLES).as_posix(): path.read_bytes()
        for part in ("valid", "faulty")
        for path in (SAMPLES / part).rglob("*")
        if path.is_file()
    }
    assert written == sample_files()

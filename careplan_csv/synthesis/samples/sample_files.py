"""The files of sample_data/.

`valid/EDITION/{planning,service,prevention,prevention_service}/` has the units of each kind of office;
`faulty/RULE-name/` has one transmission unit with one fault, and the expected finding in `expected.yaml`.
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Sequence
from pathlib import Path

import yaml

from careplan_csv.standard import standard
from careplan_csv.synthesis.faults.fault import Fault, FaultyUnit, make
from careplan_csv.synthesis.faults.fault_list import FAULTS
from careplan_csv.synthesis.samples.sample_units import (
    planning_set,
    prevention_service_set,
    prevention_set,
    service_set,
)


def sample_files() -> dict[str, bytes]:
    """Path with slashes -> bytes, for all files of sample_data/."""
    return {**valid_files(), **faulty_files()}


def valid_files() -> dict[str, bytes]:
    """Path -> bytes, for the files of `valid/`."""
    return {
        f"valid/{csv_version}/{folder}/{name}": data
        for csv_version in standard().editions
        for folder, units in (
            ("planning", planning_set),
            ("service", service_set),
            ("prevention", prevention_set),
            ("prevention_service", prevention_service_set),
        )
        for unit in units(csv_version)
        for name, data in unit.files().items()
    }


def faulty_files() -> dict[str, bytes]:
    """Path -> bytes, for the files of `faulty/`."""
    files: dict[str, bytes] = {}
    for fault in FAULTS:
        made = make(fault)
        for name, data in made.files.items():
            files[f"faulty/{fault.folder}/{name}"] = data
        files[f"faulty/{fault.folder}/expected.yaml"] = _expected(fault, made).encode("utf-8")
    return files


def _expected(fault: Fault, made: FaultyUnit) -> str:
    """The expected finding, and other rules that necessarily break too, as YAML."""
    expected: dict[str, object] = {"rule": fault.rule, "severity": fault.severity, "file": made.file}
    places = {"record": fault.record, "line": made.line, "item_no": fault.item}
    expected |= {key: place for key, place in places.items() if place is not None}
    if fault.also:
        expected["also"] = [{"rule": rule, "reason": reason} for rule, reason in fault.also.items()]
    return yaml.safe_dump(expected, allow_unicode=True, sort_keys=False, width=200)


def write_samples(out: Path) -> None:
    """Write the samples into `out` and remove older ones."""
    files = sample_files()  # before anything is removed: a fault of ours must not leave the folder empty
    for part in ("valid", "faulty"):
        shutil.rmtree(out / part, ignore_errors=True)
    for name, data in files.items():
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        description="見本のファイル（正しいものと、誤りを1つ含むもの）を作り直す"
    )
    parser.add_argument("folder", nargs="?", type=Path, default=Path("sample_data"), help="書き出し先")
    parser.add_argument("--out", type=Path, help="書き出し先（folder と同じ）")
    chosen = parser.parse_args(arguments)
    write_samples(chosen.out or chosen.folder)

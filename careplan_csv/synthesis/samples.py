"""Writes sample_data/: `python -m careplan_csv.synthesis.samples [folder]`.

`valid/EDITION/{planning,service}/` holds what each kind of office sends; `faulty/RULE-name/` one
transmission unit with one fault, and what must be found in `expected.yaml`.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import yaml

from careplan_csv.standard import standard
from careplan_csv.synthesis.faults import FAULTS, Fault, make
from careplan_csv.synthesis.sets import planning_set, service_set


def sample_files() -> dict[str, bytes]:
    """Every file of sample_data/, by its path with slashes."""
    files: dict[str, bytes] = {}
    for csv_version in standard().editions:
        for folder, drafts in (
            ("planning", planning_set(csv_version)),
            ("service", service_set(csv_version)),
        ):
            for draft in drafts:
                files[f"valid/{csv_version}/{folder}/{draft.name}"] = draft.data()
    for fault in FAULTS:
        made = make(fault)
        for name, data in made.files.items():
            files[f"faulty/{fault.folder}/{name}"] = data
        files[f"faulty/{fault.folder}/expected.yaml"] = _expected(fault, made.file).encode("utf-8")
    return files


def _expected(fault: Fault, file: str) -> str:
    """What must be found, and which companions cannot be avoided."""
    expected: dict[str, object] = {"rule": fault.rule, "severity": fault.severity, "file": file}
    if fault.record:
        expected["record"] = fault.record
    if fault.item:
        expected["item_no"] = fault.item
    if fault.also:
        expected["also"] = [{"rule": rule, "reason": reason} for rule, reason in fault.also.items()]
    return yaml.safe_dump(expected, allow_unicode=True, sort_keys=False, width=200)


def main() -> None:
    out = Path(sys.argv[1] if len(sys.argv) > 1 else "sample_data")
    for part in ("valid", "faulty"):
        shutil.rmtree(out / part, ignore_errors=True)
    for name, data in sample_files().items():
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


if __name__ == "__main__":
    main()

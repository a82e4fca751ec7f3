"""Every fault changes its unit, and nothing else than it says."""

from __future__ import annotations

import pytest

from careplan_csv.standard import Requirement
from careplan_csv.synthesis.faults.fault import BASES, Fault, edition, layout, make
from careplan_csv.synthesis.faults.fault_list import FAULTS
from careplan_csv.synthesis.faults.item_faults import item_faults

SHOWN_BY_ITS_BASE = {"R513"}
"""Rules for which the base is the fault: the month before the version applies."""

AGREED = (
    *(f"N{n}" for n in range(101, 111)),
    *(f"E{n}" for n in range(201, 207)),
    *(f"C{n}" for n in range(301, 310)),
    *(f"F{n}" for n in range(401, 422)),
    *("R501", "R502", "R504", "R510", "R513", "T601", "T602", "T603"),
    *(f"B{n}" for n in range(701, 705)),
)


def test_every_agreed_rule_has_a_fault() -> None:
    assert set(AGREED) <= {fault.rule for fault in FAULTS}


IN_ONE_FILE = [fault for fault in FAULTS if not (fault.everywhere or fault.files)]
"""The others are about the whole unit."""


def test_folders_are_distinct() -> None:
    folders = [fault.folder for fault in FAULTS]
    assert len(set(folders)) == len(folders)
    assert all(folder.isascii() for folder in folders)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.folder)
def test_a_fault_changes_something(fault: Fault) -> None:
    made = make(fault)
    assert made.file.split("/")[0] in made.files
    if fault.rule not in SHOWN_BY_ITS_BASE:
        assert made.files != BASES[fault.base]().files()


@pytest.mark.parametrize("fault", IN_ONE_FILE, ids=lambda fault: fault.folder)
def test_a_fault_leaves_the_other_files_alone(fault: Fault) -> None:
    made, base = make(fault), BASES[fault.base]().files()
    others = {name: data for name, data in made.files.items() if name != made.file}
    assert others == {name: data for name, data in base.items() if name in others}
    assert len(made.files) == len(base)


def test_the_line_counts_line_breaks_in_texts() -> None:
    fault = next(fault for fault in FAULTS if fault.folder == "F405-era-notation")
    assert make(fault).line == 1


def test_every_item_of_every_file_has_its_faults() -> None:
    faults = item_faults()
    assert len({(fault.rule, fault.folder) for fault in faults}) == len(faults)
    wanted = {
        (prefix, item.no)
        for prefix in edition().prefixes
        for item in layout(prefix).items
        if item.format != "text" or item.required is Requirement.REQUIRED
    }
    assert {(fault.prefix, fault.item) for fault in faults} == wanted

"""Every defect of the reference software is named in the right cell, and in no other."""

from __future__ import annotations

from pathlib import Path

import pytest
from in_process import kit_for, tried
from long_proofs import some

from careplan_csv.conformance.kit.kit_model import Aspect
from careplan_csv.reference import defects
from careplan_csv.results import Status
from careplan_csv.standard import Direction

A = Aspect
TAKEN_IN = {A.IMPORT, A.TEXTS}

SERVICE = ("mhlw-4.1", "service", "202407")
PLANNING = ("yamaguchi-r6", "planning", "202407")

# Rows of mhlw-4.1: ① ② ③ ④ ⑤ 補足・第1表・その削除・第2表・第3表, ⑥ 補足, ⑦ ⑧ 第6表・その削除, ⑨ ⑩ 実績, ⑪ 第7表.
MATRIX: dict[str, tuple[set[str], set[str], set[Aspect]]] = {
    "drop-table-3": ({"⑤ H803"}, set(), TAKEN_IN),
    "drop-table-7": ({"⑪ H803"}, set(), TAKEN_IN),
    "drop-supplement": ({"⑥ H803"}, set(), TAKEN_IN),
    "no-third-office-records": ({"⑦ H803"}, set(), TAKEN_IN),
    "truncate-256": ({"② H804"}, set(), TAKEN_IN),
    "strip-line-breaks": ({"② H804", "④ H804", "⑤ H804"}, set(), TAKEN_IN),
    "full-width-kana": ({"① H804", "② H804", "④ H804", "⑤ H804", "⑥ H804"}, set(), TAKEN_IN),
    "shift-jis": ({"① H804", "② H804", "④ H804", "⑤ H804", "⑥ H804"}, set(), TAKEN_IN),
    "swap-creation-date": (
        {"② H804", "③ H806", "④ H804", "⑤ H804", "⑦ H804"},
        {"⑨ H802"},
        TAKEN_IN | {A.DELETION},
    ),
    "move-times": ({"⑦ H804"}, set(), TAKEN_IN),
    "merge-satellites": ({"⑦ H804", "⑪ H804"}, set(), TAKEN_IN),
    "skip-tais": ({"⑦ H804", "⑪ H804"}, set(), TAKEN_IN),
    "ignore-corrections": ({"② H806", "④ H806", "⑦ H806"}, set(), {A.REPLACEMENT}),
    "file-date-order": ({"② H806", "④ H806", "⑦ H806"}, set(), {A.ORDER}),
    "duplicate-on-reimport": (
        {f"{letter} H806" for letter in "①②④⑤⑥⑦⑪"},
        set(),
        {A.REPEAT},
    ),
    "ignore-deletions": ({"③ H806", "⑧ H806"}, set(), {A.DELETION}),
    "take-foreign": ({f"{letter} H805" for letter in "①②④⑤⑥⑦⑪"}, set(), {A.FOREIGN}),
    "accept-faulty": ({f"{letter} H805" for letter in "①②④⑤⑥⑦⑪"}, set(), {A.FAULTY}),
    "write-bom": (set(), {"⑨ H802", "⑩ H802"}, set()),
    "header-record": (set(), {"⑨ H802", "⑩ H802"}, set()),
    "unquoted-export": (set(), {"⑨ H802"}, set()),
}
"""Defect -> import cells with their rule, export cells with theirs, and the aspects that fail, for service offices."""

IN_SUITE = (
    "drop-table-3",
    "truncate-256",
    "ignore-corrections",
    "file-date-order",
    "duplicate-on-reimport",
    "ignore-deletions",
    "take-foreign",
    "accept-faulty",
    "write-bom",
)
"""A defect of every kind: rules H802 to H806, each aspect that can fail, and exports; the others are longer proofs."""

WIDER = {"lose-leading-zeros"}
"""A key without its zeros affects nearly every cell; its message has a separate test."""


def faulty_cells(which: tuple[str, str, str], defect: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[set[str], set[str], set[Aspect]]:  # fmt: skip
    harness, assessment = tried(kit_for(*which), f"reference:{defect}", folder / "run", monkeypatch)
    wrong = [cell for cell in assessment.requirements if cell.result is Status.NONCONFORMANT]
    return (
        {f"{cell.letter} {cell.rule}" for cell in wrong if cell.direction is Direction.IMPORT},
        {f"{cell.letter} {cell.rule}" for cell in wrong if cell.direction is Direction.EXPORT},
        {cell.aspect for cell in harness.aspects if cell.result is Status.NONCONFORMANT},
    )


def test_the_matrix_knows_every_defect() -> None:
    assert set(MATRIX) | WIDER == set(defects())
    assert len(defects()) >= 15


@pytest.mark.parametrize("defect", some(MATRIX, IN_SUITE))
def test_a_defect_is_named_in_its_cells(defect: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert faulty_cells(SERVICE, defect, tmp_path, monkeypatch) == MATRIX[defect]


def test_lost_zeros_are_called_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    harness, _ = tried(kit_for(*SERVICE), "reference:lose-leading-zeros", tmp_path / "run", monkeypatch)
    said = [ways for _, table in harness.tables for ways in table.general.lost_items.get("被保険者番号", [])]
    assert said
    assert all(way.startswith("先頭の 0 が失われた") for way in said)


PLANNING_MATRIX: dict[str, tuple[set[str], set[str], set[Aspect]]] = {
    "move-times": ({"G H804"}, set(), {A.IMPORT}),
    "merge-satellites": ({"G H804"}, set(), {A.IMPORT}),
    "skip-tais": ({"G H804"}, set(), {A.IMPORT}),
    "ignore-corrections": ({"G H806"}, set(), {A.REPLACEMENT}),
    "file-date-order": ({"G H806"}, set(), {A.ORDER}),
    "duplicate-on-reimport": ({"G H806"}, set(), {A.REPEAT}),
    "ignore-deletions": ({"H H806"}, set(), {A.DELETION}),
    "take-foreign": ({"G H805"}, set(), {A.FOREIGN}),
    "accept-faulty": ({"G H805"}, set(), {A.FAULTY}),
    "header-record": (set(), {f"{letter} H802" for letter in ("A", "B-1", "B-2", "C", "D", "E", "F", "I")}, set()),
}  # fmt: skip
"""The same for planning offices, which take in results alone."""


@pytest.mark.parametrize("defect", some(PLANNING_MATRIX, ("move-times", "accept-faulty", "header-record")))
def test_a_defect_of_a_planning_software_is_named(
    defect: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert faulty_cells(PLANNING, defect, tmp_path, monkeypatch) == PLANNING_MATRIX[defect]

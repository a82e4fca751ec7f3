"""The profile of 介護予防: rows that stand for several files."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_results import cell, judged, report, result

from careplan_csv.checker import check
from careplan_csv.reading.sources import collect
from careplan_csv.results import Status
from careplan_csv.standard import Direction, Need

SAMPLES = Path(__file__).parents[3] / "sample_data" / "valid" / "202407"
PROFILE = "mhlw-4.1-yobo"
MONTH = "202504"
FILES = {
    "UPKIHON": "",
    "UPKIHON_SUB1": "",
    "UPKIHON_SUB2": "",
    "UPYOBO": "",
    "UPYOBO_SUB": "",
    "UPPLAN": MONTH,
    "UPSIKYU": MONTH,
    "UPHOSOKU": MONTH,
}


@pytest.mark.parametrize("office", ["community", "地域包括支援センター等"])
def test_all_files_of_a_row_make_it_conformant(office: str) -> None:
    check = result(*(report(kind, month) for kind, month in FILES.items()))
    assessment = judged(check, profile=PROFILE, office=office)
    found = {letter: cell(assessment, f"予{letter}") for letter in "①③⑤⑥⑩"}
    assert {entry.result for entry in found.values()} == {Status.CONFORMANT}
    assert found["①"].files == 3
    assert found["③"].files == 2
    # Its imports are not known from files.
    assert assessment.verdict is Status.UNVERIFIED
    assert assessment.notes == ()


@pytest.mark.parametrize(("letter", "absent"), [("予①", "UPKIHON_SUB2"), ("予③", "UPYOBO_SUB")])
def test_an_absent_annex_makes_its_row_nonconformant(letter: str, absent: str) -> None:
    check = result(*(report(kind, month) for kind, month in FILES.items() if kind != absent))
    found = cell(judged(check, profile=PROFILE, office="entrusted"), letter)
    assert found.result is Status.NONCONFORMANT
    assert found.reason == f"{absent} のファイルがありません。"


def test_a_prevention_service_needs_results_only() -> None:
    assessment = judged(result(report("UPJSK", MONTH)), profile=PROFILE, office="prevention")
    assert cell(assessment, "予⑧").result is Status.CONFORMANT
    assert cell(assessment, "予①").result is Status.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("office", "folder"),
    [("community", "prevention"), ("prevention", "prevention_service")],
)
def test_the_samples_show_every_export(office: str, folder: str) -> None:
    assessment = judged(check(collect([str(SAMPLES / folder)])), profile=PROFILE, office=office)
    exports = {
        entry.letter: entry.result
        for entry in assessment.requirements
        if entry.direction is Direction.EXPORT and entry.need is not Need.NONE
    }
    assert set(exports.values()) == {Status.CONFORMANT}


def test_what_the_centre_sent_proves_nothing_of_an_entrusted_office() -> None:
    assessment = judged(check(collect([str(SAMPLES / "prevention")])), profile=PROFILE, office="entrusted")
    required = [cell for cell in assessment.required if cell.direction is Direction.EXPORT]
    assert {cell.result for cell in required} == {Status.NONCONFORMANT}
    assert any("ファイルの送信元は地域包括支援センター等です" in note for note in assessment.notes)

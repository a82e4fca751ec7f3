"""Cells and verdicts, decided from hand-made results."""

from __future__ import annotations

import pytest
from made_results import cell, finding, judged, planning_exports, report, result

from careplan_csv.checks import RULES
from careplan_csv.conformance.declaration.vendor import Declaration, Vendor
from careplan_csv.conformance.requirements.cell_evidence import CellEvidence
from careplan_csv.findings import Severity
from careplan_csv.results import Evidence, Status
from careplan_csv.standard import Direction, Need

DECLARED = Vendor(declared={"G": Declaration(True)})


def test_sound_file_of_the_profile_s_edition_is_conformant() -> None:
    found = cell(judged(result(report("UPPLAN", "202504", records=68))), "E")
    assert (found.result, found.evidence) == (Status.CONFORMANT, Evidence.MACHINE)
    assert (found.files, found.records, found.reason) == (1, 68, "")
    assert (found.file, found.office_type, found.need) == ("UPPLAN(YYYYMM)", "planning", Need.REQUIRED)


def test_every_cell_of_the_office_type_is_there_once() -> None:
    assessment = judged(result(*planning_exports()))
    assert len(assessment.requirements) == 20
    assert len({(r.letter, r.direction) for r in assessment.requirements}) == 20


def test_the_month_in_the_name_distinguishes_the_two_supplements() -> None:
    assessment = judged(result(report("UPHOSOKU", "000000")))
    assert cell(assessment, "A").result is Status.CONFORMANT
    assert cell(assessment, "D").result is Status.NONCONFORMANT


@pytest.mark.parametrize("rule", ["F401", "B701"])
def test_error_in_or_about_a_file_makes_its_cell_nonconformant(rule: str) -> None:
    plan = report("UPPLAN", "202504")
    other = report("UPPLAN", "202505")
    found = cell(judged(result(plan, other, findings=(finding(plan.file, rule),))), "E")
    assert (found.result, found.evidence, found.files) == (Status.NONCONFORMANT, Evidence.MACHINE, 2)
    assert found.reason == (
        f"2個のうち 1個のファイルに誤りがあります。{plan.file}（規則 {rule}「{RULES[rule].title}」、2か所）: 内容。 直し方: 直す。"
    )


def test_warnings_do_not_count() -> None:
    plan = report("UPPLAN", "202504")
    check = result(plan, findings=(finding(plan.file, severity=Severity.WARNING),))
    assert cell(judged(check), "E").result is Status.CONFORMANT


def test_absent_required_export_is_nonconformant_when_other_files_were_examined() -> None:
    found = cell(judged(result(report("UP1KYO"))), "E")
    assert (found.result, found.files) == (Status.NONCONFORMANT, 0)
    assert found.reason == "ファイルがありません。"


def test_an_absent_file_can_be_the_one_with_an_unknown_name() -> None:
    assert (
        "名前が規約に合わないファイルが 1個"
        in cell(judged(result(report(None, file="plan.CSV"))), "E").reason
    )


def test_nothing_examined_is_unverified() -> None:
    for check in (
        result(),
        result(report(None, file="x.CSV", status=Status.UNVERIFIED, problem="読めません。")),
    ):
        assessment = judged(check)
        assert cell(assessment, "E").result is Status.UNVERIFIED
        assert assessment.verdict is Status.UNVERIFIED


def test_absent_optional_export_hinders_nothing() -> None:
    assessment = judged(result(*planning_exports()), vendor=DECLARED)
    found = cell(assessment, "F")
    assert (found.result, found.evidence, found.need) == (Status.UNVERIFIED, Evidence.NONE, Need.OPTIONAL)
    assert "影響しません" in found.reason
    assert assessment.verdict is Status.CONFORMANT


def test_a_faulty_optional_export_is_reported_without_changing_the_verdict() -> None:
    deletion = report("DLTPLAN", "202504")
    check = result(*planning_exports(), deletion, findings=(finding(deletion.file),))
    assessment = judged(check, vendor=DECLARED)
    assert cell(assessment, "F").result is Status.NONCONFORMANT
    assert assessment.verdict is Status.CONFORMANT
    assert any("任意のファイル F に誤り" in note for note in assessment.notes)


def test_file_of_an_older_edition_does_not_count() -> None:
    assessment = judged(
        result(*planning_exports(without="UPPLAN"), report("UPPLAN", "202504", version="202208"))
    )
    found = cell(assessment, "E")
    assert (found.result, found.files) == (Status.NONCONFORMANT, 0)
    assert found.reason == "CSVバージョン 202208 のファイルだけがあり、202407 のファイルがありません。"
    assert "CSVバージョン 202208 のファイル 1個は、判定に含めていません。" in assessment.notes


def test_older_file_beside_a_new_one_harms_nothing() -> None:
    old = report("UPPLAN", "202503", version="202208")
    check = result(old, report("UPPLAN", "202504"), findings=(finding(old.file),))
    found = cell(judged(check), "E")
    assert (found.result, found.files) == (Status.CONFORMANT, 1)


def test_version_that_is_a_mistake_counts_and_is_faulty() -> None:
    plan = report("UPPLAN", "202504", version="202410", status=Status.NONCONFORMANT)
    assert cell(judged(result(plan)), "E").result is Status.NONCONFORMANT


@pytest.mark.parametrize(
    "changes",
    [{"skipped": ("途中までです。",)}, {"status": Status.UNVERIFIED}, {"version": None}],
    ids=["skipped checks", "not examined to the end", "no version"],
)
def test_file_not_examined_to_the_end_is_no_pass(changes: dict[str, object]) -> None:
    found = cell(judged(result(report("UPPLAN", "202504", **changes))), "E")  # type: ignore[arg-type]
    assert (found.result, found.evidence) == (Status.UNVERIFIED, Evidence.NONE)


def test_unreadable_file_with_the_name_of_a_required_one_is_not_called_absent() -> None:
    name = report("UPPLAN", "202504").file
    unread = report(None, file=f"export/{name}", status=Status.UNVERIFIED, problem="開けません。")
    assessment = judged(result(report("UP1KYO"), unread))
    assert cell(assessment, "E").result is Status.UNVERIFIED
    assert cell(assessment, "I").result is Status.NONCONFORMANT
    assert any("調べられなかったファイルが 1個" in note for note in assessment.notes)


def test_archive_that_could_not_be_opened_may_hold_anything() -> None:
    closed = report(None, file="export.zip", status=Status.UNVERIFIED, problem="暗号化されています。")
    assert cell(judged(result(report("UP1KYO"), closed)), "E").result is Status.UNVERIFIED


def test_import_stays_unverified_without_evidence() -> None:
    found = cell(judged(result(*planning_exports())), "G", Direction.IMPORT)
    assert (found.result, found.evidence) == (Status.UNVERIFIED, Evidence.NONE)
    assert "出力されたファイルからは分かりません" in found.reason


def test_declared_import_is_conformant_and_shown_as_declared() -> None:
    vendor = Vendor(declared={"G": Declaration(True, "社内で確認")})
    assessment = judged(result(*planning_exports()), vendor=vendor)
    found = cell(assessment, "G", Direction.IMPORT)
    assert (found.result, found.evidence) == (Status.CONFORMANT, Evidence.DECLARED)
    assert assessment.verdict is Status.CONFORMANT
    assert assessment.verdict_label == "適合（自己申告を含む）"
    assert any("社内で確認" in note for note in assessment.notes)


def test_import_declared_as_impossible_is_nonconformant() -> None:
    assessment = judged(result(*planning_exports()), vendor=Vendor(declared={"G": Declaration(False)}))
    assert assessment.verdict is Status.NONCONFORMANT
    assert "取り込めません" in assessment.reasons[0]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (CellEvidence(Status.NONCONFORMANT, Evidence.MACHINE, "失われます。"), Status.NONCONFORMANT),
        (CellEvidence(Status.CONFORMANT, Evidence.MACHINE), Status.CONFORMANT),
        (CellEvidence(Status.UNVERIFIED, Evidence.NONE, "途中で止まりました。"), Status.CONFORMANT),
    ],
)
def test_import_that_was_tried_outweighs_the_declaration(given: CellEvidence, expected: Status) -> None:
    assessment = judged(
        result(*planning_exports()), vendor=DECLARED, evidence={("G", Direction.IMPORT): given}
    )
    assert cell(assessment, "G", Direction.IMPORT).result is expected


def test_evidence_makes_an_import_conformant_by_machine() -> None:
    proof = CellEvidence(Status.CONFORMANT, Evidence.MACHINE, "", 2, 25)
    assessment = judged(result(*planning_exports()), evidence={("G", Direction.IMPORT): proof})
    assert assessment.verdict is Status.CONFORMANT
    assert assessment.verdict_label == "適合"
    assert cell(assessment, "G", Direction.IMPORT).records == 25


def test_evidence_on_an_export_can_only_make_it_worse() -> None:
    worse = CellEvidence(Status.NONCONFORMANT, Evidence.MACHINE, "違います。")
    better = CellEvidence(Status.CONFORMANT, Evidence.DECLARED)
    exports = {("E", Direction.EXPORT): worse, ("I", Direction.EXPORT): better}
    assessment = judged(result(*planning_exports(without="UPSIKYU")), evidence=exports)
    assert cell(assessment, "E").reason == "違います。"
    assert cell(assessment, "I").result is Status.NONCONFORMANT


def test_cells_that_are_not_needed_are_not_applicable() -> None:
    assessment = judged(result(*planning_exports()), vendor=Vendor(declared={"A": Declaration(True)}))
    found = cell(assessment, "A", Direction.IMPORT)
    assert (found.result, found.printed, found.reason) == (Status.NOT_APPLICABLE, "－", "")


def test_nonconformant_outweighs_unverified() -> None:
    assessment = judged(result(*planning_exports(without="UPPLAN")))
    assert assessment.verdict is Status.NONCONFORMANT
    assert [reason.split("です。")[0] for reason in assessment.reasons] == [
        "E（第6表（サービス利用票）予定）の出力は不適合",
        "G（第6表実績情報）の取込は未確認",
    ]


def test_equal_reasons_are_reported_once() -> None:
    assessment = judged(result(report("UPJSK", "202504")), office="service")
    assert len(assessment.reasons) == 1
    assert assessment.reasons[0].startswith("A、B-1、C、D、E、Iの取込は未確認です。")


def test_profile_decides_whether_the_third_form_is_required() -> None:
    exports = result(*planning_exports(without="UP3KYO"))
    assert judged(exports, vendor=DECLARED).verdict is Status.CONFORMANT
    mhlw = judged(exports, profile="mhlw-4.1", vendor=Vendor(declared={"⑨": Declaration(True)}))
    assert mhlw.verdict is Status.NONCONFORMANT
    assert "⑤" in mhlw.reasons[0]


def test_files_outside_the_table_are_named_and_left_aside() -> None:
    third = report("UP3KYO")
    exports = [*planning_exports(without="UP3KYO"), third]
    assessment = judged(result(*exports, findings=(finding(third.file),)), vendor=DECLARED)
    assert assessment.verdict is Status.CONFORMANT
    assert any("求められていないファイル 1個" in note and "1個に誤り" in note for note in assessment.notes)

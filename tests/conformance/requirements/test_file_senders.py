"""Whose files prove an export: the office type's by the kinds in the names, and the applicant's (A08)."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_results import cell, finding, judged, planning_exports, report, result

from careplan_csv.cli import run
from careplan_csv.conformance.declaration.vendor import Applicant, Vendor
from careplan_csv.results import Status
from careplan_csv.standard import Direction

PLANNER, SERVICE, STRANGER = "3579900014", "3579900113", "3579900220"
MONTH = "202504"
SAMPLES = Path(__file__).parents[3] / "sample_data/valid/202407"


def applicant(number: str) -> Vendor:
    return Vendor(applicant=Applicant(office_number=number))


def test_plan_files_of_a_service_office_prove_nothing_for_a_planning_office() -> None:
    files = [report("UP1KYO", sender=(SERVICE, "11"), receiver=(PLANNER, "43"))]
    found = cell(judged(result(*files)), "B-1")
    assert found.result is Status.NONCONFORMANT
    assert "居宅介護支援事業所が送信元のファイルがありません" in found.reason
    files.append(report("UP1KYO", file="other.CSV", sender=(PLANNER, "43"), receiver=(SERVICE, "11")))
    found = cell(judged(result(*files)), "B-1")
    assert (found.result, found.files) == (Status.CONFORMANT, 1)


@pytest.mark.parametrize("kind", ["46", "AF"])
def test_schedules_of_prevention_support_prove_nothing_for_a_planning_office(kind: str) -> None:
    schedule = report("UPPLAN", MONTH, sender=(PLANNER, kind), receiver=(SERVICE, "63"))
    assert cell(judged(result(schedule)), "E").result is Status.NONCONFORMANT
    prevention = judged(result(schedule), profile="mhlw-4.1-yobo", office="community")
    assert cell(prevention, "予⑥").result is Status.CONFORMANT


@pytest.mark.parametrize("sender", ["11", "15", "2A", "77"])
def test_results_of_any_service_count(sender: str) -> None:
    results = report("UPJSK", MONTH, sender=(SERVICE, sender), receiver=(PLANNER, "43"))
    assert cell(judged(result(results), office="service"), "G").result is Status.CONFORMANT


def test_results_in_the_direction_of_the_example_count() -> None:
    """The standard's own example of a name has the kinds of sender and receiver exchanged (A08)."""
    results = report("UPJSK", MONTH, sender=(PLANNER, "43"), receiver=(SERVICE, "11"))
    assert cell(judged(result(results), office="service"), "G").result is Status.CONFORMANT
    backwards = report("DLTJSK", MONTH, sender=(PLANNER, "43"), receiver=(SERVICE, "11"))
    assert cell(judged(result(backwards), office="service"), "H").result is not Status.CONFORMANT


def test_results_of_care_benefits_prove_nothing_for_prevention() -> None:
    results = report("UPJSK", MONTH, sender=(SERVICE, "11"), receiver=(PLANNER, "43"))
    assessment = judged(result(results), profile="mhlw-4.1-yobo", office="prevention")
    assert cell(assessment, "予⑧").result is Status.NONCONFORMANT
    for kind in ("62", "66", "A2", "A6", "AF"):
        own = report("UPJSK", MONTH, sender=(SERVICE, kind), receiver=(PLANNER, "46"))
        found = cell(judged(result(own), profile="mhlw-4.1-yobo", office="prevention"), "予⑧")
        assert (found.result is Status.CONFORMANT) is (kind != "AF")


def test_names_without_kinds_count_for_every_office_type() -> None:
    """Names of 202208 and invalid names do not contradict the office type."""
    assert cell(judged(result(report("UP1KYO", sender=(PLANNER, "")))), "B-1").result is Status.CONFORMANT


def test_a_wrong_office_type_is_reported() -> None:
    results = report("UPJSK", MONTH, sender=(SERVICE, "11"), receiver=(PLANNER, "43"))
    (note,) = [note for note in judged(result(results)).notes if "種類の指定" in note]
    assert note.startswith("ファイルの送信元は居宅サービス事業所です。")
    plan = report("UPPLAN", MONTH, sender=(PLANNER, "46"), receiver=(SERVICE, "63"))
    (note,) = [note for note in judged(result(plan)).notes if "種類の指定" in note]
    assert "46（介護予防支援）" in note
    right = report("UPPLAN", MONTH, sender=(PLANNER, "43"), receiver=(SERVICE, "11"))
    assert not [note for note in judged(result(right, results)).notes if "種類の指定" in note]


def test_only_the_applicants_own_files_are_judged_where_there_are_any() -> None:
    own = report("UPPLAN", MONTH, sender=(PLANNER, "43"), receiver=(SERVICE, "11"))
    other = report("UPPLAN", MONTH, file="other.CSV", sender=(STRANGER, "43"), receiver=(SERVICE, "11"))
    check = result(own, other, findings=(finding(other.file),))
    assert cell(judged(check), "E").result is Status.NONCONFORMANT
    assessment = judged(check, vendor=applicant(PLANNER))
    assert (cell(assessment, "E").result, cell(assessment, "E").files) == (Status.CONFORMANT, 1)
    assert any(f"申請者（{PLANNER}）が送信元ではないファイル 1個" in note for note in assessment.notes)


def test_a_third_applicant_is_a_warning() -> None:
    files = [report("UPPLAN", MONTH, sender=(PLANNER, "43"), receiver=(SERVICE, "11"))]
    assessment = judged(result(*files), vendor=applicant(STRANGER))
    assert cell(assessment, "E").result is Status.CONFORMANT
    (note,) = [note for note in assessment.notes if note.startswith("警告")]
    assert PLANNER in note
    assert STRANGER in note
    for number in (PLANNER, ""):
        assert not [n for n in judged(result(*files), vendor=applicant(number)).notes if n.startswith("警告")]


def test_results_received_are_no_reason_for_a_warning() -> None:
    own = [report("UPPLAN", MONTH, sender=(PLANNER, "43"), receiver=(SERVICE, "11"))]
    received = report("UPJSK", MONTH, sender=(SERVICE, "11"), receiver=(PLANNER, "43"))
    assessment = judged(result(*own, received), vendor=applicant(PLANNER))
    assert not [note for note in assessment.notes if note.startswith("警告")]


def test_reasons_are_words_with_place_and_remedy() -> None:
    exports = planning_exports()
    plan = next(file for file in exports if file.kind == "UPPLAN")
    faults = (finding(plan.file, "F405"), finding(plan.file, "F421", count=40), finding(plan.file, "R501"))
    reason = cell(judged(result(*exports, findings=faults)), "E").reason
    assert reason.startswith("ファイルに誤りがあります。UPPLAN_202504_")
    assert "規則 F421「表計算ソフトで開いて保存した跡がある」、40か所）: 内容。 直し方: 直す。" in reason
    assert "ほかに 2種類の誤りがあります" in reason


def test_a_name_that_may_be_a_persons_is_not_in_a_reason() -> None:
    plan = report("UPPLAN", MONTH, file="介護花子.CSV")
    reason = cell(judged(result(plan, findings=(finding(plan.file),))), "E").reason
    assert "介護花子" not in reason
    assert "規約外の名前のファイル" in reason


def test_what_could_not_be_examined_says_why() -> None:
    cut = report(None, file="sent.zip", status=Status.UNVERIFIED, problem="パスワードが付いています。")
    found = cell(judged(result(cut)), "E")
    assert found.result is Status.UNVERIFIED
    plan = report("UPPLAN", MONTH, skipped=("1件の記録は形が崩れています。",), status=Status.CONFORMANT)
    assert "（1件の記録は形が崩れています）" in cell(judged(result(plan)), "E").reason
    assert "パスワード" in cell(judged(result(cut, report("UP1KYO"))), "E").reason


def test_imports_need_no_sender() -> None:
    files = [report("UPJSK", MONTH, sender=(SERVICE, "11"), receiver=(PLANNER, "43"))]
    assert cell(judged(result(*files)), "G", Direction.IMPORT).result is Status.UNVERIFIED


def test_files_of_several_offices_are_no_form_of_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A form is about one office: the applicant, if it is among the senders."""
    folder = tmp_path / "received"
    folder.mkdir()
    for file in (SAMPLES / "planning").glob("UP*.CSV"):
        (folder / file.name).write_bytes(file.read_bytes())
        other = file.name.replace(f"_{PLANNER}_43_", f"_{STRANGER}_43_")
        (folder / other).write_bytes(file.read_bytes())
    arguments = ["assess", str(folder), "--office-type", "planning", "--out", str(tmp_path / "out")]
    assert run(arguments) == 2
    said = capsys.readouterr().err
    assert "送信元の事業所が 2か所あります" in said
    assert PLANNER in said
    assert STRANGER in said
    assert not (tmp_path / "out").exists()
    vendor = tmp_path / "vendor.toml"
    software = '[software]\nproduct_name = "見本ケア"\nversion = "1"\nvendor_name = "見本システム"\n'
    vendor.write_text(f'[applicant]\noffice_number = "{PLANNER}"\n{software}', encoding="utf-8")
    assert run([*arguments, "--vendor", str(vendor)]) == 1
    assert f"申請者（{PLANNER}）が送信元ではないファイル" in capsys.readouterr().out


def test_a_spreadsheet_is_named_first() -> None:
    """Faults that a spreadsheet causes disappear when the file is exported again."""
    plan = report("UPPLAN", MONTH)
    faults = (finding(plan.file, "F401", count=90), finding(plan.file, "C303"), finding(plan.file, "R501"))
    reason = cell(judged(result(plan, findings=faults)), "E").reason
    assert "規則 C303" in reason
    assert "直し方" in reason

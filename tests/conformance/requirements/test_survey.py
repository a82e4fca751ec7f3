"""The answers to 介護ソフト機能調査: only what is proved by machine is answered."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from careplan_csv.cli import run
from careplan_csv.conformance.declaration.vendor import Software, SurveyEntries, Vendor
from careplan_csv.conformance.requirements.judged_software import JudgedSoftware, judged_software
from careplan_csv.conformance.requirements.survey_answers import Survey, SurveyRow, survey_of
from careplan_csv.reporting.survey_sheet import FILES, GENERAL, survey_xlsx
from careplan_csv.standard import Direction, Need, standard

SAMPLES = Path(__file__).parents[3] / "sample_data" / "valid" / "202407" / "planning"
PRODUCT = {"product_name": "○○ケア", "version": "1.0", "vendor_name": "○○"}
VENDOR = Vendor(software=Software("○○ケア", "1.0", "○○"))


def cells_of(profile: str, office: str, changes: Mapping[str, object]) -> list[dict[str, object]]:
    """All needed cells of an office type as `assess` writes them, proved by files unless changed."""
    sound = {"result": "conformant", "evidence": "machine", "proof": {"kind": "files"}, "reason": ""}
    return [
        {"file": row.file, "direction": direction, "required": need is Need.REQUIRED} | sound | dict(changes)
        for row in standard().profile(profile).requirements
        for direction in Direction
        if (need := row.needs[office, direction]) is not Need.NONE
    ]


def write_result(
    path: Path,
    office: str = "planning",
    profile: str = "mhlw-4.1",
    changes: Mapping[str, object] | None = None,
    **more: object,
) -> Path:
    data = {
        "profile": profile,
        "office_type": office,
        "verdict": "conformant",
        "software": PRODUCT,
        "requirements": cells_of(profile, office, changes or {}),
    }
    path.write_text(json.dumps(data | more, ensure_ascii=False), encoding="utf-8")
    return path


def judged(tmp_path: Path, *args: str, **more: object) -> JudgedSoftware:
    return judged_software(write_result(tmp_path / "one.json", *args, **more))  # type: ignore[arg-type]  # as above


def rows_of(survey: Survey, office: str) -> Sequence[SurveyRow]:
    return [row for row in survey.rows if row.office_type.id == office]


def test_every_file_of_every_office_type_is_asked_for() -> None:
    survey = survey_of([], None)
    for profile in ("mhlw-4.1", "mhlw-4.1-yobo"):
        known = standard().profile(profile)
        for office_type in known.office_types:
            files = [row.requirement.file for row in rows_of(survey, office_type.id)]
            assert files == [row.file for row in known.requirements]
    answers = [answer for row in survey.rows for answer in row.answers.values()]
    assert all(answer.is_open for answer in answers)
    assert survey.open_count == len(answers) + len(survey.questions)


def test_what_a_machine_proved_is_answered(tmp_path: Path) -> None:
    survey = survey_of([judged(tmp_path)], VENDOR)
    for row in rows_of(survey, "planning"):
        assert {(answer.text, answer.ground) for answer in row.answers.values()} == {("対応", "出力ファイル")}
    assert all(answer.is_open for row in rows_of(survey, "service") for answer in row.answers.values())
    question, answer = survey.questions[0]
    assert "4.1版への対応" in question
    assert answer.text == "対応（居宅介護支援事業所）"
    assert "居宅サービス事業所（8件のうち 8件）" in answer.remark


@pytest.mark.parametrize(
    ("changes", "more", "said"),
    [
        ({"evidence": "declared", "proof": {"kind": "declared"}}, {}, "機械では確かめていません"),
        ({"evidence": "declared", "proof": {"kind": "checksheet"}}, {}, "機械では確かめていません"),
        ({"result": "unverified", "evidence": "none", "reason": "ファイルがありません。"}, {}, "未確認です。ファイルが"),
        ({"result": "nonconformant", "reason": "誤りがあります。"}, {}, "不適合です。誤りが"),
        ({"evidence": "sample", "proof": {"kind": "sample"}}, {}, "見本"),
        ({}, {"sample": True}, "見本"),
    ],
)  # fmt: skip
def test_what_is_not_proved_stays_open(
    tmp_path: Path, changes: dict[str, object], more: dict[str, object], said: str
) -> None:
    path = write_result(tmp_path / "one.json", "planning", "mhlw-4.1", changes, **more)
    survey = survey_of([judged_software(path)], VENDOR)
    for row in rows_of(survey, "planning"):
        for answer in row.answers.values():
            assert answer.is_open
            assert said in answer.remark
    assert survey.questions[0][1].is_open


def test_a_table_without_form_3_leaves_form_3_open(tmp_path: Path) -> None:
    survey = survey_of([judged(tmp_path, "planning", "yamaguchi-r6")], VENDOR)
    still_open = [
        row.requirement.prefix
        for row in rows_of(survey, "planning")
        if any(answer.is_open for answer in row.answers.values())
    ]
    assert still_open == ["UP3KYO"]
    assert survey.questions[0][1].is_open


def test_what_only_the_maker_knows_comes_from_the_vendor_file() -> None:
    entries = SurveyEntries("令和7年4月1日", True, False, "083-000-0000", "")
    answers = dict(survey_of([], Vendor(survey=entries)).questions)
    texts = [answer.text for answer in answers.values()]
    assert texts == ["", "令和7年4月1日", "あり", "なし", "083-000-0000", ""]
    assert "[survey] の next_edition" in list(answers.values())[-1].remark


def sheets(data: bytes) -> tuple[Worksheet, Worksheet]:
    book = load_workbook(io.BytesIO(data))
    return book[GENERAL], book[FILES]


def test_the_workbook_holds_texts_only(tmp_path: Path) -> None:
    evil = Vendor(software=Software("=1+1", "@x", "+1"), survey=SurveyEntries("", None, None, "=cmd()", "-1"))
    data = survey_xlsx(survey_of([judged(tmp_path)], evil))
    general, files = sheets(data)
    assert general["B3"].value == "=1+1"
    kinds = {cell.data_type for sheet in (general, files) for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds
    assert data == survey_xlsx(survey_of([judged(tmp_path)], evil))


def test_an_open_answer_is_an_empty_cell(tmp_path: Path) -> None:
    _, files = sheets(survey_xlsx(survey_of([judged(tmp_path)], VENDOR)))
    by_type: dict[str, set[tuple[object, ...]]] = {}
    for row in files.iter_rows(min_row=2, values_only=True):
        by_type.setdefault(str(row[0]), set()).add((row[4], row[6]))
    assert by_type["居宅介護支援事業所"] == {("対応", "－"), ("－", "対応")}
    assert by_type["居宅サービス事業所"] == {(None, "－"), ("－", None)}


def assess(tmp_path: Path, *more: str) -> int:
    vendor = tmp_path / "vendor.toml"
    lines = [f'{key} = "{value}"' for key, value in PRODUCT.items()]
    vendor.write_text("\n".join(["[software]", *lines, "[survey]", "manual = true", ""]), encoding="utf-8")
    return run(
        [
            *("assess", str(SAMPLES), "--office-type", "planning", "--profile", "national-r8"),
            *("--vendor", str(vendor), "--out", str(tmp_path / "out"), "--force", *more),
        ]
    )


def test_assess_writes_it_with_results_of_other_office_types(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = write_result(tmp_path / "service.json", "service")
    sheet = tmp_path / "調査.xlsx"
    assert assess(tmp_path, "--survey", str(sheet), "--survey-result", str(other)) == 1
    assert "介護ソフト機能調査の回答（下書き）" in capsys.readouterr().out
    general, files = sheets(sheet.read_bytes())
    assert general["B3"].value == "○○ケア"
    found = {(row[0], row[3]): row for row in files.iter_rows(min_row=2, values_only=True)}
    assert found["居宅介護支援事業所", "UPPLAN(YYYYMM)"][4:6] == ("対応", "出力ファイル")
    assert found["居宅介護支援事業所", "UPJSK(YYYYMM)"][6] is None
    assert found["居宅サービス事業所", "UPPLAN(YYYYMM)"][6] == "対応"
    assert found["地域包括支援センター等", "UPPLAN(YYYYMM)"][4] is None


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--survey", "{out}.csv"], ".xlsx にしてください"),
        (["--survey", "{folder}"], "フォルダーです"),
        (["--survey-result", "{service}"], "--survey と一緒に"),
        (["--survey", "{out}.xlsx", "--survey-result", "{nothing}"], "--survey-result の「"),
        (["--survey", "{out}.xlsx", "--survey-result", "{planning}"], "居宅介護支援事業所の結果が2つ"),
        (["--survey", "{out}.xlsx", "--survey-result", "{service}", "--survey-result", "{again}"], "居宅サービス事業所の結果が2つ"),
        (["--survey", "{out}.xlsx", "--survey-result", "{foreign}"], "別の製品の結果が混ざって"),
        (["--survey", "{out}.xlsx", "--survey-result", "{older}"], "○○ケア 0.9、○○ケア 1.0"),
        (["--survey", "{out}.xlsx", "--survey-result", "{nameless}"], "製品名なし"),
        (["--survey", "{out}.xlsx", "--output", "{out}.xlsx"], "2度あります"),
        (["--survey", "{service}"], ".xlsx にしてください"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_before_any_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], more: list[str], said: str
) -> None:
    places = {
        "out": tmp_path / "x",
        "folder": tmp_path,
        "nothing": tmp_path / "nothing.json",
        "planning": write_result(tmp_path / "planning.json"),
        "service": write_result(tmp_path / "service.json", "service"),
        "again": write_result(tmp_path / "again.json", "service"),
        "foreign": write_result(
            tmp_path / "f.json", "service", software={"product_name": "別", "version": "1"}
        ),
        "older": write_result(tmp_path / "o.json", "service", software=PRODUCT | {"version": "0.9"}),
        "nameless": write_result(tmp_path / "n.json", "service", software={}),
    }
    assert assess(tmp_path, *(word.format(**places) for word in more)) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_sheet_that_is_there_is_kept_without_force(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = tmp_path / "調査.xlsx"
    sheet.write_bytes(b"mine")
    words = ["assess", str(SAMPLES), "--office-type", "planning", "--out", str(tmp_path / "out")]
    assert run([*words, "--survey", str(sheet)]) == 2
    assert "--force" in capsys.readouterr().err
    assert sheet.read_bytes() == b"mine"

"""What the cells of a form show: ringed choices, signs of the paper, differences that have no place on it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from form_records import made

from careplan_csv.cli import run
from careplan_csv.forms.document_differences import ComparedDocument, DocumentDifference, paired_documents
from careplan_csv.forms.documents import documents
from careplan_csv.forms.located_records import FormRecord
from careplan_csv.reporting.form_sheet import FormLook, FormSheet

VALID = Path(__file__).parents[2] / "sample_data" / "valid" / "202407" / "planning"


def sheet_of(*records: FormRecord, show_values: bool = True) -> FormSheet:
    [document] = documents(records).documents
    return FormSheet(1, ComparedDocument(document, DocumentDifference()), FormLook(show_values=show_values))


def compared(record: FormRecord, **theirs: str) -> FormSheet:
    """A document of one record that differs from the other side in some values."""
    other = replace(record, values={**record.values, **theirs})
    [one] = paired_documents(documents([record]).documents, {id(record): other}, [], "相手")
    return FormSheet(1, one, FormLook(show_values=True, other="相手"))


@pytest.mark.parametrize(("code", "ringed"), [
    ("11", ["初回"]), ("21", ["継続"]), ("53", ["紹介", "継続"]), ("54", ["初回", "紹介", "継続"]), ("99", []), ("", []),
])  # fmt: skip
def test_the_chosen_ones_of_the_printed_choices_are_ringed(code: str, ringed: list[str]) -> None:
    record = made("UP1KYO", plan_type=code)
    cell = str(sheet_of(record).choice(record, "plan_type"))
    assert [name for name in ("初回", "紹介", "継続") if f'class="ringed">{name}<' in cell] == ringed
    assert all(name in cell for name in ("初回", "紹介", "継続"))
    assert code in cell


def test_a_choice_that_is_not_printed_stands_beside() -> None:
    record = made("UP1KYO", care_level="12")
    cell = str(sheet_of(record).choice(record, "care_level", "21", "22"))
    assert "ringed" not in cell
    assert "要支援１（12）" in cell


def test_a_masked_choice_is_not_ringed() -> None:
    record = made("UP1KYO", care_level="21")
    cell = str(sheet_of(record, show_values=False).choice(record, "care_level"))
    assert "ringed" not in cell
    assert "数字2字" in cell


def test_boxes_are_ticked() -> None:
    record = made("UPYOBO", mobility_has_issue="2")
    assert "□有・■無" in sheet_of(record).choice(record, "mobility_has_issue", boxes=True)


def test_a_finding_or_a_difference_is_never_hidden_behind_a_sign() -> None:
    signs = {"Y": "○", "N": ""}
    record = made("UP2KYO", insurance_coverage="Y")
    assert ">○<" in sheet_of(record).sign(record, "insurance_coverage", signs)
    number = record.layout.by_id["insurance_coverage"].no
    faulty = replace(record, findings={number: ("エラー F000: 見本。",)})
    assert "▲1" in sheet_of(faulty).sign(faulty, "insurance_coverage", signs)
    assert "<ins>→ 対象外（N）" in compared(record, insurance_coverage="N").sign(
        record, "insurance_coverage", signs
    )
    plan = made("UP1KYO", plan_type="11")
    assert "<ins>→ 継続（21）" in compared(plan, plan_type="21").choice(plan, "plan_type")


def test_differences_without_a_place_on_the_form_are_listed() -> None:
    record = made("UPPLAN", units="100")
    sheet = compared(record, units="200", start_time="1111")
    sheet.cell(record, "start_time")
    [(file, item, cell)] = sheet.hidden_differences()
    assert (file, item.id) == (record.layout.name, "units")
    assert "→ 200" in cell


def test_a_slip_shows_the_rows_of_its_office_first_and_folds_the_others() -> None:
    own = made("UPPLAN", provider_office="3570000103")
    others = [made("UPPLAN", provider_office="3570000202", start_time=time) for time in ("0800", "0700")]
    [document] = documents([*others, own]).documents
    alone = ComparedDocument(document, DocumentDifference())
    runs = FormSheet(1, alone, FormLook(slip=True)).lines()
    assert [(len(one.rows), one.words) for one in runs] == [(1, ""), (2, "他事業所の 2行")]
    assert runs[0].rows[0].record is own
    [whole] = FormSheet(1, alone, FormLook()).lines()
    assert (len(whole.rows), whole.words) == (3, "")


@pytest.mark.parametrize(("slip", "words", "other"), [
    (True, "サービス提供票別表", "サービス利用票"), (False, "サービス利用票別表", "サービス提供票"),
])  # fmt: skip
def test_the_same_page_is_a_slip_where_it_is_asked_for(
    slip: bool, words: str, other: str, tmp_path: Path
) -> None:
    out = tmp_path / "f.html"
    assert run(["view", str(VALID), "--out", str(out), *(["--slip"] if slip else [])]) == 0
    page = out.read_text(encoding="utf-8")
    sheets = page[page.index("<article") :]
    assert words in sheets
    assert other not in sheets

"""The short checksheet: every import that a profile asks for, once, on at most 25 pages."""

from __future__ import annotations

import io

import pytest
from in_process import KITS, each_kit, kit_for
from long_proofs import long
from openpyxl import load_workbook
from pypdf import PdfReader

from careplan_csv.conformance.checksheet.answer_sheet import ANSWERS, ENTRY_COLUMN, FILLED
from careplan_csv.conformance.checksheet.answers import read_answers
from careplan_csv.conformance.checksheet.sheet import QuestionKind, Sheet, sheet_of
from careplan_csv.conformance.checksheet.short_sheet import Length
from careplan_csv.conformance.harness.checksheet_evidence import with_answers
from careplan_csv.conformance.harness.harness_result import Seen
from careplan_csv.conformance.harness.kit_assessment import profile_of
from careplan_csv.conformance.harness.verdict import judge
from careplan_csv.conformance.kit.kit_model import Kit
from careplan_csv.reporting.checksheet import checksheet_html
from careplan_csv.reporting.checksheet_xlsx import checksheet_xlsx
from careplan_csv.reporting.kit_files import CHECKSHEET_HTML, CHECKSHEET_XLSX, kit_files
from careplan_csv.reporting.pdf import html_to_pdf
from careplan_csv.results import Evidence, Status
from careplan_csv.standard import Direction, Need, ProfileRequirement

PAGES = 25


def imports(kit: Kit) -> list[ProfileRequirement]:
    rows = profile_of(kit).requirements
    return [row for row in rows if row.needs[kit.office_type, Direction.IMPORT] is not Need.NONE]


def asked(sheet: Sheet, row: ProfileRequirement) -> set[QuestionKind]:
    """The kinds of questions about the files of a row."""
    return {q.kind for q in sheet.questions if q.prefix in row.prefixes and q.month is row.month}


@each_kit
def test_it_asks_for_every_requirement(profile: str, office_type: str, edition: str) -> None:
    kit = kit_for(profile, office_type, edition)
    sheet = sheet_of(kit, Length.SHORT)
    for row in imports(kit):
        deletes = edition_deletes(kit, row)
        assert asked(sheet, row) == {QuestionKind.GONE if deletes else QuestionKind.SHOWN}
    # No step that shows nothing new.
    assert len({entry.folder.split("-", 1)[1] for entry in sheet.entries}) == len(sheet.entries)


def edition_deletes(kit: Kit, row: ProfileRequirement) -> bool:
    from careplan_csv.standard import standard

    return bool(standard().edition(kit.edition).layout(row.prefix).variant(row.month).deletes)


@each_kit
def test_it_is_at_most_25_pages_long(profile: str, office_type: str, edition: str) -> None:
    page = checksheet_html(kit_for(profile, office_type, edition), Length.SHORT)
    assert len(PdfReader(io.BytesIO(html_to_pdf(page))).pages) <= PAGES


@each_kit
def test_what_is_deleted_was_shown_before_and_somebody_stays(
    profile: str, office_type: str, edition: str
) -> None:
    sheet = sheet_of(kit_for(profile, office_type, edition), Length.SHORT)
    shown: set[str] = set()
    for entry in sheet.entries:
        if any(question.kind is QuestionKind.GONE for question in entry.questions):
            assert set(entry.people) < shown
        else:
            assert len(entry.people) == 2
            shown |= set(entry.people)
    for question in (q for q in sheet.questions if q.kind is QuestionKind.GONE):
        assert question.text.startswith("削除された")


@pytest.mark.parametrize(("asked", "length"), [((), Length.SHORT), long((Length.LONG,), Length.LONG)])
def test_it_is_what_a_kit_holds_unless_the_long_one_was_asked_for(
    asked: tuple[Length, ...], length: Length
) -> None:
    kit = kit_for(*KITS[0])
    files = kit_files(kit, "x", *asked)
    assert files[CHECKSHEET_XLSX] == checksheet_xlsx(kit, length)
    assert length.label in files[CHECKSHEET_HTML].decode()


@pytest.mark.parametrize("wrong", [False, True])
def test_its_answers_decide_every_import(wrong: bool) -> None:
    kit = kit_for(*KITS[1])
    book = load_workbook(io.BytesIO(checksheet_xlsx(kit, Length.SHORT)))
    page = book[ANSWERS]
    ids = {question.id for question in sheet_of(kit, Length.SHORT).questions}
    for row in page.iter_rows():
        if row[0].value in FILLED.values():
            row[ENTRY_COLUMN - 1].value = "試験"
        elif row[0].value in ids:
            row[5].value = "×" if wrong else "○"
    stream = io.BytesIO()
    book.save(stream)
    harness = with_answers(judge(kit, Seen(), profile_of(kit)), read_answers(stream.getvalue()))
    status = Status.NONCONFORMANT if wrong else Status.CONFORMANT
    found = {row.letter: harness.cells[row.letter, Direction.IMPORT] for row in imports(kit)}
    assert {(cell.result, cell.evidence) for cell in found.values()} == {(status, Evidence.DECLARED)}

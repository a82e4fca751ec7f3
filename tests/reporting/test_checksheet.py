"""The checksheet on paper and as a workbook."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from made_kits import made_kit
from markupsafe import escape
from openpyxl import load_workbook

from careplan_csv.conformance.checksheet.answer_sheet import ANSWERS, CONTENTS, ENTRY_COLUMN, FILLED
from careplan_csv.conformance.checksheet.answers import answered, read_answers
from careplan_csv.conformance.checksheet.sheet import sheet_of
from careplan_csv.conformance.kit.kit_model import Kit
from careplan_csv.reporting.checksheet import checksheet_html
from careplan_csv.reporting.checksheet_xlsx import LONGEST, checksheet_xlsx

FORM_2 = "inbox/01-plan/UP2KYO"


def with_text(kit: Kit, old: str, new: str) -> Kit:
    """The kit with another text in 第2表 of its first plan."""
    path = next(path for path in kit.files if path.startswith(FORM_2))
    data = kit.files[path].replace(old.encode("cp932"), new.encode("cp932"))
    assert data != kit.files[path]
    return replace(kit, files={**kit.files, path: data})


class Text(HTMLParser):
    """The text of a page, and the tags in it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tags: set[str] = set()
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag not in ("br", "meta", "link"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.fixture(scope="module")
def page() -> str:
    return checksheet_html(made_kit())


@pytest.fixture(scope="module")
def workbook() -> bytes:
    return checksheet_xlsx(made_kit())


def test_every_question_is_on_paper(page: str) -> None:
    text = Text(page)
    assert text.open == []
    for question in sheet_of(made_kit()).questions:
        assert question.id in text.texts
        assert question.text in text.texts


def test_the_page_needs_nothing_from_outside(page: str) -> None:
    text = Text(page)
    assert not text.tags & {"script", "link", "img", "iframe"}
    assert not re.search(r"https?:|url\(|@import", page)


def test_the_head_names_the_kit(page: str) -> None:
    for words in ("居宅サービス事業所", "3579900113", "検査した人", "介護ソフトの名前", "（202407）"):
        assert words in page


def test_line_breaks_are_shown_and_signs_are_escaped() -> None:
    page = checksheet_html(with_text(made_kit(), "清潔に暮らす", "<b>&\r\n清潔に"))
    assert "&lt;b&gt;&amp;\n清潔に" in page
    assert "white-space: pre-line" in page
    assert "<b>" not in page


def test_equal_kits_give_equal_bytes(page: str, workbook: bytes) -> None:
    assert checksheet_html(made_kit()) == page
    assert checksheet_xlsx(made_kit()) == workbook


def test_the_workbook_bears_no_date_of_its_making(workbook: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = archive.read("docProps/core.xml")
    assert set(re.findall(rb"W3CDTF\">([^<]*)<", core)) == {b"2000-01-01T00:00:00Z"}


def signed(data: bytes) -> bytes:
    """A workbook in which somebody has written who looked at what, and when."""
    book = load_workbook(io.BytesIO(data))
    for row in book[ANSWERS].iter_rows(max_row=12):
        if row[0].value in FILLED.values():
            row[ENTRY_COLUMN - 1].value = "試験"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_the_workbook_reads_back_unanswered(workbook: bytes) -> None:
    kit = made_kit()
    pairs = answered(sheet_of(kit), read_answers(signed(workbook)))
    assert {one.answer for one in pairs} == {None}
    assert [one.question.id for one in pairs] == [one.id for one in sheet_of(kit).questions]


def test_a_filled_workbook_gives_its_answers(workbook: bytes) -> None:
    kit = made_kit()
    book = load_workbook(io.BytesIO(signed(workbook)))
    sheet = book[ANSWERS]
    rows = {row[0].value: row for row in sheet.iter_rows()}
    rows["検査した人"][3].value = "試験 太郎"
    rows["inbox/01-plan#1"][5].value = "○"
    rows["inbox/01-plan#2"][5].value = "×"
    rows["inbox/01-plan#2"][6].value = "期間が空欄"
    stream = io.BytesIO()
    book.save(stream)
    answers = read_answers(stream.getvalue())
    assert (answers.tester, answers.seed) == ("試験 太郎", "7")
    found = {one.question.id: (one.answer, one.remark) for one in answered(sheet_of(kit), answers)}
    assert found["inbox/01-plan#1"] == (True, "")
    assert found["inbox/01-plan#2"] == (False, "期間が空欄")
    assert found["inbox/01-plan#3"] == (None, "")


def test_no_text_is_a_formula() -> None:
    kit, texts = made_kit(), []
    starts = {"清潔に暮らす": "=", "床に物を置かない": "+", "近所まで歩く": "-", "居室と台所の掃除": "@"}
    for old, start in starts.items():
        texts.append(f"{start}cmd|' /C calc'!A0")
        kit = with_text(kit, old, texts[-1])
    book = load_workbook(io.BytesIO(checksheet_xlsx(kit)))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]
    assert set(texts) <= {cell.value for cell in cells}
    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.number_format for cell in cells} == {"@"}


def test_numbers_stay_texts(workbook: bytes) -> None:
    book = load_workbook(io.BytesIO(workbook))
    values = [cell.value for row in book[CONTENTS].iter_rows() for cell in row]
    assert "0000000101" in values


def test_answers_are_chosen_from_a_list(workbook: bytes) -> None:
    sheet = load_workbook(io.BytesIO(workbook))[ANSWERS]
    (choice,) = sheet.data_validations.dataValidation
    assert choice.formula1 == '"○,×"'
    first = str(choice.sqref).split(":")[0]
    assert sheet[first.replace("F", "A")].value == "own/01-result#1"


def test_a_text_that_no_cell_holds_is_cut_off_with_a_word() -> None:
    kit = with_text(made_kit(), "清潔に暮らす", "あ" * (LONGEST + 1))
    book = load_workbook(io.BytesIO(checksheet_xlsx(kit)))
    values = [str(cell.value) for row in book[CONTENTS].iter_rows() for cell in row]
    assert any(value.endswith("確認表にあります）") for value in values)
    assert "あ" * (LONGEST + 1) in checksheet_html(kit)


def test_signs_that_xml_cannot_hold_are_replaced() -> None:
    kit = with_text(made_kit(), "清潔に暮らす", "清潔\x07に")
    book = load_workbook(io.BytesIO(checksheet_xlsx(kit)))
    assert "清潔�に" in [cell.value for row in book[CONTENTS].iter_rows() for cell in row]


def test_the_page_uses_the_forms_of_view(page: str) -> None:
    """The macros are shared: a cell of 第2表 is merged, and 第3表 is a timetable."""
    for words in ("生活全般の解決すべき課題（ニーズ）", "週単位以外のサービス", '<table class="week">', "提供時間帯", "利用者基本情報"):  # fmt: skip
        assert words in page


def test_items_without_a_place_on_the_form_are_listed(page: str) -> None:
    listed = re.findall(r"<h4>様式に欄の無い項目</h4>(.*?)</table>", page, re.DOTALL)
    assert any("0000000101" in one for one in listed)


def test_every_value_that_was_sent_is_on_the_page(page: str) -> None:
    """What a clerk must see includes what the paper has no place for."""
    for entry in sheet_of(made_kit()).entries:
        for form in entry.forms:
            for record in form.records:
                texts = [
                    value
                    for item, value in record.items()
                    if value and form.layout.by_id[item].format == "text"
                ]
                for text in texts:
                    assert escape(text.splitlines()[0]) in page, (form.question, text)

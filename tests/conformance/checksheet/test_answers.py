"""Filled-in checksheets as spreadsheet programs leave them, and files that are none."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from made_kits import made_kit
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from careplan_csv.conformance.checksheet import answer_workbook, workbook_limits
from careplan_csv.conformance.checksheet.answer_sheet import ANSWERS, COLUMNS, FILLED, MADE_FOR
from careplan_csv.conformance.checksheet.answer_workbook import AnswersProblem
from careplan_csv.conformance.checksheet.answers import Answers, answered, length_of, read_answers
from careplan_csv.conformance.checksheet.sheet import Sheet, sheet_of
from careplan_csv.conformance.checksheet.short_sheet import Length
from careplan_csv.reading.archives import Limits


@pytest.fixture(scope="module")
def sheet() -> Sheet:
    return sheet_of(made_kit())


WRITTEN = dict(zip(FILLED.values(), ("試験 花子", "2026-11-20", "見本ケア", "5.2"), strict=True))


def blank() -> tuple[Workbook, Worksheet]:
    """A workbook with the head and the columns of the checksheet, without the looks."""
    book = Workbook()
    page = book.worksheets[0]
    page.title = ANSWERS
    kit = made_kit()
    for label in FILLED.values():
        page.append([label, None, None, WRITTEN[label]])
    for name, label in MADE_FOR.items():
        page.append([label, None, None, Length.LONG.label if name == "length" else str(getattr(kit, name))])
    page.append([])
    page.append(list(COLUMNS))
    return book, page


def saved(book: Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def filled(fill: Callable[[Worksheet], None]) -> bytes:
    book, page = blank()
    fill(page)
    return saved(book)


def row(question: str, answer: object = None, remark: object = None) -> list[object]:
    return [question, "1", question.split("#")[0], "文", "期待", answer, remark]


@pytest.mark.parametrize("sign", ["○", "〇", "◯", "⭕️", "o", "O", "ｏ", "０", 0, 0.0, " ○　", True])
def test_signs_for_yes(sign: object) -> None:
    answers = read_answers(filled(lambda page: page.append(row("inbox/01-plan#1", sign))))
    assert answers.answers == {"inbox/01-plan#1": True}


@pytest.mark.parametrize("sign", ["×", "✕", "x", "X", "ｘ", "Ｘ", "✖", " × ", False])
def test_signs_for_no(sign: object) -> None:
    answers = read_answers(filled(lambda page: page.append(row("inbox/01-plan#1", sign))))
    assert answers.answers == {"inbox/01-plan#1": False}


def test_another_sign_is_reported_with_its_cell() -> None:
    with pytest.raises(AnswersProblem, match=r"13行目（inbox/01-plan#1）の回答「△」") as problem:
        read_answers(filled(lambda page: page.append(row("inbox/01-plan#1", "△"))))
    assert "空欄" in str(problem.value)


def test_what_the_tester_wrote_at_the_head() -> None:
    def fill(page: Worksheet) -> None:
        page["D1"], page["D2"], page["D3"], page["D4"] = (
            " 試験 太郎 ",
            datetime(2026, 11, 23),
            "見本ソフト",
            2.0,
        )
        page["D8"] = 7.0

    answers = read_answers(filled(fill))
    assert (answers.tester, answers.date, answers.product) == ("試験 太郎", "2026-11-23", "見本ソフト")
    assert (answers.version, answers.seed) == ("2", "7")


@pytest.mark.parametrize(("row_", "label"), list(enumerate(FILLED.values(), start=1)))
def test_tester_date_and_product_are_required(row_: int, label: str) -> None:
    with pytest.raises(AnswersProblem, match=rf"「{label}」（D{row_}のセル）.*が空欄です") as problem:
        read_answers(filled(lambda page: page.__setitem__(f"D{row_}", " 　")))
    assert "書き込んでから" in str(problem.value)


def test_all_missing_entries_are_reported_at_once() -> None:
    def fill(page: Worksheet) -> None:
        page["D1"] = page["D3"] = None
        page.insert_rows(1)

    with pytest.raises(
        AnswersProblem, match="「検査した人」（D2のセル）、「介護ソフトの名前」（D4のセル）が空欄"
    ):
        read_answers(filled(fill))


def test_answers_to_the_other_sheet_of_a_kit_are_refused(sheet: Sheet) -> None:
    answers = replace(read_answers(saved(blank()[0])), length=Length.SHORT.label)
    with pytest.raises(AnswersProblem, match=r"「確認表の種類」が、回答では 短い確認表、.* 長い確認表"):
        answered(sheet, answers)
    with pytest.raises(
        AnswersProblem, match="「確認表の種類」が「短い確認表」か「長い確認表」ではありません（中）"
    ):
        length_of(replace(answers, length="中"))


def test_rows_in_any_order_with_more_columns_and_wide_characters(sheet: Sheet) -> None:
    def fill(page: Worksheet) -> None:
        page.append(row("faults/01-refused#3", "×", "一覧が空になった"))
        page.append(row(" ｉｎｂｏｘ／０１－ｐｌａｎ＃１ ", "○"))
        page.append(row("inbox/01-plan#2"))
        page.insert_cols(1, 2)
        page.insert_rows(3, 2)

    pairs = {one.question.id: one for one in answered(sheet, read_answers(filled(fill)))}
    assert len(pairs) == len(sheet.questions)
    assert pairs["faults/01-refused#3"].answer is False
    assert pairs["faults/01-refused#3"].remark == "一覧が空になった"
    assert pairs["inbox/01-plan#1"].answer is True
    assert pairs["inbox/01-plan#2"].answer is None
    assert pairs["inbox/03-again#1"].answer is None


def test_two_answers_to_one_question_are_refused() -> None:
    def fill(page: Worksheet) -> None:
        page.append(row("inbox/01-plan#1", "○"))
        page.append(row("inbox/01-plan#1"))
        page.append(row("inbox/01-plan#1", "×"))

    with pytest.raises(AnswersProblem, match="2つあり、回答が違います（15行目）"):
        read_answers(filled(fill))


def test_equal_answers_to_one_question_are_one() -> None:
    def fill(page: Worksheet) -> None:
        page.append(row("inbox/01-plan#1", "×"))
        page.append(row("inbox/01-plan#1"))

    assert read_answers(filled(fill)).answers == {"inbox/01-plan#1": False}


def test_unknown_questions_are_named(sheet: Sheet) -> None:
    def fill(page: Worksheet) -> None:
        for number in range(7):
            page.append(row(f"inbox/99-other#{number}", "○"))

    with pytest.raises(AnswersProblem, match=r"inbox/99-other#0、.*ほか 2件は、このキットにありません"):
        answered(sheet, read_answers(filled(fill)))


@pytest.mark.parametrize(
    ("name", "other"), [("seed", "8"), ("profile", "yamaguchi-r6"), ("office_type", "planning")]
)
def test_answers_to_another_kit_are_refused(sheet: Sheet, name: str, other: str) -> None:
    answers = read_answers(saved(blank()[0]))
    with pytest.raises(
        AnswersProblem, match=f"ほかのキットの回答です。「{MADE_FOR[name]}」が、回答では {other}"
    ):
        answered(sheet, replace(answers, **{name: other}))


def test_answers_without_a_kit_are_refused(sheet: Sheet) -> None:
    with pytest.raises(AnswersProblem, match="「要件の表」がありません"):
        answered(sheet, Answers())


def test_another_workbook_is_refused() -> None:
    with pytest.raises(AnswersProblem, match="シート「回答」がありません"):
        read_answers(saved(Workbook()))


def test_lost_headings_are_reported() -> None:
    book, page = blank()
    page.delete_rows(12)
    with pytest.raises(AnswersProblem, match="見出しの行がありません"):
        read_answers(saved(book))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "ではないか、壊れています"),
        (b"a,b,c\r\n", "ではないか、壊れています"),
        (b"PK\x03\x04 and no more", "ではないか、壊れています"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "パスワードの付いた"),
    ],
)
def test_files_that_are_no_workbook(data: bytes, words: str) -> None:
    with pytest.raises(AnswersProblem, match=words):
        read_answers(data)


def archive(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return stream.getvalue()


def test_an_archive_that_is_no_workbook() -> None:
    with pytest.raises(AnswersProblem, match="壊れていて読めません"):
        read_answers(archive({"a.txt": b"a"}))


def test_a_file_that_is_too_big(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer_workbook, "BIGGEST", 1_000)
    with pytest.raises(AnswersProblem, match="大きすぎます"):
        read_answers(saved(blank()[0]))


@pytest.mark.parametrize(
    "limits",
    [
        replace(workbook_limits.PARTS, total=1_000_000),
        replace(workbook_limits.PARTS, single=1_000_000),
        replace(workbook_limits.PARTS, members=1),
        replace(workbook_limits.PARTS, ratio=250, ratio_from=1_000),
    ],
    ids=["all parts", "one part", "number of parts", "ratio"],
)
def test_a_file_that_unpacks_too_big(limits: Limits, monkeypatch: pytest.MonkeyPatch) -> None:
    data = archive({"xl/answer_workbook.xml": b"<a>" + b" " * 1_000_000 + b"</a>", "xl/styles.xml": b"<a/>"})
    with pytest.raises(AnswersProblem, match="壊れていて読めません"):
        read_answers(data)
    monkeypatch.setattr(workbook_limits, "PARTS", limits)
    with pytest.raises(AnswersProblem, match="中身が大きすぎます"):
        read_answers(data)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_a_file_with_entities(encoding: str) -> None:
    bomb = '<!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>'.encode(encoding)
    with pytest.raises(AnswersProblem, match="DOCTYPE"):
        read_answers(archive({"xl/answer_workbook.xml": bomb}))


def test_an_encrypted_archive() -> None:
    data = bytearray(archive({"xl/answer_workbook.xml": b"<a/>"}))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(AnswersProblem, match="パスワードの付いたファイル"):
        read_answers(bytes(data))


def test_a_cell_at_the_far_end_costs_nothing() -> None:
    def fill(page: Worksheet) -> None:
        page["XFD1048576"] = "x"
        page.cell(13, 1, "inbox/01-plan#1")
        page.cell(13, 6, "○")

    assert read_answers(filled(fill)).answers == {"inbox/01-plan#1": True}


def test_a_workbook_saved_again_reads_the_same() -> None:
    data = filled(lambda page: page.append(row("inbox/01-plan#1", "○", "=1+1 ではない")))
    again = saved(load_workbook(io.BytesIO(data)))
    assert read_answers(again) == read_answers(data)

"""The answers to 介護ソフト機能調査 as a workbook: general questions, and files one by one."""

from __future__ import annotations

import io
from collections.abc import Sequence
from math import ceil

from openpyxl import Workbook
from openpyxl.styles import Alignment, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from careplan_csv.conformance.requirements.survey_answers import Survey, SurveyAnswer, SurveyRow
from careplan_csv.japanese import width_of
from careplan_csv.reporting.sheet_style import BOX, put_header, put_row, set_print
from careplan_csv.reporting.workbook import undated
from careplan_csv.standard import Direction, Need
from careplan_csv.version import __version__

GENERAL, FILES = "回答", "出力・取込"
_NOTES = (
    "厚生労働省の「介護ソフト機能調査」の問いのうち、careplan-csv の判定と vendor.toml から答えられるものだけを埋めた、回答の下書きです。調査票そのものではありません。",
    "問いは、調査票を引用した資料によります（令和7年10月20日の調査票のファイルごとの出力・取込と、令和8年8月24日の結果の問い ①〜④）。ほかの問いは、調査票に直接答えてください。",
    "「対応」は、careplan-csv が機械で確かめたものだけです。黄色の欄は、まだ答えがありません。備考を見て、確かめてから記入してください。",
)
_GENERAL_COLUMNS = ("問い", "回答", "根拠", "備考")
_FILE_COLUMNS = (
    "事業所の種類", "記号", "ファイル", "ファイル名", "出力", "出力の根拠", "取込", "取込の根拠", "備考",
)  # fmt: skip
_GENERAL_WIDTHS = (44, 50, 24, 70)
_FILE_WIDTHS = (34, 7, 42, 20, 10, 14, 10, 14, 66)
_OPEN = PatternFill("solid", start_color="FFFBF2D5")
_ANSWERED = PatternFill("solid", start_color="FFE3F1E3")
_NOT_ASKED = "－"
_LINE = 15
"""Points of a line."""


def survey_xlsx(survey: Survey) -> bytes:
    """The workbook; every text stays a text, and equal answers give equal bytes."""
    book = Workbook()
    general = book.worksheets[0]
    general.title = GENERAL
    _fill_general(general, survey)
    _fill_files(book.create_sheet(FILES), survey.rows)
    stream = io.BytesIO()
    book.save(stream)
    return undated(stream.getvalue())


def _fill_general(sheet: Worksheet, survey: Survey) -> None:
    software = survey.software
    put_row(sheet, 1, ["介護ソフト機能調査の回答（下書き）"], bold=True)
    sheet.cell(1, 1).alignment = Alignment(wrap_text=False)
    head = (
        ("製品名", software.product_name),
        ("バージョン", software.version),
        ("ソフト会社名", software.vendor_name),
        ("検査プログラム", f"careplan-csv {__version__}"),
    )
    row = 3
    for title, value in head:
        put_row(sheet, row, [title, value])
        _paint(sheet, row, (1, 2))
        row += 1
    row += 1
    put_header(sheet, _GENERAL_COLUMNS, row)
    for question, answer in survey.questions:
        row += 1
        put_row(sheet, row, [question, answer.text, answer.ground, answer.remark])
        _paint(sheet, row, range(1, 5))
        _mark(sheet, row, 2, answer)
        _set_height(sheet, row, _GENERAL_WIDTHS)
    row += 2
    for note in _NOTES:
        put_row(sheet, row, [f"※{note}"])
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=4)
        sheet.row_dimensions[row].height = 30
        row += 1
    _finish(sheet, _GENERAL_WIDTHS, "1:1")


def _fill_files(sheet: Worksheet, rows: Sequence[SurveyRow]) -> None:
    put_header(sheet, _FILE_COLUMNS)
    for number, row in enumerate(rows, 2):
        out, taken = row.answers.get(Direction.EXPORT), row.answers.get(Direction.IMPORT)
        values = [row.office_type.name, row.requirement.letter, row.requirement.name, row.requirement.file]
        for answer in (out, taken):
            values += [answer.text, answer.ground] if answer else [_NOT_ASKED, _NOT_ASKED]
        put_row(sheet, number, [*values, _remark(row)])
        _paint(sheet, number, range(1, len(_FILE_COLUMNS) + 1))
        _mark(sheet, number, 5, out)
        _mark(sheet, number, 7, taken)
        _set_height(sheet, number, _FILE_WIDTHS)
    sheet.freeze_panes = "A2"
    _finish(sheet, _FILE_WIDTHS, "1:1")


def _remark(row: SurveyRow) -> str:
    """What is to be said of both directions; a sentence that holds for both stands once."""
    lines = []
    if all(row.requirement.needs[row.office_type.id, one] is Need.OPTIONAL for one in row.answers):
        lines.append("任意のファイルです。")
    remarks = {direction: answer.remark for direction, answer in row.answers.items() if answer.remark}
    if len(remarks) == len(row.answers) and len(set(remarks.values())) == 1:
        lines.append(next(iter(remarks.values())))
    else:
        lines += [f"{direction.label}は、{remark}" for direction, remark in remarks.items()]
    return "".join(lines)


def _mark(sheet: Worksheet, row: int, column: int, answer: SurveyAnswer | None) -> None:
    if answer:
        sheet.cell(row, column).fill = _OPEN if answer.is_open else _ANSWERED


def _paint(sheet: Worksheet, row: int, columns: Sequence[int]) -> None:
    for column in columns:
        sheet.cell(row, column).border = BOX


def _set_height(sheet: Worksheet, row: int, widths: Sequence[int]) -> None:
    """Room for the longest text: programs that show a workbook do not all make it themselves."""
    lines = [
        ceil(width_of(str(sheet.cell(row, column).value or " ")) / width)
        for column, width in enumerate(widths, 1)
    ]
    sheet.row_dimensions[row].height = _LINE * max(lines)


def _finish(sheet: Worksheet, widths: Sequence[int], titles: str) -> None:
    for number, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    set_print(sheet, titles)

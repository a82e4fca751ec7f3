"""The checksheet as a workbook: one sheet for the answers, one with what must be on the screen."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import datetime

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from careplan_csv.conformance.checksheet.answer_sheet import (
    ANSWER,
    ANSWERS,
    COLUMNS,
    CONTENTS,
    ENTRY_COLUMN,
    FILLED,
    FOLDER,
    MADE_FOR,
    NO,
    YES,
)
from careplan_csv.conformance.checksheet.printed_forms import BlockShape, FormBlock, PrintedForm
from careplan_csv.conformance.checksheet.sheet import Entry, Sheet, sheet_of
from careplan_csv.conformance.checksheet.short_sheet import Length
from careplan_csv.conformance.kit.kit_model import Kit
from careplan_csv.reporting.workbook import undated

LONGEST = 32_000
"""The most characters of a cell; Excel takes 32,767 and openpyxl cuts off without a word."""

_GO_ON = "…（続きは、印刷用の確認表にあります）"
_MADE = datetime(2000, 1, 1)
# What XML cannot hold; a faulty unit may have it.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_HOW = (
    "検査した人・検査した日・介護ソフトの名前・バージョンを、必ず書き込んでください（空欄があると、回答を読みません）。"
    "手順 1 から順に、シート「内容」と介護ソフトの画面を見比べて、色の付いた欄に書き込んでください。文のとおりなら○、"
    "そうでなければ×を選びます。灰色の欄は、変えないでください。"
)
_WIDTHS = (30, 6, 26, 62, 44, 12, 44)
_CONTENT_WIDTHS = (16, 28, *[15] * 9, *[8] * 40)
_GREY = PatternFill("solid", start_color="FFEEEEEC")
_ENTRY = PatternFill("solid", start_color="FFFFF8DC")
_THIN = Side(style="thin", color="FF999999")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_MIDDLE = Border(top=_THIN, bottom=_THIN)
_END = Border(right=_THIN, top=_THIN, bottom=_THIN)
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_FACE = "Yu Gothic"
_PLAIN = Font(name=_FACE, size=10)
_BOLD = Font(name=_FACE, size=10, bold=True)
_HEADING = Font(name=_FACE, size=13, bold=True)
_LINK = Font(name=_FACE, size=10, underline="single", color="FF0563C1")
_TEXT_FORMAT = "@"
_LINE = 17.0
_HIGHEST = 400.0


def checksheet_xlsx(kit: Kit, length: Length = Length.LONG) -> bytes:
    """The workbook; the same kit gives the same bytes.

    Raises:
        KeyError: the kit's edition is unknown.
    """
    sheet = sheet_of(kit, length)
    book = Workbook()
    book.properties.creator = "careplan-csv"
    book.properties.created = book.properties.modified = _MADE
    answers = book.worksheets[0]
    answers.title = ANSWERS
    places = _contents(book.create_sheet(CONTENTS), sheet)
    _answers(answers, sheet, places)
    stream = io.BytesIO()
    book.save(stream)
    return undated(stream.getvalue())


def _write(page: Worksheet, row: int, column: int, text: str, *, box: bool = True) -> Cell:
    """Write a text that no program takes for a number, a date or a formula."""
    cell = page.cell(row, column)
    # A merged cell cannot be written; none is at that time.
    assert isinstance(cell, Cell)
    clean = _CONTROLS.sub("�", text.replace("\r\n", "\n").replace("\r", "\n"))
    if clean:
        cell.value = clean if len(clean) <= LONGEST else clean[:LONGEST] + _GO_ON
        # Without this, a value that begins with = would be a formula.
        cell.data_type = "s"
    cell.number_format = _TEXT_FORMAT
    cell.quotePrefix = bool(clean)
    cell.font = _PLAIN
    cell.alignment = _WRAPPED
    if box:
        cell.border = _BOX
    return cell


def _answers(page: Worksheet, sheet: Sheet, places: Sequence[int]) -> None:
    for column, width in enumerate(_WIDTHS, start=1):
        page.column_dimensions[get_column_letter(column)].width = width
    header = _head(page, sheet)
    for column, name in enumerate(COLUMNS, start=1):
        cell = _write(page, header, column, name)
        cell.font, cell.fill = _BOLD, _GREY
    row = header
    for entry, place in zip(sheet.entries, places, strict=True):
        for question in entry.questions:
            row += 1
            _question(page, row, entry, (question.id, question.text), place)
    page.freeze_panes = f"A{header + 1}"
    choice = DataValidation(type="list", formula1=f'"{YES},{NO}"', allow_blank=True)
    choice.errorTitle, choice.error = "回答", f"{YES}か{NO}を選んでください。"
    page.add_data_validation(choice)
    answer = get_column_letter(COLUMNS.index(ANSWER) + 1)
    choice.add(f"{answer}{header + 1}:{answer}{max(row, header + 1)}")
    _on_paper(page, f"{header}:{header}")


def _head(page: Worksheet, sheet: Sheet) -> int:
    """Write the head.

    Returns:
        the number of the row in which the table's header goes.
    """
    title = _write(page, 1, 1, "取込確認表（回答）", box=False)
    title.font, title.alignment = _HEADING, Alignment(vertical="center")
    how = _write(page, 2, 1, _HOW, box=False)
    page.merge_cells(start_row=2, start_column=1, end_row=2, end_column=len(COLUMNS))
    page.row_dimensions[2].height = 2 * _LINE
    how.alignment = Alignment(wrap_text=True, vertical="center")
    row = 3
    for label in FILLED.values():
        row += 1
        _label(page, row, label)
        cell = _write(page, row, ENTRY_COLUMN, "")
        cell.fill = _ENTRY
    known = {
        "profile": sheet.kit.profile,
        "office_type": sheet.kit.office_type,
        "edition": sheet.kit.edition,
        "seed": str(sheet.kit.seed),
        "office_number": sheet.kit.office_number,
        "length": sheet.length.label,
    }
    names = {
        "profile": sheet.profile_name,
        "office_type": sheet.office_type_name,
        "edition": sheet.edition_name,
    }
    for field, label in MADE_FOR.items():
        row += 1
        _label(page, row, label)
        _write(page, row, 4, known[field]).fill = _GREY
        _write(page, row, 5, names.get(field, "")).fill = _GREY
    return row + 2


def _label(page: Worksheet, row: int, label: str) -> None:
    _merge(page, row, 1, 3)
    _write(page, row, 1, label).fill = _GREY


def _merge(page: Worksheet, row: int, first: int, last: int) -> None:
    """Merge cells, of which the first is written afterwards.

    openpyxl would copy a border that it already has to every other cell, in a hundred times the time.
    """
    page.merge_cells(start_row=row, start_column=first, end_row=row, end_column=last)
    for column in range(first + 1, last + 1):
        page.cell(row, column).border = _END if column == last else _MIDDLE


def _question(page: Worksheet, row: int, entry: Entry, asked: tuple[str, str], place: int) -> None:
    question, text = asked
    texts = (question, str(entry.number), entry.folder, text, entry.expected, "", "")
    for column, (value, name) in enumerate(zip(texts, COLUMNS, strict=True), start=1):
        cell = _write(page, row, column, value)
        cell.fill = _ENTRY if column > len(COLUMNS) - 2 else _GREY
        if name == ANSWER:
            cell.alignment = Alignment(horizontal="center", vertical="center")
        if name == FOLDER:
            cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{CONTENTS}'!A{place}")
            cell.font = _LINK
    page.row_dimensions[row].height = _height([(text, 62), (entry.expected, 44), (question, 30)])


def _contents(page: Worksheet, sheet: Sheet) -> list[int]:
    """Write all steps below one another.

    Returns:
        the row in which each step begins.
    """
    for column, width in enumerate(_CONTENT_WIDTHS, start=1):
        page.column_dimensions[get_column_letter(column)].width = width
    row, places = 1, []
    for entry in sheet.entries:
        places.append(row)
        row = _step(page, row, entry) + 2
    _on_paper(page, "")
    return places


def _step(page: Worksheet, row: int, entry: Entry) -> int:
    title = _write(page, row, 1, f"手順 {entry.number}　{entry.folder}", box=False)
    title.font, title.alignment = _HEADING, Alignment()
    lines = [("すること", entry.task), ("目的", entry.purpose), ("結果", entry.expected)]
    lines.append(("利用者", "、".join(entry.people)))
    for label, text in lines:
        row += 1
        _pair(page, row, (label,), text)
    for form in entry.forms:
        row = _form(page, row + 2, form)
    return row


def _form(page: Worksheet, row: int, form: PrintedForm) -> int:
    heading = "　".join(part for part in (form.name, form.person, form.question) if part)
    title = _write(page, row, 1, heading, box=False)
    title.font, title.alignment = _BOLD, Alignment()
    if form.note:
        row += 1
        _write(page, row, 1, form.note, box=False).alignment = Alignment()
    for block in form.blocks:
        if block.title:
            row += 1
            _write(page, row, 1, block.title, box=False).alignment = Alignment()
        row = _items(page, row, block) if block.shape is BlockShape.ITEMS else _table(page, row, block)
    return row


def _items(page: Worksheet, row: int, block: FormBlock) -> int:
    for number, name, value in block.rows:
        row += 1
        _pair(page, row, (f"№{number}" if number else "", name or ""), value or "")
    return row


def _pair(page: Worksheet, row: int, labels: tuple[str, ...], value: str) -> None:
    """Labels on the left, and a value over all the columns up to H."""
    for column, label in enumerate(labels, start=1):
        _write(page, row, column, label).fill = _GREY
    first, last = len(labels) + 1, 8
    _merge(page, row, first, last)
    _write(page, row, first, value)
    wide = int(sum(_CONTENT_WIDTHS[first - 1 : last]))
    page.row_dimensions[row].height = _height([(value, wide), (labels[-1], _CONTENT_WIDTHS[first - 2])])


def _table(page: Worksheet, row: int, block: FormBlock) -> int:
    row += 1
    _cells(page, row, block.head)
    for cell in page[row]:
        if isinstance(cell, Cell) and cell.column <= len(block.head):
            cell.fill, cell.font = _GREY, _BOLD
    for number, cells in enumerate(block.rows):
        row += 1
        _cells(page, row, ["" if cell is None else cell for cell in cells])
        if number in block.strong:
            for column in range(1, len(cells) + 1):
                page.cell(row, column).font = _BOLD
    return row + 1


def _cells(page: Worksheet, row: int, texts: Sequence[str]) -> None:
    for column, text in enumerate(texts, start=1):
        _write(page, row, column, text)
    widths = zip(texts, _CONTENT_WIDTHS, strict=False)
    page.row_dimensions[row].height = _height(list(widths))


def _height(texts: Sequence[tuple[str, int]]) -> float:
    """Points that the highest of some texts needs, each with the width of its column in half-width characters."""
    most = 1
    for text, width in texts:
        lines = sum(1 + (2 * len(line) - 1) // width if line else 1 for line in text.split("\n"))
        most = max(most, lines)
    return min(most * _LINE, _HIGHEST)


def _on_paper(page: Worksheet, repeated: str) -> None:
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = 9
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    if repeated:
        page.print_title_rows = repeated

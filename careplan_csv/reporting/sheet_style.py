"""How sheets of a workbook look and print: every text stays a text, whatever it begins with."""

from __future__ import annotations

import re
from collections.abc import Sequence

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

FACE = "Yu Gothic"
_HEADER = PatternFill("solid", start_color="FF2F4B6E")
_THIN = Side(style="thin", color="FFBBBBBB")
BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
# What a spreadsheet reads as a character by its number.
_CODED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def inert(text: str) -> str:
    """A text as XML can hold it, with nothing in it that a spreadsheet reads as a code."""
    return _CODED.sub("_x005F_", _NO_XML.sub("", text))


def put_header(sheet: Worksheet, titles: Sequence[str], row: int = 1) -> None:
    """White on blue, with borders."""
    for number, title in enumerate(titles, 1):
        cell = sheet.cell(row, number, title)
        cell.data_type = "s"
        cell.font = Font(name=FACE, size=9, bold=True, color="FFFFFFFF")
        cell.fill = _HEADER
        cell.border = BOX
        cell.alignment = Alignment(vertical="center", wrap_text=True)


def put_row(sheet: Worksheet, row: int, values: Sequence[object], *, bold: bool = False) -> None:
    """Numbers as numbers, everything else as text: no cell is ever taken for a formula."""
    for number, value in enumerate(values, 1):
        cell = sheet.cell(row, number)
        if isinstance(value, int):
            cell.value = value
        else:
            cell.value = inert(str(value))
            cell.data_type = "s"
        cell.font = Font(name=FACE, size=10, bold=bold)
        cell.alignment = Alignment(vertical="top", wrap_text=True)


def set_print(sheet: Worksheet, titles: str = "1:1", pages_high: int = 0) -> None:
    """A4 landscape, as wide as a page, the heading again on every page.

    Args:
        titles: the rows that are printed on every page.
        pages_high: on so many pages; 0 for as many as it takes.
    """
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, pages_high
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = titles
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    if footer := sheet.oddFooter:
        footer.center.text = "&A　&P / &N"


def set_widths(sheet: Worksheet, rows: Sequence[Sequence[str]], most: int = 60) -> None:
    """Columns as wide as their longest line, within limits."""
    for number in range(max(map(len, rows), default=0)):
        lines = [line for row in rows if number < len(row) for line in row[number].split("\n")]
        widest = max(map(text_width, lines), default=0)
        sheet.column_dimensions[get_column_letter(number + 1)].width = min(most, widest + 3)


def text_width(text: str) -> int:
    """About how wide a text is, in the widths of a digit."""
    return len(text) if text.isascii() else 2 * len(text)

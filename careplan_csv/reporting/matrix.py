"""A table of verdicts – products by requirements, or software by software – as HTML, workbook and text."""

from __future__ import annotations

import io
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from careplan_csv.japanese import width_of
from careplan_csv.reporting.assessment_text import STATUS_STYLES
from careplan_csv.reporting.templates import environment
from careplan_csv.reporting.workbook import undated
from careplan_csv.results import Status

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

TEMPLATE = "matrix.html.j2"
_NARROW, _WIDEST = 4, 160
_SHEET_WIDTH = 190
_LINE = 14
"""Width of a sheet in characters, and points of a line."""
_HEAD_ROW = 3
_ROWS_ON_A_PAGE = 20
_FILLS = {
    Status.CONFORMANT: "FFE3F1E3",
    Status.NONCONFORMANT: "FFF7DCDC",
    Status.UNVERIFIED: "FFFBF2D5",
}


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """A cell: what it says, and the outcome that decides its colour (None for plain text).

    Attributes:
        short: what stands in a narrow column instead; empty for the text itself.
        link: where the text leads to on a page: a name beside the page; empty for nowhere.
    """

    text: str
    status: Status | None = None
    short: str = ""
    link: str = ""

    @property
    def brief(self) -> str:
        """What stands in a column of a page or a sheet."""
        return self.short or self.text


@dataclass(frozen=True)
class Matrix:
    """A table.

    Attributes:
        columns: headings, that of the first column among them.
        rows: cells of each row, as many as there are headings.
        notes: sentences below the table.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[MatrixCell, ...], ...]
    notes: tuple[str, ...] = ()

    @property
    def shares(self) -> list[float]:
        """Widths of the columns in hundredths of the page, by the length of what stands in them."""
        weights = [self._weight(number) for number in range(len(self.columns))]
        return [round(100 * own / sum(weights), 2) for own in weights]

    def _weight(self, number: int) -> float:
        cells = [row[number] for row in self.rows]
        if cells and all(cell.short or len(cell.text) == 1 for cell in cells):
            return _NARROW
        # A text twice as long goes on further lines rather than taking twice the room.
        longest = max(width_of(text) for text in (self.columns[number], *(cell.brief for cell in cells)))
        return max(2.0 * _NARROW, float(min(_WIDEST, longest) ** 0.7))


def matrix_html(*matrices: Matrix) -> str:
    """One page that needs nothing from outside; everything is escaped."""
    return environment().get_template(TEMPLATE).render(matrices=matrices)


def matrix_xlsx(*matrices: Matrix) -> bytes:
    """A workbook of texts, a sheet for each table: no cell is ever taken for a formula; equal tables give equal bytes."""
    from openpyxl import Workbook

    book = Workbook()
    for number, matrix in enumerate(matrices):
        sheet = book.create_sheet(f"表{number + 1}") if number else book.worksheets[0]
        sheet.title = f"表{number + 1}"
        _fill(sheet, matrix)
    stream = io.BytesIO()
    book.save(stream)
    return undated(stream.getvalue())


def _fill(sheet: Worksheet, matrix: Matrix) -> None:
    from openpyxl.styles import Alignment, PatternFill
    from openpyxl.utils import get_column_letter

    from careplan_csv.reporting.sheet_style import BOX, put_header, put_row, set_print

    put_row(sheet, 1, [matrix.title], bold=True)
    sheet.cell(1, 1).alignment = Alignment(wrap_text=False)
    put_header(sheet, matrix.columns, _HEAD_ROW)
    for number, row in enumerate(matrix.rows, _HEAD_ROW + 1):
        put_row(sheet, number, [cell.brief for cell in row])
        for place, cell in enumerate(row, 1):
            sheet.cell(number, place).border = BOX
            if cell.status in _FILLS:
                sheet.cell(number, place).fill = PatternFill("solid", start_color=_FILLS[cell.status])
    last = _HEAD_ROW + len(matrix.rows)
    for number, note in enumerate(matrix.notes, last + 2):
        put_row(sheet, number, [note])
        sheet.cell(number, 1).alignment = Alignment(wrap_text=False)
    widths = [max(7.0, share * _SHEET_WIDTH / 100) for share in matrix.shares]
    for place, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    for number, row in enumerate(matrix.rows, _HEAD_ROW + 1):
        # Not every program makes a row as high as its text needs.
        sheet.row_dimensions[number].height = _LINE * max(
            _lines(cell.brief, width) for cell, width in zip(row, widths, strict=True)
        )
    sheet.freeze_panes = f"B{_HEAD_ROW + 1}"
    end = f"{get_column_letter(len(matrix.columns))}{last + 1 + len(matrix.notes)}"
    sheet.print_area = f"A1:{end}"
    # More rows than this could not be read on one page.
    pages = 1 if len(matrix.rows) <= _ROWS_ON_A_PAGE else 0
    set_print(sheet, f"{_HEAD_ROW}:{_HEAD_ROW}", pages)


def _lines(text: str, width: float) -> int:
    """How many lines a text takes in a cell."""
    return sum(max(1, ceil(1.1 * width_of(line) / width)) for line in text.split("\n"))


def matrix_blocks(matrix: Matrix, alone: int = 5) -> RenderableType:
    """A wide table for the terminal: a block for each row, in it a line for each outcome with where it stands.

    Args:
        alone: so many cells behind the first have a line of their own.
    """
    text = Text(f"{matrix.title}\n", style="bold")
    for row in matrix.rows:
        text.append(f"\n■ {_one_line(row[0])}\n", style="bold")
        outcomes: dict[MatrixCell, list[str]] = {}
        for number, (name, cell) in enumerate(zip(matrix.columns[1:], row[1:], strict=True)):
            if cell.status and number >= alone:
                outcomes.setdefault(cell, []).append(name)
            elif cell.text:
                text.append(f"  {name}: ", style="not bold").append(
                    _one_line(cell), style=_style(cell)
                ).append("\n")
        for cell, names in outcomes.items():
            text.append(f"  {_one_line(cell)}", style=_style(cell)).append(
                f": {'、'.join(names)}\n", style="not bold"
            )
    for note in matrix.notes:
        text.append(f"\n{note}", style="not bold")
    return text


def _style(cell: MatrixCell) -> str:
    return STATUS_STYLES.get(cell.status, "not bold") if cell.status else "not bold"


def _one_line(cell: MatrixCell) -> str:
    return "　".join(cell.text.splitlines())


def matrix_text(matrix: Matrix) -> RenderableType:
    """The table for the terminal."""
    table = Table(*matrix.columns, box=None, pad_edge=False, title=matrix.title, title_justify="left")
    for row in matrix.rows:
        table.add_row(
            *(
                Text(cell.text, style=STATUS_STYLES.get(cell.status, "") if cell.status else "")
                for cell in row
            )
        )
    return table

"""A table of verdicts – products by requirements, or software by software – as HTML, workbook and text."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from careplan_csv.reporting.assessment_text import STATUS_STYLES
from careplan_csv.reporting.templates import environment
from careplan_csv.reporting.workbook import undated
from careplan_csv.results import Status

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

TEMPLATE = "matrix.html.j2"
_WIDEST = 48


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """A cell: what it says, and the outcome that decides its colour (None for plain text)."""

    text: str
    status: Status | None = None


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
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    lines = [[matrix.title], [], list(matrix.columns)]
    lines += [[cell.text for cell in row] for row in matrix.rows]
    lines += [[], *([note] for note in matrix.notes)]
    for number, line in enumerate(lines, start=1):
        for place, text in enumerate(line, start=1):
            cell = sheet.cell(number, place, _plain(text))
            # A text that begins with "=" must not become a formula.
            cell.data_type = "s"
            cell.alignment = Alignment(
                vertical="top", wrap_text=number > 2 and number <= 3 + len(matrix.rows)
            )
            cell.font = Font(bold=number in (1, 3))
    for place in range(1, len(matrix.columns) + 1):
        widest = max((len(line[place - 1]) for line in lines[2:] if len(line) >= place), default=8)
        sheet.column_dimensions[get_column_letter(place)].width = min(2 * widest + 2, _WIDEST)
    sheet.freeze_panes = "B4"


def _plain(text: str) -> str:
    """Without what a workbook cannot hold."""
    return "".join(c for c in text if c in "\n\t" or c.isprintable())


def matrix_blocks(matrix: Matrix, alone: int = 2) -> RenderableType:
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

"""What differs between two results, as a page and as a workbook."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, BinaryIO

from careplan_csv.conformance.evidence_package.result_differences import Change, ResultDifferences
from careplan_csv.reporting.difference_tables import (
    FINDING_COLUMNS,
    REQUIREMENT_COLUMNS,
    RESULT_COLUMNS,
    RULE_COLUMNS,
    DifferenceTables,
)
from careplan_csv.reporting.templates import environment
from careplan_csv.version import __version__

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_ROWS_OF_A_PAGE = 5_000
_ROWS_OF_A_SHEET = 200_000
_NAMES_SHOWN = 200
_FILLS = {
    Change.NEW: "FFFBE3E4",
    Change.CHANGED: "FFFFF3D6",
    Change.FIXED: "FFE3F1E3",
    Change.UNKNOWN: "FFE8F1FA",
}


def write_difference_page(found: ResultDifferences, file: BinaryIO) -> None:
    """One page of HTML that needs nothing else; everything is escaped."""
    tables = DifferenceTables(found)
    page = (
        environment()
        .get_template("difference.html.j2")
        .render(
            tables=tables,
            rows=list(tables.findings(_ROWS_OF_A_PAGE)),
            more=max(0, tables.count - _ROWS_OF_A_PAGE),
            names_shown=_NAMES_SHOWN,
            columns=FINDING_COLUMNS,
            rule_columns=RULE_COLUMNS,
            result_columns=RESULT_COLUMNS,
            requirement_columns=REQUIREMENT_COLUMNS,
            worse=found.is_worse(),
            version=__version__,
        )
    )
    file.write(page.encode("utf-8", "replace"))


def write_difference_sheet(found: ResultDifferences, file: BinaryIO) -> None:
    """A workbook with 概要, 一覧 and 規則; every cell is a text."""
    from openpyxl import Workbook

    tables = DifferenceTables(found)
    book = Workbook()
    book.properties.creator = "careplan-csv"
    _summary(book.worksheets[0], tables)
    _findings(book.create_sheet("一覧"), tables)
    _plain(book.create_sheet("規則"), RULE_COLUMNS, tables.rules)
    # A workbook cut short by a full disk leaves an archive that complains when it is given up.
    stream = io.BytesIO()
    book.save(stream)
    file.write(stream.getvalue())


def _summary(sheet: Worksheet, tables: DifferenceTables) -> None:
    from careplan_csv.reporting.sheet_style import put_header, put_row, set_print

    sheet.title = "概要"
    put_row(sheet, 1, ["2つの結果の違い"], bold=True)
    lines: list[tuple[str, ...]] = [*tables.summary, *(("注意", note) for note in tables.notes)]
    for title, names in tables.files:
        more = f"、ほか {len(names) - _NAMES_SHOWN:,}個" if len(names) > _NAMES_SHOWN else ""
        lines.append((f"{title} {len(names):,}個", "、".join(names[:_NAMES_SHOWN]) + more))
    if tables.count > _ROWS_OF_A_SHEET:
        lines.append(
            ("注意", f"一覧は {_ROWS_OF_A_SHEET:,}件までです（ほか {tables.count - _ROWS_OF_A_SHEET:,}件）。")
        )
    for number, line in enumerate(lines, 2):
        put_row(sheet, number, line)
    row = len(lines) + 3
    for columns, rows in ((RESULT_COLUMNS, tables.results), (REQUIREMENT_COLUMNS, tables.requirements)):
        if rows:
            put_header(sheet, columns, row)
            for number, values in enumerate(rows, row + 1):
                put_row(sheet, number, values)
            row += len(rows) + 2
    for letter, width in zip("ABCD", (26, 60, 60, 20), strict=True):
        sheet.column_dimensions[letter].width = width
    set_print(sheet)


def _findings(sheet: Worksheet, tables: DifferenceTables) -> None:
    from openpyxl.styles import PatternFill

    from careplan_csv.reporting.sheet_style import BOX, put_row

    rows = []
    fills = {change: PatternFill("solid", start_color=color) for change, color in _FILLS.items()}
    for number, (finding, values) in enumerate(tables.findings(_ROWS_OF_A_SHEET), 2):
        put_row(sheet, number, values)
        sheet.cell(number, 1).fill = fills[finding.change]
        sheet.cell(number, 1).border = BOX
        rows.append(values)
    _finished(sheet, FINDING_COLUMNS, rows)


def _plain(sheet: Worksheet, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from careplan_csv.reporting.sheet_style import put_row

    for number, values in enumerate(rows, 2):
        put_row(sheet, number, values)
    _finished(sheet, columns, rows)


def _finished(sheet: Worksheet, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Header, widths, filter, and how it prints."""
    from openpyxl.utils import get_column_letter

    from careplan_csv.reporting.sheet_style import put_header, set_print, set_widths

    put_header(sheet, columns)
    set_widths(sheet, [columns, *rows])
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{len(rows) + 1}"
    sheet.freeze_panes = "A2"
    set_print(sheet)


DIFFERENCE_WRITERS: dict[str, Callable[[ResultDifferences, BinaryIO], None]] = {
    ".html": write_difference_page,
    ".xlsx": write_difference_sheet,
}
"""What writes a report, by the end of its name."""

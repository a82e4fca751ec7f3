"""The list of all places as a workbook: 概要, 一覧 (every place), 規則.

openpyxl makes the workbook without the rows of 一覧; these are written into it as they come. Written cell by cell, a
hundred thousand places take several times as long as the check itself, and what all places of a finding have in
common is the same text again and again. Every text is an inline string, so that none can be a formula.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, BinaryIO
from xml.sax.saxutils import escape

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from careplan_csv.findings import Severity, printable
from careplan_csv.reporting.finding_list import (
    COLUMNS,
    FindingList,
    Value,
    severity_words,
)
from careplan_csv.reporting.judgement_tables import JudgementTable
from careplan_csv.reporting.selection import places_of
from careplan_csv.reporting.sheet_style import (
    BOX,
    FACE,
    inert,
    put_header,
    put_row,
    set_print,
    set_widths,
    text_width,
)
from careplan_csv.results import InputReport
from careplan_csv.rules.registry import RULES

SUMMARY, LIST, RULE_SHEET = "概要", "一覧", "規則"
MOST_ROWS = 1_048_575
"""Rows of a sheet below its header."""

_FILES_LISTED = 2_000
"""Files in 概要: a cell of these sheets costs much more than one of 一覧."""

_LINE, _HIGHEST = 13, 400
"""Points of a line, and of the highest row."""
_COLORS = {Severity.ERROR: "FFFBE3E4", Severity.WARNING: "FFFFF3D6", Severity.INFO: "FFE8F1FA"}
_DIMENSION = re.compile(rb'<dimension ref="[^"]*"\s*/>')


def write_sheet(listing: FindingList, file: BinaryIO, most: int = MOST_ROWS) -> None:
    """Write the workbook; more rows than `most` go on in further sheets."""
    book = Workbook()
    book.properties.creator = "careplan-csv"
    parts = [min(most, listing.rows - start) for start in range(0, listing.rows, most)] or [0]
    _summary(book.worksheets[0], listing, len(parts))
    names = [LIST if not number else f"{LIST} ({number + 1})" for number in range(len(parts))]
    sheets = [book.create_sheet(name) for name in names]
    for sheet, part in zip(sheets, parts, strict=True):
        _prepare(sheet, part)
    styles = {severity: _styles(sheets[0], severity) for severity in Severity}
    _rules(book.create_sheet(RULE_SHEET), listing)
    for table in listing.judgement.tables if listing.judgement else ():
        _table(book.create_sheet(table.title), table)
    skeleton = io.BytesIO()
    book.save(skeleton)
    rows = _rows(listing, styles)
    # openpyxl names the sheets' parts by their order; 概要 is the first.
    taken = {f"xl/worksheets/sheet{number + 2}.xml": part for number, part in enumerate(parts)}
    _filled(skeleton, file, taken, rows)


def _filled(skeleton: BinaryIO, file: BinaryIO, taken: dict[str, int], rows: Iterator[str]) -> None:
    """The skeleton with so many of the rows put into some of its parts."""
    level = 1
    with (
        zipfile.ZipFile(skeleton) as old,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as new,
    ):
        for info in sorted(
            old.infolist(),
            key=lambda info: list(taken).index(info.filename) if info.filename in taken else -1,
        ):
            content = old.read(info.filename)
            if info.filename not in taken:
                new.writestr(info.filename, content)
                continue
            count = taken[info.filename]
            last = f"{get_column_letter(len(COLUMNS))}{count + 1}"
            content = _DIMENSION.sub(f'<dimension ref="A1:{last}"/>'.encode(), content)
            head, end, tail = content.partition(b"</sheetData>")
            with new.open(info.filename, "w", force_zip64=True) as part:
                part.write(head)
                own = (
                    f'<row r="{number}"{cells}</row>' for number, cells in enumerate(islice(rows, count), 2)
                )
                while some := "".join(islice(own, 1000)):
                    part.write(some.encode())
                part.write(end + tail)


def _rows(listing: FindingList, styles: dict[Severity, tuple[int, int]]) -> Iterator[str]:
    """Height and cells of every row; what all places of a finding share is written once."""
    order = [column.title for column in COLUMNS]
    for finding in listing.findings:
        texts = listing.shared(finding)
        plain, marked = styles[finding.severity]
        shared = {
            title: _cell(value, marked if title == "重要度" else plain) for title, value in texts.items()
        }
        pieces = [
            shared[title].replace("{", "{{").replace("}", "}}") if title in shared else "{}"
            for title in order
        ]
        form = f' ht="{_height(texts)}" customHeight="1">' + "".join(pieces)
        for place in listing.places(finding):
            yield form.format(*(_cell(value, plain) for value in place))


def _height(shared: dict[str, Value]) -> int:
    """Points for the longest text: not every program makes a row as high as its text needs."""
    lines = max(-(-text_width(str(shared.get(column.title) or "")) // column.width) for column in COLUMNS)
    return min(_HIGHEST, _LINE * max(2, lines))


def _cell(value: Value, style: int) -> str:
    if value is None or value == "":
        return f'<c s="{style}"/>'
    if isinstance(value, int):
        return f'<c s="{style}"><v>{value}</v></c>'
    text = escape(inert(value))
    return f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _styles(sheet: Worksheet, severity: Severity) -> tuple[int, int]:
    """The numbers of the formats of a plain cell and of that of the severity."""
    numbers = []
    for bold in (False, True):
        # A cell for each: the book remembers the format itself, and it must not change any more.
        cell = sheet.cell(2, 1 + bold)
        cell.font = Font(name=FACE, size=9, bold=bold)
        cell.alignment = Alignment(vertical="top", wrap_text=True)
        cell.border = BOX
        if bold:
            cell.fill = PatternFill("solid", start_color=_COLORS[severity])
        numbers.append(cell.style_id)
    sheet.delete_rows(2)
    return numbers[0], numbers[1]


def _prepare(sheet: Worksheet, rows: int) -> None:
    """Header, widths, filter and print settings."""
    put_header(sheet, [column.title for column in COLUMNS])
    for number, column in enumerate(COLUMNS, 1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(COLUMNS))}{rows + 1}"
    sheet.freeze_panes = "A2"
    set_print(sheet)


def _summary(sheet: Worksheet, listing: FindingList, sheets: int) -> None:
    from careplan_csv.reporting.text import outcome_sentence
    from careplan_csv.version import __version__

    sheet.title = SUMMARY
    result = listing.result
    judgement = listing.judgement
    lines: list[list[Any]] = [
        ["ケアプランデータの検査の結果"],
        *([["判定", judgement.verdict], ["対象", judgement.about]] if judgement else []),
        *(["理由", reason] for reason in (judgement.reasons if judgement else ())),
        *(["注意", note] for note in (judgement.notes if judgement else ())),
        ["結果", outcome_sentence(result)],
        *([severity_words(severity), count, "か所"] for severity, count in result.counts.items()),
        *([["✓ 承認済み", places_of(result.waived), "か所"]] if result.waiver_list else []),
        ["調べたファイル", len(result.examined), "個"],
        ["調べた日時", result.checked_at],
        ["検査プログラム", f"careplan-csv {__version__}（規則の組の目印 {result.rule_set}）"],
        ["一覧の行数", listing.rows, "行"],
    ]
    if sheets > 1:
        lines.append(["注意", f"1枚のシートに入りきらないため、一覧を {sheets} 枚のシートに分けました。"])
    if hidden := listing.hidden:
        lines.append(
            [
                "注意",
                f"--select・--ignore の指定により、{hidden:,}件の指摘を一覧に載せていません（上の数には含みます）。",
            ]
        )
    shown = "値を伏せずに示しています。個人情報に注意してください。"
    masked = "「伏せたもの」は、値の代わりに文字の種類と長さを示します。"
    lines.append(["値について", shown if listing.every.show_values else masked])
    for number, line in enumerate(lines, 1):
        put_row(sheet, number, line, bold=number == 1)
    row = len(lines) + 2
    put_header(sheet, ["ファイル", "結果", "記録", "調べられなかったところ"], row)
    files = [*map(_file, _worst_first(result.inputs)), *map(_ignored, result.ignored)]
    for values in files[:_FILES_LISTED]:
        row += 1
        put_row(sheet, row, values)
    if len(files) > _FILES_LISTED:
        put_row(
            sheet,
            row + 1,
            [f"ほか {len(files) - _FILES_LISTED:,}個（調べられなかったものを先に示しています）"],
        )
    for letter, width in zip("ABCD", (52, 60, 12, 70), strict=True):
        sheet.column_dimensions[letter].width = width
    set_print(sheet, f"{len(lines) + 2}:{len(lines) + 2}")


def _worst_first(inputs: Sequence[InputReport]) -> list[InputReport]:
    """Files that were not examined, then those examined in part, then the others, each in their order."""
    return sorted(inputs, key=lambda report: (not report.problem, not report.skipped_checks))


def _file(report: InputReport) -> list[Any]:
    unexamined = " ".join(filter(None, (report.problem, *report.skipped_checks)))
    return [printable(report.file, 1000), report.status.label, report.records or 0, unexamined]


def _ignored(name: str) -> list[Any]:
    return [printable(name, 1000), "対象外", "", "CSV ではないので調べていません。"]


def _table(sheet: Worksheet, table: JudgementTable) -> None:
    """A table of what was judged, widths by what stands in it."""
    put_header(sheet, list(table.columns))
    for number, row in enumerate(table.rows, 2):
        put_row(sheet, number, list(row))
    if table.more:
        put_row(sheet, len(table.rows) + 2, ["ほかにもあります（結果の JSON に、すべてがあります）。"])
    set_widths(sheet, [table.columns, *table.rows])
    sheet.freeze_panes = "A2"
    set_print(sheet)


def _rules(sheet: Worksheet, listing: FindingList) -> None:
    titles = [
        "規則",
        "重要度",
        "受け取る側でのおそれ",
        "指摘の内容",
        "か所",
        "うち承認済み",
        "なぜ",
        "直し方",
        "根拠",
    ]
    put_header(sheet, titles)
    for row, (rule_id, counts) in enumerate(listing.rules.items(), 2):
        rule = RULES[rule_id]
        values = [
            rule.id,
            "\n".join(map(severity_words, counts)),
            rule.consequence_of(next(iter(counts))).label,
            rule.title,
            sum(counts.values()),
            listing.waived[rule_id],
            rule.why,
            rule.remedy,
            rule.reference,
        ]
        put_row(sheet, row, values)
    for letter, width in zip("ABCDEFGHI", (8, 10, 14, 36, 9, 9, 48, 60, 24), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.auto_filter.ref = f"A1:I{len(listing.rules) + 1}"
    sheet.freeze_panes = "A2"
    set_print(sheet)

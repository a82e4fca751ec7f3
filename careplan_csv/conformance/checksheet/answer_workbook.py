"""Reads the rows of a sheet of an xlsx workbook; nothing in the workbook is trusted."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from defusedxml.common import DefusedXmlException
from openpyxl import load_workbook

from careplan_csv.conformance.checksheet.workbook_limits import PARTS, TooMuch, is_too_large, refuse_too_much

BIGGEST = 20 * 1024 * 1024
"""Bytes; a checksheet has about ten thousand."""
_MOST_ROWS = 10_000
_MOST_COLUMNS = 40

_MIB = 1024 * 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = 0x1
_SAVE_AS = "Excel の「名前を付けて保存」で、Excel ブック（*.xlsx）として保存してください。"


class AnswersProblem(Exception):
    """Answers that cannot be used; the text says what, where, and what to do, in Japanese."""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row that is not empty: its number from 1, and (position from 0, value) of its filled cells."""

    number: int
    cells: tuple[tuple[int, object], ...]


def rows_of(data: bytes, title: str) -> list[SheetRow]:
    """The filled rows of a sheet.

    Raises:
        AnswersProblem: it is no workbook, is too big, is encrypted, or has no such sheet.
    """
    _refuse_what_is_no_workbook(data)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheets = {name.strip(): name for name in book.sheetnames}
        if title in sheets:
            return list(_rows(book[sheets[title]].iter_rows(max_row=_MOST_ROWS, max_col=_MOST_COLUMNS)))
    except Exception as problem:
        # openpyxl raises many kinds of exceptions for damaged or invalid workbooks.
        raise AnswersProblem(
            "Excel ファイルが壊れていて読めません。Excel などで開き、もう一度保存してください。"
        ) from problem
    raise AnswersProblem(
        f"Excel ファイルにシート「{title}」がありません。"
        "書き込んだ確認表のファイルを指定してください。シートの名前は変えないでください。"
    )


def _rows(rows: Iterator[tuple[object, ...]]) -> Iterator[SheetRow]:
    for number, row in enumerate(rows, start=1):
        values = ((position, getattr(cell, "value", None)) for position, cell in enumerate(row))
        cells = tuple((position, value) for position, value in values if value not in (None, ""))
        if cells:
            yield SheetRow(number, cells)


def _refuse_what_is_no_workbook(data: bytes) -> None:
    if len(data) > BIGGEST:
        raise AnswersProblem(
            f"Excel ファイルが大きすぎます（{BIGGEST // _MIB} MB まで）。"
            "画像などを取り除くか、確認表を作り直して書き込んでください。"
        )
    if data.startswith(_OLE):
        raise AnswersProblem(
            f"パスワードの付いた Excel ファイルか、古い形式（*.xls）です。パスワードを外し、{_SAVE_AS}"
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _refuse_bombs(archive)
    except AnswersProblem:
        raise
    except Exception as problem:
        # zipfile has no common exception for all faults of an archive.
        raise AnswersProblem(f"Excel ファイル（*.xlsx）ではないか、壊れています。{_SAVE_AS}") from problem


def _refuse_bombs(archive: zipfile.ZipFile) -> None:
    if any(member.flag_bits & _ENCRYPTED for member in archive.infolist()):
        raise AnswersProblem(f"パスワードの付いたファイルです。パスワードを外し、{_SAVE_AS}")
    if is_too_large(archive):
        raise AnswersProblem(
            f"Excel ファイルの中身が大きすぎます（展開して {PARTS.total // _MIB} MB まで）。"
            "確認表を作り直して書き込んでください。"
        )
    try:
        refuse_too_much(archive)
    except TooMuch:
        raise AnswersProblem(
            "Excel ファイルの中に、確認表にあるはずのない大きさの記述（書式・名前・入れ子など）があるため、読みません。"
            "確認表を作り直して書き込んでください。"
        ) from None
    except DefusedXmlException:
        raise AnswersProblem(
            "Excel ファイルの中に、Excel が書くことのない記述（DOCTYPE）があるため、読みません。"
            "確認表を作り直して書き込んでください。"
        ) from None

"""Workbooks that are made to do harm end in a sentence, soon, and without taking much memory."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from long_proofs import long
from made_kits import made_kit

from careplan_csv.conformance.checksheet.answer_sheet import ANSWERS, ENTRY_COLUMN, FILLED
from careplan_csv.conformance.checksheet.answers import read_answers
from careplan_csv.reporting.checksheet_xlsx import checksheet_xlsx

resource = pytest.importorskip("resource", reason="peaks of memory are asked about on POSIX only")
SECONDS = 5
MOST = 300 << 20
_MILLION = 1_000_000
CHILD = ("sh", "-c", '"$0" "$@"; exit $?')
"""A shell between: a process inherits the peak of the one that it was forked from, which here is large."""

READING = """
import resource, sys, time, pathlib
from careplan_csv.conformance.checksheet.answers import read_answers
from careplan_csv.conformance.checksheet.answer_workbook import AnswersProblem
data = pathlib.Path(sys.argv[1]).read_bytes()
started = time.process_time()
try:
    read_answers(data)
    said = "read"
except AnswersProblem as problem:
    said = str(problem)
scale = 1 if sys.platform == "darwin" else 1024
print(time.process_time() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale)
print(said)
"""

STYLES, BOOK, TYPES = "xl/styles.xml", "xl/workbook.xml", "[Content_Types].xml"
SHEET = "xl/worksheets/sheet1.xml"


@cache
def sheet() -> bytes:
    return checksheet_xlsx(made_kit())


def harmful(path: Path, part: str, before: str, piece: str, times: int, behind: str = "") -> Path:
    """The checksheet with something put into one of its parts many times, in front of a mark in it."""
    with (
        zipfile.ZipFile(io.BytesIO(sheet())) as given,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for member in given.infolist():
            text = given.read(member).decode("utf-8")
            if member.filename == part:
                start, mark, end = text.partition(before)
                assert mark
                text = start + piece * times + behind + mark + end
            made.writestr(member.filename, text)
    return path


def told(path: Path) -> str:
    """The message on a workbook; time and memory are checked."""
    done = subprocess.run(
        [*CHILD, sys.executable, "-X", "utf8", "-c", READING, str(path)],
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    figures, said = done.stdout.splitlines()
    seconds, peak = map(float, figures.split())
    assert seconds < SECONDS
    assert peak < MOST
    return said


XF = '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
NAME = '<definedName name="a">0</definedName>'
NAMES = "<sheets>"
NESTED = ("<a>" * 3 * _MILLION, "</a>" * 3 * _MILLION)


@pytest.mark.parametrize(
    ("part", "before", "piece", "times"),
    [
        long(STYLES, "</cellXfs>", XF, 1_700_000),
        # Not only by its size.
        (STYLES, "</cellXfs>", "<xf/>", 300_000),
        (BOOK, "</definedNames>", NAME, _MILLION),
        long(BOOK, "</definedNames>", "<definedName/>", 100_000),
        long(TYPES, "</Types>", '<Override PartName="/a" ContentType="b"/>', _MILLION),
        (TYPES, "</Types>", "<Override/>", 100_000),
        (SHEET, "</sheetData>", '<row r="9"/>', _MILLION),
    ],
    ids=lambda value: str(value)[:20],
)
def test_parts_with_far_too_much(tmp_path: Path, part: str, before: str, piece: str, times: int) -> None:
    assert "大き" in told(harmful(tmp_path / "a.xlsx", part, before, piece, times))


@pytest.mark.parametrize("part", [BOOK, SHEET])
def test_elements_in_one_another(tmp_path: Path, part: str) -> None:
    before = "</workbook>" if part == BOOK else "</sheetData>"
    deep = 3 * _MILLION
    assert "大き" in told(harmful(tmp_path / "a.xlsx", part, before, "<a>", deep, "</a>" * deep))
    assert "入れ子" in told(harmful(tmp_path / "b.xlsx", part, before, "<a>", 1000, "</a>" * 1000))


def test_a_tag_with_a_million_attributes(tmp_path: Path) -> None:
    many = "".join(f' a{number}=""' for number in range(_MILLION))
    assert "大き" in told(harmful(tmp_path / "a.xlsx", BOOK, "</workbook>", f"<x{many}/>", 1))


def test_a_part_that_is_called_otherwise(tmp_path: Path) -> None:
    path = harmful(tmp_path / "a.xlsx", STYLES, "</cellXfs>", "<xf/>", 300_000)
    renamed = tmp_path / "b.xlsx"
    with zipfile.ZipFile(path) as given, zipfile.ZipFile(renamed, "w", zipfile.ZIP_DEFLATED) as made:
        for member in given.infolist():
            text = given.read(member).replace(b"styles.xml", b"styles.png")
            made.writestr(member.filename.replace("styles.xml", "styles.png"), text)
    assert "大き" in told(renamed)


def test_a_document_type_behind_a_long_comment(tmp_path: Path) -> None:
    start = "<!--" + "x" * (1 << 17) + '--><!DOCTYPE a [<!ENTITY b "bbbb">]>'
    assert "DOCTYPE" in told(harmful(tmp_path / "a.xlsx", BOOK, "<workbook", start, 1))


def test_openpyxl_reads_without_entities() -> None:
    assert openpyxl.DEFUSEDXML is True


def saved(book: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def grown() -> Iterator[bytes]:
    """Sound workbooks: with the head filled in, and with a sheet that somebody has used for notes of their own."""
    book = openpyxl.load_workbook(io.BytesIO(sheet()))
    for row in book[ANSWERS].iter_rows(max_row=12):
        if row[0].value in FILLED.values():
            row[ENTRY_COLUMN - 1].value = "試験"
    yield saved(book)
    page = book.create_sheet("メモ")
    for number in range(3000):
        page.append([number, "メモ", "○", "×", None, "あ" * 100])
    yield saved(book)


def test_sound_workbooks_are_read() -> None:
    for data in grown():
        assert read_answers(data).seed == "7"

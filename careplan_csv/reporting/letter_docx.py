"""Letters as a document of Word. Needs python-docx (the extra `word`)."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from careplan_csv.reporting.letter_blocks import Block, Bullets, Grid, Heading
from careplan_csv.reporting.workbook import undated

if TYPE_CHECKING:
    from docx.document import Document as Word

_FACE = "Yu Gothic"
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


class WordUnavailable(Exception):
    """python-docx is not installed; the text says what to do."""


def letters_docx(letters: Sequence[Sequence[Block]]) -> bytes:
    """The letters, each beginning on a page of its own; equal letters give equal bytes.

    Raises:
        WordUnavailable: python-docx is not installed.
    """
    try:
        from docx import Document
        from docx.enum.text import WD_BREAK
    except ImportError as error:
        raise WordUnavailable(
            "Word の文書を作るには python-docx が必要です。"
            "「python -m pip install python-docx」で入れるか、.html か .txt を指定してください。"
        ) from error
    word = Document()
    _prepare(word)
    for number, letter in enumerate(letters):
        if number:
            word.paragraphs[-1].add_run().add_break(WD_BREAK.PAGE)
        for block in letter:
            _add(word, block)
    stream = io.BytesIO()
    word.save(stream)
    return undated(stream.getvalue())


def _prepare(word: Word) -> None:
    """A4, the fonts, and no name of an author."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    section.top_margin = section.bottom_margin = Mm(16)
    for name in ("Normal", "Heading 1", "Heading 2", "List Bullet"):
        style = word.styles[name]
        font = style.font
        font.name = _FACE
        own = style.element.get_or_add_rPr()
        own.get_or_add_rFonts().set(qn("w:eastAsia"), _FACE)
        language = OxmlElement("w:lang")
        # Without it, programs on computers of other countries set the text with signs of their own language.
        language.set(qn("w:eastAsia"), "ja-JP")
        own.append(language)
        font.size = {"Heading 1": Pt(13), "Heading 2": Pt(11)}.get(name, Pt(10))
        font.color.rgb = None
        style.paragraph_format.space_after = Pt(3)
        style.paragraph_format.space_before = Pt(6 if "Heading" in name else 0)
    word.core_properties.author = "careplan-csv"


def _add(word: Word, block: Block) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    if isinstance(block, Heading):
        heading = word.add_heading(_inert(block.text), min(block.level, 2))
        if block.level == 1:
            heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    elif isinstance(block, Bullets):
        for item in block.items:
            word.add_paragraph(_inert(item), style="List Bullet")
    elif isinstance(block, Grid):
        _table(word, block)
    else:
        paragraph = word.add_paragraph(_inert(block.text))
        if block.right:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _table(word: Word, grid: Grid) -> None:
    from docx.shared import Mm, Pt

    columns = len(grid.rows[0])
    table = word.add_table(0, columns, style="Table Grid")
    table.autofit = False
    widths = [170 * share // 100 for share in grid.shares]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for number, row in enumerate(grid.rows):
        cells = table.add_row().cells
        for cell, text, width in zip(cells, row, widths, strict=False):
            cell.width = Mm(width)
            run = cell.paragraphs[0].add_run(_inert(text))
            run.font.size = Pt(8.5)
            run.bold = number == 0
    word.add_paragraph()


def _inert(text: str) -> str:
    return _NO_XML.sub("", text)

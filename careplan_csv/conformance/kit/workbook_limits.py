"""How much a workbook may hold, counted before any of it is built: what is larger is made to do harm."""

from __future__ import annotations

import zipfile
from xml.parsers import expat

LARGEST_PART = 24 << 20
"""Bytes of one part; the largest of a checksheet has two million."""
MOST_CONTENT = 400_000
"""Elements in the contents of a sheet, or in its texts."""
MOST_OTHERS = 20_000
"""Elements of a part that are no contents: formats, names, types."""
DEEPEST = 50
_LONGEST_TAG = 256 << 10
_PIECE = 64 << 10
_CONTENT = frozenset({"sheetData", "sst", "mergeCells", "hyperlinks"})
_STARTS = (b"<", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\x00<")
_DOCTYPES = tuple("<!DOCTYPE".encode(encoding) for encoding in ("utf-16-le", "utf-16-be"))


class TooMuch(Exception):
    """A part that holds more than any workbook for answers."""


class Doctype(Exception):
    """A part with a document type: workbooks have none, and entities that unfold without end hide in them."""


def refuse_too_much(archive: zipfile.ZipFile) -> None:
    """Read every part once, without keeping anything.

    Raises:
        TooMuch, Doctype: it is too large, or made of what workbooks are not made of.
        expat.ExpatError: it is no XML.
    """
    for member in archive.infolist():
        if _is_xml(archive, member):
            _Counter().read(archive, member)


def _is_xml(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    if member.filename.lower().endswith((".xml", ".rels")):
        return True
    # Any part can be called anything; pictures do not begin like this.
    with archive.open(member) as stream:
        return stream.read(64).lstrip().startswith(_STARTS)


class _Counter:
    def __init__(self) -> None:
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.buffer_text = False
        self._depth = 0
        self._inside = 0
        self._contents = self._others = 0

    def read(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
        if member.file_size > LARGEST_PART:
            raise TooMuch
        given = 0
        with archive.open(member) as stream:
            while piece := stream.read(_PIECE):
                if not given and any(mark in piece for mark in _DOCTYPES):
                    raise Doctype
                self._parser.Parse(piece, False)
                given += len(piece)
                # A tag is told only when it ends: one with a million attributes must not get so far.
                if given - self._parser.CurrentByteIndex > _LONGEST_TAG:
                    raise TooMuch
        self._parser.Parse(b"", True)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._inside:
            self._contents += 1
        else:
            self._others += 1
            if tag.rpartition(":")[2] in _CONTENT:
                self._inside = self._depth
        if self._depth > DEEPEST or self._contents > MOST_CONTENT or self._others > MOST_OTHERS:
            raise TooMuch

    def _end(self, tag: str) -> None:
        if self._inside == self._depth:
            self._inside = 0
        self._depth -= 1

    def _doctype(self, name: str, system: str | None, public: str | None, internal: bool) -> None:
        raise Doctype

"""Limits for workbooks, checked before a workbook is loaded; larger ones are made to cause damage."""

from __future__ import annotations

import zipfile

from defusedxml.ElementTree import XMLParser

from careplan_csv.reading.archives import Limits

PARTS = Limits(members=1_000, single=24 << 20, total=60 << 20)
"""Limits of the ZIP archive; a checksheet has about ten parts, the largest of two million bytes."""
MOST_CONTENT = 400_000
"""Elements in the cells of a sheet, or in the shared texts."""
MOST_OTHERS = 20_000
"""Other elements of a part: formats, names, types."""
DEEPEST = 50
_LONGEST_TAG = 256 << 10
_PIECE = 64 << 10
_CONTENT = frozenset({"sheetData", "sst", "mergeCells", "hyperlinks"})
_STARTS = (b"<", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\x00<")


class TooMuch(Exception):
    """A part that is larger than in any workbook for answers."""


def is_too_large(archive: zipfile.ZipFile) -> bool:
    """Whether there are too many members or too large ones, by the sizes in the archive's directory.

    zipfile does not unpack more of a member than the directory says.
    """
    members = archive.infolist()
    return (
        len(members) > PARTS.members
        or sum(member.file_size for member in members) > PARTS.total
        or any(member.file_size > PARTS.of(member.compress_size) for member in members)
    )


def refuse_too_much(archive: zipfile.ZipFile) -> None:
    """Parse every part once without building a tree.

    Raises:
        TooMuch: a part is too large.
        DefusedXmlException: a part has a document type, which workbooks never have and which can define
            recursive entities.
        xml.etree.ElementTree.ParseError: it is no XML.
    """
    for member in archive.infolist():
        if _is_xml(archive, member):
            _Counter().read(archive, member)


def _is_xml(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    if member.filename.lower().endswith((".xml", ".rels")):
        return True
    # Parts can have any name; pictures do not begin like this.
    with archive.open(member) as stream:
        return stream.read(64).lstrip().startswith(_STARTS)


class _Counter:
    """Counts the elements of a part, as the target of an XML parser."""

    def __init__(self) -> None:
        self._parser = XMLParser(target=self, forbid_dtd=True)
        self._depth = 0
        self._inside = 0
        self._contents = self._others = 0

    def read(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
        given = 0
        with archive.open(member) as stream:
            while piece := stream.read(_PIECE):
                self._parser.feed(piece)
                given += len(piece)
                # The parser reports a tag at its end: a tag with a million attributes must be stopped before.
                if given - self._parser.parser.CurrentByteIndex > _LONGEST_TAG:
                    raise TooMuch
        self._parser.close()

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Called by the parser: count an element."""
        self._depth += 1
        if self._inside:
            self._contents += 1
        else:
            self._others += 1
            if tag.rpartition("}")[2] in _CONTENT:
                self._inside = self._depth
        if self._depth > DEEPEST or self._contents > MOST_CONTENT or self._others > MOST_OTHERS:
            raise TooMuch

    def end(self, tag: str) -> None:
        """Called by the parser: leave an element."""
        if self._inside == self._depth:
            self._inside = 0
        self._depth -= 1

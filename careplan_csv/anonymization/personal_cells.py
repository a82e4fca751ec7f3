"""The bytes of a file split into cells: which may stay as they are, and what the others tell."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from careplan_csv.anonymization.pseudonyms import Value, ValueKind
from careplan_csv.checker.settings import Reading, Settings
from careplan_csv.checks.syntax.opening import Opening
from careplan_csv.reading.blocks import blocks
from careplan_csv.reading.encoding import (
    HEAD_BYTES,
    MS932,
    UTF8,
    Diagnosis,
    HashedStream,
    TextBytes,
    diagnose,
)
from careplan_csv.reading.sources import Source
from careplan_csv.reading.structure import split
from careplan_csv.reading.table import items_of
from careplan_csv.standard import Edition, Item, Layout, standard
from careplan_csv.standard.filenames import FileName, parse

_KINDS = {
    "digits": ValueKind.INSURER,
    "insured": ValueKind.INSURED,
    "office": ValueKind.OFFICE,
    "ymd": ValueKind.DATE,
    "ym": ValueKind.MONTH,
    "postal": ValueKind.POSTAL,
    "tel": ValueKind.TELEPHONE,
}
_NAME, _NAME_KANA, _DAY_OF_MONTH, _VERSION = "user_name", "user_name_kana", "service_date", "csv_version"
_OPENING_BYTES = 200_000
_SHORT = 2

_OPEN_FORMS = {
    "int": re.compile("-?[0-9]+"),
    "hhmm": re.compile("(?:[01][0-9]|2[0-4])[0-5][0-9]|9999"),
    "flags31": re.compile("[01]{31}"),
    "decimal": re.compile(r"[0-9]{1,2}\.[0-9]{1,2}"),
    "service_kind": re.compile("[0-9A-Z]{2}"),
    "service_code": re.compile("[0-9A-Z]{2}(?:[0-9]{4}|[AEZ]{4})"),
    "service_code_or_total": re.compile("[0-9A-Z]{2}(?:[0-9]{4}|[AEZ]{4})"),
    "code": re.compile("[0-9A-Z]{1,2}|[?△]"),
}
_OPEN_VERSION = re.compile("20[0-9]{4}")


SheetKey: TypeAlias = tuple[str, str, str, str]


class NotAnonymous(Exception):
    """A file that cannot be made anonymous; the text says in Japanese why."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """By what a file is read, as far as the rules on single values look at that.

    Attributes:
        version: the CSVバージョン of the file's records.
    """

    layout: Layout
    edition: Edition
    version: str
    encoding: str

    @property
    def key(self) -> SheetKey:
        return (self.layout.csv_version, self.layout.prefix, self.version, self.encoding)


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands between two separators.

    Attributes:
        start, end: its bytes, from the start of the body, without quotes around them.
        value: what it tells.
        item: which item it is; None where the record cannot be split into those of the layout.
        quoted: quotes stand around it, and those in it are doubled.
        encoding: of its bytes, which in a broken file need not be that of the others.
    """

    start: int
    end: int
    value: Value
    item: Item | None
    quoted: bool
    encoding: str


@dataclass(frozen=True)
class PersonalFile:
    """A file that tells of persons.

    Attributes:
        name: None where its kind is not known.
        mark: the bytes of a byte order mark.
        body: the bytes behind, in MS932 or UTF-8.
        encoding: in which the body is handed on: of other encodings than MS932 and UTF-8, the body is UTF-8.
        cell_encoding: how the body is to be decoded.
        reading: None where its kind is not known, or it has no record.
    """

    source: Source
    name: FileName | None
    mark: bytes
    body: bytes
    encoding: str
    cell_encoding: str
    reading: Reading | None

    def written(self, body: bytes) -> bytes:
        """The bytes of a file with another body."""
        if self.encoding in (MS932, UTF8):
            return self.mark + body
        return self.mark + body.decode(UTF8, "surrogatepass").encode(self.encoding, "surrogatepass")

    @cached_property
    def version(self) -> str:
        return (self.reading.csv_version or "") if self.reading else ""

    @property
    def sheet(self) -> Sheet | None:
        """By what it is read; None where it cannot be split into items."""
        if self.reading is None:
            return None
        return Sheet(self.reading.layout, self.reading.edition, self.version, self.reading.encoding)

    def cells(self) -> Iterator[Cell]:
        """Every cell that is not empty and may not stay as it is, in the order of the file."""
        for cells in self._records():
            names = {cell.item.id: cell.value.text for cell in cells if cell.item}
            for cell in cells:
                if cell.item and cell.item.id == _NAME_KANA:
                    name = names.get(_NAME, "")
                    yield Cell(
                        cell.start,
                        cell.end,
                        Value(ValueKind.KANA, cell.value.text, name),
                        cell.item,
                        cell.quoted,
                        cell.encoding,
                    )
                elif not self._may_stay(cell):
                    yield cell

    def _records(self) -> Iterator[list[Cell]]:
        structure = split(self.body, final=True)
        items = self.reading.layout.items if self.reading and self.reading.by_items else ()
        counts, ends = structure.counts.tolist(), structure.separators.tolist()
        starts, malformed = structure.starts.tolist(), structure.malformed.tolist()
        at = 0
        for record, (start, count) in enumerate(zip(starts, counts, strict=True)):
            sound = count == len(items) and not malformed[record]
            header = record == 0 and self.reading is not None and self.reading.header
            of_record = items if sound and not header else ()
            cells = []
            for number, end in enumerate(ends[at : at + count]):
                if end > start:
                    cells.append(self._cell(start, end, of_record[number] if of_record else None))
                start = end + 1
            at += count
            yield cells

    def _cell(self, start: int, end: int, item: Item | None) -> Cell:
        quoted = item is not None and self.body[start : start + 1] == b'"'
        if quoted:
            start, end = start + 1, end - 1
        raw = self.body[start:end].replace(b'""', b'"') if quoted else self.body[start:end]
        encoding = _encoding_of(raw, self.cell_encoding)
        text = raw.decode(encoding, "surrogateescape")
        return Cell(start, end, Value(_kind(item), text), item, quoted, encoding)

    def _may_stay(self, cell: Cell) -> bool:
        text = cell.value.text
        if not text.strip(" 　"):
            return True
        if cell.item is None:
            return bool(_OPEN_VERSION.fullmatch(text) and text in standard().versions) or text in _item_names(
                self.reading
            )
        if cell.item.id == _VERSION:
            return bool(_OPEN_VERSION.fullmatch(text.strip()))
        labels = self.reading.edition.codes.get(cell.item.argument, {}) if self.reading else {}
        if cell.item.format == "code" and text in labels.values():
            return True
        form = _OPEN_FORMS.get(cell.item.format)
        bare = text.strip(" 　")
        # A longer number could be that of a person in the wrong item.
        short = cell.item.format != "int" or len(bare.removeprefix("-")) <= (cell.item.length or _SHORT)
        return bool(form and short and form.fullmatch(bare))


def _item_names(reading: Reading | None) -> frozenset[str]:
    """Names of items, as a header record has them, without and with quotes."""
    names = [item.name for item in reading.layout.items] if reading and reading.header else []
    return frozenset(quoted for name in names for quoted in (name, f'"{name}"'))


def _kind(item: Item | None) -> ValueKind:
    if item is None:
        return ValueKind.TEXT
    if item.id == _DAY_OF_MONTH:
        return ValueKind.DAY_OF_MONTH
    if item.is_text:
        return ValueKind.PERSON if item.argument == "person" else ValueKind.TEXT
    return _KINDS.get(item.format, ValueKind.TEXT)


_FEWEST_STRAY_BYTES = 3
_OTHERS = (UTF8, "euc_jp", MS932)


def _encoding_of(raw: bytes, usual: str) -> str:
    """The usual encoding, unless the bytes make no sense in it, and do in another."""
    if raw.isascii():
        return usual
    if usual == MS932 and _is_valid(raw, UTF8):
        return UTF8
    stray = sum("\udc80" <= character <= "\udcff" for character in raw.decode(usual, "surrogateescape"))
    if stray < _FEWEST_STRAY_BYTES:
        return usual
    return next((other for other in _OTHERS if _is_valid(raw, other)), usual)


def _is_valid(raw: bytes, encoding: str) -> bool:
    try:
        raw.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def personal_file(source: Source, settings: Settings) -> PersonalFile:
    """Read a file whole, as the checker reads it.

    Raises:
        NotAnonymous: it is no text, or cannot be written again in its encoding.
        OSError: it cannot be read.
    """
    with source.open() as stream:
        data = stream.read()
    diagnosis = diagnose(data[:HEAD_BYTES])
    if diagnosis.binary:
        raise NotAnonymous("CSV ファイルではないため、匿名化できません。")
    name = parse(source.file_name, settings.standard)
    mark, rest = data[: diagnosis.skip], data[diagnosis.skip :]
    encoding = diagnosis.encoding
    if encoding in (MS932, UTF8):
        body = rest
        cell_encoding = encoding if encoding == MS932 or _is_valid(rest, UTF8) else _encoding_of(rest, UTF8)
    else:
        body, cell_encoding = _as_utf8(rest, diagnosis), UTF8
    return PersonalFile(
        source, name, mark, body, encoding, cell_encoding, _reading(data, diagnosis, name, settings)
    )


def _as_utf8(raw: bytes, diagnosis: Diagnosis) -> bytes:
    try:
        return raw.decode(diagnosis.encoding, "strict").encode(UTF8)
    except UnicodeError as error:
        raise NotAnonymous(
            f"{diagnosis.name} として読めないところがあるため、匿名化できません。"
            "MS932（シフトJIS）で出力したファイルを使ってください。"
        ) from error


def _reading(data: bytes, diagnosis: Diagnosis, name: FileName | None, settings: Settings) -> Reading | None:
    """How the checker reads a file; None where its kind is not known or it has no record."""
    text = TextBytes(HashedStream(io.BytesIO(data)), diagnosis)
    first = next((raw for raw in blocks(text) if raw.structure.records), None)
    if first is None or name is None:
        return None
    items = [value for value, _ in items_of(first, 0, text.encoding)]
    version = items[0].strip()
    edition = settings.edition_of(version, name)
    layout = settings.layout_of(edition, name)
    if layout is None:
        return None
    structure = first.structure
    beginning = first.data[structure.starts[0] : structure.ends[0]][:_OPENING_BYTES].tobytes()
    opening = Opening(beginning.decode(text.encoding, "replace"), items, layout)
    if opening.is_header and structure.records > 1:
        version = items_of(first, 1, text.encoding)[0][0].strip()
        edition = settings.edition_of(version, name)
        layout = settings.layout_of(edition, name) or layout
    edition = settings.standard.edition(layout.csv_version)
    variant = layout.variant(name.month_part)
    return Reading(
        layout, edition, variant, version or None, text.encoding, opening.is_header, opening.delimiter
    )

"""Records with their values, where they stand, and what was found about them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from careplan_csv.checker.place_list import PlaceList
from careplan_csv.checker.settings import Settings
from careplan_csv.findings import Severity
from careplan_csv.reading.blocks import blocks
from careplan_csv.reading.encoding import HashedStream, TextBytes, diagnose
from careplan_csv.reading.sources import Source
from careplan_csv.reading.table import Table, items_of
from careplan_csv.results import CheckResult
from careplan_csv.standard import Edition, Layout, standard
from careplan_csv.standard.filenames import FileName, parse

MOST_RECORDS = 300_000
"""So many records are shown: a page of more could not be opened."""

_MOST_PLACES = 10_000
_SERIAL = re.compile("[0-9]{14}")

FindingsByItem = Mapping[int, tuple[str, ...]]
"""Sentences by the number of the item; 0 for those about the record as a whole."""


@dataclass(frozen=True, slots=True)
class FormRecord:
    """A record that can be split into the items of its layout.

    Attributes:
        values: as they stand, by item id.
        findings: errors and warnings about it.
        name: the parts of the file's name.
    """

    layout: Layout
    edition: Edition
    name: FileName
    file: str
    record: int
    line: int
    values: Mapping[str, str]
    findings: FindingsByItem = field(default_factory=dict)

    def __getitem__(self, item_id: str) -> str:
        """A value; empty where the layout has no such item."""
        return self.values.get(item_id, "")

    @property
    def person(self) -> tuple[str, str]:
        """Insurer and insured number, as they stand."""
        return self["insurer_number"], self["insured_number"]

    @property
    def pair(self) -> tuple[str, ...]:
        """The two offices between which it is sent, in any order."""
        return tuple(sorted((self.name.sender_office, self.name.receiver_office)))

    @property
    def serial(self) -> str:
        """ファイル連番; empty where the name has none: what else stands there may be somebody's name."""
        digits = self.name.serial[:14]
        return digits if _SERIAL.fullmatch(digits) else ""


def record_of(
    layout: Layout, edition: Edition, month: str, values: Mapping[str, str], number: int = 0
) -> FormRecord:
    """A record of a table that was sent by nobody: all that its file name would tell is the kind and the month."""
    name = FileName("", layout.prefix, edition.csv_version, month, "", "", "", "", "", ".CSV")
    own = {item.id: values.get(item.id, "") for item in layout.items}
    return FormRecord(layout, edition, name, "", number, 0, own)


@dataclass(frozen=True)
class ReadRecords:
    """What was read.

    Attributes:
        records: in the order of the files.
        unread: files, or records of a file, that make no form, each with the reason; nothing is left out in silence.
        remarks: findings that are about no record of a form, by file.
    """

    records: Sequence[FormRecord]
    unread: Sequence[tuple[str, str]]
    remarks: Sequence[tuple[str, str]] = ()


FindingsOfFile = Mapping[int, FindingsByItem]
"""Findings by the number of the record; 0 for those about the file as a whole."""


def read_records(result: CheckResult, every: PlaceList, most: int = MOST_RECORDS) -> ReadRecords:
    """Read every record of the files that were checked once more, each with its findings.

    Args:
        most: with more records the reading ends, and says so.
    """
    found, remarks = _findings(result, every)
    reader = _Reader(most)
    for report in result.inputs:
        source = every.sources.get(report.file)
        if report.problem:
            reader.unread.append((report.file, report.problem))
        elif source is not None:
            reader.read(source, report.file, found.get(report.file, {}))
    read = {(record.file, record.record) for record in reader.records}
    remarks += [
        (file, f"{sentence}（{number:,}件目の記録）" if number else sentence)
        for file, records in found.items()
        for number, items in records.items()
        if (file, number) not in read
        for sentences in items.values()
        for sentence in sentences
    ]
    return ReadRecords(reader.records, reader.unread, remarks)


def _findings(
    result: CheckResult, every: PlaceList
) -> tuple[dict[str, dict[int, dict[int, tuple[str, ...]]]], list[tuple[str, str]]]:
    """Sentences by file, record and item, and what is to be said of findings with very many places."""
    found: dict[str, dict[int, dict[int, tuple[str, ...]]]] = defaultdict(lambda: defaultdict(dict))
    remarks = []
    for finding in result.findings:
        if finding.severity is Severity.INFO:
            continue
        sentence = f"{finding.severity.label} {finding.rule}: {finding.message}"
        number = finding.item_no or 0
        for place in islice(every.places(finding), _MOST_PLACES):
            own = found[finding.file][place.record or 0]
            own[number] = (*own.get(number, ()), sentence)
        if not finding.examples:
            found[finding.file][0][0] = (*found[finding.file][0].get(0, ()), sentence)
        if finding.count > _MOST_PLACES:
            remarks.append(
                (finding.file, f"{sentence}（多いため、初めの {_MOST_PLACES:,}か所だけに印を付けました）")
            )
    return found, remarks


class _Reader:
    """Reads files one after another until there are too many records."""

    def __init__(self, most: int) -> None:
        self.records: list[FormRecord] = []
        self.unread: list[tuple[str, str]] = []
        self._most = most

    def read(self, source: Source, file: str, found: FindingsOfFile) -> None:
        """Take in the records of a file, or say why they make no form."""
        name = parse(source.file_name, standard())
        if name is None:
            self.unread.append((file, "ファイル名から種類が分からないため、帳票にできません。"))
            return
        try:
            with source.open() as opened:
                stream = HashedStream(opened)
                self._content(TextBytes(stream, diagnose(stream.head)), name, file, found)
        except OSError:
            self.unread.append((file, "ファイルを読めなくなりました。"))

    def _content(self, text: TextBytes, name: FileName, file: str, found: FindingsOfFile) -> None:
        settings, edition, layout = Settings(standard()), None, None
        for raw in blocks(text):
            if len(self.records) > self._most:
                reason = f"記録が {self._most:,}件より多いため、残りは示していません。利用者か月ごとに分けて指定してください。"
                self.unread.append((file, reason))
                return
            if edition is None and raw.structure.records:
                edition = settings.edition_of(items_of(raw, 0, text.encoding)[0][0].strip(), name)
                layout = settings.layout_of(edition, name)
            if layout is None or edition is None:
                continue
            table = Table(raw, layout, text.encoding)
            if lost := int((~table.sound).sum()):
                reason = f"{lost:,}件の記録は、項目の数か引用符が正しくないため、帳票にできません。"
                self.unread.append((file, reason))
            ids = [item.id for item in layout.items]
            columns = zip(*(table.text(item_id).to_pylist() for item_id in ids), strict=True)
            numbers, lines = table.numbers.tolist(), table.record_lines(table.rows).tolist()
            for number, line, values in zip(numbers, lines, columns, strict=True):
                own = dict(zip(ids, values, strict=True))
                findings = found.get(number, {})
                self.records.append(FormRecord(layout, edition, name, file, number, line, own, findings))

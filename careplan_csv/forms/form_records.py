"""Records with their values, where they stand, and what was found about them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

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


@dataclass(frozen=True)
class ReadRecords:
    """What was read.

    Attributes:
        records: in the order of the files.
        unread: files, or records of a file, that make no form, each with the reason; nothing is left out in silence.
    """

    records: Sequence[FormRecord]
    unread: Sequence[tuple[str, str]]


def read_records(result: CheckResult, every: PlaceList) -> ReadRecords:
    """Read every record of the files that were checked once more, each with its findings."""
    found = _findings(result, every)
    records: list[FormRecord] = []
    unread = [(report.file, report.problem) for report in result.inputs if report.problem]
    for report in result.inputs:
        source = every.sources.get(report.file)
        if report.problem or source is None:
            continue
        name = parse(source.file_name, standard())
        if name is None:
            unread.append((report.file, "ファイル名から種類が分からないため、帳票にできません。"))
            continue
        try:
            records += _of_file(source, name, report.file, found.get(report.file, {}), unread)
        except OSError:
            unread.append((report.file, "ファイルを読めなくなりました。"))
    return ReadRecords(records, unread)


def _findings(result: CheckResult, every: PlaceList) -> dict[str, dict[int, dict[int, tuple[str, ...]]]]:
    """Sentences by file, record and item."""
    found: dict[str, dict[int, dict[int, tuple[str, ...]]]] = defaultdict(lambda: defaultdict(dict))
    for finding in result.findings:
        if finding.severity is Severity.INFO:
            continue
        sentence = f"{finding.severity.label} {finding.rule}: {finding.message}"
        for place in every.places(finding):
            own = found[finding.file][place.record or 0]
            number = finding.item_no or 0
            own[number] = (*own.get(number, ()), sentence)
    return found


def _of_file(
    source: Source,
    name: FileName,
    file: str,
    found: Mapping[int, FindingsByItem],
    unread: list[tuple[str, str]],
) -> Iterator[FormRecord]:
    settings = Settings(standard())
    edition: Edition | None = None
    layout: Layout | None = None
    with source.open() as opened:
        stream = HashedStream(opened)
        text = TextBytes(stream, diagnose(stream.head))
        for raw in blocks(text):
            if edition is None and raw.structure.records:
                edition = settings.edition_of(items_of(raw, 0, text.encoding)[0][0].strip(), name)
                layout = settings.layout_of(edition, name)
            if layout is None or edition is None:
                continue
            table = Table(raw, layout, text.encoding)
            lost = int((~table.sound).sum())
            if lost:
                unread.append(
                    (file, f"{lost:,}件の記録は、項目の数か引用符が正しくないため、帳票にできません。")
                )
            columns = [table.text(item.id).to_pylist() for item in layout.items]
            ids = [item.id for item in layout.items]
            lines = table.record_lines(table.rows).tolist()
            for number, line, values in zip(
                table.numbers.tolist(), lines, zip(*columns, strict=True), strict=True
            ):
                yield FormRecord(
                    layout,
                    edition,
                    name,
                    file,
                    number,
                    line,
                    dict(zip(ids, values, strict=True)),
                    found.get(number, {}),
                )

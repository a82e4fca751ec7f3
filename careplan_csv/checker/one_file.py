"""The checks of one file, from its name to its last record."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from careplan_csv.checks import encoding, records, service_codes, spreadsheet, syntax, tables
from careplan_csv.checks.facts import FileFacts
from careplan_csv.checks.items import ITEM_RULES
from careplan_csv.checks.names import check_name
from careplan_csv.checks.registry import Hit
from careplan_csv.checks.soundness import Soundness
from careplan_csv.item_checks import BoundCheck, Failure, bind, suspects
from careplan_csv.reading.blocks import BLOCK_BYTES, RawBlock, blocks
from careplan_csv.reading.encoding import HashedStream, TextBytes, chardet_hint, diagnose
from careplan_csv.reading.service_codes import ServiceCodes
from careplan_csv.reading.sources import Source
from careplan_csv.reading.table import Table, items_of
from careplan_csv.standard import Edition, Layout, Standard, Variant
from careplan_csv.standard.filenames import FileName, parse

Progress = Callable[[int], None]

_WORKERS = 2
"""Blocks that are checked at a time; as many more wait while the next one is read: bounds the memory."""


@dataclass
class Settings:
    """What a run was asked for, and the Pandera schemas it has built."""

    standard: Standard
    edition: str = "auto"
    several: bool = True
    progress: Progress = lambda done: None
    master: ServiceCodes | None = None
    bound: dict[tuple[str, str], dict[str, list[BoundCheck]]] = field(default_factory=dict)
    schemas: dict[tuple[str, str], Any] = field(default_factory=dict)

    @property
    def accepted_versions(self) -> tuple[str, ...]:
        """Values of CSVバージョン that may stand in a file: that which was asked for, or any in use."""
        if self.edition != "auto":
            return (self.edition,)
        return tuple(v.value for v in self.standard.versions.values() if v.layout == v.value)

    def failures(self, table: Table, edition: Edition) -> list[Failure]:
        """The values that fail an item rule, found by Pandera in the columns that screening names."""
        bound = self._bound(table.layout, edition)
        items = suspects(table, bound)
        if not items:
            return []
        # pandas and Pandera take half a second to import; a file without a fault does without them.
        from careplan_csv.schemas import build, validate

        key = (edition.csv_version, table.layout.prefix)
        if key not in self.schemas:
            self.schemas[key] = build(table.layout, bound)
        return validate(self.schemas[key], table, items)

    def _bound(self, layout: Layout, edition: Edition) -> dict[str, list[BoundCheck]]:
        key = (edition.csv_version, layout.prefix)
        if key not in self.bound:
            checks = [item_rule.check for item_rule in ITEM_RULES.values()]
            self.bound[key] = bind(layout, edition, checks, self.accepted_versions)
        return self.bound[key]


@dataclass
class Examined:
    """What the checks of one block found."""

    hits: list[Hit]
    damaged: int = 0
    part: tables.Part | None = None


@dataclass
class Outcome:
    """What the checks of one file brought to light."""

    facts: FileFacts
    hits: list[Hit]
    sha256: str
    size: int
    encoding: str
    records: int | None
    csv_version: str | None
    skipped: list[str]


@dataclass
class _Reading:
    """How the content is read: decided at the first record."""

    layout: Layout
    edition: Edition
    variant: Variant | None
    csv_version: str | None
    header: bool
    delimiter: str


def _second_version(raw: RawBlock, encoding_name: str) -> str:
    """The CSVバージョン of the record behind a header record; empty where none follows."""
    if raw.structure.records < 2:
        return ""
    items = items_of(raw, 1, encoding_name)
    return items[0][0].strip()


class OneFile:
    """Examines one source; `run` is called once."""

    def __init__(self, source: Source, settings: Settings) -> None:
        self.source = source
        self.settings = settings
        self.name: FileName | None = parse(source.file_name, settings.standard)
        self.hits: list[Hit] = []
        self.skipped: list[str] = []
        self.records = 0
        self.damaged = 0
        self.quoted = 0
        self.line_ends = syntax.LineEnds()
        self.reading: _Reading | None = None
        self.gathered: tables.Gathered | None = None

    def run(self) -> Outcome:
        """Check the file.

        Raises:
            OSError: it cannot be opened or read.
        """
        with self.source.open() as raw:
            stream = HashedStream(raw)
            diagnosis = diagnose(stream.head)
            self.hits += encoding.check_diagnosis(diagnosis)
            if diagnosis.binary:
                self.skipped.append("CSV ファイルではないため、中身を調べていません。")
            else:
                text = TextBytes(stream, diagnosis)
                self._content(text, stream)
                self._hint(diagnosis.encoding, stream.head)
            sha256, size = stream.sha256(), stream.size
        version = self.reading.csv_version if self.reading else None
        self.hits += check_name(self.name, self.source.file_name, self.settings.standard, version)
        if not diagnosis.binary:
            self._conclude(size)
        return Outcome(
            facts=self._facts(sha256, version),
            hits=self.hits,
            sha256=sha256,
            size=size,
            encoding="binary" if diagnosis.binary else diagnosis.encoding,
            records=None if diagnosis.binary else self.records,
            csv_version=version,
            skipped=self.skipped,
        )

    def _hint(self, found: str, head: bytes) -> None:
        """Name what chardet takes an undecodable file for."""
        if found == "cp932" and any(hit.rule == "E201" for hit in self.hits):
            guess = chardet_hint(head)
            if guess:
                self.skipped.append(
                    f"文字コードの推定: {guess} の可能性があります（推定は外れることがあります）。"
                )

    def _content(self, text: TextBytes, stream: HashedStream) -> None:
        waiting: deque[Future[Examined]] = deque()
        with ThreadPoolExecutor(max_workers=_WORKERS) as pool:
            for raw in self._blocks(text):
                self.settings.progress(stream.size)
                waiting.append(pool.submit(self._examine, raw, text.encoding))
                while len(waiting) > _WORKERS:
                    self._take(waiting.popleft().result())
            for future in waiting:
                self._take(future.result())

    def _take(self, examined: Examined) -> None:
        """Take in the blocks in the order of the file."""
        self.hits += examined.hits
        self.damaged += examined.damaged
        if self.gathered and examined.part:
            self.gathered.add(examined.part)

    def _blocks(self, text: TextBytes) -> Iterator[RawBlock]:
        for raw in blocks(text, BLOCK_BYTES):
            self.line_ends.add(raw)
            self.quoted += len(raw.structure.quote_opens)
            self.records += raw.structure.records
            if self.reading is None and raw.structure.records:
                self._decide(raw, text.encoding)
            if raw.overlong:
                self.skipped.append("長すぎる記録（8MiB 超）があり、その残りの部分は調べていません。")
            yield raw

    def _decide(self, raw: RawBlock, encoding_name: str) -> None:
        """Choose edition and layout by the first record, and see whether it is one."""
        structure = raw.structure
        first = (
            raw.data[structure.starts[0] : structure.ends[0]][:200_000]
            .tobytes()
            .decode(encoding_name, "replace")
        )
        items = [value for value, _ in items_of(raw, 0, encoding_name)]
        version = items[0].strip()
        edition = self._edition(version)
        layout = self._layout(edition)
        header = layout is not None and syntax.is_header(items, layout)
        if header:
            self.hits.append(syntax.header_hit())
            version = _second_version(raw, encoding_name)
            edition = self._edition(version)
            layout = self._layout(edition)
        if layout is None:
            self.skipped.append(
                "ファイル名から種類が分からないため、項目の数と、項目の中身を調べていません。"
            )
            layout = Layout(edition.csv_version, "", "", "", "", (), ())
            self.reading = _Reading(layout, edition, None, version or None, False, "")
            return
        edition = self.settings.standard.edition(layout.csv_version)
        delimiter = "" if header else syntax.other_delimiter(first, layout)
        if delimiter:
            self.hits.append(syntax.delimiter_hit(delimiter))
            self.skipped.append("区切りがカンマではないため、項目の中身を調べていません。")
            version = first.split(delimiter)[0].strip().strip('"')
        variant = layout.variant(self.name.month_part) if self.name else layout.variants[0]
        self.reading = _Reading(layout, edition, variant, version or None, header, delimiter)
        self.gathered = tables.Gathered(layout, variant, crossing=self.settings.several)

    def _edition(self, version: str) -> Edition:
        """The edition to read by: the content's own, else the name's, else what was asked for, else the newest."""
        known = self.settings.standard
        if version in known.mistakes:
            version = known.mistakes[version].meant
        layout = known.versions[version].layout if version in known.versions else None
        named = self.name.csv_version if self.name else ""
        named_layout = known.versions[named].layout if named in known.versions else None
        asked = self.settings.edition if self.settings.edition != "auto" else None
        return known.edition(layout or named_layout or asked or known.newest.csv_version)

    def _layout(self, edition: Edition) -> Layout | None:
        if self.name is None:
            return None
        if self.name.prefix in edition.prefixes:
            return edition.layout(self.name.prefix)
        known = self.settings.standard
        for csv_version in reversed(known.editions):
            if self.name.prefix in known.edition(csv_version).prefixes:
                return known.edition(csv_version).layout(self.name.prefix)
        return None

    def _examine(self, raw: RawBlock, encoding_name: str) -> Examined:
        """Every check of one block. Runs beside the reading and other blocks, and changes nothing here."""
        reading = self.reading
        if reading is None:
            return Examined([])
        table = Table(raw, reading.layout, encoding_name, header=reading.header and raw.first_record == 1)
        hits = list(encoding.check_characters(table, tabs=reading.delimiter != "\t"))
        if not reading.layout.items or reading.delimiter:
            return Examined(hits)
        hits += syntax.check_block(table)
        damaged = int((~table.sound).sum()) - table.header
        if not len(table.rows):
            return Examined(hits, damaged)
        soundness = Soundness(len(table.rows))
        for failure in spreadsheet.without_consequences(self.settings.failures(table, reading.edition)):
            hits += ITEM_RULES[failure.rule].hits(failure, table, reading.edition, soundness)
        seen = self._records(table, reading, soundness)
        hits += records.check_records(seen)
        if self.settings.master:
            hits += service_codes.codes_are_in_the_master(seen, self.settings.master)
        return Examined(hits, damaged, self.gathered.part(seen) if self.gathered else None)

    def _records(self, table: Table, reading: _Reading, soundness: Soundness) -> records.Records:
        versions = self.settings.standard.versions
        return records.Records(
            table,
            reading.edition,
            versions.get(reading.csv_version or ""),
            self.name,
            soundness,
        )

    def _conclude(self, size: int) -> None:
        """The rules on the whole file."""
        self.hits = spreadsheet.as_one(self.hits, self.quoted)
        self.hits += syntax.check_empty(self.records, size)
        self.hits += syntax.check_terminators(self.line_ends)
        self.hits += syntax.check_blank_lines(self.line_ends)
        if self.gathered and self.reading and not self.reading.delimiter:
            self.hits += tables.check_file(
                self.gathered, self.name, self.reading.edition.no_month, self.records
            )
        if self.damaged > 0:
            self.skipped.append(
                f"{self.damaged:,}件の記録は形が崩れているため、項目を調べていません。"
                "上の誤りを直して、もう一度調べてください。"
            )

    def _facts(self, sha256: str, version: str | None) -> FileFacts:
        reading, gathered = self.reading, self.gathered
        readable = reading is not None and gathered is not None and not reading.delimiter
        return FileFacts(
            source=self.source,
            name=self.name,
            edition=reading.edition if reading else None,
            layout=reading.layout if reading and reading.layout.items else None,
            variant=reading.variant if reading else None,
            csv_version=version,
            sha256=sha256,
            keys=gathered.distinct() if readable and gathered else None,
            key_items=gathered.key_items if readable and gathered else (),
            damaged=self.damaged > 0,
            services=gathered.services() if readable and gathered else None,
            persons=gathered.persons() if readable and gathered else None,
            pictures=gathered.pictures() if readable and gathered else None,
            planners=gathered.planners() if readable and gathered else frozenset(),
        )

"""Small files, read whole and examined many at a time as one block."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from careplan_csv.checker.examination import examine, file_hits, joined_parts, shared
from careplan_csv.checker.outcome import FileOutcome, hint
from careplan_csv.checker.settings import Reading, Settings
from careplan_csv.checks.stages import diagnosis_rule
from careplan_csv.checks.syntax.file_shape import FileShape
from careplan_csv.reading.blocks import RawBlock, joined
from careplan_csv.reading.encoding import MS932, UTF8, Diagnosis, diagnose
from careplan_csv.reading.sources import Source
from careplan_csv.reading.structure import Positions, split
from careplan_csv.rules.hits import Hit
from careplan_csv.standard import MonthPart
from careplan_csv.standard.filenames import FileName, parse

SMALL_BYTES = 1024 * 1024
"""Files up to this size are read whole."""

BATCH_BYTES = 3 * 512 * 1024
"""So many bytes are examined at a time: a few more than a block's fixed price is worth would only cost memory."""

WAITING_BYTES = 5 * BATCH_BYTES
"""So many bytes wait for others of their kind at most: bounds the memory."""

_TINY_BYTES = 256 * 1024
_BEGINS_WITH_A_VERSION = re.compile(rb"[0-9]{6},")


@dataclass(frozen=True)
class SmallFile:
    """A file that was read whole, and that begins as a file of the standard does.

    Attributes:
        content: its bytes behind a byte order mark, up to the end of the last record's line.
        unterminated: the line end of the last record was added.
    """

    source: Source
    name: FileName
    content: bytes
    diagnosis: Diagnosis
    size: int
    sha256: str
    unterminated: bool

    def outcome(self) -> FileOutcome:
        """An outcome with what the first bytes say."""
        hits: list[Hit] = [hit for one in diagnosis_rule for hit in one.run(one.rule, self.diagnosis)]
        return FileOutcome(
            self.source,
            self.name,
            hits,
            sha256=self.sha256,
            size=self.size,
            encoding=self.diagnosis.encoding,
        )


Kind = tuple[str, str, MonthPart, str, str]
"""Prefix, edition and month part of the name, CSVバージョン and encoding of the content."""


@dataclass
class _Waiting:
    """Files of one kind that wait to be examined together."""

    reading: Reading
    files: list[SmallFile] = field(default_factory=list)
    size: int = 0


class SmallFiles:
    """Gathers small files by kind, and gives them out in batches that make a block."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._readings: dict[Kind, Reading | None] = {}
        self._waiting: dict[Kind, _Waiting] = {}

    def read(self, source: Source) -> tuple[Kind, SmallFile] | None:
        """Read a file, if it is small and plain enough to be examined with others.

        Raises:
            OSError: it cannot be opened or read.
        """
        if source.size is None or source.size > SMALL_BYTES:
            return None
        name = parse(source.file_name, self._settings.standard)
        if name is None:
            return None
        with source.open() as opened:
            data = opened.read(SMALL_BYTES + 1)
        if len(data) > SMALL_BYTES:
            return None
        diagnosis = diagnose(data)
        content = data[diagnosis.skip :]
        if not _is_plain(content, diagnosis):
            return None
        kind = (
            name.prefix,
            name.csv_version,
            name.month_part,
            content[:6].decode("ascii"),
            diagnosis.encoding,
        )
        reading = self._reading(kind, name)
        if reading is None or _first_record(content).count(b",") < len(reading.layout.items) // 2:
            return None
        unterminated = not content.endswith(b"\n")
        return kind, SmallFile(
            source,
            name,
            content + b"\r\n" if unterminated else content,
            diagnosis,
            len(data),
            hashlib.sha256(data).hexdigest(),
            unterminated,
        )

    def _reading(self, kind: Kind, name: FileName) -> Reading | None:
        if kind not in self._readings:
            self._readings[kind] = self._decided(kind, name)
        return self._readings[kind]

    def _decided(self, kind: Kind, name: FileName) -> Reading | None:
        settings, (*_, version, encoding) = self._settings, kind
        layout = settings.layout_of(settings.edition_of(version, name), name)
        if layout is None:
            return None
        edition = settings.standard.edition(layout.csv_version)
        return Reading(layout, edition, layout.variant(name.month_part), version, encoding)

    def add(self, kind: Kind, file: SmallFile) -> Batch | None:
        """Take in a file; a batch of its kind when that makes a block."""
        reading = self._readings[kind]
        if reading is None:
            raise KeyError(kind)
        waiting = self._waiting.setdefault(kind, _Waiting(reading))
        waiting.files.append(file)
        waiting.size += len(file.content)
        if waiting.size >= BATCH_BYTES:
            return self._taken(kind)
        if sum(one.size for one in self._waiting.values()) > WAITING_BYTES:
            return self._taken(max(self._waiting, key=lambda kind: self._waiting[kind].size))
        return None

    def _taken(self, kind: Kind) -> Batch:
        waiting = self._waiting.pop(kind)
        return Batch(waiting.files, waiting.reading, self._settings)

    def rest(self) -> list[Batch]:
        """What still waits."""
        return [self._taken(kind) for kind in list(self._waiting)]


def _is_plain(content: bytes, diagnosis: Diagnosis) -> bool:
    """Whether a content may stand in a block with others: its records neither begin before it nor end behind it."""
    return (
        diagnosis.binary is None
        and diagnosis.encoding in (MS932, UTF8)
        and _BEGINS_WITH_A_VERSION.match(content) is not None
        # Without a line end, half a character at the end would take in the one that is added.
        and content[-1] < 0x80
        and content[-1] not in b"\r\x1a"
        and content.count(b'"') % 2 == 0
    )


def _first_record(content: bytes) -> bytes:
    """The first record; a line end between quotes does not end it."""
    end = content.find(b"\n")
    while end >= 0 and content.count(b'"', 0, end) % 2:
        end = content.find(b"\n", end + 1)
    return content[: end if end >= 0 else len(content)]


@dataclass(frozen=True)
class Batch:
    """Small files of one kind."""

    files: Sequence[SmallFile]
    reading: Reading
    settings: Settings

    @property
    def sources(self) -> list[Source]:
        return [file.source for file in self.files]

    @property
    def is_tiny(self) -> bool:
        """Whether a thread of its own would cost more than it is worth."""
        return sum(len(file.content) for file in self.files) < _TINY_BYTES

    def run(self) -> tuple[list[FileOutcome], list[Source]]:
        """Examine the files as one block.

        Returns:
            The outcomes, and the sources that must be examined one by one, for instance because of a
            quote that was never closed.
        """
        raw, unfit = joined([file.content for file in self.files])
        if not unfit.any():
            return self._outcomes(raw), []
        alone = [file.source for file, is_unfit in zip(self.files, unfit, strict=True) if is_unfit]
        fit = [file for file, is_unfit in zip(self.files, unfit, strict=True) if not is_unfit]
        if not fit:
            return [], alone
        outcomes, more = Batch(fit, self.reading, self.settings).run()
        return outcomes, [*alone, *more]

    def _outcomes(self, raw: RawBlock) -> list[FileOutcome]:
        names = [file.name for file in self.files]
        examined = examine(raw, self.reading, names, self.settings)
        kept = joined_parts([examined.parts])
        last = np.diff(np.append(raw.record_starts, raw.structure.records))
        outcomes = [file.outcome() for file in self.files]
        for number, hit in examined.hits:
            outcomes[number].hits.append(hit)
        for number, hit in file_hits(kept, self.reading, names, last, lambda: iter([raw]), self.settings):
            outcomes[number].file_hits.append(hit)
        parts = shared(kept)
        quoted = _counts(raw.structure.quote_opens, raw)
        other_ends = self._other_ends(raw)
        for number, (file, outcome) in enumerate(zip(self.files, outcomes, strict=True)):
            outcome.reading, outcome.parts, outcome.number = self.reading, parts, number
            outcome.damaged, outcome.quoted = int(examined.damaged[number]), int(quoted[number])
            outcome.skipped += hint(file.diagnosis, outcome.hits, file.content)
            shape = _shape(file) if number in other_ends else FileShape(records=int(last[number]))
            shape.unterminated = file.unterminated
            outcome.conclude(self.settings.standard, shape)
        return outcomes

    def _other_ends(self, raw: RawBlock) -> set[int]:
        """The files with records that end in anything else than CR LF."""
        if not raw.structure.lf and not raw.structure.cr:
            return set()
        return set(range(len(self.files)))


def _counts(positions: Positions, raw: RawBlock) -> Positions:
    """How many of some byte positions lie in each file, shape (files,)."""
    return np.diff(np.append(np.searchsorted(positions, raw.file_starts), len(positions)))


def _shape(file: SmallFile) -> FileShape:
    """The shape of a file, counted on its own bytes."""
    content = file.content[:-2] if file.unterminated else file.content
    data = np.frombuffer(content, dtype=np.uint8)
    block = RawBlock(data, split(content, final=True))
    shape = FileShape(again=lambda: iter([block]))
    shape.add(block)
    return shape

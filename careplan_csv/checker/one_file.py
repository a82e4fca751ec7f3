"""The checks of one file, block by block, from its name to its last record."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, Future

import numpy as np

from careplan_csv.checker.examination import Examined, Parts, examine, file_hits, joined_parts, shared
from careplan_csv.checker.outcome import BINARY, FileOutcome, hint
from careplan_csv.checker.settings import Reading, Settings
from careplan_csv.checks.stages import diagnosis_rule
from careplan_csv.checks.syntax.file_shape import FileShape
from careplan_csv.checks.syntax.opening import Opening, opening_rule
from careplan_csv.reading.blocks import BLOCK_BYTES, RawBlock, blocks
from careplan_csv.reading.encoding import HashedStream, TextBytes, diagnose
from careplan_csv.reading.sources import Source
from careplan_csv.reading.table import items_of
from careplan_csv.rules.hits import FileHit
from careplan_csv.standard import Layout
from careplan_csv.standard.filenames import FileName, parse

_SMALLER_BYTES = BLOCK_BYTES // 2
"""Blocks that are read once more, beside what was kept of the file."""

_WAITING = 2
"""So many blocks wait while the next one is read, besides those that are examined: bounds the memory."""


def _second_version(raw: RawBlock, encoding: str) -> str:
    """The CSVバージョン of the record behind a header record; empty where none follows."""
    if raw.structure.records < 2:
        return ""
    return items_of(raw, 1, encoding)[0][0].strip()


class OneFile:
    """Examines one source; `run` and then `concluded` are called once."""

    def __init__(self, source: Source, settings: Settings, pool: Executor) -> None:
        self.source = source
        self.settings = settings
        self.pool = pool
        self.name: FileName | None = parse(source.file_name, settings.standard)
        self.outcome = FileOutcome(source, self.name)
        self.shape = FileShape(again=self._once_more)
        self.reading: Reading | None = None
        self.parts: list[Parts] = []
        self.file_hits: Iterable[FileHit] = ()

    def run(self) -> FileOutcome:
        """Read the file, and start the rules on the whole file: they run until it is concluded.

        Returns:
            The outcome, without what is still to be concluded: enough for `FileOutcome.facts`.

        Raises:
            OSError: it cannot be opened or read.
        """
        outcome = self.outcome
        with self.source.open() as opened:
            stream = HashedStream(opened)
            diagnosis = diagnose(stream.head)
            outcome.hits += [hit for one in diagnosis_rule for hit in one.run(one.rule, diagnosis)]
            if diagnosis.binary:
                outcome.skipped.append("CSV ファイルではないため、中身を調べていません。")
            else:
                self._content(TextBytes(stream, diagnosis), stream)
                outcome.skipped += hint(diagnosis, outcome.hits, stream.head)
            outcome.sha256, outcome.size = stream.sha256(), stream.size
        outcome.encoding = BINARY if diagnosis.binary else diagnosis.encoding
        outcome.reading = self.reading
        if diagnosis.binary is None:
            self._whole_file()
        return outcome

    def concluded(self) -> FileOutcome:
        """The whole outcome, when all rules on the file are done.

        Raises:
            OSError: a rule had to read the file once more, and it cannot be read any more.
        """
        self.outcome.file_hits = [hit for _, hit in self.file_hits]
        is_text = self.outcome.encoding != BINARY
        self.outcome.conclude(self.settings.standard, self.shape if is_text else None)
        return self.outcome

    def _content(self, text: TextBytes, stream: HashedStream) -> None:
        waiting: deque[Future[Examined]] = deque()
        read = 0
        for raw in self._blocks(text):
            self.settings.progress(stream.size - read)
            read = stream.size
            if self.reading is not None:
                waiting.append(self.pool.submit(examine, raw, self.reading, [self.name], self.settings))
            while len(waiting) > _WAITING:
                self._take(waiting.popleft().result())
        for future in waiting:
            self._take(future.result())
        self.settings.progress(stream.size - read)

    def _once_more(self) -> Iterator[RawBlock]:
        """The blocks of the file, read again.

        Raises:
            OSError: the file cannot be read any more.
        """
        with self.source.open() as opened:
            stream = HashedStream(opened)
            yield from blocks(TextBytes(stream, diagnose(stream.head)), _SMALLER_BYTES)

    def _take(self, examined: Examined) -> None:
        """Take in the blocks in the order of the file."""
        self.outcome.hits += [hit for _, hit in examined.hits]
        self.outcome.damaged += int(examined.damaged.sum())
        self.parts.append(examined.parts)

    def _blocks(self, text: TextBytes) -> Iterator[RawBlock]:
        for raw in blocks(text, BLOCK_BYTES):
            self.shape.add(raw)
            self.outcome.quoted += len(raw.structure.quote_opens)
            if self.reading is None and raw.structure.records:
                self._decide(raw, text.encoding)
            if raw.overlong:
                self.outcome.skipped.append("長すぎる記録（8MiB 超）があり、その残りの部分は調べていません。")
            yield raw

    def _decide(self, raw: RawBlock, encoding: str) -> None:
        """Choose edition and layout by the first record, and see whether it is one."""
        structure, settings, name = raw.structure, self.settings, self.name
        items = [value for value, _ in items_of(raw, 0, encoding)]
        version = items[0].strip()
        edition = settings.edition_of(version, name)
        layout = settings.layout_of(edition, name)
        if layout is None:
            self.outcome.skipped.append(
                "ファイル名から種類が分からないため、項目の数と、項目の中身を調べていません。"
            )
            layout = Layout(edition.csv_version, "", "", "", "", (), ())
            self.reading = Reading(layout, edition, None, version or None, encoding)
            return
        first = raw.data[structure.starts[0] : structure.ends[0]][:200_000].tobytes()
        opening = Opening(first.decode(encoding, "replace"), items, layout)
        self.outcome.hits += [hit for one in opening_rule for hit in one.run(one.rule, opening)]
        if opening.is_header:
            version = _second_version(raw, encoding)
            edition = settings.edition_of(version, name)
            layout = settings.layout_of(edition, name) or layout
        if opening.delimiter:
            self.outcome.skipped.append("区切りがカンマではないため、項目の中身を調べていません。")
            version = opening.text.split(opening.delimiter)[0].strip().strip('"')
        self.reading = Reading(
            layout,
            settings.standard.edition(layout.csv_version),
            layout.variant(name.month_part) if name else layout.variants[0],
            version or None,
            encoding,
            opening.is_header,
            opening.delimiter,
        )

    def _whole_file(self) -> None:
        """Start the rules on the whole file."""
        if self.reading is None or not self.reading.by_items:
            return
        kept = joined_parts(self.parts)
        self.parts.clear()
        last = np.array([self.shape.records], dtype=np.int64)
        self.file_hits = file_hits(
            kept, self.reading, [self.name], last, self._once_more, self.settings, self.pool
        )
        self.outcome.parts = shared(kept)

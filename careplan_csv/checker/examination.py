"""The stages that look at a block of records, and at the files of which all blocks were read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from typing import Any

import numpy as np

from careplan_csv.checker.settings import Reading, Settings
from careplan_csv.checks.characters.column_texts import column_texts, text_rule
from careplan_csv.checks.collected.compact import Compact
from careplan_csv.checks.collected.file_rules import FileRule, Files, file_rule
from careplan_csv.checks.collected.kept import Keeps, Kept, merged
from careplan_csv.checks.items import ITEM_RULES
from careplan_csv.checks.records import Records, record_rule
from careplan_csv.checks.soundness import Soundness
from careplan_csv.checks.stages import block_rule, syntax_rule
from careplan_csv.checks.syntax.spreadsheet import without_consequences
from careplan_csv.checks.units.together import between_rule
from careplan_csv.item_checks import failures
from careplan_csv.reading.blocks import RawBlock
from careplan_csv.reading.structure import Positions
from careplan_csv.reading.table import Table
from careplan_csv.rules.hits import FileHit
from careplan_csv.rules.registry import Registered
from careplan_csv.standard.filenames import FileName

Parts = dict[Keeps, Kept]
"""What the collectors have kept of a block, or of whole files."""


@dataclass
class Examined:
    """What the stages on one block found.

    Attributes:
        damaged: how many records of each file could not be split into items, shape (files,).
    """

    hits: list[FileHit]
    damaged: Positions
    parts: Parts = field(default_factory=dict)


def collectors(*, several: bool) -> list[Keeps]:
    """Every collector that some rule needs; those of rules on several files where there are several."""
    needed = {keeps: None for stage in (file_rule, between_rule) for one in stage for keeps in one.keeps}
    return [collector for collector in needed if several or not collector.crossing]


def shared(kept: Parts) -> dict[Keeps, Compact]:
    """What rules on several files need, of what was kept: the rest is let go."""
    needed = {keeps for one in between_rule for keeps in one.keeps}
    return {keeps: Compact(part) for keeps, part in kept.items() if keeps in needed}


def examine(
    raw: RawBlock, reading: Reading, names: Sequence[FileName | None], settings: Settings
) -> Examined:
    """Every stage on one block. It changes nothing, for blocks are examined side by side.

    Args:
        names: of the files of the block, in order.
    """
    header = reading.header and raw.first_record == 1
    table = Table(raw, reading.layout, reading.encoding, header=header, delimiter=reading.delimiter)
    kept = settings.kept
    hits = [
        hit for texts in column_texts(table) for one in text_rule for hit in kept(one.run(one.rule, texts))
    ]
    hits += [hit for one in block_rule for hit in kept(one.run(one.rule, table))]
    damaged = np.zeros(raw.files, dtype=np.int64)
    if not reading.by_items or reading.variant is None:
        return Examined(hits, damaged)
    hits += [hit for one in syntax_rule for hit in kept(one.run(one.rule, table))]
    damaged += np.bincount(raw.files_of(np.flatnonzero(~table.sound)), minlength=raw.files)
    damaged -= table.header
    if not len(table.rows):
        return Examined(hits, damaged)
    soundness = Soundness(len(table.rows))
    hits += kept(_item_hits(table, reading, soundness, settings))
    version = settings.version(reading)
    records = Records(table, reading.edition, version, reading.variant, names, soundness, settings.master)
    for one in record_rule:
        if records.has(*one.needs):
            hits += kept(one.run(one.rule, records))
    parts = ((keeps, keeps.of_block(records)) for keeps in collectors(several=settings.several))
    return Examined(hits, damaged, {keeps: part for keeps, part in parts if part is not None})


def _item_hits(table: Table, reading: Reading, soundness: Soundness, settings: Settings) -> Iterator[FileHit]:
    """The hits of the rules on single items, which mark in `soundness` what they found."""
    found = failures(table, settings.item_checks(table.layout, reading.edition))
    for failure in without_consequences(found):
        yield from ITEM_RULES[failure.rule].hits(failure, table, reading.edition, soundness)


def joined_parts(blocks: Iterable[Parts]) -> Parts:
    """What was kept of all blocks of a file, or of the files of one block."""
    by_collector: dict[Keeps, list[Kept]] = {}
    for parts in blocks:
        for keeps, part in parts.items():
            by_collector.setdefault(keeps, []).append(part)
    return {keeps: keeps.of_files(merged(parts)) for keeps, parts in by_collector.items()}


def file_hits(
    kept: Parts,
    reading: Reading,
    names: Sequence[FileName | None],
    last: Positions,
    blocks: Callable[[], Iterator[RawBlock]],
    settings: Settings,
    pool: Executor | None = None,
) -> Iterable[FileHit]:
    """The stage of the rules on whole files.

    Args:
        last: the number of the last record of each file, shape (files,).
        blocks: gives the blocks of the files once more.
        pool: runs the rules side by side, from now on; not for who runs in it already.
    """
    if reading.variant is None:
        return ()
    parts = partial(_parts, reading, blocks)
    files = Files(reading.layout, reading.edition, reading.variant, names, last, parts)

    def found(one: Registered[FileRule]) -> list[FileHit]:
        [keeps] = one.keeps
        return [*settings.kept(one.run(one.rule, kept[keeps], files))] if keeps in kept else []

    return chain.from_iterable(pool.map(found, file_rule) if pool else map(found, file_rule))


def _parts(
    reading: Reading, blocks: Callable[[], Iterator[RawBlock]], file: int
) -> Iterator[tuple[Positions, Mapping[str, Any]]]:
    """For every block the numbers of the sound records of one file, and the columns of their items."""
    for raw in blocks():
        table = Table(raw, reading.layout, reading.encoding, header=reading.header and raw.first_record == 1)
        rows = np.flatnonzero(table.files == file)
        if len(rows):
            first, count = int(rows[0]), len(rows)
            yield (
                table.numbers[rows],
                {item_id: column.slice(first, count) for item_id, column in table.columns.items()},
            )

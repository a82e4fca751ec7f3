"""From rows of a table to places in their files, and to one hit per file."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from careplan_csv.findings import Rule, Severity
from careplan_csv.reading import arrays
from careplan_csv.reading.structure import Flags, Positions, positions_of
from careplan_csv.reading.table import Table
from careplan_csv.rules.hits import FileHit, Place, hits_by_file, plain_place
from careplan_csv.standard import Item


def places_of(table: Table, item: Item | None, rows: Positions) -> list[Place]:
    """The places of some sound rows, with the item's value and column where one is given."""
    if item is None:
        return [
            plain_place(line, record)
            for line, record in zip(
                table.lines(rows).tolist(), table.record_numbers(rows).tolist(), strict=True
            )
        ]
    values = table.text(item.id).take(arrays.int64(rows)).to_pylist()
    columns = table.item_columns(item, rows)
    lines, records = table.lines(rows).tolist(), table.record_numbers(rows).tolist()
    return [
        Place(line, record, value, column=column)
        for line, record, value, column in zip(lines, records, values, columns, strict=True)
    ]


def row_hits(
    table: Table,
    rule: Rule,
    rows: Positions | Flags,
    message: str,
    severity: Severity | None = None,
    *,
    item: Item | None = None,
    values_of: Item | None = None,
    remedy: str = "",
    yields_to: tuple[str, ...] = (),
) -> Iterator[FileHit]:
    """A hit for every file that has some of the sound rows.

    Args:
        rows: positions in ascending order, or a mask over all rows.
        item: the item that the message is about.
        values_of: the item whose value and column are told at each place.
    """
    positions = positions_of(rows)
    yield from hits_by_file(
        rule,
        message,
        positions,
        table.files[positions],
        partial(places_of, table, values_of),
        severity,
        item=item,
        remedy=remedy,
        yields_to=yields_to,
    )


def places_of_records(table: Table, records: Positions) -> list[Place]:
    """The places of some records of the block, sound or not (indices from 0)."""
    lines, numbers = table.record_lines(records).tolist(), table.raw.numbers(records).tolist()
    return [plain_place(line, number) for line, number in zip(lines, numbers, strict=True)]


def record_hits(
    table: Table,
    rule: Rule,
    records: Positions,
    message: str,
    severity: Severity | None = None,
    *,
    item: Item | None = None,
    remedy: str = "",
) -> Iterator[FileHit]:
    """A hit for every file that has some of the records of the block, sound or not (indices from 0)."""
    files = table.raw.files_of(records)
    places = partial(places_of_records, table)
    yield from hits_by_file(rule, message, records, files, places, severity, item=item, remedy=remedy)

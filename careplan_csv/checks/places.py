"""From rows of a table to places in the file."""

from __future__ import annotations

from careplan_csv.checks.registry import Place
from careplan_csv.findings import EXAMPLES_KEPT
from careplan_csv.reading.structure import Positions
from careplan_csv.reading.table import Table
from careplan_csv.standard import Item


def places_of(table: Table, rows: Positions, item: Item | None = None) -> tuple[Place, ...]:
    """The first places among some sound rows, with the item's value where one is given."""
    first = rows[:EXAMPLES_KEPT]
    values = table.text(item.id).take(first).to_pylist() if item else [None] * len(first)
    columns = table.item_columns(item, first) if item else [None] * len(first)
    return tuple(
        Place(line=int(line), record=int(record), value=value, column=column)
        for line, record, value, column in zip(
            table.lines(first), table.record_numbers(first), values, columns, strict=True
        )
    )


def places_of_records(table: Table, records: Positions) -> tuple[Place, ...]:
    """The first places among some records of the block, sound or not (indices from 0)."""
    first = records[:EXAMPLES_KEPT]
    return tuple(
        Place(line=int(line), record=int(record) + table.raw.first_record)
        for line, record in zip(table.record_lines(first), first, strict=True)
    )

"""All records of one small file, as values: for comparing files, not for checking them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from careplan_csv.reading.blocks import blocks
from careplan_csv.reading.encoding import Diagnosis, HashedStream, TextBytes, diagnose
from careplan_csv.reading.table import Table, decode_values
from careplan_csv.standard import Layout


@dataclass(frozen=True)
class RecordValues:
    """What a file holds.

    Attributes:
        values: item id -> value for each record that has every item of the layout.
        damaged: how many records have not.
        problem: why nothing could be read, a sentence in Japanese; empty where something could.
    """

    values: tuple[dict[str, str], ...]
    damaged: int = 0
    problem: str = ""


def read_records(data: bytes, layout: Layout) -> RecordValues:
    """Read a file by a layout, in MS932 or whatever other encoding it is found to be in."""
    stream = HashedStream(io.BytesIO(data))
    diagnosis = diagnose(stream.head)
    if diagnosis.binary:
        return RecordValues((), problem="文字のファイルではありません。")
    if diagnosis.skip and not _is_in(data, diagnosis):
        # A mark of another encoding in front of MS932: the mark is the fault, not every text behind it.
        diagnosis = Diagnosis(skip=diagnosis.skip)
    text = TextBytes(stream, diagnosis)
    values: list[dict[str, str]] = []
    damaged = 0
    for block in blocks(text):
        table = Table(block, layout, text.encoding)
        damaged += int((~table.sound).sum())
        values += _rows(table)
    return RecordValues(tuple(values), damaged)


def _is_in(data: bytes, diagnosis: Diagnosis) -> bool:
    try:
        data[diagnosis.skip :].decode(diagnosis.encoding)
    except UnicodeDecodeError:
        return False
    return True


def _rows(table: Table) -> Sequence[dict[str, str]]:
    ids = [item.id for item in table.layout.items]
    columns = [decode_values(table.columns[item_id], table.encoding) for item_id in ids]
    return [dict(zip(ids, row, strict=True)) for row in zip(*columns, strict=True)]

"""The list of all places as CSV that a spreadsheet opens without running anything in it."""

from __future__ import annotations

import csv
import io
from typing import BinaryIO

from careplan_csv.reporting.finding_list import COLUMNS, FindingList, Value

ENCODINGS = {"utf-8": "utf-8-sig", "cp932": "cp932"}
"""Values of --report-encoding, with Python's names."""

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def write_csv(listing: FindingList, file: BinaryIO, encoding: str) -> None:
    """Write all rows; what the encoding cannot write becomes a question mark."""
    text = io.TextIOWrapper(file, ENCODINGS[encoding], errors="replace", newline="", write_through=False)
    writer = csv.writer(text)
    writer.writerow([column.title for column in COLUMNS])
    own = [number for number, column in enumerate(COLUMNS) if column.of_place]
    for finding in listing.findings:
        shared = listing.shared(finding)
        row = [_inert(shared.get(column.title)) for column in COLUMNS]
        for place in listing.places(finding):
            for number, value in zip(own, place, strict=True):
                row[number] = _inert(value)
            writer.writerow(row)
    text.flush()
    text.detach()


def _inert(value: Value) -> Value:
    return inert(value) if isinstance(value, str) else value


def inert(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_STARTS_A_FORMULA) else text

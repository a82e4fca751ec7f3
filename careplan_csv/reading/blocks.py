"""A file as blocks of whole records, so that memory does not grow with its size."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from careplan_csv.reading.encoding import TextBytes
from careplan_csv.reading.structure import CR, LF, MAX_RECORD_BYTES, Bytes, Structure, split

BLOCK_BYTES = 8 * 1024 * 1024
_RECORD_START = re.compile(rb"[\r\n]([0-9]{6},)")
_START_BYTES = 8


@dataclass(frozen=True)
class RawBlock:
    """Some whole records.

    Attributes:
        data: their bytes, shape (bytes,), uint8.
        first_record, first_line: number of the first record and physical line, from 1.
        first_byte: where the block begins in the text (behind a byte order mark).
        dos_end: the file ended in 0x1A, which is left out of `data`.
        overlong: the last record ran on past `MAX_RECORD_BYTES`; its rest was left out.
    """

    data: Bytes
    structure: Structure
    first_record: int
    first_line: int
    first_byte: int
    dos_end: bool = False
    overlong: bool = False


def blocks(text: TextBytes, block_bytes: int = BLOCK_BYTES) -> Iterator[RawBlock]:
    """Cut a file into blocks that end at record ends; an empty file gives no block."""
    carry, record, line, offset = b"", 1, 1, 0
    while True:
        chunk = text.read(block_bytes)
        final = not chunk
        buffer, dos_end = _strip_dos_end(carry) if final else (carry + chunk, False)
        data = np.frombuffer(buffer, dtype=np.uint8)
        structure = split(data, final=final)
        overlong = not final and structure.cut == 0 and len(buffer) > MAX_RECORD_BYTES
        if overlong:
            structure = split(data, final=True)
        if structure.cut or dos_end:
            yield RawBlock(data[: structure.cut], structure, record, line, offset, dos_end, overlong)
        if final:
            return
        record += structure.records
        line += len(structure.line_ends)
        offset += structure.cut
        carry = buffer[structure.cut :]
        if overlong:
            carry, dropped_lines, dropped = _next_record(text, block_bytes)
            line += dropped_lines
            offset += dropped


def _strip_dos_end(data: bytes) -> tuple[bytes, bool]:
    stripped = data.rstrip(b"\x1a")
    # Only behind a line end is it the old end-of-file mark; elsewhere it is a control character.
    if len(stripped) < len(data) and (not stripped or stripped[-1] in (CR, LF)):
        return stripped, True
    return data, False


def _next_record(text: TextBytes, block_bytes: int) -> tuple[bytes, int, int]:
    """Pass over the rest of an overlong record.

    Returns:
        The bytes from the next line that begins like a record, and the lines and bytes passed over.
    """
    lines = dropped = 0
    held = b""
    while chunk := text.read(block_bytes):
        buffer = held + chunk
        match = _RECORD_START.search(buffer)
        if match:
            start = match.start(1)
            return buffer[start:], lines + _line_ends(buffer[:start]), dropped + start
        held = buffer[-_START_BYTES:]
        passed = buffer[:-_START_BYTES]
        lines += _line_ends(passed)
        dropped += len(passed)
    return b"", lines + _line_ends(held), dropped + len(held)


def _line_ends(data: bytes) -> int:
    return data.count(b"\n") + data.count(b"\r") - data.count(b"\r\n")

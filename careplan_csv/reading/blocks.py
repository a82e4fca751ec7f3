"""Blocks of whole records: parts of a large file, or many small files one after another."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from careplan_csv.reading.encoding import TextBytes
from careplan_csv.reading.structure import (
    CR,
    LF,
    MAX_RECORD_BYTES,
    Bytes,
    Flags,
    Positions,
    Structure,
    split,
)

BLOCK_BYTES = 6 * 1024 * 1024
"""Of a large file: 4 MiB take a tenth more time, 8 MiB as long and 50 MB more."""

_RECORD_START = re.compile(rb"[\r\n]([0-9]{6},)")
_START_BYTES = 8


@dataclass(frozen=True)
class RawBlock:
    """Some whole records of one file or of several.

    Attributes:
        data: their bytes, shape (bytes,), uint8.
        first_record, first_line: number, in its file, of the block's first record and physical line, from 1.
        file_starts: where in `data` each file begins, shape (files,); the first is 0.
        dos_end: the file ended in 0x1A, which is left out of `data`.
        overlong: the last record ran on past `MAX_RECORD_BYTES`; its rest was left out.
    """

    data: Bytes
    structure: Structure
    first_record: int = 1
    first_line: int = 1
    file_starts: Positions = field(default_factory=lambda: np.zeros(1, dtype=np.int64))
    dos_end: bool = False
    overlong: bool = False

    @property
    def files(self) -> int:
        return len(self.file_starts)

    @cached_property
    def record_starts(self) -> Positions:
        """Index within the block of the first record of each file, shape (files,)."""
        return np.searchsorted(self.structure.starts, self.file_starts).astype(np.int64)

    @cached_property
    def _lines_before(self) -> Positions:
        return self.structure.lines_before(self.file_starts)

    def files_of(self, records: Positions) -> Positions:
        """Which file of the block each of some records belongs to, from 0."""
        if self.files == 1:
            return np.zeros(len(records), dtype=np.int64)
        return np.searchsorted(self.record_starts, records, side="right").astype(np.int64) - 1

    def numbers(self, records: Positions) -> Positions:
        """The number in its file, from 1, of each of some records of the block."""
        if self.files == 1:
            return records + self.first_record
        return records - self.record_starts[self.files_of(records)] + 1

    def lines(self, positions: Positions) -> Positions:
        """The physical line of its file, from 1, on which each byte position lies."""
        before = self.structure.lines_before(positions)
        if self.files == 1:
            return before + self.first_line
        files = np.searchsorted(self.file_starts, positions, side="right") - 1
        return before - self._lines_before[files] + 1


def blocks(text: TextBytes, block_bytes: int = BLOCK_BYTES) -> Iterator[RawBlock]:
    """Cut a file into blocks that end at record ends; an empty file gives no block."""
    carry, record, line = b"", 1, 1
    while True:
        chunk = text.read(block_bytes)
        final = not chunk
        buffer, dos_end = _strip_dos_end(carry) if final else (carry + chunk, False)
        data = np.frombuffer(buffer, dtype=np.uint8)
        structure = split(buffer, final=final)
        overlong = not final and structure.cut == 0 and len(buffer) > MAX_RECORD_BYTES
        if overlong:
            structure = split(buffer, final=True)
        if structure.cut or dos_end:
            yield RawBlock(data[: structure.cut], structure, record, line, dos_end=dos_end, overlong=overlong)
        if final:
            return
        record += structure.records
        line += len(structure.line_ends)
        carry = buffer[structure.cut :]
        if overlong:
            carry, passed_lines = _next_record(text, block_bytes)
            line += passed_lines


def joined(contents: Sequence[bytes]) -> tuple[RawBlock, Flags]:
    """Whole small files as one block.

    Args:
        contents: the bytes of each file. Each ends in a line feed, and holds an even number of quotes.

    Returns:
        The block, and which files do not fit into a block with others, shape (files,): their quotes are
        misplaced, or they hold no record, blank lines, or rows of nothing but separators. Where there are
        such files, the places of the records behind them are not to be relied on.
    """
    content = b"".join(contents)
    data = np.frombuffer(content, dtype=np.uint8)
    ends = np.cumsum([len(content) for content in contents], dtype=np.int64)
    file_starts = np.concatenate(([0], ends[:-1]))
    structure = split(content, final=False)
    block = RawBlock(data, structure, file_starts=file_starts)
    if structure.restarted or structure.cut != len(data):
        return block, _restarted(contents)
    unfit = np.diff(np.append(block.record_starts, structure.records)) == 0
    odd = np.concatenate((structure.blank_lines, structure.hollow_rows))
    unfit[np.searchsorted(file_starts, odd, side="right") - 1] = True
    return block, unfit


def _restarted(contents: Sequence[bytes]) -> Flags:
    """Which files have misplaced quotes."""
    structures = (split(content, final=True) for content in contents)
    return np.array([structure.restarted for structure in structures], dtype=np.bool_)


def _strip_dos_end(data: bytes) -> tuple[bytes, bool]:
    stripped = data.rstrip(b"\x1a")
    # Only behind a line end is it the old end-of-file mark; elsewhere it is a control character.
    if len(stripped) < len(data) and (not stripped or stripped[-1] in (CR, LF)):
        return stripped, True
    return data, False


def _next_record(text: TextBytes, block_bytes: int) -> tuple[bytes, int]:
    """Pass over the rest of an overlong record.

    Returns:
        The bytes from the next line that begins like a record, and the lines passed over.
    """
    lines = 0
    held = b""
    while chunk := text.read(block_bytes):
        buffer = held + chunk
        match = _RECORD_START.search(buffer)
        if match:
            start = match.start(1)
            return buffer[start:], lines + _line_ends(buffer[:start])
        held = buffer[-_START_BYTES:]
        lines += _line_ends(buffer[:-_START_BYTES])
    return b"", lines + _line_ends(held)


def _line_ends(data: bytes) -> int:
    return data.count(b"\n") + data.count(b"\r") - data.count(b"\r\n")

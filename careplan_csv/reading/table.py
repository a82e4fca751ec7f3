"""A block's sound records as columns, and the way back from a column to a place in its file."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv

from careplan_csv.reading import arrays
from careplan_csv.reading.blocks import RawBlock
from careplan_csv.reading.encoding import UTF8
from careplan_csv.reading.structure import COMMA, CR, LF, QUOTE, Flags, Positions
from careplan_csv.standard import Item, Layout


class Table:
    """One block read by a layout.

    Attributes:
        raw: the block's bytes and structure.
        layout: the layout whose items the columns are.
        encoding: of the bytes: `cp932` or `utf-8`.
        header: the first record of the block is a header record and no data.
        delimiter: what separates the items in place of commas; empty where commas do.
        made: what several collectors ask of a column, kept for the next of them.
    """

    def __init__(
        self, raw: RawBlock, layout: Layout, encoding: str, *, header: bool = False, delimiter: str = ""
    ) -> None:
        self.raw = raw
        self.layout = layout
        self.encoding = encoding
        self.header = header
        self.delimiter = delimiter
        self.made: dict[str, Any] = {}
        self._encoded: dict[str, Any] = {}
        self._texts: dict[str, Any] = {}
        self._largest: dict[str, int] = {}

    @cached_property
    def sound(self) -> Flags:
        """Which records have every item of the layout and no broken quote, shape (records,)."""
        structure = self.raw.structure
        sound: Flags = (structure.counts == len(self.layout.items)) & ~structure.malformed
        if self.header and len(sound):
            sound[0] = False
        return sound

    @cached_property
    def rows(self) -> Positions:
        """Index within the block of each sound record, shape (rows,)."""
        return np.flatnonzero(self.sound)

    @cached_property
    def files(self) -> Positions:
        """Which file of the block each row belongs to, from 0, shape (rows,)."""
        return self.raw.files_of(self.rows)

    @cached_property
    def numbers(self) -> Positions:
        """The record number in its file of each row, from 1, shape (rows,)."""
        return self.raw.numbers(self.rows)

    @cached_property
    def ends(self) -> Positions:
        """End position of every item, shape (rows, items)."""
        structure, width = self.raw.structure, len(self.layout.items)
        flat = structure.separators
        if not self.sound.all():
            flat = flat[np.repeat(self.sound, structure.counts)]
        return flat.reshape(-1, width)

    @cached_property
    def line_numbers(self) -> Positions:
        """The physical line of its file, from 1, on which each row begins, shape (rows,)."""
        return self.record_lines(self.rows)

    def item_starts(self, item: Item) -> Positions:
        """Start position of one item in every sound record, shape (rows,)."""
        if item.no == 1:
            return self.raw.structure.starts[self.rows]
        return self.ends[:, item.no - 2] + 1

    @cached_property
    def columns(self) -> dict[str, Any]:
        """One pyarrow binary array per item id, each of shape (rows,), quotes taken off."""
        names = [item.id for item in self.layout.items]
        if not len(self.rows):
            return {name: arrays.strings([], pa.binary()) for name in names}
        data = self._sound_bytes()
        # Blocks are read side by side already: threads of pyarrow's own would only cost.
        table = pyarrow.csv.read_csv(
            pa.BufferReader(pa.py_buffer(data)),
            read_options=pyarrow.csv.ReadOptions(
                column_names=names, block_size=len(data) + 1, use_threads=False
            ),
            parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.binary()), strings_can_be_null=False
            ),
        )
        if table.num_rows != len(self.rows):
            raise RuntimeError("pyarrow read another number of records than the structure holds")
        return {name: _contiguous(table.column(name)) for name in names}

    def _sound_bytes(self) -> Any:
        """The bytes of the sound records and their line ends, without those of anything else."""
        structure, data = self.raw.structure, self.raw.data
        if self.sound.all() and not len(structure.blank_lines) and not len(structure.hollow_rows):
            return data
        starts, ends = structure.starts[self.sound], structure.ends[self.sound]
        padded = np.concatenate((data, np.zeros(2, dtype=np.uint8)))
        two = (padded[ends] == CR) & (padded[ends + 1] == LF)
        stops = np.minimum(ends + 1 + two, len(data))
        # From outside to inside and back, one record after another.
        lengths = np.diff(np.column_stack((starts, stops)).ravel(), prepend=0, append=len(data))
        inside = np.arange(len(lengths)) % 2 == 1
        return np.ascontiguousarray(data[np.repeat(inside, lengths)])

    def encoded(self, item_id: str) -> Any:
        """A column as its distinct values, and for every row which of them it holds (pyarrow dictionary array).

        Most values of a block occur many times: what is asked of a value is asked once.
        """
        if item_id not in self._encoded:
            self._encoded[item_id] = _encoded(self.columns[item_id])
        return self._encoded[item_id]

    def text(self, item_id: str) -> Any:
        """A column as decoded text (pyarrow string array); what does not decode becomes U+FFFD."""
        if item_id not in self._texts:
            self._texts[item_id] = (
                as_string(self.columns[item_id])
                if self.is_ascii(item_id)
                else self.distinct_text(item_id).take(self.encoded(item_id).indices)
            )
        return self._texts[item_id]

    def distinct_text(self, item_id: str) -> Any:
        """The distinct values of a column as decoded text, in the order of `encoded`."""
        distinct = self.encoded(item_id).dictionary
        if self.is_ascii(item_id):
            return as_string(distinct)
        return arrays.strings(decode_values(distinct, self.encoding))

    def encoded_text(self, item_id: str) -> Any:
        """A column of decoded text as a dictionary array: each text once."""
        if self.is_ascii(item_id):
            return pa.DictionaryArray.from_arrays(self.encoded(item_id).indices, self.distinct_text(item_id))
        # What does not decode becomes the same character, whatever it was.
        return self.text(item_id).dictionary_encode()

    def is_ascii(self, item_id: str) -> bool:
        """Whether a column holds nothing but ASCII."""
        return self._largest_byte(item_id) < 0x80

    def is_empty(self, item_id: str) -> bool:
        """Whether a column holds nothing at all."""
        return self._largest_byte(item_id) < 0

    def _largest_byte(self, item_id: str) -> int:
        """The largest byte of a column; -1 where it holds none."""
        if item_id not in self._largest:
            content = content_bytes(self.encoded(item_id).dictionary)
            self._largest[item_id] = int(content.max()) if len(content) else -1
        return self._largest[item_id]

    @cached_property
    def unquoted(self) -> dict[str, Flags]:
        """Per free-text item: which values are not empty and not in quotes, shape (rows,)."""
        result = {}
        for item in self.layout.items:
            if item.is_text:
                starts, ends = self.item_starts(item), self.ends[:, item.no - 1]
                result[item.id] = (ends > starts) & ~self._begins_with_quote(starts)
        return result

    @cached_property
    def needlessly_quoted(self) -> dict[str, Flags]:
        """Per item other than free text that is in quotes anywhere: in which rows."""
        structure = self.raw.structure
        quoted = {}
        texts = 0
        for item in self.layout.items:
            if item.is_text and len(self.rows):
                texts += int(self._begins_with_quote(self.item_starts(item)).sum())
        if texts == len(structure.quote_opens):
            return {}
        for item in self.layout.items:
            if not item.is_text and len(self.rows):
                starts, ends = self.item_starts(item), self.ends[:, item.no - 1]
                mask = (ends > starts) & self._begins_with_quote(starts)
                if mask.any():
                    quoted[item.id] = mask
        return quoted

    def _begins_with_quote(self, starts: Positions) -> Flags:
        """Which items begin with a quote; an empty last item may begin where the data ends."""
        begins: Flags = self.raw.data[np.minimum(starts, len(self.raw.data) - 1)] == QUOTE
        return begins

    def record_numbers(self, rows: Positions) -> Positions:
        """Record numbers in their file, from 1, of some sound rows."""
        return self.numbers[rows]

    def lines(self, rows: Positions) -> Positions:
        """Physical line of their file, from 1, on which some sound rows begin."""
        return self.line_numbers[rows]

    def item_columns(self, item: Item, rows: Positions) -> list[int | None]:
        """Character of the line, from 1, at which an item begins in some sound rows; for a few rows.

        None where the item begins on a later line than its record.
        """
        structure = self.raw.structure
        starts, records = self.item_starts(item)[rows], structure.starts[self.rows[rows]]
        same = structure.lines_before(starts) == structure.lines_before(records)
        return [
            self.column_at(int(record), int(start)) if on_first else None
            for record, start, on_first in zip(records, starts, same, strict=True)
        ]

    def column_at(self, line_start: int, position: int) -> int:
        """Which character of its line, from 1, begins at a byte position of the block."""
        before = self.raw.data[line_start:position].tobytes()
        return len(before.decode(self.encoding, "replace")) + 1

    def record_lines(self, records: Positions) -> Positions:
        """Physical line of their file, from 1, on which records of the block (sound or not) begin."""
        return self.raw.lines(self.raw.structure.starts[records])


def items_of(raw: RawBlock, record: int, encoding: str) -> list[tuple[str, bool]]:
    """The items of one record of a block, sound or not: each decoded, and whether it is in quotes."""
    structure, data = raw.structure, raw.data
    last = int(structure.counts[: record + 1].sum())
    ends = structure.separators[last - int(structure.counts[record]) : last].tolist()
    starts = [int(structure.starts[record]), *(end + 1 for end in ends[:-1])]
    texts = (
        data[start:end].tobytes().decode(encoding, "replace") for start, end in zip(starts, ends, strict=True)
    )
    return [_unquoted(text) for text in texts]


def _unquoted(text: str) -> tuple[str, bool]:
    if text.startswith('"'):
        return text[1:].removesuffix('"').replace('""', '"'), True
    return text, False


def _contiguous(column: Any) -> Any:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def as_string(array: Any) -> Any:
    """A binary array of ASCII as a string array over the same bytes."""
    return pa.StringArray.from_buffers(len(array), *array.buffers()[1:], offset=array.offset)


def content_bytes(array: Any) -> Any:
    """The bytes of all values of a binary or string array, one after another, uint8."""
    offsets = offsets_of(array)
    return np.frombuffer(array.buffers()[2] or b"", dtype=np.uint8)[offsets[0] : offsets[-1]]


def offsets_of(array: Any) -> Any:
    """Where each value begins in the array's data, shape (values + 1,), int32."""
    buffer = array.buffers()[1]
    if buffer is None or not len(array):
        return np.zeros(1, dtype=np.int32)
    return np.frombuffer(buffer, dtype=np.int32)[array.offset : array.offset + len(array) + 1]


_FEW = 1024
"""Up to so many rows, looking for columns of one value takes longer than it saves."""


def _encoded(column: Any) -> Any:
    """A dictionary array of a binary array; a column of one value, as many are, is seen at a glance."""
    if len(column) <= _FEW:
        return column.dictionary_encode()
    lengths, content = np.diff(offsets_of(column)), content_bytes(column)
    if bool((lengths == lengths[0]).all()):
        width = int(lengths[0])
        if bool((content[width:] == content[: len(content) - width]).all()):
            indices = arrays.int32(np.zeros(len(lengths), dtype=np.int32))
            return pa.DictionaryArray.from_arrays(indices, column[:1])
    return column.dictionary_encode()


_SEPARATOR = "\x1e"


def decode_values(values: Any, encoding: str) -> list[str]:
    """Decode distinct values in one go."""
    joined = _SEPARATOR.encode().join(values.to_pylist())
    texts = joined.decode(encoding, "replace").split(_SEPARATOR)
    if len(texts) == len(values):
        return texts
    # The separator itself, or half a character before it, stands in a value.
    return [value.decode(encoding, "replace") for value in values.to_pylist()]


__all__ = [
    "COMMA",
    "UTF8",
    "Table",
    "as_string",
    "content_bytes",
    "decode_values",
    "items_of",
    "offsets_of",
]

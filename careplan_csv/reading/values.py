"""The values of one column of one block, with what the checks ask of them computed once."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from careplan_csv.reading import arrays
from careplan_csv.reading.structure import Bytes, Flags, Positions
from careplan_csv.reading.table import Table, content_bytes, offsets_of

_BLANKS = " \t　"


class Values:
    """A pyarrow string or binary array without nulls, seen as lengths, bytes and patterns.

    `lengths`, `filled` and `matches` speak of the values without blanks around them; a rule of its
    own reports such blanks.
    """

    def __init__(self, array: Any) -> None:
        self.array = array

    def __len__(self) -> int:
        return len(self.array)

    @cached_property
    def trimmed(self) -> Any:
        """The values without blanks around them; the array itself where there are none, and for free text."""
        if pa.types.is_binary(self.array.type):
            return self.array
        smallest, largest = self._extremes
        # 0xE3 leads U+3000 in UTF-8: without it and without ASCII blanks nothing needs trimming.
        if smallest > 0x20 and (largest < 0xE3 or not (self._untrimmed == 0xE3).any()):
            return self.array
        return pc.utf8_trim(self.array, characters=_BLANKS)

    @cached_property
    def _untrimmed(self) -> Bytes:
        """The bytes of all values as they stand."""
        content: Bytes = content_bytes(self.array)
        return content

    @cached_property
    def _extremes(self) -> tuple[int, int]:
        """The smallest and the largest byte of the values as they stand."""
        return _extremes(self._untrimmed)

    @cached_property
    def lengths(self) -> Positions:
        """Length of each value in bytes of UTF-8, shape (values,)."""
        offsets = offsets_of(self.trimmed)
        lengths: Positions = offsets[1:] - offsets[:-1]
        return lengths

    @cached_property
    def filled(self) -> Flags:
        """Which values are not empty, shape (values,)."""
        return self.lengths > 0

    @cached_property
    def content(self) -> Bytes:
        """The bytes of all values, one after another."""
        content: Bytes = self._untrimmed if self.trimmed is self.array else content_bytes(self.trimmed)
        return content

    @cached_property
    def only_digits(self) -> bool:
        """Whether every byte of every value is 0–9."""
        smallest, largest = self._extremes if self.trimmed is self.array else _extremes(self.content)
        return smallest >= 0x30 and largest <= 0x39

    def has_width(self, width: int) -> bool:
        """Whether every value that is not empty has exactly `width` bytes."""
        return bool(((self.lengths == width) | ~self.filled).all())

    def matrix(self, width: int) -> Bytes:
        """The values that are not empty as rows of bytes, shape (filled, width); needs `has_width`."""
        return self.content.reshape(-1, width)

    def matches(self, pattern: str) -> Flags:
        """Which values match a pattern (RE2) from end to end, shape (values,)."""
        mask = pc.match_substring_regex(self.trimmed, f"^(?:{pattern})$")
        return as_flags(mask)

    def isin(self, words: tuple[str, ...] | list[str]) -> Flags:
        """Which values are one of `words`, shape (values,)."""
        return as_flags(pc.is_in(self.trimmed, value_set=arrays.strings(words, self.trimmed.type)))

    def take(self, mask: Flags) -> Values:
        """The values where `mask` is true."""
        return Values(self.trimmed.filter(arrays.flags(mask)))

    @cached_property
    def distinct(self) -> Values:
        """Each value once, without the empty one."""
        unique = pc.unique(self.trimmed)
        return Values(unique.filter(arrays.flags(np.diff(offsets_of(unique)) > 0)))

    def fixed(self, width: int) -> tuple[Bytes, Flags]:
        """All values as rows of `width` bytes, and which of them have that width; others are zeros.

        Returns:
            A matrix of shape (values, width) and a mask of shape (values,).
        """
        right = self.lengths == width
        if right.all():
            return self.content.reshape(-1, width), right
        result = np.zeros((len(self), width), dtype=np.uint8)
        starts = offsets_of(self.trimmed)[:-1][right] - offsets_of(self.trimmed)[0]
        result[right] = self.content[starts[:, None] + np.arange(width)]
        return result, right


def _extremes(content: Bytes) -> tuple[int, int]:
    """The smallest and the largest of some bytes; (255, 0) where there is none."""
    return (int(content.min()), int(content.max())) if len(content) else (0xFF, 0)


class ColumnValues(Values):
    """A column of a block: what is asked of its values is asked once of each distinct one."""

    def __init__(self, table: Table, item_id: str) -> None:
        super().__init__(table.text(item_id))
        self.once = Values(table.distinct_text(item_id))
        self.indices = arrays.indices(table.encoded(item_id))

    @cached_property
    def trimmed(self) -> Any:
        return self.array if self.once.trimmed is self.once.array else super().trimmed

    @cached_property
    def lengths(self) -> Positions:
        lengths: Positions = self.once.lengths[self.indices]
        return lengths

    @cached_property
    def filled(self) -> Flags:
        return self.spread(self.once.filled)

    @cached_property
    def only_digits(self) -> bool:
        return self.once.only_digits

    @cached_property
    def distinct(self) -> Values:
        return self.once.distinct

    def matches(self, pattern: str) -> Flags:
        return self.spread(self.once.matches(pattern))

    def isin(self, words: tuple[str, ...] | list[str]) -> Flags:
        return self.spread(self.once.isin(words))

    def spread(self, flags: Flags) -> Flags:
        """From what holds for each distinct value to what holds for each row, shape (rows,)."""
        rows: Flags = flags[self.indices]
        return rows


def as_flags(mask: Any) -> Flags:
    """A pyarrow boolean array as numpy."""
    if isinstance(mask, pa.ChunkedArray):
        mask = mask.combine_chunks()
    return arrays.mask(mask)

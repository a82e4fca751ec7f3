"""A block as the rules on single records see it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from careplan_csv.checks.items.dates import Numbers, numbers, real_dates
from careplan_csv.checks.places import places_of
from careplan_csv.checks.registry import Hit
from careplan_csv.checks.soundness import Soundness
from careplan_csv.findings import Severity
from careplan_csv.reading.structure import Bytes, Flags
from careplan_csv.reading.table import Table
from careplan_csv.reading.values import Values
from careplan_csv.standard import CsvVersion, Edition, Item, MonthPart
from careplan_csv.standard.filenames import FileName


@dataclass
class Records:
    """A block for rules that compare items of one record."""

    table: Table
    edition: Edition
    version: CsvVersion | None
    name: FileName | None
    soundness: Soundness
    _values: dict[str, Values] = field(default_factory=dict)
    _digits: dict[str, tuple[Bytes, Flags]] = field(default_factory=dict)

    @property
    def month_part(self) -> MonthPart | None:
        """What the month part of the file's name holds."""
        return self.name.month_part if self.name else None

    def has(self, *item_ids: str) -> bool:
        """Whether the layout has all these items."""
        return all(item_id in self.table.layout.by_id for item_id in item_ids)

    def item(self, item_id: str) -> Item:
        return self.table.layout.by_id[item_id]

    def values(self, item_id: str) -> Values:
        if item_id not in self._values:
            self._values[item_id] = Values(self.table.text(item_id))
        return self._values[item_id]

    def digits(self, item_id: str, width: int) -> tuple[Bytes, Flags]:
        """The item as rows of ASCII digits, and in which rows it is that."""
        if item_id not in self._digits:
            matrix, right = self.values(item_id).fixed(width)
            if not self.values(item_id).only_digits:
                right = right & ((matrix >= 0x30) & (matrix <= 0x39)).all(axis=1)
            self._digits[item_id] = matrix, right
        return self._digits[item_id]

    def dates(self, item_id: str) -> tuple[Numbers, Flags]:
        """A date as the number YYYYMMDD, and in which rows it is a real one."""
        matrix, right = self.digits(item_id, 8)
        right = right.copy()
        right[right] = real_dates(matrix[right])
        return numbers(matrix, 0, 8), right

    def times(self, item_id: str) -> tuple[Numbers, Flags]:
        """A time as the number HHMM, and in which rows it is one (2400 included, 9999 not)."""
        matrix, right = self.digits(item_id, 4)
        value = numbers(matrix, 0, 4)
        return value, right & (value <= 2400)

    def filled(self, item_id: str) -> Flags:
        """In which rows an item is not empty; free texts too."""
        if self.item(item_id).is_text:
            return Values(self.table.columns[item_id]).filled
        return self.values(item_id).filled

    def means(self, item_id: str, meaning: str) -> Flags:
        """In which rows an item holds the code of a meaning (edition.yaml)."""
        return self.equals(item_id, self.edition.meanings[meaning])

    def equals(self, item_id: str, word: str) -> Flags:
        # In bytes: a word from a file name may hold characters of any kind.
        wanted = np.frombuffer(word.encode(), dtype=np.uint8)
        matrix, right = self.values(item_id).fixed(len(wanted))
        same: Flags = right & (matrix == wanted).all(axis=1)
        return same

    def hit(
        self,
        rule_id: str,
        mask: Flags,
        message: str,
        item_id: str,
        severity: Severity = Severity.ERROR,
        *,
        beside: Sequence[str] = (),
    ) -> Iterator[Hit]:
        """A hit at the rows where `mask` is true, if there are any.

        Args:
            beside: the other items that the rule compares; where one of them, or the item itself, has
                a finding of its own, what follows from it is not told.
        """
        rows = np.flatnonzero(mask)
        if len(rows):
            rows = rows[~self.soundness.is_wrong((item_id, *beside))[rows]]
        if len(rows):
            item = self.item(item_id)
            places = places_of(self.table, rows, item)
            yield Hit(rule_id, severity, message, item, len(rows), places)


RecordRule = Callable[[Records], Iterator[Hit]]

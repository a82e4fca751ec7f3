"""A block as the rules on single records see it, and the stage of these rules (family R)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np

from careplan_csv.checks.items.item_dates import Numbers, numbers, real_dates
from careplan_csv.checks.names.name_parts import is_month
from careplan_csv.checks.places import row_hits
from careplan_csv.checks.soundness import Soundness
from careplan_csv.findings import Rule, Severity
from careplan_csv.reading.service_codes import ServiceCodes
from careplan_csv.reading.structure import Bytes, Flags
from careplan_csv.reading.table import Table
from careplan_csv.reading.values import ColumnValues, Values
from careplan_csv.rules.hits import FileHit
from careplan_csv.rules.registry import Stage
from careplan_csv.standard import CsvVersion, Edition, Item, MonthPart, Variant
from careplan_csv.standard.filenames import FileName

_MONTH_WIDTH = 6


@dataclass
class Records:
    """A block for rules that compare items of one record.

    Attributes:
        version: what versions.yaml says of the files' CSVバージョン; None where it is not known.
        variant: which of the layout's variants the files are.
        names: the name of each file of the block; None where it fits no file of the standard. All of them
            have the same kind of month part.
        master: the user's own tables of service codes; None where none were given.
    """

    table: Table
    edition: Edition
    version: CsvVersion | None
    variant: Variant
    names: Sequence[FileName | None]
    soundness: Soundness
    master: ServiceCodes | None = None
    _values: dict[str, ColumnValues] = field(default_factory=dict)

    @property
    def month_part(self) -> MonthPart | None:
        """What the month part of the files' names holds."""
        name = self.names[0]
        return name.month_part if name else None

    def of_files(self, values: Any) -> Any:
        """For every row what is said of its file: from shape (files, ...) to (rows, ...)."""
        return values[self.table.files]

    @cached_property
    def strange_months(self) -> Flags:
        """Rows whose 対象年月 is a month, and another than that of their file's name."""
        strange = np.zeros(len(self.table.rows), dtype=np.bool_)
        if not self.table.layout.has_month or not self.has("service_month"):
            return strange
        months = [name.month if name and is_month(name.month) else "" for name in self.names]
        if any(months):
            asked = np.array([bool(month) for month in months], dtype=np.bool_)
            same = self.equal_those_of_files("service_month", months, _MONTH_WIDTH)
            strange = self.of_files(asked) & ~same & ~self.soundness.is_wrong(("service_month",))
        return strange

    @property
    def of_named_month(self) -> Records:
        """The same, with strange months taken for wrong."""
        return self._with_wrong_months(self.strange_months)

    @property
    def of_own_month(self) -> Records:
        """The same, with strange months taken for wrong, unless all of a file are.

        Another month than the name's is a finding already; alone among others it makes nothing incomplete.
        """
        return self._with_wrong_months(self.strange_months & ~self.all_of_file(self.strange_months))

    def _with_wrong_months(self, rows: Flags) -> Records:
        if not rows.any():
            return self
        return replace(self, soundness=self.soundness.also_wrong("service_month", rows))

    def equal_those_of_files(self, item_id: str, words: Sequence[str], width: int) -> Flags:
        """Rows whose item is the word of their file; none of a file with an empty word.

        Args:
            words: one for each file, ASCII, each of `width` characters or empty.
        """
        matrix, right = self.values(item_id).fixed(width)
        wanted = np.frombuffer("".join(word or " " * width for word in words).encode(), dtype=np.uint8)
        same: Flags = right & (matrix == self.of_files(wanted.reshape(-1, width))).all(axis=1)
        return same

    def all_of_file(self, mask: Flags) -> Flags:
        """For every row whether the mask is true on all rows of its file, shape (rows,)."""
        if len(self.names) == 1:
            return np.full(len(mask), bool(mask.all()), dtype=np.bool_)
        false = np.bincount(self.table.files[~mask], minlength=len(self.names)) > 0
        result: Flags = ~false[self.table.files]
        return result

    def has(self, *item_ids: str) -> bool:
        """Whether the layout has all these items."""
        return all(item_id in self.table.layout.by_id for item_id in item_ids)

    def item(self, item_id: str) -> Item:
        return self.table.layout.by_id[item_id]

    def values(self, item_id: str) -> ColumnValues:
        if item_id not in self._values:
            self._values[item_id] = ColumnValues(self.table, item_id)
        return self._values[item_id]

    def digits(self, item_id: str, width: int) -> tuple[Numbers, Flags]:
        """The item as a number, and in which rows it is one of so many ASCII digits."""
        values, (matrix, right) = self.values(item_id), self._digits(item_id, width)
        return numbers(matrix, 0, width)[values.indices], values.spread(right)

    def _digits(self, item_id: str, width: int) -> tuple[Bytes, Flags]:
        """The distinct values of an item as rows of ASCII digits, and which of them are that."""
        values = self.values(item_id).once
        matrix, right = values.fixed(width)
        if not values.only_digits:
            right = right & ((matrix >= 0x30) & (matrix <= 0x39)).all(axis=1)
        return matrix, right

    def dates(self, item_id: str) -> tuple[Numbers, Flags]:
        """A date as the number YYYYMMDD, and in which rows it is a real one."""
        values, (matrix, right) = self.values(item_id), self._digits(item_id, 8)
        real = right.copy()
        real[right] = real_dates(matrix[right])
        return numbers(matrix, 0, 8)[values.indices], values.spread(real)

    def times(self, item_id: str) -> tuple[Numbers, Flags]:
        """A time as the number HHMM, and in which rows it is one (2400 included, 9999 not)."""
        value, right = self.digits(item_id, 4)
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
        values = self.values(item_id)
        matrix, right = values.once.fixed(len(wanted))
        return values.spread(right & (matrix == wanted).all(axis=1))

    def hits(
        self,
        rule: Rule,
        mask: Flags,
        message: str,
        item_id: str,
        severity: Severity | None = None,
        *,
        beside: Sequence[str] = (),
        remedy: str = "",
    ) -> Iterator[FileHit]:
        """A hit for every file that has rows where `mask` is true.

        Args:
            beside: the other items that the rule compares; where one of them, or the item itself, has
                a finding of its own, what follows from it is not told.
        """
        rows = np.flatnonzero(mask)
        if len(rows):
            rows = rows[~self.soundness.is_wrong((item_id, *beside))[rows]]
        item = self.item(item_id)
        yield from row_hits(
            self.table, rule, rows, message, severity, item=item, values_of=item, remedy=remedy
        )


RecordRule: TypeAlias = Callable[[Rule, Records], Iterator[FileHit]]

record_rule: Stage[RecordRule] = Stage()
"""Rules on single records: every rule looks at one block, column against column."""

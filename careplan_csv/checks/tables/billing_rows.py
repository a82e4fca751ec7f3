"""What the rows of 第7表 are: details within and outside the limit, over 30 days, and their subtotals."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from careplan_csv.checks.collected.kept import EMPTY, Kept, group_ids
from careplan_csv.reading.structure import Flags

NUMBERS = (
    "units",
    "discounted_rate",
    "discounted_units",
    "service_count",
    "unit_amount",
    "managed_units",
    "kind_limit_excess_units",
    "kind_limit_within_units",
    "category_limit_excess_units",
    "category_limit_within_units",
    "total_cost",
    "benefit_rate",
    "claimed_amount",
    "fixed_copayment_unit",
    "copayment",
    "full_copayment",
)
"""The items of 第7表 that hold numbers, apart from the price."""

LIMITED, OUTSIDE, OVER_30 = 0, 1, 2
"""What a subtotal adds up, in the order of edition.yaml: AAAA, EEEE, ZZZZ."""

_EVIDENCE = (
    "managed_units",
    "kind_limit_excess_units",
    "kind_limit_within_units",
    "category_limit_excess_units",
    "category_limit_within_units",
)


class Rows:
    """The rows of one file or of several, sorted into what they are.

    Args:
        kept: the columns of `table7.BILLING`.
        unsure: rows of users of whom a row has a fault of its own: their sums say nothing.
    """

    def __init__(self, kept: Kept, unsure: Flags) -> None:
        self.kept = kept
        self.unsure = unsure
        self.owners = group_ids(kept.owned)
        self.groups = group_ids(kept.owned, kept["office"], kept["kind"])
        self.branches = group_ids(self.groups, kept["satellite"]) if kept["satellite"].any() else self.groups

    def __len__(self) -> int:
        return len(self.kept)

    def has(self, *item_ids: str) -> Flags:
        """Rows in which all of some items are filled with a number."""
        filled: Flags = np.logical_and.reduce([self.kept[item_id] != EMPTY for item_id in item_ids])
        return filled

    def bad(self, *item_ids: str) -> Flags:
        """Rows in which any of some items has a finding of its own."""
        bits = sum(1 << (NUMBERS.index(i) if i in NUMBERS else len(NUMBERS)) for i in item_ids)
        wrong: Flags = (self.kept["bad"] & np.uint32(bits)) != 0
        return wrong

    def value(self, item_id: str) -> Any:
        """An item as numbers, empty as 0; not to be written to."""
        column = self.kept[item_id]
        empty = column == EMPTY
        return np.where(empty, 0, column) if empty.any() else column

    def sum_by(self, ids: Any, where: Flags, amounts: Any) -> Any:
        """For every row the sum of some amounts over the rows of its group that `where` is true for."""
        # Sums of whole numbers of this size are exact in floating point.
        added = np.bincount(ids, weights=where * amounts)
        return added.astype(np.int64)[ids]

    def count_by(self, ids: Any, where: Flags) -> Any:
        """For every row how many rows of its group `where` is true for."""
        return np.bincount(ids[where], minlength=int(ids.max(initial=0)) + 1)[ids]

    def any_by(self, ids: Any, where: Flags) -> Flags:
        """Rows whose group has a row that `where` is true for."""
        found = np.zeros(int(ids.max(initial=0)) + 1, dtype=np.bool_)
        found[ids[where]] = True
        result: Flags = found[ids]
        return result

    def subtotal(self, part: int) -> Flags:
        """The subtotals of a part."""
        rows: Flags = self.kept["suffix"] == part
        return rows

    def has_subtotal(self, part: int) -> Flags:
        """Rows whose office and kind have a subtotal of a part."""
        return self.any_by(self.groups, self.subtotal(part))

    @cached_property
    def over(self) -> Flags:
        """Details over 30 days of a stay."""
        rows: Flags = self.kept["detail"] & self.kept["over"]
        return rows

    @cached_property
    def _evident(self) -> Flags:
        """Details with an amount that only what counts for the limit has."""
        told = np.logical_or.reduce([self.value(item_id) != 0 for item_id in _EVIDENCE])
        rows: Flags = self.kept["detail"] & ~self.over & told
        return rows

    @cached_property
    def _within_or_excess(self) -> Any:
        return (
            self.value("category_limit_within_units")
            + self.value("category_limit_excess_units")
            + self.value("kind_limit_excess_units")
        )

    @cached_property
    def limit_units(self) -> Any:
        """What a row counts for the limit: 給付管理単位数, or what stands within and over it instead."""
        return np.where(self.has("managed_units"), self.value("managed_units"), self._within_or_excess)

    @cached_property
    def _untold(self) -> tuple[Flags, Flags]:
        """Details without 給付管理単位数 or other evidence: those within the limit, and those nobody can tell.

        Such a detail is outside the limit, or the software leaves the item out (別紙 №18); the units of the
        AAAA subtotal tell which.
        """
        rest = self.kept["detail"] & ~self.over & ~self._evident & ~self.has("managed_units")
        asked = rest & self.has_subtotal(LIMITED)
        if not asked.any():
            return asked, asked
        told = self.sum_by(self.groups, self.subtotal(LIMITED), self.limit_units)
        known = self.sum_by(self.groups, self._evident, self.limit_units)
        untold = self.sum_by(self.groups, asked, self.value("unit_amount"))
        within = asked & (untold != 0) & (told == known + untold)
        return within, asked & ~within & ~self.any_by(self.groups, self._evident)

    @cached_property
    def inside(self) -> Flags:
        """Details that count for the limit."""
        return self._evident | self._untold[0]

    @cached_property
    def unclear(self) -> Flags:
        """Details of which nobody can tell whether they count for the limit."""
        return self._untold[1]

    @cached_property
    def outside(self) -> Flags:
        """Details that do not count for the limit."""
        rows: Flags = self.kept["detail"] & ~self.over & ~self.inside & ~self.unclear
        return rows

    def details(self, part: int) -> Flags:
        """The details that a subtotal of a part adds up."""
        return (self.inside, self.outside, self.over)[part]

    @cached_property
    def managed(self) -> Any:
        """What each row adds to 給付管理単位数."""
        return np.where(self._untold[0], self.value("unit_amount"), self.limit_units)

    def scope(self, part: int) -> Any:
        """Whom a subtotal of a part stands for: numbers of groups, or of branches of them (A33).

        Several subtotals of one office and kind stand for one satellite each. A single one stands for all
        satellites, or for its own where that is what its units say.
        """
        subtotals, details = self.subtotal(part), self.details(part)
        amounts = self.managed if part == LIMITED else self.value("unit_amount")
        own = np.where(subtotals, amounts, 0)
        told = self.sum_by(self.groups, subtotals, own)
        whole = self.sum_by(self.groups, details, amounts)
        branch = self.sum_by(self.branches, details, amounts)
        count = self.count_by(self.groups, subtotals)
        alone = subtotals & (told != whole) & ((told == branch) | (self.kept["satellite"] != 0))
        by_branch = (count > 1) | self.any_by(self.groups, alone)
        return np.where(by_branch, self.branches + int(self.groups.max(initial=0)) + 1, self.groups)

"""How a rule on single items is written: a function that says what passes, and variants that word the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from careplan_csv.checks.places import places_of
from careplan_csv.checks.registry import Hit, rule
from careplan_csv.checks.soundness import Soundness
from careplan_csv.findings import Rule, Severity
from careplan_csv.item_checks import Failure, ItemCheck, ItemContext, Passes
from careplan_csv.reading.structure import Flags, Positions
from careplan_csv.reading.table import Table
from careplan_csv.reading.values import Values
from careplan_csv.standard import Edition, Item


@dataclass(frozen=True, slots=True)
class Failed:
    """The values that failed one rule on one item, for the variants to sort."""

    values: Values
    rows: Positions
    item: Item
    edition: Edition
    table: Table


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to fail a rule, with its wording.

    Attributes:
        message: may hold {name} and {length} of the item.
        matches: which of the failed values it is about: a pattern (RE2, end to end), or a function;
            None for all that are left.
    """

    message: str
    matches: str | Callable[[Failed], Flags] | None = None
    severity: Severity = Severity.ERROR
    remedy: str = ""

    def sort(self, failed: Failed) -> Flags:
        """Which of the failed values belong to this variant."""
        if self.matches is None:
            return np.ones(len(failed.rows), dtype=np.bool_)
        if isinstance(self.matches, str):
            return failed.values.matches(self.matches)
        return self.matches(failed)


Variants = Sequence[Variant] | Callable[[Item, Edition], Sequence[Variant]]


@dataclass(frozen=True, slots=True)
class ItemRule:
    """An item check with the variants that word its failures."""

    check: ItemCheck
    variants: Variants

    def hits(self, failure: Failure, table: Table, edition: Edition, soundness: Soundness) -> Iterator[Hit]:
        """Word each variant of a failure, and mark its records."""
        item = failure.item
        for variant, rows in self._sorted(failure, table, edition):
            soundness.mark(item.id, self.check.rule, variant.severity, rows)
            yield Hit(
                rule=self.check.rule,
                severity=variant.severity,
                message=variant.message.format(name=item.name, length=item.length),
                item=item,
                count=len(rows),
                places=places_of(table, rows, item),
                remedy=variant.remedy,
            )

    def _sorted(
        self, failure: Failure, table: Table, edition: Edition
    ) -> Iterator[tuple[Variant, Positions]]:
        """The failed rows by variant, first match first."""
        item, rows = failure.item, failure.rows
        column = table.columns[item.id] if item.is_text else table.text(item.id)
        values = Values(column.take(rows))
        variants = self.variants(item, edition) if callable(self.variants) else self.variants
        left = np.ones(len(rows), dtype=np.bool_)
        for variant in variants:
            failed = Failed(values, rows, item, edition, table)
            mine = left & variant.sort(failed)
            left &= ~mine
            if mine.any():
                yield variant, rows[mine]
            if not left.any():
                return


ITEM_RULES: dict[str, ItemRule] = {}
"""Every item rule by its id."""

CheckFunction = Callable[[Values, ItemContext], Passes]


def item_rule(
    meta: Rule, *, applies: Callable[[Item], bool], variants: Variants
) -> Callable[[CheckFunction], CheckFunction]:
    """Register a rule on single items above the function that says which values pass."""

    def register(function: CheckFunction) -> CheckFunction:
        rule(meta)(function)
        ITEM_RULES[meta.id] = ItemRule(ItemCheck(meta.id, applies, function), variants)
        return function

    return register


def has_format(*formats: str) -> Callable[[Item], bool]:
    """Items of some formats; the item CSVバージョン has a rule of its own."""
    return lambda item: item.format in formats and item.id != "csv_version"


def unless_empty(values: Values, good: Flags) -> Passes:
    """Empty values pass every rule but the one on required items."""
    passes = good | ~values.filled
    return True if passes.all() else passes

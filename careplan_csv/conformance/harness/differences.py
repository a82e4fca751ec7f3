"""Differences between an expected table and the found one: the first ones of each kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from careplan_csv.conformance.harness.comparison import PLACE, Comparison, ValueChange
from careplan_csv.conformance.harness.harness_findings import Means
from careplan_csv.conformance.harness.observed_data import TableRecord
from careplan_csv.conformance.harness.table_comparison import TableOutcome
from careplan_csv.conformance.kit.kit_model import EXPECTED_DUMP, EXPECTED_EXPORT, Kit
from careplan_csv.findings import shown
from careplan_csv.standard import Layout
from careplan_csv.standard.filenames import month_part, table_name

SHOWN = 5
"""How many kinds of differences are reported for a table."""
_PERSON = ("insurer_number", "insured_number")


class DifferenceKind(StrEnum):
    """The kind of a difference."""

    MISSING = "missing"
    SURPLUS = "surplus"
    CHANGED = "changed"

    @property
    def label(self) -> str:
        return {"missing": "無い記録", "surplus": "無いはずの記録", "changed": "違う値"}[self.value]


@dataclass(frozen=True, slots=True)
class Difference:
    """Equal differences of a table, described by the first one; values are masked unless requested.

    Attributes:
        item, how: the name of a changed item and the kind of change; otherwise empty.
        count: their number.
        record: the position of the record in the kit, and its key.
        expected, found: both values; empty if a whole record is missing or surplus.
    """

    kind: DifferenceKind
    item: str
    how: str
    count: int
    record: str
    expected: str = ""
    found: str = ""


def differences_of(kit: Kit, means: Means, table: TableOutcome, *, show_values: bool) -> list[Difference]:
    """The first kinds of differences of a table: missing records, surplus records, then values by item."""
    teller = _Teller(table.whole, _file(kit, means, table), show_values)
    return list(teller.differences())[:SHOWN]


def _file(kit: Kit, means: Means, table: TableOutcome) -> str:
    """The file of the kit with the expected contents; empty if there is none."""
    folders = (EXPECTED_DUMP,) if means is Means.DUMP else (EXPECTED_EXPORT, EXPECTED_DUMP)
    paths = (f"{folder}/{table_name(*table.table)}" for folder in folders)
    return next((path for path in paths if path in kit.files), "")


@dataclass(frozen=True)
class _Teller:
    whole: Comparison
    file: str
    show_values: bool

    def differences(self) -> Iterator[Difference]:
        for kind, records in (
            (DifferenceKind.MISSING, self.whole.missing),
            (DifferenceKind.SURPLUS, self.whole.surplus),
        ):
            if records:
                yield Difference(kind, "", "", len(records), self._record(records[0]))
        for (item, how), changes in _alike(self.whole.changes, self.whole.layout).items():
            first = changes[0]
            expected, found = self._value(first.expected), self._value(first.found)
            yield Difference(
                DifferenceKind.CHANGED, item, how, len(changes), self._record(first.record), expected, found
            )

    def _record(self, record: TableRecord) -> str:
        place = f"{self.file} の {record[PLACE]}番目の記録" if self.file and PLACE in record else ""
        variant = self.whole.layout.variant(month_part(self.whole.month))
        ids = variant.unique or variant.replaces or variant.link or _PERSON
        items = self.whole.layout.by_id
        key = "、".join(f"{items[id_].name} {self._value(record[id_])}" for id_ in ids if id_ in items)
        return f"{place}（{key}）" if place else key

    def _value(self, value: str) -> str:
        return shown(value, harmless=False, show_values=self.show_values)


def _alike(changes: Iterable[ValueChange], layout: Layout) -> Mapping[tuple[str, str], Sequence[ValueChange]]:
    """Changes by item and kind, in the order of the items."""
    order = {item.id: place for place, item in enumerate(layout.items)}
    found: dict[tuple[str, str], list[ValueChange]] = {}
    for change in sorted(changes, key=lambda change: order[change.item.id]):
        found.setdefault((change.item.name, change.how), []).append(change)
    return found

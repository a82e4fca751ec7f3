"""Compares the expected tables of a kit with the found ones, separately for each aspect."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from careplan_csv.conformance.harness.comparison import PLACE, Comparison, compare, plain
from careplan_csv.conformance.harness.observed_data import Observed, TableKey, TableRecord, TableRecords
from careplan_csv.conformance.kit.kit_model import Aspect
from careplan_csv.standard import Edition

_PLAIN_ASPECTS = (Aspect.IMPORT, Aspect.TEXTS)
"""Aspects of people who are only imported."""


@dataclass(frozen=True)
class TableOutcome:
    """The comparison of one table.

    Attributes:
        whole: the comparison for all people; counts are taken from it.
        general: the comparison for people who are only imported.
        aspects: the comparisons for the other aspects that have differences, without differences that all
            people have (an item that is always lost, a table that is not imported).
        unknown_people: the number of records of people who are not in the kit.
        records: the expected records of the people of the kit, each with its `PLACE`.
    """

    table: TableKey
    whole: Comparison
    general: Comparison
    aspects: Mapping[Aspect, Comparison]
    unknown_people: int = 0
    records: Sequence[TableRecord] = field(default=(), repr=False)

    @property
    def prefix(self) -> str:
        return self.table[0]

    @property
    def is_good(self) -> bool:
        return self.general.is_same and not self.aspects


def outcomes(
    expected: Observed,
    found: Observed,
    people: Mapping[str, Aspect],
    edition: Edition,
    prefixes: Collection[str],
    free: Collection[str] = (),
) -> list[TableOutcome]:
    """Compare all tables.

    Args:
        people: 被保険者番号 -> aspect of the person.
        prefixes: the files to compare.
        free: ids of items that are not compared.
    """
    wanted = sorted(table for table in {*expected.tables, *found.tables} if table[0] in prefixes)
    split = [
        _split(table, expected.tables.get(table, []), found.tables.get(table, []), people, edition, free)
        for table in wanted
    ]
    changed_items: dict[str, set[str]] = {}
    for one in split:
        changed_items.setdefault(one.table[0], set()).update(change.item.id for change in one.general.changes)
    by_aspect = _by_aspect(people)
    return [
        TableOutcome(
            one.table,
            one.whole,
            one.general,
            dict(one.aspects(by_aspect, changed_items[one.table[0]])),
            one.unknown_people,
            one.records,
        )
        for one in split
    ]


@dataclass(frozen=True)
class _Split:
    """A compared table: for all people, and for those who are only imported."""

    table: TableKey
    whole: Comparison
    general: Comparison
    unknown_people: int
    records: Sequence[TableRecord]

    def aspects(
        self, by_aspect: Mapping[Aspect, list[str]], changed_items: Collection[str]
    ) -> Iterator[tuple[Aspect, Comparison]]:
        """The comparisons for the other aspects, without differences that all people have."""
        for aspect, numbers in by_aspect.items():
            if aspect in _PLAIN_ASPECTS:
                continue
            own = self.whole.about(numbers, changed_items)
            own = replace(
                own,
                missing=() if self.general.missing else own.missing,
                surplus=() if self.general.surplus else own.surplus,
            )
            if not own.is_same:
                yield aspect, own


def _split(
    table: TableKey,
    expected: TableRecords,
    found: TableRecords,
    people: Mapping[str, Aspect],
    edition: Edition,
    free: Collection[str],
) -> _Split:
    known = {plain(number) for number in people}
    familiar = [record for record in found if plain(record["insured_number"]) in known]
    placed = ({**record, PLACE: str(number)} for number, record in enumerate(expected, start=1))
    wanted = [record for record in placed if plain(record["insured_number"]) in known]
    whole = compare(edition.layout(table[0]), table[1], wanted, familiar, free)
    general = whole.about([n for n, aspect in people.items() if aspect in _PLAIN_ASPECTS])
    return _Split(table, whole, general, len(found) - len(familiar), wanted)


def _by_aspect(people: Mapping[str, Aspect]) -> dict[Aspect, list[str]]:
    found: dict[Aspect, list[str]] = {}
    for number, aspect in people.items():
        found.setdefault(aspect, []).append(number)
    return found

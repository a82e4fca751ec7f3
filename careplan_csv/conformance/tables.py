"""The tables of a kit beside those that came out of a software, split up by what each person shows."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from careplan_csv.conformance.comparing import Comparison, compare, plain
from careplan_csv.conformance.kit.model import Aspect
from careplan_csv.conformance.observing import Observed, Records, Table
from careplan_csv.standard import Edition

_PLAIN_ASPECTS = (Aspect.IMPORT, Aspect.TEXTS)
"""People with whom nothing happens but that they are taken in."""


@dataclass(frozen=True)
class TableOutcome:
    """One table.

    Attributes:
        general: what is about people who are simply taken in.
        aspects: what is about the others, where it is not as it should be; what is wrong for everybody
            (an item that is always lost, a table that is not taken in) is not said again there.
        strangers: how many records are about people who are not in the kit.
    """

    table: Table
    general: Comparison
    aspects: Mapping[Aspect, Comparison]
    strangers: int = 0

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
    may_differ: Collection[str] = (),
) -> list[TableOutcome]:
    """Compare all tables.

    Args:
        people: 被保険者番号 -> what the person shows.
        prefixes: the files that are looked at.
        may_differ: ids of items that are left aside.
    """
    wanted = sorted(table for table in {*expected.tables, *found.tables} if table[0] in prefixes)
    return [
        _outcome(table, expected.tables.get(table, []), found.tables.get(table, []), people, edition, may_differ)
        for table in wanted
    ]  # fmt: skip


def _outcome(
    table: Table,
    expected: Records,
    found: Records,
    people: Mapping[str, Aspect],
    edition: Edition,
    may_differ: Collection[str],
) -> TableOutcome:
    known = {plain(number) for number in people}
    familiar = [record for record in found if plain(record["insured_number"]) in known]
    whole = compare(edition.layout(table[0]), table[1], expected, familiar, may_differ)
    by_aspect = _by_aspect(people)
    general = whole.about(_people(by_aspect, *_PLAIN_ASPECTS))
    return TableOutcome(
        table,
        general,
        dict(_aspects(whole, general, by_aspect, not familiar)),
        len(found) - len(familiar),
    )


def _by_aspect(people: Mapping[str, Aspect]) -> dict[Aspect, list[str]]:
    found: dict[Aspect, list[str]] = {}
    for number, aspect in people.items():
        found.setdefault(aspect, []).append(number)
    return found


def _people(by_aspect: Mapping[Aspect, list[str]], *aspects: Aspect) -> list[str]:
    return [number for aspect in aspects for number in by_aspect.get(aspect, ())]


def _aspects(
    whole: Comparison, general: Comparison, by_aspect: Mapping[Aspect, list[str]], absent: bool
) -> Iterator[tuple[Aspect, Comparison]]:
    spoilt = {change.item.id for change in general.changes}
    for aspect, numbers in by_aspect.items():
        if aspect in _PLAIN_ASPECTS or (absent and general.missing):
            continue
        own = whole.about(numbers, spoilt)
        if not own.is_same:
            yield aspect, own

"""What a rule reports: one message, and the places where it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain, islice, pairwise
from typing import TypeAlias

import numpy as np

from careplan_csv.findings import EXAMPLES_KEPT, OtherPlace, Rule, Severity
from careplan_csv.reading.sources import Source
from careplan_csv.reading.structure import Positions
from careplan_csv.standard import Item


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file: `line`, `record` and `column` (characters of the line) start at 1.

    `value`, and `expected` and `found` of a finding that compares, are raw and must be masked before
    they are shown, unless `safe` says that they tell of no person. `other` is what it was compared with.
    """

    line: int | None = None
    record: int | None = None
    value: str | None = None
    safe: bool = False
    column: int | None = None
    expected: str | None = None
    found: str | None = None
    other: OtherPlace | None = None


@lru_cache(maxsize=1 << 12)
def plain_place(line: int, record: int) -> Place:
    """A place without a value. In a hundred thousand small files the same ones come again and again."""
    return Place(line, record)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Where a list of all places keeps some of them: so many, in these bytes of its file."""

    offset: int
    length: int
    places: int


@dataclass(frozen=True, slots=True)
class Hit:
    """One message of a rule at `count` places, the first of them in `places`.

    Hits of one file with equal rule, severity, item and message become one finding.
    `message` must not hold line numbers or values of single records; `remedy` is the rule's own
    unless a better one is known. Where the file has a finding of one of the rules in `yields_to`, the
    cause is told there already, and this is left out. `more` gives the places behind `places`, once, and is
    dropped or read as soon as the hit is made: it may hold on to a whole block. `chunks` is where they went.
    `again` finds all places by reading the file once more, for rules that remember only the first ones.
    """

    rule: str
    severity: Severity
    message: str
    item: Item | None = None
    count: int = 1
    places: tuple[Place, ...] = ()
    remedy: str = ""
    yields_to: tuple[str, ...] = ()
    more: Iterator[Place] | None = field(default=None, compare=False, repr=False)
    chunks: tuple[Chunk, ...] = field(default=(), compare=False, repr=False)
    again: Callable[[Source], Iterator[Place]] | None = field(default=None, compare=False, repr=False)


FileHit: TypeAlias = tuple[int, Hit]
"""A hit and the file that it is about: its place among the files that are looked at together, from 0."""

PlacesOf: TypeAlias = Callable[[Positions], Sequence[Place]]
"""From some rows to a place for each."""


def hit(
    rule: Rule,
    message: str,
    severity: Severity | None = None,
    *,
    item: Item | None = None,
    count: int = 1,
    places: Iterable[Place] = (),
    remedy: str = "",
    yields_to: tuple[str, ...] = (),
    again: Callable[[Source], Iterator[Place]] | None = None,
) -> Hit:
    """A hit of a rule, by default with the rule's own severity.

    Args:
        places: all of them, in the order in which they are to be told; those behind the first ones are only
            made where somebody asks for every place.
        again: finds all places in the file itself, where `places` are not all of them.
    """
    given = iter(places)
    first = tuple(islice(given, EXAMPLES_KEPT))
    more = given if count > len(first) and first else None
    return Hit(
        rule.id, severity or rule.severity, message, item, count, first, remedy, yields_to, more, again=again
    )


_AT_A_TIME = 8192


def _further(places: PlacesOf, rows: Positions) -> Iterator[Place]:
    """The places of some more rows, a part of them at a time."""
    for start in range(0, len(rows), _AT_A_TIME):
        yield from places(rows[start : start + _AT_A_TIME])


def hits_by_file(
    rule: Rule,
    message: str,
    rows: Positions,
    files: Positions,
    places: PlacesOf,
    severity: Severity | None = None,
    *,
    item: Item | None = None,
    remedy: str = "",
    yields_to: tuple[str, ...] = (),
) -> Iterator[FileHit]:
    """One hit for each file that has some of the rows.

    Args:
        rows: where the message holds, in the order in which the places are to be told.
        files: the file of each row, ascending, shape (rows,).
        places: called with the first rows of every file, and with the others where every place is wanted.
    """
    if not len(rows):
        return
    cuts = np.flatnonzero(files[1:] != files[:-1]) + 1
    bounds = list(pairwise([0, *cuts.tolist(), len(rows)]))
    firsts = [slice(start, min(stop, start + EXAMPLES_KEPT)) for start, stop in bounds]
    found = places(rows[firsts[0]] if len(firsts) == 1 else np.concatenate([rows[first] for first in firsts]))
    told = 0
    for (start, stop), first in zip(bounds, firsts, strict=True):
        shown = first.stop - first.start
        yield (
            int(files[start]),
            hit(
                rule,
                message,
                severity,
                item=item,
                count=stop - start,
                places=chain(found[told : told + shown], _further(places, rows[first.stop : stop])),
                remedy=remedy,
                yields_to=yields_to,
            ),
        )
        told += shown

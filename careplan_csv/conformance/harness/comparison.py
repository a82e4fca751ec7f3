"""Compares records item by item, and describes lost and changed values."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field

from careplan_csv.conformance.harness.observed_data import TableRecord
from careplan_csv.standard import Edition, Item, Layout

_WRITTEN_ANEW = frozenset({"creation_date", "updating_office"})


def may_differ(edition: Edition) -> frozenset[str]:
    """Items that software sets when it sends: 作成年月日, 更新業者コード, names of pictures (they contain the serial)."""
    pictures = {edition.layout(prefix).image_item for prefix in edition.prefixes}
    return _WRITTEN_ANEW | pictures - {""}


# MS932 characters that software converts to different Unicode characters, depending on its conversion table.
_VARIANTS = str.maketrans("〜‖−¢£¬—", "～∥－￠￡￢―")
PLACE = "#"
"""An extra key of expected records: the number, from 1, in the table."""
_REPLACED = "?？〓\ufffd"
_LEAST_ALIKE = 0.5


@dataclass(frozen=True, slots=True)
class ValueChange:
    """A changed item of one record.

    Attributes:
        insured_number: of the (synthetic) person.
        how: the kind of change, a phrase in Japanese.
        record: the expected record, with its `PLACE`.
    """

    item: Item
    insured_number: str
    how: str
    expected: str
    found: str
    record: TableRecord = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Comparison:
    """The comparison of an expected table with the found one.

    Attributes:
        expected, found: numbers of records.
        missing, surplus: expected and found records without a partner.
    """

    layout: Layout
    month: str
    expected: int = 0
    found: int = 0
    missing: tuple[TableRecord, ...] = ()
    surplus: tuple[TableRecord, ...] = ()
    changes: tuple[ValueChange, ...] = field(default=())
    compared: tuple[Item, ...] = ()

    @property
    def lost_items(self) -> dict[str, list[str]]:
        """Item name -> kinds of change, each once, in the order of the items."""
        lost: dict[str, list[str]] = {}
        for item in self.compared:
            ways = Counter(change.how for change in self.changes if change.item.id == item.id)
            if ways:
                lost[item.name] = [f"{how}（{count}件）" for how, count in ways.most_common()]
        return lost

    @property
    def preserved(self) -> int:
        """The number of items that are unchanged in every record; 0 if no record was found."""
        if self.expected and not self.found:
            return 0
        return len(self.compared) - len(self.lost_items)

    @property
    def is_same(self) -> bool:
        return not (self.missing or self.surplus or self.changes)

    def about(self, people: Collection[str], ignoring: Collection[str] = ()) -> Comparison:
        """The part of the comparison for some people (被保険者番号), without some items."""
        wanted = {plain(number) for number in people}
        return Comparison(
            self.layout,
            self.month,
            self.expected,
            self.found,
            tuple(record for record in self.missing if plain(record["insured_number"]) in wanted),
            tuple(record for record in self.surplus if plain(record["insured_number"]) in wanted),
            tuple(
                change
                for change in self.changes
                if plain(change.insured_number) in wanted and change.item.id not in ignoring
            ),
            self.compared,
        )


def compare(
    layout: Layout,
    month: str,
    expected: Sequence[TableRecord],
    found: Sequence[TableRecord],
    free: Collection[str] = (),
) -> Comparison:
    """Compare two sets of records of one table, in any order.

    Args:
        free: ids of items that are not compared.
    """
    items = tuple(item for item in layout.items if item.id not in free)
    missing: list[TableRecord] = []
    surplus: list[TableRecord] = []
    changes: list[ValueChange] = []
    wanted, given = _by_person(expected, layout), _by_person(found, layout)
    for person in sorted({*wanted, *given}):
        pairs, without, over = _paired(wanted[person], given[person], items)
        missing += without
        surplus += over
        for one, other in pairs:
            changes += _changes(one, other, items)
    return Comparison(
        layout, month, len(expected), len(found), tuple(missing), tuple(surplus), tuple(changes), items
    )


def plain(number: str) -> str:
    """A 被保険者番号 without leading zeros and in half width, to recognise numbers that software changed."""
    return unicodedata.normalize("NFKC", number).strip().lstrip("0")


def _by_person(records: Iterable[TableRecord], layout: Layout) -> defaultdict[str, list[TableRecord]]:
    people: defaultdict[str, list[TableRecord]] = defaultdict(list)
    for record in records:
        people[plain(record["insured_number"])].append(record)
    if layout.numbering:
        for some in people.values():
            some[:] = _filled_down(some, layout)
    return people


def _filled_down(records: Sequence[TableRecord], layout: Layout) -> list[TableRecord]:
    """Copy texts of the first record of a number to all its records: both forms are correct (2.3)."""
    levels = [level.item for level in layout.numbering]
    ordered = sorted(records, key=lambda record: [_number(record[item]) for item in levels])
    known: dict[tuple[str, ...], str] = {}
    filled = []
    for record in ordered:
        texts = {}
        for depth, level in enumerate(layout.numbering, start=1):
            numbers = tuple(record[item] for item in levels[:depth])
            for text in level.texts:
                value = record[text] or known.get((text, *numbers), "")
                known[text, *numbers] = texts[text] = value
        filled.append({**record, **texts})
    return filled


def _number(text: str) -> tuple[int, str]:
    return (int(text), "") if text.isascii() and text.isdigit() else (-1, text)


def same(expected: str, found: str) -> bool:
    """Whether two values are equal, apart from variants of characters and line ends."""
    return expected == found or _normal(expected) == _normal(found)


def _normal(value: str) -> str:
    if value.isascii() and "\r" not in value:
        return value
    return value.translate(_VARIANTS).replace("\r\n", "\n").replace("\r", "\n")


Pairs = list[tuple[TableRecord, TableRecord]]


def _paired(
    expected: Sequence[TableRecord], found: Sequence[TableRecord], items: Sequence[Item]
) -> tuple[Pairs, list[TableRecord], list[TableRecord]]:
    """Pair equal records, then the most similar ones; the others are missing or surplus."""
    pairs: Pairs = []
    left: list[TableRecord] = []
    waiting: defaultdict[tuple[str, ...], list[TableRecord]] = defaultdict(list)
    for record in found:
        waiting[_values(record, items)].append(record)
    wanted = {_values(record, items) for record in expected}
    for record in expected:
        equal = waiting[_values(record, items)]
        if equal:
            pairs.append((record, equal.pop()))
        else:
            left.append(record)
    # A record that equals a record with a partner is a duplicate, not a changed record.
    twice = [record for values, some in waiting.items() if values in wanted for record in some]
    over = [record for values, some in waiting.items() if values not in wanted for record in some]
    alike = _most_alike(left, over, items)
    pairs += [(left[one], over[other]) for one, other in alike.items()]
    missing = [record for place, record in enumerate(left) if place not in alike]
    taken = set(alike.values())
    surplus = [record for place, record in enumerate(over) if place not in taken]
    return pairs, missing, [*twice, *surplus]


def _most_alike(
    left: Sequence[TableRecord], over: Sequence[TableRecord], items: Sequence[Item]
) -> dict[int, int]:
    """Position in `left` -> position in `over`, the most similar first; too different records have no partner."""
    wanted = [_values(record, items) for record in left]
    given = [_values(record, items) for record in over]
    scores = sorted(
        (-score, one, place)
        for one, values in enumerate(wanted)
        for place, others in enumerate(given)
        if (score := _alike(values, others)) >= _LEAST_ALIKE
    )
    partners: dict[int, int] = {}
    taken: set[int] = set()
    for _, one, place in scores:
        if one not in partners and place not in taken:
            partners[one] = place
            taken.add(place)
    return partners


def _values(record: TableRecord, items: Sequence[Item]) -> tuple[str, ...]:
    return tuple(_normal(record[item.id]) for item in items)


def _alike(values: tuple[str, ...], others: tuple[str, ...]) -> float:
    """The share of equal items among those that either record fills, 0 to 1."""
    filled = equal = 0
    for one, other in zip(values, others, strict=True):
        if one or other:
            filled += 1
            equal += one == other
    return equal / max(filled, 1)


def _changes(one: TableRecord, other: TableRecord, items: Sequence[Item]) -> Iterable[ValueChange]:
    for item in items:
        expected, found = one[item.id], other[item.id]
        if not same(expected, found):
            how = how_changed(item, expected, found)
            yield ValueChange(item, one["insured_number"], how, expected, found, one)


def how_changed(item: Item, expected: str, found: str) -> str:
    """The kind of change of a value, a phrase in Japanese."""
    return next(
        (words for fits, words in _WAYS if fits(_normal(expected), _normal(found))),
        _BY_FORMAT.get(item.format, "値が変わった"),
    )


def _is_replaced(expected: str, found: str) -> bool:
    return any(found.count(sign) > expected.count(sign) for sign in _REPLACED)


_Way = Callable[[str, str], bool]
_WAYS: tuple[tuple[_Way, str], ...] = (
    (lambda expected, found: not found, "失われた"),
    (lambda expected, found: not expected, "無いはずの値が入った"),
    (lambda expected, found: expected.replace("\n", "") == found, "改行が失われた"),
    (lambda expected, found: expected.replace("\n", " ") == found, "改行が空白になった"),
    (lambda expected, found: expected.startswith(found), "途中で切れた"),
    (lambda expected, found: expected.lstrip("0") == found, "先頭の 0 が失われた"),
    (
        lambda expected, found: (
            unicodedata.normalize("NFKC", expected) == unicodedata.normalize("NFKC", found)
        ),
        "全角・半角が変わった",
    ),
    (_is_replaced, "文字が ? や 〓 に置き換わった"),
)
_BY_FORMAT = {"hhmm": "時刻が変わった", "ymd": "日付が変わった", "ym": "年月が変わった"}

"""The keys by which records of several files belong together, kept of each file and compared as columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from careplan_csv.checks.collected.fallout import lost_records
from careplan_csv.checks.collected.file_facts import FileFacts
from careplan_csv.checks.collected.kept import Kept, firsts, keep, mixed
from careplan_csv.checks.records.block_records import Records
from careplan_csv.reading import arrays
from careplan_csv.reading.fingerprint import value_prints
from careplan_csv.reading.structure import Flags
from careplan_csv.reading.values import as_flags
from careplan_csv.rules.collectors import Collector
from careplan_csv.rules.hits import Place
from careplan_csv.standard import Edition, Layout, Variant

_SEPARATOR = "\x1f"


def key_items(variant: Variant) -> tuple[str, ...]:
    """The items that tie a file to others (2.3)."""
    return variant.link or variant.replaces or variant.unique


def _keys_of(records: Records) -> Kept | None:
    items = key_items(records.variant)
    return changes_of(records.of_named_month, items) if items else None


def changes_of(records: Records, item_ids: tuple[str, ...]) -> Kept:
    """Rows where some items change, with their texts: few, where records of one user stand together.

    Columns say whether each item has a fault of its own, or a check digit that is wrong.
    """
    table = records.table
    changes = np.zeros(len(table.rows), dtype=np.bool_)
    changes[0] = True
    changes[1:] = table.files[1:] != table.files[:-1]
    columns = {item_id: table.text(item_id) for item_id in item_ids}
    for item_id in item_ids:
        values = arrays.indices(table.encoded(item_id))
        changes[1:] |= values[1:] != values[:-1]
    wrong = {wrong_name(item_id): lost_records(records, (item_id,))[changes] for item_id in item_ids}
    doubtful = {
        doubtful_name(item_id): records.soundness.is_doubtful((item_id,))[changes] for item_id in item_ids
    }
    mask = arrays.flags(changes)
    texts = {item_id: column.filter(mask) for item_id, column in columns.items()}
    return Kept(keep(table, where=changes, **wrong, **doubtful).columns, texts)


def _each_once(kept: Kept) -> Kept:
    """The first row of each key of each file."""
    keys = mixed(*map(value_prints, kept.texts.values()))
    return kept.take(firsts(keys, kept["file"]))


KEYS = Collector(_keys_of, _each_once)
"""The distinct keys of every file, each at its first record; nothing where the layout ties it to no other."""


def table_of(kept: Kept) -> Any:
    """Keys as a pyarrow table: the items as strings, what the columns say of them, `record` and `line`."""
    said = {name: arrays.flags(column) for name, column in kept.columns.items() if column.dtype == np.bool_}
    places = {name: arrays.int64(kept[name]) for name in ("record", "line")}
    return pa.table({**kept.texts, **said, **places})


def keys_of(facts: FileFacts) -> Any:
    """The keys of a file as a pyarrow table (`table_of`); None where it was not read by a layout."""
    kept = facts.kept(KEYS)
    return None if kept is None else table_of(kept)


class KeyPrints:
    """Fingerprints of the keys of many files: whether a file may have a key that others have not."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, tuple[str, ...]], Any] = {}

    def of(self, facts: FileFacts, link: tuple[str, ...]) -> Any:
        """A fingerprint of each key, by some items, shape (keys,); None where the file has not all of them."""
        whole = facts.parts.get(KEYS)
        if whole is None or not link or not set(link) <= set(whole.text_names):
            return None
        known = (id(whole), link)
        if known not in self._known:
            self._known[known] = mixed(*(value_prints(whole.text(item_id)) for item_id in link))
        start, stop = whole.bounds(facts.number)
        return self._known[known][start:stop]

    def lacking(self, pairs: Sequence[tuple[FileFacts, FileFacts]], link: tuple[str, ...]) -> Flags:
        """Which pairs of files have a key in the first that the second may lack, shape (pairs,)."""
        sides = [[self.of(facts, link) for facts in side] for side in zip(*pairs, strict=True)]
        absent = np.zeros(0, dtype=np.uint64)
        own, other = ([absent if prints is None else prints for prints in side] for side in sides)
        numbers = [
            np.repeat(np.arange(len(pairs)), [len(prints) for prints in side]) for side in (own, other)
        ]
        keys, others = (
            mixed(np.concatenate(side), number) for side, number in zip((own, other), numbers, strict=True)
        )
        lacking = np.zeros(len(pairs), dtype=np.bool_)
        lacking[numbers[0][~arrays.is_in(keys, others)]] = True
        return lacking


class Keys:
    """The distinct keys of one file.

    Args:
        table: at least the columns of `link`, `record` and `line` (pyarrow).
        link: the items that make a key.
        layout, edition: by which the file was read.
    """

    def __init__(self, table: Any, link: tuple[str, ...], layout: Layout, edition: Edition) -> None:
        self.table = table.take(_first_of_each(_joined(table, link)))
        self.link = link
        self.layout = layout
        unused = arrays.strings([edition.no_month, edition.no_date])
        self._formed = {item_id: self._is_sound(item_id, unused) for item_id in link}

    @classmethod
    def of(cls, facts: FileFacts, link: tuple[str, ...]) -> Keys | None:
        """The keys of a file; None where it was not read by these items."""
        table = keys_of(facts)
        if table is None or facts.layout is None or facts.edition is None:
            return None
        if not link or not set(link) <= set(table.column_names):
            return None
        return cls(table, link, facts.layout, facts.edition)

    def _is_sound(self, item_id: str, unused: Any) -> Any:
        """Whether each value can be one: a broken value is a finding of its own, not a missing partner."""
        column, length = self.table[item_id], self.layout.by_id[item_id].length
        form = pc.match_substring_regex(column, f"^[0-9A-Z]{{{length}}}$")
        sound = pc.and_not(form, pc.is_in(column, value_set=unused))
        wrong = wrong_name(item_id)
        return pc.and_not(sound, self.table[wrong]) if wrong in self.table.column_names else sound

    def _joined(self, items: Sequence[str], mask: Any = None) -> Any:
        """The values of some items as one string per key."""
        return _joined(self.table if mask is None else self.table.filter(mask), items)

    def _sound(self, item_id: str, other: Keys) -> Any:
        """Whether each value can be one; a doubtful one can where the other file has it too."""
        return pc.and_not(self._formed[item_id], mistyped(self.table, item_id, [other.table]))

    def without_partner(self, other: Keys) -> tuple[int, Iterator[Place]]:
        """How many keys the other file lacks, and their places.

        A partner in which one item is broken, while the rest of the key agrees, is taken as the one
        that was meant.
        """
        lacking = pc.invert(pc.is_in(self._joined(self.link), value_set=other._joined(self.link)))
        for item_id in self.link:
            lacking = pc.and_(lacking, self._sound(item_id, other))
        for item_id in self.link:
            rest = [other_id for other_id in self.link if other_id != item_id]
            unsound = pc.invert(other._sound(item_id, self))
            if not pc.any(unsound).as_py():
                continue
            broken = other._joined(rest, unsound)
            meant = pc.is_in(self._joined(rest), value_set=broken)
            lacking = pc.and_not(lacking, meant)
        # The keys are in the order of their first records.
        found = self.table.filter(lacking)
        return len(found), places_in(found)


_AT_A_TIME = 4096


def places_in(rows: Any) -> Iterator[Place]:
    """The places of the rows of a table with the columns `line` and `record` (pyarrow), a few at a time."""
    for start in range(0, len(rows), _AT_A_TIME):
        part = rows.slice(start, _AT_A_TIME)
        yield from map(Place, part["line"].to_pylist(), part["record"].to_pylist())


def wrong_name(item_id: str) -> str:
    """The column that says in which keys an item has a fault of its own."""
    return f"{item_id} wrong"


def doubtful_name(item_id: str) -> str:
    """The column that says in which keys the check digit of an item is wrong."""
    return f"{item_id} doubtful"


def mistyped(table: Any, item_id: str, others: Sequence[Any]) -> Any:
    """Keys whose item has a wrong check digit, and a value that no other file has (pyarrow, per key)."""
    name = doubtful_name(item_id)
    if name not in table.column_names:
        return arrays.flags(np.zeros(len(table), dtype=np.bool_))
    known = pa.chunked_array([chunk for other in others for chunk in other[item_id].chunks], pa.string())
    return pc.and_not(table[name], pc.is_in(table[item_id], value_set=known.combine_chunks()))


def wrong_keys(table: Any) -> Flags:
    """Which keys have a fault of their own in any item, shape (keys,)."""
    wrong = np.zeros(len(table), dtype=np.bool_)
    for name in table.column_names:
        if name.endswith(" wrong"):
            wrong |= as_flags(table[name])
    return wrong


def _joined(table: Any, items: Sequence[str]) -> Any:
    columns = (table[item_id] for item_id in items)
    separator = arrays.strings([_SEPARATOR])[0]
    return pc.binary_join_element_wise(*columns, separator, null_handling="replace").combine_chunks()


def _first_of_each(values: Any) -> Any:
    """The first row of every distinct value, in the order of the rows (a pyarrow array of positions)."""
    _, first = np.unique(arrays.indices(values.dictionary_encode()), return_index=True)
    return arrays.int64(np.sort(first))

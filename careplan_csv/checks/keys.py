"""The keys by which records of several files belong together, compared as columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from careplan_csv.checks.facts import FileFacts
from careplan_csv.checks.registry import Place
from careplan_csv.findings import EXAMPLES_KEPT
from careplan_csv.standard import Edition, Layout

_SEPARATOR = "\x1f"


class Keys:
    """The distinct keys of one file.

    Args:
        table: at least the columns of `link`, `record` and `line` (pyarrow).
        link: the items that make a key.
        layout, edition: by which the file was read.
    """

    def __init__(self, table: Any, link: tuple[str, ...], layout: Layout, edition: Edition) -> None:
        first = [("record", "min"), ("line", "min")]
        self.table = table.group_by(list(link), use_threads=False).aggregate(first)
        self.link = link
        self.layout = layout
        unused = pa.array([edition.no_month, edition.no_date])
        self._sound = {item_id: self._is_sound(item_id, unused) for item_id in link}

    @classmethod
    def of(cls, facts: FileFacts, link: tuple[str, ...]) -> Keys | None:
        """The keys of a file; None where it was not read by these items."""
        if facts.keys is None or facts.layout is None or facts.edition is None:
            return None
        if not link or not set(link) <= set(facts.keys.column_names):
            return None
        return cls(facts.keys, link, facts.layout, facts.edition)

    def _is_sound(self, item_id: str, unused: Any) -> Any:
        """Whether each value can be one: a broken value is a finding of its own, not a missing partner."""
        column, length = self.table[item_id], self.layout.by_id[item_id].length
        form = pc.match_substring_regex(column, f"^[0-9A-Z]{{{length}}}$")
        return pc.and_not(form, pc.is_in(column, value_set=unused))

    def _joined(self, items: Sequence[str], mask: Any = None) -> Any:
        """The values of some items as one string per key."""
        table = self.table if mask is None else self.table.filter(mask)
        columns = (table[item_id] for item_id in items)
        return pc.binary_join_element_wise(*columns, _SEPARATOR, null_handling="replace").combine_chunks()

    def without_partner(self, other: Keys) -> tuple[int, tuple[Place, ...]]:
        """How many keys the other file lacks, and the first places of them.

        A partner in which one item is broken, while the rest of the key agrees, is taken as the one
        that was meant.
        """
        lacking = pc.invert(pc.is_in(self._joined(self.link), value_set=other._joined(self.link)))
        for item_id in self.link:
            rest = [other_id for other_id in self.link if other_id != item_id]
            broken = other._joined(rest, pc.invert(other._sound[item_id]))
            meant = pc.is_in(self._joined(rest), value_set=broken)
            lacking = pc.and_(lacking, pc.and_not(self._sound[item_id], meant))
        found = self.table.filter(lacking).sort_by("record_min").slice(0, EXAMPLES_KEPT)
        lines, records = found["line_min"].to_pylist(), found["record_min"].to_pylist()
        places = (Place(line, record) for line, record in zip(lines, records, strict=True))
        return pc.sum(lacking).as_py() or 0, tuple(places)

"""What the rules on several files together need to know of each file."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from careplan_csv.checks.collected.compact import Compact
from careplan_csv.checks.collected.kept import Keeps, Kept, merged
from careplan_csv.reading.sources import Source
from careplan_csv.reading.structure import Positions
from careplan_csv.standard import Edition, Layout, Variant
from careplan_csv.standard.filenames import FileName


@dataclass(frozen=True, eq=False, slots=True)
class FileFacts:
    """One examined file, after all its records were seen.

    Attributes:
        name: None where the name fits no file of the standard.
        edition, layout, variant: None where the content could not be read by a layout.
        csv_version: the value of the first record; None where there is none.
        damaged: some records could not be split into items, so what was kept may lack theirs.
        parts: from a collector to what it has kept of this file, or of several; `number` is the file's
            place among them, from 0.
    """

    source: Source
    name: FileName | None
    edition: Edition | None
    layout: Layout | None
    variant: Variant | None
    csv_version: str | None
    sha256: str | None
    damaged: bool = False
    parts: Mapping[Keeps, Compact] = field(default_factory=dict)
    number: int = 0

    def kept(self, collector: Keeps) -> Kept | None:
        """What a collector has kept of the file; None where it keeps nothing of such files."""
        whole = self.parts.get(collector)
        return None if whole is None else whole.share(self.number)


def shares(files: Sequence[FileFacts], collector: Keeps) -> Iterator[tuple[Compact, Positions, Positions]]:
    """What a collector has kept of some files, as it was kept: of one file, or of several that were read together.

    Returns:
        For each such part its columns, and two parallel arrays: where in `files` a file stands, and its
        number in the part.
    """
    by_part: dict[int, tuple[Compact, list[int], list[int]]] = {}
    for place, facts in enumerate(files):
        whole = facts.parts.get(collector)
        if whole is not None:
            _, places, numbers = by_part.setdefault(id(whole), (whole, [], []))
            places.append(place)
            numbers.append(facts.number)
    for whole, places, numbers in by_part.values():
        yield whole, np.array(places, dtype=np.int64), np.array(numbers, dtype=np.int64)


def columns_of(
    files: Sequence[FileFacts], collector: Keeps, names: Collection[str] | None = None
) -> Kept | None:
    """What a collector has kept of some files, one after another; `file` is their place among them.

    Args:
        files: none is to be named twice.
        names: the columns that are wanted, beside the places; None for all columns and texts.

    Returns:
        None where it has kept nothing of any file.
    """
    parts = []
    for whole, places, numbers in shares(files, collector):
        of_row = whole["file"]
        place_of = np.full(int(of_row.max(initial=-1)) + 1, -1, dtype=np.int32)
        known = numbers < len(place_of)
        place_of[numbers[known]] = places[known]
        file = place_of[of_row]
        rows = np.flatnonzero(file >= 0)
        chosen = whole.take(rows, names)
        parts.append(Kept({**chosen.columns, "file": file[rows]}, chosen.texts))
    if not parts:
        return None
    together = merged(parts)
    order = np.argsort(together["file"], kind="stable")
    return together if (np.diff(order) == 1).all() else together.take(order)

"""The stage of the rules on whole files (family T), and what they see of the files."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

from careplan_csv.checks.collected.kept import Kept
from careplan_csv.findings import Rule
from careplan_csv.reading.structure import Positions
from careplan_csv.rules.hits import FileHit
from careplan_csv.rules.registry import Stage
from careplan_csv.standard import Edition, Layout, Variant
from careplan_csv.standard.filenames import FileName

Made = TypeVar("Made")


@dataclass(frozen=True)
class Files:
    """One file, or several small ones of the same layout, after all their records were seen.

    Attributes:
        names: of each file; None where it fits no file of the standard.
        last: the number of the last record of each file, shape (files,).
        parts: reads a file again, for the few rules that must see values twice: for every block the numbers
            of its sound records, ascending, and the columns of their items (pyarrow).
    """

    layout: Layout
    edition: Edition
    variant: Variant
    names: Sequence[FileName | None]
    last: Positions
    parts: Callable[[int], Iterator[tuple[Positions, Mapping[str, Any]]]]
    _made: dict[str, Any] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def once(self, name: str, make: Callable[[], Made]) -> Made:
        """What several rules build from the same columns: built for the first of them, and shared.

        Rules on one file run side by side.
        """
        with self._lock:
            if name not in self._made:
                self._made[name] = make()
            made: Made = self._made[name]
        return made


FileRule: TypeAlias = Callable[[Rule, Kept, Files], Iterator[FileHit]]


file_rule: Stage[FileRule] = Stage()
"""Rules on whole files: called with what their one collector has kept of the files' blocks."""

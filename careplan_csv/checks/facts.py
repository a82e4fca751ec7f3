"""What the rules on several files together need to know of each file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from careplan_csv.checks.kept import Keeps, Kept
from careplan_csv.reading.sources import Source
from careplan_csv.standard import Edition, Layout, Variant
from careplan_csv.standard.filenames import FileName


def _nothing(collector: Keeps) -> None:
    return None


@dataclass(frozen=True, eq=False)
class FileFacts:
    """One examined file, after all its records were seen.

    Attributes:
        name: None where the name fits no file of the standard.
        edition, layout, variant: None where the content could not be read by a layout.
        csv_version: the value of the first record; None where there is none.
        damaged: some records could not be split into items, so what was kept may lack theirs.
        kept: from a collector to what it has kept of the file; None where that is nothing.
    """

    source: Source
    name: FileName | None
    edition: Edition | None
    layout: Layout | None
    variant: Variant | None
    csv_version: str | None
    sha256: str | None
    damaged: bool = False
    kept: Callable[[Keeps], Kept | None] = _nothing

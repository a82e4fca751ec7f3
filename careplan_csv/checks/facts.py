"""What the rules on whole files and on several files together need to know of each file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from careplan_csv.checks.gathering import Kept
from careplan_csv.reading.sources import Source
from careplan_csv.standard import Edition, Layout, Variant
from careplan_csv.standard.filenames import FileName


@dataclass(frozen=True)
class FileFacts:
    """One examined file, after all its records were seen.

    Attributes:
        name: None where the name fits no file of the standard.
        edition, layout, variant: None where the content could not be read by a layout.
        csv_version: the value of the first record; None where there is none.
        keys: a pyarrow table with one row per distinct combination of the items in `key_items`
            (string columns named by item id) and two int64 columns `record` and `line` of its first record;
            None where the content could not be read.
        pictures: a pyarrow table of the names of pictures, with `record` and `line`; None where the
            layout has none, or the content could not be read.
        services, persons: for the rules on several files (`crossing`); None where they are not needed.
        planners: the プラン担当業者 of its records.
        damaged: some records could not be split into items, so `keys` may lack theirs.
    """

    source: Source
    name: FileName | None
    edition: Edition | None
    layout: Layout | None
    variant: Variant | None
    csv_version: str | None
    sha256: str | None
    keys: Any | None = None
    key_items: tuple[str, ...] = ()
    damaged: bool = False
    services: Kept | None = None
    persons: Kept | None = None
    pictures: Any | None = None
    planners: frozenset[str] = frozenset()

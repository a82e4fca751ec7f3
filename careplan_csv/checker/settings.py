"""What a run was asked for, and what is decided for each file: by which layout and edition it is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from careplan_csv.checker.place_list import PlaceList, kept
from careplan_csv.checks.items import ITEM_RULES
from careplan_csv.item_checks import BoundCheck, bind
from careplan_csv.reading.service_codes import ServiceCodes
from careplan_csv.rules.hits import FileHit
from careplan_csv.standard import CsvVersion, Edition, Layout, Standard, Variant
from careplan_csv.standard.filenames import FileName

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Reading:
    """How a content is read: decided at its first record.

    Attributes:
        csv_version: the value of the first data record; None where it is empty.
        encoding: of the bytes that are handed on: `cp932` or `utf-8`.
        header: the first record is a header record.
        delimiter: what separates the items in place of commas; empty where commas do.
    """

    layout: Layout
    edition: Edition
    variant: Variant | None
    csv_version: str | None
    encoding: str
    header: bool = False
    delimiter: str = ""

    @property
    def by_items(self) -> bool:
        """Whether the records can be split into the items of a layout."""
        return bool(self.layout.items) and not self.delimiter


@dataclass
class Settings:
    """What a run was asked for.

    Attributes:
        edition: `auto`, or the CSV version that every file should have.
        several: there are files that can be compared with each other.
        progress: called with a number of bytes that were read.
        every: where all places are to be kept; None where nobody asks for them.
    """

    standard: Standard
    edition: str = "auto"
    several: bool = True
    progress: Progress = lambda read: None
    master: ServiceCodes | None = None
    every: PlaceList | None = None

    def kept(self, hits: Iterable[FileHit]) -> Iterator[FileHit]:
        """Hits, as they are made, without what they hold on to."""
        for file, hit in hits:
            yield file, kept(hit, self.every)

    @property
    def accepted_versions(self) -> tuple[str, ...]:
        """Values of CSVバージョン that may stand in a file: that which was asked for, or any in use."""
        if self.edition != "auto":
            return (self.edition,)
        return tuple(v.value for v in self.standard.versions.values() if v.layout == v.value)

    def item_checks(self, layout: Layout, edition: Edition) -> dict[str, list[BoundCheck]]:
        """The checks of every item of a layout, by item id."""
        return _bound(self.standard, edition.csv_version, layout.prefix, self.accepted_versions)

    def version(self, reading: Reading) -> CsvVersion | None:
        return self.standard.versions.get(reading.csv_version or "")

    def edition_of(self, version: str, name: FileName | None) -> Edition:
        """The edition to read by: the content's own, else the name's, else what was asked for, else the newest."""
        known = self.standard
        if version in known.mistakes:
            version = known.mistakes[version].meant
        layout = known.versions[version].layout if version in known.versions else None
        named = name.csv_version if name else ""
        named_layout = known.versions[named].layout if named in known.versions else None
        asked = self.edition if self.edition != "auto" else None
        return known.edition(layout or named_layout or asked or known.newest.csv_version)

    def layout_of(self, edition: Edition, name: FileName | None) -> Layout | None:
        """The layout of a file in an edition, else in the newest edition that has such a file."""
        if name is None:
            return None
        if name.prefix in edition.prefixes:
            return edition.layout(name.prefix)
        known = self.standard
        for csv_version in reversed(known.editions):
            if name.prefix in known.edition(csv_version).prefixes:
                return known.edition(csv_version).layout(name.prefix)
        return None


@cache
def _bound(
    known: Standard, csv_version: str, prefix: str, accepted_versions: tuple[str, ...]
) -> dict[str, list[BoundCheck]]:
    """The checks of every item of a layout, by item id; made once for all runs."""
    edition = known.edition(csv_version)
    checks = [item_rule.check for item_rule in ITEM_RULES.values()]
    return bind(edition.layout(prefix), edition, checks, accepted_versions)

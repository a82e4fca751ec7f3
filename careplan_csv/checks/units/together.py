"""All examined files together, and the stage of the rules on them (family B)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from careplan_csv.checks.collected.file_facts import FileFacts
from careplan_csv.checks.collected.keys import KeyPrints
from careplan_csv.checks.units.incomplete_groups import Mismatch
from careplan_csv.checks.units.pictures import Pictures
from careplan_csv.checks.units.transmission_units import find_units
from careplan_csv.checks.units.unit_groups import Group
from careplan_csv.findings import Rule
from careplan_csv.reading.sources import Source
from careplan_csv.rules.hits import FileHit, Hit
from careplan_csv.rules.registry import Stage
from careplan_csv.standard import Standard


@dataclass(frozen=True, eq=False)
class Together:
    """Every examined file.

    Attributes:
        standard: editions whose units count.
        unreadable: names of files that were given but could not be examined: they are no gap in a unit.
        images: the pictures that were given.
    """

    files: Sequence[FileFacts]
    standard: Standard
    unreadable: Iterable[str] = ()
    images: Sequence[Source] = ()

    def share(self) -> None:
        """Work out what several rules use, before they run side by side."""
        _ = self.named, self.groups, self.key_prints, self.pictures

    @cached_property
    def named(self) -> list[FileFacts]:
        """Files whose name fits the standard and whose content could be read by a layout."""
        return [facts for facts in self.files if facts.name is not None and facts.layout is not None]

    @cached_property
    def _units(self) -> tuple[list[Group], list[Mismatch]]:
        return find_units(self.files, self.unreadable, self.standard)

    @property
    def groups(self) -> list[Group]:
        """The transmission units, whole or not."""
        return self._units[0]

    @property
    def mismatches(self) -> list[Mismatch]:
        """Files that belong to a unit although their names differ."""
        return self._units[1]

    @cached_property
    def key_prints(self) -> KeyPrints:
        """Fingerprints of the keys of all files."""
        return KeyPrints()

    @cached_property
    def pictures(self) -> Pictures:
        return Pictures(self.images)


NamedHit: TypeAlias = tuple[str, Hit]
"""A hit with the name of the source that it is about."""

BetweenRule: TypeAlias = Callable[[Rule, Together], Iterator[NamedHit]]

between_rule: Stage[BetweenRule] = Stage()
"""Rules on several files together."""


def named_hits(hits: Iterable[FileHit], files: Sequence[FileFacts]) -> Iterator[NamedHit]:
    """From places among some files to the names of their sources."""
    for number, hit in hits:
        yield files[number].source.name, hit

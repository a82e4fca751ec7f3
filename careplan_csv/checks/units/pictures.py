"""The pictures that were given beside the files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from careplan_csv.reading.sources import Source


@dataclass
class Pictures:
    """The pictures that were given, as the rule uses them up.

    Attributes:
        by_name: by the lower-case name; the same name may stand in several folders.
        concerned: names of the sources that some file of the standard has to do with.
    """

    given: Sequence[Source]
    by_name: dict[str, list[Source]] = field(default_factory=dict)
    concerned: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        for source in self.given:
            self.by_name.setdefault(source.file_name.lower(), []).append(source)

    @property
    def unconcerned(self) -> tuple[str, ...]:
        """What no file of the standard has to do with."""
        return tuple(source.name for source in self.given if source.name not in self.concerned)

"""Steps of a run that went wrong by themselves: nobody can rely on what is there, or is not there, after them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from careplan_csv.conformance.harness.attempts import Attempt, Outcome
from careplan_csv.conformance.kit.kit_model import Kit
from careplan_csv.standard import Edition, MonthPart, ProfileRequirement

File = tuple[str, MonthPart]
"""A kind of file: its prefix and the kind of month in its name."""


class Part(StrEnum):
    """Which part of a run a step belongs to: the beginning of its name in the record."""

    OWN = "own"
    INBOX = "inbox"
    FAULTS = "faults"
    EXPORT = "export"


def files_of(row: ProfileRequirement) -> Set[File]:
    """The files that a requirement is about."""
    return {(prefix, row.month) for prefix in row.prefixes}


@dataclass(frozen=True)
class Failures:
    """The failures of a run. A unit that was refused is no failure: that is an answer."""

    kit: Kit
    edition: Edition
    attempts: Sequence[Attempt]

    @cached_property
    def units(self) -> Mapping[str, Set[File]]:
        """Unit -> its files."""
        return {unit.id: {(f.prefix, f.month) for f in unit.files} for unit in self.edition.units}

    @cached_property
    def _units_of_steps(self) -> Mapping[str, str]:
        steps = (*self.kit.own, *self.kit.inbox, *self.kit.faults)
        return {step.folder: step.unit for step in steps}

    def _failed(self, parts: Sequence[Part]) -> Iterator[tuple[Attempt, Set[File]]]:
        for attempt in self.attempts:
            part, _, rest = attempt.step.partition("/")
            if attempt.outcome is Outcome.FAILED and part in parts:
                unit = rest if part == Part.EXPORT else self._units_of_steps.get(attempt.step, "")
                yield attempt, self.units.get(unit, frozenset())

    def files(self, *parts: Part) -> Set[File]:
        """The files of all steps of some parts that failed."""
        return {file for _, files in self._failed(parts) for file in files}

    def of(self, *parts: Part, files: Set[File] | None = None) -> str:
        """What is to be said of the first failed step of some parts, and how many there are; empty where none is.

        Args:
            files: only steps about any of these.
        """
        mine = [attempt for attempt, some in self._failed(parts) if files is None or some & files]
        if not mine:
            return ""
        more = f"（ほかに {len(mine) - 1}つの手順も終わっていません）" if mine[1:] else ""
        return f"{_told(mine[0])}{more}"

    def reason(self, step: str) -> str:
        """What is to be said of a step; empty where it did not fail."""
        failed = (a for a in self.attempts if a.step == step and a.outcome is Outcome.FAILED)
        return next((_told(attempt) for attempt in failed), "")


def _told(attempt: Attempt) -> str:
    return f"手順 {attempt.step} が正しく終わらなかったため、確かめられません。{attempt.detail}"

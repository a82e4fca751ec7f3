"""Failed steps of a run: afterwards the contents of the software say nothing about its imports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from careplan_csv.conformance.harness.attempts import Attempt, AttemptOutcome
from careplan_csv.conformance.kit.kit_model import Kit
from careplan_csv.standard import Edition, ProfileRequirement, VariantKey


class RunPart(StrEnum):
    """The part of a run to which a step belongs: the beginning of its name in the record."""

    OWN = "own"
    INBOX = "inbox"
    FAULTS = "faults"
    EXPORT = "export"


def files_of(row: ProfileRequirement) -> Set[VariantKey]:
    """The files of a requirement."""
    return {(prefix, row.month) for prefix in row.prefixes}


@dataclass(frozen=True)
class Failures:
    """The failures of a run. A refused unit is no failure but a result."""

    kit: Kit
    edition: Edition
    attempts: Sequence[Attempt]

    @cached_property
    def units(self) -> Mapping[str, Set[VariantKey]]:
        """Unit -> its files."""
        return {unit.id: {(f.prefix, f.month) for f in unit.files} for unit in self.edition.units}

    @cached_property
    def _units_of_steps(self) -> Mapping[str, str]:
        steps = (*self.kit.own, *self.kit.inbox, *self.kit.faults)
        return {step.folder: step.unit for step in steps}

    def _failed(self, parts: Sequence[RunPart]) -> Iterator[tuple[Attempt, Set[VariantKey]]]:
        for attempt in self.attempts:
            part, _, rest = attempt.step.partition("/")
            if attempt.outcome is AttemptOutcome.FAILED and part in parts:
                unit = rest if part == RunPart.EXPORT else self._units_of_steps.get(attempt.step, "")
                yield attempt, self.units.get(unit, frozenset())

    def files(self, *parts: RunPart) -> Set[VariantKey]:
        """The files of all failed steps in some parts."""
        return {file for _, files in self._failed(parts) for file in files}

    def of(self, *parts: RunPart, files: Set[VariantKey] | None = None) -> str:
        """A sentence on the first failed step in some parts, with the number of others; empty without any.

        Args:
            files: only steps about any of these.
        """
        failed = [attempt for attempt, some in self._failed(parts) if files is None or some & files]
        if not failed:
            return ""
        more = f"（ほかに {len(failed) - 1}つの手順も終わっていません）" if failed[1:] else ""
        return f"{_sentence(failed[0])}{more}"

    def reason(self, step: str) -> str:
        """A sentence on a failed step; empty if it did not fail."""
        failed = (a for a in self.attempts if a.step == step and a.outcome is AttemptOutcome.FAILED)
        return next((_sentence(attempt) for attempt in failed), "")


def _sentence(attempt: Attempt) -> str:
    return f"手順 {attempt.step} が正しく終わらなかったため、確かめられません。{attempt.detail}"

"""The outcome of each step of a run."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class AttemptOutcome(StrEnum):
    """How an import ended."""

    IMPORTED = "imported"
    REFUSED = "refused"
    FAILED = "failed"
    """The command failed: it ran too long, could not be started, or ended with another exit code."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One step of a run.

    Attributes:
        step: its folder in the kit, or the name of another command (`reset`, `dump` …).
        said: whether the command wrote any output.
        detail: what failed, a sentence in Japanese; otherwise empty.
        seconds: how long it took.
    """

    step: str
    outcome: AttemptOutcome
    said: bool = False
    detail: str = ""
    seconds: float = 0.0

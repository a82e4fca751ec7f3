"""What happened when software was given the units of a kit."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class AttemptOutcome(StrEnum):
    """How an import ended."""

    IMPORTED = "imported"
    REFUSED = "refused"
    FAILED = "failed"
    """The command itself went wrong: it ran too long, could not be started, or ended in another way."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One step that was tried.

    Attributes:
        step: its folder in the kit, or the name of another command (`reset`, `dump` …).
        said: whether anything was said about it.
        detail: what went wrong, a sentence in Japanese; empty where nothing did.
        seconds: how long it took.
    """

    step: str
    outcome: AttemptOutcome
    said: bool = False
    detail: str = ""
    seconds: float = 0.0

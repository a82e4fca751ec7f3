"""The steps of a run, under their names in its record."""

from __future__ import annotations

from careplan_csv.conformance.kit.kit_model import Kit

RESET, DUMP, AFTER_FAULTS, EXPORT = "reset", "dump", "dump-after-faults", "export"
LOGS = "logs"


def steps_of(kit: Kit) -> list[str]:
    """The steps that every run must have: the reset, and all units of the inbox."""
    return [RESET, *(step.folder for step in kit.inbox)]


def log_of(number: int, step: str) -> str:
    """The log file of a step, relative to the folder of the run; `number` is its position from 0."""
    return f"{LOGS}/{number:03d}-{step.replace('/', '-')}.txt"

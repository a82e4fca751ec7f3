"""What has to be done with a kit, in order: the names under which a run records each step."""

from __future__ import annotations

from careplan_csv.conformance.kit.kit_model import Kit

RESET, DUMP, AFTER_FAULTS, EXPORT = "reset", "dump", "dump-after-faults", "export"
LOGS = "logs"


def steps_of(kit: Kit) -> list[str]:
    """The steps that no run can leave out: the first state, and every unit of the inbox."""
    return [RESET, *(step.folder for step in kit.inbox)]


def log_of(number: int, step: str) -> str:
    """Where what was said at a step is kept, relative to the folder of the run; `number` is its place from 0."""
    return f"{LOGS}/{number:03d}-{step.replace('/', '-')}.txt"

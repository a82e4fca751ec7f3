"""The exit codes, documented in README and docs/exit-codes.md."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """One code per cause."""

    CONFORMANT = 0
    FINDINGS = 1
    USAGE = 2
    NOT_EXAMINED = 3
    FAULT = 4
    OTHER_VERSION = 5
    INTERRUPTED = 130

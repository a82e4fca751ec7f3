"""ファイル連番: points in time of 14 digits (2.4)."""

from __future__ import annotations

from datetime import datetime, timedelta

from careplan_csv.standard.filenames import moment_of, serial_at

_FIRST = datetime(2000, 1, 1)
_STEP = timedelta(minutes=1)
_OWN_SECOND = 30
"""Offices send at any second: that two of them choose the same is what must not happen by design."""


def next_serial(serial: str) -> str:
    """One minute later than a serial, at a second of its own; the first of all after the empty text."""
    later = (moment_of(serial) or _FIRST) + _STEP
    return serial_at(later.replace(second=_OWN_SECOND))

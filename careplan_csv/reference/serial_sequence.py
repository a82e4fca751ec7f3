"""The sequence of serials (ファイル連番) of the software (2.4)."""

from __future__ import annotations

from datetime import datetime, timedelta

from careplan_csv.standard.filenames import moment_of, serial_at

_FIRST = datetime(2000, 1, 1)
_STEP = timedelta(minutes=1)
_OWN_SECOND = 30
"""Other programs use other seconds, so that two offices do not regularly choose the same serial."""


def next_serial(serial: str) -> str:
    """The serial one minute after another one; the first serial after the empty text."""
    later = (moment_of(serial) or _FIRST) + _STEP
    return serial_at(later.replace(second=_OWN_SECOND))

"""ファイル連番: points in time of 14 digits (2.4)."""

from __future__ import annotations

from datetime import datetime, timedelta

_FORM = "%Y%m%d%H%M%S"
_LENGTH = 14
_FIRST = "20000101000000"
_STEP = timedelta(minutes=1)


def is_serial(text: str) -> bool:
    """Whether it is a point in time."""
    if len(text) != _LENGTH or not (text.isascii() and text.isdigit()):
        return False
    try:
        datetime.strptime(text, _FORM)
    except ValueError:
        return False
    return True


def next_serial(serial: str) -> str:
    """One minute later than a serial; the first of all after the empty text."""
    return (datetime.strptime(serial or _FIRST, _FORM) + _STEP).strftime(_FORM)

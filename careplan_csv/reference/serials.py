"""ファイル連番: points in time of 14 digits (2.4)."""

from __future__ import annotations

from datetime import datetime, timedelta

_FORM = "%Y%m%d%H%M%S"
_LENGTH = 14
_FIRST = "20000101000000"
_STEP = timedelta(minutes=1)
_OWN_SECOND = 30
"""Offices send at any second: that two of them choose the same is what must not happen by design."""


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
    """One minute later than a serial, at a second of its own; the first of all after the empty text."""
    later = datetime.strptime(serial or _FIRST, _FORM) + _STEP
    return later.replace(second=_OWN_SECOND).strftime(_FORM)

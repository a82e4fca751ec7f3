"""Times of day in the form of the files (HHMM)."""

from __future__ import annotations

MIDNIGHT = 24 * 60


def minutes(time: str) -> int:
    """Minutes since midnight."""
    return int(time[:2]) * 60 + int(time[2:])


def later(time: str, by: int) -> str:
    """The time some minutes later; the end of the day is 2400 (A14)."""
    total = minutes(time) + by
    if not 0 <= total <= MIDNIGHT:
        raise ValueError(f"{time} + {by} minutes is another day")
    return f"{total // 60:02d}{total % 60:02d}"

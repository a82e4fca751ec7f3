"""What Japanese text needs wherever it is laid out."""

from __future__ import annotations

import unicodedata


def width_of(text: str) -> int:
    """Columns that a text takes: two for a character of full width, one for any other."""
    return sum(2 if not c.isascii() and unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)

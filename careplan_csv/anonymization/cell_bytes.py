"""A cell's text written again, with the very bytes of every character that stays."""

from __future__ import annotations

from itertools import pairwise

from careplan_csv.reading.characters import characters
from careplan_csv.reading.encoding import MS932, UTF8


def written_again(raw: bytes, text: str, new: str, encoding: str) -> bytes:
    """The bytes of a text that replaces another of as many characters.

    Some characters have several codes in MS932, and bytes that are no character stand for themselves:
    what stays must stay to the byte.

    Args:
        raw: the bytes of `text`.
        new: as many characters as `text`.
    """
    if encoding not in (MS932, UTF8):
        return new.encode(encoding, "surrogateescape")
    starts = [*characters(raw, encoding).starts.tolist(), len(raw)]
    return b"".join(
        raw[start:end] if old == character else character.encode(encoding, "surrogateescape")
        for old, character, (start, end) in zip(text, new, pairwise(starts), strict=True)
    )

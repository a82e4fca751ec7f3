"""Where each character of some bytes begins, found in one pass over all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from careplan_csv.reading.encoding import MS932
from careplan_csv.reading.structure import Flags, Positions

CodePoints: TypeAlias = npt.NDArray[np.uint32]

_ESCAPED = (0xDC80, 0xDCFF)
"""A byte that belongs to no character, as `surrogateescape` writes it: each stands for one byte."""
_HALF_WIDTH_KANA = (0xFF61, 0xFF9F)
_USER_DEFINED = (0xE000, 0xE757)
# Python's cp932 takes these single bytes; MS932 on Windows has no such characters.
_SINGLES_OF_PYTHON = (0x80, 0xA0, 0xF8F0, 0xF8F1, 0xF8F2, 0xF8F3)
_REPLACEMENT = 0xFFFD


@dataclass(frozen=True)
class Characters:
    """Bytes as characters.

    Attributes:
        points: the code point of every character, shape (characters,).
        starts: the first byte of every character, shape (characters,).
    """

    points: CodePoints
    starts: Positions

    def undecodable(self) -> Positions:
        """First bytes of what is no character of the encoding, U+FFFD included."""
        bad: Positions = self.starts[
            _between(self.points, _ESCAPED)
            | (self.points == _REPLACEMENT)
            | np.isin(self.points, _SINGLES_OF_PYTHON)
        ]
        return bad

    def user_defined(self) -> Positions:
        """First bytes of user-defined characters (外字)."""
        bad: Positions = self.starts[_between(self.points, _USER_DEFINED)]
        return bad


def characters(raw: bytes, encoding: str) -> Characters:
    """Take bytes apart into characters; takes time in proportion to their number."""
    text = raw.decode(encoding, "surrogateescape").encode("utf-32-le", "surrogatepass")
    points = np.frombuffer(text, dtype=np.uint32)
    widths = _widths_in_ms932(points) if encoding == MS932 else _widths_in_utf8(points)
    return Characters(points, np.cumsum(widths) - widths)


def _between(points: CodePoints, bounds: tuple[int, int]) -> Flags:
    inside: Flags = (points >= bounds[0]) & (points <= bounds[1])
    return inside


def _widths_in_ms932(points: CodePoints) -> Positions:
    single = (
        (points < 0x80)
        | _between(points, _HALF_WIDTH_KANA)
        | _between(points, _ESCAPED)
        | np.isin(points, _SINGLES_OF_PYTHON)
    )
    return np.where(single, 1, 2).astype(np.int64)


def _widths_in_utf8(points: CodePoints) -> Positions:
    widths = np.searchsorted((0x80, 0x800, 0x10000), points, side="right").astype(np.int64) + 1
    widths[_between(points, _ESCAPED)] = 1
    return widths

"""A Japanese font for the PDF: the system's on Windows and macOS, else one that comes with a pip package."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

FAMILY = "Careplan JP"
"""The name under which templates ask for the font, first in their font stacks: the PDF then looks and copies alike everywhere."""

URL = "careplan-font:japanese"
"""The one address that the PDF engine may fetch."""

# The first face of a collection is used: each of these begins with an upright Japanese face.
_WINDOWS = ("BIZ-UDGothicR.ttc", "YuGothM.ttc", "meiryo.ttc", "msgothic.ttc")
_MACOS = ("ヒラギノ角ゴシック W3.ttc", "Supplemental/Arial Unicode.ttf")
_MACOS_FOLDERS = ("/System/Library/Fonts", "/Library/Fonts")


@cache
def japanese_font() -> Path | None:
    """The file of a Japanese font; None where none of the known places has one."""
    return next((path for path in _candidates() if path.is_file()), None)


def _candidates() -> Iterator[Path]:
    if sys.platform == "win32":
        folder = Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts"
        yield from (folder / name for name in _WINDOWS)
    elif sys.platform == "darwin":
        yield from (Path(folder) / name for folder in _MACOS_FOLDERS for name in _MACOS)
    try:
        from pylopdf_fonts_jp import sans_path
    except ImportError:
        return
    yield Path(sans_path())


def font_face() -> str:
    """CSS that makes the font known as `FAMILY`; empty where there is none."""
    if japanese_font() is None:
        return ""
    return f'@font-face {{ font-family: "{FAMILY}"; src: url("{URL}"); }}'

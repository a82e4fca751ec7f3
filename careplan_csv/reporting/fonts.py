"""A Japanese font for the PDF: the system's on Windows and macOS, a packaged one on Linux."""

from __future__ import annotations

from pathlib import Path

FAMILY = "careplan-jp"
URL = "careplan-font:sans"


def packaged_font() -> Path | None:
    """The font that comes with a pip package; None where the system's fonts are relied on."""
    try:
        import pylopdf_fonts_jp
    except ImportError:
        return None
    path = Path(pylopdf_fonts_jp.sans_path())
    return path if path.is_file() else None


def font_style() -> str:
    """CSS that makes the packaged font known under `FAMILY`; empty where there is none."""
    if packaged_font() is None:
        return ""
    return f'@font-face {{ font-family: "{FAMILY}"; src: url("{URL}"); }}'

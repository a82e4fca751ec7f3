"""Where the package data lies: beside the package in a wheel, at the top of the tree in a checkout."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).parent


@cache
def folder(name: str) -> Path:
    """Return the folder `name` (`schemas`, `reports` or `sample_data`) of this installation.

    Raises:
        FileNotFoundError: the installation is incomplete.
    """
    for candidate in (_PACKAGE / "_data" / name, _PACKAGE.parent / name):
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(f"{name} が見つかりません。careplan-csv を入れ直してください。")


def changelog() -> str:
    """The text of CHANGELOG.md; empty where an installation came without it."""
    for candidate in (_PACKAGE / "_data" / "CHANGELOG.md", _PACKAGE.parent / "CHANGELOG.md"):
        if candidate.is_file():
            return candidate.read_text(encoding="utf-8")
    return ""

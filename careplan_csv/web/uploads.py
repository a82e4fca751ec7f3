"""What a browser hands in, laid down under the names that it gives, and nowhere else."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from careplan_csv.findings import printable

MOST_FILES = 20_000
_LONGEST = 180
_DEEPEST = 20
_FORBIDDEN = frozenset('<>:"|?*')
"""Windows takes none of these in a name."""


def stored(folder: Path, uploads: Iterable[tuple[str, BinaryIO]]) -> list[Path]:
    """Write the contents of uploads below a folder.

    Args:
        uploads: name and stream of each; a name may lead through folders, as a browser tells it.

    Returns:
        Where they are; uploads without a name, which a browser sends for an empty field, are left out.

    Raises:
        OSError: they cannot be written.
    """
    paths = []
    for name, stream in uploads:
        parts = _parts(name)
        if parts:
            path = _free(folder.joinpath(*parts))
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as file:
                shutil.copyfileobj(stream, file)
            paths.append(path)
    return paths


def _parts(name: str) -> list[str]:
    """The folders and the name, without anything that leads elsewhere."""
    parts = [_safe(part) for part in name.replace("\\", "/").split("/")]
    return [part for part in parts if part][-_DEEPEST:]


def _safe(part: str) -> str:
    plain = "".join(c if c.isprintable() and c not in _FORBIDDEN else "_" for c in part).strip()
    if not plain.strip("."):
        return ""
    data = plain.encode("utf-8", "replace")
    if len(data) <= _LONGEST:
        return data.decode("utf-8")
    # The end tells the kind of file and its serial.
    return data[-_LONGEST:].decode("utf-8", "ignore")


def _free(path: Path) -> Path:
    """The place itself, or one in a folder of its own where there is a file of this name already."""
    number = 1
    free = path
    while free.exists():
        number += 1
        free = path.parent / f"{number}" / path.name
    return free


def shown(name: str) -> str:
    """A name of an upload, as it can be shown."""
    return printable(name.replace("\\", "/").rpartition("/")[2], 120)

"""The folder of a run: made anew without ever following what a software has put into it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterator
from pathlib import Path


def emptied(root: Path, part: str) -> Path:
    """An empty folder `part` below `root`.

    A link on the way is taken away; what it leads to is left alone.

    Raises:
        OSError: it cannot be made.
    """
    path = root
    for name in Path(part).parts:
        path = path / name
        if is_link(path) or (path.exists() and not path.is_dir()):
            _take_away(path)
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    return path


def is_link(path: Path) -> bool:
    """Whether it leads elsewhere: a symbolic link, or a junction of Windows."""
    # Python knows junctions from 3.12 on.
    is_junction = getattr(path, "is_junction", None)
    return path.is_symlink() or bool(is_junction and is_junction())


def _take_away(path: Path) -> None:
    try:
        path.unlink()
    except PermissionError:
        # A junction goes like a folder.
        path.rmdir()


def without_leading_out(root: Path, part: str) -> list[str]:
    """Take away links below `root`/`part` that lead out of `root`, or are that folder itself.

    Returns:
        Where they were, relative to `root`.
    """
    inside = os.path.realpath(root)
    found = []
    for path in list(_links(root / part)):
        target = os.path.realpath(path)
        if path == root / part or os.path.commonpath([inside, target]) != inside:
            _take_away(path)
            found.append(path.relative_to(root).as_posix())
    return found


def _links(folder: Path) -> Iterator[Path]:
    if is_link(folder):
        yield folder
        return
    for place, folders, files in os.walk(folder, followlinks=False):
        for name in (*folders, *files):
            path = Path(place, name)
            if is_link(path):
                yield path


def strange_entries(root: Path, known: Collection[str]) -> list[str]:
    """What lies in a folder that does not belong there, by name."""
    return sorted(entry.name for entry in root.iterdir() if entry.name not in known)

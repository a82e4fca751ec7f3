"""The folder of a run, handled without following links that the software has put into it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterator
from pathlib import Path


def emptied(root: Path, part: str) -> Path:
    """An empty folder `part` below `root`.

    A link in the path is removed; its target is not changed.

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
    """Whether it is a symbolic link, or a junction of Windows."""
    # Path.is_junction exists from Python 3.12 on.
    is_junction = getattr(path, "is_junction", None)
    return path.is_symlink() or bool(is_junction and is_junction())


def _take_away(path: Path) -> None:
    try:
        path.unlink()
    except PermissionError:
        # A junction is removed like a folder.
        path.rmdir()


def remove_outside_links(root: Path, part: str) -> list[str]:
    """Remove links below `root`/`part` that lead out of `root`, and the folder itself if it is a link.

    Returns:
        Their paths, relative to `root`.
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


def unexpected_entries(root: Path, known: Collection[str]) -> list[str]:
    """The names of unexpected entries of a folder."""
    return sorted(entry.name for entry in root.iterdir() if entry.name not in known)

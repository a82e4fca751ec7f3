"""A report file, written safely: nothing is overwritten unasked, and no half file remains."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from careplan_csv.findings import printable
from careplan_csv.reporting.writing import CannotWrite, reason


def refuse_taken(path: Path, *, force: bool) -> None:
    """Say that a report cannot go to a path, before any work is done for it.

    Raises:
        CannotWrite: it is a folder, or a file that nobody wants replaced.
    """
    shown = printable(str(path), 200)
    if path.is_dir():
        raise CannotWrite(
            f"「{shown}」はフォルダーです。報告のファイルの名前まで指定してください（例: 報告.xlsx）。"
        )
    if os.path.lexists(path) and not force:
        raise CannotWrite(
            f"「{shown}」は、すでにあります。上書きするなら --force を付けるか、別の名前を指定してください。"
        )


@contextlib.contextmanager
def report_file(path: Path, *, force: bool) -> Iterator[BinaryIO]:
    """A file to write a report into; it gets its name when all is written.

    Raises:
        CannotWrite: the place is taken or not writable, or the disk is full; nothing half-written remains.
    """
    refuse_taken(path, force=force)
    try:
        # A link stays a link: what it leads to is replaced.
        target = Path(os.path.realpath(path))
        target.parent.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        raise _cannot(path, error) from error
    temporary = target.parent / f".careplan-{secrets.token_hex(6)}.tmp"
    # A ValueError from here on is a fault of whoever writes, and is not told as one of the disk.
    try:
        with temporary.open("x+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)
    except OSError as error:
        raise _cannot(path, error) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()


def _cannot(path: Path, error: OSError | ValueError) -> CannotWrite:
    return CannotWrite(f"{printable(str(path), 200)} に書けませんでした（{reason(error)}）。")

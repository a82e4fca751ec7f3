"""Where results go: a file that is written whole or not at all, or standard output."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from careplan_csv.cli.codes import ExitCode
from careplan_csv.cli.messages import Refused
from careplan_csv.findings import printable

if TYPE_CHECKING:
    from rich.console import RenderableType


def deliver(content: str | RenderableType, output: Path | None, *, color: bool = False) -> None:
    """Print a text or a rich renderable, or write it to a file.

    Raises:
        Refused: the file cannot be written.
    """
    if isinstance(content, str):
        if output:
            save(output, content.encode("utf-8"))
        else:
            sys.stdout.write(content)
            sys.stdout.flush()
        return
    from rich.console import Console

    # A pipe has no width of its own: lines there stay whole enough to be searched.
    width = None if sys.stdout.isatty() and not output else 110
    console = Console(width=width, no_color=True if output or not color else None, highlight=False)
    if output:
        with console.capture() as capture:
            console.print(content, soft_wrap=True)
        save(output, capture.get().encode("utf-8"))
        return
    # Sentences are wrapped by the terminal: rich breaks Japanese only at blanks.
    console.print(content, soft_wrap=True)


def save_new(path: Path, data: bytes, *, force: bool) -> None:
    """Write a file where there is none yet, or where the user wants it replaced.

    Raises:
        Refused: there is one already, or it cannot be written.
    """
    if path.is_file() and not force:
        raise Refused(
            f"「{printable(str(path), 200)}」は、すでにあります。上書きするなら --force を付けるか、別の名前を指定してください。"
        )
    save(path, data)


def save(path: Path, data: bytes) -> None:
    """Write a file whole or not at all.

    Raises:
        Refused: it cannot be written.
    """
    from careplan_csv.reporting.writing import CannotWrite, write_file

    try:
        write_file(path, data)
    except CannotWrite as error:
        raise Refused(str(error), ExitCode.USAGE) from error

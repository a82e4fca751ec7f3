"""Where results go: a file that is written whole or not at all, or standard output."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from careplan_csv.cli.codes import ExitCode
from careplan_csv.cli.messages import Refused
from careplan_csv.findings import printable, visible
from careplan_csv.reporting.reporters import Pieces, pieces_of

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType

    from careplan_csv.reporting.reporters import Content

_PIPE_WIDTH = 110
_PLAIN: dict[str, Any] = {"highlight": False, "markup": False, "emoji": False}
"""Square brackets and colons in what is quoted mean nothing."""


def output_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """--output, the same for every command that prints a result."""
    return click.option(
        "--output",
        type=click.Path(path_type=Path),
        metavar="ファイル",
        help="結果を書くファイル（UTF-8）。省略すると、画面に示します。",
    )(function)


def deliver(content: Content, output: Path | None, *, color: bool = False) -> None:
    """Print a text or a rich renderable, or write it to a file.

    Nothing that comes from a file, a name or a setting reaches a terminal as it is: whatever could steer it
    is made visible here, in the one place through which all results go.

    Raises:
        Refused: the file cannot be written, or there is no room for what is printed.
    """
    if output:
        texts = pieces_of(content if isinstance(content, str | Pieces) else plain_text(content))
        save(output, (text.encode("utf-8", "replace") for text in texts))
        return
    try:
        if isinstance(content, str | Pieces):
            sys.stdout.writelines(map(visible, pieces_of(content)))
        else:
            _print(content, color=color)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        stop_printing()
        raise Refused(
            "結果を出力できませんでした（出力先に空きがないか、閉じられています）。出力先を確かめるか、--output でファイルを指定してください。"
        ) from error


def stop_printing() -> None:
    """What could not be printed must not be tried again when the program ends."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _print(content: RenderableType, *, color: bool) -> None:
    # A pipe has no width of its own: lines there stay whole enough to be searched.
    width = None if sys.stdout.isatty() else _PIPE_WIDTH
    console = _console()(width=width, no_color=None if color else True, **_PLAIN)
    # Sentences are wrapped by the terminal: rich breaks Japanese only at blanks.
    console.print(content, soft_wrap=True)


def plain_text(content: RenderableType) -> str:
    """What a terminal would show, without colours."""
    console = _console()(width=_PIPE_WIDTH, no_color=True, file=io.StringIO(), **_PLAIN)
    with console.capture() as capture:
        console.print(content, soft_wrap=True)
    return capture.get()


def _console() -> type[Console]:
    """A console whose texts are made visible before they are coloured."""
    from rich.console import Console
    from rich.segment import Segment

    class VisibleConsole(Console):
        def render(
            self, renderable: RenderableType, options: ConsoleOptions | None = None
        ) -> Iterable[Segment]:
            for segment in super().render(renderable, options):
                yield segment if segment.control else Segment(visible(segment.text), segment.style)

    return VisibleConsole


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


def save(path: Path, data: bytes | Iterable[bytes]) -> None:
    """Write a file, given whole or in pieces, whole or not at all.

    Raises:
        Refused: it cannot be written.
    """
    from careplan_csv.reporting.writing import CannotWrite, write_file

    try:
        write_file(path, data)
    except CannotWrite as error:
        raise Refused(str(error), ExitCode.USAGE) from error

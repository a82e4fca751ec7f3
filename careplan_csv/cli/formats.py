"""--format, the same for every command that shows a result."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from careplan_csv.cli.messages import Refused
from careplan_csv.reporting.reporters import REPORTERS, formats, pieces_of, rendered


def format_option(
    shows: type, text: str = "結果の形式。"
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The option, with the formats that are registered for one kind of report."""
    names = formats(shows)
    return click.option("--format", "form", type=click.Choice(names), default=names[0], help=text)


def is_for_people(shows: type, form: str) -> bool:
    """Whether a format is read on a screen, where a progress bar may stand beside it."""
    return REPORTERS[shows, form].for_people


def format_files_option(shows: type) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """--output-format FORMAT=FILE, as often as wanted, beside what is shown."""
    return click.option(
        "--output-format",
        "format_files_given",
        multiple=True,
        metavar="形式=ファイル",
        help=f"結果を、別の形式でもファイルに書きます（例: junit=結果.xml）。何度でも書けます。形式: {'・'.join(_in_files(shows))}。",
    )


def _in_files(shows: type) -> list[str]:
    return [name for name in formats(shows) if not is_for_people(shows, name)]


def format_files(shows: type, given: Sequence[str], *, force: bool) -> list[tuple[str, Path]]:
    """The formats and files of `--output-format`, before any work is done for them.

    Raises:
        Refused: it is not FORMAT=FILE, the format is unknown, or a file cannot be written.
    """
    from careplan_csv.findings import printable
    from careplan_csv.reporting.report_file import refuse_taken
    from careplan_csv.reporting.writing import CannotWrite

    found: list[tuple[str, Path]] = []
    for text in given:
        name, _, file = text.partition("=")
        if name not in _in_files(shows) or not file:
            raise Refused(
                f"--output-format「{printable(text, 200)}」は使えません。"
                f"「形式=ファイル」の形で書いてください（例: junit=結果.xml）。形式: {'・'.join(_in_files(shows))}。"
            )
        path = Path(file)
        try:
            refuse_taken(path, force=force)
        except CannotWrite as error:
            raise Refused(str(error)) from error
        found.append((name, path))
    return found


def write_formats(report: object, files: Sequence[tuple[str, Path]], *, force: bool) -> None:
    """Write a report in every format into its file.

    Raises:
        Refused: a file cannot be written; nothing half-written remains.
    """
    from careplan_csv.reporting.report_file import report_file
    from careplan_csv.reporting.writing import CannotWrite

    for name, path in files:
        content = rendered(report, name)
        try:
            with report_file(path, force=force) as file:
                file.writelines(text.encode("utf-8", "replace") for text in pieces_of(content))
        except CannotWrite as error:
            raise Refused(str(error)) from error

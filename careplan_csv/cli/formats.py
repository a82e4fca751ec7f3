"""--format, the same for every command that shows a result."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from careplan_csv.reporting.reporters import REPORTERS, formats


def format_option(
    shows: type, text: str = "結果の形式。"
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The option, with the formats that are registered for one kind of report."""
    names = formats(shows)
    return click.option("--format", "form", type=click.Choice(names), default=names[0], help=text)


def is_for_people(shows: type, form: str) -> bool:
    """Whether a format is read on a screen, where a progress bar may stand beside it."""
    return REPORTERS[shows, form].for_people

"""The Jinja environment of every report in reports/."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from careplan_csv import resources


@cache
def environment() -> Environment:
    """Templates escape everything and refuse names they do not know."""
    return Environment(
        loader=FileSystemLoader(resources.folder("reports")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

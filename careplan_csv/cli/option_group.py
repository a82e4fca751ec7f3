"""Several options that commands share, as one decorator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

Decorator: TypeAlias = Callable[[Callable[..., Any]], Callable[..., Any]]


def option_group(*options: Decorator) -> Decorator:
    """Apply options above a command; its help shows them in the order in which they stand here."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate

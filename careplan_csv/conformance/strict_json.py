"""Reads JSON from outside strictly: anything that two programs could read differently is refused."""

from __future__ import annotations

import json
from typing import Any, NoReturn

DEEPEST = 64
"""How deep values may be nested; this program writes far less nested values."""

_LONGEST_NUMBER = 40


def parse(data: bytes) -> Any:
    """Read JSON text.

    Raises:
        ValueError: it is no UTF-8 or no JSON, has a key twice, a number that JSON does not allow or that is
            far too long, half a surrogate pair, or values nested too deep.
    """
    try:
        value = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_unique,
            parse_constant=_refused,
            parse_int=_integer,
            parse_float=_decimal,
        )
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    _check(value, DEEPEST)
    return value


def parse_object(data: bytes) -> dict[str, Any]:
    """Read JSON text that is an object.

    Raises:
        ValueError: as `parse`, or it is no object.
    """
    value = parse(data)
    if not isinstance(value, dict):
        raise ValueError("no object")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) != len(pairs):
        raise ValueError("a key stands twice")
    return values


def _refused(word: str) -> NoReturn:
    raise ValueError(f"no number: {word}")


def _integer(text: str) -> int:
    if len(text) > _LONGEST_NUMBER:
        raise ValueError("too long a number")
    return int(text)


def _decimal(text: str) -> float:
    value = float(text) if len(text) <= _LONGEST_NUMBER else float("inf")
    if value in (float("inf"), float("-inf")):
        raise ValueError("too large a number")
    return value


def _check(value: Any, depth: int) -> None:
    if depth < 0:
        raise ValueError("nested too deep")
    if isinstance(value, str):
        # Half a pair of surrogates can be read from an escape, but never be written again.
        value.encode("utf-8")
    elif isinstance(value, dict):
        for key, inner in value.items():
            _check(key, depth)
            _check(inner, depth - 1)
    elif isinstance(value, list):
        for inner in value:
            _check(inner, depth - 1)

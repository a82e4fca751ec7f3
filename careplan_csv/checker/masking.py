"""From raw places to places that may be shown: values are masked unless they tell of no person."""

from __future__ import annotations

from functools import lru_cache

from careplan_csv.checks.own_forms import has_own_form
from careplan_csv.findings import Example, printable, shown
from careplan_csv.rules.hits import Place
from careplan_csv.standard import Item

_NOTHING = (None,) * 5


def masked_place(place: Place, item: Item | None, *, show_values: bool) -> Example:
    """A place with its values as they may be shown; `item` is what its finding is about."""
    if (place.value, place.column, place.expected, place.found, place.other) == _NOTHING:
        return _plain_example(place.line, place.record)
    value, expected, found = (
        _shown(text, place, item, show_values) for text in (place.value, place.expected, place.found)
    )
    masked = value is not None and not place.safe and value != printable(place.value or "")
    return Example(place.line, place.record, value, place.column, expected, found, place.other, masked)


@lru_cache(maxsize=1 << 12)
def _plain_example(line: int | None, record: int | None) -> Example:
    """An example without a value. In a hundred thousand small files the same ones come again and again."""
    return Example(line, record)


def _shown(text: str | None, place: Place, item: Item | None, show_values: bool) -> str | None:
    if text is None or place.safe:
        return text
    harmless = item is not None and item.open and has_own_form(item, text)
    return shown(text, harmless=harmless, show_values=show_values)

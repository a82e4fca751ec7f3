"""From raw places to places that may be shown: values are masked unless they tell of no person."""

from __future__ import annotations

from careplan_csv.checks.own_forms import has_own_form
from careplan_csv.findings import Example, printable, shown
from careplan_csv.rules.hits import Place
from careplan_csv.standard import Item


def masked_place(place: Place, item: Item | None, *, show_values: bool) -> Example:
    """A place with its values as they may be shown; `item` is what its finding is about."""
    value, expected, found = (
        _shown(text, place, item, show_values) for text in (place.value, place.expected, place.found)
    )
    masked = value is not None and not place.safe and value != printable(place.value or "")
    return Example(place.line, place.record, value, place.column, expected, found, place.other, masked)


def _shown(text: str | None, place: Place, item: Item | None, show_values: bool) -> str | None:
    if text is None or place.safe:
        return text
    harmless = item is not None and item.open and has_own_form(item, text)
    return shown(text, harmless=harmless, show_values=show_values)

"""What a value of an item looks like, wrong as it may be: for telling items apart and for showing values."""

from __future__ import annotations

import re
from functools import cache

from careplan_csv.standard import Item

_BY_FORMAT = {
    "ymd": "[0-9]{8}",
    "ym": "20[0-9]{4}",
    "hhmm": "[0-9]{4}",
    "service_kind": "[1-7A][0-9A-F]",
    "service_code": "[1-7A][0-9A-F][0-9A-Z][0-9]{3}",
    "service_code_or_total": "[1-7A][0-9A-F](?:[0-9A-Z][0-9]{3}|AAAA|EEEE|ZZZZ)|9{6}",
    "flags31": "[01]{31}",
    "postal": "[0-9]{3}-[0-9]{4}",
    "tais": "[0-9]{5}-[0-9]{6}",
    "insured": "[0-9H][0-9]{9}",
    "office": "[0-9A-Z]{10}",
    "decimal": r"[0-9]{1,2}(?:\.[0-9]{1,2})?",
    "tel": r"[0-9()+\-]+",
}


@cache
def own_form(item: Item) -> re.Pattern[str] | None:
    """The form of an item's values, whatever they mean; None where any text may stand.

    A code is taken for digits or a single letter: more letters may be somebody's initials.
    """
    length = item.length or 2
    if item.format in ("int", "unused"):
        return re.compile(f"[0-9]{{1,{length}}}")
    if item.format in ("code", "digits"):
        return re.compile(f"[0-9]{{{length}}}" if length > 1 else "[0-9A-Z]")
    form = _BY_FORMAT.get(item.format)
    return re.compile(form) if form else None


def has_own_form(item: Item, value: str) -> bool:
    """Whether a value looks like one of its item."""
    form = own_form(item)
    return form is not None and form.fullmatch(value) is not None

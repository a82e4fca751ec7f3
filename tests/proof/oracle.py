"""What the layout allows, judged naively value by value: an independent second opinion on the item rules."""

from __future__ import annotations

import re
from datetime import date

from careplan_csv.standard import Edition, Exchange, Item, Requirement, standard

_ALPHABET = "0123456789ABCDEFGHJKLMNPRSTUVWXYZ"


def _digit_fits(number: str, skip: int = 0) -> bool:
    total = 0
    for position, character in enumerate(reversed(number[skip:-1])):
        if character not in _ALPHABET:
            return False
        product = _ALPHABET.index(character) * (2 if position % 2 == 0 else 1)
        total += sum(map(int, str(product)))
    return number[-1].isdigit() and (total + int(number[-1])) % 10 == 0


def _is_date(value: str) -> bool:
    try:
        date(int(value[:4]), int(value[4:6]), int(value[6:]))
    except ValueError:
        return False
    return True


def _office(value: str) -> bool:
    if not re.fullmatch("[0-9A-Z]{10}", value):
        return False
    return _digit_fits(value) or (value[2] in "13456" and _digit_fits(value, 3))


def _in_format(item: Item, edition: Edition, value: str) -> bool:
    length = item.length or 0
    exchanged = [kind.code for kind in edition.kinds.values() if kind.exchange is Exchange.YES]
    match item.format:
        case "ymd":
            return bool(re.fullmatch("[0-9]{8}", value)) and _is_date(value)
        case "ym":
            return bool(re.fullmatch("[0-9]{4}(0[1-9]|1[0-2])", value)) and value[:4] != "0000"
        case "hhmm":
            return bool(re.fullmatch("([01][0-9]|2[0-3])[0-5][0-9]", value))
        case "int":
            number = "-?[0-9]+" if item.signed else "[0-9]+"
            return bool(re.fullmatch(number, value)) and (not length or len(value) <= length)
        case "digits":
            fits = bool(re.fullmatch(f"[0-9]{{{length}}}", value))
            return fits and (item.id != "insurer_number" or _digit_fits(value))
        case "insured":
            return bool(re.fullmatch("[0-9]{10}|H[0-9]{9}", value))
        case "office":
            return _office(value)
        case "postal":
            return bool(re.fullmatch("[0-9]{3}-[0-9]{4}", value))
        case "tel":
            return bool(re.fullmatch(r"[0-9()+\-]+", value)) and len(value) <= length
        case "code":
            return value in edition.codes[item.argument]
        case "service_kind":
            kind = edition.kinds.get(value)
            # Only of the results that a deletion names is the kind one that was sent.
            named = item.id == "service_kind"
            return (
                kind is not None
                and kind.exchange is not Exchange.PLANNING
                and (kind.exchange is Exchange.YES or not named)
            )
        case "service_code" | "service_code_or_total":
            if item.format.endswith("total") and value == edition.totals.grand_total_code:
                return True
            return value[:2] in exchanged and bool(re.fullmatch("[0-9A-Z]{6}", value))
        case "tais":
            return bool(re.fullmatch("[0-9]{5}-[0-9]{6}", value))
        case "flags31":
            return bool(re.fullmatch("[01]{31}", value))
        case "decimal":
            return bool(re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,2})?", value))
        case "unused":
            return False
    return True


def allows(item: Item, edition: Edition, value: str) -> bool:
    """Whether the layout allows a value; blanks around it make it wrong, empty is for the required ones."""
    if item.id == "csv_version":
        versions = standard().versions
        return value in versions and versions[value].layout == value
    if not value:
        return item.required is Requirement.OPTIONAL
    if item.is_text:
        return item.required is Requirement.OPTIONAL or bool(value.strip(" \t\r\n　"))
    return value in item.also or (value == value.strip(" \t　") and _in_format(item, edition, value))

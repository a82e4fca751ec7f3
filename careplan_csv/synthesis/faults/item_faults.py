"""Faults for every item and every rule on single items that can break there."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from careplan_csv.standard import Item, Requirement
from careplan_csv.synthesis.faults.fault import BASES, ERROR, WARNING, Fault, edition
from careplan_csv.writing.unit_files import Draft

_FORMAT_FAULTS = {
    "ymd": ("F405", "slashes", "2025/04/01"),
    "ym": ("F406", "slash", "2025/04"),
    "hhmm": ("F407", "no-such-time", "0960"),
    "int": ("F404", "no-number", "x"),
    "insured": ("F411", "hyphen", "12345678-9"),
    "office": ("F416", "no-office", "35799000a"),
    "postal": ("F409", "no-hyphen", "1234567"),
    "code": ("F408", "unknown-code", "ZZ"),
    "service_kind": ("F408", "unknown-kind", "ZZ"),
    "service_code": ("F417", "short-code", "11211"),
    "service_code_or_total": ("F417", "short-code", "11211"),
    "tais": ("F418", "no-hyphen", "99999000001"),
    "flags31": ("F415", "thirty-flags", "1" * 30),
    "decimal": ("F412", "two-points", "1.2.3"),
}
"""By format: the rule, a name, and a value that breaks only this rule."""

_RESAVED = {"ymd": "2025/4/1", "ym": "2025/4", "insured": "12345678", "office": "579900010", "digits": "1234"}
"""By format: a value as a spreadsheet program saves it."""
_LENGTH_FORMATS = ("int",)
_WARNED = {"tel": ("F410", "no-telephone", "電話なし"), "unused": ("F413", "in-use", "1")}


def item_faults() -> list[Fault]:
    """For every file and item: a missing value, a wrong value, a too long value, and a leading blank."""
    faults = []
    seen: set[str] = set()
    for base, make in BASES.items():
        for draft in make().drafts:
            if draft.prefix not in seen:
                seen.add(draft.prefix)
                faults += [
                    _fault(base, draft.prefix, item, *broken)
                    for item in edition().layout(draft.prefix).items
                    for broken in _broken(item, draft.records[0].get(item.id, ""))
                ]
    return faults


def _broken(item: Item, value: str) -> Iterator[tuple[str, str, str, str]]:
    """Rule, severity, name and value of every fault of an item, given its valid value."""
    if item.id == "csv_version":
        yield "F419", ERROR, "no-version", "209912"
        return
    if item.required is Requirement.REQUIRED:
        yield "F401", ERROR, "missing", ""
    if item.format in _FORMAT_FAULTS:
        rule, name, wrong = _FORMAT_FAULTS[item.format]
        yield rule, ERROR, name, wrong
    if item.format in _WARNED:
        rule, name, wrong = _WARNED[item.format]
        yield rule, WARNING, name, wrong
    if item.format == "digits" and item.length:
        yield "F403", ERROR, "hyphen", "1" * (item.length - 1) + "-"
    if item.format in _RESAVED:
        yield "F421", ERROR, "resaved", _RESAVED[item.format]
    if item.format in _LENGTH_FORMATS and item.length:
        yield "F402", ERROR, "long", "1" * (item.length + 1)
    if value and item.format not in ("text", "unused", "tel"):
        yield "F414", WARNING, "blank", f" {value}"


def _fault(base: str, prefix: str, item: Item, rule: str, severity: str, name: str, value: str) -> Fault:
    return Fault(
        rule,
        f"{prefix.lower().replace('_', '-')}-{item.no:02d}-{name}",
        severity,
        base=base,
        prefix=prefix,
        draft=partial(_with, item=item.id, value=value),
        record=1,
        item_id=item.id,
    )


def _with(draft: Draft, item: str, value: str) -> Draft:
    return draft.with_item(0, item, value)

"""One fault for every item and every rule on single items that the item can break."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from careplan_csv.standard import Item, Requirement
from careplan_csv.synthesis.drafts import Draft
from careplan_csv.synthesis.faulting import BASES, ERROR, WARNING, Fault, edition

_FORMAT_FAULTS = {
    "ymd": ("F405", "slashes", "2025/4/1"),
    "ym": ("F406", "slash", "2025/4"),
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
"""By format: the rule, a name, and a value that only this rule forbids."""

_LENGTH_FORMATS = ("int",)
_WARNED = {"tel": ("F410", "no-telephone", "電話なし"), "unused": ("F413", "in-use", "1")}

_KEY = ("insurer_number", "insured_number")
_COMPANIONS = {
    "T601": ("1件目だけが違う版になり、1つのファイルに2つの値が並びます。", ("csv_version",)),
    "T602": ("1件目だけが違う月になり、ファイル名とも合いません。", ("service_month",)),
    "T604": (
        "1件目が別の人・計画・番号のものになり、番号の続きと文章の置き場所が変わります。",
        (*_KEY, "plan_date", "need_no", "goal_no", "support_no"),
    ),
    "T605": ("1件目が別の人か月のものになり、全合計の行の無いものができます。", (*_KEY, "service_month")),
    "T606": (
        "1件目が小計・合計から外れます。",
        (*_KEY, "service_month", "provider_office", "service_code", "managed_units"),
    ),
    "B705": (
        "同じ人について、ほかのファイルと違う値になります。",
        ("certification_status", "certification_date", "care_level"),
    ),
    "B706": (
        "第6表と第7表で、同じ人・事業所・コードの回数が合わなくなります。",
        (*_KEY, "service_month", "service_count", "service_code", "provider_office"),
    ),
    "R502": ("どちらの用具のコードも、用具の記録に書くものです。", ("tais_code", "equipment_code")),
    "R503": ("明細判別コードは、用具の記録に書くものです。", ("detail_no",)),
    "R505": ("終了の時刻が、開始の時刻と比べられません。", ("end_time",)),
    "R509": ("相談方法の文章は、「その他」のときに書くものです。", ("consultation_method",)),
    "R511": (
        "限度額の無い種類になります。",
        tuple(f"kind_limit_{slot}_service_kind" for slot in range(1, 10)),
    ),
    "R514": (
        "時刻は、同じ記録の活動と対になります。",
        ("daily_start_time", "daily_end_time", "weekly_start_time", "weekly_end_time"),
    ),
    "R517": ("伝票番号の決まった値ではなくなります。", ("entry_code",)),
}
"""Rules that cannot be kept quiet when one item of one record is wrong: the reason, and the items (by id)."""


def item_faults() -> list[Fault]:
    """For every file and item: a missing value, a wrong one, one that is too long, one with a blank before it."""
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
    """Rule, severity, name and value of every fault of an item whose right value is known."""
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
        item=item.no,
        also={rule: reason for rule, (reason, items) in _COMPANIONS.items() if item.id in items},
    )


def _with(draft: Draft, item: str, value: str) -> Draft:
    return draft.with_item(0, item, value)

"""One section of vendor.toml into a dataclass: what each key means, and a sentence for each that is wrong.

Every field of such a dataclass says by `entry` how people call it and what an entry looks like.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import Field, field, fields
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any, ClassVar, Protocol, TypeVar

LONGEST = 100
"""The most characters of an entry: more than any name or address has, and the form stays on its pages."""

_OFFICE_NUMBER = re.compile(r"[0-9A-Z]{10}\Z")
_REIWA = date(2019, 5, 1)


class _Dataclass(Protocol):
    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]


Section = TypeVar("Section", bound=_Dataclass)


def entry(label: str, example: str, *, kind: str = "text", needed: bool = False) -> Any:
    """A field of a section.

    Args:
        label: its Japanese name.
        example: an entry as it would be written, for the sentences on faults.
        kind: `text`, `office`, `date` or `yes_no`.
    """
    metadata = {"label": label, "example": example, "kind": kind, "needed": needed}
    return field(default=None if kind == "yes_no" else "", metadata=metadata)


def fill(
    name: str, section: type[Section], values: object, others: Mapping[str, type[Any]], faults: list[str]
) -> Section:
    """Make a section from what stands under its heading; what is wrong goes into `faults`, sentence by sentence.

    Args:
        name: the heading, without brackets.
        others: all sections by heading, to tell where a misplaced key belongs.
    """
    if not isinstance(values, dict):
        faults.append(f"「{name}」は、[{name}] という見出しにして、その下に項目を書いてください。")
        return section()
    known = {item.name: item for item in fields(section)}
    good: dict[str, Any] = {}
    for key, value in values.items():
        if key not in known:
            faults.append(f"[{name}] の「{key}」という項目はありません{where_to(key, name, others)}。")
            continue
        fault = _fault(value, known[key])
        if fault:
            faults.append(f"[{name}] の {_called(known[key])}: {fault}")
        else:
            good[key] = _value(value)
    faults += [
        f"[{name}] の {_called(item)} がありません、または空です。「{key} = {item.metadata['example']}」のように書いてください。"
        for key, item in known.items()
        if item.metadata["needed"] and values.get(key, "") == ""
    ]
    return section(**good)


def where_to(key: str, heading: str, sections: Mapping[str, type[Any]]) -> str:
    """A hint for an unknown key: the section that has it, else the nearest known key of its own section."""
    for name, section in sections.items():
        if name != heading and any(item.name == key for item in fields(section)):
            return f"（[{name}] の下に書くものではありませんか）"
    own = [item.name for item in fields(sections[heading])] if heading in sections else []
    return hint(key, own)


def hint(word: str, known: Iterable[str]) -> str:
    """The nearest of the known words in brackets, or all of them."""
    words = list(known)
    near = get_close_matches(word, words, 1, 0.5)
    return (
        f"（「{near[0]}」ではありませんか）"
        if near
        else f"（書けるもの: {'、'.join(words)}）"
        if words
        else ""
    )


def japanese_date(day: date) -> str:
    """令和8年11月30日; the western year before 令和."""
    if isinstance(day, datetime):
        day = day.date()
    if day < _REIWA:
        return f"{day.year}年{day.month}月{day.day}日"
    year = day.year - _REIWA.year + 1
    return f"令和{'元' if year == 1 else year}年{day.month}月{day.day}日"


def _called(item: Field[Any]) -> str:
    return f"{item.name}（{item.metadata['label']}）"


def _value(value: Any) -> Any:
    if isinstance(value, str):
        return value.strip()
    return japanese_date(value) if isinstance(value, date) else value


def _fault(value: object, item: Field[Any]) -> str:
    kind = item.metadata["kind"]
    if kind == "yes_no":
        return (
            ""
            if isinstance(value, bool)
            else 'true（はい）か false（いいえ）を、「"」で囲まずに書いてください。'
        )
    if kind == "date" and isinstance(value, date):
        return ""
    if not isinstance(value, str):
        return f'「"」で囲んで、「{item.name} = {item.metadata["example"]}」のように書いてください。'
    if kind == "office" and value.strip() and not _OFFICE_NUMBER.match(value.strip()):
        return "事業所番号は、半角の数字と英大文字10桁で書いてください。"
    return text_fault(value)


def text_fault(value: str) -> str:
    """Why a text cannot stand on the form; empty where it can."""
    if len(value) > LONGEST:
        return f"{LONGEST}字までで書いてください（今は {len(value):,}字）。"
    if any(unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn") for character in value):
        return "改行、目に見えない文字、外字は使えません。1行で書き直してください。"
    return ""

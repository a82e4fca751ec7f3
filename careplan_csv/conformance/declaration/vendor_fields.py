"""Converts a section of vendor.toml to a dataclass, with a sentence for each wrong key.

Each field of such a dataclass is defined by `entry`: its Japanese name and an example.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import Field, field, fields
from datetime import date
from difflib import get_close_matches
from typing import Any, ClassVar, Protocol, TypeVar

from careplan_csv.japanese_dates import japanese_date, read_date

LONGEST = 100
"""The most characters of an entry: longer than any name or address, and the form keeps its pages."""

_OFFICE_NUMBER = re.compile(r"[0-9A-Z]{10}\Z")
_YES = frozenset({"はい", "有", "あり", "○", "〇", "true", "yes", "である"})
_NO = frozenset({"いいえ", "無", "なし", "×", "false", "no", "でない"})


class _Dataclass(Protocol):
    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]


Section = TypeVar("Section", bound=_Dataclass)


def entry(label: str, example: str, *, kind: str = "text", needed: bool = False) -> Any:
    """A field of a section.

    Args:
        label: its Japanese name.
        example: an example of an entry, for the sentences on faults.
        kind: `text`, `office`, `phone`, `date` or `yes_no`.
    """
    metadata = {"label": label, "example": example, "kind": kind, "needed": needed}
    return field(default=None if kind == "yes_no" else "", metadata=metadata)


def fill(
    name: str, section: type[Section], values: object, others: Mapping[str, type[Any]], faults: list[str]
) -> Section:
    """Make a section from the entries under its heading; add a sentence to `faults` for each wrong entry.

    Args:
        name: the heading, without brackets.
        others: all sections by heading, to suggest the right section for a misplaced key.
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
            good[key] = _value(value, known[key].metadata["kind"])
    faults += [
        f"[{name}] の {_called(item)}が空です。「{key} = {item.metadata['example']}」のように書いてください。"
        for key, item in known.items()
        if item.metadata["needed"] and values.get(key, "") == ""
    ]
    return section(**good)


def where_to(key: str, heading: str, sections: Mapping[str, type[Any]]) -> str:
    """A hint for an unknown key: the section that has it, else the most similar key of this section."""
    for name, section in sections.items():
        if name != heading and any(item.name == key for item in fields(section)):
            return f"（[{name}] の下に書くものではありませんか）"
    own = [item.name for item in fields(sections[heading])] if heading in sections else []
    return hint(key, own)


def hint(word: str, known: Iterable[str]) -> str:
    """The most similar of the known words in brackets, or all of them."""
    words = list(known)
    near = get_close_matches(word, words, 1, 0.5)
    return (
        f"（「{near[0]}」ではありませんか）"
        if near
        else f"（書けるもの: {'、'.join(words)}）"
        if words
        else ""
    )


def _called(item: Field[Any]) -> str:
    return f"{item.name}（{item.metadata['label']}）"


def _value(value: Any, kind: str) -> Any:
    """The entry as printed on the form: numbers in half width, dates in Japanese."""
    if isinstance(value, date):
        return japanese_date(value)
    if not isinstance(value, str):
        return value
    plain = unicodedata.normalize("NFKC", value).strip()
    if kind == "yes_no":
        return plain.lower() in _YES
    if kind == "office":
        return plain.upper()
    if kind == "phone":
        return plain
    day = read_date(value) if kind == "date" else None
    return japanese_date(day) if day else value.strip()


def _fault(value: object, item: Field[Any]) -> str:
    kind = item.metadata["kind"]
    if kind == "yes_no":
        return _yes_no_fault(value, item.name)
    if kind == "date" and isinstance(value, date):
        return ""
    if not isinstance(value, str):
        return f'「"」で囲んで、「{item.name} = {item.metadata["example"]}」のように書いてください。'
    plain = unicodedata.normalize("NFKC", value).strip()
    if kind == "office" and plain and not _OFFICE_NUMBER.match(plain.upper()):
        return "事業所番号は、数字と英字で10桁です。指定通知書の番号を確かめてください。"
    if kind == "date" and plain and read_date(value) is None:
        return "日付として読めません。「令和8年11月30日」か「2026-11-30」のように書いてください。"
    return text_fault(value)


def _yes_no_fault(value: object, key: str) -> str:
    if isinstance(value, bool):
        return ""
    word = unicodedata.normalize("NFKC", value).strip().lower() if isinstance(value, str) else ""
    if word in _YES | _NO:
        return ""
    return f"「{key} = true」（はい）か「{key} = false」（いいえ）と書いてください。"


def text_fault(value: str) -> str:
    """The reason why a text cannot be printed on the form; empty if it can."""
    if len(value) > LONGEST:
        return f"{LONGEST}字までで書いてください（今は {len(value):,}字）。"
    if any(unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn") for character in value):
        return "改行、目に見えない文字、外字は使えません。1行で書き直してください。"
    return ""

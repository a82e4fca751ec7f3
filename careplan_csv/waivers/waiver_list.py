"""Reads a list of waivers (`careplan-waivers.toml`): an entry without reason, name or date is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from careplan_csv.checks import RULES
from careplan_csv.conformance.tomlfile import TomlFileError, read_toml
from careplan_csv.findings import Waiver, printable

TABLE = "waiver"
REQUIRED = ("rule", "reason", "approved_by", "until")
OPTIONAL = ("file", "item", "message")
GRACE_DAYS = 30
"""So long an expired waiver is told as a finding; a list that nobody looks after for longer is refused."""

_WORDS = {
    "rule": "規則の番号",
    "reason": "承認する理由",
    "approved_by": "承認した人",
    "until": "期限",
    "file": "ファイル名",
    "item": "項目",
    "message": "指摘の文の一部",
}
_ADVICE = (
    "承認の一覧（careplan-waivers.toml）を指定してください。ひな型は check の --write-waivers で作れます。"
)
_EXAMPLE = "例: until = 2027-03-31"
_FAULTS_SHOWN = 30
_NOT_WAIVED = ("H", "W")
"""Families that `check` does not find in files."""


@dataclass(frozen=True, slots=True)
class WaiverList:
    """The waivers of a list, in its order; `name` is that of the file."""

    name: str
    path: str
    waivers: tuple[Waiver, ...]


def read_waivers(path: Path, today: date) -> WaiverList:
    """Read a list of waivers.

    Args:
        today: what the dates are compared with.

    Raises:
        TomlFileError: the list cannot be used; a sentence for each fault, with its line.
    """
    data = read_toml(path, _ADVICE)
    lines = _Lines(path)
    entries = data.get(TABLE)
    faults = [
        f"「{printable(key, 40)}」という項目はありません。[[{TABLE}]] の下に書いてください。"
        for key in data
        if key != TABLE
    ]
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        if entries is not None or not faults:
            faults.append(f"承認がありません。[[{TABLE}]] の下に、承認を1つずつ書いてください。{_ADVICE}")
        raise TomlFileError(path, faults)
    waivers = []
    for number, entry in enumerate(entries, 1):
        found = list(_faults(entry, today))
        faults += [f"{lines.place(number, key)}: {sentence}" for key, sentence in found]
        if not found:
            waivers.append(_waiver(entry, number, lines.of(number)))
    if faults:
        more = [f"ほか {len(faults) - _FAULTS_SHOWN:,}か所"] if len(faults) > _FAULTS_SHOWN else []
        raise TomlFileError(path, faults[:_FAULTS_SHOWN] + more)
    return WaiverList(path.name, str(path), tuple(waivers))


def _waiver(entry: Mapping[str, Any], number: int, line: int | None) -> Waiver:
    texts = {key: str(entry.get(key, "")).strip() for key in (*OPTIONAL, "reason", "approved_by")}
    until = _date(entry["until"])
    return Waiver(rule=entry["rule"].strip().upper(), until=str(until), line=line, number=number, **texts)


def _faults(entry: Mapping[str, Any], today: date) -> Iterable[tuple[str, str]]:
    """What is wrong with an entry: the key that it is about, and a sentence."""
    for key in entry:
        if key not in _WORDS:
            near = get_close_matches(key, _WORDS, 1)
            hint = (
                f"「{near[0]}」の書き誤りではありませんか。"
                if near
                else f"使えるのは {'、'.join(_WORDS)} です。"
            )
            yield key, f"「{printable(key, 40)}」という項目はありません。{hint}"
    for key in REQUIRED:
        if key not in entry or entry[key] == "" or str(entry[key]).isspace():
            yield key, f"{_WORDS[key]}（{key}）がありません。{_how(key)}"
        elif sentence := _CHECKS[key](entry[key], today):
            yield key, sentence
    for key in OPTIONAL:
        if key in entry and (sentence := _CHECKS[key](entry[key], today)):
            yield key, sentence


def _how(key: str) -> str:
    if key == "until":
        return f"いつまで承認するかを日付で書いてください（{_EXAMPLE}）。"
    return f"{_WORDS[key]}を書いてください。"


def _rule_fault(value: object, today: date) -> str:
    word = value.strip().upper() if isinstance(value, str) else ""
    if word in RULES and not word.startswith(_NOT_WAIVED):
        return ""
    if word in RULES:
        return f"規則 {word} は承認できません。check がファイルについて示す規則だけを承認できます。"
    near = get_close_matches(word, sorted(RULES), 3, 0.4)
    hint = f"近いもの: {'、'.join(near)}。" if near else ""
    return (
        f"規則「{printable(str(value), 40)}」はありません。{hint}一覧は「careplan-csv rules」で見られます。"
    )


def _text_fault(key: str) -> Callable[[object, date], str]:
    def check(value: object, today: date) -> str:
        if isinstance(value, str) and value.strip():
            return ""
        if key == "item" and isinstance(value, int) and not isinstance(value, bool) and value > 0:
            return ""
        return f'{_WORDS[key]}（{key}）は、「"」と「"」の間に書いてください。'

    return check


def _until_fault(value: object, today: date) -> str:
    until = _date(value)
    if until is None:
        return f"期限（until）「{printable(str(value), 40)}」は日付ではありません。年-月-日で書いてください（{_EXAMPLE}）。"
    if until < today - timedelta(days=GRACE_DAYS):
        return (
            f"期限（until）{until} を{GRACE_DAYS}日以上過ぎています。指摘が直っていれば、この承認を消してください。"
            "まだ直せないときは、理由を見直し、承認する人が新しい期限を書いてください。"
        )
    return ""


def _date(value: object) -> date | None:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value.strip()) if isinstance(value, str) else None
    except ValueError:
        return None


_CHECKS: dict[str, Callable[[object, date], str]] = {
    "rule": _rule_fault,
    "until": _until_fault,
    **{key: _text_fault(key) for key in ("reason", "approved_by", *OPTIONAL)},
}


class _Lines:
    """Where entries and their keys stand: the parser of TOML does not tell it."""

    _HEAD = re.compile(rf"\s*\[\[\s*{TABLE}\s*\]\]")

    def __init__(self, path: Path) -> None:
        raw = path.read_bytes()
        encoding = "utf-16" if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
        self._lines = raw.decode(encoding, "replace").split("\n")
        self._heads = [number for number, line in enumerate(self._lines, 1) if self._HEAD.match(line)]

    def of(self, number: int) -> int | None:
        """The line of the heading of an entry; entries written in another way have none."""
        return self._heads[number - 1] if number <= len(self._heads) else None

    def place(self, number: int, key: str) -> str:
        """Where a key of an entry stands, in words; that of the entry where the key is missing."""
        head = self.of(number)
        if head is None:
            return f"{number}個目の承認"
        end = self._heads[number] - 1 if number < len(self._heads) else len(self._lines)
        own = re.compile(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=")
        line = next((n for n in range(head + 1, end + 1) if own.match(self._lines[n - 1])), head)
        return f"{line}行目"

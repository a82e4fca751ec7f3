"""Severities, rules and findings, and how values from a file are shown without telling whose they are."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from itertools import groupby

EXAMPLES_KEPT = 10
"""How many places of one group of equal findings are kept; counts are never capped."""


class Severity(StrEnum):
    """How bad a finding is (rules.md)."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return list(Severity).index(self)

    @property
    def label(self) -> str:
        return {"error": "エラー", "warning": "警告", "info": "情報"}[self.value]

    def reaches(self, threshold: Severity) -> bool:
        """Whether this severity is at or above `threshold`."""
        return self.rank <= threshold.rank


class Consequence(StrEnum):
    """What may become of the data at those who receive them: the worst of what `why` of the rule says."""

    REFUSED = "refused"
    LOST = "lost"
    SHOWN_WRONG = "shown_wrong"
    CHECK = "check"

    @property
    def label(self) -> str:
        return _CONSEQUENCES[self.value][0]

    @property
    def meaning(self) -> str:
        """The label with what it means."""
        label, meaning = _CONSEQUENCES[self.value]
        return f"{label}（{meaning}）"


_CONSEQUENCES = {
    "refused": ("受け取られない", "伝送・取込が止まるおそれ"),
    "lost": ("失われる・置き換わる", "内容の一部がなくなるか、別のものになるおそれ"),
    "shown_wrong": ("違って表示される", "取り込まれても、表示や計算を誤るおそれ"),
    "check": ("要確認", "誤りとは限らない。人が確かめる"),
}


class Cause(StrEnum):
    """Where a fault of a rule mostly comes from: whom its letter asks for what."""

    SOFTWARE = "software"
    INPUT = "input"
    HANDLING = "handling"


@dataclass(frozen=True, slots=True)
class Rule:
    """What a rule is, for people: the one source of `rules`, `explain`, the docs pages and the reports.

    Attributes:
        id: family letter and three digits, never reused.
        severity: the worst severity the rule gives.
        consequence: what may become of the data where the rule gives this severity.
        title: what is wrong, one line.
        compares: 何を見るか: what is looked at, with formula and tolerance where there is one.
        grades: the severities that it can give besides its own, each with the words for when.
        why: why it matters to those who exchange the file.
        remedy: 直し方, one or two sentences for the person who mends it.
        reference: section of 4.1版 (§), its 別紙, and the ambiguity (A..) where one is decided.
        friends: 誤りではないもの: what looks like the fault but is right, and is left alone.
        cause: where the fault mostly comes from.
    """

    id: str
    severity: Severity
    consequence: Consequence
    title: str
    why: str
    remedy: str
    reference: str
    friends: str
    cause: Cause = Cause.SOFTWARE
    compares: str = ""
    grades: tuple[tuple[Severity, str], ...] = ()

    @property
    def weights(self) -> str:
        """Its severity, and when it is another one, in words."""
        others = "、".join(f"{when}は{severity.label}" for severity, when in self.grades)
        return f"{self.severity.label}{f'（{others}）' if others else ''}"

    @property
    def basis(self) -> str:
        """根拠: the reference with the document that it is in."""
        return self.reference if self.id.startswith("W") else f"標準仕様 4.1版 {self.reference}"

    def consequence_of(self, severity: Severity) -> Consequence:
        """What a finding of one severity may lead to.

        The rule's own consequence belongs to the worst severity it gives. Where it is milder, for instance
        because the standard is not clear there, nothing worse than something to look at can be said.
        """
        return self.consequence if severity.reaches(self.severity) else Consequence.CHECK

    @property
    def to_vendor(self) -> str:
        """ソフト会社へ伝える文: ready for an e-mail."""
        if self.id.startswith("W"):
            return "承認の一覧についての指摘です。ソフト会社に伝える必要はありません。"
        if self.cause is Cause.HANDLING:
            return (
                "ソフト会社に伝える前に、介護ソフトから出力し直し、Excel などで開かずに調べてください。"
                "出力したままのファイルでも同じ指摘が出るときだけ、ソフト会社に伝えてください。"
            )
        tried = "の出力と取込" if self.id.startswith("H") else "で出力したケアプランデータの CSV "
        return (
            f"貴社の介護ソフト{tried}を careplan-csv で調べたところ、"
            f"「{self.title}」（規則 {self.id}、{self.severity.label}）が見つかりました。{self.why}"
            f"根拠は{self.reference}です。{self._request}"
        )

    @property
    def _request(self) -> str:
        if self.severity is Severity.INFO:
            return "修正は不要です。参考としてお知らせします。"
        if self.cause is Cause.INPUT:
            return "入力の誤りか、介護ソフトの不具合かの確認をお願いします。"
        return f"{'介護ソフト' if self.id.startswith('H') else '出力'}の修正をお願いします。"


@dataclass(frozen=True, slots=True)
class OtherPlace:
    """Where the other side of a comparison stands. `file` is empty for the file of the finding itself."""

    file: str = ""
    line: int | None = None
    record: int | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """One place of a finding. `line` and `record` start at 1; values are already masked or escaped.

    Attributes:
        column: the character of the line, from 1, at which the item or the character begins; None where
            that is not known or lies on a later line than the record's first.
        expected, found: what should stand there and what does, where two sides were compared.
        other: the side that it was compared with.
        masked: `value` is only the shape of what stands there.
    """

    line: int | None = None
    record: int | None = None
    value: str | None = None
    column: int | None = None
    expected: str | None = None
    found: str | None = None
    other: OtherPlace | None = None
    masked: bool = False


def compared_words(example: Example) -> list[str]:
    """Both sides of a comparison in words; nothing where nothing was compared."""
    words = [f"今の値: {example.found}"] if example.found is not None else []
    # What another file says need not be the right one of the two.
    label = "相手の値" if example.other and example.other.file else "あるべき値"
    words += [f"{label}: {example.expected}"] if example.expected is not None else []
    if example.other:
        place = f"{example.other.line:,}行目" if example.other.line else ""
        words.append(f"比べた相手: {' '.join(filter(None, (printable(example.other.file, 200), place)))}")
    return words


@dataclass(frozen=True, slots=True)
class Waiver:
    """A finding that somebody has accepted for a time, with the reason. It changes no verdict.

    Attributes:
        rule: the id of the rule.
        reason, approved_by: why, and who says so.
        until: the last day on which it counts, YYYY-MM-DD.
        file: pattern of file names (`*` and `?`); empty for every file.
        item: number or name of the item; empty for every item.
        message: part of the message; empty for every message.
        line: where it begins in the list of waivers; None where that is not known.
        number: its place in the list, from 1.
    """

    rule: str
    reason: str
    approved_by: str
    until: str
    file: str = ""
    item: str = ""
    message: str = ""
    line: int | None = None
    number: int = 1

    @property
    def words(self) -> str:
        """Reason, who and until when, for people."""
        reason, by = printable(self.reason, _REASON_SHOWN), printable(self.approved_by, _REASON_SHOWN)
        return f"理由: {reason}（承認: {by}、期限 {self.until}）"


_REASON_SHOWN = 500


@dataclass(frozen=True, slots=True)
class Finding:
    """Equal findings in one file, as one group.

    Attributes:
        path: the path of the file as it was given.
        count: in how many places; `examples` holds the first of them, at most `EXAMPLES_KEPT`.
        item_no, item: number and Japanese name of the item, where the finding is about one.
        message: what is wrong (何が). `remedy`: what to do (直し方).
        consequence: what it may lead to at those who receive the file.
        waiver: by what it was accepted; None where nobody did.
    """

    rule: str
    severity: Severity
    file: str
    message: str
    remedy: str
    reference: str
    consequence: Consequence
    item_no: int | None = None
    item: str | None = None
    count: int = 1
    examples: tuple[Example, ...] = field(default=())
    path: str = ""
    waiver: Waiver | None = None

    @property
    def first(self) -> Example:
        """The first place; empty where the finding is about the file as a whole."""
        return self.examples[0] if self.examples else Example()


_CLASSES = (
    (re.compile(r"[0-9]"), "数字"),
    (re.compile(r"[A-Za-z]"), "英字"),
    (re.compile(r"[０-９Ａ-Ｚａ-ｚ]"), "全角英数"),
    (re.compile(r"[ぁ-ゖ]"), "ひらがな"),
    (re.compile(r"[ァ-ヺー]"), "カタカナ"),
    (re.compile(r"[ｦ-ﾟ]"), "半角カナ"),
    (re.compile(r"[々〇一-鿿豈-﫿]"), "漢字"),
    (re.compile(r"[\r\n]"), "改行"),
    (re.compile(r"[ 　\t]"), "空白"),
    (re.compile(r"[\x00-\x1f\x7f]"), "制御文字"),
)


_SHAPED = 200
"""So many characters of a value are looked at."""


@lru_cache(maxsize=16384)
def _class_of(character: str) -> str:
    return next((name for pattern, name in _CLASSES if pattern.match(character)), "記号")


def shape(value: str) -> str:
    """The shape of a value instead of the value: `漢字2字＋空白1字＋漢字2字`. At most six runs are told."""
    # Only the beginning is remembered: a value can be as long as a file.
    return _shape(value[:_SHAPED], len(value)) if value else "空"


@lru_cache(maxsize=4096)
def _shape(beginning: str, length: int) -> str:
    runs = [(name, len(list(run))) for name, run in groupby(beginning, key=_class_of)]
    told = "＋".join(f"{name}{size}字" for name, size in runs[:6])
    rest = length - sum(size for _, size in runs[:6])
    return f"{told}…（全{length}字）" if rest > 0 else told


def visible(text: str) -> str:
    """A text of several lines with nothing in it that steers a terminal; line ends and tabs stay.

    What is replaced is written as JSON writes it, so that JSON stays the same value.
    """
    if text.isprintable():
        return text
    # A long text has few different characters.
    hidden = {ord(c): _escaped(c) for c in set(text) - {"\n", "\t"} if _is_hidden(c)}
    return text.translate(hidden) if hidden else text


def _escaped(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{high:02x}{low:02x}" for high, low in zip(units[::2], units[1::2], strict=True))


def _is_hidden(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co")


def _code(character: str) -> str:
    number = ord(character)
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}"


def printable(value: str, limit: int = 80) -> str:
    """A value with control characters made visible, cut after `limit` characters."""
    seen = "".join(_code(c) if _is_hidden(c) else c for c in value[:limit])
    return seen + ("…" if len(value) > limit else "")


def shown(value: str, *, harmless: bool, show_values: bool) -> str:
    """What may be shown of a value: itself when asked for or when it tells of no person, else its shape.

    Args:
        value: as it stands in the file.
        harmless: the item is one that never tells of a person, and the value has the form of its values:
            any other may have slipped in from another column.
    """
    if show_values or harmless:
        return printable(value)
    return shape(value)

"""Characters that other software often loses (E206)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from careplan_csv.checks.characters.column_texts import ColumnTexts, text_rule
from careplan_csv.checks.characters.lost_characters import lost_rows
from careplan_csv.checks.places import row_hits
from careplan_csv.findings import Consequence, Rule, Severity
from careplan_csv.reading.encoding import MS932
from careplan_csv.rules.hits import FileHit


def _extensions() -> frozenset[str]:
    """The characters that MS932 has beyond JIS X 0208: NEC row 13, NEC selected and IBM extensions."""
    pairs = (
        bytes((lead, trail)).decode(MS932, "ignore")
        for lead in (0x87, 0xED, 0xEE, 0xFA, 0xFB, 0xFC)
        for trail in range(0x40, 0xFD)
    )
    # Some signs of these rows stand in JIS X 0208 as well; they are written with a lead byte of 0x81.
    return frozenset(
        c for c in pairs if len(c) == 1 and c.encode(MS932)[0] > 0x84 and len(c.encode(MS932)) == 2
    )


@cache
def _fragile() -> tuple[tuple[frozenset[str], str], ...]:
    return (
        (frozenset("〜～"), "波ダッシュ（～）があります。介護ソフトによっては別の文字に変わることがあります"),
        (
            frozenset("－−‐―"),
            "全角のハイフンやダッシュがあります。介護ソフトによっては別の文字に変わることがあります",
        ),
        (
            frozenset(map(chr, range(ord("ｦ"), ord("ﾟ") + 1))),
            "半角カナがあります。介護ソフトによっては全角に変わることがあります",
        ),
        (
            _extensions(),
            "環境依存文字（①、Ⅰ、㈱、髙、﨑 など）があります。MS932 では正しい文字ですが、県の申請画面などでは受け付けられないことがあります",
        ),
    )


@text_rule(
    Rule(
        id="E206",
        severity=Severity.INFO,
        consequence=Consequence.CHECK,
        title="ほかのソフトで化けやすい文字がある",
        compares="文字の項目に、波ダッシュ、全角のハイフン、半角カナ、環境依存文字を探します。",
        why="標準仕様では使える文字ですが、文字コードの変換を誤る介護ソフトで失われやすい文字です。",
        remedy="事業所の方: 直す必要はありません。ソフト会社の方: 取込の試験では、これらの文字が変わらずに入ることを確かめてください。",
        reference="§4.3 文字コード（A15）",
        friends="どれも標準仕様で使える文字で、誤りではありません。",
    )
)
def fragile_characters(rule: Rule, texts: ColumnTexts) -> Iterator[FileHit]:
    """E206 on one column; values of which characters were lost already are told of as such."""
    if not texts.item.is_text:
        return
    fragile = [(message, texts.holding(characters)) for characters, message in _fragile()]
    if not any(values.any() for _, values in fragile):
        return
    lost = lost_rows(texts)
    for message, values in fragile:
        if values.any():
            rows = values[texts.indices] & ~lost
            yield from row_hits(
                texts.table, rule, rows, f"「{texts.item.name}」に{message}。", item=texts.item
            )

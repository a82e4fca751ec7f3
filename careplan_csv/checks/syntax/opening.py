"""Rules on how a file begins: a header record, another delimiter than commas (C302, C309, 4.2)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from careplan_csv.checks.characters.lost_characters import PROGRAM_WORDS
from careplan_csv.findings import Consequence, Rule, Severity
from careplan_csv.rules.hits import Hit, Place, hit
from careplan_csv.rules.registry import Stage
from careplan_csv.standard import Layout

_VERSION_NAME = re.compile(r"バージョン|version|^ver|^csv|^版", re.IGNORECASE)
_FOR_NOTHING = re.compile(PROGRAM_WORDS)

_FEWEST_NAMES = 2
"""A single word may be a damaged value."""

_OTHER_DELIMITERS = {"\t": "タブ", ";": "セミコロン", "|": "縦棒", "，": "全角のカンマ", "、": "読点"}
_START = Place(line=1, record=1)


@dataclass(frozen=True)
class Opening:
    """The first record of a file.

    Attributes:
        text: its beginning, as it stands.
        items: its items, without quotes.
        layout: by which the file is read.
    """

    text: str
    items: Sequence[str]
    layout: Layout

    @cached_property
    def is_header(self) -> bool:
        """Whether the record holds item names, in whatever words.

        Either its first item is called something like CSVバージョン, or no item that must hold a number
        has a digit.
        """
        first = self.items[0].strip() if self.items else ""
        if not first or first[:6].isdigit():
            return False
        filled = [
            value.strip()
            for value, item in zip(self.items, self.layout.items, strict=False)
            if not item.is_text and value.strip() and not _FOR_NOTHING.fullmatch(value.strip())
        ]
        if len(filled) < _FEWEST_NAMES:
            return False
        if _VERSION_NAME.search(unicodedata.normalize("NFKC", first)):
            return True
        return not any(character.isdecimal() for value in filled for character in value)

    @cached_property
    def delimiter(self) -> str:
        """The delimiter that splits the record where commas do not; empty where there is none."""
        fewest = len(self.layout.items) // 2
        if self.is_header or self.text.count(",") >= fewest:
            return ""
        counts = {delimiter: self.text.count(delimiter) for delimiter in _OTHER_DELIMITERS}
        best = max(counts, key=lambda delimiter: counts[delimiter])
        return best if counts[best] >= max(2, fewest) else ""


OpeningRule: TypeAlias = Callable[[Rule, Opening], Iterator[Hit]]

opening_rule: Stage[OpeningRule] = Stage()
"""Rules on the first record of a file."""


@opening_rule(
    Rule(
        id="C302",
        severity=Severity.ERROR,
        consequence=Consequence.REFUSED,
        title="見出しの行がある",
        compares="1件目の記録が、項目の名前の並び（見出し）かを見ます。",
        why="標準仕様の CSV に見出しの行はありません。受け取る側は見出しをデータとして読み、取り込めないことがあります。",
        remedy=(
            "事業所の方: 介護ソフトから出力し直し、Excel などで開かずに渡してください。"
            "ソフト会社の方: 見出しの行を付けずに、1行目からデータを出力してください。"
        ),
        reference="§4.2（見出し行なし）",
        friends="1件目の CSVバージョンが6桁の数字で始まるものは、見出しとみなしません。",
    )
)
def has_no_header(rule: Rule, opening: Opening) -> Iterator[Hit]:
    if opening.is_header:
        yield hit(rule, "1件目が見出しの行です。", places=(_START,))


@opening_rule(
    Rule(
        id="C309",
        severity=Severity.ERROR,
        consequence=Consequence.REFUSED,
        title="区切りがカンマではない",
        compares="1件目の記録にあるカンマの数が項目の数の半分より少ないとき、タブ・セミコロン・縦棒・全角のカンマ・読点の数を数えます。",
        why="カンマで区切られていないファイルは、受け取る側で項目に分けられません。",
        remedy=(
            "事業所の方: 介護ソフトから出力し直し、そのまま渡してください（ほかのソフトで保存し直すと、区切りが変わることがあります）。"
            "ソフト会社の方: 半角のカンマで区切って出力してください。"
        ),
        reference="§4.2（カンマ区切り）",
        friends="文章の中にタブや読点が多くても、項目がカンマで分かれていれば、誤りとしません。",
    )
)
def is_separated_by_commas(rule: Rule, opening: Opening) -> Iterator[Hit]:
    if opening.delimiter:
        name = _OTHER_DELIMITERS[opening.delimiter]
        message = f"項目の区切りがカンマではなく{name}です。項目の検査はしていません。"
        yield hit(rule, message, places=(_START,))

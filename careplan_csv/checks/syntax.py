"""Rules on the CSV syntax (C301–C309, 4.2 and the notes of the 別紙)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from careplan_csv.checks.lost_characters import PROGRAM_WORDS
from careplan_csv.checks.places import places_of, places_of_records
from careplan_csv.checks.registry import RULES, Hit, Place, rule
from careplan_csv.checks.spreadsheet import short_records
from careplan_csv.findings import EXAMPLES_KEPT, Rule, Severity
from careplan_csv.reading.blocks import RawBlock
from careplan_csv.reading.structure import CR, LF, Positions
from careplan_csv.reading.table import Table, items_of
from careplan_csv.standard import Item, Layout

_VERSION_NAME = re.compile(r"バージョン|version|^ver|^csv|^版", re.IGNORECASE)
_FOR_NOTHING = re.compile(PROGRAM_WORDS)
_LONG_NUMBER = re.compile(r"[0-9H][0-9]{5,}")
_TEXT_LIKE_CODES = ("code", "int", "hhmm", "service_kind", "decimal")
"""Formats of short values: an insured number or a date is none of theirs."""

_FEWEST_NAMES = 2
"""A single word may be a damaged value."""

_OTHER_DELIMITERS = {"\t": "タブ", ";": "セミコロン", "|": "縦棒", "，": "全角のカンマ", "、": "読点"}


@rule(
    Rule(
        id="C301",
        severity=Severity.ERROR,
        title="ファイルに記録が1件も無い",
        why="空のファイルを受け取っても、何も取り込めません。",
        remedy=(
            "事業所の方: 出力の対象（利用者・期間）を確かめて、出力し直してください。"
            "ソフト会社の方: 送るものがないときは、ファイルを作らないでください。"
        ),
        reference="§4.2",
        friends="削除するものが無いときなどは、空のファイルではなく、ファイルを作らないのが正しい形です。",
    )
)
def check_empty(records: int, size: int) -> list[Hit]:
    """C301: nothing but blank lines, or nothing at all."""
    if records:
        return []
    what = "ファイルが空（0バイト）です。" if not size else "ファイルに記録が1件もありません。"
    return [Hit("C301", Severity.ERROR, what)]


@rule(
    Rule(
        id="C302",
        severity=Severity.ERROR,
        title="見出しの行がある",
        why="標準仕様の CSV に見出しの行はありません。受け取る側は見出しをデータとして読み、取り込めないことがあります。",
        remedy=(
            "事業所の方: 介護ソフトから出力し直し、Excel などで開かずに渡してください。"
            "ソフト会社の方: 見出しの行を付けずに、1行目からデータを出力してください。"
        ),
        reference="§4.2（見出し行なし）",
        friends="1件目の CSVバージョンが6桁の数字で始まるものは、見出しとみなしません。",
    )
)
def is_header(items: Sequence[str], layout: Layout) -> bool:
    """C302: whether the first record holds item names, in whatever words.

    Either its first item is called something like CSVバージョン, or no item that must hold a number has a digit.
    """
    first = items[0].strip() if items else ""
    if not first or first[:6].isdigit():
        return False
    filled = [
        value.strip()
        for value, item in zip(items, layout.items, strict=False)
        if not item.is_text and value.strip() and not _FOR_NOTHING.fullmatch(value.strip())
    ]
    if len(filled) < _FEWEST_NAMES:
        return False
    if _VERSION_NAME.search(unicodedata.normalize("NFKC", first)):
        return True
    return not any(character.isdecimal() for value in filled for character in value)


def header_hit() -> Hit:
    """C302 at the first record."""
    return Hit("C302", Severity.ERROR, "1件目が見出しの行です。", places=(Place(line=1, record=1),))


@rule(
    Rule(
        id="C309",
        severity=Severity.ERROR,
        title="区切りがカンマではない",
        why="カンマで区切られていないファイルは、受け取る側で項目に分けられません。",
        remedy=(
            "事業所の方: 介護ソフトから出力し直し、そのまま渡してください（ほかのソフトで保存し直すと、区切りが変わることがあります）。"
            "ソフト会社の方: 半角のカンマで区切って出力してください。"
        ),
        reference="§4.2（カンマ区切り）",
        friends="文章の中にタブや読点が多くても、項目がカンマで分かれていれば、誤りとしません。",
    )
)
def other_delimiter(first_record: str, layout: Layout) -> str:
    """C309: the delimiter that splits the first record where commas do not; empty when there is none."""
    if first_record.count(",") >= len(layout.items) // 2:
        return ""
    counts = {delimiter: first_record.count(delimiter) for delimiter in _OTHER_DELIMITERS}
    best = max(counts, key=lambda delimiter: counts[delimiter])
    return best if counts[best] >= max(2, len(layout.items) // 2) else ""


def delimiter_hit(delimiter: str) -> Hit:
    """C309 for the file; its items were not checked."""
    message = f"項目の区切りがカンマではなく{_OTHER_DELIMITERS[delimiter]}です。項目の検査はしていません。"
    return Hit("C309", Severity.ERROR, message, places=(Place(line=1, record=1),))


def check_block(table: Table) -> Iterator[Hit]:
    """C303–C306 on one block, and records that a spreadsheet has cut (F421)."""
    yield from _broken_quotes(table)
    yield from _item_count(table)
    yield from short_records(table)
    yield from _unquoted_text(table)
    yield from _quoted_values(table)


@rule(
    Rule(
        id="C304",
        severity=Severity.ERROR,
        title='引用符（"）が閉じていない、または閉じた後に文字がある',
        why="引用符の対応が崩れると、その後の項目や記録がつながって読まれ、データが失われます。",
        remedy=(
            "事業所の方: 文中の引用符を「」などに書き換えるか、ソフト会社に伝えてください。"
            'ソフト会社の方: 文字の項目は " で囲み、文中の " は "" と2つ重ねて出力してください。'
        ),
        reference="§4.2、別紙 注（引用符）",
        friends="文中の引用符を2つ重ねた書き方は、正しい書き方です。",
    )
)
def _broken_quotes(table: Table) -> Iterator[Hit]:
    structure = table.raw.structure
    malformed = structure.malformed.copy()
    if table.header and len(malformed):
        malformed[0] = False
    broken = np.flatnonzero(malformed)
    if len(broken):
        places = places_of_records(table, broken)
        yield Hit(
            "C304",
            Severity.ERROR,
            '引用符（"）が閉じていないか、閉じた後に文字があります。この記録の項目は調べていません。',
            count=len(broken),
            places=places,
        )


@rule(
    Rule(
        id="C303",
        severity=Severity.ERROR,
        title="項目の数が別紙のレイアウトと違う",
        why="項目が1つでも多いか少ないと、それより後の項目がすべてずれて取り込まれます。",
        remedy=(
            "事業所の方: 介護ソフトから出力し直し、同じときはソフト会社に伝えてください。"
            "ソフト会社の方: 別紙のレイアウトどおりの数と順で出力し、空の項目も区切りのカンマを省略しないでください。"
        ),
        reference="別紙 項目一覧",
        friends="引用符の中のカンマや改行は、項目の数に数えません。",
    )
)
def _item_count(table: Table) -> Iterator[Hit]:
    structure, expected = table.raw.structure, len(table.layout.items)
    wrong = (structure.counts != expected) & ~structure.malformed
    if table.header and len(wrong):
        wrong[0] = False
    if not wrong.any():
        return
    for found in np.unique(structure.counts[wrong])[:EXAMPLES_KEPT]:
        records = np.flatnonzero(wrong & (structure.counts == found))
        message = (
            f"項目の数が {int(found):,} です（{table.layout.name}は {expected}）。"
            "この記録の項目は調べていません。"
        )
        yield _count_hit(table, records, message)
    others = np.unique(structure.counts[wrong])[EXAMPLES_KEPT:]
    if len(others):
        records = np.flatnonzero(wrong & np.isin(structure.counts, others))
        yield _count_hit(table, records, f"項目の数が {expected} ではない記録が、ほかにもあります。")


def _count_hit(table: Table, records: Positions, message: str) -> Hit:
    places = places_of_records(table, records)
    remedy = f"{_parting(table, int(records[0]))}{RULES['C303'].remedy}{_layout_hint(table.layout)}"
    return Hit("C303", Severity.ERROR, message, count=len(records), places=places, remedy=remedy)


def _layout_hint(layout: Layout) -> str:
    return f"正しい並びは「careplan-csv layout {layout.prefix}」で見られます。"


def _parting(table: Table, record: int) -> str:
    """Where the items of a record stop being those of the layout, as far as their kinds tell."""
    items = items_of(table.raw, record, table.encoding)
    for item, (value, quoted) in zip(table.layout.items, items, strict=False):
        if value and not _may_be(item, value, quoted):
            return f"№{item.no}「{item.name}」から、項目の並びが別紙と合いません。"
    few = len(items) < len(table.layout.items)
    return f"終わりの項目が{'足りない' if few else '余分な'}ようです。"


def _may_be(item: Item, value: str, quoted: bool) -> bool:
    """Whether a value may belong to an item; a number of another length may."""
    if item.is_text:
        return quoted or _LONG_NUMBER.fullmatch(value) is None
    if quoted and not value.isascii():
        return False
    if item.format in _TEXT_LIKE_CODES:
        return not _LONG_NUMBER.fullmatch(value) and value.isascii()
    return value.isascii() and any(character.isdigit() for character in value)


@rule(
    Rule(
        id="C305",
        severity=Severity.ERROR,
        title='文字の項目が引用符（"）で囲まれていない',
        why="囲まれていない文章にカンマや改行が入ると、項目がずれて取り込まれます。",
        remedy=(
            "事業所の方: 介護ソフトから出力し直し、Excel などで開かずに渡してください。同じときはソフト会社に伝えてください。"
            'ソフト会社の方: 文字の項目は、空のときを除いて " で囲んで出力してください。'
        ),
        reference="§4.2、別紙 注（文字項目は引用符で囲む。A05）",
        friends="空の文字の項目は、囲んでも囲まなくても構いません。",
    )
)
def _unquoted_text(table: Table) -> Iterator[Hit]:
    for item_id, mask in table.unquoted.items():
        rows = np.flatnonzero(mask)
        if len(rows):
            item = table.layout.by_id[item_id]
            yield Hit(
                "C305",
                Severity.ERROR,
                f'「{item.name}」が引用符（"）で囲まれていません。',
                item,
                len(rows),
                places_of(table, rows, item),
            )


@rule(
    Rule(
        id="C306",
        severity=Severity.INFO,
        title='文字以外の項目が引用符（"）で囲まれている',
        why="標準仕様では囲まないことになっていますが、多くの介護ソフトはそのまま読めます。",
        remedy="直さなくても構いません。ソフト会社の方: 番号・コード・日付は囲まずに出力するのが標準仕様どおりです。",
        reference="別紙 注（A06）",
        friends="数字だけの値でも、文字の項目であれば、囲むのが正しい書き方です。",
    )
)
def _quoted_values(table: Table) -> Iterator[Hit]:
    for item_id, mask in table.needlessly_quoted.items():
        rows = np.flatnonzero(mask)
        item = table.layout.by_id[item_id]
        yield Hit(
            "C306",
            Severity.INFO,
            f'「{item.name}」が引用符（"）で囲まれています。',
            item,
            len(rows),
            places_of(table, rows),
        )


CRLF = "CR LF"


@dataclass
class LineEnds:
    """How the records and lines of a whole file end, counted block by block.

    Attributes:
        counts: how many records and blank lines end in each way.
        places: the first records that end in each way.
        blank_lines, hollow_rows: how many there are; `empty_places` the first of both.
    """

    counts: dict[str, int] = field(default_factory=lambda: {CRLF: 0, "LF だけ": 0, "CR だけ": 0})
    places: dict[str, tuple[Place, ...]] = field(default_factory=dict)
    unterminated: bool = False
    blank_lines: int = 0
    hollow_rows: int = 0
    empty_places: tuple[Place, ...] = ()

    def add(self, raw: RawBlock) -> None:
        """Count one more block, in the order of the file."""
        structure = raw.structure
        found = dict(zip(self.counts, (structure.crlf, structure.lf, structure.cr), strict=True))
        for kind, count in found.items():
            self.counts[kind] += count
            if count and len(self.places.get(kind, ())) < EXAMPLES_KEPT:
                self.places[kind] = (self.places.get(kind, ()) + _ending_in(raw, kind))[:EXAMPLES_KEPT]
        self.unterminated = structure.unterminated
        self.blank_lines += len(structure.blank_lines)
        self.hollow_rows += len(structure.hollow_rows)
        empty = np.sort(np.concatenate((structure.blank_lines, structure.hollow_rows)))
        if len(empty) and len(self.empty_places) < EXAMPLES_KEPT:
            lines = structure.lines_before(empty[:EXAMPLES_KEPT]) + raw.first_line
            places = self.empty_places + tuple(Place(line=int(line)) for line in lines)
            self.empty_places = places[:EXAMPLES_KEPT]

    @property
    def usual(self) -> str:
        """How most of them end."""
        return max(self.counts, key=lambda kind: self.counts[kind])


def _ending_in(raw: RawBlock, kind: str) -> tuple[Place, ...]:
    """The first records of a block that end in one way."""
    structure, data = raw.structure, raw.data
    ends = structure.ends[: structure.records - structure.unterminated]
    first = data[ends]
    followed = data[np.minimum(ends + 1, len(data) - 1)] == LF
    ended = {CRLF: (first == CR) & followed, "LF だけ": first == LF, "CR だけ": (first == CR) & ~followed}
    records = np.flatnonzero(ended[kind])[:EXAMPLES_KEPT]
    lines = structure.lines_before(structure.starts[records]) + raw.first_line
    numbers = records + raw.first_record
    return tuple(Place(int(line), int(number)) for line, number in zip(lines, numbers, strict=True))


@rule(
    Rule(
        id="C307",
        severity=Severity.WARNING,
        title="記録の終わりの改行が CR LF ではない、または混ざっている",
        why="改行の種類は標準仕様に書かれていませんが、CR LF を前提に読む介護ソフトがあります。",
        remedy=(
            "事業所の方: 介護ソフトから出力し直し、ほかのソフトで開かずに渡してください。同じときはソフト会社に伝えてください。"
            "ソフト会社の方: 記録の終わりを CR LF（Windows の改行）にそろえて出力してください。"
        ),
        reference="§4.2（A04）",
        friends="引用符の中の改行の種類は問いません。",
    )
)
def check_terminators(ends: LineEnds) -> list[Hit]:
    """C307 for a whole file: where endings are mixed, at the records that end in another way than most."""
    used = {kind: count for kind, count in ends.counts.items() if count}
    if not used or set(used) == {CRLF}:
        return []
    listed = "、".join(f"{kind} {count:,}件" for kind, count in used.items())
    if len(used) == 1:
        return [Hit("C307", Severity.WARNING, f"記録の終わりの改行が CR LF ではありません（{listed}）。")]
    odd = [kind for kind in used if kind != ends.usual]
    places = sorted(
        (place for kind in odd for place in ends.places.get(kind, ())), key=lambda place: place.line or 0
    )
    count = sum(used[kind] for kind in odd)
    message = f"記録の終わりの改行が混ざっています（{listed}）。"
    return [Hit("C307", Severity.WARNING, message, count=count, places=tuple(places[:EXAMPLES_KEPT]))]


@rule(
    Rule(
        id="C308",
        severity=Severity.WARNING,
        title="空の行や、カンマだけの行がある、または最後の記録に改行がない",
        why="空の行やカンマだけの行を1件の記録として読み、取り込めない介護ソフトがあります。",
        remedy=(
            "事業所の方: 介護ソフトから出力し直し、Excel などで開かずに渡してください。同じときはソフト会社に伝えてください。"
            "ソフト会社の方: 空の行やカンマだけの行を出力しないでください。"
        ),
        reference="§4.2（A04）",
        friends="引用符の中の空の行は、文章の一部なので、誤りとしません。",
    )
)
def check_blank_lines(ends: LineEnds) -> list[Hit]:
    """C308 for a whole file."""
    hits = []
    if ends.blank_lines or ends.hollow_rows:
        kinds = {"空の行": ends.blank_lines, "カンマだけの行（値の1つもない行）": ends.hollow_rows}
        named = "と、".join(kind for kind, count in kinds.items() if count)
        hits.append(
            Hit(
                "C308",
                Severity.WARNING,
                f"{named}があります。ほかの検査では、ないものとして扱います。",
                count=ends.blank_lines + ends.hollow_rows,
                places=ends.empty_places,
            )
        )
    if ends.unterminated:
        hits.append(
            Hit(
                "C308",
                Severity.INFO,
                "最後の記録の後に改行がありません。",
                remedy="直さなくても読めますが、ソフト会社の方は、最後の記録の後にも改行（CR LF）を付けて出力してください。",
            )
        )
    return hits

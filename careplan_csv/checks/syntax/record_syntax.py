"""Rules on how the records of a block are written (C303–C306, 4.2 and the notes of the 別紙)."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from careplan_csv.checks.places import record_hits, row_hits
from careplan_csv.checks.stages import syntax_rule
from careplan_csv.findings import EXAMPLES_KEPT, Consequence, Rule, Severity
from careplan_csv.reading import arrays
from careplan_csv.reading.structure import Positions
from careplan_csv.reading.table import Table, items_of
from careplan_csv.rules.hits import FileHit
from careplan_csv.standard import Item, Layout

_LONG_NUMBER = re.compile(r"[0-9H][0-9]{5,}")
_TEXT_LIKE_CODES = ("code", "int", "hhmm", "service_kind", "decimal")
"""Formats of short values: an insured number or a date is none of theirs."""


@syntax_rule(
    Rule(
        id="C304",
        severity=Severity.ERROR,
        consequence=Consequence.REFUSED,
        title='引用符（"）が閉じていない、または閉じた後に文字がある',
        compares='引用符（"）が項目の初めと終わりで対になっているか、閉じた引用符のすぐ後がカンマか改行かを見ます。',
        why="引用符の対応が崩れると、その後の項目や記録がつながって読まれ、データが失われます。",
        remedy=(
            "事業所の方: 文中の引用符を「」などに書き換えるか、ソフト会社に伝えてください。"
            'ソフト会社の方: 文字の項目は " で囲み、文中の " は "" と2つ重ねて出力してください。'
        ),
        reference="§4.2、別紙 注（引用符）",
        friends="文中の引用符を2つ重ねた書き方は、正しい書き方です。",
    )
)
def broken_quotes(rule: Rule, table: Table) -> Iterator[FileHit]:
    malformed = table.raw.structure.malformed.copy()
    if table.header and len(malformed):
        malformed[0] = False
    message = '引用符（"）が閉じていないか、閉じた後に文字があります。この記録の項目は調べていません。'
    yield from record_hits(table, rule, np.flatnonzero(malformed), message)


@syntax_rule(
    Rule(
        id="C303",
        severity=Severity.ERROR,
        consequence=Consequence.REFUSED,
        title="項目の数が別紙のレイアウトと違う",
        compares="1件ごとに、カンマで区切られた項目の数を、別紙のレイアウトの項目の数と比べます（引用符の中のカンマと改行は数えません）。",
        why="項目が1つでも多いか少ないと、それより後の項目がすべてずれて取り込まれます。",
        remedy=(
            "事業所の方: 介護ソフトから出力し直し、同じときはソフト会社に伝えてください。"
            "ソフト会社の方: 別紙のレイアウトどおりの数と順で出力し、空の項目も区切りのカンマを省略しないでください。"
        ),
        reference="別紙 項目一覧",
        friends="引用符の中のカンマや改行は、項目の数に数えません。",
    )
)
def item_count(rule: Rule, table: Table) -> Iterator[FileHit]:
    structure = table.raw.structure
    wrong = (structure.counts != len(table.layout.items)) & ~structure.malformed
    if table.header and len(wrong):
        wrong[0] = False
    records = np.flatnonzero(wrong)
    files = table.raw.files_of(records)
    for file in arrays.distinct(files):
        yield from _counts_of_file(rule, table, records[files == file])


def _counts_of_file(rule: Rule, table: Table, records: Positions) -> Iterator[FileHit]:
    """Hits on the records of one file, one for each of the smallest wrong numbers of items."""
    expected, counts = len(table.layout.items), table.raw.structure.counts[records]
    numbers = arrays.distinct(counts)
    for found in numbers[:EXAMPLES_KEPT]:
        message = (
            f"項目の数が {int(found):,} です（{table.layout.name}は {expected}）。"
            "この記録の項目は調べていません。"
        )
        yield from _count_hit(rule, table, records[counts == found], message)
    others = numbers[EXAMPLES_KEPT:]
    if len(others):
        message = f"項目の数が {expected} ではない記録が、ほかにもあります。"
        yield from _count_hit(rule, table, records[arrays.is_in(counts, others)], message)


def _count_hit(rule: Rule, table: Table, records: Positions, message: str) -> Iterator[FileHit]:
    remedy = f"{rule.remedy}{_parting(table, int(records[0]))}{_layout_hint(table.layout)}"
    yield from record_hits(table, rule, records, message, remedy=remedy)


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


@syntax_rule(
    Rule(
        id="C305",
        severity=Severity.ERROR,
        consequence=Consequence.LOST,
        title='文字の項目が引用符（"）で囲まれていない',
        compares='文字の項目で、空でない値が引用符（"）で囲まれているかを見ます。',
        why="囲まれていない文章にカンマや改行が入ると、項目がずれて取り込まれます。",
        remedy=(
            "事業所の方: 介護ソフトから出力し直し、Excel などで開かずに渡してください。同じときはソフト会社に伝えてください。"
            'ソフト会社の方: 文字の項目は、空のときを除いて " で囲んで出力してください。'
        ),
        reference="§4.2、別紙 注（文字の項目は引用符で囲む。A05）",
        friends="空の文字の項目は、囲んでも囲まなくても構いません。",
    )
)
def unquoted_text(rule: Rule, table: Table) -> Iterator[FileHit]:
    for item_id, rows in table.unquoted.items():
        item = table.layout.by_id[item_id]
        message = f'「{item.name}」が引用符（"）で囲まれていません。'
        yield from row_hits(table, rule, rows, message, item=item, values_of=item)


@syntax_rule(
    Rule(
        id="C306",
        severity=Severity.INFO,
        consequence=Consequence.CHECK,
        title='文字以外の項目が引用符（"）で囲まれている',
        compares='文字以外の項目（番号・コード・日付など）のうち、引用符（"）で囲まれているものを数えます。',
        why="標準仕様では囲まないことになっていますが、多くの介護ソフトはそのまま読めます。",
        remedy="事業所の方: 直さなくても構いません。ソフト会社の方: 番号・コード・日付は囲まずに出力するのが標準仕様どおりです。",
        reference="別紙 注（A06）",
        friends="数字だけの値でも、文字の項目であれば、囲むのが正しい書き方です。",
    )
)
def quoted_values(rule: Rule, table: Table) -> Iterator[FileHit]:
    for item_id, rows in table.needlessly_quoted.items():
        item = table.layout.by_id[item_id]
        yield from row_hits(table, rule, rows, f'「{item.name}」が引用符（"）で囲まれています。', item=item)

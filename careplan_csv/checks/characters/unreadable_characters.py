"""Rules on the encoding and on characters outside MS932 (E201–E203, 4.3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import TypeAlias

import numpy as np

from careplan_csv.checks.characters.column_texts import ColumnTexts, text_rule
from careplan_csv.checks.places import row_hits
from careplan_csv.checks.stages import block_rule, diagnosis_rule
from careplan_csv.findings import Consequence, Rule, Severity
from careplan_csv.reading.characters import Characters, characters
from careplan_csv.reading.encoding import MS932, UTF8, Diagnosis
from careplan_csv.reading.structure import Positions
from careplan_csv.reading.table import Table
from careplan_csv.rules.hits import FileHit, Hit, Place, hit, hits_by_file
from careplan_csv.standard import Item

Find: TypeAlias = Callable[[Characters], Positions]

# Python's cp932 takes these single bytes and the user-defined area; MS932 on Windows has no such characters.
_NOT_MS932 = frozenset("\x80\xa0\uf8f0\uf8f1\uf8f2\uf8f3")
_USER_DEFINED = frozenset(map(chr, range(0xE000, 0xE758)))
# The same sign has two code points; both are written as one character of MS932.
_TWINS = str.maketrans("〜−‖¢£¬", "～－∥￠￡￢")


@diagnosis_rule(
    Rule(
        id="E202",
        severity=Severity.ERROR,
        consequence=Consequence.REFUSED,
        title="文字コードが MS932 ではない（UTF-8 など）",
        compares="ファイルの初めの 1 MB が、BOM、UTF-8、UTF-16、ISO-2022-JP、EUC-JP のどれかであるかを見ます。",
        why="受け取る側は MS932 として読むため、氏名や文章が文字化けするか、取り込めないことがあります。",
        remedy=(
            "事業所の方: 介護ソフトから出力し直し、ほかのソフトで保存し直さずに渡してください。同じときはソフト会社に伝えてください。"
            "ソフト会社の方: 文字コードを MS932（シフトJIS、Windows-31J）にし、BOM を付けずに出力してください。"
        ),
        reference="§4.3 文字コード",
        friends="半角カナや英数字だけのファイルは、ほかの文字コードとしても読めることがありますが、MS932 として扱います。",
    )
)
def another_encoding(rule: Rule, diagnosis: Diagnosis) -> Iterator[Hit]:
    if diagnosis.binary or diagnosis.encoding == MS932:
        return
    yield hit(
        rule,
        f"文字コードが MS932 ではなく、{diagnosis.name}です（{diagnosis.evidence}）。"
        "ほかの検査はこの文字コードで読んで続けました。",
    )


_UNREADABLE = Rule(
    id="E201",
    severity=Severity.ERROR,
    consequence=Consequence.REFUSED,
    title="読めない文字（MS932 でないバイト）がある、または CSV ではないファイルである",
    compares="すべての項目を MS932 で読み、文字にならないバイトを探します。UTF-8 などのファイルでは、MS932 に無い文字を探します。初めのバイトから、CSV ではないファイル（ZIP、画像、PDF など）も見分けます。",
    why="その文字は受け取る側で文字化けするか、取り込めないことがあります。",
    remedy=(
        "事業所の方: 介護ソフトで元の文字を確かめ、出力し直してください。"
        "ソフト会社の方: すべての項目を MS932（シフトJIS、Windows-31J）で出力してください。"
    ),
    reference="§4.3 文字コード",
    friends="①・㈱・髙・﨑 などの拡張文字は MS932 にある文字なので、誤りとしません。",
)


@diagnosis_rule(_UNREADABLE)
def is_a_text(rule: Rule, diagnosis: Diagnosis) -> Iterator[Hit]:
    if diagnosis.binary:
        message = f"CSV ファイルではなく、{diagnosis.binary.name}と思われます。中身は調べていません。"
        yield hit(rule, message, remedy=f"事業所の方: {diagnosis.binary.remedy}")


@text_rule(_UNREADABLE)
def undecodable(rule: Rule, texts: ColumnTexts) -> Iterator[FileHit]:
    bad = texts.holding(_NOT_MS932 | {"\ufffd"})
    if bad.any():
        message = f"「{texts.item.name}」に読めない文字（MS932 でないバイト）があります。"
        yield from _at_bytes(rule, texts, texts.rows(bad), message, Characters.undecodable)
    if texts.encoding == UTF8:
        yield from _outside_ms932(rule, texts)


def _at_bytes(rule: Rule, texts: ColumnTexts, rows: Positions, message: str, find: Find) -> Iterator[FileHit]:
    """Hits at the exact bytes of some rows."""
    table, item = texts.table, texts.item
    files = table.files[rows]
    places = partial(_byte_places, table, item, find)
    yield from hits_by_file(rule, message, rows, files, places, item=item)


def _outside_ms932(rule: Rule, texts: ColumnTexts) -> Iterator[FileHit]:
    """Characters of another encoding that MS932 cannot write."""
    used = {character.translate(_TWINS) for character in texts.characters} - {"\ufffd"}
    foreign = {character for character in used if not _encodable(character)}
    if foreign:
        yield from row_hits(
            texts.table,
            rule,
            texts.rows(texts.holding(foreign)),
            f"「{texts.item.name}」に MS932 に無い文字があります。",
            item=texts.item,
            remedy="事業所の方: 介護ソフトで、MS932 にある文字（常用の字体やひらがななど）に書き換えて、出力し直してください。",
        )


@cache
def _encodable(character: str) -> bool:
    try:
        character.encode(MS932)
    except UnicodeEncodeError:
        return False
    return True


_USER_DEFINED_CHARACTERS = Rule(
    id="E203",
    severity=Severity.ERROR,
    consequence=Consequence.SHOWN_WRONG,
    title="外字（利用者定義文字）がある",
    compares="すべての項目に、利用者定義文字（外字、F040〜F9FC）を探します。",
    why="外字は作ったパソコンでしか表示できません。受け取る側では空白や別の文字になります。",
    remedy="事業所の方: 介護ソフトでその文字を常用の字体やひらがなに書き換え、出力し直してください。ソフト会社の方: 外字を出力せず、画面で知らせてください。",
    reference="§4.3 外字の禁止",
    friends="NEC・IBM の拡張文字は外字ではありません。",
)


@text_rule(_USER_DEFINED_CHARACTERS)
def user_defined(rule: Rule, texts: ColumnTexts) -> Iterator[FileHit]:
    bad = texts.holding(_USER_DEFINED)
    if bad.any():
        message = f"「{texts.item.name}」に外字（利用者定義文字）があります。"
        yield from _at_bytes(rule, texts, texts.rows(bad), message, Characters.user_defined)


@block_rule(_UNREADABLE)
def undecodable_in_damaged_records(rule: Rule, table: Table) -> Iterator[FileHit]:
    message = "読めない文字（MS932 でないバイト）があります。"
    yield from _in_damaged_records(rule, table, message, Characters.undecodable)


@block_rule(_USER_DEFINED_CHARACTERS)
def user_defined_in_damaged_records(rule: Rule, table: Table) -> Iterator[FileHit]:
    message = "外字（利用者定義文字）があります。"
    yield from _in_damaged_records(rule, table, message, Characters.user_defined)


def _in_damaged_records(rule: Rule, table: Table, message: str, find: Find) -> Iterator[FileHit]:
    """Characters in records that cannot be split into items; a header record has a finding of its own."""
    structure, data = table.raw.structure, table.raw.data
    damaged = np.flatnonzero(~table.sound)
    if table.header:
        damaged = damaged[damaged > 0]
    if not len(damaged):
        return
    # With its line end, so that half a character does not take in the next record's first byte.
    stops = np.minimum(structure.ends[damaged] + 1, len(data))
    edges = np.zeros(len(data) + 1, dtype=np.int64)
    np.add.at(edges, structure.starts[damaged], 1)
    np.add.at(edges, stops, -1)
    at = np.flatnonzero(np.cumsum(edges[:-1]))
    blob = data[at].tobytes()
    found = find(characters(blob, table.encoding))

    def places(chosen: Positions) -> list[Place]:
        return [_place_at(table, int(at[p]), blob[p : p + 2]) for p in chosen]

    records = np.searchsorted(structure.starts, at[found], side="right") - 1
    yield from hits_by_file(rule, message, found, table.raw.files_of(records), places)


def _byte_places(table: Table, item: Item, find: Find, rows: Positions) -> list[Place]:
    """The exact places of the first bad byte of an item: line, byte of the line, and the bytes."""
    return [_byte_place(table, row, item, find) for row in rows.tolist()]


def _byte_place(table: Table, row: int, item: Item, find: Find) -> Place:
    """The exact place of the first bad byte of an item: line, byte of the line, and the bytes."""
    start = int(table.item_starts(item)[row])
    end = int(table.ends[row, item.no - 1])
    raw = table.raw.data[start:end].tobytes()
    found = find(characters(raw, table.encoding))
    offset = int(found[0]) if len(found) else 0
    return _place_at(table, start + offset, raw[offset : offset + 2])


def _place_at(table: Table, position: int, raw: bytes) -> Place:
    structure = table.raw.structure
    line = int(np.searchsorted(structure.line_ends, position, side="left"))
    line_start = int(structure.line_ends[line - 1]) + 1 if line else 0
    record = np.searchsorted(structure.starts, [position], side="right") - 1
    return Place(
        line=int(table.raw.lines(np.array([position]))[0]),
        record=int(table.raw.numbers(record)[0]),
        value=f"行の先頭から{position - line_start + 1}バイト目（{raw.hex(' ').upper()}）",
        safe=True,
        column=table.column_at(line_start, position),
    )

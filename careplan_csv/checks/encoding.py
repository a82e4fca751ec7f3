"""Rules on the encoding (E201–E203, 4.3), and the walk over all texts for the rules on characters (E204–E206)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import TypeAlias

import numpy as np

from careplan_csv.checks.column_texts import ColumnTexts, column_texts
from careplan_csv.checks.control_characters import control_characters
from careplan_csv.checks.fragile_characters import fragile_characters
from careplan_csv.checks.lost_characters import lost_characters, traces_in
from careplan_csv.checks.places import places_of
from careplan_csv.checks.registry import Hit, Place, rule
from careplan_csv.findings import EXAMPLES_KEPT, Rule, Severity
from careplan_csv.reading.characters import Characters, characters
from careplan_csv.reading.encoding import MS932, UTF8, Diagnosis
from careplan_csv.reading.structure import Positions
from careplan_csv.reading.table import Table
from careplan_csv.standard import Item

Find: TypeAlias = Callable[[Characters], Positions]

# Python's cp932 takes these single bytes and the user-defined area; MS932 on Windows has no such characters.
_NOT_MS932 = "\x80\xa0\uf8f0-\uf8f3"
_USER_DEFINED = "\ue000-\ue757"
# The same sign has two code points; both are written as one character of MS932.
_TWINS = str.maketrans("〜−‖¢£¬", "～－∥￠￡￢")


def check_diagnosis(diagnosis: Diagnosis) -> list[Hit]:
    """E202, and E201 for files that are no text at all."""
    if diagnosis.binary:
        message = f"CSV ファイルではなく、{diagnosis.binary.name}と思われます。中身は調べていません。"
        return [Hit("E201", Severity.ERROR, message, remedy=diagnosis.binary.remedy)]
    return _another_encoding(diagnosis)


@rule(
    Rule(
        id="E202",
        severity=Severity.ERROR,
        title="文字コードが MS932 ではない（UTF-8 など）",
        why="受け取る側は MS932 として読むため、氏名や文章が文字化けするか、取り込めないことがあります。",
        remedy=(
            "事業所の方: 介護ソフトから出力し直し、ほかのソフトで保存し直さずに渡してください。同じときはソフト会社に伝えてください。"
            "ソフト会社の方: 文字コードを MS932（シフトJIS、Windows-31J）にし、BOM を付けずに出力してください。"
        ),
        reference="§4.3 文字コード",
        friends="半角カナや英数字だけのファイルは、ほかの文字コードとしても読めることがありますが、MS932 として扱います。",
    )
)
def _another_encoding(diagnosis: Diagnosis) -> list[Hit]:
    if diagnosis.encoding == MS932:
        return []
    message = f"文字コードが MS932 ではなく、{diagnosis.name}です（{diagnosis.evidence}）。ほかの検査はこの文字コードで読んで続けました。"
    return [Hit("E202", Severity.ERROR, message)]


def check_characters(table: Table, *, tabs: bool = True) -> Iterator[Hit]:
    """E201 and E203–E206 on one block; without `tabs`, tabs are no finding (they separate the items)."""
    for texts in column_texts(table):
        yield from _undecodable(table, texts)
        yield from _user_defined(table, texts)
        lost = traces_in(texts)
        yield from lost_characters(table, texts, lost)
        yield from fragile_characters(table, texts, [values for _, values in lost])
    yield from _in_damaged_records(table)
    yield from control_characters(table, tabs)


@rule(
    Rule(
        id="E201",
        severity=Severity.ERROR,
        title="読めない文字（MS932 でないバイト）がある、または CSV ではないファイルである",
        why="その文字は受け取る側で文字化けするか、取り込めないことがあります。",
        remedy=(
            "事業所の方: 介護ソフトで元の文字を確かめ、出力し直してください。"
            "ソフト会社の方: すべての項目を MS932（シフトJIS、Windows-31J）で出力してください。"
        ),
        reference="§4.3 文字コード",
        friends="①・㈱・髙・﨑 などの拡張文字は MS932 にある文字なので、誤りとしません。",
    )
)
def _undecodable(table: Table, texts: ColumnTexts) -> Iterator[Hit]:
    bad = texts.matching(f"[{_NOT_MS932}\ufffd]")
    if bad.any():
        rows = texts.rows(bad)
        yield Hit(
            "E201",
            Severity.ERROR,
            f"「{texts.item.name}」に読めない文字（MS932 でないバイト）があります。",
            texts.item,
            len(rows),
            tuple(
                _byte_place(table, row, texts.item, Characters.undecodable) for row in rows[:EXAMPLES_KEPT]
            ),
        )
    if table.encoding == UTF8:
        yield from _outside_ms932(table, texts)


def _outside_ms932(table: Table, texts: ColumnTexts) -> Iterator[Hit]:
    """Characters of another encoding that MS932 cannot write."""
    used = set("".join(texts.values.to_pylist()).translate(_TWINS)) - {"\ufffd"}
    foreign = "".join(sorted(c for c in used if not _encodable(c)))
    if foreign:
        rows = texts.rows(texts.matching(f"[{re.escape(foreign)}]"))
        yield Hit(
            "E201",
            Severity.ERROR,
            f"「{texts.item.name}」に MS932 に無い文字があります。",
            texts.item,
            len(rows),
            places_of(table, rows),
            remedy="介護ソフトで、MS932 にある文字（常用の字体やひらがななど）に書き換えて、出力し直してください。",
        )


@cache
def _encodable(character: str) -> bool:
    try:
        character.encode(MS932)
    except UnicodeEncodeError:
        return False
    return True


@rule(
    Rule(
        id="E203",
        severity=Severity.ERROR,
        title="外字（利用者定義文字）がある",
        why="外字は作ったパソコンでしか表示できません。受け取る側では空白や別の文字になります。",
        remedy="介護ソフトでその文字を常用の字体やひらがなに書き換え、出力し直してください。",
        reference="§4.3 外字の禁止",
        friends="NEC・IBM の拡張文字は外字ではありません。",
    )
)
def _user_defined(table: Table, texts: ColumnTexts) -> Iterator[Hit]:
    bad = texts.matching(f"[{_USER_DEFINED}]")
    if bad.any():
        rows = texts.rows(bad)
        yield Hit(
            "E203",
            Severity.ERROR,
            f"「{texts.item.name}」に外字（利用者定義文字）があります。",
            texts.item,
            len(rows),
            tuple(
                _byte_place(table, row, texts.item, Characters.user_defined) for row in rows[:EXAMPLES_KEPT]
            ),
        )


def _in_damaged_records(table: Table) -> Iterator[Hit]:
    """E201 and E203 in records that cannot be split into items; a header record has a finding of its own."""
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
    found = characters(blob, table.encoding)
    for rule_id, positions, message in (
        ("E201", found.undecodable(), "読めない文字（MS932 でないバイト）があります。"),
        ("E203", found.user_defined(), "外字（利用者定義文字）があります。"),
    ):
        if len(positions):
            places = tuple(_place_at(table, int(at[p]), blob[p : p + 2]) for p in positions[:EXAMPLES_KEPT])
            yield Hit(rule_id, Severity.ERROR, message, None, len(positions), places)


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
    record = int(np.searchsorted(structure.starts, position, side="right")) - 1
    return Place(
        line=line + table.raw.first_line,
        record=record + table.raw.first_record,
        value=f"行の先頭から{position - line_start + 1}バイト目（{raw.hex(' ').upper()}）",
        safe=True,
        column=table.column_at(line_start, position),
    )

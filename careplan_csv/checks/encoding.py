"""Rules on the encoding and on characters (E201–E206, 4.3)."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pyarrow.compute as pc

from careplan_csv.checks.places import places_of
from careplan_csv.checks.registry import Hit, Place, rule
from careplan_csv.findings import EXAMPLES_KEPT, Rule, Severity
from careplan_csv.reading import arrays
from careplan_csv.reading.encoding import MS932, UTF8, Diagnosis
from careplan_csv.reading.structure import Flags, Positions
from careplan_csv.reading.table import Table, decode_values
from careplan_csv.reading.values import as_flags
from careplan_csv.standard import Item

# Python's cp932 takes these single bytes and the user-defined area; MS932 on Windows has no such characters.
_NOT_MS932 = "\x80\xa0\uf8f0-\uf8f3"
_USER_DEFINED = "\ue000-\ue757"
_REFUSED = re.compile(f"[{_NOT_MS932}{_USER_DEFINED}\ufffd]")
# The same sign has two code points; both are written as one character of MS932.
_TWINS = str.maketrans("〜−‖¢£¬", "～－∥￠￡￢")


@dataclass(frozen=True)
class _Texts:
    """The distinct values of one column: decoded, and which rows hold which."""

    item: Item
    values: Any
    raw: Any
    indices: Any

    def rows(self, bad: Flags) -> Positions:
        """The rows whose value is one of the distinct values marked in `bad`."""
        return np.flatnonzero(bad[self.indices])

    def matching(self, pattern: str) -> Flags:
        return as_flags(pc.match_substring_regex(self.values, pattern))


def check_diagnosis(diagnosis: Diagnosis) -> list[Hit]:
    """E202, and E201 for files that are no text at all."""
    if diagnosis.binary:
        message = f"CSV ファイルではありません（{diagnosis.binary}と思われます）。中身は調べていません。"
        remedy = (
            "ケアプランデータの CSV ファイルを指定してください。Excel で保存し直したファイルは使えません。"
        )
        return [Hit("E201", Severity.ERROR, message, remedy=remedy)]
    return _another_encoding(diagnosis)


@rule(
    Rule(
        id="E202",
        severity=Severity.ERROR,
        title="文字コードが MS932 ではない（UTF-8 など）",
        why="受け取る側のソフトは MS932 として読むため、氏名や文章がすべて文字化けするか、取込が止まります。",
        remedy="文字コードを MS932（シフトJIS、Windows-31J）にして出力し直してください。BOM は付けないでください。",
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
    for texts in _columns(table):
        yield from _undecodable(table, texts)
        yield from _user_defined(table, texts)
        yield from _wrongly_decoded(table, texts)
        yield from _fragile(table, texts)
    yield from _damaged_records(table)
    yield from _control_characters(table, tabs)


def _columns(table: Table) -> Iterator[_Texts]:
    for item in table.layout.items:
        column = table.columns[item.id]
        if not len(column) or (not item.is_text and table.is_ascii(item.id)):
            continue
        encoded = column.dictionary_encode()
        yield _Texts(
            item=item,
            values=arrays.strings(decode_values(encoded.dictionary, table.encoding)),
            raw=encoded.dictionary,
            indices=arrays.indices(encoded),
        )


@rule(
    Rule(
        id="E201",
        severity=Severity.ERROR,
        title="MS932 として読めないバイトがある",
        why="その文字は受け取る側で文字化けするか、取込が止まります。",
        remedy="文字コードを MS932（シフトJIS、Windows-31J）にそろえて出力し直してください。一部だけが別の文字コードになっていないか確かめてください。",
        reference="§4.3 文字コード",
        friends="①・㈱・髙・﨑 などの拡張文字は MS932 にある文字なので出しません。",
    )
)
def _undecodable(table: Table, texts: _Texts) -> Iterator[Hit]:
    bad = texts.matching(f"[{_NOT_MS932}\ufffd]")
    if bad.any():
        rows = texts.rows(bad)
        yield Hit(
            "E201",
            Severity.ERROR,
            f"「{texts.item.name}」に MS932 として読めないバイトがあります。",
            texts.item,
            len(rows),
            tuple(_byte_place(table, row, texts.item, _first_undecodable) for row in rows[:EXAMPLES_KEPT]),
        )
    if table.encoding == UTF8:
        yield from _outside_ms932(table, texts)


def _outside_ms932(table: Table, texts: _Texts) -> Iterator[Hit]:
    """Characters of another encoding that MS932 cannot write."""
    characters = set("".join(texts.values.to_pylist()).translate(_TWINS)) - {"\ufffd"}
    foreign = "".join(sorted(c for c in characters if not _encodable(c)))
    if foreign:
        rows = texts.rows(texts.matching(f"[{re.escape(foreign)}]"))
        yield Hit(
            "E201",
            Severity.ERROR,
            f"「{texts.item.name}」に MS932 に無い文字があります。",
            texts.item,
            len(rows),
            places_of(table, rows),
            remedy="MS932 にある文字（〓 や かな など）に置き換えて出力してください。",
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
        remedy="外字を、MS932 にある文字（常用の字体やひらがな）に置き換えて出力してください。",
        reference="§4.3 外字の禁止",
        friends="NEC・IBM の拡張文字は外字ではありません。",
    )
)
def _user_defined(table: Table, texts: _Texts) -> Iterator[Hit]:
    bad = texts.matching(f"[{_USER_DEFINED}]")
    if bad.any():
        rows = texts.rows(bad)
        yield Hit(
            "E203",
            Severity.ERROR,
            f"「{texts.item.name}」に外字（利用者定義文字）があります。",
            texts.item,
            len(rows),
            tuple(_byte_place(table, row, texts.item, _first_user_defined) for row in rows[:EXAMPLES_KEPT]),
        )


_TRACES = (
    (
        # A V by itself is how many people write a Roman five.
        r"(?:サービス|加算|体制|区分)(?:[TU]|[TUV]{2,})(?:[^A-Za-z0-9]|$)",
        "サービスⅠ・Ⅱ・Ⅲ が T・U・V に化けた跡があります",
    ),
    (r"\?{3,}", "文字が ? に置き換わった跡があります"),
    ("\ufffd{2,}", "文字が読めずに置き換えられた跡（U+FFFD）があります"),
    (r"[縺繧繝].{0,2}[縺繧繝]", "UTF-8 の文字を別の文字コードで読んだ跡があります"),
)


@rule(
    Rule(
        id="E205",
        severity=Severity.WARNING,
        title="文字化けした跡がある",
        why="出力する前に文字が失われています。受け取る側では元に戻せません。",
        remedy="ソフトの画面で元の文字を確かめ、文字コードの変換に Shift_JIS ではなく MS932（Windows-31J）を使っているか、ソフト会社に確かめてください。",
        reference="§4.3 文字コード（MS932）",
        friends="？が1つか2つだけの文章、サービスTEL のような英語の並び、加算V のような V だけの書き方、伏せ字の 〓 では出しません。",
    )
)
def _wrongly_decoded(table: Table, texts: _Texts) -> Iterator[Hit]:
    if not texts.item.is_text:
        return
    for pattern, message in _TRACES:
        bad = texts.matching(pattern)
        if bad.any():
            rows = texts.rows(bad)
            yield Hit(
                "E205",
                Severity.WARNING,
                f"「{texts.item.name}」に、{message}。",
                texts.item,
                len(rows),
                places_of(table, rows),
            )


def _extensions() -> str:
    """The characters that MS932 has beyond JIS X 0208: NEC row 13, NEC selected and IBM extensions."""
    pairs = (
        bytes((lead, trail)).decode(MS932, "ignore")
        for lead in (0x87, 0xED, 0xEE, 0xFA, 0xFB, 0xFC)
        for trail in range(0x40, 0xFD)
    )
    # Some signs of these rows stand in JIS X 0208 as well; they are written with a lead byte of 0x81.
    return "".join(
        sorted({c for c in pairs if len(c) == 1 and c.encode(MS932)[0] > 0x84 and len(c.encode(MS932)) == 2})
    )


@cache
def _fragile_patterns() -> tuple[tuple[str, str], ...]:
    return (
        ("[〜～]", "波ダッシュ（～）があります。ソフトによっては別の文字に変わります"),
        ("[－−‐―]", "全角のハイフンやダッシュがあります。ソフトによっては別の文字に変わります"),
        ("[ｦ-ﾟ]", "半角カナがあります。ソフトによっては全角に変わります"),
        (
            f"[{re.escape(_extensions())}]",
            "環境依存文字（①、Ⅰ、㈱、髙、﨑 など）があります。MS932 では正しい文字ですが、県の申請画面などでは受け付けられないことがあります",
        ),
    )


@rule(
    Rule(
        id="E206",
        severity=Severity.INFO,
        title="ほかのソフトで化けやすい文字がある",
        why="標準仕様では使える文字ですが、文字コードの変換を誤るソフトで失われやすい文字です。",
        remedy="直す必要はありません。取込の試験では、これらの文字が変わらずに入ることを確かめてください。",
        reference="§4.3 文字コード（A15）",
        friends="標準仕様で使える文字です。誤りではありません。",
    )
)
def _fragile(table: Table, texts: _Texts) -> Iterator[Hit]:
    if not texts.item.is_text:
        return
    for pattern, message in _fragile_patterns():
        bad = texts.matching(pattern)
        if bad.any():
            rows = texts.rows(bad)
            yield Hit(
                "E206",
                Severity.INFO,
                f"「{texts.item.name}」に{message}。",
                texts.item,
                len(rows),
                places_of(table, rows),
            )


_CONTROL_NAMES = {0x00: "NUL（00）", 0x1A: "1A（古い終端の記号）", 0x1B: "ESC（1B）", 0x7F: "DEL（7F）"}


@rule(
    Rule(
        id="E204",
        severity=Severity.ERROR,
        title="制御文字がある",
        why="制御文字のところで文章が切れたり、ファイルの読み取りが止まったりするソフトがあります。",
        remedy="改行（引用符の中）以外の制御文字を取り除いて出力してください。タブは空白に置き換えてください。",
        reference="§4.3、別紙 注（引用符の中の改行は可）",
        friends="引用符の中の改行は、正しい書き方なので出しません。",
    )
)
def _control_characters(table: Table, tabs: bool) -> Iterator[Hit]:
    structure = table.raw.structure
    for byte in np.unique(table.raw.data[structure.controls]):
        at = structure.controls[table.raw.data[structure.controls] == byte]
        name = _CONTROL_NAMES.get(int(byte), f"{int(byte):02X}")
        yield from _at_items(table, at, f"制御文字 {name} があります。", Severity.ERROR)
    if tabs:
        yield from _at_items(table, structure.tabs, "タブがあります。", Severity.WARNING)
    if table.raw.dos_end:
        yield Hit("E204", Severity.ERROR, "ファイルの終わりに制御文字 1A（古い終端の記号）があります。")


def _at_items(table: Table, at: Positions, message: str, severity: Severity) -> Iterator[Hit]:
    """Hits per item for characters at byte positions of the block."""
    structure = table.raw.structure
    if not len(at) or not structure.records:
        return
    records = np.searchsorted(structure.starts, at, side="right") - 1
    firsts = np.cumsum(structure.counts) - structure.counts
    numbers = np.searchsorted(structure.separators, at, side="left") - firsts[records] + 1
    numbers[~table.sound[records]] = 0
    for number in np.unique(numbers):
        mine = numbers == number
        item = table.layout.items[number - 1] if number else None
        places = tuple(
            Place(
                line=int(structure.lines_before(at[i : i + 1])[0]) + table.raw.first_line,
                record=int(records[i]) + table.raw.first_record,
            )
            for i in np.flatnonzero(mine)[:EXAMPLES_KEPT]
        )
        where = f"「{item.name}」に" if item else ""
        yield Hit("E204", severity, where + message, item, int(mine.sum()), places)


def _damaged_records(table: Table) -> Iterator[Hit]:
    """E201 and E203 in records that cannot be split into items."""
    structure = table.raw.structure
    damaged = np.flatnonzero(~table.sound)
    if not len(damaged):
        return
    edges = np.zeros(len(table.raw.data) + 1, dtype=np.int64)
    edges[structure.starts[damaged]] += 1
    edges[structure.ends[damaged]] -= 1
    at = np.flatnonzero(np.cumsum(edges[:-1]))
    blob = table.raw.data[at].tobytes()
    for rule_id, find, message in (
        ("E201", _undecodable_positions, "MS932 として読めないバイトがあります。"),
        ("E203", _user_defined_positions, "外字（利用者定義文字）があります。"),
    ):
        found = find(blob, table.encoding)
        if found:
            places = tuple(_place_at(table, int(at[p]), blob[p : p + 2]) for p in found[:EXAMPLES_KEPT])
            yield Hit(rule_id, Severity.ERROR, message, None, len(found), places)


def _byte_place(table: Table, row: int, item: Item, find: Any) -> Place:
    """The exact place of the first bad byte of an item: line, byte of the line, and the bytes."""
    start = int(table.item_starts(item)[row])
    end = int(table.ends[row, item.no - 1])
    raw = table.raw.data[start:end].tobytes()
    offset = find(raw, table.encoding)
    return _place_at(table, start + offset, raw[offset : offset + 2])


def _place_at(table: Table, position: int, raw: bytes) -> Place:
    structure = table.raw.structure
    before = structure.line_ends[structure.line_ends < position]
    line_start = int(before[-1]) + 1 if len(before) else 0
    record = int(np.searchsorted(structure.starts, position, side="right")) - 1
    return Place(
        line=len(before) + table.raw.first_line,
        record=record + table.raw.first_record,
        value=f"行の{position - line_start + 1}バイト目: {raw.hex(' ').upper()}",
        safe=True,
        column=table.column_at(line_start, position),
    )


def _first_undecodable(raw: bytes, encoding: str) -> int:
    return next(iter(_undecodable_positions(raw, encoding)), 0)


def _first_user_defined(raw: bytes, encoding: str) -> int:
    return next(iter(_user_defined_positions(raw, encoding)), 0)


def _undecodable_positions(raw: bytes, encoding: str) -> list[int]:
    """Byte offsets of what does not decode, and of the single bytes that MS932 does not have."""
    found: list[int] = []

    def note(error: UnicodeError) -> tuple[str, int]:
        assert isinstance(error, UnicodeDecodeError)
        found.append(error.start)
        return "\ufffd", error.end

    codecs.register_error("careplan-note", note)
    text = raw.decode(encoding, "careplan-note")
    if encoding == MS932:
        singles = np.frombuffer(raw, dtype=np.uint8)
        if np.isin(singles, (0x80, 0xA0, 0xFD, 0xFE, 0xFF)).any():
            found += _character_offsets(text, f"[{_NOT_MS932}]", raw, encoding)
    return sorted(found)


def _user_defined_positions(raw: bytes, encoding: str) -> list[int]:
    return _character_offsets(raw.decode(encoding, "replace"), f"[{_USER_DEFINED}]", raw, encoding)


def _character_offsets(text: str, pattern: str, raw: bytes, encoding: str) -> list[int]:
    """Byte offsets of characters that match; exact as long as everything before them decodes."""
    return [
        min(len(text[: match.start()].encode(encoding, "replace")), len(raw) - 1)
        for match in re.finditer(pattern, text)
    ]

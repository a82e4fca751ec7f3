"""Control characters (E204)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from careplan_csv.checks.stages import block_rule
from careplan_csv.findings import Consequence, Rule, Severity
from careplan_csv.reading import arrays
from careplan_csv.reading.structure import TAB, Positions
from careplan_csv.reading.table import Table
from careplan_csv.rules.hits import FileHit, Place, hit, hits_by_file

_CONTROL_NAMES = {0x00: "NUL（00）", 0x1A: "古い終端の記号（1A）", 0x1B: "ESC（1B）", 0x7F: "DEL（7F）"}


@block_rule(
    Rule(
        id="E204",
        severity=Severity.ERROR,
        consequence=Consequence.LOST,
        title="制御文字がある",
        compares="ファイル全体に、制御文字（00〜1F と 7F のうち、改行を除くもの）を探します。",
        grades=((Severity.WARNING, "タブのとき"),),
        why="制御文字（画面に見えない符号）のところで文章が切れたり、取り込めなかったりする介護ソフトがあります。",
        remedy=(
            "事業所の方: 介護ソフトでその欄を入力し直し（ほかのソフトから貼り付けた文章に入ることがあります）、出力し直してください。"
            "ソフト会社の方: 改行（引用符の中）以外の制御文字を取り除き、タブは空白に置き換えて出力してください。"
        ),
        reference="§4.3、別紙 注（引用符の中の改行は可）",
        friends="引用符の中の改行は、正しい書き方です。",
    )
)
def control_characters(rule: Rule, table: Table) -> Iterator[FileHit]:
    structure, data = table.raw.structure, table.raw.data
    for byte in sorted(set(data[structure.controls].tobytes())):
        at = structure.controls[data[structure.controls] == byte]
        name = _CONTROL_NAMES.get(byte, f"{byte:02X}")
        yield from _at_items(rule, table, at, f"制御文字 {name} があります。")
    # Tabs that separate the items are a finding of their own.
    if table.delimiter != chr(TAB):
        yield from _at_items(rule, table, structure.tabs, "タブがあります。", Severity.WARNING)
    if table.raw.dos_end:
        yield 0, hit(rule, "ファイルの終わりに古い終端の記号（1A）があります。")


def _at_items(
    rule: Rule, table: Table, at: Positions, message: str, severity: Severity | None = None
) -> Iterator[FileHit]:
    """Hits per item for characters at byte positions of the block."""
    structure, raw = table.raw.structure, table.raw
    if not len(at) or not structure.records:
        return
    records = np.searchsorted(structure.starts, at, side="right") - 1
    firsts = np.cumsum(structure.counts) - structure.counts
    numbers = np.searchsorted(structure.separators, at, side="left") - firsts[records] + 1
    numbers[~table.sound[records]] = 0

    def places(chosen: Positions) -> list[Place]:
        lines, told = raw.lines(at[chosen]).tolist(), raw.numbers(records[chosen]).tolist()
        return [Place(line=line, record=record) for line, record in zip(lines, told, strict=True)]

    for number in arrays.distinct(numbers):
        chosen = np.flatnonzero(numbers == number)
        item = table.layout.items[number - 1] if number else None
        where = f"「{item.name}」に" if item else ""
        files = raw.files_of(records[chosen])
        yield from hits_by_file(rule, where + message, chosen, files, places, severity, item=item)

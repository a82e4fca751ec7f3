"""Control characters (E204)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from careplan_csv.checks.registry import Hit, Place, rule
from careplan_csv.findings import EXAMPLES_KEPT, Rule, Severity
from careplan_csv.reading.structure import Positions
from careplan_csv.reading.table import Table

_CONTROL_NAMES = {0x00: "NUL（00）", 0x1A: "古い終端の記号（1A）", 0x1B: "ESC（1B）", 0x7F: "DEL（7F）"}


@rule(
    Rule(
        id="E204",
        severity=Severity.ERROR,
        title="制御文字がある",
        why="制御文字（画面に見えない符号）のところで文章が切れたり、取り込めなかったりする介護ソフトがあります。",
        remedy=(
            "事業所の方: 介護ソフトでその欄を入力し直し（ほかのソフトから貼り付けた文章に入ることがあります）、出力し直してください。"
            "ソフト会社の方: 改行（引用符の中）以外の制御文字を取り除き、タブは空白に置き換えて出力してください。"
        ),
        reference="§4.3、別紙 注（引用符の中の改行は可）",
        friends="引用符の中の改行は、正しい書き方です。",
    )
)
def control_characters(table: Table, tabs: bool) -> Iterator[Hit]:
    structure = table.raw.structure
    for byte in np.unique(table.raw.data[structure.controls]):
        at = structure.controls[table.raw.data[structure.controls] == byte]
        name = _CONTROL_NAMES.get(int(byte), f"{int(byte):02X}")
        yield from _at_items(table, at, f"制御文字 {name} があります。", Severity.ERROR)
    if tabs:
        yield from _at_items(table, structure.tabs, "タブがあります。", Severity.WARNING)
    if table.raw.dos_end:
        yield Hit("E204", Severity.ERROR, "ファイルの終わりに古い終端の記号（1A）があります。")


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

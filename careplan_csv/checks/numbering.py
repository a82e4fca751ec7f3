"""The numbers of 第2表 and their texts (T604, 2.3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from careplan_csv.checks.gathering import EMPTY, Kept, group_ids, integers, is_filled, keep, merged, prints
from careplan_csv.checks.registry import Hit, rule
from careplan_csv.findings import Rule, Severity
from careplan_csv.reading.structure import Flags
from careplan_csv.reading.table import Table
from careplan_csv.standard import Layout, Variant

_HIGHEST = 99


def kept_of(table: Table, layout: Layout, variant: Variant) -> Kept | None:
    """What T604 keeps of a block; None where the layout has no numbering."""
    if not layout.numbering:
        return None
    columns = {"owner": prints(table, *variant.link)}
    for level in layout.numbering:
        columns[level.item] = integers(table, level.item)
        columns[f"{level.item} empty"] = ~is_filled(table, level.item)
        if level.texts:
            columns[f"{level.item} text"] = is_filled(table, *level.texts)
        for text in level.texts:
            columns[text] = prints(table, text)
    return keep(table, **columns)


@rule(
    Rule(
        id="T604",
        severity=Severity.ERROR,
        title="課題・目標・援助内容の番号が正しく付いていない",
        why="番号で並べて帳票を作るため、番号が無い記録や重なる記録は、受け取る側で失われたり入れ替わったりします。",
        remedy="課題ＮＯ・援助目標ＮＯ・援助内容ＮＯをすべての記録に 1〜99 で書き、番号の順に出力してください。文章は同じ番号の最初の記録に書きます。",
        reference="§2.3、別紙 第2表 №6・8・13",
        friends="続く記録で文章をくり返しても、空にしても、どちらも正しい書き方です。",
    )
)
def numbers_and_texts(parts: Sequence[Kept], layout: Layout) -> Iterator[Hit]:
    """T604 on one file."""
    kept = merged(parts)
    numbers = [kept[level.item] for level in layout.numbering]
    usable = np.logical_and.reduce([(number >= 1) & (number <= _HIGHEST) for number in numbers])
    for level, number in zip(layout.numbering, numbers, strict=True):
        name = layout.by_id[level.item].name
        missing = kept[f"{level.item} empty"]
        yield from _hit(kept, layout, level.item, missing, Severity.ERROR, f"「{name}」がありません。")
        outside = (number != EMPTY) & ((number < 1) | (number > _HIGHEST))
        yield from _hit(
            kept, layout, level.item, outside, Severity.ERROR, f"「{name}」が 1〜{_HIGHEST} ではありません。"
        )
    yield from _order(kept, layout, numbers, usable)
    yield from _texts(kept, layout, numbers, usable)


def _order(kept: Kept, layout: Layout, numbers: list[np.ndarray], usable: Flags) -> Iterator[Hit]:
    value = np.zeros(len(kept), dtype=np.int64)
    for number in numbers:
        value = value * 100 + number
    back = np.zeros(len(kept), dtype=np.bool_)
    same = (kept["owner"][1:] == kept["owner"][:-1]) & usable[1:] & usable[:-1]
    back[1:] = same & (value[1:] < value[:-1])
    item = layout.numbering[0].item
    yield from _hit(kept, layout, item, back, Severity.WARNING, "番号が小さい順に並んでいません。")


def _texts(kept: Kept, layout: Layout, numbers: list[np.ndarray], usable: Flags) -> Iterator[Hit]:
    owners = [kept["owner"]]
    for depth, level in enumerate(layout.numbering):
        if not level.texts:
            continue
        groups = group_ids(*owners, *numbers[: depth + 1])
        _, first = np.unique(groups, return_index=True)
        starts = np.zeros(len(kept), dtype=np.bool_)
        starts[first] = True
        lacking = starts & usable & ~kept[f"{level.item} text"]
        name = layout.by_id[level.texts[0]].name
        message = f"同じ番号の最初の記録に、「{name}」などの文章がありません。"
        yield from _hit(kept, layout, level.texts[0], lacking, Severity.WARNING, message)
        for text in level.texts:
            told = kept[text]
            reference = np.zeros(int(groups.max(initial=0)) + 1, dtype=np.uint64)
            filled = np.flatnonzero(told != 0)[::-1]
            reference[groups[filled]] = told[filled]
            differs = (told != 0) & (told != reference[groups]) & usable
            name = layout.by_id[text].name
            message = f"同じ番号の記録で、「{name}」の文章が違います。"
            yield from _hit(kept, layout, text, differs, Severity.WARNING, message)


def _hit(
    kept: Kept, layout: Layout, item_id: str, mask: Flags, severity: Severity, message: str
) -> Iterator[Hit]:
    rows = np.flatnonzero(mask)
    if len(rows):
        yield Hit("T604", severity, message, layout.by_id[item_id], len(rows), kept.places(rows))

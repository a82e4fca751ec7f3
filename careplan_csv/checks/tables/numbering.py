"""The numbers of 第2表 and UPYOBO_SUB, and their texts (T604, 2.3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from careplan_csv.checks.collected.fallout import incomplete
from careplan_csv.checks.collected.file_rules import Files, file_rule
from careplan_csv.checks.collected.kept import (
    EMPTY,
    Kept,
    group_ids,
    integers,
    is_filled,
    keep,
    prints,
)
from careplan_csv.checks.records.block_records import Records
from careplan_csv.findings import Consequence, Rule, Severity
from careplan_csv.reading.structure import Flags
from careplan_csv.rules.collectors import Collector
from careplan_csv.rules.hits import FileHit
from careplan_csv.standard import Layout

_HIGHEST = 99


def _kept_of(records: Records) -> Kept | None:
    layout, link = records.table.layout, records.variant.link
    if not layout.numbering:
        return None
    records = records.of_own_month
    table, soundness = records.table, records.soundness
    columns = {
        "owner": prints(table, *link),
        "lost": soundness.is_wrong(link),
        "doubtful": soundness.is_doubtful(link),
    }
    for level in layout.numbering:
        columns[level.item] = integers(table, level.item)
        columns[f"{level.item} empty"] = ~is_filled(table, level.item)
        columns[f"{level.item} wrong"] = soundness.is_wrong((level.item,))
        if level.texts:
            columns[f"{level.item} text"] = is_filled(table, *level.texts)
        for text in (*level.texts, *level.more):
            columns[text] = prints(table, text)
    return keep(table, **columns)


NUMBERING = Collector(_kept_of)
"""The numbers of a plan's records, and fingerprints of their texts; nothing where the layout has no numbering."""


@file_rule(
    Rule(
        id="T604",
        severity=Severity.ERROR,
        consequence=Consequence.LOST,
        title="課題・目標・援助内容などの番号が正しく付いていない",
        compares="課題ＮＯ などの番号が 1〜99 か、同じ利用者と日付の中で小さい順か、同じ番号の最初の記録に文章があるか、同じ番号の文章が同じかを見ます。",
        grades=(
            (Severity.WARNING, "文章が無いとき、または同じ番号の文章が違うとき"),
            (Severity.INFO, "番号が小さい順でないとき"),
        ),
        why="番号で並べて帳票を作るため、番号が無い記録や正しくない記録は、受け取る側で失われたり入れ替わったりすることがあります。",
        remedy=(
            "事業所の方: 介護ソフトから出力し直し、同じときはソフト会社に伝えてください。"
            "ソフト会社の方: 第2表の課題ＮＯ・援助目標ＮＯ・援助内容ＮＯ、予防計画書（別表）の課題ＮＯ・支援計画ＮＯ・利用サービスＮＯを、"
            "すべての記録に 1〜99 で出力してください。"
        ),
        reference="§2.3、別紙 第2表 №6・8・13、予防計画書（別表）№5・10・14",
        friends=(
            "続く記録で文章をくり返しても、空にしても、どちらも正しい書き方です。"
            "記録が番号の順に並んでいないことは情報にとどめ、最初の記録は番号のいちばん小さい記録とします。"
        ),
    ),
    keeps=(NUMBERING,),
)
def numbers_and_texts(rule: Rule, kept: Kept, files: Files) -> Iterator[FileHit]:
    layout = files.layout
    numbers = [kept[level.item] for level in layout.numbering]
    usable = np.logical_and.reduce([(number >= 1) & (number <= _HIGHEST) for number in numbers])
    for level, number in zip(layout.numbering, numbers, strict=True):
        item = layout.by_id[level.item]
        missing = kept[f"{level.item} empty"] & ~kept[f"{level.item} wrong"]
        yield from kept.hits(rule, missing, f"「{item.name}」がありません。", item=item)
        outside = (number != EMPTY) & ((number < 1) | (number > _HIGHEST)) & ~kept[f"{level.item} wrong"]
        message = f"「{item.name}」が 1〜{_HIGHEST} ではありません。"
        yield from kept.hits(rule, outside, message, item=item)
    # A plan of which some record cannot be placed lacks its texts and its order for that reason alone.
    sure = ~incomplete(kept, kept.lost, ~usable, files.last)
    yield from _order(rule, kept, layout, numbers, sure)
    yield from _texts(rule, kept, layout, numbers, sure)


def _place_value(numbers: Sequence[Any]) -> Any:
    """The numbers of all levels as one, shape (rows,)."""
    value = np.zeros(len(numbers[0]), dtype=np.int64)
    for number in numbers:
        value = value * (_HIGHEST + 1) + np.clip(number, 0, _HIGHEST)
    return value


def _order(rule: Rule, kept: Kept, layout: Layout, numbers: Sequence[Any], sure: Flags) -> Iterator[FileHit]:
    value, owner = _place_value(numbers), kept.owned
    back = np.zeros(len(kept), dtype=np.bool_)
    same = (owner[1:] == owner[:-1]) & sure[1:] & sure[:-1]
    back[1:] = same & (value[1:] < value[:-1])
    item = layout.by_id[layout.numbering[0].item]
    levels = "・".join(layout.by_id[level.item].name for level in layout.numbering)
    message = "番号が小さい順に並んでいません（受け取る側が番号で並べ直せば、支障はありません）。"
    remedy = f"事業所の方: そのままで構いません。ソフト会社の方: {levels}の小さい順に並べて出力してください。"
    yield from kept.hits(rule, back, message, Severity.INFO, item=item, remedy=remedy)


def _texts(rule: Rule, kept: Kept, layout: Layout, numbers: Sequence[Any], sure: Flags) -> Iterator[FileHit]:
    order = np.argsort(_place_value(numbers), kind="stable")
    for depth, level in enumerate(layout.numbering):
        if not level.texts:
            continue
        groups = group_ids(kept.owned, *numbers[: depth + 1])
        _, first = np.unique(groups[order], return_index=True)
        starts = np.zeros(len(kept), dtype=np.bool_)
        starts[order[first]] = True
        lacking = starts & sure & ~kept[f"{level.item} text"]
        names = "・".join(f"「{layout.by_id[text].name}」" for text in level.texts)
        message = f"同じ番号の最初の記録に、{names}の文章がありません。"
        remedy = (
            "事業所の方: 介護ソフトでその欄の文章を確かめ、正しければソフト会社に伝えてください。"
            "ソフト会社の方: 文章は、同じ番号の最初の記録（番号のいちばん小さい記録）に出力してください。"
        )
        item = layout.by_id[level.texts[0]]
        yield from kept.hits(rule, lacking, message, Severity.WARNING, item=item, remedy=remedy)
        for text in (*level.texts, *level.more):
            told = kept[text]
            reference = np.zeros(int(groups.max(initial=0)) + 1, dtype=np.uint64)
            filled = order[told[order] != 0][::-1]
            reference[groups[filled]] = told[filled]
            differs = (told != 0) & (told != reference[groups]) & sure
            message = f"同じ番号の記録で、「{layout.by_id[text].name}」の文章が違います。"
            remedy = (
                "事業所の方: 同じ番号に文章が2つあれば、どちらかを直してください。"
                "ソフト会社の方: 文章が違うときは、別の番号を付けて出力してください。"
            )
            item = layout.by_id[text]
            yield from kept.hits(rule, differs, message, Severity.WARNING, item=item, remedy=remedy)

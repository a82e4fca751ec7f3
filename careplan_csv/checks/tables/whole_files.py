"""Rules on one whole file (T601–T603)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from careplan_csv.checks.collected.file_rules import Files, file_rule
from careplan_csv.checks.collected.kept import Kept, distinct_values, keep, of_file, prints
from careplan_csv.checks.names.name_parts import is_month
from careplan_csv.checks.records.block_records import Records
from careplan_csv.findings import Consequence, Rule, Severity
from careplan_csv.reading import arrays
from careplan_csv.reading.blocks import blocks
from careplan_csv.reading.encoding import HashedStream, TextBytes, diagnose
from careplan_csv.reading.sources import Source
from careplan_csv.reading.structure import Flags, Positions
from careplan_csv.reading.table import Table
from careplan_csv.rules.collectors import Collector
from careplan_csv.rules.hits import FileHit, Hit, Place, hit
from careplan_csv.standard import Item, Layout


def _distinct(records: Records, item_id: str) -> Kept:
    """The values of an item; those that have a fault of their own are left out."""
    rows = np.flatnonzero(~records.soundness.is_wrong((item_id,)))
    return distinct_values(records.table, records.table.encoded_text(item_id), rows)


def _versions_of(records: Records) -> Kept:
    return _distinct(records, "csv_version")


VERSIONS = Collector(_versions_of)
"""The values of CSVバージョン, each once per file and block."""


def _counts(share: Kept) -> dict[str, tuple[int, Place]]:
    """How often each value occurs in one file, and where first, in the order of the file."""
    counts: dict[str, tuple[int, Place]] = {}
    for value, count, place in zip(
        share.texts["value"].to_pylist(),
        share["count"].tolist(),
        share.places(np.arange(len(share))),
        strict=True,
    ):
        before, first = counts.get(value, (0, Place(place.line, place.record, value)))
        counts[value] = before + count, first
    return counts


def _several(kept: Kept) -> list[int]:
    """Files that may have more than one value."""
    files: list[int] = np.flatnonzero(np.bincount(kept["file"]) > 1).tolist()
    return files


@file_rule(
    Rule(
        id="T601",
        severity=Severity.ERROR,
        consequence=Consequence.REFUSED,
        title="1つのファイルに複数のCSVバージョンがある",
        compares="ファイルの中のCSVバージョンの値が、すべて1件目と同じかを見ます。",
        why="受け取る側は1件目のCSVバージョンで項目の並びを決めることがあり、混ざっていると読み違えます。",
        remedy="事業所の方: 介護ソフトから出力し直し、同じときはソフト会社に伝えてください。ソフト会社の方: 1つのファイルは1つのCSVバージョンだけで出力してください。",
        reference="§4.2、別紙 №1 CSVバージョン",
        friends="ファイルごとにCSVバージョンが違うのは、誤りとしません。",
    ),
    keeps=(VERSIONS,),
)
def one_version(rule: Rule, kept: Kept, files: Files) -> Iterator[FileHit]:
    for file in _several(kept):
        counts = _counts(kept.share(file))
        others = [*counts.values()][1:]
        if others:
            message = f"CSVバージョンが {len(counts)}種類あります。1つのファイルでは混ぜられません。"
            yield file, _others_hit(rule, message, files.layout, files.layout.by_id["csv_version"], others)


def _others_hit(
    rule: Rule, message: str, layout: Layout, item: Item, others: Sequence[tuple[int, Place]]
) -> Hit:
    """A hit at the values that are others than they should be; only the first place of each is known."""
    values = [place.value for _, place in others if place.value is not None]
    again = partial(_places_of, layout, item, values)
    places = sorted((place for _, place in others), key=lambda place: place.record or 0)
    count = sum(count for count, _ in others)
    return hit(rule, message, item=item, count=count, places=places, again=again)


def _places_of(layout: Layout, item: Item, values: Sequence[str], source: Source) -> Iterator[Place]:
    """Every record of a file in which an item has one of some values.

    Raises:
        OSError: the file cannot be read any more.
    """
    wanted = arrays.strings(values)
    with source.open() as opened:
        stream = HashedStream(opened)
        text = TextBytes(stream, diagnose(stream.head))
        for raw in blocks(text):
            table = Table(raw, layout, text.encoding)
            column = table.text(item.id)
            rows = np.flatnonzero(arrays.mask(pc.is_in(column, value_set=wanted)))
            lines = table.record_lines(table.rows[rows]).tolist()
            told = column.take(arrays.int64(rows)).to_pylist()
            yield from map(Place, lines, table.numbers[rows].tolist(), told)


def _months_of(records: Records) -> Kept | None:
    has_month = records.table.layout.has_month and records.has("service_month")
    return _distinct(records, "service_month") if has_month else None


MONTHS = Collector(_months_of)
"""The values of 対象年月, each once per file and block; nothing where the name has no サービス提供年月."""


@file_rule(
    Rule(
        id="T602",
        severity=Severity.ERROR,
        consequence=Consequence.REFUSED,
        title="1つのファイルに複数の対象年月がある、またはファイル名の年月と違う",
        compares="ファイルの中の対象年月を、ファイル名のサービス提供年月（無いときは、いちばん多い年月）と比べます。",
        why="利用票・実績のファイルは1か月分です。違う月の記録は、取り込めないか、別の月に入ることがあります。",
        remedy=(
            "事業所の方: 介護ソフトで出力する月を確かめてください。"
            "ソフト会社の方: 月ごとにファイルを分け、ファイル名のサービス提供年月と対象年月（2つは同じ月）をそろえて出力してください。"
        ),
        reference="§2.6、別紙 ファイル名規約（サービス提供年月）",
        friends="計画書に付く利用者補足情報の 000000 は、月の違いと数えません。",
    ),
    keeps=(MONTHS,),
)
def one_month(rule: Rule, kept: Kept, files: Files) -> Iterator[FileHit]:
    no_month = files.edition.no_month
    # A month in the name that is none is the name's own fault.
    named = [
        name.month if name and name.month != no_month and is_month(name.month) else "" for name in files.names
    ]
    item = files.layout.by_id["service_month"]
    for file in _of_several_months(kept, named):
        # Whether 000000 may stand here is judged by the rule on the two kinds of supplement.
        months = {
            month: counted
            for month, counted in _counts(kept.share(file)).items()
            if month and month != no_month
        }
        if not months:
            continue
        expected = named[file] or max(months, key=lambda month: months[month][0])
        others = [counted for month, counted in months.items() if month != expected]
        if others:
            message = (
                "対象年月が、ファイル名のサービス提供年月と違います。"
                if named[file]
                else "1つのファイルに複数の対象年月があります。"
            )
            yield file, _others_hit(rule, message, files.layout, item, others)


def _of_several_months(kept: Kept, named: Sequence[str]) -> list[int]:
    """Files that may have several months, or another than their names."""
    files = kept["file"]
    expected = arrays.strings(named).take(arrays.int64(files))
    other = ~arrays.mask(pc.equal(kept.texts["value"], expected))
    other &= np.array([bool(month) for month in named], dtype=np.bool_)[files]
    other[1:] |= files[1:] == files[:-1]
    found: list[int] = arrays.distinct(files[other]).tolist()
    return found


def _unique_of(records: Records) -> Kept | None:
    unique = records.variant.unique
    if not unique:
        return None
    records = records.of_own_month
    # A key that has a fault of its own is no second record of another.
    good = ~records.soundness.is_wrong(unique)
    return keep(records.table, where=good, print=prints(records.table, *unique)[good])


KEYS_ONCE = Collector(_unique_of)
"""A fingerprint of the key of every record, where the file holds each key once."""


def _whole_of(records: Records) -> Kept | None:
    if records.variant.unique or not records.variant.exact_duplicates:
        return None
    table = records.table
    return keep(table, print=prints(table, *(item.id for item in table.layout.items)))


RECORDS_ONCE = Collector(_whole_of)
"""A fingerprint of every record, where no record is to stand twice."""

_REPEATED = Rule(
    id="T603",
    severity=Severity.ERROR,
    consequence=Consequence.LOST,
    title="番号や日付が同じ記録が2件以上ある",
    compares="見分ける項目（キー）がすべて同じ記録、キーの無い第6表・実績ではすべての項目が同じ記録を探します。",
    grades=((Severity.WARNING, "キーの無いファイル（第6表・実績）で、すべての項目が同じとき"),),
    why="受け取る側は、見分ける番号や日付（キー）が同じ記録を1件しか持てません。後の記録で上書きされるか、取り込めないことがあります。",
    remedy=(
        "事業所の方: 同じ内容を2回入力していたら、1つを消してください。"
        "ソフト会社の方: 見分ける項目がすべて同じ記録は、1件だけ出力してください。"
    ),
    reference="§2.3（ファイルごとのキー）",
    friends=(
        "見分ける項目は、第1表: 保険者番号・被保険者番号・居宅サービス計画作成（変更）日。"
        "第2表: それに課題ＮＯ・援助目標ＮＯ・援助内容ＮＯ。"
        "利用者補足情報: 保険者番号・被保険者番号と、計画書に付くものは計画作成（変更）日、利用票に付くものは対象年月。"
        "利用者基本情報: 保険者番号・被保険者番号・相談日。予防計画書: 保険者番号・被保険者番号・計画作成（変更）日、その別表はそれに課題ＮＯ・支援計画ＮＯ・利用サービスＮＯ。"
        "削除のファイル: 削除するものと同じ項目（実績の削除はサービス事業者コードとサービス種類コードも）。"
        "第6表・実績には見分ける項目が無く、すべての項目が同じ記録だけを警告とします。第3表・第7表と基本情報の別表は調べません。"
    ),
)


@file_rule(_REPEATED, keeps=(KEYS_ONCE,))
def keys_are_unique(rule: Rule, kept: Kept, files: Files) -> Iterator[FileHit]:
    names = "・".join(files.layout.by_id[item_id].name for item_id in files.variant.unique)
    message = f"{names}が、前にある記録と同じです。1件だけにしてください。"
    yield from _duplicates(rule, kept, files, files.variant.unique, message)


@file_rule(_REPEATED, keeps=(RECORDS_ONCE,))
def records_are_unique(rule: Rule, kept: Kept, files: Files) -> Iterator[FileHit]:
    items = tuple(item.id for item in files.layout.items)
    message = "すべての項目が、前にある記録と同じです。"
    yield from _duplicates(rule, kept, files, items, message, Severity.WARNING)


def _duplicates(
    rule: Rule,
    kept: Kept,
    files: Files,
    item_ids: Sequence[str],
    message: str,
    severity: Severity | None = None,
) -> Iterator[FileHit]:
    """Hits at the rows whose fingerprint occurred before in their file, each with the first of them."""
    prints = of_file(kept["print"], kept["file"])
    ordered = np.sort(prints)
    if not (ordered[1:] == ordered[:-1]).any():
        return
    order = np.argsort(prints, kind="stable")
    ordered = prints[order]
    begins = np.ones(len(prints), dtype=np.bool_)
    begins[1:] = ordered[1:] != ordered[:-1]
    first = np.empty(len(order), dtype=np.int64)
    first[order] = order[np.maximum.accumulate(np.where(begins, np.arange(len(order)), 0))]
    times = np.empty(len(order), dtype=np.int64)
    times[order] = np.diff(np.append(np.flatnonzero(begins), len(order)))[np.cumsum(begins) - 1]
    again = np.ones(len(order), dtype=np.bool_)
    again[order[begins]] = False
    again = _confirmed(kept, files, item_ids, again, first)

    def places(rows: Positions) -> list[Place]:
        return [
            Place(
                place.line,
                place.record,
                safe=True,
                expected="1件",
                found=f"{count}件",
                other=kept.place(before),
            )
            for place, count, before in zip(
                kept.places(rows), times[rows].tolist(), first[rows].tolist(), strict=True
            )
        ]

    yield from kept.hits(rule, again, message, severity, places=places)


def _confirmed(kept: Kept, files: Files, item_ids: Sequence[str], again: Flags, first: Positions) -> Flags:
    """Which rows that seem to repeat an earlier one do: fingerprints can agree by design, values cannot."""
    confirmed = np.zeros(len(again), dtype=np.bool_)
    rows = np.flatnonzero(again)
    for file in arrays.distinct(kept["file"][rows]).tolist():
        own = rows[kept["file"][rows] == file]
        later, earlier = kept["record"][own].astype(np.int64), kept["record"][first[own]].astype(np.int64)
        confirmed[own] = _same(files, file, item_ids, later, earlier)
    return confirmed


def _same(files: Files, file: int, item_ids: Sequence[str], later: Positions, earlier: Positions) -> Flags:
    """Which pairs of records of one file have the same values, shape (pairs,).

    Only the values of the earlier records are kept in memory, and of them each once.

    Args:
        later, earlier: numbers of records; the later ones ascend.
    """
    same = np.ones(len(later), dtype=np.bool_)
    wanted = arrays.distinct(earlier)
    known: dict[str, list[Any]] = {item_id: [] for item_id in item_ids}
    for numbers, columns in files.parts(file):
        bounds = numbers[[0, -1]] + (0, 1)
        own = wanted[slice(*np.searchsorted(wanted, bounds).tolist())]
        pairs = slice(*np.searchsorted(later, bounds).tolist())
        here = arrays.int64(np.searchsorted(numbers, later[pairs]))
        before = arrays.int64(np.searchsorted(wanted, earlier[pairs]))
        for item_id, kept in known.items():
            kept.append(columns[item_id].take(arrays.int64(np.searchsorted(numbers, own))))
            if len(here):
                others = pa.chunked_array(kept).take(before).combine_chunks()
                same[pairs] &= arrays.mask(pc.equal(columns[item_id].take(here), others))
    return same

"""Rules on one whole file (T601–T603), and what is gathered block by block for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from careplan_csv.checks import crossing, details, numbering, table7
from careplan_csv.checks.fallout import lost_records
from careplan_csv.checks.gathering import Kept, merged, mixed, prints
from careplan_csv.checks.keys import doubtful_name, wrong_name
from careplan_csv.checks.name_parts import is_month
from careplan_csv.checks.records.base import Records
from careplan_csv.checks.registry import Hit, Place, rule
from careplan_csv.findings import EXAMPLES_KEPT, OtherPlace, Rule, Severity
from careplan_csv.reading import arrays
from careplan_csv.reading.fingerprint import fingerprints, value_prints
from careplan_csv.reading.structure import Flags, Positions
from careplan_csv.reading.values import as_flags
from careplan_csv.standard import Layout, Variant
from careplan_csv.standard.filenames import FileName


@dataclass
class Seen:
    """Distinct values of one item, each with its count and its first place."""

    counts: dict[str, int] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)

    def merge(self, later: Seen) -> None:
        """Take in what a later block has seen."""
        for value, count in later.counts.items():
            self.counts[value] = self.counts.get(value, 0) + count
            self.places.setdefault(value, later.places[value])


def _seen(records: Records, item_id: str) -> Seen:
    """What a block holds of an item, leaving out what has a fault of its own."""
    table, column = records.table, records.table.text(item_id)
    seen = Seen()
    wrong = records.soundness.is_wrong((item_id,))
    rows = np.flatnonzero(~wrong)
    encoded = (column.filter(arrays.flags(~wrong)) if wrong.any() else column).dictionary_encode()
    values = encoded.dictionary.to_pylist()
    _, first, counts = np.unique(arrays.indices(encoded), return_index=True, return_counts=True)
    first = rows[first]
    places = zip(table.lines(first), table.record_numbers(first), strict=True)
    for value, count, (line, record) in zip(values, counts, places, strict=True):
        seen.counts[value] = int(count)
        seen.places[value] = Place(int(line), int(record), value)
    return seen


@dataclass
class Part:
    """What is remembered of one block: keys and counts, never records.

    Attributes:
        versions, months: the values of CSVバージョン and 対象年月.
        keys: a pyarrow table of keys that tie the file to others, with their first record and line.
        unique: a fingerprint of the key of every row, where the file has a unique key.
        prints: a fingerprint of every row, where whole records must not repeat.
        records, lines: of every row, where `unique` or `prints` is given.
        pictures: like `keys`, of the item that names pictures.
        planners: the プラン担当業者 of the records.
        numbering, billing, details: columns for the rules on 第2表, 第7表 and 福祉用具.
    """

    versions: Seen
    months: Seen
    keys: Any | None = None
    unique: Any | None = None
    prints: Any | None = None
    records: Any | None = None
    lines: Any | None = None
    numbering: Kept | None = None
    billing: Kept | None = None
    details: Kept | None = None
    services: Kept | None = None
    persons: Kept | None = None
    pictures: Any | None = None
    planners: frozenset[str] = frozenset()


class Gathered:
    """What the rules on whole files remember of one file; with `crossing`, also those on several files."""

    def __init__(self, layout: Layout, variant: Variant, *, crossing: bool = True) -> None:
        self.layout = layout
        self.variant = variant
        self.crossing = crossing
        self.versions = Seen()
        self.months = Seen()
        self.parts: list[Part] = []

    @property
    def key_items(self) -> tuple[str, ...]:
        """The items that tie this file to others (2.3)."""
        return self.variant.link or self.variant.replaces or self.variant.unique

    def part(self, seen: Records) -> Part | None:
        """What to remember of a block; changes nothing here, so blocks may be read side by side."""
        table = seen.table
        rows = np.arange(len(table.rows), dtype=np.int64)
        if not len(rows):
            return None
        has_month = self.layout.has_month and "service_month" in self.layout.by_id
        part = Part(_seen(seen, "csv_version"), _seen(seen, "service_month") if has_month else Seen())
        records, lines = table.record_numbers(rows), table.lines(rows)
        # Of another month than the name's has been told; alone among others it makes nothing incomplete.
        strange = _of_another_month(seen) if has_month else np.zeros(len(rows), dtype=np.bool_)
        across = replace(seen, soundness=seen.soundness.also_wrong("service_month", strange))
        if not strange.all():
            seen = across
        part.numbering = numbering.kept_of(seen, self.layout, self.variant)
        part.billing = table7.kept_of(seen, self.layout, self.variant)
        part.details = details.kept_of(seen, self.layout, self.variant)
        if self.crossing:
            part.services = crossing.services_of(across)
            part.persons = crossing.persons_of(seen)
            if seen.has("planning_office"):
                part.planners = frozenset(seen.values("planning_office").distinct.array.to_pylist())
        if self.key_items:
            part.keys = distinct_keys(across, self.key_items, records, lines)
        if self.layout.image_item:
            part.pictures = distinct_keys(seen, (self.layout.image_item,), records, lines)
        if self.variant.unique:
            # A key that has a fault of its own is no second record of another.
            good = ~seen.soundness.is_wrong(self.variant.unique)
            part.unique = prints(table, *self.variant.unique)[good]
            records, lines = records[good], lines[good]
        elif self.variant.exact_duplicates:
            part.prints = fingerprints(table.raw.data, table.raw.structure)[table.sound]
        else:
            return part
        part.records, part.lines = records.astype(np.uint32), lines.astype(np.uint32)
        return part

    def add(self, part: Part) -> None:
        """Take in the blocks in the order of the file."""
        self.versions.merge(part.versions)
        self.months.merge(part.months)
        self.parts.append(part)

    def services(self) -> Kept | None:
        """Who gets which service, over the whole file; None where that is not kept."""
        parts = [part.services for part in self.parts if part.services is not None]
        return crossing.summed(merged(parts)) if parts else None

    def planners(self) -> frozenset[str]:
        """The プラン担当業者 of all records; empty where that is not kept."""
        return frozenset().union(*(part.planners for part in self.parts))

    def persons(self) -> Kept | None:
        """What is said of each person, over the whole file; None where that is not kept."""
        parts = [part.persons for part in self.parts if part.persons is not None]
        return merged(parts) if parts else None

    def pictures(self) -> Any | None:
        """The names of pictures with `record` and `line`; None where the layout has none."""
        parts = [part.pictures for part in self.parts if part.pictures is not None]
        return pa.concat_tables(parts) if parts else None

    def distinct(self) -> Any | None:
        """Distinct keys of the whole file with `record` and `line` of the first of each."""
        tables = [part.keys for part in self.parts if part.keys is not None]
        if not tables:
            return None
        merged_keys = pa.concat_tables(tables).combine_chunks()
        columns = [value_prints(merged_keys.column(item).combine_chunks()) for item in self.key_items]
        _, first = np.unique(mixed(*columns), return_index=True)
        return merged_keys.take(arrays.int64(np.sort(first)))


def _of_another_month(seen: Records) -> Flags:
    """Records whose 対象年月 is a month, and another than that of the file's name."""
    name, months = seen.name, seen.values("service_month")
    if name is None or not is_month(name.month):
        return np.zeros(len(months), dtype=np.bool_)
    return ~seen.equals("service_month", name.month) & ~seen.soundness.is_wrong(("service_month",))


def distinct_keys(seen: Records, item_ids: tuple[str, ...], numbers: Positions, lines: Positions) -> Any:
    """Rows where the key changes, as a table: few, where records of one user stand together.

    Beside each item a column says whether it has a fault of its own.
    """
    table = seen.table
    columns = [table.text(item_id) for item_id in item_ids]
    changes = np.zeros(len(numbers), dtype=np.bool_)
    changes[0] = True
    for column in columns:
        changes[1:] |= as_flags(pc.not_equal(column.slice(1), column.slice(0, len(column) - 1)))
    mask = arrays.flags(changes)
    changed = [column.filter(mask) for column in columns]
    wrong = [arrays.flags(lost_records(seen, (item_id,))[changes]) for item_id in item_ids]
    doubtful = [arrays.flags(seen.soundness.is_doubtful((item_id,))[changes]) for item_id in item_ids]
    return pa.table(
        [*changed, *wrong, *doubtful, arrays.int64(numbers[changes]), arrays.int64(lines[changes])],
        names=[
            *item_ids,
            *map(wrong_name, item_ids),
            *map(doubtful_name, item_ids),
            "record",
            "line",
        ],
    )


def check_file(gathered: Gathered, name: FileName | None, no_month: str, last: int) -> Iterator[Hit]:
    """T601–T607 on one file.

    Args:
        last: the number of its last record.
    """
    yield from one_version(gathered)
    yield from one_month(gathered, name, no_month)
    yield from no_duplicates(gathered)
    if parts := [part.numbering for part in gathered.parts if part.numbering]:
        yield from numbering.numbers_and_texts(parts, gathered.layout, last)
    if parts := [part.billing for part in gathered.parts if part.billing]:
        yield from table7.check_table7(parts, gathered.layout, last)
    if parts := [part.details for part in gathered.parts if part.details]:
        yield from details.detail_numbers_run_from_one(parts, gathered.layout)


@rule(
    Rule(
        id="T601",
        severity=Severity.ERROR,
        title="1つのファイルに複数のCSVバージョンがある",
        why="受け取る側は1件目のCSVバージョンで項目の並びを決めることがあり、混ざっていると読み違えます。",
        remedy="ソフト会社の方: 1つのファイルは1つのCSVバージョンだけで出力してください。",
        reference="§4.2、別紙 №1 CSVバージョン",
        friends="ファイルごとにCSVバージョンが違うのは、誤りとしません。",
    )
)
def one_version(gathered: Gathered) -> Iterator[Hit]:
    counts = gathered.versions.counts
    if len(counts) < 2:
        return
    first = next(iter(counts))
    others = [value for value in counts if value != first]
    yield Hit(
        "T601",
        Severity.ERROR,
        f"CSVバージョンが {len(counts)} 種類あります。1つのファイルでは混ぜられません。",
        gathered.layout.by_id["csv_version"],
        sum(counts[value] for value in others),
        _first_places(gathered.versions, others),
    )


@rule(
    Rule(
        id="T602",
        severity=Severity.ERROR,
        title="1つのファイルに複数の対象年月がある、またはファイル名の年月と違う",
        why="利用票・実績のファイルは1か月分です。違う月の記録は、取り込めないか、別の月に入ることがあります。",
        remedy=(
            "事業所の方: 介護ソフトで出力する月を確かめてください。"
            "ソフト会社の方: 月ごとにファイルを分け、ファイル名のサービス提供年月と対象年月（2つは同じ月）をそろえて出力してください。"
        ),
        reference="§2.6、別紙 ファイル名規約（提供年月）",
        friends="計画書に付く利用者補足情報の 000000 は、月の違いと数えません。",
    )
)
def one_month(gathered: Gathered, name: FileName | None, no_month: str) -> Iterator[Hit]:
    counts = gathered.months.counts
    # Whether 000000 may stand here is judged by the rule on the two kinds of supplement.
    months = {month: count for month, count in counts.items() if month and month != no_month}
    if not months:
        return
    item = gathered.layout.by_id["service_month"]
    # A month in the name that is none is the name's own fault.
    named = name.month if name and name.month != no_month and is_month(name.month) else ""
    expected = named or max(months, key=lambda month: months[month])
    others = [month for month in months if month != expected]
    if not others:
        return
    message = (
        "対象年月が、ファイル名のサービス提供年月と違います。"
        if named
        else "1つのファイルに複数の対象年月があります。"
    )
    yield Hit(
        "T602",
        Severity.ERROR,
        message,
        item,
        sum(months[month] for month in others),
        _first_places(gathered.months, others),
    )


def _first_places(seen: Seen, values: list[str]) -> tuple[Place, ...]:
    places = sorted((seen.places[value] for value in values), key=lambda place: place.record or 0)
    return tuple(places[:EXAMPLES_KEPT])


@rule(
    Rule(
        id="T603",
        severity=Severity.ERROR,
        title="番号や日付が同じ記録が2件以上ある",
        why="受け取る側は、見分ける番号や日付（キー）が同じ記録を1件しか持てません。後の記録で上書きされるか、取り込めないことがあります。",
        remedy=(
            "事業所の方: 同じ内容を2回入力していないかを確かめてください。"
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
)
def no_duplicates(gathered: Gathered) -> Iterator[Hit]:
    unique = [part.unique for part in gathered.parts if part.unique is not None]
    whole = [part.prints for part in gathered.parts if part.prints is not None]
    if unique:
        names = "・".join(gathered.layout.by_id[item_id].name for item_id in gathered.variant.unique)
        message = f"{names}が、前にある記録と同じです。1件だけにしてください。"
        yield from _duplicate_hit(gathered, np.concatenate(unique), Severity.ERROR, message)
    elif whole:
        message = "すべての項目が、前にある記録と同じです。"
        yield from _duplicate_hit(gathered, np.concatenate(whole), Severity.WARNING, message)


def _duplicate_hit(gathered: Gathered, values: Any, severity: Severity, message: str) -> Iterator[Hit]:
    """A hit at the values that occurred before, each with the first record of that value."""
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    begins = np.ones(len(values), dtype=np.bool_)
    begins[1:] = ordered[1:] != ordered[:-1]
    if begins.all():
        return
    first = order[np.maximum.accumulate(np.where(begins, np.arange(len(values)), 0))]
    times = np.diff(np.append(np.flatnonzero(begins), len(values)))[np.cumsum(begins) - 1]
    again = np.flatnonzero(~begins)
    again = again[np.argsort(order[again])]
    numbers = np.concatenate([part.records for part in gathered.parts])
    lines = np.concatenate([part.lines for part in gathered.parts])
    places = tuple(
        Place(
            int(lines[order[at]]),
            int(numbers[order[at]]),
            safe=True,
            expected="1件",
            found=f"{times[at]}件",
            other=OtherPlace("", int(lines[first[at]]), int(numbers[first[at]])),
        )
        for at in again[:EXAMPLES_KEPT]
    )
    yield Hit("T603", severity, message, None, len(again), places)

"""明細判別コード of 福祉用具 in 第6表 and 実績 (T607)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from careplan_csv.checks.gathering import EMPTY, Kept, group_ids, integers, keep, merged, prints
from careplan_csv.checks.records.base import Records
from careplan_csv.checks.records.schedule import equipment_rows
from careplan_csv.checks.registry import Hit, rule
from careplan_csv.findings import Rule, Severity
from careplan_csv.standard import Layout, Variant


def kept_of(records: Records, layout: Layout, variant: Variant) -> Kept | None:
    """What T607 keeps of a block: only the rows of products."""
    if "detail_no" not in layout.by_id or not variant.replaces:
        return None
    kinds = [kind for kind in records.edition.kinds.values() if kind.equipment]
    _, product = equipment_rows(records, kinds)
    if not product.any():
        return None
    table = records.table
    owner = (*variant.replaces, "provider_office", "service_code", "units")
    return keep(
        table,
        where=product,
        owner=prints(table, *owner, where=product),
        day=prints(table, "service_date", where=product),
        number=integers(table, "detail_no")[product],
    )


@rule(
    Rule(
        id="T607",
        severity=Severity.WARNING,
        title="明細判別コードが 1 からの連番ではない",
        why="同じコード・同じ単位数の福祉用具が複数あるとき、この番号で見分けます。無いと1件にまとめられてしまいます。",
        remedy="同じサービスコード・同じ単位数の福祉用具には、1、2、3… と明細判別コードを付けて出力してください。",
        reference="別紙 第6表 明細判別コード（A07）",
        friends="単位数が違う商品や、別の事業所の商品は、別々に数えます。",
    )
)
def detail_numbers_run_from_one(parts: Sequence[Kept], layout: Layout) -> Iterator[Hit]:
    """T607 on one file."""
    kept = merged(parts)
    number = kept["number"]
    groups = group_ids(kept["owner"])
    count = int(groups.max(initial=0)) + 1
    highest = np.zeros(count, dtype=np.int64)
    numbered = number != EMPTY
    np.maximum.at(highest, groups[numbered], number[numbered])
    pairs = np.unique(np.stack([groups[numbered], number[numbered]]), axis=1)
    distinct = np.zeros(count, dtype=np.int64)
    np.add.at(distinct, pairs[0], 1)
    gap = numbered & ((highest != distinct)[groups] | (number < 1))
    item = layout.by_id["detail_no"]
    rows = np.flatnonzero(gap)
    if len(rows):
        message = "明細判別コードが 1 からの連番になっていません。"
        yield Hit("T607", Severity.WARNING, message, item, len(rows), kept.places(rows))
    same_day = group_ids(kept["owner"], kept["day"])
    alike = np.bincount(same_day)[same_day] > 1
    _, place, times = np.unique(np.stack([same_day, number]), axis=1, return_inverse=True, return_counts=True)
    rows = np.flatnonzero(numbered & (times[place.reshape(-1)] > 1))
    if len(rows):
        message = "同じ日の、同じサービスコード・同じ単位数の福祉用具に、同じ明細判別コードが付いています。"
        yield Hit("T607", Severity.WARNING, message, item, len(rows), kept.places(rows))
    rows = np.flatnonzero(alike & ~numbered)
    if len(rows):
        message = "同じサービスコード・同じ単位数の福祉用具が複数ありますが、明細判別コードがありません。"
        yield Hit("T607", Severity.WARNING, message, item, len(rows), kept.places(rows))

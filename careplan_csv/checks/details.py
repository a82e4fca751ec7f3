"""明細判別コード of 福祉用具 in 第6表 and 実績 (T607)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from careplan_csv.checks.fallout import incomplete_records
from careplan_csv.checks.gathering import EMPTY, Kept, group_ids, integers, keep, merged, prints
from careplan_csv.checks.records.base import Records
from careplan_csv.checks.records.schedule import equipment_rows
from careplan_csv.checks.registry import Hit, Place, rule
from careplan_csv.findings import EXAMPLES_KEPT, OtherPlace, Rule, Severity
from careplan_csv.reading.structure import Flags
from careplan_csv.standard import Item, Layout, Variant


def kept_of(records: Records, layout: Layout, variant: Variant) -> Kept | None:
    """What T607 keeps of a block: only the rows of products."""
    if "detail_no" not in layout.by_id or not variant.replaces:
        return None
    kinds = [kind for kind in records.edition.kinds.values() if kind.equipment]
    _, product = equipment_rows(records, kinds)
    if not product.any():
        return None
    table, alike = records.table, ("provider_office", "service_code", "units")
    sure = product & ~incomplete_records(records, variant.replaces, (*alike, "detail_no", "service_date"))
    return keep(
        table,
        where=sure,
        owner=prints(table, *variant.replaces, *alike, where=sure),
        day=prints(table, "service_date", where=sure),
        number=integers(table, "detail_no")[sure],
    )


@rule(
    Rule(
        id="T607",
        severity=Severity.WARNING,
        title="明細判別コードが 1 から続く番号ではない",
        why="同じサービスコード・同じ単位数の福祉用具が複数あるとき、この番号で見分けます。番号が無いと、1件にまとめられることがあります。",
        remedy="ソフト会社の方: 同じサービスコード・同じ単位数の福祉用具には、1、2、3… と続く明細判別コードを付けて出力してください。",
        reference="別紙 第6表 №19 明細判別コード（A07）",
        friends=(
            "番号は、利用者（保険者番号・被保険者番号）・対象年月・サービス事業者コード・サービスコード・単位数が同じ記録の中で数えます。"
            "単位数が違う商品や、別の利用者・別の事業所の商品は、別々に数えます。1つだけの商品には、番号が無くて構いません。"
        ),
    )
)
def detail_numbers_run_from_one(parts: Sequence[Kept], layout: Layout) -> Iterator[Hit]:
    """T607 on one file."""
    kept = merged(parts)
    if not len(kept):
        return
    number, item = kept["number"], layout.by_id["detail_no"]
    groups = group_ids(kept["owner"])
    count = int(groups.max(initial=0)) + 1
    highest = np.zeros(count, dtype=np.int64)
    numbered = number != EMPTY
    np.maximum.at(highest, groups[numbered], number[numbered])
    pairs = np.unique(np.stack([groups[numbered], number[numbered]]), axis=1)
    distinct = np.zeros(count, dtype=np.int64)
    np.add.at(distinct, pairs[0], 1)
    gap = numbered & ((highest != distinct)[groups] | (number < 1))
    message = "明細判別コードが、1 から続く番号になっていません。"
    expected = [f"1〜{total}" if total > 1 else "1" for total in distinct[groups][gap][:EXAMPLES_KEPT]]
    yield from _hit(kept, item, gap, message, None, expected)
    same_day = group_ids(kept["owner"], kept["day"])
    alike = np.bincount(same_day)[same_day] > 1
    _, place, times = np.unique(np.stack([same_day, number]), axis=1, return_inverse=True, return_counts=True)
    place = place.reshape(-1)
    message = "同じ日の、同じサービスコード・同じ単位数の福祉用具に、同じ明細判別コードが付いています。"
    yield from _hit(kept, item, numbered & (times[place] > 1), message, place)
    message = "同じサービスコード・同じ単位数の福祉用具が複数ありますが、明細判別コードがありません。"
    yield from _hit(kept, item, alike & ~numbered, message, same_day)


def _hit(
    kept: Kept, item: Item, mask: Flags, message: str, groups: Any = None, expected: Sequence[str] = ()
) -> Iterator[Hit]:
    """A hit; `groups` tells which rows are alike, and so which other row each is compared with."""
    rows = np.flatnonzero(mask)
    if not len(rows):
        return
    places = []
    for place, row in enumerate(rows[:EXAMPLES_KEPT].tolist()):
        number = int(kept["number"][row])
        told = "（空）" if number == EMPTY else str(number)
        other = None if groups is None else _another(kept, groups, row)
        meant = expected[place] if expected else None
        places.append(
            Place(
                int(kept["line"][row]),
                int(kept["record"][row]),
                safe=True,
                expected=meant,
                found=told,
                other=other,
            )
        )
    yield Hit("T607", Severity.WARNING, message, item, len(rows), tuple(places))


def _another(kept: Kept, groups: Any, row: int) -> OtherPlace | None:
    """Another row of the same group, the first that there is."""
    others = np.flatnonzero(groups == groups[row])
    others = others[others != row]
    if not len(others):
        return None
    return OtherPlace("", int(kept["line"][others[0]]), int(kept["record"][others[0]]))

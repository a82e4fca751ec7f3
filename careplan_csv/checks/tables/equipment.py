"""明細判別コード of 福祉用具 in 第6表 and 実績 (T607)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from careplan_csv.checks.collected.fallout import incomplete_records
from careplan_csv.checks.collected.file_rules import Files, file_rule
from careplan_csv.checks.collected.kept import EMPTY, Kept, group_ids, integers, keep, mixed, prints
from careplan_csv.checks.records.block_records import Records
from careplan_csv.checks.records.schedules import equipment_rows
from careplan_csv.findings import Consequence, OtherPlace, Rule, Severity
from careplan_csv.reading import arrays
from careplan_csv.reading.structure import Positions
from careplan_csv.rules.collectors import Collector
from careplan_csv.rules.hits import FileHit, Place


def _kept_of(records: Records) -> Kept | None:
    variant = records.variant
    if not records.has("detail_no") or not variant.replaces:
        return None
    kinds = [kind for kind in records.edition.kinds.values() if kind.equipment]
    _, product = equipment_rows(records, kinds)
    if not product.any():
        return None
    records = records.of_own_month
    table, alike = records.table, ("provider_office", "service_code", "units")
    sure = product & ~incomplete_records(records, variant.replaces, (*alike, "detail_no", "service_date"))
    return keep(
        table,
        where=sure,
        owner=prints(table, *variant.replaces, *alike, where=sure),
        day=prints(table, "service_date", where=sure),
        number=integers(table, "detail_no")[sure],
    )


PRODUCTS = Collector(_kept_of)
"""The rows of products on hire, whose 明細判別コード are compared."""


@file_rule(
    Rule(
        id="T607",
        severity=Severity.WARNING,
        consequence=Consequence.LOST,
        title="明細判別コードが 1 から続く番号ではない",
        compares="利用者・対象年月・事業所・サービスコード・単位数が同じ商品の中で、明細判別コードが 1 から続いているかを見ます。同じ日の同じ番号と、2つ以上ある商品の空の番号も探します。",
        why="同じサービスコード・同じ単位数の福祉用具が複数あるとき、この番号で見分けます。番号が無いと、1件にまとめられることがあります。",
        remedy="事業所の方: 介護ソフトから出力し直し、同じときはソフト会社に伝えてください。ソフト会社の方: 同じサービスコード・同じ単位数の福祉用具には、1、2、3… と続く明細判別コードを付けて出力してください。",
        reference="別紙 第6表 №19 明細判別コード（A07）",
        friends=(
            "番号は、利用者（保険者番号・被保険者番号）・対象年月・サービス事業者コード・サービスコード・単位数が同じ記録の中で数えます。"
            "単位数が違う商品や、別の利用者・別の事業所の商品は、別々に数えます。1つだけの商品には、番号が無くて構いません。"
        ),
    ),
    keeps=(PRODUCTS,),
)
def detail_numbers_run_from_one(rule: Rule, kept: Kept, files: Files) -> Iterator[FileHit]:
    if not len(kept):
        return
    number, item = kept["number"], files.layout.by_id["detail_no"]
    groups = group_ids(kept.owned)
    count = int(groups.max(initial=0)) + 1
    highest = np.zeros(count, dtype=np.int64)
    numbered = number != EMPTY
    np.maximum.at(highest, groups[numbered], number[numbered])
    of_numbered = groups[numbered]
    _, first = arrays.groups(mixed(of_numbered, number[numbered]))
    distinct = np.bincount(of_numbered[first], minlength=count)
    gap = numbered & ((highest != distinct)[groups] | (number < 1))
    message = "明細判別コードが、1 から続く番号になっていません。"
    places = partial(_places, kept, totals=distinct[groups])
    yield from kept.hits(rule, gap, message, item=item, places=places)
    same_day = group_ids(kept.owned, kept["day"])
    alike = np.bincount(same_day)[same_day] > 1
    place = group_ids(same_day, number)
    message = "同じ日の、同じサービスコード・同じ単位数の福祉用具に、同じ明細判別コードが付いています。"
    places = partial(_places, kept, groups=place)
    yield from kept.hits(rule, numbered & (np.bincount(place)[place] > 1), message, item=item, places=places)
    message = "同じサービスコード・同じ単位数の福祉用具が複数ありますが、明細判別コードがありません。"
    places = partial(_places, kept, groups=same_day)
    yield from kept.hits(rule, alike & ~numbered, message, item=item, places=places)


def _places(kept: Kept, rows: Positions, *, groups: Any = None, totals: Any = None) -> list[Place]:
    """Rows with their numbers.

    Args:
        groups: which rows are alike, and so which other row each is compared with.
        totals: how many numbers the products alike have, for every row.
    """
    return [
        Place(
            int(kept["line"][row]),
            int(kept["record"][row]),
            safe=True,
            expected=None if totals is None else _one_to(int(totals[row])),
            found="（空）" if kept["number"][row] == EMPTY else str(int(kept["number"][row])),
            other=None if groups is None else _another(kept, groups, row),
        )
        for row in rows.tolist()
    ]


def _one_to(total: int) -> str:
    return f"1〜{total}" if total > 1 else "1"


def _another(kept: Kept, groups: Any, row: int) -> OtherPlace | None:
    """Another row of the same group, the first that there is."""
    others = np.flatnonzero(groups == groups[row])
    others = others[others != row]
    return kept.place(int(others[0])) if len(others) else None

"""The rows of 第7表 together: totals, subtotals and sums (T605, T606)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from careplan_csv.checks.gathering import EMPTY, Kept, group_ids, integers, keep, merged, prints
from careplan_csv.checks.registry import Hit, rule
from careplan_csv.checks.totals import total_rows
from careplan_csv.findings import Rule, Severity
from careplan_csv.reading import arrays
from careplan_csv.reading.structure import Flags
from careplan_csv.reading.table import Table
from careplan_csv.reading.values import Values
from careplan_csv.standard import Edition, Layout, Variant

_AMOUNTS = (
    "managed_units",
    "category_limit_within_units",
    "category_limit_excess_units",
    "total_cost",
    "claimed_amount",
    "copayment",
)
_CENTS = 100


def kept_of(table: Table, edition: Edition, layout: Layout, variant: Variant) -> Kept | None:
    """What T605 and T606 keep of a block; None where the layout has no total rows."""
    code = layout.by_id.get("service_code")
    if code is None or code.format != "service_code_or_total" or not variant.link:
        return None
    codes = Values(table.text("service_code"))
    matrix, right = codes.fixed(6)
    grand = codes.isin([edition.totals.grand_total_code])
    total = total_rows(table, edition)
    columns: dict[str, Any] = {
        "owner": prints(table, *variant.link),
        "office": prints(table, "provider_office"),
        "kind": matrix[:, 0].astype(np.int64) * 256 + matrix[:, 1],
        "code": prints(table, "service_code"),
        "grand": grand,
        "subtotal": total & ~grand,
        "limited": codes.matches(f"[0-9A-Z]{{2}}{next(iter(edition.totals.subtotals))}"),
        "detail": ~total & right,
        "price": _price(table),
    }
    for item_id in _AMOUNTS:
        columns[item_id] = integers(table, item_id)
    return keep(table, **columns)


def _price(table: Table) -> Any:
    """単位数単価 in hundredths of a yen, `EMPTY` where it is empty or malformed."""
    values = Values(table.text("unit_price"))
    good = values.matches(r"[0-9]{1,3}(?:\.[0-9]{1,2})?")
    result = np.full(len(values), EMPTY, dtype=np.int64)
    if good.any():
        numbers = arrays.numbers(pc.cast(values.take(good).array, pa.float64()), np.float64)
        result[good] = np.round(numbers * _CENTS).astype(np.int64)
    return result


@rule(
    Rule(
        id="T605",
        severity=Severity.ERROR,
        title="第7表に全合計や小計の行が無い",
        why="全合計の行は必須です。無いと、受け取る側で利用者ごとの合計を確かめられません。",
        remedy="利用者ごとに全合計の行（9999999999・999999）を、サービスコードが複数ある種類には小計の行（種類＋AAAA）を出力してください。",
        reference="別紙 第7表 №9",
        friends="サービスコードが1つだけの種類には、小計を求めません。",
    )
)
def totals_are_there(kept: Kept, layout: Layout) -> Iterator[Hit]:
    """T605 on one file."""
    owners = group_ids(kept["owner"])
    has_grand = np.zeros(int(owners.max(initial=0)) + 1, dtype=np.bool_)
    has_grand[owners[kept["grand"]]] = True
    lacking = ~has_grand[owners] & _firsts(owners)
    yield from _hit("T605", kept, layout, lacking, Severity.ERROR, "この利用者の全合計の行がありません。")
    groups = group_ids(kept["owner"], kept["office"], kept["kind"])
    count = int(groups.max(initial=0)) + 1
    limited = kept["detail"] & (kept["managed_units"] != EMPTY)
    codes = np.zeros(count, dtype=np.int64)
    pairs = np.unique(np.stack([groups[limited], kept["code"][limited].view(np.int64)]), axis=1)
    np.add.at(codes, pairs[0], 1)
    has_subtotal = np.zeros(count, dtype=np.bool_)
    has_subtotal[groups[kept["limited"]]] = True
    lacking = (codes[groups] > 1) & ~has_subtotal[groups] & _firsts(groups)
    message = "サービスコードが複数ある種類ですが、小計（種類＋AAAA）の行がありません。"
    yield from _hit("T605", kept, layout, lacking, Severity.WARNING, message)


@rule(
    Rule(
        id="T606",
        severity=Severity.WARNING,
        title="第7表の合計が合わない",
        why="合計の合わない別表を受け取っても、どの金額が正しいのか分かりません。",
        remedy="明細・小計・全合計の行を見比べ、合計を計算し直して出力してください。",
        reference="別紙 第7表 №18〜28（A21）",
        friends="金額の書かれていない行があるところは比べません。",
    )
)
def sums_agree(kept: Kept, layout: Layout) -> Iterator[Hit]:
    """T606 on one file: compared only where all rows concerned carry values."""
    groups = group_ids(kept["owner"], kept["office"], kept["kind"])
    owners = group_ids(kept["owner"])
    has_subtotal = np.zeros(int(groups.max(initial=0)) + 1, dtype=np.bool_)
    has_subtotal[groups[kept["subtotal"]]] = True
    of_limit = kept["detail"] & (kept["managed_units"] != EMPTY)
    contributors = kept["subtotal"] | (kept["detail"] & ~has_subtotal[groups])
    for item_id in _AMOUNTS:
        amounts = kept[item_id]
        name = layout.by_id[item_id].name
        wrong = _differs(groups, of_limit, kept["limited"], amounts)
        message = f"小計の「{name}」が、明細の合計と合いません。"
        yield from _hit("T606", kept, layout, wrong, Severity.WARNING, message, item_id)
        wrong = _differs(owners, contributors, kept["grand"], amounts)
        message = f"全合計の「{name}」が、小計と明細の合計と合いません。"
        yield from _hit("T606", kept, layout, wrong, Severity.WARNING, message, item_id)
    units, price, cost = kept["category_limit_within_units"], kept["price"], kept["total_cost"]
    told = (units != EMPTY) & (price != EMPTY) & (cost != EMPTY) & ~kept["grand"]
    wrong = told & (cost != units * price // _CENTS)
    message = "費用総額が、区分支給限度基準内単位数 × 単位数単価（端数切り捨て）と合いません。"
    yield from _hit("T606", kept, layout, wrong, Severity.WARNING, message, "total_cost")


def _differs(groups: Any, parts: Flags, totals: Flags, amounts: Any) -> Flags:
    """Total rows whose amount is not the sum of the parts of their group, where every part has an amount."""
    count = int(groups.max(initial=0)) + 1
    sums = np.zeros(count, dtype=np.int64)
    np.add.at(sums, groups[parts], amounts[parts])
    unknown = np.ones(count, dtype=np.bool_)
    unknown[groups[parts]] = False
    unknown[groups[parts & (amounts == EMPTY)]] = True
    wrong: Flags = totals & (amounts != EMPTY) & ~unknown[groups] & (amounts != sums[groups])
    return wrong


def _firsts(groups: Any) -> Flags:
    """The first row of every group."""
    firsts = np.zeros(len(groups), dtype=np.bool_)
    firsts[np.unique(groups, return_index=True)[1]] = True
    return firsts


def check_table7(parts: Sequence[Kept], layout: Layout) -> Iterator[Hit]:
    """T605 and T606 on one file."""
    kept = merged(parts)
    if len(kept):
        yield from totals_are_there(kept, layout)
        yield from sums_agree(kept, layout)


def _hit(
    rule_id: str,
    kept: Kept,
    layout: Layout,
    mask: Flags,
    severity: Severity,
    message: str,
    item_id: str = "service_code",
) -> Iterator[Hit]:
    rows = np.flatnonzero(mask)
    if len(rows):
        yield Hit(rule_id, severity, message, layout.by_id[item_id], len(rows), kept.places(rows))


__all__ = ["check_table7", "kept_of"]

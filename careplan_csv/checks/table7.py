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
_ROUNDINGS = {"total_cost": 1, "claimed_amount": 2, "copayment": 2}
"""Amounts that are rounded: units × price to a whole yen, and of that the share that is claimed."""
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
    for item_id in (*_AMOUNTS, "unit_amount"):
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
        friends=(
            "金額の書かれていない行があるところは比べません。明細ごとの端数の切り捨てで生じる差（数円）も出しません。"
        ),
    )
)
def sums_agree(kept: Kept, layout: Layout) -> Iterator[Hit]:
    """T606 on one file: compared only where all rows concerned carry values."""
    groups = group_ids(kept["owner"], kept["office"], kept["kind"])
    owners = group_ids(kept["owner"])
    within, whole = _parts(kept, groups)
    for item_id in _AMOUNTS:
        amounts, roundings = kept[item_id], _ROUNDINGS.get(item_id, 0)
        name = layout.by_id[item_id].name
        wrong = _differs_always(groups, kept, within, "limited", amounts, roundings)
        message = f"小計の「{name}」が、明細の合計と合いません。"
        yield from _hit("T606", kept, layout, wrong, Severity.WARNING, message, item_id)
        # Rows without 給付管理単位数 add nothing to its grand total, whatever else they are part of.
        parts = [whole[0], whole[1] & (amounts != EMPTY)] if item_id == "managed_units" else whole
        wrong = _differs_always(owners, kept, parts, "grand", amounts, roundings)
        message = f"全合計の「{name}」が、小計と明細の合計と合いません。"
        yield from _hit("T606", kept, layout, wrong, Severity.WARNING, message, item_id)
    wrong = _cost_differs(kept)
    message = "費用総額が、区分支給限度基準内単位数 × 単位数単価（端数切り捨て）と合いません。"
    yield from _hit("T606", kept, layout, wrong, Severity.WARNING, message, "total_cost")


def _parts(kept: Kept, groups: Any) -> tuple[list[Flags], list[Flags]]:
    """The rows that an AAAA subtotal may add up, and those that a grand total may: each read in two ways.

    A detail without 給付管理単位数 is outside the limit, or the software leaves the item out (別紙 №18);
    only a subtotal of what is outside (EEEE, ZZZZ) tells that it is the former.
    """
    inside = kept["detail"] & (kept["managed_units"] != EMPTY)
    outside = kept["detail"] & ~inside
    has_limited = _having(groups, kept["limited"])
    has_others = _having(groups, kept["subtotal"] & ~kept["limited"])
    uncovered = kept["detail"] & ~has_limited & ~has_others
    separately = (inside & ~has_limited) | (outside & ~has_others)
    return (
        [inside, inside | (outside & ~has_others)],
        [kept["subtotal"] | uncovered, kept["subtotal"] | separately],
    )


def _having(groups: Any, mask: Flags) -> Flags:
    """Rows whose group has a row of `mask`."""
    has = np.zeros(int(groups.max(initial=0)) + 1, dtype=np.bool_)
    has[groups[mask]] = True
    found: Flags = has[groups]
    return found


def _cost_differs(kept: Kept) -> Flags:
    """Rows whose 費用総額 follows neither from the units within the limit nor from サービス単位金額."""
    price, cost = kept["price"], kept["total_cost"]
    within, units = kept["category_limit_within_units"], kept["unit_amount"]
    told = (within != EMPTY) & (price != EMPTY) & (cost != EMPTY) & ~kept["grand"]
    # Large day services count other units against the limit than those that are paid for.
    paid = (units != EMPTY) & (cost == units * price // _CENTS)
    wrong: Flags = told & (cost != within * price // _CENTS) & ~paid
    return wrong


def _differs_always(
    groups: Any, kept: Kept, readings: Sequence[Flags], totals: str, amounts: Any, roundings: int
) -> Flags:
    """Total rows that differ from the sum of their parts in whichever way the parts are read.

    Args:
        roundings: how often an amount is rounded on its way; so many yen each further detail may differ,
            for a sum of rounded amounts is not the rounded sum.
    """
    details = np.bincount(groups[kept["detail"]], minlength=int(groups.max(initial=0)) + 1)
    slack = (np.maximum(details - 1, 0) * roundings)[groups]
    wrong: Flags = kept[totals] & (amounts != EMPTY)
    for parts in readings:
        wrong = wrong & _differs(groups, parts, amounts, slack)
    return wrong


def _differs(groups: Any, parts: Flags, amounts: Any, slack: Any) -> Flags:
    """Rows whose amount is not the sum of the parts of their group; where a part has no amount, none."""
    count = int(groups.max(initial=0)) + 1
    sums = np.zeros(count, dtype=np.int64)
    np.add.at(sums, groups[parts], amounts[parts])
    unknown = np.ones(count, dtype=np.bool_)
    unknown[groups[parts]] = False
    unknown[groups[parts & (amounts == EMPTY)]] = True
    wrong: Flags = ~unknown[groups] & (np.abs(amounts - sums[groups]) > slack)
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

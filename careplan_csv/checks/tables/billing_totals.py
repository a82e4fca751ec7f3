"""The rows of 第7表 together: what is kept of them, and the totals that must be there (T605)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from careplan_csv.checks.collected.fallout import incomplete
from careplan_csv.checks.collected.file_rules import Files, file_rule
from careplan_csv.checks.collected.kept import EMPTY, Kept, integers, keep, mixed, prints
from careplan_csv.checks.items.total_rows import total_rows
from careplan_csv.checks.records.block_records import Records
from careplan_csv.checks.tables.billing_rows import NUMBERS, Rows
from careplan_csv.findings import Consequence, Rule, Severity
from careplan_csv.reading import arrays
from careplan_csv.reading.structure import Flags, Positions
from careplan_csv.reading.values import Values
from careplan_csv.rules.collectors import Collector
from careplan_csv.rules.hits import FileHit, Place

_CENTS = 100


def _kept_of(seen: Records) -> Kept | None:
    table, edition, variant = seen.table, seen.edition, seen.variant
    code = table.layout.by_id.get("service_code")
    if code is None or code.format != "service_code_or_total" or not variant.link:
        return None
    seen = seen.of_own_month
    codes = seen.values("service_code")
    matrix, right = codes.fixed(6)
    grand = codes.isin([edition.totals.grand_total_code])
    total = total_rows(table, edition)
    suffix = np.full(len(codes), -1, dtype=np.int8)
    for place, ending in enumerate(edition.totals.subtotals):
        suffix[total & ~grand & codes.matches(f"[0-9A-Z]{{2}}{ending}")] = place
    soundness = seen.soundness
    columns: dict[str, Any] = {
        "owner": prints(table, *variant.link),
        "office": prints(table, "provider_office"),
        "satellite": prints(table, "satellite_no"),
        "kind": matrix[:, 0].astype(np.int64) * 256 + matrix[:, 1],
        "code": prints(table, "service_code"),
        "grand": grand,
        "suffix": suffix,
        "detail": ~total & right,
        "over": seen.means("over_30_days", "applicable"),
        "public": seen.values("insured_number").matches("H.*"),
        "equipment": _equipment(seen),
        "price": _price(seen),
        "lost": soundness.is_wrong(variant.link),
        "doubtful": soundness.is_doubtful(variant.link),
        "faulty": soundness.is_wrong(("service_code", "satellite_no", "over_30_days"))
        | soundness.is_suspect(("provider_office",))
        | ~(total | right),
        "bad": np.zeros(len(codes), dtype=np.uint32),
    }
    for place, item_id in enumerate(NUMBERS):
        columns[item_id] = integers(table, item_id)
        columns["bad"] |= soundness.is_wrong((item_id,)).astype(np.uint32) << np.uint32(place)
    columns["bad"] |= soundness.is_wrong(("unit_price",)).astype(np.uint32) << np.uint32(len(NUMBERS))
    return keep(table, **columns)


def _equipment(seen: Records) -> Flags:
    kinds = [kind.code for kind in seen.edition.kinds.values() if kind.equipment]
    return seen.values("service_code").matches(f"(?:{'|'.join(kinds)}).*")


def _price(seen: Records) -> Any:
    """単位数単価 in hundredths of a yen, `EMPTY` where it is empty or malformed."""
    distinct = seen.values("unit_price").array.dictionary_encode()
    values = Values(distinct.dictionary)
    good = values.matches(r"[0-9]{1,3}(?:\.[0-9]{1,2})?")
    prices = np.full(len(values) + 1, EMPTY, dtype=np.int64)
    if good.any():
        numbers = arrays.numbers(pc.cast(values.take(good).array, pa.float64()), np.float64)
        prices[np.flatnonzero(good)] = np.round(numbers * _CENTS).astype(np.int64)
    return prices[arrays.indices(distinct)]


BILLING = Collector(_kept_of)
"""The numbers of all rows of 第7表; nothing where the layout has no total rows."""


def billing_rows(kept: Kept, files: Files) -> Rows:
    """The rows of 第7表, with those of which the owner's rows may not all be there."""
    return files.once("billing", lambda: Rows(kept, incomplete(kept, kept.lost, kept["faulty"], files.last)))


@file_rule(
    Rule(
        id="T605",
        severity=Severity.ERROR,
        consequence=Consequence.SHOWN_WRONG,
        title="第7表の全合計の行が無いか2つ以上ある、または小計の行が無い",
        compares="利用者と対象年月ごとに全合計の行の数（1つのはず）を、事業所と種類ごとに、区分支給限度の対象のコードが2つ以上のときの小計の行の有無を見ます。",
        grades=((Severity.WARNING, "小計の行が無いとき"),),
        why="全合計の行は、利用者ごとに1つ必要です。無いときや2つあるときは、受け取る側で利用者ごとの合計を確かめられません。",
        remedy="事業所の方: 介護ソフトの別表を計算し直してから出力し直し、同じときはソフト会社に伝えてください。ソフト会社の方: 利用者と対象年月ごとに、全合計の行（サービス事業所コード 9999999999、サービスコード 999999）を1つだけ出力してください。",
        reference="別紙 第7表 №9（A33）",
        friends="区分支給限度の対象のサービスコードが1つだけの種類には、小計（種類＋AAAA）を求めません。小計は、種類ごとに1つでも、サテライトごとに1つでも構いません。",
    ),
    keeps=(BILLING,),
)
def totals_are_there(rule: Rule, kept: Kept, files: Files) -> Iterator[FileHit]:
    if not len(kept):
        return
    rows, item = billing_rows(kept, files), files.layout.by_id["service_code"]
    owners, sure = rows.owners, ~rows.unsure
    grands = np.bincount(owners[kept["grand"]], minlength=int(owners.max(initial=0)) + 1)
    lacking = (grands[owners] == 0) & _firsts(owners) & sure
    yield from kept.hits(rule, lacking, "この利用者の全合計の行がありません。", item=item)
    first = np.full(len(grands), -1, dtype=np.int64)
    places = np.flatnonzero(kept["grand"])[::-1]
    first[owners[places]] = places
    more = kept["grand"] & (first[owners] != np.arange(len(kept))) & sure
    message = "この利用者の全合計の行が、ほかにもあります。"
    remedy = "事業所の方: 介護ソフトから出力し直し、同じときはソフト会社に伝えてください。ソフト会社の方: 利用者と対象年月ごとに、全合計の行を1つだけにしてください。事業所ごとの合計は、小計の行に書いてください。"
    beside = partial(_places, kept, first[owners])
    yield from kept.hits(rule, more, message, item=item, places=beside, remedy=remedy)
    branches = rows.branches
    limited = np.flatnonzero(rows.inside & sure)
    pairs = mixed(branches[limited].astype(np.uint64), kept["code"][limited])
    distinct = limited[np.unique(pairs, return_index=True)[1]]
    codes = np.bincount(branches[distinct], minlength=int(branches.max(initial=0)) + 1)
    several = np.zeros(int(rows.groups.max(initial=0)) + 1, dtype=np.bool_)
    several[rows.groups[codes[branches] > 1]] = True
    lacking = several[rows.groups] & ~rows.has_subtotal(0) & _firsts(rows.groups) & sure
    message = "区分支給限度の対象のサービスコードが複数ある種類ですが、小計（種類＋AAAA）の行がありません。"
    remedy = "事業所の方: 介護ソフトから出力し直し、同じときはソフト会社に伝えてください。ソフト会社の方: この種類の小計の行（種類＋AAAA）を加えて出力してください。"
    yield from kept.hits(rule, lacking, message, Severity.WARNING, item=item, remedy=remedy)


def _firsts(groups: Any) -> Flags:
    """The first row of every group."""
    firsts = np.zeros(len(groups), dtype=np.bool_)
    firsts[np.unique(groups, return_index=True)[1]] = True
    return firsts


def _places(kept: Kept, others: Any, rows: Positions) -> list[Place]:
    """Rows, each with another one of the same owner."""
    return [
        Place(place.line, place.record, other=kept.place(int(others[row])))
        for place, row in zip(kept.places(rows), rows.tolist(), strict=True)
    ]

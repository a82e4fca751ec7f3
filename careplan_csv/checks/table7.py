"""The rows of 第7表 together: what is kept of them, and the totals that must be there (T605)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from careplan_csv.checks import sums
from careplan_csv.checks.billing_rows import NUMBERS, Rows
from careplan_csv.checks.fallout import incomplete
from careplan_csv.checks.gathering import EMPTY, Kept, integers, keep, merged, mixed, prints
from careplan_csv.checks.records.base import Records
from careplan_csv.checks.registry import Hit, Place, rule
from careplan_csv.checks.totals import total_rows
from careplan_csv.findings import OtherPlace, Rule, Severity
from careplan_csv.reading import arrays
from careplan_csv.reading.structure import Flags
from careplan_csv.reading.values import Values
from careplan_csv.standard import Layout, Variant

_CENTS = 100


def kept_of(seen: Records, layout: Layout, variant: Variant) -> Kept | None:
    """What T605 and T606 keep of a block; None where the layout has no total rows."""
    table, edition = seen.table, seen.edition
    code = layout.by_id.get("service_code")
    if code is None or code.format != "service_code_or_total" or not variant.link:
        return None
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


@rule(
    Rule(
        id="T605",
        severity=Severity.ERROR,
        title="第7表の全合計の行が無いか2つ以上ある、または小計の行が無い",
        why="全合計の行は、利用者ごとに1つ必要です。無いときや2つあるときは、受け取る側で利用者ごとの合計を確かめられません。",
        remedy="ソフト会社の方: 利用者と対象年月ごとに、全合計の行（サービス事業所コード 9999999999、サービスコード 999999）を1つだけ出力してください。",
        reference="別紙 第7表 №9（A33）",
        friends="区分支給限度の対象のサービスコードが1つだけの種類には、小計（種類＋AAAA）を求めません。小計は、種類ごとに1つでも、サテライトごとに1つでも構いません。",
    )
)
def totals_are_there(rows: Rows, layout: Layout) -> Iterator[Hit]:
    """T605 on one file."""
    kept = rows.kept
    owners, sure = rows.owners, ~rows.unsure
    grands = np.bincount(owners[kept["grand"]], minlength=int(owners.max(initial=0)) + 1)
    lacking = (grands[owners] == 0) & _firsts(owners) & sure
    yield from _hit(kept, layout, lacking, Severity.ERROR, "この利用者の全合計の行がありません。")
    first = np.full(len(grands), -1, dtype=np.int64)
    places = np.flatnonzero(kept["grand"])[::-1]
    first[owners[places]] = places
    more = kept["grand"] & (first[owners] != np.arange(len(kept))) & sure
    message = "この利用者の全合計の行が、ほかにもあります。"
    remedy = "ソフト会社の方: 利用者と対象年月ごとに、全合計の行を1つだけにしてください。事業所ごとの合計は、小計の行に書きます。"
    yield from _hit(kept, layout, more, Severity.ERROR, message, remedy, first[owners])
    branches = rows.branches
    limited = np.flatnonzero(rows.inside & sure)
    pairs = mixed(branches[limited].astype(np.uint64), kept["code"][limited])
    distinct = limited[np.unique(pairs, return_index=True)[1]]
    codes = np.bincount(branches[distinct], minlength=int(branches.max(initial=0)) + 1)
    several = np.zeros(int(rows.groups.max(initial=0)) + 1, dtype=np.bool_)
    several[rows.groups[codes[branches] > 1]] = True
    lacking = several[rows.groups] & ~rows.has_subtotal(0) & _firsts(rows.groups) & sure
    message = "区分支給限度の対象のサービスコードが複数ある種類ですが、小計（種類＋AAAA）の行がありません。"
    remedy = "ソフト会社の方: この種類の小計の行（種類＋AAAA）を加えて出力してください。"
    yield from _hit(kept, layout, lacking, Severity.WARNING, message, remedy)


def _firsts(groups: Any) -> Flags:
    """The first row of every group."""
    firsts = np.zeros(len(groups), dtype=np.bool_)
    firsts[np.unique(groups, return_index=True)[1]] = True
    return firsts


def check_table7(parts: Sequence[Kept], layout: Layout, last: int) -> Iterator[Hit]:
    """T605 and T606 on one file.

    Args:
        last: the number of the last record of the file.
    """
    kept = merged(parts)
    if not len(kept):
        return
    doubtful = kept["doubtful"]
    lost = kept["lost"] | (doubtful & (not doubtful.all()))
    rows = Rows(kept, incomplete(kept["owner"], lost, kept["faulty"], kept["record"], last))
    yield from totals_are_there(rows, layout)
    yield from sums.sums_agree(rows, layout)


def _hit(
    kept: Kept,
    layout: Layout,
    mask: Flags,
    severity: Severity,
    message: str,
    remedy: str = "",
    others: Any | None = None,
) -> Iterator[Hit]:
    rows = np.flatnonzero(mask)
    if not len(rows):
        return
    places = kept.places(rows)
    if others is not None:
        compared = kept.places(others[rows])
        places = tuple(
            Place(own.line, own.record, other=OtherPlace("", other.line, other.record))
            for own, other in zip(places, compared, strict=True)
        )
    yield Hit("T605", severity, message, layout.by_id["service_code"], len(rows), places, remedy)


__all__ = ["check_table7", "kept_of"]

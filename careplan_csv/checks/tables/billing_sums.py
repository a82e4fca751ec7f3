"""The sums of 第7表 (T606): each row by itself, subtotals against their rows, the grand total against all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

import numpy as np

from careplan_csv.checks.collected.file_rules import Files, file_rule
from careplan_csv.checks.collected.kept import EMPTY, Kept
from careplan_csv.checks.tables.billing_rows import LIMITED, OUTSIDE, OVER_30, Rows
from careplan_csv.checks.tables.billing_totals import BILLING, billing_rows
from careplan_csv.findings import Consequence, Rule, Severity
from careplan_csv.reading.structure import Flags, Positions
from careplan_csv.rules.hits import FileHit, Place

_AMOUNT, _MANAGED, _PRICE = "unit_amount", "managed_units", "unit_price"
_EXCESS, _WITHIN = "category_limit_excess_units", "category_limit_within_units"
_KIND_EXCESS = "kind_limit_excess_units"
_COST, _RATE, _CLAIM = "total_cost", "benefit_rate", "claimed_amount"
_SHARE, _FIXED, _FULL = "copayment", "fixed_copayment_unit", "full_copayment"
_UNITS = (_MANAGED, _EXCESS, _WITHIN)
_MONEY = (_COST, _CLAIM, _SHARE)
_CENTS = 100
_PERCENT = 100


@dataclass
class Wrong:
    """Rows whose item is wrong: what it should be, and the row that it was compared with (-1 for none)."""

    item_id: str
    message: str
    rows: Any
    expected: Any
    others: Any | None = None

    def places(self, kept: Kept, rows: Positions) -> list[Place]:
        """Some of its rows, with what stands there and what should."""
        at = np.searchsorted(self.rows, rows)
        others = np.full(len(rows), -1) if self.others is None else self.others[at]
        found = kept[self.item_id][rows]
        return [
            Place(
                place.line,
                place.record,
                safe=True,
                expected=str(expected),
                found="（空）" if value == EMPTY else str(value),
                other=kept.place(other) if other >= 0 else None,
            )
            for place, expected, value, other in zip(
                kept.places(rows),
                self.expected[at].astype(np.int64).tolist(),
                found.tolist(),
                others.tolist(),
                strict=True,
            )
        ]


def _yen(units: Any, price: Any) -> Any:
    """⌊units × price⌋ in whole yen; the price in hundredths."""
    return units * price // _CENTS


def _is_yen(money: Any, units: Any, price: Any) -> Flags:
    """Whether an amount is units × price, the fraction cut off; of a reduction towards 0 too."""
    exact = units * price
    same: Flags = money == exact // _CENTS
    reduced = exact < 0
    return same | (reduced & (money == -(-exact // _CENTS))) if reduced.any() else same


@dataclass
class Sums:
    """The amounts of some files while they are checked.

    Attributes:
        mended: by item, its values as they should be: what follows from a wrong one is not told again.
        found: what was wrong, in the order in which it was found.
    """

    rows: Rows
    mended: dict[str, Any] = field(default_factory=dict)
    found: list[Wrong] = field(default_factory=list)

    def value(self, item_id: str) -> Any:
        """An item as it stands, empty as 0."""
        return self.rows.value(item_id)

    def right(self, item_id: str) -> Any:
        """An item as it should be, as far as that is known."""
        return self.mended.get(item_id, self.rows.value(item_id))

    def readings(self, item_id: str) -> list[Any]:
        """An item as it stands, and as it should be where that differs."""
        return [self.value(item_id), *([self.mended[item_id]] if item_id in self.mended else [])]

    def tell(self, item_id: str, message: str, mask: Flags, expected: Any, others: Any = None) -> None:
        """Keep what is wrong, and mend it."""
        places = np.flatnonzero(mask)
        if not len(places):
            return
        self.mend(item_id, places, expected)
        chosen = others[places] if others is not None else None
        self.found.append(Wrong(item_id, message, places, expected[places], chosen))

    def mend(self, item_id: str, where: Any, values: Any) -> None:
        """Keep what an item should be where it is wrong, or follows from one that is."""
        if item_id not in self.mended:
            self.mended[item_id] = self.rows.value(item_id).copy()
        self.mended[item_id][where] = values[where]

    def is_told(self, item_id: str) -> Flags:
        """Rows whose item was found to be wrong."""
        told = np.zeros(len(self.rows), dtype=np.bool_)
        for wrong in self.found:
            if wrong.item_id == item_id:
                told[wrong.rows] = True
        return told

    @cached_property
    def price(self) -> Any:
        return np.maximum(self.rows.kept["price"], 0)

    @cached_property
    def is_part(self) -> Flags:
        """Details and subtotals."""
        kept = self.rows.kept
        part: Flags = kept["detail"] | (kept["suffix"] >= 0)
        return part

    @cached_property
    def covered(self) -> Flags:
        """Details that a subtotal adds up: zeros there may stand for amounts that it alone tells."""
        found = np.zeros(len(self.rows), dtype=np.bool_)
        for part in (LIMITED, OUTSIDE, OVER_30):
            found |= self.rows.details(part) & self.rows.has_subtotal(part)
        return found | self.rows.unclear

    def carries(self, item_id: str) -> Flags:
        """Rows of users who have the item with an amount on any row."""
        return self.rows.any_by(self.rows.owners, self.value(item_id) != 0)

    @cached_property
    def beyond(self) -> Flags:
        """Rows that lie over 30 days: details and ZZZZ."""
        return self.rows.over | self.rows.subtotal(OVER_30)

    def scopes(self, part: int) -> Any:
        """Whom the subtotals of a part stand for."""
        if part not in self._scopes:
            self._scopes[part] = self.rows.scope(part)
        return self._scopes[part]

    _scopes: dict[int, Any] = field(default_factory=dict)


@file_rule(
    Rule(
        id="T606",
        severity=Severity.WARNING,
        consequence=Consequence.SHOWN_WRONG,
        title="第7表の計算や合計が合わない",
        compares="行ごとに、サービス単位金額 = 単位数（割引後単位数があればそれ）× 回数、給付管理単位数 = 限度内 + 限度超、費用総額 = ⌊単位数 × 単価⌋、請求額 = ⌊費用総額 × 給付率⌋、請求額 + 利用者負担 = 費用総額 を計算します。小計と全合計は、加える行の和と比べます（金額は、加えた行1つにつき1円未満の差を認めます。単位数の差は認めません）。",
        why="合計の合わない別表を受け取ると、どの単位数・金額が正しいのか分からず、給付管理や請求を誤ることがあります。",
        remedy=(
            "事業所の方: 示した行の値を、介護ソフトの別表で計算し直してください。"
            "ソフト会社の方: 行ごとの計算（単位数 × 回数、単位数 × 単価、給付率）と、明細・小計・全合計の足し方を確かめてください。"
        ),
        reference="別紙 第7表 №13〜29（A21、A25、A29、A33）",
        friends=(
            "金額の書かれていない行は 0 と数え、どの行にも書かれていない金額は比べません。"
            "小計・全合計の金額は、加えた行1つにつき1円未満の差を誤りとしません。"
            "区分支給限度の対象外の加算の費用を AAAA の行に含める書き方（EEEE の行が無いとき）、"
            "30日超の行の費用総額が 0 か空、公費・生活保護で利用者負担が 0、大規模の通所などで給付管理単位数とサービス単位が違うことも、誤りとしません。"
        ),
    ),
    keeps=(BILLING,),
)
def sums_agree(rule: Rule, kept: Kept, files: Files) -> Iterator[FileHit]:
    if not len(kept):
        return
    sums, by_id = Sums(billing_rows(kept, files)), files.layout.by_id
    names = {item_id: by_id[item_id].name for item_id in (_AMOUNT, _FULL, *_UNITS, *_MONEY)}
    _amounts(sums, names)
    _limits(sums, names)
    _costs(sums, names)
    _claims(sums, names)
    _shares(sums, names)
    _full_shares(sums, names)
    for part in (LIMITED, OUTSIDE, OVER_30):
        _subtotals(sums, part, names)
    _grand_totals(sums, names)
    for wrong in sums.found:
        places = partial(wrong.places, kept)
        yield from kept.hits(rule, wrong.rows, wrong.message, item=by_id[wrong.item_id], places=places)


def _amounts(sums: Sums, names: dict[str, str]) -> None:
    """サービス単位金額 = 単位数（割引後） × 回数, on details."""
    rows = sums.rows
    units, discounted = sums.value("units"), sums.value("discounted_units")
    rate, count, amount = sums.value("discounted_rate"), sums.value("service_count"), sums.value(_AMOUNT)
    each = np.where(discounted != 0, discounted, units)
    expected = each * count
    right = amount == expected
    # Without 割引後単位数 the rate tells it up to its rounding.
    unrounded = (discounted == 0) & (rate != 0) & (rate != _PERCENT)
    right |= unrounded & (np.abs(amount * _PERCENT - units * rate * count) <= _PERCENT * np.abs(count))
    # Products on hire are counted in days while their units are those of the month.
    right |= rows.kept["equipment"] & (amount == each)
    told = rows.kept["detail"] & rows.has("units", "service_count", _AMOUNT) & (each != 0) & (count != 0)
    told &= ~rows.bad("units", "discounted_rate", "discounted_units", "service_count", _AMOUNT)
    message = f"「{names[_AMOUNT]}」が、単位数（割引後単位数があればそれ） × 回数／日数と合いません。"
    sums.tell(_AMOUNT, message, told & ~right, expected)
    for item_id in (_MANAGED, _WITHIN):
        sums.mend(item_id, told & ~right & (sums.value(item_id) == amount), expected)


def _limits(sums: Sums, names: dict[str, str]) -> None:
    """給付管理単位数 = 区分支給限度基準内 + 超 (+ 種類支給限度基準超), where it is the サービス単位 themselves."""
    rows = sums.rows
    managed, kind_excess = sums.value(_MANAGED), sums.value(_KIND_EXCESS)
    excess, within = sums.value(_EXCESS), sums.value(_WITHIN)
    # Large day services and discounts for one building count other units against the limit.
    plain = ~rows.has(_AMOUNT) | (sums.value(_AMOUNT) == managed) | (sums.right(_AMOUNT) == managed)
    told = (rows.inside | rows.subtotal(LIMITED)) & rows.has(_MANAGED, _WITHIN) & plain
    told &= ~rows.bad(_MANAGED, _AMOUNT, _KIND_EXCESS, _EXCESS, _WITHIN)
    nothing = (within == 0) & (excess == 0) & (kind_excess == 0)
    carried = (within != 0) | (excess != 0)
    # Zeros may stand for amounts that the subtotal, or nobody, tells.
    told &= ~nothing | np.where(
        sums.covered,
        rows.any_by(rows.groups, carried & rows.kept["detail"]),
        rows.any_by(rows.owners, carried),
    )
    wrong = told & (within + excess + kind_excess != managed)
    if not wrong.any():
        return
    meant = managed - excess - kind_excess
    cost, priced = sums.value(_COST), rows.has(_COST) & (sums.price > 0)
    by_within = priced & _is_yen(cost, within, sums.price) & ~_is_yen(cost, meant, sums.price)
    message = f"「{names[_WITHIN]}」が、給付管理単位数から限度を超えた単位数を引いた値と合いません。"
    sums.tell(_WITHIN, message, wrong & ~by_within, meant)
    message = f"「{names[_EXCESS]}」が、給付管理単位数から限度内の単位数を引いた値と合いません。"
    sums.tell(_EXCESS, message, wrong & by_within, managed - within - kind_excess)


def _costs(sums: Sums, names: dict[str, str]) -> None:
    """費用総額 = ⌊単位数 × 単位数単価⌋, on details and subtotals."""
    rows, price = sums.rows, sums.price
    cost = sums.value(_COST)
    told = sums.is_part & rows.has(_COST) & ~rows.bad(_COST, _PRICE, _AMOUNT, _WITHIN, _EXCESS, _MANAGED)
    message = f"「{names[_COST]}」が 0 ではありません（30日超の分は、利用者の全額負担です）。"
    sums.tell(_COST, message, told & sums.beyond & (cost != 0), np.zeros_like(cost))
    told &= ~sums.beyond & (price > 0)
    limited = rows.inside | rows.subtotal(LIMITED)
    meant, right = _inside_costs(sums)
    zero = (cost == 0) & (sums.covered | ~sums.carries(_COST))
    wrong = told & limited & ~right & ~zero
    message = f"「{names[_COST]}」が、区分支給限度基準内単位数 × 単位数単価（1円未満切り捨て）と合いません。"
    sums.tell(_COST, message, wrong & (rows.kept["detail"] | ~rows.unsure), meant)
    follows = told & limited & (sums.right(_WITHIN) != sums.value(_WITHIN))
    sums.mend(_COST, follows & _is_yen(cost, sums.value(_WITHIN), price), _yen(sums.right(_WITHIN), price))
    # What is outside the limit may carry no amounts: then another row takes it in (A29).
    meant, right = _outside_costs(sums)
    outside = told & (rows.outside | rows.subtotal(OUTSIDE)) & (cost != 0)
    message = f"「{names[_COST]}」が、サービス単位金額 × 単位数単価（1円未満切り捨て）と合いません。"
    sums.tell(_COST, message, outside & ~right & (rows.kept["detail"] | ~rows.unsure), meant)
    sums.mend(_COST, outside & right & (sums.right(_AMOUNT) != sums.value(_AMOUNT)), meant)


def _inside_costs(sums: Sums) -> tuple[Any, Flags]:
    """For what is within the limit: the cost that is expected, and where it is right in any way of writing."""
    rows, price, cost = sums.rows, sums.price, sums.value(_COST)
    over = sums.value(_EXCESS) + sums.value(_KIND_EXCESS)
    amount = _paid_units(sums)
    bases = [sums.value(_WITHIN), sums.right(_WITHIN)]
    usable = [rows.has(_WITHIN), np.ones(len(rows), dtype=np.bool_)]
    other_units = rows.has(_AMOUNT) & (
        ~rows.has(_MANAGED, _WITHIN)
        | ((amount != sums.value(_MANAGED)) & (sums.value(_AMOUNT) != sums.value(_MANAGED)))
    )
    bases += [amount - over]
    usable += [other_units]
    bases += [sums.value(_MANAGED) - over]
    usable += [~rows.has(_WITHIN) & ~rows.has(_AMOUNT) & rows.has(_MANAGED)]
    known = rows.has(_WITHIN) | other_units | usable[-1]
    right = ~known
    for base, use in zip(bases, usable, strict=True):
        right |= use & _is_yen(cost, base, price)
    right |= _as_rows_say(sums, LIMITED, _COST, _yen(sums.right(_WITHIN), price))
    if (~right).any():
        for added in _taken_in(sums):
            for base, use in zip(bases, usable, strict=True):
                right |= use & (added != 0) & _is_yen(cost, base + added, price)
    meant = np.where(rows.has(_AMOUNT), amount, sums.value(_MANAGED)) - over
    meant = np.where(rows.has(_WITHIN), sums.right(_WITHIN), meant)
    return _yen(meant, price), right


def _paid_units(sums: Sums) -> Any:
    """サービス単位 of a row; of a subtotal those of its details, for it may tell more than it is the cost of."""
    rows, own = sums.rows, sums.right(_AMOUNT)
    added = rows.sum_by(sums.scopes(LIMITED), rows.inside, own)
    known = rows.subtotal(LIMITED) & (added != 0) & ~rows.any_by(rows.groups, rows.unclear)
    return np.where(known, added, own)


def _taken_in(sums: Sums) -> list[Any]:
    """Units outside the limit without amounts of their own, which the row within it may take in (A29).

    What is taken off for one building counts for the cost and not for the limit, whether EEEE is written or not.
    """
    rows = sums.rows
    bare = rows.outside & np.logical_and.reduce([sums.value(item_id) == 0 for item_id in (*_MONEY, _FULL)])
    amounts = sums.right(_AMOUNT)
    alone = rows.inside & (rows.count_by(rows.groups, rows.inside) == 1)
    takes = rows.subtotal(LIMITED) | (alone & ~rows.has_subtotal(LIMITED))
    readings = ((bare, takes & ~rows.has_subtotal(OUTSIDE)), (bare & (amounts < 0), takes))
    return [
        np.where(who, rows.sum_by(ids, what, amounts), 0)
        for what, who in readings
        for ids in (rows.groups, rows.branches)
    ]


def _outside_costs(sums: Sums) -> tuple[Any, Flags]:
    """For what is outside the limit: the cost that is expected, and where it is right."""
    rows, price, cost = sums.rows, sums.price, sums.value(_COST)
    amount = sums.right(_AMOUNT)
    added = rows.sum_by(sums.scopes(OUTSIDE), rows.outside, amount)
    units = np.where(rows.subtotal(OUTSIDE) & (amount == 0), added, amount)
    right = (units == 0) | _is_yen(cost, units, price) | _is_yen(cost, sums.value(_AMOUNT), price)
    added = rows.sum_by(sums.scopes(OUTSIDE), rows.outside & (amount > 0), amount)
    right |= rows.subtotal(OUTSIDE) & (amount == 0) & _is_yen(cost, added, price)
    expected = _yen(units, price)
    return expected, right | _as_rows_say(sums, OUTSIDE, _COST, expected)


def _as_rows_say(sums: Sums, part: int, item_id: str, expected: Any) -> Flags:
    """Subtotals that add up their rows, each rounded by itself: less than 1 yen per row from what is expected (A33)."""
    rows, amount = sums.rows, sums.value(item_id)
    details, ids = rows.details(part), sums.scopes(part)
    count = rows.count_by(ids, details)
    near: Flags = rows.subtotal(part) & (np.abs(amount - expected) < count)
    if not (near & (amount != expected)).any():
        return near
    told = rows.sum_by(ids, details, sums.value(item_id))
    meant = rows.sum_by(ids, details, _rounded(sums, part, item_id))
    near &= (amount == expected) | ((told != 0) & (amount == told)) | (amount == meant)
    return near


def _rounded(sums: Sums, part: int, item_id: str) -> Any:
    """Cost, claim or share of every detail by itself, at the price and rate of its subtotal."""
    rows = sums.rows
    first = _first_of(sums.scopes(part), rows.subtotal(part))
    price, rate = sums.price[first], sums.value(_RATE)[first]
    cost = _yen(sums.right(_AMOUNT), price)
    if item_id == _COST:
        return cost
    claim = _yen(cost, rate)
    return claim if item_id == _CLAIM else cost - claim


def _as_any_rows_say(sums: Sums, item_id: str, expected: Any) -> Flags:
    found = np.zeros(len(sums.rows), dtype=np.bool_)
    for part in (LIMITED, OUTSIDE):
        found |= _as_rows_say(sums, part, item_id, expected)
    return found


def _claims(sums: Sums, names: dict[str, str]) -> None:
    """保険／事業費請求額 = ⌊費用総額 × 給付率⌋, on details and subtotals."""
    rows, rate, claim = sums.rows, sums.value(_RATE), sums.value(_CLAIM)
    told = sums.is_part & rows.has(_COST, _RATE, _CLAIM) & ~rows.bad(_COST, _RATE, _CLAIM, _FIXED)
    told &= (rate > 0) & (rate <= _PERCENT) & (sums.value(_FIXED) == 0) & ~rows.kept["public"] & ~sums.beyond
    right = _is_yen(claim, sums.value(_COST), rate) | _is_yen(claim, sums.right(_COST), rate)
    expected = _yen(sums.right(_COST), rate)
    right |= _as_any_rows_say(sums, _CLAIM, expected)
    right |= (claim == 0) & (sums.covered | ~sums.carries(_CLAIM))
    message = f"「{names[_CLAIM]}」が、費用総額 × 給付率（1円未満切り捨て）と合いません。"
    sums.tell(_CLAIM, message, told & ~right, expected)
    sums.mend(_CLAIM, told & right & (sums.right(_COST) != sums.value(_COST)), expected)


def _shares(sums: Sums, names: dict[str, str]) -> None:
    """請求額 + 定額・負担 = 費用総額, on details and subtotals; 0 under 公費 (A33)."""
    rows, share = sums.rows, sums.value(_SHARE)
    told = (
        sums.is_part
        & rows.has(_COST, _CLAIM, _SHARE)
        & ~rows.bad(_COST, _CLAIM, _SHARE, _FIXED, "service_count")
    )
    told &= ~rows.kept["public"] & ~sums.beyond & (share != 0)
    fixed = sums.value(_FIXED)
    rest = sums.value(_COST) - sums.value(_CLAIM)
    expected = sums.right(_COST) - sums.right(_CLAIM)
    right = (share == rest) | (share == expected)
    flat = fixed != 0
    right |= flat & (
        (share + fixed == rest) | (share == fixed) | (share == fixed * sums.value("service_count"))
    )
    right |= _as_any_rows_say(sums, _SHARE, expected)
    message = f"「{names[_CLAIM]}」と「{names[_SHARE]}」を足しても、費用総額になりません。"
    sums.tell(_SHARE, message, told & ~right, expected)
    follows = (sums.right(_COST) != sums.value(_COST)) | (sums.right(_CLAIM) != sums.value(_CLAIM))
    sums.mend(_SHARE, told & right & follows, expected)


def _full_shares(sums: Sums, names: dict[str, str]) -> None:
    """利用者負担（全額負担分） only for what is over a limit or over 30 days."""
    rows, full = sums.rows, sums.value(_FULL)
    over = sums.beyond | np.logical_or.reduce(
        [(sums.value(i) != 0) | (sums.right(i) != 0) for i in (_EXCESS, _KIND_EXCESS)]
    )
    excused = rows.any_by(rows.groups, over)
    # Where the excess stands on the grand total alone, no office can be told from another.
    excused |= ~rows.any_by(rows.owners, over & sums.is_part) & rows.any_by(rows.owners, over)
    untold = rows.has(_RATE) & (sums.value(_RATE) == 0)
    told = sums.is_part & ~rows.unsure & ~rows.bad(_FULL) & ~rows.kept["public"] & ~untold
    message = f"「{names[_FULL]}」がありますが、限度を超えた単位数も、30日超の分もありません。"
    sums.tell(_FULL, message, told & (full > 0) & ~excused, np.zeros_like(full))
    amount, price = sums.right(_AMOUNT), sums.price
    expected = _yen(amount, price)
    told &= sums.beyond & (full != 0) & (amount != 0) & (price > 0) & ~rows.bad(_PRICE, _AMOUNT)
    added = rows.any_by(rows.groups, rows.outside & ~rows.over)
    wrong = told & (np.abs(full - expected) > 1) & ~(added & (full > expected))
    message = f"「{names[_FULL]}」が、30日超の単位数 × 単位数単価と合いません。"
    sums.tell(_FULL, message, wrong, expected)


def _subtotals(sums: Sums, part: int, names: dict[str, str]) -> None:
    """Subtotals against the details that they add up."""
    rows = sums.rows
    subtotals, details = rows.subtotal(part) & ~rows.unsure, rows.details(part)
    if not subtotals.any():
        return
    ids = sums.scopes(part)
    count = rows.count_by(ids, details)
    # Two subtotals for the same rows, or details that may belong there: nothing to compare.
    clear = (rows.count_by(ids, rows.subtotal(part)) == 1) & ~rows.any_by(rows.groups, rows.unclear)
    first = _first_of(ids, details)
    for item_id in (*_UNITS, *_MONEY):
        readings = sums.readings(item_id)
        found = readings[0]
        if item_id == _MANAGED:
            mended = [np.where(other == found, rows.managed, other) for other in readings[1:]]
            readings = [rows.managed, *mended]
        own = readings[0]
        told = subtotals & clear & rows.has(item_id) & rows.any_by(ids, details & (own != 0))
        told &= ~rows.any_by(ids, (details | rows.subtotal(part)) & rows.bad(item_id))
        # A cost that its own units explain, and what follows from it, need no second opinion.
        told &= ~_is_explained(sums, item_id)
        slack = np.maximum(count - 1, 0) if item_id in _MONEY else 0
        wrong = told & ~sums.is_told(item_id)
        for column in readings:
            added = rows.sum_by(ids, details, column)
            wrong &= np.abs(found - added) > slack
        message = f"小計の「{names[item_id]}」が、明細の合計と合いません。"
        sums.tell(item_id, message, wrong, added, first)


def _is_explained(sums: Sums, item_id: str) -> Flags:
    """Subtotals whose amount was already found to follow from other items of the row."""
    rows = sums.rows
    explained: Flags = np.zeros(len(rows), dtype=np.bool_)
    if item_id == _COST:
        explained = (sums.price > 0) & (rows.has(_WITHIN) | rows.has(_AMOUNT)) & ~rows.subtotal(OVER_30)
    elif item_id == _CLAIM:
        explained = rows.has(_COST, _RATE) & (sums.value(_RATE) > 0)
    elif item_id == _SHARE:
        explained = rows.has(_COST, _CLAIM)
    return explained


def _first_of(ids: Any, where: Flags) -> Any:
    """For every row the first row of its group that `where` is true for; -1 where there is none."""
    first = np.full(int(ids.max(initial=0)) + 1, -1, dtype=np.int64)
    places = np.flatnonzero(where)[::-1]
    first[ids[places]] = places
    return first[ids]


def _grand_totals(sums: Sums, names: dict[str, str]) -> None:
    """The grand total against the subtotals, and the details that no subtotal adds up."""
    rows = sums.rows
    owners, grand = rows.owners, rows.kept["grand"] & ~rows.unsure
    grand &= rows.count_by(owners, rows.kept["grand"]) == 1
    if not grand.any():
        return
    free = _uncovered(sums)
    readings = [free] if not rows.unclear.any() else [free, free & ~rows.unclear]
    count = rows.count_by(owners, free)
    first = _first_of(owners, free)
    for item_id in (*_UNITS, *_MONEY, _FULL):
        found = rows.value(item_id)
        told = grand & rows.has(item_id) & rows.any_by(owners, free & rows.has(item_id))
        told &= ~rows.any_by(owners, rows.bad(item_id))
        slack = np.maximum(count - 1, 0) if item_id not in _UNITS else 0
        columns = sums.readings(item_id)
        columns += [rows.managed] if item_id == _MANAGED else []
        wrong = told
        for parts in readings:
            for column in columns:
                wrong = wrong & (np.abs(found - rows.sum_by(owners, parts, column)) > slack)
        if not wrong.any():
            continue
        if item_id in _MONEY:
            wrong &= ~_as_details_say(sums, item_id, found)
        message = f"全合計の「{names[item_id]}」が、小計と明細の合計と合いません。"
        sums.tell(item_id, message, wrong, rows.sum_by(owners, free, sums.right(item_id)), first)


def _uncovered(sums: Sums) -> Flags:
    """What the grand total adds up: subtotals, and details without one."""
    rows = sums.rows
    free: Flags = (rows.kept["suffix"] >= 0) | rows.unclear
    for part in (LIMITED, OUTSIDE, OVER_30):
        ids = sums.scopes(part)
        free = free | (rows.details(part) & ~rows.any_by(ids, rows.subtotal(part)))
    return free


def _as_details_say(sums: Sums, item_id: str, found: Any) -> Flags:
    """Grand totals that add up the details themselves, where those carry the amounts of their subtotals."""
    rows = sums.rows
    details = rows.kept["detail"]
    parts = _uncovered(sums)
    told = rows.sum_by(rows.owners, details, sums.value(item_id))
    usual = rows.sum_by(rows.owners, parts, sums.right(item_id))
    count = rows.count_by(rows.owners, details)
    same: Flags = (np.abs(told - usual) < count) & (np.abs(found - told) < count)
    return same

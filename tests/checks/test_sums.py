"""T605 and T606: which tables software may rightly write, and at which row and item one is wrong."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from made_tables import OTHER, THIRD, Row, changed, detail, findings, items, money, told, total

HELP = [
    detail("112111", 244, 8, managed=1952),
    detail("117211", 179, 5, managed=895),
    total("11AAAA", amount=2847, managed=2847, excess=0, within=2847, **money(2847)),
]
DAY = [detail("152241", 658, 9, office=OTHER, managed=5922, excess=0, within=5922, **money(5922, "10.14"))]
ADVICE = [detail("311231", 518, 2, office=THIRD, **money(1036, "10.00"))]
"""Outside the limit: 31 has no 給付管理単位数."""
ADDITION = [detail("116269", 697, 1, **money(697))]
ADDITION_SUM = [total("11EEEE", amount=697, **money(697))]
BARE = [detail("116269", 697, 1)]
"""An addition outside the limit without amounts of its own (A29)."""


def with_total(*groups: Sequence[Row], **values: object) -> list[Row]:
    """Some rows and their grand total: subtotals, and details of codes without one."""
    rows = [one for group in groups for one in group]
    parts = [
        one
        for one in rows
        if one["service_code"][2:].isalpha() or one["provider_office"] != rows[0]["provider_office"]
    ]
    sums: dict[str, str] = {}
    for item_id in (
        "managed_units",
        "category_limit_excess_units",
        "category_limit_within_units",
        "total_cost",
        "claimed_amount",
        "copayment",
        "full_copayment",
    ):
        found = [int(one[item_id]) for one in parts if one.get(item_id)]
        if found:
            sums[item_id] = str(sum(found))
    return [*rows, {**total("999999"), **sums, **items(**values)}]


USUAL = with_total(HELP, ADDITION, ADDITION_SUM, DAY, ADVICE)
FIRST, SECOND, SUBTOTAL, EXTRA, EXTRA_SUM, OTHER_KIND, THIRTY_ONE, GRAND = range(8)


def bare(rows: Sequence[Row], *places: int) -> list[Row]:
    """A copy in which the amounts of some rows are left out."""
    names = ("total_cost", "claimed_amount", "copayment", "unit_price", "benefit_rate")
    return [
        {key: value for key, value in one.items() if place not in places or key not in names}
        for place, one in enumerate(rows)
    ]


TAKEN_IN = [
    *HELP[:2],
    total("11AAAA", amount=3544, managed=2847, excess=0, within=2847, **money(3544)),
    *BARE,
]
OVER = [
    detail("112111", 244, 8, managed=1952),
    detail("117211", 179, 5, managed=895),
    total("11AAAA", amount=2847, managed=2847, excess=347, within=2500, **money(2500), full=3542),
]
STAY = [
    detail("212121", 672, 29, office=OTHER, managed=19488, excess=0, within=19488),
    detail("212121", 672, 1, office=OTHER, over=1),
    total(
        "21AAAA", office=OTHER, amount=19488, managed=19488, excess=0, within=19488, **money(19488, "10.17")
    ),
    total("21ZZZZ", office=OTHER, amount=672, over=1, full=6834),
]
REDUCED = [
    detail("152241", 658, 9, office=OTHER, managed=5922),
    detail("155612", -47, 2, office=OTHER, managed=-94),
    total("15AAAA", office=OTHER, amount=5828, managed=5828, excess=0, within=5828, **money(5828, "10.14")),
]
BRANCHES = [
    detail("112111", 244, 8, managed=1952),
    detail("117211", 179, 5, managed=895),
    total("11AAAA", amount=2847, managed=2847, excess=0, within=2847, **money(2847)),
    detail("112111", 244, 2, branch=1, managed=488),
    detail("117211", 179, 1, branch=1, managed=179),
    total("11AAAA", branch=1, amount=667, managed=667, excess=0, within=667, **money(667)),
]
ROWS_CARRY = [
    detail("112111", 244, 8, managed=1952, excess=0, within=1952, **money(1952)),
    detail("117211", 179, 5, managed=895, excess=0, within=895, **money(895)),
    total("11AAAA", amount=2847, managed=2847, excess=0, within=2847, **money(2847)),
]
"""⌊1952 × 10.21⌋ and ⌊895 × 10.21⌋ make one yen less than ⌊2847 × 10.21⌋."""
ZEROS = {"managed": 0, "kind_excess": 0, "kind_within": 0, "excess": 0, "within": 0}

RIGHT = {
    "the usual table": USUAL,
    "one code alone": with_total(DAY),
    "rows outside the limit that write zeros": with_total(
        HELP,
        [detail("116269", 697, 1, **ZEROS, **money(697)), total("11EEEE", amount=697, **ZEROS, **money(697))],
        [detail("311231", 518, 2, office=THIRD, **ZEROS, **money(1036, "10.00"))],
    ),
    "an addition that AAAA takes in (A29)": with_total(TAKEN_IN),
    "an addition with its own amounts and one that AAAA takes in, in one kind": [
        *TAKEN_IN,
        detail("116270", 100, 1, **money(100)),
        {
            **with_total(TAKEN_IN)[-1],
            **items(cost=36184 + 1021, claim=32565 + 918, share=3619 + 103),
        },
    ],
    "an addition without EEEE that carries its amounts": [
        *HELP,
        *ADDITION,
        *DAY,
        with_total(HELP, ADDITION, ADDITION_SUM, DAY)[-1],
    ],
    "one code that takes in its addition, without subtotals": [
        detail("152241", 658, 9, managed=5922, excess=0, within=5922, **money(6467, "10.14")),
        detail("156108", 545, 1),
        total("999999", managed=5922, excess=0, within=5922, cost=65575, claim=59017, share=6558),
    ],
    "units over the limit": with_total(OVER, DAY),
    "a stay over 30 days": with_total(STAY),
    "a stay over 30 days with a cost of 0 and the difference paid": with_total(
        [*STAY[:3], changed(STAY, 3, cost=0, claim=0, share=0, full=6835)[3]]
    ),
    "a stay over 30 days without ZZZZ": [
        STAY[0],
        changed(STAY, 1, full=6834)[1],
        STAY[2],
        with_total(STAY)[-1],
    ],
    "a reduction with a sign": with_total(REDUCED),
    "a reduction outside 給付管理": with_total(
        [
            detail("152241", 658, 9, office=OTHER, managed=5922),
            detail("155611", -47, 2, office=OTHER, managed=0),
            total("15AAAA", office=OTHER, amount=5828, managed=5922, excess=0, within=5922, **money(5828, "10.14")),
        ]
    ),
    "a reduction outside 給付管理 beside an addition with EEEE": with_total(
        [
            detail("112111", 244, 8, managed=1952),
            detail("114113", -195, 1),
            detail("116269", 430, 1),
            total("11AAAA", amount=1757, managed=1952, excess=0, within=1952, **money(1757)),
            total("11EEEE", amount=430, **money(430)),
        ]
    ),
    "a negative cost of a reduction by itself": [
        detail("212121", 672, 20, managed=13440, excess=0, within=13440, **money(13440, "10.17")),
        detail("216300", -30, 20, managed=-600, excess=0, within=-600, **money(-600, "10.17")),
        total("21AAAA", amount=12840, managed=12840, excess=0, within=12840, **money(12840, "10.17")),
        total("999999", managed=12840, excess=0, within=12840, cost=130582, claim=117523, share=13059),
    ],
    "a subtotal for each satellite": with_total(BRANCHES),
    "one subtotal for all satellites": with_total(
        [*BRANCHES[:2], *BRANCHES[3:5], total("11AAAA", amount=3514, managed=3514, excess=0, within=3514, **money(3514))]
    ),
    "a satellite with one code beside a subtotal of the main office": [
        *BRANCHES[:3],
        detail("112111", 244, 2, branch=1, managed=488, excess=0, within=488, **money(488)),
        total("999999", managed=3335, excess=0, within=3335, cost=34049, claim=30643, share=3406),
    ],
    "rows that carry all amounts": with_total(ROWS_CARRY, DAY),
    "rows that carry all amounts, added up to the grand total": [
        *ROWS_CARRY,
        total("999999", managed=2847, excess=0, within=2847, cost=29066, claim=26159, share=2907),
    ],
    "a subtotal that adds up rounded rows": with_total(
        [*ROWS_CARRY[:2], changed(ROWS_CARRY, 2, cost=29066, claim=26159, share=2907)[2]]
    ),
    "a subtotal of rounded rows that do not carry them": with_total(
        HELP[:2], changed(HELP, 2, cost=29066, claim=26159, share=2907)[2:]
    ),
    "a subtotal without units within the limit": with_total(
        HELP[:2], [{k: v for k, v in HELP[2].items() if not k.startswith("category") and k != "unit_amount"}]
    ),
    "zeros on details whose subtotal tells": with_total(
        [{**one, **items(**{**ZEROS, "managed": one["managed_units"]}, cost=0, claim=0, share=0)} for one in HELP[:2]],
        HELP[2:],
    ),
    "units left out of one row": [HELP[0], {**HELP[1], "managed_units": ""}, *with_total(HELP)[2:]],
    "units left out of all rows": [*({**one, "managed_units": ""} for one in HELP[:2]), *with_total(HELP)[2:]],
    "large day services": with_total(
        [detail("152241", 640, 9, office=OTHER, managed=5922, excess=0, within=5922, **money(5760, "10.14"))]
    ),
    "a discount of 10 percent": with_total(
        [detail("112111", 244, 8, discounted_rate=90, discounted_units=220, amount=1760, managed=1952, excess=0, within=1952, office=OTHER, **money(1760))]
    ),
    "a rate without discounted units": with_total(
        [detail("112111", 244, 8, discounted_rate=90, amount=1757, managed=1757, excess=0, within=1757, office=OTHER, **money(1757))]
    ),
    "zeros for no discount": with_total(changed(DAY, 0, discounted_rate=0, discounted_units=0)),
    "a product on hire counted in days": with_total(
        [detail("171003", 900, 30, office=OTHER, amount=900, managed=900, excess=0, within=900, **money(900, "10.00"))]
    ),
    "a percentage addition without units": with_total(
        HELP, [detail("116269", 0, 1, amount=697, **money(697))], ADDITION_SUM
    ),
    "public funds": with_total(HELP[:2], changed(HELP, 2, share=0)[2:], changed(DAY, 0, share=0)),
    "a rate of three digits": with_total(changed(DAY, 0, rate="090")),
    "a flat share": with_total(
        [detail("A41001", 300, 4, office=OTHER, managed=1200, excess=0, within=1200, price="10.00", cost=12000, claim=10800, fixed=300, share=1200)]
    ),
    "no money at all": bare(USUAL, *range(8)),
    **{f"a rate of {rate}": with_total(changed(DAY, 0, **money(5922, "10.14", rate))) for rate in (70, 80, 100)},
}  # fmt: skip


@pytest.mark.parametrize("rows", RIGHT.values(), ids=RIGHT)
def test_tables_that_are_right(rows: list[Row]) -> None:
    assert told(rows) == []


@pytest.mark.parametrize("rows", RIGHT.values(), ids=RIGHT)
def test_tables_that_are_right_for_public_assistance(rows: list[Row]) -> None:
    free = [{**one, "insured_number": "H000000101"} for one in rows]
    for one in free:
        if one.get("claimed_amount"):
            one |= {"benefit_rate": "0", "claimed_amount": one["total_cost"], "copayment": "0"}
    assert told(free) == []


WRONG = [
    (SUBTOTAL, {"managed": 2848}, "給付管理単位数", "2847"),
    (SUBTOTAL, {"within": 1}, "区分支給限度基準内単位数", "2847"),
    (SUBTOTAL, {"excess": 5}, "区分支給限度基準超単位数", "0"),
    (SUBTOTAL, {"cost": 29068}, "費用総額保険／事業対象分", "29067"),
    (SUBTOTAL, {"cost": 0}, "費用総額保険／事業対象分", "29067"),
    (SUBTOTAL, {"claim": 26161}, "保険／事業費請求額", "26160"),
    (SUBTOTAL, {"share": 2908}, "利用者負担保険／事業対象分", "2907"),
    (SUBTOTAL, {"full": 100}, "利用者負担（全額負担分）", "0"),
    (EXTRA, {"amount": 698}, "サービス単位金額", "697"),
    (EXTRA_SUM, {"cost": 7117}, "費用総額保険／事業対象分", "7116"),
    (THIRTY_ONE, {"cost": 9999}, "費用総額保険／事業対象分", "10360"),
    (THIRTY_ONE, {"claim": 1}, "保険／事業費請求額", "9324"),
    (FIRST, {"amount": 1953}, "サービス単位金額", "1952"),
    (OTHER_KIND, {"within": 5921}, "区分支給限度基準内単位数", "5922"),
    (OTHER_KIND, {"cost": 60050}, "費用総額保険／事業対象分", "60049"),
    (OTHER_KIND, {"share": 6006}, "利用者負担保険／事業対象分", "6005"),
    (OTHER_KIND, {"full": 60049}, "利用者負担（全額負担分）", "0"),
    (GRAND, {"managed": 1}, "給付管理単位数", "8769"),
    (GRAND, {"within": 8770}, "区分支給限度基準内単位数", "8769"),
    (GRAND, {"excess": 7}, "区分支給限度基準超単位数", "0"),
    (GRAND, {"cost": 106600}, "費用総額保険／事業対象分", "106592"),
    (GRAND, {"claim": 1}, "保険／事業費請求額", "95932"),
    (GRAND, {"share": 1}, "利用者負担保険／事業対象分", "10660"),
]


@pytest.mark.parametrize(("place", "values", "item", "expected"), WRONG)
def test_a_wrong_amount_is_told_once_at_its_row(
    place: int, values: dict[str, object], item: str, expected: str
) -> None:
    rows = changed(USUAL, place, **values)
    [found] = told(rows)
    (value,) = values.values()
    assert found == ("T606", place + 1, item, expected, str(value))


def test_everything_that_follows_from_a_wrong_amount_may_agree_with_it() -> None:
    rows = changed(USUAL, OTHER_KIND, within=5000, **money(5000, "10.14"))
    grand = {"within": 7847, "cost": 97243, "claim": 87518, "share": 9725}
    assert [found[:3] for found in told(changed(rows, GRAND, **grand))] == [
        ("T606", OTHER_KIND + 1, "区分支給限度基準超単位数")
    ]


def test_an_addition_that_is_paid_twice() -> None:
    rows = with_total(TAKEN_IN[:3], ADDITION, ADDITION_SUM)
    assert ("T606", 3, "費用総額保険／事業対象分", "29067", "36184") in told(rows)


def test_the_cost_of_days_over_30_is_the_users() -> None:
    rows = with_total(changed(STAY, 3, cost=6834, claim=6150, share=684))
    assert ("T606", 4, "費用総額保険／事業対象分", "0", "6834") in told(rows)


def test_a_subtotal_of_another_satellite() -> None:
    rows = changed(with_total(BRANCHES), 5, managed=668, within=668)
    assert ("T606", 6, "給付管理単位数", "667", "668") in told(rows)


def test_a_reduction_that_was_added_instead_of_taken_off() -> None:
    values = {"managed": 6016, "within": 6016, "amount": 6016}
    rows = with_total(changed(REDUCED, 2, **values, **money(6016, "10.14")))
    assert told(rows) == [("T606", 3, "給付管理単位数", "5828", "6016")]


def test_the_other_side_is_named() -> None:
    [finding] = [f for f in findings(changed(USUAL, GRAND, cost=1)) if f.rule == "T606"]
    other = finding.first.other
    assert other is not None
    assert (other.file, other.line, other.record) == ("", 3, 3)


def test_two_grand_totals() -> None:
    assert [found[:2] for found in told([*USUAL, USUAL[GRAND]])] == [("T605", 9)]


def test_no_grand_total_and_no_subtotal() -> None:
    assert [found[:2] for found in told(USUAL[:GRAND])] == [("T605", 1)]
    rows = [one for place, one in enumerate(USUAL) if place != SUBTOTAL]
    assert ("T605", 1) in [found[:2] for found in told(rows, "T605")]


def test_a_faulty_key_is_told_once() -> None:
    for broken in ("101", "00000001O1"):
        assert told(changed(USUAL, FIRST, insured=broken)) == []
        assert told(changed(USUAL, GRAND, insured=broken)) == []
    assert told(changed(USUAL, SUBTOTAL, managed="2847x")) == []
    assert told(changed(USUAL, FIRST, managed="1,952")) == []
    assert told([{**USUAL[FIRST], "service_code": "11211"}, *USUAL[1:]]) == []


def test_a_faulty_key_of_one_user_leaves_another_user_alone() -> None:
    other = [{**one, "insured_number": "0000000202"} for one in changed(USUAL, GRAND, cost=1)]
    calm = [{**one, "insured_number": "0000000303"} for one in USUAL]
    assert [found[:2] for found in told([*changed(USUAL, FIRST, insured="101"), *calm, *other])] == [
        ("T606", 24)
    ]


def test_what_follows_from_a_wrong_amount_is_not_told_again() -> None:
    rows = changed(USUAL, FIRST, amount=1953, managed=1953)
    assert [found[:3] for found in told(rows)] == [("T606", FIRST + 1, "サービス単位金額")]
    values = {"amount": 5932, "managed": 5932, "within": 5932, **money(5932, "10.14")}
    rows = changed(USUAL, OTHER_KIND, **values)
    assert [found[:3] for found in told(rows)] == [("T606", OTHER_KIND + 1, "サービス単位金額")]

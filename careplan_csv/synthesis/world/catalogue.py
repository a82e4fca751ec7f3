"""Services of each kind: invented item codes, units and prices in the form of the real ones.

The codes have the form of the published ones (kind and four characters); the units are invented.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Offer:
    """A service that an office of a kind can provide.

    Attributes:
        item: サービス項目コード, four characters.
        minutes: the duration; 0 for services without times.
        limited: whether it counts for 区分支給限度.
    """

    item: str
    label: str
    units: int
    minutes: int = 0
    limited: bool = True


VISITS = {
    "11": (
        Offer("2111", "身体介護１", 244, 30),
        Offer("2211", "身体介護２", 387, 60),
        Offer("7211", "生活援助２", 179, 45),
        Offer("7311", "生活援助３", 220, 60),
    ),
    "12": (Offer("1111", "訪問入浴", 1266, 60),),
    "13": (Offer("1111", "訪看Ⅰ２", 471, 30), Offer("1211", "訪看Ⅰ３", 823, 60)),
    "14": (Offer("1111", "訪問リハビリ１", 308, 40),),
    "62": (Offer("1111", "予防訪問入浴", 856, 60),),
    "63": (Offer("1111", "予訪看Ⅰ２", 451, 30),),
    "64": (Offer("1111", "予防訪問リハビリ", 298, 40),),
    "A2": (
        Offer("2411", "訪問型独自サービス２１", 287, 45),
        Offer("2511", "訪問型独自サービス２２", 179, 30),
    ),
}
"""Visits at the user's home."""

NIGHTS = {"71": (Offer("1111", "夜間訪問Ⅰ", 378, 30), Offer("1121", "夜間訪問Ⅰ・２", 412, 60))}
"""Visits in the evening and up to midnight."""

DAYS = {
    "15": (Offer("2241", "通所介護Ⅰ５３", 900, 425), Offer("2141", "通所介護Ⅰ３３", 423, 250)),
    "16": (Offer("2241", "通所リハⅠ４３", 830, 385),),
    "72": (Offer("1541", "認知通所介護Ⅰⅰ", 994, 425),),
    "74": (Offer("1541", "予認通介Ⅰⅰ", 861, 425),),
    "78": (Offer("2241", "地通所介護５３", 753, 425),),
    "A6": (Offer("1113", "通所型独自サービス２１", 436, 250),),
}
"""Days at a centre."""

BATHING = {
    "15": Offer("5301", "通所介護入浴介助加算Ⅰ", 40),
    "78": Offer("5301", "地通所介護入浴介助加算Ⅰ", 40),
}
"""Additions to a day, with the times of the day."""

STAYS = {
    "21": (Offer("2121", "単短期生活Ⅰ２", 672),),
    "22": (Offer("1121", "老短ⅠⅠ２", 801),),
    "24": (Offer("1121", "予単短期生活Ⅰ", 479),),
    "2A": (Offer("1121", "医院短Ⅰ２", 850),),
}
"""Short stays, by the day."""

JOURNEYS = {"21": Offer("9200", "短期生活送迎加算", 184), "24": Offer("9200", "予短期生活送迎加算", 184)}

INCLUSIVE = {
    "66": (Offer("1121", "予通リハ１２", 2268), Offer("1221", "予通リハ１２日割", 75)),
    "73": (Offer("1115", "小規模多機能１３", 15370), Offer("1125", "小規模多機能１３日割", 506)),
    "75": (Offer("1115", "予小規模多機能１", 3450), Offer("1125", "予小規模多機能１日割", 113)),
    "76": (Offer("1113", "定期巡回Ⅰ１３", 9000), Offer("1123", "定期巡回Ⅰ１３日割", 296)),
    "77": (Offer("1115", "看多機１３", 17400), Offer("1125", "看多機１３日割", 572)),
}
"""Services claimed by the month, or by the day if they begin within a month."""

ADVICE = {
    "31": (Offer("1231", "薬剤師居宅療養Ⅱ１", 518, limited=False),),
    "34": (Offer("1231", "予薬剤師居宅療養Ⅱ１", 518, limited=False),),
}
"""居宅療養管理指導, which does not count for the limit."""

PRODUCTS = (
    Offer("1001", "車いす貸与", 600),
    Offer("1003", "特殊寝台貸与", 900),
    Offer("1004", "特殊寝台付属品貸与", 150),
    Offer("1007", "手すり貸与", 300),
    Offer("1007", "手すり貸与", 300),
    Offer("1008", "スロープ貸与", 480),
    Offer("1009", "歩行器貸与", 250),
)
"""Rented products (17, 67)."""

PRODUCT_KINDS = ("17", "67")
REMOTE_AREA = Offer("8000", "福祉用具貸与特別地域加算", 200, limited=False)
"""An addition of 福祉用具 without a product (A20)."""

SHARES = {
    "11": ("6269", "訪問介護処遇改善加算Ⅰ", 245),
    "12": ("6177", "訪問入浴処遇改善加算Ⅰ", 100),
    "15": ("6108", "通所介護処遇改善加算Ⅰ", 92),
    "16": ("6108", "通所リハ処遇改善加算Ⅰ", 86),
    "21": ("6108", "短期生活処遇改善加算Ⅰ", 140),
    "66": ("6108", "予通リハ処遇改善加算Ⅰ", 86),
    "73": ("6128", "小規模処遇改善加算Ⅰ", 149),
    "78": ("6108", "地通所介護処遇改善加算Ⅰ", 92),
    "A2": ("6269", "訪問型独自処遇改善加算Ⅰ", 245),
    "A6": ("6108", "通所型独自処遇改善加算Ⅰ", 92),
}
"""Percentage additions: item code, label, thousandths of the kind's units; no limit, no times."""

PRICES = {
    "11": "10.21",
    "12": "10.21",
    "13": "10.21",
    "17": "10.00",
    "31": "10.00",
    "34": "10.00",
    "67": "10.00",
}
USUAL_PRICE = "10.17"
"""Yen per unit: by kind, and for all other kinds."""

LIMITS = {
    "06": 5032, "12": 5032, "13": 10531, "21": 16765, "22": 19705, "23": 27048, "24": 30938, "25": 36217,
}  # fmt: skip
"""区分支給限度基準額 by 要介護状態区分."""

NEEDED_CARE = ("21", "22", "23", "24", "25")
NEEDED_SUPPORT = ("12", "13")
CHECKLIST = "06"
"""要介護１–５, 要支援１・２, 事業対象者."""

CARE_MENUS = (
    (("17",), 15), (("11", "15"), 18), (("15",), 12), (("11", "17"), 9), (("15", "17"), 9), (("13", "17"), 6),
    (("16", "17"), 5), (("78",), 5), (("72", "17"), 3), (("15", "21"), 6), (("11", "13", "17", "21"), 4),
    (("12", "13", "17", "31"), 4), (("17", "73"), 2), (("77",), 1), (("17", "76"), 2), (("14", "15"), 3),
    (("17", "2A"), 1), (("22", "16"), 2), (("15", "71"), 2), (("11", "15", "17", "31"), 4),
)  # fmt: skip
"""Combinations of kinds for users in need of care, and their weights."""

SUPPORT_MENUS = (
    (("67",), 4), (("63", "67"), 3), (("66",), 4), (("67", "A6"), 4), (("64", "A2"), 2), (("24", "A6"), 2),
    (("34", "62"), 1), (("66", "A2"), 2), (("75",), 1), (("74",), 1),
)  # fmt: skip
"""Combinations of kinds for 介護予防支援 (with at least one kind of 予防給付), and their weights."""

MANAGEMENT_MENUS = ((("A2",), 3), (("A6",), 4), (("A2", "A6"), 2))
"""Combinations of kinds for 介護予防ケアマネジメント (only 総合事業), and their weights."""

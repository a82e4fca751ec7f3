"""Random invented people: names, addresses and certifications."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from careplan_csv.synthesis.world.catalogue import CHECKLIST, LIMITS, NEEDED_CARE, NEEDED_SUPPORT
from careplan_csv.synthesis.world.identifiers import insured_number, insurer_number
from careplan_csv.synthesis.world.months import Month
from careplan_csv.synthesis.world.people import APPLYING, CERTIFIED, KindLimit, Person

# Words that mean "sample" or "invented" instead of surnames, so that no real person has these names.
_SURNAMES = (
    ("見本", "ミホン"), ("仮田", "カリタ"), ("架空", "カクウ"), ("例山", "レイヤマ"), ("試野", "タメシノ"),
    ("模原", "モハラ"), ("虚木", "ウロキ"), ("想川", "オモイガワ"), ("雛形", "ヒナガタ"), ("仮髙", "カリタカ"),
    ("例﨑", "レイサキ"), ("無名田", "ムメイダ"), ("空想", "クウソウ"), ("仮ノ瀬", "カリノセ"), ("試", "タメシ"),
)  # fmt: skip
_GIVEN = {
    "1": (
        ("一郎", "イチロウ"), ("太郎", "タロウ"), ("三郎", "サブロウ"), ("正", "タダシ"), ("実", "ミノル"),
        ("勇", "イサム"), ("清", "キヨシ"), ("茂", "シゲル"), ("十四郎", "トシロウ"), ("ソ吉", "ソキチ"),
    ),
    "2": (
        ("花代", "ハナヨ"), ("ハナ", "ハナ"), ("和子", "カズコ"), ("幸子", "サチコ"), ("ヱイ", "エイ"),
        ("節子", "セツコ"), ("文", "フミ"), ("千代", "チヨ"), ("ミ子", "ミネ"), ("みよ子", "ミヨコ"),
    ),
}  # fmt: skip
_STREETS = ("見本町", "架空町", "仮名町", "試町", "雛形町")
_HOUSES = ("", "架空ハイツ101号", "見本荘 2-Ａ", "サービス付き住宅かりの　305")
_HALF_WIDTH = str.maketrans(
    "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン",
    "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝ",
)
_VOICED = {
    "ガ": "ｶﾞ", "ギ": "ｷﾞ", "グ": "ｸﾞ", "ゲ": "ｹﾞ", "ゴ": "ｺﾞ", "ダ": "ﾀﾞ", "ブ": "ﾌﾞ", "ヅ": "ﾂﾞ",
}  # fmt: skip
_INSURERS = 40
_YEARS_CERTIFIED = 2


@dataclass(frozen=True, slots=True)
class Span:
    """The first and last month of a world; certifications must be valid in all of them."""

    first: Month
    last: Month


def invent_planner(random: Random) -> str:
    """Invent the name of a care manager."""
    return " ".join((random.choice(_SURNAMES)[0], random.choice(_GIVEN[random.choice("12")])[0]))


def invent_person(random: Random, serial: int, level: str, span: Span) -> Person:
    """Invent a user.

    Args:
        serial: a number from 1 that makes the insured number unique.
        level: code of 要介護状態区分.
    """
    sex = random.choice("1222")
    surname, surname_kana = random.choice(_SURNAMES)
    given, given_kana = random.choice(_GIVEN[sex])
    public_only = random.random() < 0.02
    applying = random.random() < 0.03 and level != CHECKLIST
    start, end, decided = ("", "", "") if applying else _certification(random, span)
    kana = f"{surname_kana} {given_kana}"
    return Person(
        insurer=insurer_number(1 + random.randrange(_INSURERS)),
        insured=insured_number(serial, public_only=public_only),
        name=f"{surname}　{given}",
        kana=half_width(kana) if random.random() < 0.3 else kana,
        sex=sex,
        birth_date=_birth_date(random, span.first.year, public_only),
        care_level=level,
        limit_units=LIMITS[level],
        certified_from=start,
        certified_to=end,
        certified_on=decided,
        status=APPLYING if applying else CERTIFIED,
        postal_code=f"000-{random.randrange(10000):04d}",
        address_1=f"山口県架空市{random.choice(_STREETS)}{1 + random.randrange(9)}丁目{1 + random.randrange(99)}番地",
        address_2=random.choice(_HOUSES),
        telephone=f"0000-{random.randrange(100):02d}-{random.randrange(10000):04d}",
        rate=0 if public_only else random.choice((90, 90, 90, 90, 90, 90, 80, 70)),
        kind_limits=_kind_limits(random),
        **_change(random, level, span),
    )


def half_width(kana: str) -> str:
    """Convert kana to half width, as many programs write names."""
    for voiced, narrow in _VOICED.items():
        kana = kana.replace(voiced, narrow)
    return kana.translate(_HALF_WIDTH)


def _birth_date(random: Random, year: int, public_only: bool) -> str:
    """People on public assistance alone are between 40 and 64; the others mostly over 75."""
    age = random.randrange(41, 64) if public_only else random.randrange(66, 104)
    return (date(year - age, 1, 1) + timedelta(random.randrange(365))).strftime("%Y%m%d")


def _certification(random: Random, span: Span) -> tuple[str, str, str]:
    """Start, end and decision date of a certification that is valid in all months."""
    start = span.first.plus(-random.randrange(1, 12))
    end = span.last.plus(random.randrange(12 * _YEARS_CERTIFIED))
    decided = start.date(1) - timedelta(random.randrange(5, 25))
    return start.day(1), end.day(end.length), decided.strftime("%Y%m%d")


def _change(random: Random, level: str, span: Span) -> dict[str, str]:
    """The previous level, for some people whose level changed earlier."""
    levels = (*NEEDED_SUPPORT, *NEEDED_CARE)
    at = levels.index(level) if level in levels else 0
    if not at or random.random() < 0.7:
        return {}
    changed = span.first.plus(-random.randrange(12, 24))
    return {"previous_level": levels[at - 1], "level_changed_on": changed.day(1)}


def _kind_limits(random: Random) -> tuple[KindLimit, ...]:
    """種類別限度額 of a few insurers."""
    if random.random() >= 0.02:
        return ()
    kinds = random.sample(("11", "15", "17", "21", "22"), random.randrange(1, 4))
    return tuple(KindLimit(kind, 1000 * random.randrange(5, 30)) for kind in kinds)

"""Invented people and offices, with numbers in the correct form."""

from __future__ import annotations

from dataclasses import dataclass

from careplan_csv.synthesis.world.identifiers import insurer_number, office_number
from careplan_csv.synthesis.world.offices import HOME_CARE_PLANNING, Office

CERTIFIED = "2"
APPLYING = "1"
USUAL_RATE = 90


@dataclass(frozen=True, slots=True)
class KindLimit:
    """種類別限度額: a kind of service and its 支給限度基準額 in units."""

    kind: str
    units: int


@dataclass(frozen=True, slots=True)
class Person:
    """A user.

    Dates are YYYYMMDD; `care_level` is a code of 要介護状態区分, `limit_units` its 区分支給限度基準額,
    `rate` the percentage that the insurance pays (0 for people on public assistance alone).
    The dates of the certification are empty while it is applied for.
    """

    insurer: str
    insured: str
    name: str
    kana: str
    sex: str
    birth_date: str
    care_level: str
    limit_units: int
    certified_from: str
    certified_to: str
    certified_on: str
    status: str = CERTIFIED
    postal_code: str = "000-0000"
    address_1: str = "山口県架空市見本町一丁目"
    address_2: str = ""
    telephone: str = "0000-00-0000"
    rate: int = USUAL_RATE
    previous_level: str = ""
    level_changed_on: str = ""
    kind_limits: tuple[KindLimit, ...] = ()


PLANNER = Office(office_number(1), HOME_CARE_PLANNING, "架空ケアプランセンター")
PLANNER_NAME = "計画 仮子"
HOME_HELP = Office(office_number(11), "11", "みほん訪問介護ステーション")
DAY_CARE = Office(office_number(12), "15", "デイサービス仮の丘")
EQUIPMENT = Office(office_number(13), "17", "福祉用具レンタルみほん")
"""The offices of the samples."""


def sample_people(year: int) -> tuple[Person, Person]:
    """The two users of the samples: home help with day care, and equipment. Certified from fiscal `year` on."""
    period = (f"{year}0401", f"{year + 2}0331", f"{year}0312")
    return (
        Person(
            insurer_number(1),
            "0000000101",
            "見本 花代",
            "ミホン ハナヨ",
            "2",
            "19400305",
            "23",
            27048,
            *period,
        ),
        Person(
            insurer_number(2),
            "0000000202",
            "仮田 一郎",
            "カリタ イチロウ",
            "1",
            "19380911",
            "21",
            16765,
            *period,
        ),
    )

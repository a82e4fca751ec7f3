"""Offices and people that do not exist, with numbers that have the right form."""

from __future__ import annotations

from dataclasses import dataclass

from careplan_csv.synthesis.numbers import insurer_number, office_number


@dataclass(frozen=True, slots=True)
class Office:
    """A service office or a planning office."""

    number: str
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Person:
    """A user. Dates are YYYYMMDD; `care_level` is a code of 要介護状態区分."""

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


PLANNER = Office(office_number(1), "43", "架空ケアプランセンター")
PLANNER_NAME = "計画 仮子"
HOME_HELP = Office(office_number(11), "11", "みほん訪問介護ステーション")
DAY_CARE = Office(office_number(12), "15", "デイサービス仮の丘")
EQUIPMENT = Office(office_number(13), "17", "福祉用具レンタルみほん")
"""The offices of the samples."""


def sample_people(year: int) -> tuple[Person, Person]:
    """The two users of the samples: home help with day care, and equipment. Certified through fiscal `year`."""
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

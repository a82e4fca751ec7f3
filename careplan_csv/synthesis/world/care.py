"""The care of a user: needs, goals and supports, and the planned services."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from careplan_csv.synthesis.world.identifiers import product_code
from careplan_csv.synthesis.world.offices import Office
from careplan_csv.synthesis.world.patterns import OnDays, Weekly
from careplan_csv.synthesis.world.people import DAY_CARE, EQUIPMENT, HOME_HELP, PLANNER_NAME, Person
from careplan_csv.synthesis.world.services import NO_TIME, Service


@dataclass(frozen=True, slots=True)
class Support:
    """援助内容. Without an office it is not covered by the insurance."""

    content: str
    service_type: str
    office: Office | None
    frequency: str
    helper: str = ""


@dataclass(frozen=True, slots=True)
class Goal:
    """援助目標 with its 援助内容."""

    long_term: str
    short_term: str
    supports: tuple[Support, ...]


@dataclass(frozen=True, slots=True)
class CareNeed:
    """課題 with its goals."""

    text: str
    goals: tuple[Goal, ...]


@dataclass(frozen=True, slots=True)
class Care:
    """The care of one user, with the texts of the plan."""

    wishes: str
    policy: str
    needs: tuple[CareNeed, ...]
    services: tuple[Service, ...]
    daily: tuple[tuple[str, str, str], ...]
    others: tuple[str, ...]
    opinion: str = "特に意見はありません。"
    living_support: tuple[str, str] = ("", "")
    """生活援助中心型の算定理由 and その他理由."""

    @property
    def offices(self) -> tuple[Office, ...]:
        """The offices of the services, each once."""
        return tuple(dict.fromkeys(service.office for service in self.services))


class Case(NamedTuple):
    """A user with their care, and the name of the care manager."""

    person: Person
    care: Care
    manager: str = PLANNER_NAME


def _equipment(code: str, label: str, units: int, product: int, detail_no: str = "") -> Service:
    """A rented product."""
    return Service(
        EQUIPMENT, code, label, OnDays(), NO_TIME, NO_TIME, units, "10.00",
        product_code(product), f"{label}（見本{product}）", detail_no,
    )  # fmt: skip


VISITS = Care(
    wishes="本人: 住み慣れた家で、できることは自分でしながら暮らしたい。\r\n家族: 転ばないように見守ってほしい。",
    policy="本人のできることを大切にし、入浴と掃除を手伝います。\r\n通所の日は体操に参加し、足の力を保ちます。",
    needs=(
        CareNeed(
            "入浴や掃除を手伝ってほしい",
            (
                Goal(
                    "清潔に暮らす",
                    "週2回、安全に入浴する",
                    (
                        Support("入浴の見守りと洗身の一部の手伝い", "訪問介護", HOME_HELP, "週2回"),
                        Support("浴室までの移動の見守り", "訪問介護", HOME_HELP, "週2回"),
                    ),
                ),
                Goal(
                    "部屋を片づけて転ばない",
                    "床に物を置かない",
                    (Support("居室と台所の掃除", "訪問介護", HOME_HELP, "週1回"),),
                ),
            ),
        ),
        CareNeed(
            "足の力を保ちたい",
            (
                Goal(
                    "近所まで歩く",
                    "体操に続けて参加する",
                    (Support('機能訓練、"仲間"との交流, 食事', "通所介護", DAY_CARE, "週2回"),),
                ),
            ),
        ),
    ),
    services=(
        Service(HOME_HELP, "112111", "身体介護", Weekly((1, 4)), "0930", "1000", 244, "10.21"),
        Service(HOME_HELP, "117211", "生活援助", Weekly((2,)), "1000", "1045", 179, "10.21"),
        Service(DAY_CARE, "152241", "通所介護", Weekly((3, 6)), "0930", "1635", 658, "10.14"),
    ),
    daily=(("起床", "0630", "0700"), ("朝食", "0700", "0730"), ("就寝", "2130", "2200")),
    others=("福祉タクシーで月1回の受診",),
)
TOOLS = Care(
    wishes="本人: 夜中も自分でトイレに行きたい。",
    policy="起き上がりと立ち上がりを楽にし、転ばずに動ける部屋にします。",
    needs=(
        CareNeed(
            "自分で起き上がりたい",
            (
                Goal(
                    "夜も一人で起きる",
                    "手すりにつかまって立つ",
                    (Support("特殊寝台と手すりの貸与と点検", "福祉用具貸与", EQUIPMENT, "毎日"),),
                ),
            ),
        ),
    ),
    services=(
        _equipment("171003", "特殊寝台", 900, 1),
        _equipment("171007", "手すり", 300, 2, "1"),
        _equipment("171007", "手すり", 300, 3, "2"),
    ),
    daily=(("起床", "0600", "0630"), ("散歩", "0900", "0930")),
    others=("3か月に1回の訪問理容",),
)

"""Invented offices: planning offices, and the service offices of a town."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from careplan_csv.synthesis.world.identifiers import office_number

HOME_CARE_PLANNING = "43"
PREVENTION_PLANNING = "46"
PREVENTION_MANAGEMENT = "AF"


@dataclass(frozen=True, slots=True)
class Office:
    """An office under one of its kinds.

    Attributes:
        branches: サテライト枝番 of its branches.
    """

    number: str
    kind: str
    name: str
    branches: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Plot:
    """An office that every town has: its class (3rd character of the number), its kinds and its name."""

    office_class: str
    kinds: tuple[str, ...]
    name: str


# The same offices provide 予防給付 and 総合事業 under the same number and another kind.
_PLOTS = (
    _Plot("7", ("11", "A2"), "ヘルパーステーション架空"),
    _Plot("7", ("11",), "訪問介護サービスⅡ見本"),
    _Plot("7", ("12", "62"), "訪問入浴ほのかり"),
    _Plot("6", ("13", "63"), "訪問看護ステーション仮の森"),
    _Plot("1", ("14", "64"), "みほん診療所訪問リハビリテーション"),
    _Plot("7", ("15", "A6"), "デイサービスセンター仮の丘"),
    _Plot("7", ("15",), "通所介護 見本の里"),
    _Plot("1", ("16", "66"), "架空クリニック通所リハビリテーション"),
    _Plot("7", ("17", "67"), "福祉用具レンタルみほん"),
    _Plot("7", ("17", "67"), "㈱架空 福祉用具事業部"),
    _Plot("7", ("21", "24"), "ショートステイ仮の家"),
    _Plot("5", ("22", "25"), "老健みほん"),
    _Plot("B", ("2A", "2B"), "架空介護医療院"),
    _Plot("4", ("31", "34"), "みほん薬局"),
    _Plot("9", ("71",), "夜間対応型訪問介護かりの"),
    _Plot("9", ("72", "74"), "認知症デイかりの家"),
    _Plot("9", ("73", "75"), "小規模多機能ホーム架空"),
    _Plot("9", ("76",), "定期巡回サービスみほん"),
    _Plot("9", ("77",), "看多機かりの"),
    _Plot("9", ("78",), "デイサービスちいさな見本"),
    _Plot("A", ("A2", "A6"), "総合事業センター架空"),
)

_FIRST_IN_TOWN = 100
_FIRST_PLANNING = 50_000
"""Ranges of serials within a class: first the samples, then the towns' offices, then the planning offices."""

_WITH_BRANCHES = {"15": 3, "11": 5, "A6": 4}
"""Kind -> n: every n-th office of the kind has branches."""


@dataclass(frozen=True)
class Town:
    """The service offices of a town, by kind."""

    number: int
    by_kind: Mapping[str, tuple[Office, ...]]


def town(number: int) -> Town:
    """Make a town; all towns have different offices.

    Args:
        number: from 0.

    Raises:
        ValueError: there are more towns than numbers.
    """
    offices: dict[str, list[Office]] = {}
    placed: dict[str, int] = {}
    for plot in _PLOTS:
        per_town = sum(other.office_class == plot.office_class for other in _PLOTS)
        serial = _FIRST_IN_TOWN + number * per_town + placed.get(plot.office_class, 0)
        if serial >= _FIRST_PLANNING:
            raise ValueError(f"no office number left for town {number}")
        placed[plot.office_class] = placed.get(plot.office_class, 0) + 1
        for kind in plot.kinds:
            offices.setdefault(kind, []).append(_office(plot, kind, number, serial))
    return Town(number, {kind: tuple(some) for kind, some in offices.items()})


def _office(plot: _Plot, kind: str, number: int, serial: int) -> Office:
    branches = ("1", "12") if serial % _WITH_BRANCHES.get(kind, serial + 1) == 0 else ()
    return Office(office_number(serial, plot.office_class), kind, f"{plot.name}{number + 1}", branches)


def planning_office(number: int) -> Office:
    """Make a 居宅介護支援事業所; numbers from 0."""
    return Office(
        office_number(_FIRST_PLANNING + number, "7"),
        HOME_CARE_PLANNING,
        f"ケアプランセンター架空{number + 1}",
    )


def community_centre(number: int) -> Office:
    """Make a 地域包括支援センター; it also plans 総合事業 under another kind and the same number."""
    return Office(
        office_number(_FIRST_IN_TOWN + number, "0"),
        PREVENTION_PLANNING,
        f"架空市地域包括支援センター{number + 1}",
    )

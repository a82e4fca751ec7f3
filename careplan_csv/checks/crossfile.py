"""Rules on several files: who is concerned, results against plans (B707, B710)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from careplan_csv.checks.deletions import deletions_follow_something
from careplan_csv.checks.facts import FileFacts
from careplan_csv.checks.gathering import Kept, mixed
from careplan_csv.checks.planned_counts import tables_agree
from careplan_csv.checks.registry import Hit, Place, rule
from careplan_csv.checks.routes import NamedHit, name_of, route
from careplan_csv.checks.told_persons import persons_agree
from careplan_csv.findings import EXAMPLES_KEPT, Cause, OtherPlace, Rule, Severity
from careplan_csv.reading import arrays
from careplan_csv.reading.fingerprint import value_prints
from careplan_csv.reading.structure import Flags
from careplan_csv.standard import Exchange
from careplan_csv.standard.checkdigits import is_community_centre, is_valid_office_number


def check_crossing(files: Sequence[FileFacts]) -> list[NamedHit]:
    """B705–B708 and B710 on all examined files."""
    named = [facts for facts in files if facts.name is not None and facts.layout is not None]
    return [
        *persons_agree(named),
        *tables_agree(named),
        *receiver_is_concerned(named),
        *deletions_follow_something(named),
        *results_were_planned(named),
    ]


def _of_persons(
    rule_id: str, facts: FileFacts, kept: Kept, mask: Flags, keys: Any, message: str, other: OtherPlace | None
) -> Iterator[NamedHit]:
    """A hit at the first record of each person (by `keys`) that `mask` is true for."""
    first = np.zeros(len(kept), dtype=np.bool_)
    first[np.unique(keys, return_index=True)[1]] = True
    rows = np.flatnonzero(mask & first)
    if not len(rows) or facts.layout is None:
        return
    rows = rows[np.argsort(kept["record"][rows], kind="stable")]
    expected, found = ("1件以上", "0件") if other else (None, None)
    places = tuple(
        Place(
            int(kept["line"][row]),
            int(kept["record"][row]),
            safe=True,
            expected=expected,
            found=found,
            other=other,
        )
        for row in rows[:EXAMPLES_KEPT]
    )
    item = facts.layout.by_id["insured_number"]
    yield facts.source.name, Hit(rule_id, Severity.WARNING, message, item, len(rows), places)


@rule(
    Rule(
        id="B707",
        severity=Severity.WARNING,
        title="送信先の事業所と関わりのない利用者が含まれている",
        why="関わりのない事業所に、利用者の個人情報を渡すことになります。",
        remedy=(
            "事業所の方: 送信先の事業所がサービスを行う利用者だけを選んで、出力し直してください。"
            "すでに送ったときは、相手に削除を依頼し、事業所の個人情報の取扱いに従ってください。"
        ),
        reference="§2.6（送信先に関係する利用者だけを送る）",
        friends="送信先が居宅介護支援事業所や地域包括支援センターのとき（委託など）は、関わりがあるものとして調べません。",
        cause=Cause.INPUT,
    )
)
def receiver_is_concerned(files: Sequence[FileFacts]) -> Iterator[NamedHit]:
    """B707: schedules sent to a service office."""
    for facts in files:
        kept, layout = facts.services, facts.layout
        if (
            kept is None
            or layout is None
            or layout.sender != "planning"
            or "service_date" not in layout.by_id
        ):
            continue
        [receiver] = value_prints(arrays.strings([name_of(facts).receiver_office]))
        own = np.unique(kept["person"][kept["office"] == receiver])
        if not _receives_services(facts, served=bool(len(own))):
            continue
        unsure = np.unique(kept["person"][kept["unsure"]])
        strangers = ~np.isin(kept["person"], own) & ~np.isin(kept["person"], unsure)
        message = "送信先の事業所のサービスが1件も無い利用者が含まれています。"
        yield from _of_persons("B707", facts, kept, strangers, kept["person"], message, None)


def _receives_services(facts: FileFacts, *, served: bool) -> bool:
    """Whether the receiver is a service office.

    Args:
        served: some user has a service of the receiver.
    """
    name, edition = name_of(facts), facts.edition
    if edition is None:
        return False
    if name.receiver_kind:
        kind = edition.kinds.get(name.receiver_kind)
        concerned = kind is not None and kind.exchange is Exchange.YES
        return concerned and (served or is_valid_office_number(name.receiver_office))
    if served:
        return True
    # Older names tell no kind: whoever plans, and whom a centre entrusts, serves nobody.
    offices = (name.sender_office, name.receiver_office)
    return (
        is_valid_office_number(name.receiver_office)
        and not any(is_community_centre(number) for number in offices)
        and name.receiver_office not in facts.planners
    )


@rule(
    Rule(
        id="B710",
        severity=Severity.WARNING,
        title="予定に無い利用者の実績がある",
        why="予定の無い実績は、居宅介護支援事業所で結び付ける相手が見つからないことがあります。",
        remedy="事業所の方: 被保険者番号と対象年月を確かめてください。予定が後から届くときは、そのままで構いません。",
        reference="§2.3、§2.5（予定と実績）",
        friends="その月の予定（同じ2つの事業所の間の第6表）を一緒に調べていないときは、比べません。保険者番号の違いは、住所地特例のことがあるので比べません。",
        cause=Cause.INPUT,
    )
)
def results_were_planned(files: Sequence[FileFacts]) -> Iterator[NamedHit]:
    """B710: only where the schedules of that month between the two offices are given, too."""
    for result in files:
        kept, layout = result.services, result.layout
        if kept is None or layout is None or layout.sender != "service":
            continue
        plans = _schedules(files, result)
        if not plans or any(plan.damaged or _is_unsure(plan) for plan in plans):
            continue
        # 住所地特例: the insurer's number may have been corrected after the import (A16).
        planned = np.concatenate([_whose(plan.services) for plan in plans if plan.services is not None])
        own = _whose(kept)
        lacking = ~np.isin(own, planned) & ~np.isin(kept["person"], kept["person"][kept["unsure"]])
        message = "一緒に調べた予定に無い利用者・事業所の実績です。"
        other = OtherPlace(plans[0].source.name)
        yield from _of_persons("B710", result, kept, lacking, own, message, other)


def _schedules(files: Sequence[FileFacts], result: FileFacts) -> list[FileFacts]:
    """The 第6表 of the month that went the other way."""
    sender, receiver = route(result)
    return [
        facts
        for facts in files
        if facts.services is not None
        and facts.layout is not None
        and facts.layout.sender == "planning"
        and "service_date" in facts.layout.by_id
        and route(facts) == (receiver, sender)
        and name_of(facts).month == name_of(result).month
    ]


def _is_unsure(facts: FileFacts) -> bool:
    return facts.services is not None and bool(facts.services["unsure"].any())


def _whose(kept: Kept) -> Any:
    return mixed(kept["insured"], kept["month"], kept["office"])

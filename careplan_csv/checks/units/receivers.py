"""Rules on who is concerned by a file: schedules at the right office, results that were planned (B707, B710)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from careplan_csv.checks.collected.file_facts import FileFacts, columns_of
from careplan_csv.checks.collected.kept import Kept, firsts, mixed
from careplan_csv.checks.collected.services_and_persons import PLANNERS, SERVICES
from careplan_csv.checks.units.routes import name_of, route
from careplan_csv.checks.units.together import NamedHit, Together, between_rule, named_hits
from careplan_csv.findings import Cause, Consequence, OtherPlace, Rule, Severity
from careplan_csv.reading import arrays
from careplan_csv.reading.fingerprint import value_prints
from careplan_csv.reading.structure import Flags, Positions
from careplan_csv.rules.hits import FileHit, Place
from careplan_csv.standard import Exchange, Item, Layout
from careplan_csv.standard.checkdigits import is_community_centre, is_valid_office_number


def _of_persons(
    rule: Rule,
    kept: Kept,
    mask: Flags,
    keys: Any,
    message: str,
    item: Item,
    others: Sequence[OtherPlace | None],
) -> Iterator[FileHit]:
    """Hits at the first record of each person (by `keys`) of each file that `mask` is true for.

    Args:
        others: for each file, with what it was compared.
    """
    rows = firsts(keys, kept["file"])
    rows = rows[mask[rows]]

    def places(chosen: Positions) -> list[Place]:
        return [
            Place(
                place.line,
                place.record,
                safe=True,
                expected="1件以上" if other else None,
                found="0件" if other else None,
                other=other,
            )
            for place, other in zip(
                kept.places(chosen), (others[file] for file in kept["file"][chosen].tolist()), strict=True
            )
        ]

    yield from kept.hits(rule, rows, message, item=item, places=places)


def _is_schedule(layout: Layout | None) -> bool:
    return layout is not None and layout.sender == "planning" and "service_date" in layout.by_id


def _person_of_file(kept: Kept) -> Any:
    return mixed(kept["person"], kept["file"])


@between_rule(
    Rule(
        id="B707",
        severity=Severity.WARNING,
        consequence=Consequence.CHECK,
        title="送信先の事業所と関わりのない利用者が含まれている",
        compares="利用票の利用者ごとに、送信先の事業所のサービスが1件でもあるかを見ます。",
        why="関わりのない事業所に、利用者の個人情報を渡すことになります。",
        remedy=(
            "事業所の方: 送信先の事業所がサービスを行う利用者だけを選んで、出力し直してください。"
            "すでに送ったときは、相手に削除を依頼し、事業所の個人情報の取扱いに従ってください。"
        ),
        reference="§2.6（送信先に関係する利用者だけを送る）",
        friends="送信先が居宅介護支援事業所や地域包括支援センターのとき（委託など）は、関わりがあるものとして調べません。",
        cause=Cause.INPUT,
    ),
    keeps=(
        SERVICES,
        PLANNERS,
    ),
)
def receiver_is_concerned(rule: Rule, together: Together) -> Iterator[NamedHit]:
    """Schedules sent to a service office."""
    by_layout: dict[Layout, list[FileFacts]] = defaultdict(list)
    for facts in together.named:
        if facts.layout is not None and _is_schedule(facts.layout):
            by_layout[facts.layout].append(facts)
    message = "送信先の事業所のサービスが1件も無い利用者が含まれています。"
    for layout, files in by_layout.items():
        kept = columns_of(files, SERVICES, ("office", "person", "unsure"))
        if kept is None or not len(kept):
            continue
        receivers = value_prints(arrays.strings([name_of(facts).receiver_office for facts in files]))
        own = kept["office"] == receivers[kept["file"]]
        served = np.bincount(kept["file"][own], minlength=len(files)) > 0
        asked = [
            _receives_services(facts, served=bool(some)) for facts, some in zip(files, served, strict=True)
        ]
        person = _person_of_file(kept)
        without = np.array(asked, dtype=np.bool_)[kept["file"]]
        without &= ~arrays.is_in(person, person[own]) & ~arrays.is_in(person, person[kept["unsure"]])
        item = layout.by_id["insured_number"]
        hits = _of_persons(rule, kept, without, kept["person"], message, item, [None] * len(files))
        yield from named_hits(hits, files)


def _planners(facts: FileFacts) -> frozenset[str]:
    """The プラン担当業者 of a file's records."""
    kept = facts.kept(PLANNERS)
    return frozenset() if kept is None else frozenset(kept.texts["value"].to_pylist())


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
        and name.receiver_office not in _planners(facts)
    )


@between_rule(
    Rule(
        id="B710",
        severity=Severity.WARNING,
        consequence=Consequence.CHECK,
        title="予定に無い利用者の実績がある",
        compares="実績の被保険者番号・対象年月・事業所の組を、一緒に調べた同じ月の第6表の組と比べます。",
        why="予定の無い実績は、居宅介護支援事業所で結び付ける相手が見つからないことがあります。",
        remedy="事業所の方: 被保険者番号と対象年月を確かめてください。予定が後から届くときは、そのままで構いません。",
        reference="§2.3、§2.5（予定と実績）",
        friends="その月の予定（同じ2つの事業所の間の第6表）を一緒に調べていないときは、比べません。保険者番号の違いは、住所地特例のことがあるので比べません。",
        cause=Cause.INPUT,
    ),
    keeps=(SERVICES,),
)
def results_were_planned(rule: Rule, together: Together) -> Iterator[NamedHit]:
    """Only where the schedules of that month between the two offices are given, too."""
    schedules = _schedules(together.named)
    message = "一緒に調べた予定に無い利用者・事業所の実績です。"
    for result in together.named:
        layout = result.layout
        if layout is None or layout.sender != "service":
            continue
        sender, receiver = route(result)
        sent = schedules.get((receiver, sender, name_of(result).month), [])
        kept = result.kept(SERVICES) if sent else None
        plans = [plan for facts in sent if (plan := facts.kept(SERVICES)) is not None]
        if (
            kept is None
            or any(facts.damaged for facts in sent)
            or any(plan["unsure"].any() for plan in plans)
        ):
            continue
        # 住所地特例: the insurer's number may have been corrected after the import (A16).
        planned = np.concatenate([_whose(plan) for plan in plans])
        own = _whose(kept)
        lacking = ~arrays.is_in(own, planned)
        if lacking.any():
            lacking &= ~arrays.is_in(kept["person"], kept["person"][kept["unsure"]])
            alone = Kept({**kept.columns, "file": np.zeros(len(kept), dtype=np.int64)}, kept.texts)
            item, other = layout.by_id["insured_number"], OtherPlace(sent[0].source.name)
            hits = _of_persons(rule, alone, lacking, own, message, item, [other])
            yield from named_hits(hits, [result])


def _schedules(files: Sequence[FileFacts]) -> dict[tuple[str, str, str], list[FileFacts]]:
    """The 第6表 by sender, receiver and month."""
    schedules: dict[tuple[str, str, str], list[FileFacts]] = defaultdict(list)
    for facts in files:
        if _is_schedule(facts.layout) and SERVICES in facts.parts:
            schedules[(*route(facts), name_of(facts).month)].append(facts)
    return schedules


def _whose(kept: Kept) -> Any:
    return mixed(kept["insured"], kept["month"], kept["office"])

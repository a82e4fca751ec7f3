"""What several files say of the same person (B705)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, TypeAlias

import numpy as np

from careplan_csv.checks.crossing import PERSONS, TOLD
from careplan_csv.checks.facts import FileFacts
from careplan_csv.checks.kept import Kept, mixed
from careplan_csv.checks.routes import day_of, month_of, name_of, route, unit_key
from careplan_csv.checks.together import NamedHit, Together, between_rule
from careplan_csv.findings import EXAMPLES_KEPT, Cause, Rule, Severity
from careplan_csv.reading.structure import Flags
from careplan_csv.rules.hits import Place, hit

_STABLE = ("user_name", "birth_date", "sex")
"""What does not change from month to month; the rest is compared within one transmission unit only."""

Told: TypeAlias = tuple[FileFacts, Kept]

_REMEDY_LATER = "氏名の変更や生年月日の訂正があったときは、そのままで構いません。心当たりが無いときは、介護ソフトの登録を確かめてください。"


@between_rule(
    Rule(
        id="B705",
        severity=Severity.WARNING,
        title="同じ利用者の氏名や認定の内容が、ファイルによって違う",
        why="どちらが正しいか分からないまま取り込まれ、別の人や古い認定として扱われることがあります。",
        remedy="事業所の方: 介護ソフトで、利用者の基本情報と認定の内容を確かめ、関係するファイルを出力し直してください。",
        reference="§2.3（同じ利用者の情報）（A32）",
        friends=(
            "要介護状態区分・認定状況区分・認定日は、同じ組の中だけで比べます。"
            "氏名・生年月日・性別は、同じ送信元から同じ送信先へ同じ日に送った組の間でも比べます。"
            "送った日が違うときは、氏名の変更や訂正のことがあるので、情報にとどめます。"
        ),
        cause=Cause.INPUT,
    ),
    keeps=(PERSONS,),
)
def persons_agree(rule: Rule, together: Together) -> Iterator[NamedHit]:
    """Names between the units of a day, certification within a unit, changes from day to day."""
    routes: dict[Any, list[Told]] = defaultdict(list)
    units: dict[Any, list[Told]] = defaultdict(list)
    for facts in together.named:
        if (kept := facts.kept(PERSONS)) is not None:
            routes[(*route(facts), facts.source.folder)].append((facts, kept))
            units[(*unit_key(facts), month_of(facts))].append((facts, kept))
    for group, item_ids in _differing(list(routes.values()), _STABLE, ["person"] * len(routes)):
        current = sorted(_without_replaced(group), key=lambda told: day_of(told[0]))
        for item_id in item_ids:
            known = Known()
            for _, told in groupby(current, key=lambda told: day_of(told[0])):
                day = list(told)
                yield from _changed_since(rule, known, day, item_id)
                yield from _told_differently(rule, day, item_id, "person")
    changing = tuple(item_id for item_id in TOLD if item_id not in _STABLE)
    # Plans of several dates may stand in one unit, each with what held at its time.
    whose = ["person" if month else "plan" for *_, month in units]
    for unit, item_ids in _differing(list(units.values()), changing, whose):
        who = "person" if month_of(unit[0][0]) else "plan"
        for item_id in item_ids:
            yield from _told_differently(rule, unit, item_id, who)


def _differing(
    groups: Sequence[list[Told]], item_ids: Sequence[str], whose: Sequence[str]
) -> list[tuple[list[Told], list[str]]]:
    """The groups in which a person's item is told in two ways, with these items.

    Args:
        whose: for each group the column of whom it is told, `person` or `plan`.
    """
    differing: dict[int, list[str]] = defaultdict(list)
    for item_id in item_ids:
        told = [
            (number, kept[who], kept[item_id])
            for number, (group, who) in enumerate(zip(groups, whose, strict=True))
            for _, kept in group
            if item_id in kept.columns
        ]
        if not told:
            continue
        numbers = np.repeat([number for number, _, _ in told], [len(values) for _, _, values in told])
        values = np.concatenate([values for _, _, values in told])
        filled = np.flatnonzero(values)
        numbers, values = numbers[filled], values[filled]
        persons = mixed(np.concatenate([persons for _, persons, _ in told])[filled], numbers.view(np.uint64))
        first = np.unique(mixed(persons, values), return_index=True)[1]
        _, person_of, times = np.unique(persons[first], return_inverse=True, return_counts=True)
        for number in np.unique(numbers[first[times[person_of] > 1]]).tolist():
            differing[number].append(item_id)
    return [(groups[number], item_ids) for number, item_ids in sorted(differing.items())]


def _without_replaced(group: Sequence[Told]) -> list[Told]:
    """What files say of persons, less what a later serial of the same file and month says anew (2.5)."""
    current: list[Told] = []
    newer: dict[Any, Any] = {}
    for facts, kept in sorted(group, key=lambda told: str(name_of(told[0]).serial), reverse=True):
        key = (day_of(facts), name_of(facts).receiver_kind, name_of(facts).prefix, name_of(facts).month)
        seen = newer.get(key, np.empty(0, dtype=np.uint64))
        current.append((facts, kept.take(~np.isin(kept["person"], seen))))
        newer[key] = np.union1d(seen, kept["person"])
    order = {id(facts): place for place, (facts, _) in enumerate(group)}
    return sorted(current, key=lambda told: order[id(told[0])])


@dataclass
class Known:
    """What was told of each person, and where: parallel arrays in the order of `persons`."""

    told: list[Told] = field(default_factory=list)
    persons: Any = field(default_factory=lambda: np.empty(0, dtype=np.uint64))
    values: Any = field(default_factory=lambda: np.empty(0, dtype=np.uint64))
    files: Any = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    rows: Any = field(default_factory=lambda: np.empty(0, dtype=np.int64))

    def find(self, persons: Any) -> tuple[Flags, Any]:
        """Which persons are known, and where they stand here."""
        if not len(self.persons):
            return np.zeros(len(persons), dtype=np.bool_), np.zeros(len(persons), dtype=np.int64)
        at = np.searchsorted(self.persons, persons)
        at[at == len(self.persons)] = 0
        return self.persons[at] == persons, at

    def learn(self, told: Told, persons: Any, values: Any, rows: Any, *, anew: bool = False) -> None:
        """Take in what some rows of a file say; `anew` in place of what was known."""
        self.told.append(told)
        files = np.full(len(rows), len(self.told) - 1, dtype=np.int64)
        columns = [
            (self.persons, persons[rows]),
            (self.values, values[rows]),
            (self.files, files),
            (self.rows, rows),
        ]
        # Of equal persons the first counts.
        pairs = [np.concatenate((new, old) if anew else (old, new)) for old, new in columns]
        _, first = np.unique(pairs[0], return_index=True)
        self.persons, self.values, self.files, self.rows = (column[first] for column in pairs)


def _told_differently(rule: Rule, group: Sequence[Told], item_id: str, who: str) -> Iterator[NamedHit]:
    """Files in which a person's item is another than in the first file that tells it.

    Args:
        who: the column of whom it is told, `person` or `plan`.
    """
    known = Known()
    for told in group:
        facts, kept = told
        if item_id not in kept.columns or facts.layout is None:
            continue
        there, at = known.find(kept[who])
        differs = there & (kept[item_id] != 0)
        if there.any():
            differs &= known.values[at] != kept[item_id]
        message = f"同じ利用者の「{facts.layout.by_id[item_id].name}」が、ほかのファイルと違います。"
        yield from _hit(rule, told, known, at, differs, item_id, message)
        new = np.flatnonzero(~there & (kept[item_id] != 0))
        known.learn(told, kept[who], kept[item_id], new)


def _changed_since(rule: Rule, known: Known, day: Sequence[Told], item_id: str) -> Iterator[NamedHit]:
    """Persons of whom a day says something else than the days before; each change is told once."""
    for told in day:
        facts, kept = told
        if item_id not in kept.columns or facts.layout is None:
            continue
        there, at = known.find(kept["person"])
        filled = kept[item_id] != 0
        if there.any():
            earlier = np.array([day_of(facts) > day_of(one[0]) for one in known.told], dtype=np.bool_)
            differs = there & filled & (known.values[at] != kept[item_id]) & earlier[known.files[at]]
            message = (
                f"同じ利用者の「{facts.layout.by_id[item_id].name}」が、前の日に送ったファイルと違います。"
            )
            yield from _hit(rule, told, known, at, differs, item_id, message, Severity.INFO)
        known.learn(told, kept["person"], kept[item_id], np.flatnonzero(filled), anew=True)


def _hit(
    rule: Rule,
    told: Told,
    known: Known,
    at: Any,
    mask: Flags,
    item_id: str,
    message: str,
    severity: Severity | None = None,
) -> Iterator[NamedHit]:
    facts, kept = told
    rows = np.flatnonzero(mask)
    if not len(rows) or facts.layout is None:
        return
    rows = rows[np.argsort(kept["record"][rows], kind="stable")]
    places = []
    for row in rows[:EXAMPLES_KEPT].tolist():
        other_facts, other = known.told[known.files[at[row]]]
        beside = int(known.rows[at[row]])
        places.append(
            Place(
                int(kept["line"][row]),
                int(kept["record"][row]),
                expected=other.texts[item_id][beside].as_py(),
                found=kept.texts[item_id][row].as_py(),
                other=other.place(beside, other_facts.source.name),
            )
        )
    remedy = _REMEDY_LATER if severity is Severity.INFO else ""
    item = facts.layout.by_id[item_id]
    yield (
        facts.source.name,
        hit(rule, message, severity, item=item, count=len(rows), places=tuple(places), remedy=remedy),
    )

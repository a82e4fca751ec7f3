"""What several files say of the same person (B705)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, TypeAlias

import numpy as np

from careplan_csv.checks.crossing import TOLD
from careplan_csv.checks.facts import FileFacts
from careplan_csv.checks.gathering import Kept
from careplan_csv.checks.registry import Hit, Place, rule
from careplan_csv.checks.routes import NamedHit, day_of, month_of, name_of, route, unit_key
from careplan_csv.findings import EXAMPLES_KEPT, Cause, Rule, Severity
from careplan_csv.reading.structure import Flags

_STABLE = ("user_name", "birth_date", "sex")
"""What does not change from month to month; the rest is compared within one transmission unit only."""

Told: TypeAlias = tuple[FileFacts, Kept]

_REMEDY_LATER = "氏名の変更や生年月日の訂正があったときは、そのままで構いません。心当たりが無いときは、介護ソフトの登録を確かめてください。"


@rule(
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
    )
)
def persons_agree(files: Sequence[FileFacts]) -> Iterator[NamedHit]:
    """B705: names between the units of a day, certification within a unit, changes from day to day."""
    routes: dict[Any, list[FileFacts]] = defaultdict(list)
    units: dict[Any, list[FileFacts]] = defaultdict(list)
    for facts in files:
        if facts.persons is not None:
            routes[(*route(facts), facts.source.folder)].append(facts)
            units[(*unit_key(facts), month_of(facts))].append(facts)
    for group in routes.values():
        current = sorted(_without_replaced(group), key=lambda told: day_of(told[0]))
        for item_id in _STABLE:
            known = Known()
            for _, told in groupby(current, key=lambda told: day_of(told[0])):
                day = list(told)
                yield from _changed_since(known, day, item_id)
                yield from _told_differently(day, item_id, "person")
    changing = tuple(item_id for item_id in TOLD if item_id not in _STABLE)
    for (*_, month), group in units.items():
        unit = [(facts, facts.persons) for facts in group if facts.persons is not None]
        for item_id in changing:
            # Plans of several dates may stand in one unit, each with what held at its time.
            yield from _told_differently(unit, item_id, "person" if month else "plan")


def _without_replaced(group: Sequence[FileFacts]) -> list[Told]:
    """What files say of persons, less what a later serial of the same file and month says anew (2.5)."""
    left: list[Told] = []
    newer: dict[Any, Any] = {}
    for facts in sorted(group, key=lambda facts: str(name_of(facts).serial), reverse=True):
        kept = facts.persons
        if kept is None:
            continue
        key = (day_of(facts), name_of(facts).receiver_kind, name_of(facts).prefix, name_of(facts).month)
        seen = newer.get(key, np.empty(0, dtype=np.uint64))
        left.append((facts, kept.take(~np.isin(kept["person"], seen))))
        newer[key] = np.union1d(seen, kept["person"])
    order = {id(facts): place for place, facts in enumerate(group)}
    return sorted(left, key=lambda told: order[id(told[0])])


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


def _told_differently(group: Sequence[Told], item_id: str, who: str) -> Iterator[NamedHit]:
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
        yield from _hit(told, known, at, differs, item_id, message, Severity.WARNING)
        new = np.flatnonzero(~there & (kept[item_id] != 0))
        known.learn(told, kept[who], kept[item_id], new)


def _changed_since(known: Known, day: Sequence[Told], item_id: str) -> Iterator[NamedHit]:
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
            yield from _hit(told, known, at, differs, item_id, message, Severity.INFO)
        known.learn(told, kept["person"], kept[item_id], np.flatnonzero(filled), anew=True)


def _hit(
    told: Told, known: Known, at: Any, mask: Flags, item_id: str, message: str, severity: Severity
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
    yield facts.source.name, Hit("B705", severity, message, item, len(rows), tuple(places), remedy)

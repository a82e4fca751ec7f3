"""What several files say of the same person (B705)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, TypeAlias

import numpy as np

from careplan_csv.checks.collected.compact import Compact
from careplan_csv.checks.collected.file_facts import FileFacts, shares
from careplan_csv.checks.collected.kept import Kept, mixed
from careplan_csv.checks.collected.services_and_persons import PERSONS, TOLD
from careplan_csv.checks.units.routes import day_of, month_of, name_of, route, unit_key
from careplan_csv.checks.units.together import NamedHit, Together, between_rule
from careplan_csv.findings import Cause, Consequence, Rule, Severity
from careplan_csv.reading import arrays
from careplan_csv.reading.structure import Flags, Positions
from careplan_csv.rules.hits import Place, hit

_STABLE = ("user_name", "birth_date", "sex")
"""What does not change from month to month; the rest is compared within one transmission unit only."""

Told: TypeAlias = tuple[FileFacts, Kept]

_REMEDY_LATER = "事業所の方: 氏名の変更や生年月日の訂正があったときは、そのままで構いません。心当たりが無いときは、介護ソフトの登録を確かめてください。"


@between_rule(
    Rule(
        id="B705",
        severity=Severity.WARNING,
        consequence=Consequence.LOST,
        title="同じ利用者の氏名や認定の内容が、ファイルによって違う",
        compares="同じ利用者（保険者番号と被保険者番号）の氏名・生年月日・性別を、同じ送信元から同じ送信先への組の間で、要介護状態区分・認定状況区分・認定日を、組の中で比べます。",
        grades=((Severity.INFO, "送った日が違うとき"),),
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
    files = [facts for facts in together.named if PERSONS in facts.parts]
    routes = _grouped(files, lambda facts: (*route(facts), facts.source.folder))
    for group, item_ids in _differing(files, routes, _STABLE):
        current = sorted(_without_replaced(group), key=lambda told: day_of(told[0]))
        for item_id in item_ids:
            known = Known()
            for _, told in groupby(current, key=lambda told: day_of(told[0])):
                day = list(told)
                yield from _changed_since(rule, known, day, item_id)
                yield from _told_differently(rule, day, item_id, "person")
    changing = tuple(item_id for item_id in TOLD if item_id not in _STABLE)
    units = _grouped(files, lambda facts: (*unit_key(facts), month_of(facts)))
    for unit, item_ids in _differing(files, units, changing, by_plan=True):
        for item_id in item_ids:
            yield from _told_differently(rule, unit, item_id, _whose(unit[0][0]))


def _whose(facts: FileFacts) -> str:
    """The column of whom a unit's files tell: plans of several dates may stand in one, each with what held then."""
    return "person" if month_of(facts) else "plan"


def _grouped(files: Sequence[FileFacts], key: Callable[[FileFacts], Any]) -> Positions:
    """The number of each file's group, shape (files,)."""
    numbers: dict[Any, int] = {}
    return np.array([numbers.setdefault(key(facts), len(numbers)) for facts in files], dtype=np.int64)


def _differing(
    files: Sequence[FileFacts], groups: Positions, item_ids: Sequence[str], *, by_plan: bool = False
) -> list[tuple[list[Told], list[str]]]:
    """The groups in which a person's item is told in two ways, with these items.

    Args:
        groups: the number of each file's group, shape (files,).
        by_plan: of files without a month, persons with different plans are different.
    """
    with_month = np.array([not by_plan or bool(month_of(facts)) for facts in files], dtype=np.bool_)
    parts = list(shares(files, PERSONS))
    differing: dict[int, list[str]] = defaultdict(list)
    for item_id in item_ids:
        told = [
            _told_of(whole, item_id, groups[places], numbers, with_month[places])
            for whole, places, numbers in parts
            if item_id in whole
        ]
        if not told:
            continue
        of_group, persons, values = (np.concatenate(columns) for columns in zip(*told, strict=True))
        keys = mixed(persons, of_group)
        first = np.unique(mixed(keys, values), return_index=True)[1]
        _, key_of, times = np.unique(keys[first], return_inverse=True, return_counts=True)
        for number in arrays.distinct(of_group[first[times[key_of] > 1]]).tolist():
            differing[number].append(item_id)
    return [(_told_in(files, groups == number), items) for number, items in sorted(differing.items())]


def _told_of(
    whole: Compact, item_id: str, groups: Positions, numbers: Positions, with_month: Flags
) -> tuple[Any, Any, Any]:
    """Group, person and fingerprint of an item, of the rows of a part in which it is filled."""
    files, told = whole["file"], whole[item_id]
    group_of = np.full(int(max(files.max(initial=0), numbers.max(initial=0))) + 1, -1, dtype=np.int64)
    group_of[numbers] = groups
    monthly = np.zeros(len(group_of), dtype=np.bool_)
    monthly[numbers] = with_month
    group = group_of[files]
    rows = np.flatnonzero((told != 0) & (group >= 0))
    persons = np.where(monthly[files[rows]], whole["person"][rows], whole["plan"][rows])
    return group[rows], persons, told[rows]


def _told_in(files: Sequence[FileFacts], chosen: Flags) -> list[Told]:
    """Some files, each with what it says of persons."""
    found = (files[place] for place in np.flatnonzero(chosen).tolist())
    return [(facts, kept) for facts in found if (kept := facts.kept(PERSONS)) is not None]


def _without_replaced(group: Sequence[Told]) -> list[Told]:
    """What files say of persons, less what a later serial of the same file and month says anew (2.5)."""
    current: list[Told] = []
    newer: dict[Any, Any] = {}
    for facts, kept in sorted(group, key=lambda told: str(name_of(told[0]).serial), reverse=True):
        key = (day_of(facts), name_of(facts).receiver_kind, name_of(facts).prefix, name_of(facts).month)
        seen = newer.get(key, np.empty(0, dtype=np.uint64))
        current.append((facts, kept.take(~arrays.is_in(kept["person"], seen))))
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

    def places() -> Iterator[Place]:
        for row in rows.tolist():
            other_facts, other = known.told[known.files[at[row]]]
            beside = int(known.rows[at[row]])
            yield Place(
                int(kept["line"][row]),
                int(kept["record"][row]),
                expected=other.texts[item_id][beside].as_py(),
                found=kept.texts[item_id][row].as_py(),
                other=other.place(beside, other_facts.source.name),
            )

    remedy = _REMEDY_LATER if severity is Severity.INFO else ""
    item = facts.layout.by_id[item_id]
    yield (
        facts.source.name,
        hit(rule, message, severity, item=item, count=len(rows), places=places(), remedy=remedy),
    )

"""Rules on several files: plan against results, table 6 against table 7, deletions (B705–B710)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from careplan_csv.checks.crossing import PERSON, TOLD, mixed
from careplan_csv.checks.facts import FileFacts
from careplan_csv.checks.gathering import Kept
from careplan_csv.checks.name_parts import is_serial
from careplan_csv.checks.registry import Hit, Place, rule
from careplan_csv.findings import EXAMPLES_KEPT, Rule, Severity
from careplan_csv.reading import arrays
from careplan_csv.reading.fingerprint import value_prints
from careplan_csv.reading.structure import Flags
from careplan_csv.reading.values import as_flags
from careplan_csv.standard import Exchange

NamedHit: TypeAlias = tuple[str, Hit]
_STABLE = ("user_name", "birth_date", "sex")
"""What does not change from month to month; the rest is compared within one transmission unit only."""


def check_crossing(files: Sequence[FileFacts]) -> list[NamedHit]:
    """B705–B710 on all examined files."""
    named = [facts for facts in files if facts.name is not None and facts.layout is not None]
    return [
        *persons_agree(named),
        *tables_agree(named),
        *receiver_is_concerned(named),
        *deletions_follow_something(named),
        *names_are_unique(named),
        *results_were_planned(named),
    ]


def _name(facts: FileFacts) -> Any:
    return facts.name


def _route(facts: FileFacts) -> tuple[str, str]:
    return _name(facts).sender_office, _name(facts).receiver_office


def _unit_key(facts: FileFacts) -> tuple[str, ...]:
    return (*_route(facts), _name(facts).serial, facts.source.folder)


def _hit(
    rule_id: str,
    facts: FileFacts,
    kept: Kept,
    mask: Flags,
    message: str,
    severity: Severity,
    item_id: str = "",
) -> Iterator[NamedHit]:
    rows = np.flatnonzero(mask)
    if len(rows) and facts.layout:
        rows = rows[np.argsort(kept["record"][rows], kind="stable")]
        item = facts.layout.by_id.get(item_id)
        yield facts.source.name, Hit(rule_id, severity, message, item, len(rows), kept.places(rows))


@rule(
    Rule(
        id="B705",
        severity=Severity.WARNING,
        title="同じ利用者の氏名や認定の内容が、ファイルによって違う",
        why="どちらが正しいか分からないまま取り込まれ、別の人や古い認定として扱われることがあります。",
        remedy="利用者の基本情報と認定の内容を確かめ、関係するファイルを出力し直してください。",
        reference="§2.3（同じ利用者の情報）",
        friends="要介護状態区分など月によって変わる内容は、同じ組の中だけで比べます。",
    )
)
def persons_agree(files: Sequence[FileFacts]) -> Iterator[NamedHit]:
    """B705: names between all files of one sender, certification within a transmission unit."""
    senders: dict[Any, list[FileFacts]] = defaultdict(list)
    units: dict[Any, list[FileFacts]] = defaultdict(list)
    for facts in files:
        if facts.persons is not None:
            senders[_name(facts).sender_office, facts.source.folder].append(facts)
            units[(*_unit_key(facts), _month(facts))].append(facts)
    changing = tuple(item_id for item_id in TOLD if item_id not in _STABLE)
    for group in senders.values():
        current = _without_replaced(group)
        for item_id in _STABLE:
            yield from _told_differently(current, item_id, "person")
    for (*_, month), group in units.items():
        told = [(facts, facts.persons) for facts in group if facts.persons is not None]
        for item_id in changing:
            # Plans of several dates may stand in one unit, each with what held at its time.
            yield from _told_differently(told, item_id, "person" if month else "plan")


def _month(facts: FileFacts) -> str:
    """The 提供年月 of a schedule's or result's files; empty for a plan's, whose supplement is named 000000."""
    month = str(_name(facts).month)
    return "" if set(month) <= {"0"} else month


Told: TypeAlias = tuple[FileFacts, Kept]


def _without_replaced(group: Sequence[FileFacts]) -> list[Told]:
    """What files say of persons, less what a later serial of the same file and month says anew (2.5)."""
    left: list[Told] = []
    newer: dict[Any, Any] = {}
    for facts in sorted(group, key=lambda facts: str(_name(facts).serial), reverse=True):
        kept = facts.persons
        if kept is None:
            continue
        key = (_route(facts), _name(facts).prefix, _name(facts).month)
        seen = newer.get(key, np.empty(0, dtype=np.uint64))
        mine = ~np.isin(kept["person"], seen)
        left.append((facts, Kept({name: column[mine] for name, column in kept.columns.items()})))
        newer[key] = np.union1d(seen, kept["person"])
    order = {id(facts): place for place, facts in enumerate(group)}
    return sorted(left, key=lambda told: order[id(told[0])])


def _told_differently(group: Sequence[Told], item_id: str, who: str) -> Iterator[NamedHit]:
    """Files in which a person's item is another than in the first file that tells it.

    Args:
        who: the column of whom it is told, `person` or `plan`.
    """
    known_persons = np.empty(0, dtype=np.uint64)
    known_values = np.empty(0, dtype=np.uint64)
    for facts, kept in group:
        if item_id not in kept.columns or facts.layout is None:
            continue
        persons, values = kept[who], kept[item_id]
        at = np.searchsorted(known_persons, persons)
        at[at == len(known_persons)] = 0
        known = known_persons[at] == persons if len(known_persons) else np.zeros(len(persons), dtype=np.bool_)
        differs = known & (values != 0)
        if known.any():
            differs &= known_values[at] != values
        message = f"同じ利用者の「{facts.layout.by_id[item_id].name}」が、ほかのファイルと違います。"
        yield from _hit("B705", facts, kept, differs, message, Severity.WARNING, item_id)
        new = ~known & (values != 0)
        known_persons = np.concatenate([known_persons, persons[new]])
        known_values = np.concatenate([known_values, values[new]])
        known_persons, first = np.unique(known_persons, return_index=True)
        known_values = known_values[first]


@rule(
    Rule(
        id="B706",
        severity=Severity.WARNING,
        title="第7表の回数が、第6表の予定と合わない",
        why="別表の回数と利用票の予定が違うと、サービス事業所はどちらに従えばよいか分かりません。",
        remedy="第6表の予定と第7表の回数を見比べ、計算し直して一緒に出力してください。",
        reference="§2.3、別紙 第6表・第7表（A22）",
        friends="月に1回の加算などで回数が違うだけのときは、情報にとどめます。",
    )
)
def tables_agree(files: Sequence[FileFacts]) -> Iterator[NamedHit]:
    """B706: within a transmission unit."""
    units: dict[Any, list[FileFacts]] = defaultdict(list)
    for facts in files:
        if facts.services is not None and not facts.damaged:
            units[(*_unit_key(facts), _name(facts).month)].append(facts)
    for unit in units.values():
        parents = {facts.layout.prefix: facts for facts in unit if facts.layout}
        for table in unit:
            plan = parents.get(table.variant.parent or "") if table.variant else None
            if plan is not None:
                yield from _counts_agree(plan, table)


def _counts_agree(plan: FileFacts, table: FileFacts) -> Iterator[NamedHit]:
    planned, billed = plan.services, table.services
    if planned is None or billed is None:
        return
    there, count, timed = _looked_up(billed, planned)
    absent = ~there
    message = "第7表の明細にあるサービスが、第6表の予定に1件もありません。"
    yield from _hit("B706", table, billed, absent, message, Severity.WARNING, "service_code")
    more = there & timed & (billed["count"] > count)
    message = "第7表の回数が、第6表の予定の回数より多くなっています。"
    yield from _hit("B706", table, billed, more, message, Severity.WARNING, "service_count")
    other = there & ~more & (billed["count"] != count)
    message = "第7表の回数と、第6表の予定の回数が違います（月に1回の加算などでは誤りではありません）。"
    yield from _hit("B706", table, billed, other, message, Severity.INFO, "service_count")
    there, _, _ = _looked_up(planned, billed)
    message = "第6表の予定にあるサービスが、第7表の明細にありません。"
    yield from _hit("B706", plan, planned, ~there, message, Severity.WARNING, "service_code")


def _service_key(kept: Kept) -> Any:
    return mixed(kept["person"], kept["month"], kept["office"], kept["code"])


def _looked_up(wanted: Kept, known: Kept) -> tuple[Flags, Any, Flags]:
    """For each wanted service: whether it is known, its count there, and whether it shows times there."""
    keys, order = np.unique(_service_key(known), return_index=True)
    at = np.searchsorted(keys, _service_key(wanted))
    at[at == len(keys)] = 0
    if not len(keys):
        nothing = np.zeros(len(wanted), dtype=np.bool_)
        return nothing, np.zeros(len(wanted), dtype=np.int64), nothing
    return keys[at] == _service_key(wanted), known["count"][order][at], known["timed"][order][at]


@rule(
    Rule(
        id="B707",
        severity=Severity.WARNING,
        title="送信先の事業所と関わりのない利用者が含まれている",
        why="関わりのない事業所に、利用者の個人情報を渡すことになります。",
        remedy="送信先の事業所がサービスを行う利用者だけを選んで出力し直し、誤って送ったときは相手に削除を頼んでください。",
        reference="§2.6（送信先に関係する利用者だけを送る）",
        friends="送信先が居宅介護支援事業所や地域包括支援センターのときは調べません。",
    )
)
def receiver_is_concerned(files: Sequence[FileFacts]) -> Iterator[NamedHit]:
    """B707: schedules sent to a service office."""
    for facts in files:
        name, kept, layout, edition = _name(facts), facts.services, facts.layout, facts.edition
        if kept is None or layout is None or edition is None or layout.sender != "planning":
            continue
        kind = edition.kinds.get(name.receiver_kind)
        # Without a service kind in the name, nothing says that the receiver is a service office.
        if kind is None or kind.exchange is not Exchange.YES or "service_date" not in layout.by_id:
            continue
        [receiver] = value_prints(arrays.strings([name.receiver_office]))
        own = np.unique(kept["person"][kept["office"] == receiver])
        strangers = ~np.isin(kept["person"], own)
        first = np.zeros(len(kept), dtype=np.bool_)
        first[np.unique(kept["person"], return_index=True)[1]] = True
        message = "送信先の事業所のサービスが1件も無い利用者が含まれています。"
        yield from _hit("B707", facts, kept, strangers & first, message, Severity.WARNING, "insured_number")


@rule(
    Rule(
        id="B708",
        severity=Severity.WARNING,
        title="前に送っていないものを削除しようとしている",
        why="削除の対象が見つからないと、受け取る側は何も消せず、古い内容が残ることがあります。",
        remedy="削除する利用者・年月・計画作成日が、前に送ったものと同じかを確かめてください。",
        reference="§2.3、§2.5（削除）",
        friends="同じ年月の、前に送ったファイルを一緒に調べていないときは出しません。",
    )
)
def deletions_follow_something(files: Sequence[FileFacts]) -> Iterator[NamedHit]:
    """B708: only where earlier files of the same route are given, too."""
    for deletion in files:
        target = deletion.variant.deletes if deletion.variant else None
        serial = _name(deletion).serial
        if not target or deletion.keys is None or not is_serial(serial) or deletion.layout is None:
            continue
        earlier = [
            facts
            for facts in files
            if facts.layout is not None
            and facts.layout.prefix == target
            and facts.keys is not None
            and _route(facts) == _route(deletion)
            and _name(facts).serial < serial
            and _month(facts) == _month(deletion)
        ]
        if not earlier or any(facts.damaged for facts in earlier):
            continue
        items = [item for item in deletion.key_items if all(item in facts.key_items for facts in earlier)]
        lacking = ~_among(deletion, earlier, items)
        if not _month(deletion):
            # Plans stay in force for long: whoever is not at hand may have had one sent long ago.
            lacking &= _among(deletion, earlier, [item for item in items if item in PERSON])
        rows = np.flatnonzero(lacking)
        if len(rows):
            yield (
                deletion.source.name,
                Hit(
                    "B708",
                    Severity.WARNING,
                    "前に送ったファイルに無いものを削除しようとしています。",
                    None,
                    len(rows),
                    _key_places(deletion.keys, rows),
                ),
            )


def _among(deletion: FileFacts, earlier: Sequence[FileFacts], items: Sequence[str]) -> Flags:
    """Which of the deletion's keys occur in earlier files, by some items."""
    known = pa.concat_arrays([_joined(facts.keys, items) for facts in earlier])
    return as_flags(pc.is_in(_joined(deletion.keys, items), value_set=known))


def _joined(keys: Any, items: Sequence[str]) -> Any:
    joined = pc.binary_join_element_wise(*(keys.column(item) for item in items), arrays.strings([","])[0])
    return joined.combine_chunks() if isinstance(joined, pa.ChunkedArray) else joined


def _key_places(keys: Any, rows: Any) -> tuple[Place, ...]:
    records, lines = (
        arrays.numbers(keys.column(name).combine_chunks(), np.int64) for name in ("record", "line")
    )
    rows = rows[np.argsort(records[rows])][:EXAMPLES_KEPT]
    return tuple(Place(int(lines[row]), int(records[row])) for row in rows)


@rule(
    Rule(
        id="B709",
        severity=Severity.ERROR,
        title="同じ名前のファイルが2つあり、中身が違う",
        why="受け取る側はどちらか一方しか取り込めず、もう一方の内容が失われます。",
        remedy="どちらが正しいかを確かめ、片方だけを残してください。出力し直すとファイル連番が変わります。",
        reference="別紙 ファイル名規約（日時による連番）",
        friends="別のフォルダーにある同じ名前のファイルは、別の事業所のものかもしれないので出しません。",
    )
)
def names_are_unique(files: Sequence[FileFacts]) -> Iterator[NamedHit]:
    """B709: in one folder or archive; copies in other folders may belong to other people."""
    seen: dict[tuple[str, str], FileFacts] = {}
    for facts in files:
        key = (facts.source.folder, facts.source.file_name.upper())
        other = seen.setdefault(key, facts)
        if other is not facts and other.sha256 != facts.sha256:
            message = "同じ名前のファイルがもう1つあり、中身が違います。"
            yield facts.source.name, Hit("B709", Severity.ERROR, message)


@rule(
    Rule(
        id="B710",
        severity=Severity.WARNING,
        title="予定に無い利用者の実績がある",
        why="予定の無い実績は、居宅介護支援事業所で結び付ける相手が見つかりません。",
        remedy="利用者の番号と対象年月を確かめてください。予定が後から届くときは、そのままで構いません。",
        reference="§2.3、§2.5（予定と実績）",
        friends="その月の予定を一緒に調べていないときは出しません。",
    )
)
def results_were_planned(files: Sequence[FileFacts]) -> Iterator[NamedHit]:
    """B710: only where the schedules of that month between the two offices are given, too."""
    for result in files:
        kept, layout = result.services, result.layout
        if kept is None or layout is None or layout.sender != "service":
            continue
        sender, receiver = _route(result)
        plans = [
            facts.services
            for facts in files
            if facts.services is not None
            and facts.layout is not None
            and facts.layout.sender == "planning"
            and "service_date" in facts.layout.by_id
            and _route(facts) == (receiver, sender)
            and _name(facts).month == _name(result).month
        ]
        if not plans:
            continue
        # 住所地特例: the insurer's number may have been corrected after the import (A16).
        planned = np.concatenate([mixed(plan["insured"], plan["month"], plan["office"]) for plan in plans])
        own = mixed(kept["insured"], kept["month"], kept["office"])
        lacking = ~np.isin(own, planned)
        first = np.zeros(len(kept), dtype=np.bool_)
        first[np.unique(own, return_index=True)[1]] = True
        message = "一緒に調べた予定に無い利用者・事業所の実績です。"
        yield from _hit("B710", result, kept, lacking & first, message, Severity.WARNING, "insured_number")

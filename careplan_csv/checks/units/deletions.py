"""Deletions of what was not sent (B708)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from careplan_csv.checks.collected.file_facts import FileFacts
from careplan_csv.checks.collected.keys import KEYS, KeyPrints, key_items, keys_of, mistyped, wrong_keys
from careplan_csv.checks.collected.services_and_persons import PERSON
from careplan_csv.checks.units.routes import full_route, has_sound_name, month_of, name_of
from careplan_csv.checks.units.together import NamedHit, Together, between_rule
from careplan_csv.findings import Cause, Consequence, OtherPlace, Rule, Severity
from careplan_csv.reading import arrays
from careplan_csv.reading.structure import Flags
from careplan_csv.reading.values import as_flags
from careplan_csv.rules.hits import Place, hit


@between_rule(
    Rule(
        id="B708",
        severity=Severity.WARNING,
        consequence=Consequence.LOST,
        title="前に送っていないものを削除しようとしている",
        compares="削除のファイルのキーを、同じ送信元から同じ送信先へ前に送ったファイルのキーと比べます。",
        why="削除の対象が見つからないと、受け取る側は何も消せず、古い内容が残ることがあります。",
        remedy="事業所の方: 削除する利用者と、年月・計画作成（変更）日・相談日が、前に送ったものと同じかを確かめてください。",
        reference="§2.3、§2.5、§3.5（削除）",
        friends=(
            "比べるのは、送信元・送信先と両方のサービス種類が同じで、ファイル連番がより古い、削除の対象の種類のファイルを一緒に調べたときだけです。"
            "利用票・実績の削除は、同じサービス提供年月のファイルがあるとき、"
            "計画書・利用者基本情報・予防計画書の削除は、その利用者の記録か、同じ日付（計画作成（変更）日・相談日）の記録があるときに調べます。"
            "同じものの2回目の削除と、ファイル名や番号・日付に誤りのある削除は調べません。"
        ),
        cause=Cause.INPUT,
    ),
    keeps=(KEYS,),
)
def deletions_follow_something(rule: Rule, together: Together) -> Iterator[NamedHit]:
    """Only where earlier files of the same route are given, too."""
    deletions = [facts for facts in together.named if facts.variant and facts.variant.deletes]
    if not deletions:
        return
    sent = _sent(together.named)
    for deletion in deletions:
        target = deletion.variant.deletes if deletion.variant else None
        if not target or deletion.layout is None or not has_sound_name(deletion):
            continue
        earlier = _earlier(sent, deletion, target)
        if _may_lack(deletion, earlier, together.key_prints):
            before = _earlier(sent, deletion, deletion.layout.prefix)
            yield from _not_sent(rule, deletion, earlier, before)


def _may_lack(deletion: FileFacts, earlier: Sequence[FileFacts], prints: KeyPrints) -> bool:
    """Whether the deletion may have a key that was not sent before, as far as fingerprints tell."""
    if not earlier or any(facts.damaged for facts in earlier):
        return False
    items = tuple(_shared(deletion, earlier))
    sent = [prints.of(facts, items) for facts in earlier]
    own = prints.of(deletion, items)
    if own is None or any(keys is None for keys in sent):
        return True
    return not bool(arrays.is_in(own, np.concatenate(sent)).all())


def _not_sent(
    rule: Rule, facts: FileFacts, sent: Sequence[FileFacts], deleted: Sequence[FileFacts]
) -> Iterator[NamedHit]:
    """A hit at the keys that no earlier file has, and no earlier deletion.

    Args:
        sent: the earlier files of the kind that is deleted, at least one.
        deleted: the earlier deletions of that kind.
    """
    deletion = _Keyed.of(facts)
    earlier = [keyed for one in sent if (keyed := _Keyed.of(one))]
    if deletion is None or not earlier or any(wrong_keys(one.keys).any() for one in earlier):
        return
    before = [keyed for one in deleted if (keyed := _Keyed.of(one))]
    rows = np.flatnonzero(_lacking(deletion, earlier, before))
    if len(rows):
        message = "前に送ったファイルに無いものを削除しようとしています。"
        places = _places(deletion, earlier, rows)
        yield facts.source.name, hit(rule, message, count=len(rows), places=places)


@dataclass(frozen=True)
class _Keyed:
    """A file with its distinct keys, a pyarrow table."""

    facts: FileFacts
    keys: Any

    @classmethod
    def of(cls, facts: FileFacts) -> _Keyed | None:
        keys = keys_of(facts)
        return None if keys is None else cls(facts, keys)


_Sent: TypeAlias = dict[tuple[str, ...], list[FileFacts]]


def _sent(files: Sequence[FileFacts]) -> _Sent:
    """Files by what they have in common with the deletions of their records: kind, route and month."""
    sent: _Sent = defaultdict(list)
    for facts in files:
        if facts.layout is not None:
            sent[(facts.layout.prefix, *full_route(facts), month_of(facts))].append(facts)
    return sent


def _earlier(sent: _Sent, deletion: FileFacts, prefix: str) -> list[FileFacts]:
    """Files of a kind that went the same way before, for the same month, in the order of their serials."""
    found = [
        facts
        for facts in sent.get((prefix, *full_route(deletion), month_of(deletion)), [])
        if name_of(facts).serial < name_of(deletion).serial and KEYS in facts.parts
    ]
    return sorted(found, key=lambda facts: str(name_of(facts).serial))


def _items(facts: FileFacts) -> tuple[str, ...]:
    return key_items(facts.variant) if facts.variant else ()


def _shared(deletion: FileFacts, earlier: Sequence[FileFacts]) -> list[str]:
    """The items by which a deletion and what it deletes are compared."""
    return [item for item in _items(deletion) if all(item in _items(facts) for facts in earlier)]


def _shared_keys(deletion: _Keyed, earlier: Sequence[_Keyed]) -> list[str]:
    return _shared(deletion.facts, [one.facts for one in earlier])


def _lacking(deletion: _Keyed, earlier: Sequence[_Keyed], deletions: Sequence[_Keyed]) -> Flags:
    """Which of the deletion's keys were never sent; what was deleted in vain before is not told again."""
    items = _shared_keys(deletion, earlier)
    lacking = ~_among(deletion, earlier, items) & ~wrong_keys(deletion.keys)
    for item in items:
        lacking &= ~as_flags(mistyped(deletion.keys, item, [one.keys for one in earlier]))
    if deletions:
        lacking &= ~_among(deletion, deletions, items)
    if not month_of(deletion.facts):
        # Plans stay in force for long: somebody else's of another day may have been sent long ago.
        person = [item for item in items if item in PERSON]
        day = [item for item in items if item not in PERSON]
        lacking &= _among(deletion, earlier, person) | _among(deletion, earlier, day)
    return lacking


def _among(deletion: _Keyed, earlier: Sequence[_Keyed], items: Sequence[str]) -> Flags:
    """Which of the deletion's keys occur in earlier files, by some items."""
    known = pa.concat_arrays([_joined(one.keys, items) for one in earlier])
    return as_flags(pc.is_in(_joined(deletion.keys, items), value_set=known))


def _joined(keys: Any, items: Sequence[str]) -> Any:
    joined = pc.binary_join_element_wise(*(keys.column(item) for item in items), arrays.strings([","])[0])
    return joined.combine_chunks() if isinstance(joined, pa.ChunkedArray) else joined


def _places(deletion: _Keyed, earlier: Sequence[_Keyed], rows: Any) -> Iterator[Place]:
    """The places, each with what was sent of the same person last, or with the last file."""
    keys: Any = deletion.keys
    items = _shared_keys(deletion, earlier)
    person = [item for item in items if item in PERSON]
    day = [item for item in items if item not in PERSON]
    records = arrays.numbers(keys.column("record").combine_chunks(), np.int64)
    for row in rows[np.argsort(records[rows])].tolist():
        own = keys.slice(row, 1)
        line, record = own["line"][0].as_py(), own["record"][0].as_py()
        found = "・".join(own[item][0].as_py() for item in day)
        sent = _last_of(earlier, _joined(own, person), person)
        if sent is None:
            other = OtherPlace(earlier[-1].facts.source.name)
            yield Place(line, record, safe=True, expected="1件以上", found="0件", other=other)
            continue
        last, key = sent
        expected = "・".join(key[item][0].as_py() for item in day)
        other = OtherPlace(last.facts.source.name, key["line"][0].as_py(), key["record"][0].as_py())
        yield Place(line, record, expected=expected, found=found, other=other)


def _last_of(earlier: Sequence[_Keyed], whom: Any, person: Sequence[str]) -> tuple[_Keyed, Any] | None:
    """The last key that was sent of a person, with its file."""
    for one in reversed(earlier):
        at = np.flatnonzero(as_flags(pc.is_in(_joined(one.keys, person), value_set=whom)))
        if len(at):
            return one, one.keys.slice(int(at[-1]), 1)
    return None

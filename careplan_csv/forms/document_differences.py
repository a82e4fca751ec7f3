"""Two readings of the same documents side by side: which values differ, and which records only one of them has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from careplan_csv.forms.documents import Document, Fate
from careplan_csv.forms.located_records import FormRecord

_USE = ("service_date", "start_time", "end_time", "service_code", "provider_office", "detail_no", "tais_code", "equipment_code")  # fmt: skip
_KEYS = {
    "UPPLAN": _USE,
    "UPJSK": _USE,
    "UPSIKYU": (
        "provider_office",
        "satellite_no",
        "service_code",
        "tais_code",
        "equipment_code",
        "over_30_days",
    ),
}
"""What tells records apart that have no key of their own; others are compared in their order."""
_NOT_COMPARED = ("updating_office",)
"""Whoever writes a file puts its own number there (§2.3)."""


@dataclass(frozen=True)
class DocumentDifference:
    """What differs between a document and its counterpart.

    Attributes:
        counterparts: the other record by the identity of each record; None where the other side has none.
        surplus: records that only the other side has.
        count: how many values differ, with records that only one side has counted once.
    """

    counterparts: dict[int, FormRecord | None] = field(default_factory=dict)
    surplus: Sequence[FormRecord] = ()
    count: int = 0


@dataclass(frozen=True, slots=True)
class ComparedDocument:
    """A document with what differs.

    Attributes:
        missing: which side has no such document, in words; empty where both have it.
        about: what kind of reading it is of, in words.
    """

    document: Document
    difference: DocumentDifference
    missing: str = ""
    about: str = ""


def compared_documents(
    own: Sequence[Document], theirs: Sequence[Document], other: str
) -> list[ComparedDocument]:
    """Each document with its counterpart: that of the same ファイル連番, else the one that counts at the end.

    Args:
        other: whose the others are, a noun.
    """
    waiting: dict[tuple[object, ...], list[Document]] = defaultdict(list)
    for document in theirs:
        waiting[_key(document)].append(document)
    found = []
    for document in own:
        counterpart = _taken(waiting[_key(document)], document.serial)
        if counterpart is None:
            found.append(_alone(document, f"{other}に、この書類がありません。"))
        else:
            found.append(ComparedDocument(document, _difference(document, counterpart)))
    left = [document for documents in waiting.values() for document in documents]
    return [*found, *(_alone(document, f"{other}だけにある書類です。") for document in left)]


def paired_documents(
    own: Sequence[Document],
    counterparts: Mapping[int, FormRecord | None],
    surplus: Sequence[Document],
    other: str,
) -> list[ComparedDocument]:
    """Documents whose records were paired elsewhere.

    Args:
        counterparts: the other record by the identity of each record; None where the other side has none.
        surplus: documents of the records that only the other side has.
        other: as for `compared_documents`.
    """
    over: dict[tuple[object, ...], list[FormRecord]] = {one_key: [] for one_key in map(_key, surplus)}
    for document in surplus:
        over[_key(document)] += document.records
    found = []
    for document in own:
        more = [record for part in (document, *document.results) for record in over.pop(_key(part), ())]
        pairs = {id(record): counterparts.get(id(record)) for record in document.records}
        if not more and not any(pairs.values()):
            found.append(_alone(document, f"{other}に、この書類がありません。"))
            continue
        count = sum(_count(record, pairs[id(record)]) for record in document.records)
        found.append(ComparedDocument(document, DocumentDifference(pairs, more, count + len(more))))
    left = [document for document in surplus if _key(document) in over]
    return [*found, *(_alone(document, f"{other}だけにある書類です。") for document in left)]


def _alone(document: Document, missing: str) -> ComparedDocument:
    return ComparedDocument(document, DocumentDifference(count=1), missing)


def _count(record: FormRecord, counterpart: FormRecord | None) -> int:
    return len(different_items(record, counterpart)) if counterpart else 1


def _key(document: Document) -> tuple[object, ...]:
    return document.kind, document.person, document.when, document.pair


def _taken(waiting: list[Document], serial: str) -> Document | None:
    """Take the best counterpart out of those that wait."""
    if not waiting:
        return None
    best = max(waiting, key=lambda one: (one.serial == serial, one.fate is Fate.CURRENT, one.serial))
    waiting.remove(best)
    return best


def _difference(document: Document, other: Document) -> DocumentDifference:
    theirs = {key: record for record, key in _keyed(other.records)}
    counterparts: dict[int, FormRecord | None] = {}
    count = 0
    for record, key in _keyed(document.records):
        counterpart = theirs.pop(key, None)
        counterparts[id(record)] = counterpart
        count += _count(record, counterpart)
    return DocumentDifference(counterparts, list(theirs.values()), count + len(theirs))


def _keyed(records: Iterable[FormRecord]) -> Iterator[tuple[FormRecord, tuple[str, ...]]]:
    """Each record with what it is found by: its kind, its key, and which of equal ones it is."""
    seen: dict[tuple[str, ...], int] = defaultdict(int)
    for record in records:
        own = next((variant.unique for variant in record.layout.variants if variant.unique), ())
        key = (record.name.prefix, *(record[item] for item in own or _KEYS.get(record.name.prefix, ())))
        yield record, (*key, str(seen[key]))
        seen[key] += 1


def different_items(record: FormRecord, other: FormRecord) -> list[str]:
    """The items with another value."""
    return [
        item for item, value in record.values.items() if value != other[item] and item not in _NOT_COMPARED
    ]

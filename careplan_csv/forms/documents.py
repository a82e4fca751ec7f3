"""Records grouped into documents: what one person's plan, month or interview consists of, and what became of it."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from careplan_csv.forms.located_records import FormRecord


class DocumentKind(StrEnum):
    """What a document is; the value is used in addresses of the page."""

    PLAN = "plan"
    SCHEDULE = "schedule"
    RESULT = "result"
    INTERVIEW = "interview"
    PREVENTION = "prevention"

    @property
    def label(self) -> str:
        return _LABELS[self.value]


_LABELS = {
    "plan": "居宅サービス計画書",
    "schedule": "サービス利用票・別表",
    "result": "実績",
    "interview": "利用者基本情報",
    "prevention": "介護予防サービス・支援計画書",
}
_KINDS = {
    "UP1KYO": (DocumentKind.PLAN, "plan_date"),
    "UP2KYO": (DocumentKind.PLAN, "plan_date"),
    "UP3KYO": (DocumentKind.PLAN, "plan_date"),
    "UPPLAN": (DocumentKind.SCHEDULE, "service_month"),
    "UPSIKYU": (DocumentKind.SCHEDULE, "service_month"),
    "UPJSK": (DocumentKind.RESULT, "service_month"),
    "UPKIHON": (DocumentKind.INTERVIEW, "consultation_date"),
    "UPKIHON_SUB1": (DocumentKind.INTERVIEW, "consultation_date"),
    "UPKIHON_SUB2": (DocumentKind.INTERVIEW, "consultation_date"),
    "UPYOBO": (DocumentKind.PREVENTION, "plan_date"),
    "UPYOBO_SUB": (DocumentKind.PREVENTION, "plan_date"),
    "DLT1KYO": (DocumentKind.PLAN, "plan_date"),
    "DLTPLAN": (DocumentKind.SCHEDULE, "service_month"),
    "DLTJSK": (DocumentKind.RESULT, "service_month"),
    "DLTKIHON": (DocumentKind.INTERVIEW, "consultation_date"),
    "DLTYOBO": (DocumentKind.PREVENTION, "plan_date"),
}
"""Kind of document, and the item that tells a person's documents of that kind apart (§2.3, §3.3)."""
_SUPPLEMENT = "UPHOSOKU"
_NO_MONTH = "000000"
_NOTHING_DELETED = "{:,}行目の削除の対象は、指定されたファイルの中にありません。"


class Fate(StrEnum):
    """What became of a document by what was sent later (§2.5: the order of the ファイル連番 decides)."""

    CURRENT = "current"
    REPLACED = "replaced"
    DELETED = "deleted"

    @property
    def label(self) -> str:
        return {"current": "", "replaced": "置き換えられた", "deleted": "削除された"}[self.value]


@dataclass
class Document:
    """The records of one person's plan, month or interview that were sent under one ファイル連番.

    Attributes:
        when: plan date, month or date of the interview, as it stands.
        parts: records by prefix, in the order of the file.
        later: the ファイル連番 that replaced or deleted it.
        results: 実績 that belong to a schedule.
    """

    kind: DocumentKind
    person: tuple[str, str]
    when: str
    serial: str
    pair: tuple[str, ...]
    parts: dict[str, list[FormRecord]] = field(default_factory=lambda: defaultdict(list))
    fate: Fate = Fate.CURRENT
    later: str = ""
    results: list[Document] = field(default_factory=list)

    def first(self, prefix: str) -> FormRecord | None:
        """The first record of a kind of file."""
        own = self.parts.get(prefix)
        return own[0] if own else None

    @property
    def records(self) -> Iterator[FormRecord]:
        """Every record, with those of its 実績."""
        for part in (self, *self.results):
            for own in part.parts.values():
                yield from own

    @property
    def any_record(self) -> FormRecord:
        """Some record, for the edition that it is written in."""
        return next(record for own in self.parts.values() for record in own)


DocumentKey = tuple[DocumentKind, tuple[str, str], str, tuple[str, ...]]
"""Kind, person, time and the two offices: what a later file replaces or deletes."""


@dataclass(frozen=True)
class FoundDocuments:
    """The documents, and records that belong to none, each with the reason."""

    documents: Sequence[Document]
    apart: Sequence[tuple[str, str]]


def documents(records: Iterable[FormRecord]) -> FoundDocuments:
    """The documents by person, kind and time; 実績 are with the schedule of their month where there is one."""
    grouped: dict[tuple[DocumentKey, str, str], Document] = {}
    deletions: dict[DocumentKey, list[FormRecord]] = defaultdict(list)
    apart: dict[tuple[str, str], None] = {}
    for record in records:
        kind, when = _kind_of(record)
        if kind is None:
            apart[record.file, "この種類のファイルの帳票はありません。"] = None
            continue
        key = (kind, record.person, when, record.pair)
        if record.name.prefix.startswith("DLT"):
            deletions[key].append(record)
            continue
        # Two folders may hold two exports of one moment: they are no one document.
        folder = record.file.rpartition("/")[0]
        empty = Document(kind, record.person, when, record.serial, record.pair)
        document = grouped.setdefault((key, record.serial, folder), empty)
        document.parts[record.name.prefix].append(record)
    missed = _judge(list(grouped.values()), deletions)
    apart |= {(record.file, _NOTHING_DELETED.format(record.line)): None for record in missed}
    return FoundDocuments(_with_results(sorted(grouped.values(), key=_order)), list(apart))


def _kind_of(record: FormRecord) -> tuple[DocumentKind | None, str]:
    if record.name.prefix == _SUPPLEMENT:
        if record["service_month"] == _NO_MONTH:
            return DocumentKind.PLAN, record["plan_date"]
        return DocumentKind.SCHEDULE, record["service_month"]
    kind, item_id = _KINDS.get(record.name.prefix, (None, ""))
    return kind, record[item_id]


def _judge(
    found: Sequence[Document], deletions: Mapping[DocumentKey, Sequence[FormRecord]]
) -> list[FormRecord]:
    """Decide by the ファイル連番 what was replaced and what was deleted.

    Returns:
        Records of deletions that delete nothing here.
    """
    groups: dict[DocumentKey, list[Document]] = defaultdict(list)
    for document in found:
        groups[document.kind, document.person, document.when, document.pair].append(document)
    for key, own in groups.items():
        own.sort(key=lambda document: document.serial)
        for document, later in itertools.pairwise(own):
            if later.serial > document.serial:
                document.fate, document.later = Fate.REPLACED, later.serial
        for document in own:
            gone = [record.serial for record in deletions.get(key, ()) if record.serial > document.serial]
            if gone and (document.fate is Fate.CURRENT or min(gone) < document.later):
                document.fate, document.later = Fate.DELETED, min(gone)
    return [
        record
        for key, records in deletions.items()
        for record in records
        if not any(document.serial < record.serial for document in groups.get(key, ()))
    ]


def _with_results(found: list[Document]) -> list[Document]:
    """実績 stand on the schedule that they belong to; those without one stand alone."""
    schedules = {
        (document.person, document.when, document.pair): document
        for document in found
        if document.kind is DocumentKind.SCHEDULE and document.fate is Fate.CURRENT
    }
    kept = []
    for document in found:
        schedule = schedules.get((document.person, document.when, document.pair))
        if document.kind is DocumentKind.RESULT and schedule and document.fate is Fate.CURRENT:
            schedule.results.append(document)
        else:
            kept.append(document)
    return kept


def _order(document: Document) -> tuple[tuple[str, str], int, str, str]:
    return document.person, list(DocumentKind).index(document.kind), document.when, document.serial

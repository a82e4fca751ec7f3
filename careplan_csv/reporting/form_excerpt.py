"""The first documents with findings as forms, for the page of findings: a look, not the whole, which `view` gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from careplan_csv.findings import Severity
from careplan_csv.forms.document_differences import ComparedDocument, DocumentDifference
from careplan_csv.forms.documents import Document, documents
from careplan_csv.forms.located_records import read_records
from careplan_csv.reporting.finding_list import FindingList
from careplan_csv.reporting.form_page import named_persons
from careplan_csv.reporting.form_sheet import FormLook, FormSheet
from careplan_csv.standard import standard
from careplan_csv.standard.filenames import parse

DOCUMENTS_SHOWN = 20
_MOST_BYTES = 1 << 19
_MOST_RECORDS = 1_000
"""Of all documents together: a page must stay quick to make and to open."""


@dataclass(frozen=True)
class FormExcerpt:
    """Some forms.

    Attributes:
        more: documents with findings that were read and are not shown.
        unread_files: files with findings that were not read for this.
    """

    sheets: Sequence[FormSheet] = ()
    more: int = 0
    unread_files: int = 0


def forms_of_findings(listing: FindingList) -> FormExcerpt:
    """The first documents with errors or warnings, from the first files that have them."""
    telling = [finding for finding in listing.findings if finding.severity is not Severity.INFO]
    faulty = {finding.file: None for finding in telling if finding.file in listing.every.sources}
    if not faulty:
        return FormExcerpt()
    chosen = _with_their_units(listing, list(faulty))
    result = replace(
        listing.result,
        inputs=tuple(report for report in listing.result.inputs if report.file in chosen),
        findings=tuple(finding for finding in telling if finding.file in chosen),
    )
    found = [
        one for one in documents(read_records(result, listing.every).records).documents if _has_findings(one)
    ]
    shown = _within_bounds(found)
    look = FormLook(show_values=listing.every.show_values)
    alone = [ComparedDocument(document, DocumentDifference()) for document in shown]
    sheets = [FormSheet(number, one, look) for number, one in enumerate(alone, 1)]
    named_persons(sheets)
    return FormExcerpt(sheets, len(found) - len(shown), len(faulty.keys() - chosen))


def _with_their_units(listing: FindingList, faulty: Sequence[str]) -> set[str]:
    """The first files with findings, and those that were sent with them, without what is too large."""
    units: dict[tuple[str, str], list[str]] = {}
    for report in listing.result.inputs:
        units.setdefault(_unit(report.file), []).append(report.file)
    chosen: set[str] = set()
    left = _MOST_BYTES
    for key in dict.fromkeys(map(_unit, faulty)):
        own = units.get(key, [])
        size = sum(_size(listing, file) for file in own)
        if size <= left:
            chosen.update(own)
            left -= size
    return chosen


def _unit(file: str) -> tuple[str, str]:
    """Folder and ファイル連番 of a file."""
    folder, _, own = file.rpartition("/")
    name = parse(own, standard())
    return folder, name.serial if name else own


def _size(listing: FindingList, file: str) -> int:
    source = listing.every.sources.get(file)
    return _MOST_BYTES + 1 if source is None or source.size is None else source.size


def _has_findings(document: Document) -> bool:
    return any(record.findings for record in document.records)


def _within_bounds(found: Sequence[Document]) -> list[Document]:
    """The first documents, without very large ones."""
    shown: list[Document] = []
    records = 0
    for document in found:
        own = sum(1 for _ in document.records)
        if len(shown) < DOCUMENTS_SHOWN and records + own <= _MOST_RECORDS:
            shown.append(document)
            records += own
    return shown

"""The forms that a rehearsal is compared with: what a kit sends, and what its office enters itself."""

from __future__ import annotations

import io

from careplan_csv.conformance.harness.observed_data import of_files
from careplan_csv.conformance.kit.kit_model import Kit, Step
from careplan_csv.forms.document_differences import ComparedDocument, DocumentDifference
from careplan_csv.forms.documents import documents
from careplan_csv.forms.located_records import FormRecord, record_of
from careplan_csv.reporting.form_page import FormPage, write_forms
from careplan_csv.reporting.form_sheet import FormLook
from careplan_csv.standard import standard

TAKEN_FORMS, SENT_FORMS = "帳票/取り込む内容.html", "帳票/出力する内容.html"


def reference_forms(kit: Kit) -> dict[str, bytes]:
    """Path within the folder of the kit -> page of forms; values are shown, because all people are made up."""
    parts = {TAKEN_FORMS: kit.inbox, SENT_FORMS: kit.own}
    return {path: _page(kit, steps) for path, steps in parts.items() if steps}


def _page(kit: Kit, steps: tuple[Step, ...]) -> bytes:
    found = documents([record for step in steps for record in _records(kit, step)])
    alone = [ComparedDocument(one, DocumentDifference()) for one in found.documents]
    stream = io.BytesIO()
    write_forms(FormPage(alone, FormLook(show_values=True), "", found.apart, is_made_up=True), stream)
    return stream.getvalue()


def _records(kit: Kit, step: Step) -> list[FormRecord]:
    edition = standard().edition(kit.edition)
    return [
        record_of(edition.layout(prefix), edition, month, values, number)
        for (prefix, month), records in of_files(kit.under(step.folder), edition).tables.items()
        for number, values in enumerate(records, 1)
    ]

"""The checksheet of an import kit as a page to print and to fill in by hand."""

from __future__ import annotations

from collections.abc import Sequence

from careplan_csv.conformance.checksheet.printed_forms import PrintedForm
from careplan_csv.conformance.checksheet.sheet import Entry, sheet_of
from careplan_csv.conformance.checksheet.short_sheet import Length
from careplan_csv.conformance.kit.kit_model import Kit
from careplan_csv.forms.document_differences import ComparedDocument, DocumentDifference
from careplan_csv.forms.documents import Document, DocumentKind, documents
from careplan_csv.forms.located_records import FormRecord, record_of
from careplan_csv.reporting.form_sheet import FormLook, FormSheet
from careplan_csv.reporting.templates import environment
from careplan_csv.standard import Edition, standard

TEMPLATE = "checksheet.html.j2"
_SUPPLEMENT = "UPHOSOKU"


def checksheet_html(kit: Kit, length: Length = Length.LONG) -> str:
    """The checksheet as one HTML page that needs nothing from outside, for the screen and for A4 landscape.

    Raises:
        KeyError: the kit's edition is unknown.
    """
    sheet = sheet_of(kit, length)
    edition = standard().edition(kit.edition)
    return (
        environment()
        .get_template(TEMPLATE)
        .render(
            kit=kit,
            profile=sheet.profile_name,
            office_type=sheet.office_type_name,
            edition=sheet.edition_name,
            entries=[(entry, _shown(entry, edition)) for entry in sheet.entries],
            length=length.label,
            is_short=length is Length.SHORT,
        )
    )


def _shown(entry: Entry, edition: Edition) -> list[tuple[PrintedForm, list[FormSheet]]]:
    """The forms of a step, each as the sheets of paper that it makes: the kit's people are invented, nothing is masked."""
    look = FormLook(show_values=True, paper=True)
    return [
        (
            form,
            [
                FormSheet(number, ComparedDocument(document, DocumentDifference()), look)
                for number, document in enumerate(_documents_of(form, entry, edition), 1)
            ],
        )
        for form in entry.forms
    ]


def _documents_of(form: PrintedForm, entry: Entry, edition: Edition) -> Sequence[Document]:
    """The documents of a form, with what the supplement of the same person adds to their heads."""
    prefix, own = form.layout.prefix, _records_of(form, edition)
    beside = [
        record
        for other in entry.forms
        if other.layout.prefix == _SUPPLEMENT != prefix and other.person == form.person
        for record in _records_of(other, edition)
    ]
    found = [one for one in documents([*own, *beside]).documents if one.parts.get(prefix)]
    if found or not own:
        return found
    # What makes no form, such as a deletion, is listed item by item.
    alone = Document(DocumentKind.PLAN, own[0].person, "", "", ())
    alone.parts[prefix] = own
    return [alone]


def _records_of(form: PrintedForm, edition: Edition) -> list[FormRecord]:
    return [record_of(form.layout, edition, form.month, values) for values in form.records]

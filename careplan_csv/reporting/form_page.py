"""A page of forms: 第1表 to 第3表, 利用票, 別表, 利用者基本情報, 介護予防サービス・支援計画書."""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from markupsafe import Markup

from careplan_csv import resources
from careplan_csv.findings import printable
from careplan_csv.forms.document_differences import (
    ComparedDocument,
    DocumentDifference,
    compared_documents,
)
from careplan_csv.forms.documents import documents
from careplan_csv.forms.located_records import ReadRecords
from careplan_csv.reporting.fonts import FAMILY
from careplan_csv.reporting.form_sheet import FormLook, FormSheet
from careplan_csv.reporting.pdf import html_to_pdf
from careplan_csv.reporting.report_file import report_file
from careplan_csv.reporting.templates import environment
from careplan_csv.version import __version__

OTHER = "相手"
_UNREAD_SHOWN = 500


@dataclass(frozen=True)
class FormPage:
    """What a page of forms is made from.

    Attributes:
        unread, remarks: file, and why it makes no form or what was found about it.
        made_at: ISO 8601.
        comparing: a sentence that says what was compared with what; empty if nothing was.
        is_made_up: whether nobody in it exists.
    """

    compared: Sequence[ComparedDocument]
    look: FormLook
    made_at: str
    unread: Sequence[tuple[str, str]] = ()
    remarks: Sequence[tuple[str, str]] = ()
    comparing: str = ""
    is_made_up: bool = False


def page_of_records(
    read: ReadRecords, made_at: str, look: FormLook | None = None, other: ReadRecords | None = None
) -> FormPage:
    """The page of what was read, compared with what else was read where that is given."""
    look = look or FormLook()
    own = documents(read.records)
    unread = [*read.unread, *own.apart]
    if other is None:
        alone = [ComparedDocument(document, DocumentDifference()) for document in own.documents]
        return FormPage(alone, look, made_at, unread, read.remarks)
    theirs = documents(other.records)
    unread += [(f"{OTHER}の {file}", why) for file, why in (*other.unread, *theirs.apart)]
    compared = compared_documents(own.documents, theirs.documents, OTHER)
    look = replace(look, other=OTHER)
    return FormPage(compared, look, made_at, unread, read.remarks, f"{OTHER}と比べました。")


def write_forms(page: FormPage, file: BinaryIO) -> None:
    """Write the page of HTML; it needs nothing else, and everything in it is escaped."""
    script = (resources.folder("reports") / "forms.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    sheets = [FormSheet(number, one, page.look) for number, one in enumerate(page.compared, 1)]
    stream = (
        environment()
        .get_template("forms.html.j2")
        .stream(
            sheets=sheets,
            persons=named_persons(sheets),
            unread=[(printable(name, 300), why) for name, why in page.unread[:_UNREAD_SHOWN]],
            more_unread=max(0, len(page.unread) - _UNREAD_SHOWN),
            remarks=[(printable(name, 300), why) for name, why in page.remarks[:_UNREAD_SHOWN]],
            more_remarks=max(0, len(page.remarks) - _UNREAD_SHOWN),
            other=page.look.other,
            comparing=page.comparing,
            differences=sum(sheet.differences for sheet in sheets),
            show_values=page.look.show_values,
            is_made_up=page.is_made_up,
            paper=page.look.paper,
            has_pictures=page.look.pictures is not None,
            made_at=page.made_at,
            version=__version__,
            font=FAMILY,
            script=Markup(script),
            script_hash=Markup(f"sha256-{digest}"),
        )
    )
    stream.enable_buffering(200)
    for part in stream:
        file.write(part.encode("utf-8", "replace"))


def write_form_file(page: FormPage, out: Path, *, force: bool) -> None:
    """Write the page to a file of HTML, or of PDF if its look is that of paper.

    Raises:
        CannotWrite: the place is taken or cannot be written.
        PdfUnavailable: no PDF can be made here.
    """
    stream = io.BytesIO()
    write_forms(page, stream)
    data = stream.getvalue()
    if page.look.paper:
        data = html_to_pdf(data.decode("utf-8"), created_at=page.made_at)
    with report_file(out, force=force) as file:
        file.write(data)


def named_persons(sheets: Sequence[FormSheet]) -> list[tuple[int, str, list[FormSheet]]]:
    """The sheets by person, each with a number and a name for the table of contents."""
    groups: dict[tuple[str, str], list[FormSheet]] = {}
    for sheet in sheets:
        groups.setdefault(sheet.document.person, []).append(sheet)
    named = []
    for number, own in enumerate(groups.values(), 1):
        for sheet in own:
            sheet.person_number = number
        names = filter(None, (sheet.person_name for sheet in own))
        named.append((number, next(names, "") or f"利用者 {number}", own))
    return named

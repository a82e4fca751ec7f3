"""A page of forms: 第1表 to 第3表, 利用票, 別表, 利用者基本情報, 介護予防サービス・支援計画書."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from markupsafe import Markup, escape

from careplan_csv import resources
from careplan_csv.findings import printable
from careplan_csv.forms.document_differences import (
    ComparedDocument,
    DocumentDifference,
    compared_documents,
    different_items,
)
from careplan_csv.forms.documents import documents
from careplan_csv.forms.form_values import days_of, lines_of, may_be_shown, words_of
from careplan_csv.forms.located_records import FormRecord, ReadRecords
from careplan_csv.forms.sheets import MINUTES, merged_rows, total, use_lines, week_of
from careplan_csv.reporting.fonts import FAMILY
from careplan_csv.reporting.templates import environment
from careplan_csv.results import CheckResult
from careplan_csv.standard import Item
from careplan_csv.version import __version__

_LONGEST_TITLE = 300
_UNREAD_SHOWN = 500
_WEEK = "月火水木金土日"


@dataclass(frozen=True)
class FormPage:
    """What a page of forms is made from; `paper` leaves out what only a screen needs, `other` is what it is compared with."""

    result: CheckResult
    read: ReadRecords
    show_values: bool = False
    paper: bool = False
    other: ReadRecords | None = None


def write_forms(page: FormPage, file: BinaryIO) -> None:
    """Write the page of HTML; it needs nothing else, and everything in it is escaped."""
    script = (resources.folder("reports") / "forms.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    found, unread = _compared(page)
    cache: dict[tuple[int, str], tuple[str, str]] = {}
    sheets = [FormSheet(number, one, page.show_values, cache) for number, one in enumerate(found, 1)]
    stream = (
        environment()
        .get_template("forms.html.j2")
        .stream(
            sheets=sheets,
            persons=_persons(sheets),
            unread=[(printable(name, 300), why) for name, why in unread[:_UNREAD_SHOWN]],
            more_unread=max(0, len(unread) - _UNREAD_SHOWN),
            remarks=[(printable(name, 300), why) for name, why in page.read.remarks[:_UNREAD_SHOWN]],
            more_remarks=max(0, len(page.read.remarks) - _UNREAD_SHOWN),
            comparing=page.other is not None,
            differences=sum(sheet.differences for sheet in sheets),
            show_values=page.show_values,
            paper=page.paper,
            result=page.result,
            version=__version__,
            font=FAMILY,
            script=Markup(script),
            script_hash=Markup(f"sha256-{digest}"),
            week=_WEEK,
            minutes=MINUTES,
        )
    )
    stream.enable_buffering(200)
    for part in stream:
        file.write(part.encode("utf-8", "replace"))


def _compared(page: FormPage) -> tuple[list[ComparedDocument], list[tuple[str, str]]]:
    """The documents, and what makes no form."""
    own = documents(page.read.records)
    unread = [*page.read.unread, *own.apart]
    if page.other is None:
        return [ComparedDocument(document, DocumentDifference()) for document in own.documents], unread
    other = documents(page.other.records)
    unread += [(f"相手の {file}", why) for file, why in (*page.other.unread, *other.apart)]
    return compared_documents(own.documents, other.documents), unread


def _persons(sheets: Sequence[FormSheet]) -> list[tuple[int, str, list[FormSheet]]]:
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


class FormSheet:
    """One document as a form; templates ask it for cells.

    Attributes:
        notes: sentences about the cells, in the order in which the template asked for them.
    """

    def __init__(
        self,
        number: int,
        compared: ComparedDocument,
        show_values: bool,
        cache: dict[tuple[int, str], tuple[str, str]],
    ) -> None:
        self._cache = cache
        self.number = number
        self.document = compared.document
        self.missing = compared.missing
        self.surplus = compared.difference.surplus
        self.differences = compared.difference.count
        self._counterparts = compared.difference.counterparts
        self.person_number = 0
        self.notes: list[str] = []
        self._show_values = show_values
        self._told: dict[tuple[str, int], int] = {}

    @property
    def kind(self) -> str:
        return self.document.kind.value

    @property
    def fate(self) -> str:
        return self.document.fate.value

    @property
    def heading(self) -> str:
        """Kind, time and what became of it."""
        later = (
            f"（{self.document.fate.label}。ファイル連番 {printable(self.document.later)}）"
            if self.document.later
            else ""
        )
        return f"{self.document.kind.label}　{self.when}{later}"

    @property
    def when(self) -> str:
        """Plan date, month or date of the interview in words."""
        record = self.document.any_record
        item = {
            "plan": "plan_date", "schedule": "service_month", "result": "service_month",
            "interview": "consultation_date", "prevention": "plan_date",
        }[self.kind]  # fmt: skip
        return words_of(record, item, show_values=self._show_values)

    @property
    def person_name(self) -> str:
        """The user's name, masked where asked; empty where no record has it."""
        for prefix in ("UPHOSOKU", "UPKIHON", "UPYOBO"):
            if record := self.document.first(prefix):
                return words_of(record, "user_name", show_values=self._show_values)
        return ""

    def one(self, prefix: str) -> FormRecord | None:
        """The first record of a kind of file."""
        return self.document.first(prefix)

    def all(self, prefix: str) -> list[FormRecord]:
        """The records of a kind of file."""
        return self.document.parts.get(prefix, [])

    def cell(self, record: FormRecord | None, *item_ids: str) -> Markup:
        """Some values of a record, one after another, with the marks of what was found about them."""
        if record is None:
            return Markup('<span class="none">（記録がありません）</span>')
        return Markup(" ").join(part for item_id in item_ids if (part := self._value(record, item_id)))

    def _value(self, record: FormRecord, item_id: str) -> Markup:
        raw = record[item_id]
        item = record.layout.by_id.get(item_id)
        empty = not raw and item is not None and item.no not in record.findings
        if item is None or (empty and self._counterparts.get(id(record)) is None):
            return Markup("")
        body, title = self._told_value(record, item, raw)
        sentences = record.findings.get(item.no, ())
        counterpart = self._counterparts.get(id(record))
        if counterpart is not None and item_id in different_items(record, counterpart):
            theirs, _ = self._told_value(counterpart, item, counterpart[item_id])
            body = f"{body or '（空）'}<ins>→ {theirs or '（空）'}</ins>"
        if not sentences and body:
            return Markup(f'<span title="{title}">{body}</span>')
        marks = "".join(
            f'<sup class="mark">▲{self._note(record, item.no, sentence)}</sup>' for sentence in sentences
        )
        return Markup(
            f'<span class="fault" title="{title}">{body or "（空）"}</span>{marks}' if marks else ""
        )

    def _told_value(self, record: FormRecord, item: Item, raw: str) -> tuple[str, str]:
        """A value in words and what is told when the mouse is over it, both escaped; equal ones are made once."""
        key = (id(item), raw)
        if key not in self._cache:
            shown = words_of(record, item.id, show_values=self._show_values)
            told = may_be_shown(item, raw, show_values=self._show_values)
            differs = told and shown != raw
            title = f"№{item.no} {lines_of(raw[:_LONGEST_TITLE])}" if differs else f"№{item.no}"
            self._cache[key] = (str(escape(shown)), str(escape(title)))
        return self._cache[key]

    def _note(self, record: FormRecord, item: int, sentence: str) -> int:
        """The number of a sentence; the same one is told once."""
        key = (f"{record.file}\0{sentence}", item)
        if key not in self._told:
            where = f"{printable(record.file, 200)} {record.line:,}行目"
            self.notes.append(f"{sentence}（№{item}、{where}）" if item else f"{sentence}（{where}）")
            self._told[key] = len(self.notes)
        return self._told[key]

    def rest(self) -> None:
        """Take in what was found about items that the form does not print."""
        for part in (self.document, *self.document.results):
            for records in part.parts.values():
                for record in records:
                    for item, sentences in record.findings.items():
                        for sentence in sentences:
                            self._note(record, item, sentence)

    def mark(self, records: Sequence[FormRecord]) -> Markup:
        """The marks of what was found about whole records, and of those that the other side does not have."""
        numbers = [self._note(record, 0, one) for record in records for one in record.findings.get(0, ())]
        alone = any(self._counterparts.get(id(record), record) is None for record in records)
        marks = [Markup('<sup class="mark">▲{}</sup>').format(n) for n in dict.fromkeys(numbers)]
        return Markup("").join([*marks, *([Markup("<ins>相手に無い記録</ins>")] if alone else [])])

    def nested(self, prefix: str, levels: Sequence[str], order: Sequence[str]) -> object:
        """The rows of a nested form."""
        return merged_rows(self.all(prefix), levels, order)

    def week(self) -> object:
        """The timetable of 第3表."""
        return week_of(self.all("UP3KYO"))

    def lines(self) -> object:
        """The lines of 利用票."""
        return use_lines(self.document)

    def days(self) -> list[tuple[int, str, bool]]:
        """Day of the month, day of the week, and whether it is a weekend or a holiday."""
        from jpholiday import is_holiday

        return [
            (day.day, _WEEK[day.weekday()], day.weekday() > 4 or is_holiday(day))
            for day in days_of(self.document.when)
        ]

    def count(self, records: Sequence[FormRecord]) -> Markup:
        """What stands in a cell of 利用票; several records of one cell are added up and marked."""
        if not records:
            return Markup("")
        if len(records) == 1:
            return self.cell(records[0], "service_count")
        marks = Markup("").join(self.cell(record, "service_count") for record in records if record.findings)
        return Markup('<span title="{}件の記録">{}*</span>{}').format(len(records), total([records]), marks)

    def total(self, days: dict[int, list[FormRecord]]) -> str:
        """The sum of a line."""
        return f"{total(days.values()):,}" if days else ""

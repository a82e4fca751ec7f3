"""One document as a form: what templates ask for to fill its cells."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, TypeVar

from markupsafe import Markup, escape

from careplan_csv.findings import printable
from careplan_csv.forms.document_differences import ComparedDocument, different_items
from careplan_csv.forms.form_values import days_of, lines_of, may_be_shown, parts_of, words_of
from careplan_csv.forms.located_records import FormRecord
from careplan_csv.forms.sheets import MINUTES, MergedRow, UseLine, merged_rows, total, use_lines, week_of
from careplan_csv.reporting.pictures import Pictures
from careplan_csv.standard import Item

_LONGEST_TITLE = 300
_WEEK = "月火水木金土日"
_SHORTEST_FOLDED = 2
_HIDDEN_SHOWN = 50
_ONE_OF_EACH = ("UP1KYO", "UPHOSOKU", "UPKIHON", "UPYOBO")
_NO_OFFICE = "9999999999"
"""The office of the row with the whole of 別表."""
_Row = TypeVar("_Row")
_RINGS = {True: Markup('<span class="ringed">{}</span>'), False: Markup("{}")}
_BOXES = {True: Markup("■{}"), False: Markup("□{}")}
_SHOWN_OTHERWISE = frozenset({
    "csv_version", "service_date", "service_month", "weekday", "prorated_days", "over_30_days",
})  # fmt: skip
"""Items that a form shows by a place, a mark or its title."""


@dataclass(frozen=True)
class FormLook:
    """How forms are shown.

    Attributes:
        paper: without what only a screen needs.
        other: what the documents were compared with, a noun; empty where they were not.
        pictures: those that may be shown; None where nobody asked for them.
        slip: as サービス提供票, for the service office, rather than as サービス利用票.
    """

    show_values: bool = False
    paper: bool = False
    other: str = ""
    pictures: Pictures | None = None
    slip: bool = False
    told: dict[tuple[int, str], tuple[str, str]] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class RowRun:
    """Rows of a form one after another; where they fold, the words say what they are."""

    rows: Sequence[Any]
    words: str = ""

    @property
    def folds(self) -> bool:
        return bool(self.words)


class FormSheet:
    """One document as a form; templates ask it for cells.

    Attributes:
        notes: sentences about the cells, in the order in which the template asked for them.
    """

    weekdays = _WEEK
    minutes = MINUTES

    def __init__(self, number: int, compared: ComparedDocument, look: FormLook) -> None:
        self.number = number
        self.document = compared.document
        self.about = compared.about
        self.missing = compared.missing
        self.surplus = compared.difference.surplus
        self.differences = compared.difference.count
        self.paper = look.paper
        self.other = look.other
        self.is_slip = look.slip
        self.person_number = 0
        self.notes: list[str] = []
        self._look = look
        self._show_values = look.show_values
        self._counterparts = compared.difference.counterparts
        self._told: dict[tuple[str, int], int] = {}
        self._asked: set[tuple[str, str]] = set()

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
        label = self.document.kind.label
        if self.is_slip:
            label = label.replace("利用票", "提供票")
        return f"{label}　{self.when}{later}"

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

    @property
    def further(self) -> list[FormRecord]:
        """Records of kinds of which a form shows one, from the second on."""
        return [record for prefix in _ONE_OF_EACH for record in self.all(prefix)[1:]]

    def cell(self, record: FormRecord | None, *item_ids: str) -> Markup:
        """Some values of a record, one after another, with the marks of what was found about them."""
        if record is None:
            return Markup('<span class="none">（記録がありません）</span>')
        if len(item_ids) == 1:
            return self._value(record, item_ids[0])
        return Markup(" ").join(part for item_id in item_ids if (part := self._value(record, item_id)))

    def _value(self, record: FormRecord, item_id: str) -> Markup:
        self._asked.add((record.name.prefix, item_id))
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

    def picture(self, record: FormRecord) -> Markup:
        """The picture that a record names, where pictures were asked for."""
        return self._look.pictures.shown(record) if self._look.pictures else Markup("")

    def sign(self, record: FormRecord, item_id: str, signs: Mapping[str, str]) -> Markup:
        """A code as the sign that the paper bears for it; anything unusual about it as any other value."""
        if record[item_id] not in signs or not self._is_plain(record, item_id):
            return self.cell(record, item_id)
        self._asked.add((record.name.prefix, item_id))
        return Markup('<span title="№{}">{}</span>').format(
            record.layout.by_id[item_id].no, signs[record[item_id]]
        )

    def choice(self, record: FormRecord | None, item_id: str, *codes: str, boxes: bool = False) -> Markup:
        """The printed choices of a code, the chosen ones ringed (or ticked), with the code beside.

        Args:
            codes: those that are printed; all by default.
        """
        item = record.layout.by_id.get(item_id) if record else None
        names = record.edition.codes.get(item.argument, {}) if record and item else {}
        if record is None or not names:
            return self.cell(record, item_id)
        plain = self._is_plain(record, item_id)
        chosen = parts_of(names.get(record[item_id], ""), names.values()) if plain else ()
        printed = [
            name
            for code, name in names.items()
            if (not codes or code in codes) and parts_of(name, names.values()) == (name,)
        ]
        marks = _BOXES if boxes else _RINGS
        choices = Markup("・").join(marks[name in chosen].format(name) for name in printed)
        if not set(chosen) <= set(printed) or not chosen:
            return choices + Markup("　") + self.cell(record, item_id)
        self._asked.add((record.name.prefix, item_id))
        return choices + Markup('<small title="№{}">（{}）</small>').format(
            item.no if item else "", record[item_id]
        )

    def _is_plain(self, record: FormRecord, item_id: str) -> bool:
        """Whether nothing is to be said of a value but what it is, and it may be shown."""
        item = record.layout.by_id[item_id]
        if not may_be_shown(item, record[item_id], show_values=self._show_values):
            return False
        return item.no not in record.findings and self._theirs(record)[item_id] == record[item_id]

    def hidden_differences(self) -> list[tuple[str, Item, Markup]]:
        """Differences in items that the form did not ask for until now: file, item and both values, each once."""
        if not self.differences or not self._counterparts:
            return []
        found: dict[tuple[str, str, str, str], tuple[str, Item, Markup]] = {}
        for record in self.document.records:
            theirs = self._counterparts.get(id(record))
            for item_id in different_items(record, theirs) if theirs else ():
                key = (record.name.prefix, item_id, record[item_id], theirs[item_id] if theirs else "")
                if key[:2] not in self._asked and key not in found and len(found) < _HIDDEN_SHOWN:
                    cell = self._value(record, item_id)
                    self._asked.discard(key[:2])
                    found[key] = (record.layout.name, record.layout.by_id[item_id], cell)
        return list(found.values())

    def _told_value(self, record: FormRecord, item: Item, raw: str) -> tuple[str, str]:
        """A value in words and what is told when the mouse is over it, both escaped; equal ones are made once."""
        key = (id(item), raw)
        if key not in self._look.told:
            shown = words_of(record, item.id, show_values=self._show_values)
            told = may_be_shown(item, raw, show_values=self._show_values)
            differs = told and shown != raw
            title = f"№{item.no} {lines_of(raw[:_LONGEST_TITLE])}" if differs else f"№{item.no}"
            self._look.told[key] = (str(escape(shown)), str(escape(title)))
        return self._look.told[key]

    def _note(self, record: FormRecord, item: int, sentence: str) -> int:
        """The number of a sentence; the same one is told once."""
        key = (f"{record.file}\0{sentence}", item)
        if key not in self._told:
            where = f"{printable(record.file, 200)} {record.line:,}行目"
            self.notes.append(f"{sentence}（№{item}、{where}）" if item else f"{sentence}（{where}）")
            self._told[key] = len(self.notes)
        return self._told[key]

    def left_over(self, prefix: str) -> list[tuple[Item, Markup]]:
        """Items of a kind of file that the form did not ask for until now, with their values, each once."""
        records = self.all(prefix)
        found = []
        for item in records[0].layout.items if records else ():
            if item.id in _SHOWN_OTHERWISE or (prefix, item.id) in self._asked:
                continue
            values = {record[item.id]: record for record in records if record[item.id]}
            if values:
                cells = (self._value(record, item.id) for record in values.values())
                found.append((item, Markup("、").join(cells)))
        return found

    def rest(self) -> None:
        """Take in what was found about items that the form does not print."""
        for record in self.document.records:
            for item, sentences in record.findings.items():
                for sentence in sentences:
                    self._note(record, item, sentence)

    def mark(self, records: Sequence[FormRecord]) -> Markup:
        """The marks of what was found about whole records, and of those that the other side does not have."""
        marks = self._marks(records, 0)
        if any(self._is_alone(record) for record in records):
            marks += Markup("<ins>{}に無い記録</ins>").format(self.other)
        return marks

    def line_mark(self, line: UseLine) -> Markup:
        """The marks of a whole line of 利用票."""
        marks = self._marks(line.records, 0)
        if all(self._is_alone(record) for record in line.records):
            marks += Markup("<ins>{}に無い記録</ins>").format(self.other)
        return marks

    def _marks(self, records: Iterable[FormRecord], *items: int) -> Markup:
        """The marks of what was found about some items of records, each sentence once."""
        numbers = [
            self._note(record, item, sentence)
            for record in records
            for item in items
            for sentence in record.findings.get(item, ())
        ]
        mark = Markup('<sup class="mark">▲{}</sup>')
        return Markup("").join(mark.format(number) for number in dict.fromkeys(numbers))

    def _is_alone(self, record: FormRecord) -> bool:
        return self._counterparts.get(id(record), record) is None

    def merged(self, row: MergedRow, level: int, *item_ids: str) -> Markup:
        """A cell of a nested form: its first record's values, and what the records below have of their own."""
        cells = [self.cell(row.record, *item_ids)]
        for record in row.covered[level][1:]:
            own = [item_id for item_id in item_ids if self._tells_more(record, row.record, item_id)]
            if own:
                cells.append(self.cell(record, *own))
        return Markup("\n").join(cells)

    def _tells_more(self, record: FormRecord, first: FormRecord, item_id: str) -> bool:
        """Whether an item says something that the cell's first record does not say."""
        item = record.layout.by_id[item_id].no
        theirs = self._theirs(record)[item_id]
        return (
            record[item_id] not in ("", first[item_id])
            or theirs not in ("", record[item_id], self._theirs(first)[item_id])
            or record.findings.get(item, ()) != first.findings.get(item, record.findings.get(item, ()))
        )

    def _theirs(self, record: FormRecord) -> FormRecord:
        return self._counterparts.get(id(record)) or record

    def nested(self, prefix: str, levels: Sequence[str]) -> list[RowRun]:
        """The rows of a nested form, in runs of whole outermost cells."""
        groups: list[list[MergedRow]] = []
        for row in merged_rows(self.all(prefix), levels, levels):
            if row.spans[0]:
                groups.append([])
            groups[-1].append(row)
        return self._runs((rows, [row.record for row in rows]) for rows in groups)

    def week(self) -> object:
        """The timetable of 第3表."""
        return week_of(self.all("UP3KYO"))

    def lines(self) -> list[RowRun]:
        """The lines of 利用票."""
        lines = use_lines(self.document)
        if self.is_slip and not self._folding:
            return self._shared_out(lines, lambda line: line.record)
        return self._runs(([line], line.records) for line in lines)

    def amounts(self) -> list[RowRun]:
        """The rows of 別表."""
        records = self.all("UPSIKYU")
        if self.is_slip and not self._folding:
            return self._shared_out(records, lambda record: record)
        return self._runs(([record], [record]) for record in records)

    def _runs(self, groups: Iterable[tuple[Sequence[Any], Sequence[FormRecord]]]) -> list[RowRun]:
        """Rows one after another that are equal on both sides, and those that are not."""
        runs = []
        for same, some in groupby(groups, lambda group: self._folding and self._is_same(group[1])):
            rows = [row for group, _ in some for row in group]
            folds = same and len(rows) >= _SHORTEST_FOLDED
            runs.append(RowRun(rows, f"違いの無い {len(rows):,}行" if folds else ""))
        return runs

    def _shared_out(self, rows: Sequence[_Row], record_of: Callable[[_Row], FormRecord]) -> list[RowRun]:
        """The rows of the service office that the slip is for, then those of others."""
        own = [row for row in rows if self._is_own(record_of(row))]
        others = [row for row in rows if not self._is_own(record_of(row))]
        if not own or not others:
            return [RowRun(rows)] if rows else []
        return [RowRun(own), RowRun(others, f"他事業所の {len(others):,}行")]

    def _is_own(self, record: FormRecord) -> bool:
        return record["provider_office"] in (*self.document.pair, _NO_OFFICE)

    @property
    def _folding(self) -> bool:
        """Whether parts fold: a document without any difference folds as a whole."""
        return bool(self.other and self.differences and self._counterparts)

    def folds(self, prefixes: Sequence[str]) -> bool:
        """Whether a form that is filled from some kinds of files is equal on both sides."""
        own = [
            record
            for part in (self.document, *self.document.results)
            for prefix in prefixes
            for record in part.parts.get(prefix, ())
        ]
        surplus = any(record.name.prefix in prefixes for record in self.surplus)
        return self._folding and not surplus and self._is_same(own)

    def _is_same(self, records: Iterable[FormRecord]) -> bool:
        return all(self._has_equal(record) for record in records)

    def _has_equal(self, record: FormRecord) -> bool:
        counterpart = self._counterparts.get(id(record))
        return counterpart is not None and not different_items(record, counterpart)

    def days(self) -> list[tuple[int, str, bool]]:
        """Day of the month, day of the week, and whether it is a weekend or a holiday."""
        from jpholiday import is_holiday

        return [
            (day.day, _WEEK[day.weekday()], day.weekday() > 4 or is_holiday(day))
            for day in days_of(self.document.when)
        ]

    def count(self, line: UseLine, records: Sequence[FormRecord]) -> Markup:
        """What stands in a cell of 利用票; several records of one cell are added up and marked."""
        if len(records) == 1 and records[0]["service_count"] and self._is_plain(records[0], "service_count"):
            # Without a title of its own: a page has more of these than of anything else.
            return escape(words_of(records[0], "service_count", show_values=True)) + self._day_marks(
                line, records
            )
        if len(records) == 1:
            return self.cell(records[0], "service_count") + self._day_marks(line, records)
        marks = Markup("").join(self.cell(record, "service_count") for record in records if record.findings)
        body = Markup('<span title="{}件の記録">{}*</span>{}').format(len(records), total([records]), marks)
        return body + self._day_marks(line, records)

    def _day_marks(self, line: UseLine, records: Sequence[FormRecord]) -> Markup:
        """The marks of a day that the beginning of its line does not bear."""
        head = line.record
        marks = Markup("")
        for record in records:
            if record is head:
                continue
            counted = record.layout.by_id["service_count"].no
            own = [no for no in record.findings if no not in (0, counted, *head.findings)]
            marks += self._marks([record], *own)
        alone = sum(map(self._is_alone, records))
        if alone and not all(map(self._is_alone, line.records)):
            marks += Markup('<ins title="{}に無い記録 {}件">無</ins>').format(self.other, alone)
        if any(self._differs_alone(record, head) for record in records):
            marks += Markup('<ins title="{}と違う項目があります">違</ins>').format(self.other)
        return marks

    def _differs_alone(self, record: FormRecord, head: FormRecord) -> bool:
        """Whether a record differs from its counterpart in what its line shows at the beginning, unlike that."""
        theirs = self._counterparts.get(id(record))
        if record is head or theirs is None:
            return False
        other = self._theirs(head)
        items = set(different_items(record, theirs)) - {"service_count"}
        return any(theirs[item] != other[item] for item in items)

    def total(self, days: dict[int, list[FormRecord]]) -> str:
        """The sum of a line."""
        return f"{total(days.values()):,}" if days else ""

"""Printed forms: the expected contents of the screen, as blocks of rows."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from careplan_csv.conformance.checksheet.displayed_values import as_date, is_shown, ranges, shown, time, total
from careplan_csv.conformance.checksheet.kit_records import INSURED
from careplan_csv.standard import Edition, Item, Layout
from careplan_csv.writing.writer import Record

_WEEKDAYS = "月火水木金土日"
_WIDEST = 16
"""The most columns of a table of records; wider records are listed item by item."""


class BlockShape(StrEnum):
    """The layout of a block."""

    ITEMS = "items"
    """Rows of №, name and value."""
    TABLE = "table"
    """A row per record."""
    DAYS = "days"
    """A row per service, a column per day of the month."""
    WEEK = "week"
    """A row per time, a column per weekday."""


@dataclass(frozen=True, slots=True)
class FormBlock:
    """A part of a form.

    Attributes:
        rows: cells, as many as `head`; None continues the cell above.
        strong: numbers (from 0) of the rows with totals.
        wide: number of leading text columns; the other columns are narrow.
    """

    shape: BlockShape
    head: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    title: str = ""
    strong: frozenset[int] = frozenset()
    wide: int = 0


@dataclass(frozen=True, slots=True)
class PrintedForm:
    """The contents of one file for one person.

    Attributes:
        question: id of the question that it belongs to.
        person: name and 被保険者番号.
        blocks: the contents as tables; layout, month, records: the contents as they were sent.
        note: a sentence in Japanese if something could not be shown; otherwise empty.
    """

    question: str
    name: str
    person: str
    blocks: tuple[FormBlock, ...]
    layout: Layout
    month: str = ""
    records: tuple[Record, ...] = ()
    note: str = ""


_NAMES = {
    "UP1KYO": "第1表 居宅サービス計画書（1）",
    "UP2KYO": "第2表 居宅サービス計画書（2）",
    "UP3KYO": "第3表 週間サービス計画表",
    "UPPLAN": "第6表 サービス利用票（予定）",
    "UPSIKYU": "第7表 サービス利用票別表",
    "UPJSK": "第6表 サービス利用票（実績）",
}


def form_name(layout: Layout) -> str:
    """The usual name of the form for a kind of file."""
    return _NAMES.get(layout.prefix, layout.name)


def form_number(layout: Layout) -> str:
    """The short name, if the form has its own number; 第6表 is three forms."""
    number, _, rest = form_name(layout).partition(" ")
    shared = sum(name.startswith(f"{number} ") for name in _NAMES.values()) > 1
    return rest if shared else number


def blocks_of(edition: Edition, layout: Layout, records: Sequence[Record]) -> tuple[FormBlock, ...]:
    """The form of one person, chosen by the layout."""
    ids = set(layout.by_id)
    for needed, make in _FORMS:
        if needed <= ids:
            made = make(_Page(edition, layout, tuple(records)))
            if made:
                return made
    return _Page(edition, layout, tuple(records)).plain()


@dataclass(frozen=True)
class _Page:
    """The records of one person in one file."""

    edition: Edition
    layout: Layout
    records: tuple[Record, ...]

    def plain(self) -> tuple[FormBlock, ...]:
        """One record item by item; several records as a table, unless it is too wide."""
        keys = [*self.links(), INSURED]
        columns = self.columns(without=keys)
        if len(self.records) == 1 or len(columns) > _WIDEST:
            return tuple(self.items([record]) for record in self.records)
        return (self.items(self.records, keys), self.table(columns))

    def items(self, records: Sequence[Record], ids: Iterable[str] = ()) -> FormBlock:
        """Rows of №, name and value; without `ids` all items, with the empty ones in one row at the end."""
        wanted = set(ids) or set(self.layout.by_id)
        chosen = [item for item in self.layout.items if item.id in wanted and is_shown(item)]
        values = [(item, self.one(item, records)) for item in chosen]
        rows: list[tuple[str | None, ...]] = [
            (str(item.no), item.name, value) for item, value in values if value
        ]
        empty = [item.no for item, value in values if not value]
        if empty:
            rows.append(("", "空欄の項目", f"№{ranges(empty)}（何も表示されないか、空欄）"))
        return FormBlock(BlockShape.ITEMS, ("№", "項目", "内容"), tuple(rows))

    def one(self, item: Item, records: Sequence[Record]) -> str:
        """All values of an item in the records, each once."""
        values = dict.fromkeys(shown(self.edition, item, record.get(item.id, "")) for record in records)
        return "、".join(value for value in values if value)

    def columns(self, without: Iterable[str] = ()) -> list[Item]:
        """The items that are filled in any record."""
        left_out = set(without)
        return [
            item
            for item in self.layout.items
            if item.id not in left_out
            and is_shown(item)
            and any(record.get(item.id) for record in self.records)
        ]

    def same(self, ids: Iterable[str]) -> list[str]:
        """The items that are equal in all records and need no column."""
        return [item for item in ids if len({record.get(item, "") for record in self.records}) == 1]

    def table(self, columns: Sequence[Item]) -> FormBlock:
        """A row per record; a text that is written once for several records continues in the rows below."""
        rows: list[tuple[str | None, ...]] = []
        before: Record | None = None
        for record in self.records:
            rows.append(tuple(self._cell(item, record, before) for item in columns))
            before = record
        return FormBlock(BlockShape.TABLE, tuple(item.name for item in columns), tuple(rows))

    def _cell(self, item: Item, record: Record, before: Record | None) -> str | None:
        value = shown(self.edition, item, record.get(item.id, ""))
        return None if not value and before is not None and self._goes_on(item.id, record, before) else value

    def _goes_on(self, item_id: str, record: Record, before: Record) -> bool:
        levels: list[str] = []
        for level in self.layout.numbering:
            levels.append(level.item)
            if item_id in level.texts:
                return all(record.get(number) == before.get(number) for number in levels)
        return False

    def links(self) -> tuple[str, ...]:
        """The items that link the file to its parent."""
        return tuple(dict.fromkeys(item for variant in self.layout.variants for item in variant.link))


_PLAN_2 = (
    "need",
    "long_term_goal",
    "long_term_period",
    "short_term_goal",
    "short_term_period",
    "support_content",
    "insurance_coverage",
    "service_type_text",
    "provider_office_name",
    "frequency",
    "implementation_period",
)
_NUMBERS_2 = ("need_no", "goal_no", "support_no", "provider_office")
_PERIODS = {"long_term_period": "long_term_goal", "short_term_period": "short_term_goal"}
"""An empty period continues in the same rows as its goal."""


def _plan_2(page: _Page) -> tuple[FormBlock, ...]:
    columns = [page.layout.by_id[item] for item in _PLAN_2]
    rows: list[tuple[str | None, ...]] = []
    before: tuple[str | None, ...] | None = None
    for cells in page.table(columns).rows:
        row = list(cells)
        for position, item in enumerate(columns):
            goal = _PERIODS.get(item.id)
            if goal and before is not None and not row[position] and row[_PLAN_2.index(goal)] is None:
                row[position] = None
        before = tuple(row)
        rows.append(before)
    table = FormBlock(BlockShape.TABLE, tuple(item.name for item in columns), tuple(rows))
    head = page.items(page.records, [i.id for i in page.columns(without=(*_PLAN_2, *_NUMBERS_2))])
    return (head, table)


def _plan_3(page: _Page) -> tuple[FormBlock, ...]:
    weekly = page.layout.by_id["weekday"]
    names = page.edition.codes.get(weekly.argument, {})
    cells: dict[tuple[str, str], dict[str, list[str]]] = {}
    daily, other = [], []
    for record in page.records:
        if record["weekday"] or record["weekly_service"]:
            times = (record["weekly_start_time"], record["weekly_end_time"])
            cells.setdefault(times, {}).setdefault(record["weekday"], []).append(record["weekly_service"])
        if record["daily_activity"]:
            daily.append((record["daily_start_time"], record["daily_end_time"], record["daily_activity"]))
        if record["other_service"]:
            other.append(record["other_service"])
    span = _spans(page.edition)
    week = tuple(
        (span(*times), *("\n".join(days.get(number, ())) for number in names))
        for times, days in sorted(cells.items())
    )
    content = page.layout.by_id
    ids = [*page.links(), INSURED, "creation_date"]
    return (
        page.items(page.records, ids),
        FormBlock(BlockShape.WEEK, ("時間", *names.values()), week, content["weekly_service"].name, wide=1),
        FormBlock(
            BlockShape.TABLE,
            ("時間", content["daily_activity"].name),
            tuple((span(start, end), text) for start, end, text in sorted(daily)),
            content["daily_activity"].name,
        ),
        FormBlock(
            BlockShape.TABLE, (content["other_service"].name,), tuple((_lines(text),) for text in other)
        ),
    )


def _spans(edition: Edition) -> Callable[[str, str], str]:
    def span(start: str, end: str) -> str:
        if not start and not end:
            return ""
        if start == end == edition.no_time:
            return time(edition, start)
        return f"{time(edition, start)}～{time(edition, end)}"

    return span


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


_PER_SERVICE = (
    "service_code",
    "tais_code",
    "equipment_code",
    "equipment_name",
    "detail_no",
    "provider_office",
    "provider_office_name",
    "satellite_no",
    "units",
    "prorated_days",
    "over_30_days",
)
_RARE = ("satellite_no", "prorated_days", "over_30_days")
_PER_VISIT = ("service_date", "start_time", "end_time", "service_count")


def _schedule(page: _Page) -> tuple[FormBlock, ...]:
    """第6表; no blocks if the dates are not days of one month, then the records are listed unchanged."""
    dates = {as_date(record["service_date"]) for record in page.records}
    months = {(day.year, day.month) for day in dates if day}
    if None in dates or len(months) != 1:
        return ()
    days = _month_days(*months.pop())
    services: dict[tuple[str, ...], dict[int, int]] = {}
    for record in page.records:
        key = (record["start_time"], record["end_time"], *(record.get(item, "") for item in _PER_SERVICE))
        counts = services.setdefault(key, {})
        number = int(record["service_date"][6:])
        counts[number] = counts.get(number, 0) + _int(record["service_count"])
    same = page.same(_RARE)
    columns = [item for item in page.columns(without=same) if item.id in _PER_SERVICE]
    span = _spans(page.edition)
    rows = []
    for key, counts in services.items():
        values = dict(zip(_PER_SERVICE, key[2:], strict=True))
        texts = [shown(page.edition, item, values[item.id]) for item in columns]
        marks = [str(counts[number]) if number in counts else "" for number in range(1, len(days) + 1)]
        rows.append((span(key[0], key[1]), *texts, *marks, str(sum(counts.values()))))
    head = ("提供時間帯", *(item.name for item in columns), *days, "合計")
    services_only = set(_PER_SERVICE) - set(same)
    ids = [item.id for item in page.columns(without=(*services_only, *_PER_VISIT))]
    return (
        page.items(page.records, ids),
        FormBlock(BlockShape.DAYS, head, tuple(rows), wide=1 + len(columns)),
    )


def _month_days(year: int, month: int) -> list[str]:
    first, length = calendar.monthrange(year, month)
    return [f"{number}\n{_WEEKDAYS[(first + number - 1) % 7]}" for number in range(1, length + 1)]


def _int(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0


_WHOLE_TABLE_7 = ("creation_date", "service_month", "office_code", "entry_code", "updating_office")


def _table_7(page: _Page) -> tuple[FormBlock, ...]:
    ids = [*page.links(), INSURED, *_WHOLE_TABLE_7, *page.same(_RARE)]
    columns = page.columns(without=ids)
    table = page.table(columns)
    strong = frozenset(
        number
        for number, record in enumerate(page.records)
        if total(page.edition, record.get("service_code", ""))
    )
    filled = [item for item in ids if any(record.get(item) for record in page.records)]
    return (page.items(page.records, filled), FormBlock(table.shape, table.head, table.rows, strong=strong))


_FORMS: tuple[tuple[frozenset[str], Callable[[_Page], tuple[FormBlock, ...]]], ...] = (
    (frozenset(_PLAN_2), _plan_2),
    (frozenset({"weekday", "weekly_service", "daily_activity", "other_service"}), _plan_3),
    (frozenset(_PER_VISIT), _schedule),
    (frozenset({"managed_units", "discounted_units"}), _table_7),
)
"""The items that identify a form, and the function that lays it out."""

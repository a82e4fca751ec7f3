"""What the rows of a form consist of: merged cells of 第2表, the week of 第3表, the days of 利用票."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from careplan_csv.forms.documents import Document
from careplan_csv.forms.form_values import month_has, whole_number
from careplan_csv.forms.located_records import FormRecord

MINUTES = 24 * 60
Span: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True)
class MergedRow:
    """A row of a nested form.

    Attributes:
        spans: for each level, how many rows its cell covers, 0 where it was begun above.
        covered: for each level, the records that its cell covers.
    """

    record: FormRecord
    spans: tuple[int, ...]
    covered: tuple[Sequence[FormRecord], ...] = ()


def merged_rows(
    records: Sequence[FormRecord], levels: Sequence[str], order: Sequence[str]
) -> list[MergedRow]:
    """The records in the order of their numbers, with the cells of equal numbers merged.

    Args:
        levels: the items that number each level, the outermost first.
        order: the items by which the records stand in order.
    """
    rows = sorted(records, key=lambda record: [_number(record[item]) for item in order])
    keys = [
        [tuple(record[item] for item in levels[: depth + 1]) for depth in range(len(levels))]
        for record in rows
    ]
    merged = []
    for at, record in enumerate(rows):
        spans = tuple(
            0 if at and keys[at - 1][depth] == keys[at][depth] else _run(keys, at, depth)
            for depth in range(len(levels))
        )
        merged.append(MergedRow(record, spans, tuple(rows[at : at + span] for span in spans)))
    return merged


def _run(keys: Sequence[Sequence[tuple[str, ...]]], at: int, depth: int) -> int:
    end = at
    while end < len(keys) and keys[end][depth] == keys[at][depth]:
        end += 1
    return end - at


def _number(text: str) -> tuple[int, str]:
    number = whole_number(text)
    return (number, "") if number is not None else (10**12, text)


@dataclass(frozen=True, slots=True)
class WeekBlock:
    """Something in the week: `day` 0 is Monday, 7 the column of daily activities; times in minutes from 0:00."""

    record: FormRecord
    item: str
    day: int
    span: Span
    lane: int = 0
    lanes: int = 1


@dataclass(frozen=True)
class Week:
    """第3表: blocks in their columns, and what has no place in the timetable."""

    blocks: Sequence[WeekBlock]
    beside: Sequence[tuple[FormRecord, str]]
    others: Sequence[FormRecord]


def week_of(records: Iterable[FormRecord]) -> Week:
    """The timetable of a week; what goes past midnight goes on at the next day's top."""
    blocks: list[WeekBlock] = []
    beside: list[tuple[FormRecord, str]] = []
    others = []
    for record in records:
        if record["other_service"]:
            others.append(record)
        for item, start, end, day in (
            ("weekly_service", "weekly_start_time", "weekly_end_time", record["weekday"]),
            ("daily_activity", "daily_start_time", "daily_end_time", "8"),
        ):
            if not record[item]:
                continue
            span = _span(record[start], record[end])
            if span is None or day not in "12345678" or len(day) != 1:
                beside.append((record, item))
                continue
            column = int(day) - 1
            blocks += [WeekBlock(record, item, at, part) for at, part in _days(column, span)]
    return Week(_in_lanes(blocks), beside, others)


def _span(start: str, end: str) -> Span | None:
    times = [_minutes(text) for text in (start, end)]
    if times[0] is None:
        return None
    return times[0], times[1] if times[1] is not None else times[0]


def _minutes(text: str) -> int | None:
    number = whole_number(text) if len(text) == 4 else None
    if number is None or not 0 <= number <= 2400 or number % 100 > 59:
        return None
    return number // 100 * 60 + number % 100


def _days(column: int, span: Span) -> list[tuple[int, Span]]:
    start, end = span
    if end >= start:
        return [(column, (start, end))]
    rest = (column + 1) % 7 if column < 7 else column
    return [(column, (start, MINUTES)), *([(rest, (0, end))] if end else [])]


def _in_lanes(blocks: list[WeekBlock]) -> list[WeekBlock]:
    """Blocks that overlap share the width of their column."""
    placed = []
    for day in range(8):
        own = sorted((block for block in blocks if block.day == day), key=lambda block: block.span)
        cluster: list[WeekBlock] = []
        ends: list[int] = []
        for block in own:
            if cluster and block.span[0] >= max(one.span[1] for one in cluster):
                placed += _widened(cluster, len(ends))
                cluster, ends = [], []
            lane = next((n for n, end in enumerate(ends) if end <= block.span[0]), len(ends))
            ends[lane : lane + 1] = [max(block.span[1], block.span[0] + 30)]
            cluster.append(WeekBlock(block.record, block.item, day, block.span, lane))
        placed += _widened(cluster, len(ends))
    return placed


def _widened(cluster: Sequence[WeekBlock], lanes: int) -> list[WeekBlock]:
    return [WeekBlock(one.record, one.item, one.day, one.span, one.lane, lanes) for one in cluster]


_LINE_ITEMS = (
    "prorated_days", "start_time", "end_time", "service_code", "tais_code", "equipment_code", "equipment_name",
    "detail_no", "provider_office", "provider_office_name", "satellite_no", "over_30_days",
)  # fmt: skip
_MATCHED = ("start_time", "end_time", "service_code", "provider_office", "detail_no")


@dataclass
class UseLine:
    """A line of 利用票: records that differ in nothing but the day, planned and done, by the day of the month."""

    record: FormRecord
    planned: dict[int, list[FormRecord]] = field(default_factory=dict)
    done: dict[int, list[FormRecord]] = field(default_factory=dict)
    undated: list[FormRecord] = field(default_factory=list)

    @property
    def records(self) -> list[FormRecord]:
        """Every record of the line."""
        days = [record for side in (self.planned, self.done) for own in side.values() for record in own]
        return [*days, *self.undated]


def use_lines(document: Document) -> list[UseLine]:
    """The lines of 利用票 by time, service and office; 実績 without 予定 have lines of their own."""
    lines: dict[tuple[str, ...], UseLine] = {}
    for record in document.parts.get("UPPLAN", ()):
        key = tuple(record[item] for item in _LINE_ITEMS)
        _put(lines.setdefault(key, UseLine(record)), record, document.when, done=False)
    matched = {tuple(line.record[item] for item in _MATCHED): line for line in reversed(list(lines.values()))}
    done = [document] if not document.results else document.results
    for result in done:
        for record in result.parts.get("UPJSK", ()):
            key = tuple(record[item] for item in _MATCHED)
            line = matched.get(key)
            if line is None:
                line = matched[key] = lines[("実績", *key)] = UseLine(record)
            _put(line, record, document.when, done=True)
    return sorted(
        lines.values(), key=lambda line: [line.record[item] for item in ("start_time", "service_code")]
    )


def _put(line: UseLine, record: FormRecord, month: str, *, done: bool) -> None:
    day = record["service_date"]
    number = whole_number(day[6:]) if len(day) == 8 else None
    if day[:6] != month or number is None or not month_has(month, number):
        line.undated.append(record)
        return
    side = line.done if done else line.planned
    side.setdefault(number, []).append(record)


def total(records: Iterable[Sequence[FormRecord]]) -> int:
    """The sum of サービス回数 of some days."""
    counts = (whole_number(record["service_count"]) for day in records for record in day)
    return sum(count for count in counts if count is not None)

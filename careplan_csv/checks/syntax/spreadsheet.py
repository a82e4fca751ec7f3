"""Traces of a spreadsheet: many in a file, told as one finding that stands for what follows from them (F421)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from careplan_csv.checks.places import record_hits
from careplan_csv.checks.stages import syntax_rule
from careplan_csv.findings import EXAMPLES_KEPT, Cause, Consequence, Rule, Severity
from careplan_csv.item_checks import Failure
from careplan_csv.reading import arrays
from careplan_csv.reading.structure import QUOTE, Flags, Positions
from careplan_csv.reading.table import Table
from careplan_csv.rules.hits import FileHit, Hit, hit
from careplan_csv.standard import Item, Requirement

SPREADSHEET = Rule(
    id="F421",
    severity=Severity.ERROR,
    consequence=Consequence.REFUSED,
    title="表計算ソフトで開いて保存した跡がある",
    compares="先頭の 0 が消えた番号、2025/4/1 のように変わった日付、4.3E+11 のように変わった番号、終わりの空の項目が落ちた記録を探します。",
    grades=((Severity.WARNING, "終わりの空の項目が落ちた記録だけのとき"),),
    why="Excel などで CSV を開いて保存すると、先頭の 0 が消え、日付や長い番号が書き換わります。",
    remedy=(
        "事業所の方: 介護ソフトから出力し直し、Excel などで開かずに、そのまま渡してください。"
        "ソフト会社の方: 出力したときからこの形であれば、番号を数値ではなく文字として出力してください。"
    ),
    reference="別紙 書式（番号・年月日）",
    friends=(
        "桁をそろえた 2025/04/01 のような日付は、表計算ソフトの跡とはみなしません（F405 で示します）。"
        "1つのファイルに跡がいくつあっても、まとめて1件とします。"
    ),
    cause=Cause.HANDLING,
)
STANDS_FOR = frozenset({"F403", "F405", "F406", "F407", "F411", "F416"})
"""Rules that the same values break as well: the cause is told, and not what follows from it."""

ZEROS = "先頭の 0 がない項目"
DATES = "日付の形が変わった項目"
EXPONENTS = "4.3E+11 のような形に変わった項目"
SHORT = "終わりの空の項目と、文字の項目の引用符がない記録があります"
_MOST_NAMES = 8


def without_consequences(failures: Sequence[Failure]) -> list[Failure]:
    """Failures of the rules on single items, less those that a trace of a spreadsheet explains."""
    explained = {failure.item.id: failure.rows for failure in failures if failure.rule == SPREADSHEET.id}
    left = []
    for failure in failures:
        rows = failure.rows
        if failure.rule in STANDS_FOR and failure.item.id in explained:
            rows = rows[~arrays.is_in(rows, explained[failure.item.id])]
        if len(rows):
            left.append(replace(failure, rows=rows))
    return left


def as_one(hits: Sequence[Hit], quoted: int) -> list[Hit]:
    """All hits of a file, those of F421 as one; texts without quotes are part of it where few have any.

    Args:
        quoted: how many items of the file are in quotes.
    """
    traces = [one for one in hits if one.rule == SPREADSHEET.id]
    if not traces:
        return list(hits)
    unquoted = sum(one.count for one in hits if one.rule == "C305")
    bare = quoted < unquoted and any(one.severity is Severity.ERROR for one in traces)
    others = [one for one in hits if one.rule != SPREADSHEET.id and not (bare and one.rule == "C305")]
    return [*others, _merged(traces, bare)]


def _merged(traces: Sequence[Hit], bare: bool) -> Hit:
    names: dict[str, dict[str, None]] = {}
    for one in traces:
        names.setdefault(one.message, {}).update({one.item.name: None} if one.item else {})
    sentences = [
        f"{kind}: {_listed(list(items))}。" if items else f"{kind}。" for kind, items in names.items()
    ]
    if bare:
        sentences.append("文字の項目の引用符もなくなっています。")
    places = sorted((place for one in traces for place in one.places), key=lambda place: place.record or 0)
    items = {one.item.id: one.item for one in traces if one.item}
    merged = hit(
        SPREADSHEET,
        f"表計算ソフトで開いて保存した跡があります。{''.join(sentences)}",
        min((one.severity for one in traces), key=lambda severity: severity.rank),
        item=next(iter(items.values())) if len(items) == 1 else None,
        count=sum(one.count for one in traces),
        places=places[:EXAMPLES_KEPT],
    )
    return replace(merged, more=None, chunks=tuple(chunk for one in traces for chunk in one.chunks))


def _listed(names: Sequence[str]) -> str:
    more = " など" if len(names) > _MOST_NAMES else ""
    return "、".join(names[:_MOST_NAMES]) + more


@syntax_rule(SPREADSHEET)
def short_records(rule: Rule, table: Table) -> Iterator[FileHit]:
    """Records that lack only empty items at their end, with texts that are not in quotes."""
    structure, items = table.raw.structure, table.layout.items
    counts = structure.counts
    candidates = ~structure.malformed & (counts < len(items)) & (counts > len(items) // 2)
    if table.header and len(candidates):
        candidates[0] = False
    for count in arrays.distinct(counts[candidates]):
        if all(item.required is Requirement.OPTIONAL for item in items[count:]):
            records = np.flatnonzero(candidates & (counts == count))
            yield from _of_one_count(rule, table, records, int(count))


def _of_one_count(rule: Rule, table: Table, records: Positions, count: int) -> Iterator[FileHit]:
    structure, data = table.raw.structure, table.raw.data
    last = np.cumsum(structure.counts)[records]
    ends = structure.separators[(last - count)[:, None] + np.arange(count)]
    starts = np.column_stack((structure.starts[records], ends[:, :-1] + 1))
    lengths = ends - starts
    first = data[np.minimum(starts, len(data) - 1)]
    texts = [item.no - 1 for item in table.layout.items[:count] if item.is_text]
    filled = lengths[:, texts] > 0
    bare = (filled & (first[:, texts] != QUOTE)).any(axis=1) & ~(filled & (first[:, texts] == QUOTE)).any(
        axis=1
    )
    if not bare.any():
        return
    chosen = records[bare]
    yield from record_hits(table, rule, chosen, SHORT, Severity.WARNING)
    files = table.raw.files_of(records)
    for item in table.layout.items[:count]:
        lost = bare & _has_lost_zeros(item, lengths[:, item.no - 1], first[:, item.no - 1])
        for file in arrays.distinct(files[lost]).tolist():
            yield file, hit(rule, ZEROS, item=item, count=0)


def _has_lost_zeros(item: Item, lengths: Positions, first: Positions) -> Flags:
    """By length and first digit alone: the items of such records cannot be told apart for certain."""
    width = {"digits": item.length or 0, "insured": 10, "office": 10, "hhmm": 4}.get(item.format, 0)
    lost: Flags = (lengths > 0) & (lengths < width) & (first >= ord("1")) & (first <= ord("9"))
    return lost

"""The items around a fault, read once more from its file for a report: masked like every other value."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from careplan_csv.checker.settings import Settings
from careplan_csv.checks.own_forms import has_own_form
from careplan_csv.findings import Finding, shown
from careplan_csv.reading.blocks import blocks
from careplan_csv.reading.encoding import HashedStream, TextBytes, diagnose
from careplan_csv.reading.sources import Source
from careplan_csv.reading.table import items_of
from careplan_csv.standard import Item, Layout, standard
from careplan_csv.standard.filenames import parse

AROUND = 3
"""So many items are shown on either side."""

MOST_FINDINGS = 300
"""Findings for which files are read once more: bounds the time of a report."""


@dataclass(frozen=True, slots=True)
class NearItem:
    """An item of the record that a finding is about; `number` is that of the layout."""

    number: int
    name: str
    value: str
    is_faulty: bool


def items_around(
    sources: Mapping[str, Source], findings: Sequence[Finding], *, show_values: bool = False
) -> dict[int, tuple[NearItem, ...]]:
    """The items around the first place of findings that are about one item.

    Args:
        sources: the files by the names that findings use. One that cannot be read any more gives nothing.

    Returns:
        The items by the index of the finding; nothing for a finding that names no record or no item.
    """
    wanted: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    named = [i for i, one in enumerate(findings) if one.item_no and one.first.record and one.file in sources]
    for index in named[:MOST_FINDINGS]:
        wanted[findings[index].file][findings[index].first.record or 0].append(index)
    found: dict[int, tuple[NearItem, ...]] = {}
    for file, records in wanted.items():
        for record, layout, texts in _records(sources[file], set(records)):
            for index in records[record]:
                number = findings[index].item_no or 0
                found[index] = _near(layout, texts, number, show_values)
    return found


def _records(source: Source, wanted: set[int]) -> Iterator[tuple[int, Layout, list[str]]]:
    """Some records of a file, by their numbers from 1, with the layout that they have."""
    known = standard()
    settings, name = Settings(known), parse(source.file_name, known)
    layout: Layout | None = None
    try:
        with source.open() as opened:
            stream = HashedStream(opened)
            text = TextBytes(stream, diagnose(stream.head))
            for raw in blocks(text):
                if layout is None and raw.structure.records:
                    version = items_of(raw, 0, text.encoding)[0][0].strip()
                    layout = settings.layout_of(settings.edition_of(version, name), name)
                here = range(raw.first_record, raw.first_record + raw.structure.records)
                for record in sorted(wanted.intersection(here)):
                    texts = [value for value, _ in items_of(raw, record - raw.first_record, text.encoding)]
                    if layout and len(texts) == len(layout.items):
                        yield record, layout, texts
                if not wanted or max(wanted) < here.stop:
                    return
    except OSError:
        return


def _near(layout: Layout, texts: Sequence[str], number: int, show_values: bool) -> tuple[NearItem, ...]:
    return tuple(
        NearItem(item.no, item.name, _shown(item, text, show_values), item.no == number)
        for item, text in zip(layout.items, texts, strict=True)
        if abs(item.no - number) <= AROUND
    )


def _shown(item: Item, text: str, show_values: bool) -> str:
    return shown(text, harmless=item.open and has_own_form(item, text), show_values=show_values)

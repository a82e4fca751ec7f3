"""Every place of every finding, masked and laid down in a temporary file: memory stays flat however many there are."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice
from tempfile import TemporaryFile
from types import TracebackType
from typing import Any, TypeAlias

from careplan_csv.checker.masking import masked_place
from careplan_csv.findings import Example, Finding, OtherPlace, Severity
from careplan_csv.reading.sources import Source
from careplan_csv.rules.hits import Chunk, Hit, Place
from careplan_csv.standard import Item

_AT_A_TIME = 4096

Key: TypeAlias = tuple[str, str, str, Severity, int | None, str]


class PlaceList:
    """Takes the places of hits as they are made, and gives them back finding by finding.

    Attributes:
        failure: why the temporary file could not be written (the disk is full); None where all went well.
        show_values: put values as they are, instead of their shapes.
        sources: the files that were checked, by the names that findings use.
    """

    def __init__(self, *, show_values: bool = False) -> None:
        self.failure: OSError | None = None
        self.show_values = show_values
        self.sources: Mapping[str, Source] = {}
        self._file = TemporaryFile()  # noqa: SIM115 (closed by `__exit__`)
        self._end = 0
        self._lock = threading.Lock()
        self._chunks: dict[Key, Sequence[Chunk]] = {}

    def __enter__(self) -> PlaceList:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # What could not be written was told by `failure`; it must not be told again, as a fault.
        with contextlib.suppress(OSError):
            self._file.close()

    def keep(self, hit: Hit) -> Hit:
        """Lay down the places of a hit; it may be called by several threads."""
        if hit.chunks or not hit.places or hit.again:
            return replace(hit, more=None)
        return replace(hit, more=None, chunks=self._laid_down(chain(hit.places, hit.more or ()), hit.item))

    def read_again(self, hit: Hit, file: str) -> Hit:
        """Lay down the places that are found by reading the file once more; the known ones where it is gone."""
        source = self.sources.get(file)
        if hit.again is None or source is None:
            return hit
        try:
            chunks = self._laid_down(hit.again(source), hit.item)
        except OSError:
            chunks = self._laid_down(iter(hit.places), hit.item)
        return replace(hit, again=None, chunks=chunks)

    def _laid_down(self, places: Iterator[Place], item: Item | None) -> tuple[Chunk, ...]:
        chunks = []
        while part := list(islice(places, _AT_A_TIME)):
            chunks.append(self._written(part, item))
        return tuple(chunks)

    def _written(self, places: Sequence[Place], item: Item | None) -> Chunk:
        rows = [_row(masked_place(place, item, show_values=self.show_values)) for place in places]
        data = json.dumps(rows, separators=(",", ":")).encode()
        with self._lock:
            chunk = Chunk(self._end, len(data), len(rows))
            try:
                self._file.write(data)
                self._end += len(data)
            except OSError as error:
                self.failure = error
        return chunk

    def take(self, finding: Finding, chunks: Sequence[Chunk]) -> None:
        """Remember where the places of a finding are; findings that are not told are never taken."""
        if chunks:
            self._chunks[_key(finding)] = chunks

    def count(self, finding: Finding) -> int:
        """How many places of a finding are listed."""
        chunks = self._chunks.get(_key(finding))
        return sum(chunk.places for chunk in chunks) if chunks else len(finding.examples)

    def places(self, finding: Finding) -> Iterator[Example]:
        """All places of a finding, in the order in which they were found."""
        chunks = self._chunks.get(_key(finding))
        if chunks is None:
            yield from finding.examples
            return
        for chunk in chunks:
            with self._lock:
                self._file.seek(chunk.offset)
                data = self._file.read(chunk.length)
                self._file.seek(self._end)
            yield from map(_example, json.loads(data))


def kept(hit: Hit, every: PlaceList | None) -> Hit:
    """A hit whose further places are laid down in the list, or dropped where there is none."""
    if every:
        return every.keep(hit)
    return replace(hit, more=None) if hit.more is not None else hit


def _key(finding: Finding) -> Key:
    # What is added to a finding later, such as a waiver, does not change where it is.
    return (
        finding.file,
        finding.path,
        finding.rule,
        finding.severity,
        finding.item_no,
        finding.message,
    )


def _row(place: Example) -> list[Any]:
    row: list[Any] = [
        place.line,
        place.record,
        place.value,
        place.column,
        place.expected,
        place.found,
        place.masked,
    ]
    if place.other:
        row += [place.other.file, place.other.line, place.other.record]
    return row


def _example(row: list[Any]) -> Example:
    line, record, value, column, expected, found, masked, *other = row
    return Example(
        line, record, value, column, expected, found, OtherPlace(*other) if other else None, masked
    )

"""The smallest part of some inputs that still shows a finding: by unit, file, person and record."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

import numpy as np

from careplan_csv.anonymization.kept_characters import fewest
from careplan_csv.anonymization.personal_cells import NotAnonymous, personal_file
from careplan_csv.checker import check
from careplan_csv.checker.settings import Settings
from careplan_csv.findings import Finding
from careplan_csv.reading.blocks import RawBlock
from careplan_csv.reading.sources import Inputs, Source
from careplan_csv.reading.structure import split
from careplan_csv.reading.table import items_of
from careplan_csv.results import CheckResult
from careplan_csv.standard import Standard, standard
from careplan_csv.standard.filenames import parse

One = TypeVar("One")

_MOST_LOOKS = 1_000
_PERSON = ("insurer_number", "insured_number")


class NotFound(Exception):
    """The inputs do not show the finding."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A record of a file, with its line end.

    Attributes:
        start, end: its bytes, from the start of the file.
        person: whom it is about; the place of the record where that is not known.
    """

    file: str
    start: int
    end: int
    person: Hashable


@dataclass(frozen=True)
class _Whole:
    """A file with its bytes."""

    source: Source
    data: bytes
    pieces: tuple[Piece, ...]

    def with_pieces(self, pieces: Iterable[Piece]) -> Source:
        """The file without the records that are not among some."""
        left = set(pieces)
        parts, at = [], 0
        for piece in self.pieces:
            if piece not in left:
                parts.append(self.data[at : piece.start])
                at = piece.end
        data = b"".join((*parts, self.data[at:]))
        return replace(self.source, size=len(data), open=partial(io.BytesIO, data))


def smallest(inputs: Inputs, rule: str, result: CheckResult, known: Standard | None = None) -> Inputs:
    """Cut inputs down to the fewest units, files, persons and records with which a rule still finds the same.

    Args:
        result: of all inputs.

    Raises:
        NotFound: the rule finds nothing in them.
    """
    wanted = next((f for f in sorted(result.findings, key=_worst) if f.rule == rule), None)
    if wanted is None:
        raise NotFound(rule)
    reduction = _Reduction(inputs, wanted, known or standard())
    return reduction.result()


def _worst(finding: Finding) -> int:
    return finding.severity.rank


class _Reduction:
    def __init__(self, inputs: Inputs, wanted: Finding, known: Standard) -> None:
        self._inputs = inputs
        self._wanted = wanted
        self._known = known

    def result(self) -> Inputs:
        sources = self._concerned()
        units = list(_grouped(sources, _unit).values())
        units = fewest(units, lambda left: self._shows([s for unit in left for s in unit]), _MOST_LOOKS)
        sources = fewest([s for unit in units for s in unit], self._shows, _MOST_LOOKS)
        wholes = {source.name: _whole(source, self._known) for source in sources}
        pieces = [piece for whole in wholes.values() for piece in whole.pieces]
        persons = list(_grouped(pieces, lambda piece: piece.person).values())

        def holds(left: Sequence[Piece]) -> bool:
            return self._shows(_cut(wholes, left))

        persons = fewest(persons, lambda left: holds([p for of_one in left for p in of_one]), _MOST_LOOKS)
        pieces = fewest([piece for of_one in persons for piece in of_one], holds, _MOST_LOOKS)
        sources = fewest(_cut(wholes, pieces), self._shows, _MOST_LOOKS)
        return replace(self._inputs, sources=tuple(sources), images=self._pictures(sources))

    def _concerned(self) -> list[Source]:
        """The units that the finding names, where they alone show it; else everything."""
        example_files = {one.other.file for one in self._wanted.examples if one.other and one.other.file}
        files = {self._wanted.file, *example_files}
        named = {_unit(source) for source in self._inputs.sources if source.name in files}
        chosen = [source for source in self._inputs.sources if _unit(source) in named]
        return chosen if self._shows(chosen) else list(self._inputs.sources)

    def _pictures(self, sources: Sequence[Source]) -> tuple[Source, ...]:
        """The pictures of the folders that are left."""
        folders = {source.folder for source in sources}
        pictures = tuple(picture for picture in self._inputs.images if picture.folder in folders)
        without = replace(self._inputs, sources=tuple(sources), images=())
        return () if self._found_in(without) else pictures

    def _shows(self, sources: Sequence[Source]) -> bool:
        folders = {source.folder for source in sources}
        pictures = tuple(picture for picture in self._inputs.images if picture.folder in folders)
        return bool(sources) and self._found_in(
            replace(self._inputs, sources=tuple(sources), images=pictures)
        )

    def _found_in(self, inputs: Inputs) -> bool:
        wanted = self._wanted
        return any(
            (found.rule, found.severity, found.item_no) == (wanted.rule, wanted.severity, wanted.item_no)
            for found in check(inputs, known=self._known).findings
        )


def _unit(source: Source) -> tuple[str, str]:
    """Folder and ファイル連番; files without one are each by themselves."""
    name = parse(source.file_name, standard())
    return source.folder, name.serial if name and name.serial else source.name


def _grouped(things: Iterable[One], key: Callable[[One], Hashable]) -> dict[Hashable, list[One]]:
    groups: dict[Hashable, list[One]] = defaultdict(list)
    for thing in things:
        groups[key(thing)].append(thing)
    return groups


def _cut(wholes: dict[str, _Whole], pieces: Iterable[Piece]) -> list[Source]:
    by_file = _grouped(pieces, lambda piece: piece.file)
    return [whole.with_pieces(by_file.get(name, ())) for name, whole in wholes.items()]


def _whole(source: Source, known: Standard) -> _Whole:
    """A file split into its records; one that cannot be split is one piece that stays."""
    try:
        file = personal_file(source, Settings(known))
    except (NotAnonymous, OSError):
        with source.open() as stream:
            return _Whole(source, stream.read(), ())
    data = file.written(file.body)
    if len(data) != len(file.mark) + len(file.body):
        # In an encoding of two bytes a character, places are others.
        return _Whole(source, data, ())
    raw = RawBlock(np.frombuffer(file.body, dtype=np.uint8), split(file.body, final=True))
    starts = raw.structure.starts.tolist()
    first = len(file.mark)
    items = file.reading.layout.items if file.reading and file.reading.by_items else ()
    places = [item.no - 1 for item in items if item.id in _PERSON]
    pieces = []
    for number, (start, end) in enumerate(zip(starts, [*starts[1:], len(file.body)], strict=True)):
        values = [value for value, _ in items_of(raw, number, file.cell_encoding)]
        person = tuple(values[place] for place in places if place < len(values))
        pieces.append(Piece(source.name, first + start, first + end, person or (source.name, number)))
    return _Whole(source, data, tuple(pieces))

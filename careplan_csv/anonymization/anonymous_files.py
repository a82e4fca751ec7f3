"""Files written again without anything that tells who they are about, and with the same findings."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from random import Random

from careplan_csv.anonymization.anonymous_pictures import anonymous_picture
from careplan_csv.anonymization.cell_bytes import written_again
from careplan_csv.anonymization.date_shift import DateShift, is_month, shifts
from careplan_csv.anonymization.kept_characters import fewest_kept
from careplan_csv.anonymization.personal_cells import (
    Cell,
    NotAnonymous,
    PersonalFile,
    Sheet,
    SheetKey,
    personal_file,
)
from careplan_csv.anonymization.pseudonyms import Pseudonyms, Value, ValueKind
from careplan_csv.anonymization.renamed_files import month_of_name, renamed
from careplan_csv.anonymization.value_findings import ValueFindings, value_findings
from careplan_csv.checker.settings import Settings
from careplan_csv.reading.sources import Inputs, Source
from careplan_csv.standard import Item, Layout, Standard, standard

_TRIES = 12
"""So often a value gets another pseudonym before some of its own characters are kept."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a value stands in some item."""

    item: Item
    raw: bytes
    encoding: str


@dataclass
class _Seen:
    """Everything that the files hold, each value once.

    Attributes:
        sheets: by key.
        values: the items of each sheet in which each value stands, and its bytes there.
        months: service months, each with the CSVバージョン of its file.
    """

    sheets: dict[SheetKey, Sheet] = field(default_factory=dict)
    values: dict[SheetKey, dict[tuple[Value, int], Standing]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    everything: dict[Value, None] = field(default_factory=dict)
    months: set[tuple[str, str]] = field(default_factory=set)
    kana_of: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AnonymousFile:
    """A file written again.

    Attributes:
        source: it, in the place of the original: opens the new bytes.
        original: the source that it stands for.
    """

    source: Source
    original: Source
    data: bytes


@dataclass(frozen=True)
class AnonymousInputs:
    """Everything that was written again.

    Attributes:
        left_out: what could not be, each with the reason.
        pseudonyms: what stands for what.
    """

    files: Sequence[AnonymousFile]
    pictures: Sequence[AnonymousFile]
    left_out: Sequence[tuple[str, str]]
    pseudonyms: Pseudonyms

    @property
    def inputs(self) -> Inputs:
        """The new files, as the originals were given."""
        return Inputs(
            tuple(file.source for file in self.files), images=tuple(file.source for file in self.pictures)
        )

    @property
    def originals(self) -> Inputs:
        """The originals of the new files."""
        return Inputs(
            tuple(file.original for file in self.files), images=tuple(file.original for file in self.pictures)
        )


class Anonymization:
    """Writes the same inputs again as often as is asked for, each time with another shift of dates.

    Args:
        key: at least 16 bytes. The same key and the same inputs give the same files.
    """

    def __init__(self, inputs: Inputs, key: bytes, known: Standard | None = None) -> None:
        self._inputs = inputs
        self._key = key
        self._known = known or standard()
        self._settings = Settings(self._known)
        self._left_out: dict[str, str] = {}
        self._seen = _Seen()
        for file in self._files():
            self._take_in(file)
        self._before = {
            key: dict(
                zip(values, self._findings(key, [(s.item, s.raw) for s in values.values()]), strict=True)
            )
            for key, values in self._seen.values.items()
        }

    def attempts(self) -> Iterator[AnonymousInputs]:
        """The inputs written again, with one shift of dates after another, in an order that the key gives."""
        for shift in shifts(sorted(self._seen.months), self._known, Random(self._key)):
            yield self._written(shift)

    def _files(self) -> Iterator[PersonalFile]:
        for source in self._inputs.sources:
            try:
                yield personal_file(source, self._settings)
            except NotAnonymous as reason:
                self._left_out[source.name] = str(reason)
            except OSError as error:
                self._left_out[source.name] = f"ファイルを読めません（{error.strerror or '入出力の誤り'}）。"

    def _take_in(self, file: PersonalFile) -> None:
        seen = self._seen
        if month := month_of_name(file.source.file_name, self._known):
            seen.months.add((month, file.version))
        sheet = file.sheet
        if sheet is not None:
            seen.sheets[sheet.key] = sheet
        for cell in file.cells():
            value = self._value(cell)
            seen.everything[value] = None
            if value.kind is ValueKind.MONTH and is_month(value.text):
                seen.months.add((value.text, file.version))
            if value.kind is ValueKind.KANA and value.name:
                seen.kana_of[value.name] = min(value.text, seen.kana_of.get(value.name, value.text))
            # A value in another encoding than its file's is judged by the whole file alone.
            if cell.item and sheet is not None and cell.encoding == sheet.encoding:
                standing = Standing(cell.item, _raw(file.body, cell), cell.encoding)
                seen.values[sheet.key].setdefault((value, cell.item.no), standing)

    def _value(self, cell: Cell) -> Value:
        """What a cell tells, without the blanks around numbers and dates."""
        value, item = cell.value, cell.item
        if item is None or item.is_text:
            return value
        return replace(value, text=value.text.strip(_BLANKS))

    def _findings(self, key: SheetKey, values: Sequence[tuple[Item, bytes]]) -> list[ValueFindings]:
        return value_findings(self._seen.sheets[key], values, self._settings)

    def _pseudonyms(self, shift: DateShift) -> Pseudonyms:
        """Pseudonyms with which every value by itself shows what it showed before."""
        pseudonyms = Pseudonyms(self._key, shift, kana_of=dict(self._seen.kana_of))
        # In an order that does not depend on that of the files: of two that fall together, one gives way.
        for value in sorted(self._seen.everything):
            pseudonyms.of(value)
        wrong = self._changed(pseudonyms, None)
        for _ in range(_TRIES):
            if not wrong:
                return pseudonyms
            for value in sorted(wrong):
                pseudonyms.again(value)
            wrong = self._changed(pseudonyms, wrong)
        for value in sorted(wrong):
            pseudonyms.keep(value, fewest_kept(value, partial(self._holds, pseudonyms, value)))
        return pseudonyms

    def _changed(self, pseudonyms: Pseudonyms, only: set[Value] | None) -> set[Value]:
        """The values whose pseudonym shows other findings than they did."""
        changed = set()
        for key, values in self._seen.values.items():
            chosen = [place for place in values if only is None or place[0] in only]
            standing = [values[place] for place in chosen]
            new = [
                (one.item, _new_raw(one.raw, one.encoding, value, pseudonyms.of(value)))
                for one, (value, _) in zip(standing, chosen, strict=True)
            ]
            for place, found in zip(chosen, self._findings(key, new), strict=True):
                if found != self._before[key][place]:
                    changed.add(place[0])
        return changed

    def _holds(self, pseudonyms: Pseudonyms, value: Value, places: Iterable[int]) -> bool:
        """Whether a value shows what it showed before when some of its characters stay."""
        pseudonyms.keep(value, frozenset(places))
        return not self._changed(pseudonyms, {value})

    def _written(self, shift: DateShift) -> AnonymousInputs:
        pseudonyms = self._pseudonyms(shift)
        folders = _folders([*self._inputs.sources, *self._inputs.images])
        taken: set[str] = set()
        files, pictures = [], []
        for file in self._files():
            name = renamed(file.source.file_name, pseudonyms, self._known, file.version or None)
            data = file.written(self._body(file, pseudonyms))
            files.append(_placed(file.source, name, folders[file.source.folder], taken, data))
        for source in self._inputs.images:
            try:
                data = anonymous_picture(source)
            except OSError as error:
                self._left_out[source.name] = f"画像を読めません（{error.strerror or '入出力の誤り'}）。"
                continue
            name = renamed(source.file_name, pseudonyms, self._known)
            pictures.append(_placed(source, name, folders[source.folder], taken, data))
        return AnonymousInputs(files, pictures, tuple(self._left_out.items()), pseudonyms)

    def _body(self, file: PersonalFile, pseudonyms: Pseudonyms) -> bytes:
        pieces, at = [], 0
        for cell in file.cells():
            value = self._value(cell)
            raw = _raw(file.body, cell)
            if _is_picture(cell, file.reading.layout if file.reading else None):
                new = renamed(value.text, pseudonyms, self._known)
                written = (
                    written_again(raw, value.text, new, cell.encoding) if len(new) == len(value.text) else raw
                )
            else:
                written = _new_raw(raw, cell.encoding, value, pseudonyms.of(value))
            pieces += [file.body[at : cell.start], written.replace(b'"', b'""') if cell.quoted else written]
            at = cell.end
        return b"".join((*pieces, file.body[at:]))


_BLANKS = " \t　"


def _raw(body: bytes, cell: Cell) -> bytes:
    raw = body[cell.start : cell.end]
    return raw.replace(b'""', b'"') if cell.quoted else raw


def _new_raw(raw: bytes, encoding: str, value: Value, pseudonym: str) -> bytes:
    """The bytes of a pseudonym, with the blanks that stand around the value."""
    text = raw.decode(encoding, "surrogateescape")
    start = text.find(value.text)
    new = text[:start] + pseudonym + text[start + len(value.text) :]
    return written_again(raw, text, new, encoding)


def _is_picture(cell: Cell, layout: Layout | None) -> bool:
    return cell.item is not None and layout is not None and cell.item.id == layout.image_item


def _folders(sources: Sequence[Source]) -> dict[str, str]:
    """A name for every folder; none where there is only one."""
    names = sorted({source.folder for source in sources})
    if len(names) == 1:
        return {names[0]: ""}
    return {name: f"folder-{number}" for number, name in enumerate(names, 1)}


def _placed(source: Source, name: str, folder: str, taken: set[str], data: bytes) -> AnonymousFile:
    """A new file in the place of a source, under a name that no other has."""
    label = f"{folder}/{name}" if folder else name
    number = 1
    while label.lower() in taken:
        number += 1
        label = f"{folder}-{number}/{name}" if folder else f"folder-0-{number}/{name}"
    taken.add(label.lower())
    new = replace(
        source,
        name=label,
        file_name=name,
        folder=folder,
        size=len(data),
        open=lambda: io.BytesIO(data),
        path=label,
    )
    return AnonymousFile(new, source, data)

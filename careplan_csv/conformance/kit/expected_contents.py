"""The expected contents and exports of software after some units, by the standard's rules (2.5).

This is independent of the reference software, which is judged by it like any other software.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from careplan_csv.standard import Edition
from careplan_csv.standard.filenames import table_name
from careplan_csv.synthesis.world.offices import Office
from careplan_csv.writing.unit_files import Draft, Unit
from careplan_csv.writing.writer import Record, Writer

_DELETION = "_deletion"

_Key = tuple[str, ...]
"""A person within one kind of unit: the scope of a replacement and of a deletion."""


@dataclass
class _Held:
    """The contents under a key.

    Attributes:
        tables: name of the table -> records.
        images: file name -> bytes.
    """

    tables: dict[tuple[str, str], list[Record]] = field(default_factory=dict)
    images: dict[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Expected:
    """Computes expected contents for an edition."""

    edition: Edition

    def after(self, units: Iterable[Unit], deletions: bool = False) -> dict[str, bytes]:
        """The tables (`table_name` -> bytes) and the pictures after some units.

        Args:
            units: in any order; they are applied in the order of their serials.
            deletions: whether the deletions themselves are expected too (in exports).
        """
        return self._files(self._left(units, deletions))

    def _left(self, units: Iterable[Unit], deletions: bool) -> list[_Held]:
        units = list(units)
        held = list(self._held(units).values())
        if not deletions:
            return held
        return held + [
            _Held(_tables(unit, insured))
            for unit in units
            if unit.id.endswith(_DELETION)
            for insured in _people(unit)
        ]

    def as_planned(self, schedules: Sequence[Unit], me: Office, own: Sequence[Unit]) -> dict[str, bytes]:
        """The 実績 of an office that provides every planned service, and its own results (§2.4 実績).

        Args:
            schedules: the imported schedules and their deletions.
            own: its own results and their deletions.
        """
        planned = self._held(schedules).values()
        results = [_Held(dict(self._planned(held, me))) for held in planned]
        return self._files([*results, *self._left(own, deletions=True)])

    def _planned(self, held: _Held, me: Office) -> Iterator[tuple[tuple[str, str], list[Record]]]:
        result = self._file_of("result")
        schedule = self._file_of("schedule")
        for (prefix, month), records in held.tables.items():
            if prefix == schedule:
                given: list[Record] = [
                    {**record, "updating_office": me.number}
                    for record in records
                    if record["provider_office"] == me.number and record["service_code"].startswith(me.kind)
                ]
                yield (result, month), given

    def _file_of(self, unit_id: str) -> str:
        """The prefix of the first file of a unit."""
        return next(unit.files[0].prefix for unit in self.edition.units if unit.id == unit_id)

    def _held(self, units: Iterable[Unit]) -> dict[_Key, _Held]:
        held: dict[_Key, _Held] = {}
        for unit in sorted(units, key=lambda unit: unit.serial):
            for insured in _people(unit):
                key = _key(unit, insured)
                held.pop(key, None)
                if not unit.id.endswith(_DELETION):
                    held[key] = _Held(_tables(unit, insured), _images(unit, insured))
        return held

    def _files(self, all_held: Iterable[_Held]) -> dict[str, bytes]:
        tables: dict[tuple[str, str], list[Record]] = {}
        files: dict[str, bytes] = {}
        for held in all_held:
            for name, records in held.tables.items():
                tables.setdefault(name, []).extend(records)
            files |= held.images
        for (prefix, month), records in sorted(tables.items()):
            if records:
                files[table_name(prefix, month)] = Writer(self.edition.layout(prefix)).data(records)
        return files


def _people(unit: Unit) -> list[str]:
    return list(dict.fromkeys(record["insured_number"] for record in unit.drafts[0].records))


def _key(unit: Unit, insured: str) -> _Key:
    first = unit.drafts[0]
    kind = unit.id.removesuffix(_DELETION)
    # Results of each sending office and kind are replaced separately.
    sender = (unit.route.sender, unit.route.sender_kind) if kind == "result" else ()
    return (kind, first.month, insured, *sender)


def _tables(unit: Unit, insured: str) -> dict[tuple[str, str], list[Record]]:
    return {
        (draft.prefix, draft.month): [r for r in draft.records if r["insured_number"] == insured]
        for draft in unit.drafts
    }


def _images(unit: Unit, insured: str) -> dict[str, bytes]:
    """The pictures that are named in the records of a person."""
    named = {name for draft in unit.drafts for name in _names(draft, insured)}
    return {name: data for name, data in unit.images.items() if name in named}


def _names(draft: Draft, insured: str) -> set[str]:
    item = draft.layout.image_item
    return {r.get(item, "") for r in draft.records if item and r["insured_number"] == insured}

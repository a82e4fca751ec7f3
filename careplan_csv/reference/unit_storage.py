"""Applies units to the store (2.3–2.5): later units replace, deletions remove and are recorded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from careplan_csv.reference.defects import Defect
from careplan_csv.reference.form_tables import FormTable
from careplan_csv.reference.office import Party
from careplan_csv.reference.store import FormKey, Store, Stored, StoredRow
from careplan_csv.standard.filenames import moment_of
from careplan_csv.writing.writer import Record


@dataclass(frozen=True)
class ReceivedFile:
    """One file of a unit.

    Attributes:
        table: the kind of file it is.
        month: the サービス提供年月 part of its name; empty if there is none.
        records: in the order of the file.
    """

    table: FormTable
    month: str
    records: tuple[Record, ...]


@dataclass(frozen=True)
class ReceivedUnit:
    """Files with one serial.

    Attributes:
        id: of the transmission unit; empty if it is no unit of the edition.
        pictures: file name -> bytes.
    """

    id: str
    serial: str
    sender: Party
    receiver: Party
    files: tuple[ReceivedFile, ...]
    pictures: Mapping[str, bytes]


@dataclass
class _Form:
    """The records of a unit for one key."""

    root: str
    key: str
    sender: Party
    deletion: bool
    month: str
    rows: list[tuple[FormTable, list[StoredRow]]] = field(default_factory=list)


class UnitStorage:
    """Applies units to a store, within a transaction of the caller.

    Attributes:
        own: whether it is the office's own data, which will be sent, and not imported data.
    """

    def __init__(self, store: Store, defect: Defect, *, own: bool) -> None:
        self.store = store
        self.defect = defect
        self.own = own

    def take(self, units: Iterable[ReceivedUnit]) -> None:
        """Apply some units in the order of their serials, not of their arrival (2.5)."""
        for unit in sorted(units, key=lambda unit: unit.serial):
            if moment_of(unit.serial):
                self.store.note_serial(unit.serial)
            for form in _forms(unit):
                self._take(form, unit)

    def _take(self, form: _Form, unit: ReceivedUnit) -> None:
        place = FormKey(self.own, form.root, form.key)
        stored = self.store.stored(place)
        if self.defect.on_unit(stored, unit.serial, deletion=form.deletion):
            if stored is None or self.defect.clears(stored, unit.serial):
                self.store.clear(place)
            self._put(place, form, unit)
            self.store.note(place, Stored(unit.serial, form.deletion, form.month, form.sender))
        elif stored is None or stored.deleted != form.deletion:
            return
        if self.own:
            self._remember_receiver(place, stored, form, unit)

    def _put(self, place: FormKey, form: _Form, unit: ReceivedUnit) -> None:
        for table, rows in form.rows:
            self.store.add(table, rows, own=self.own)
            for name in {row.values.get(table.layout.image_item, "") for row in rows} & unit.pictures.keys():
                self.store.add_picture(place, name, unit.pictures[name])

    def _remember_receiver(
        self, place: FormKey, stored: Stored | None, form: _Form, unit: ReceivedUnit
    ) -> None:
        """Store a receiver of a form, which can have several; a deletion removes the earlier ones."""
        if stored is not None and stored.deleted != form.deletion:
            self.store.forget_receivers(place.root, place.key)
        self.store.note_receiver(place.root, place.key, unit.id, unit.receiver)


def _forms(unit: ReceivedUnit) -> list[_Form]:
    """The records of a unit by form; the month part of the form is that of its first file."""
    found: dict[tuple[str, str], _Form] = {}
    for file in sorted(unit.files, key=lambda file: file.table.prefix != file.table.root):
        table = file.table
        rows: dict[str, list[StoredRow]] = {}
        for position, record in enumerate(file.records):
            sender = table.sender_of(record, unit.sender)
            key = table.key_of(record, sender)
            rows.setdefault(key, []).append(StoredRow(key, position, file.month, record))
            found.setdefault((table.root, key), _Form(table.root, key, sender, table.is_deletion, file.month))
        for key, some in rows.items():
            found[table.root, key].rows.append((table, some))
    return list(found.values())

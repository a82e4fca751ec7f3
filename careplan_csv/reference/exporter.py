"""Exports stored data as units with the file names of the standard (2.4–2.6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from careplan_csv.reference.defects import Defect
from careplan_csv.reference.form_tables import FormTable
from careplan_csv.reference.office import Misused, Party
from careplan_csv.reference.serial_sequence import next_serial
from careplan_csv.reference.store import Store
from careplan_csv.standard import Layout
from careplan_csv.writing.unit_files import Draft, Passage, Route
from careplan_csv.writing.writer import Record, Writers

SCHEDULE, RESULT = "schedule", "result"
"""Ids of the units: results follow from schedules."""


@dataclass
class Parcel:
    """A unit to send.

    Attributes:
        month: the service month; empty if the unit has none.
        rows: prefix -> records.
        month_parts: prefix -> the サービス提供年月 part of the file's name.
    """

    sender: Party
    receiver: Party
    month: str
    rows: dict[str, list[Record]] = field(default_factory=dict)
    month_parts: dict[str, str] = field(default_factory=dict)

    def add(self, table: FormTable, month: str, values: Record) -> None:
        """Add a record."""
        self.rows.setdefault(table.prefix, []).append(values)
        self.month_parts[table.prefix] = month

    @property
    def order(self) -> tuple[str, Party, Party]:
        """The sort key for assigning serials."""
        return self.month, self.receiver, self.sender


_DAY = 8
"""The length of the date in a serial."""


class Parcels:
    """Parcels by sender, receiver and month."""

    def __init__(self) -> None:
        self._made: dict[tuple[Party, Party, str], Parcel] = {}

    def to(self, sender: Party, receiver: Party, month: str) -> Parcel:
        """The parcel for a sender, receiver and month; a new one if there is none."""
        return self._made.setdefault((sender, receiver, month), Parcel(sender, receiver, month))

    def in_order(self) -> list[Parcel]:
        return sorted(self._made.values(), key=lambda parcel: parcel.order)


def export(unit_id: str, store: Store, folder: Path, defect: Defect) -> int:
    """Write all units of a kind that the office must send.

    The serial of each is one minute later than the greatest one in the store, which is updated.

    Returns:
        How many units were written.

    Raises:
        Misused: the edition has no such unit.
        OSError: a file could not be written.
    """
    parcels = _parcels(unit_id, store)
    folder.mkdir(parents=True, exist_ok=True)
    writers = Writers(store.edition)
    with store.transaction():
        for parcel in parcels:
            serial = next_serial(store.serial)
            store.note_serial(serial)
            for name, data in _files(parcel, serial, unit_id, store, writers, defect):
                (folder / name).write_bytes(data)
    return len(parcels)


def _parcels(unit_id: str, store: Store) -> list[Parcel]:
    try:
        tables = store.forms.of_unit(unit_id)
    except KeyError:
        known = "、".join(unit.id for unit in store.edition.units)
        raise Misused(f"このCSVバージョンに、その組はありません（使えるもの: {known}）。") from None
    parcels = Parcels()
    _own(unit_id, tables, store, parcels)
    if unit_id == RESULT and store.office.gives_services:
        _as_planned(tables[0], store, parcels)
    elif unit_id == RESULT:
        _passed_on(tables[0], store, parcels)
    # In a unit with two forms, the first one can be deleted and the other one not.
    return [parcel for parcel in parcels.in_order() if tables[0].prefix in parcel.rows]


def _own(unit_id: str, tables: list[FormTable], store: Store, parcels: Parcels) -> None:
    """Add the office's own forms, or its own deletions of forms that are still deleted."""
    for root in dict.fromkeys(table.root for table in tables):
        standing = store.standing(root, own=True)
        receivers: dict[str, list[Party]] = {}
        for key, receiver in store.receivers(root, unit_id):
            receivers.setdefault(key, []).append(receiver)
        for table in (table for table in tables if table.root == root):
            for row in store.rows(table, own=True):
                for receiver in receivers.get(row.key, ()):
                    parcel = parcels.to(store.office.party, receiver, standing[row.key].month)
                    parcel.add(table, row.month, row.values)


def _as_planned(result: FormTable, store: Store, parcels: Parcels) -> None:
    """Add results for every imported schedule: all planned services of this office and kind were provided.

    Results that the office has entered or deleted itself have priority.
    """
    office = store.office
    (schedule, *_) = store.forms.of_unit(SCHEDULE)
    planned = store.standing(schedule.root, own=False)
    known = store.standing(result.root, own=True)
    for row in store.rows(schedule, own=False):
        is_own = row.values["provider_office"] == office.number
        if is_own and row.values["service_code"].startswith(office.kind):
            done = _done(row.values, result.layout, office.number, store.serial[:_DAY])
            if result.key_of(done, office.party) not in known:
                sender = planned[row.key].sender
                parcels.to(office.party, sender, row.month).add(result, row.month, done)


def _done(planned: Record, layout: Layout, office: str, day: str) -> Record:
    """A planned service as a provided one, with the date of the export and this office as 更新業者."""
    given = {item.id: planned[item.id] for item in layout.items}
    return {**given, "creation_date": day, "updating_office": office}


def _passed_on(result: FormTable, store: Store, parcels: Parcels) -> None:
    """Add the results of service offices unchanged."""
    standing = store.standing(result.root, own=False)
    for row in store.rows(result, own=False):
        sender = standing[row.key].sender
        parcels.to(sender, store.office.party, row.month).add(result, row.month, row.values)


def _files(
    parcel: Parcel, serial: str, unit_id: str, store: Store, writers: Writers, defect: Defect
) -> Iterator[tuple[str, bytes]]:
    """The files of a parcel with their names, and its pictures."""
    route = Route(*parcel.sender, *parcel.receiver)
    pictures = store.pictures(own=True)
    for table in store.forms.of_unit(unit_id):
        if table.prefix not in parcel.rows:
            continue
        draft = Draft(store.edition, table.prefix, route, serial, parcel.month_parts[table.prefix])
        records, sent = renamed(parcel.rows[table.prefix], draft, pictures)
        passage = Passage(writers[table.prefix], tuple(records))
        yield draft.name, defect.on_export_bytes(table.layout, replace(draft, passages=(passage,)).data())
        yield from sent.items()


def renamed(
    records: Iterable[Record], draft: Draft, pictures: Mapping[str, bytes]
) -> tuple[list[Record], dict[str, bytes]]:
    """Name pictures after the file: the records with the new names, and the pictures under them."""
    item, changed = draft.layout.image_item, list(records)
    if not item:
        return changed, {}
    sent: dict[str, bytes] = {}
    for number, record in enumerate(changed):
        data = pictures.get(record[item])
        name = picture_name(draft, len(sent) + 1) if data is not None else ""
        if data is not None:
            sent[name] = data
        changed[number] = {**record, item: name}
    return changed, sent


def picture_name(draft: Draft, branch: int) -> str:
    """別紙 ファイル名規約: the parts from sender to serial of the file's name, then a number of 4 digits."""
    rest = draft.name.removeprefix(draft.prefix).rpartition(".")[0]
    return f"{draft.layout.image_prefix}{rest}_{branch:04d}.jpg"

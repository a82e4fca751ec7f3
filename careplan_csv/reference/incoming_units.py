"""Groups the files of a folder to units and reads their records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from careplan_csv.reading.record_values import read_records
from careplan_csv.reading.sources import Inputs, Source
from careplan_csv.reference.defects import Defect, Incoming
from careplan_csv.reference.form_tables import FormTable
from careplan_csv.reference.office import Party
from careplan_csv.reference.store import Store
from careplan_csv.reference.unit_storage import ReceivedFile, ReceivedUnit
from careplan_csv.standard import standard
from careplan_csv.standard.filenames import FileName, parse
from careplan_csv.writing.writer import Record


@dataclass(frozen=True)
class StandardFile:
    """A file with a name of the standard."""

    name: FileName
    source: Source

    @property
    def receiver(self) -> Party:
        return Party(self.name.receiver_office, self.name.receiver_kind)

    @property
    def sender(self) -> Party:
        return Party(self.name.sender_office, self.name.sender_kind)


def named_files(inputs: Inputs) -> list[StandardFile]:
    """The files of the standard among some inputs."""
    parsed = ((parse(source.file_name, standard()), source) for source in inputs.sources)
    return [StandardFile(name, source) for name, source in parsed if name]


def units(inputs: Inputs, store: Store, defect: Defect) -> list[ReceivedUnit]:
    """Read the units.

    Raises:
        OSError: a file cannot be read.
    """
    together: dict[tuple[str, Party, Party], list[StandardFile]] = {}
    for file in named_files(inputs):
        together.setdefault((file.name.serial, file.sender, file.receiver), []).append(file)
    pictures = {source.file_name: _bytes(source) for source in inputs.images}
    return [
        ReceivedUnit(
            _unit_id(files, store), serial, sender, receiver, tuple(_arrivals(files, store, defect)), pictures
        )
        for (serial, sender, receiver), files in together.items()
    ]


def _unit_id(files: list[StandardFile], store: Store) -> str:
    return store.forms.unit_of({(file.name.prefix, file.name.month_part) for file in files})


def _arrivals(files: list[StandardFile], store: Store, defect: Defect) -> Iterator[ReceivedFile]:
    for file in files:
        kind = (file.name.prefix, file.name.month_part)
        table = store.forms.tables.get(kind)
        if table and defect.takes_table(*kind):
            yield ReceivedFile(table, file.name.month, tuple(_records(file.source, table, store, defect)))


def _records(source: Source, table: FormTable, store: Store, defect: Defect) -> Iterator[Record]:
    for values in read_records(defect.on_decode(_bytes(source)), table.layout).values:
        kept = defect.on_record(Incoming(table.layout, values, store.office.number))
        if kept is not None:
            yield kept


def _bytes(source: Source) -> bytes:
    with source.open() as file:
        return file.read()

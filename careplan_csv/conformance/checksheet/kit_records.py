"""The records of the files of a kit's steps, for comparison with a screen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from careplan_csv.conformance.kit.kit_model import Kit, Step
from careplan_csv.reading.record_values import read_records
from careplan_csv.standard import Edition, Layout, MonthPart, Variant, standard
from careplan_csv.standard.filenames import FileName, layout_of, parse
from careplan_csv.writing.writer import Record

INSURED = "insured_number"
_NAMES = ("user_name",)
_CSV = ".CSV"


@dataclass(frozen=True)
class SentFile:
    """One CSV file of a step.

    Attributes:
        records: the complete records; `problem`: what could not be read, a sentence in Japanese.
    """

    name: FileName
    layout: Layout
    records: tuple[Record, ...]
    problem: str = ""

    @property
    def month(self) -> MonthPart:
        return self.name.month_part

    @property
    def variant(self) -> Variant:
        return self.layout.variant(self.month)

    @property
    def people(self) -> tuple[str, ...]:
        """被保険者番号, in the order of the file."""
        return tuple(dict.fromkeys(record.get(INSURED, "") for record in self.records))


@dataclass(frozen=True)
class Opened:
    """The files of one step.

    Attributes:
        csv: the CSV files with a known name and layout, in the order of the edition's units.
        pictures: the names of pictures, in parts; names: the names of all files.
    """

    step: Step
    csv: tuple[SentFile, ...]
    pictures: tuple[FileName, ...]
    names: tuple[str, ...]


@dataclass(frozen=True)
class OpenedKit:
    """A kit with all its steps read."""

    kit: Kit
    edition: Edition

    @cached_property
    def steps(self) -> tuple[Opened, ...]:
        """All steps in order: own, inbox, faults."""
        return tuple(self._opened(step) for step in (*self.kit.own, *self.kit.inbox, *self.kit.faults))

    @cached_property
    def people(self) -> Mapping[str, str]:
        """被保険者番号 -> name, for all people whose name is in a file of the kit."""
        return {
            record[INSURED]: record[item]
            for opened in self.steps
            for sent in opened.csv
            for record in sent.records
            for item in _NAMES
            if record.get(item) and record.get(INSURED)
        }

    def person(self, number: str) -> str:
        """The name of a person on the sheet."""
        name = self.people.get(number, "")
        return f"{name}さん（被保険者番号 {number}）" if name else f"被保険者番号 {number}"

    def layout(self, prefix: str) -> Layout:
        """The layout of a prefix; from another edition if the kit's has none, because faulty units can be of another.

        Raises:
            KeyError: no edition has such a file.
        """
        layout = layout_of(prefix, self.kit.edition, standard())
        if layout is None:
            raise KeyError(prefix)
        return layout

    def _opened(self, step: Step) -> Opened:
        files = self.kit.under(step.folder)
        parsed = {file: parse(file, standard()) for file in files}
        sent = [
            found
            for file, name in parsed.items()
            if name and name.extension.upper() == _CSV and (found := self._sent(name, files[file]))
        ]
        pictures = tuple(
            name for name in parsed.values() if name and name.prefix and name.extension.upper() != _CSV
        )
        order = self._order(step)
        sent.sort(key=lambda one: (order.index(one.layout.prefix), one.name.text))
        return Opened(step, tuple(sent), pictures, tuple(sorted(files)))

    def _sent(self, name: FileName, data: bytes) -> SentFile | None:
        layout = layout_of(name.prefix, self.kit.edition, standard())
        if layout is None:
            return None
        read = read_records(data, layout)
        problem = read.problem
        if read.damaged:
            problem = f"項目の数が合わない記録が {read.damaged}件あり、下の表に含めていません。"
        return SentFile(name, layout, tuple(_clean(read.values)), problem)

    def _order(self, step: Step) -> list[str]:
        """The prefixes in the order of the step's unit, then those of other units."""
        own = [file.prefix for unit in self.edition.units if unit.id == step.unit for file in unit.files]
        return [*own, *self.edition.prefixes, *standard().newest.prefixes]


def _clean(values: Iterable[Mapping[str, str | None]]) -> Iterable[Record]:
    for record in values:
        yield {item: value or "" for item, value in record.items()}


def open_kit(kit: Kit) -> OpenedKit:
    """Read all files of a kit.

    Raises:
        KeyError: its edition is unknown.
    """
    return OpenedKit(kit, standard().edition(kit.edition))

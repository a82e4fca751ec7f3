"""Files that were sent together, and what their names say of it (2.4–2.6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from careplan_csv.checks.collected.file_facts import FileFacts
from careplan_csv.findings import printable
from careplan_csv.reading.sources import Origin
from careplan_csv.standard import Edition, MonthPart, TransmissionUnit, UnitFile
from careplan_csv.standard.filenames import FileName

Kind: TypeAlias = tuple[str, MonthPart]
"""Prefix and month part: what a unit has one file of."""

PARTS = {
    "serial": "ファイル連番",
    "sender_office": "送信元事業所番号",
    "sender_kind": "送信元サービス種類",
    "receiver_office": "送信先事業所番号",
    "receiver_kind": "送信先サービス種類",
    "month": "サービス提供年月",
}
"""The parts of a file name in which the files of a unit agree."""

_PLACES = {part: place for place, part in enumerate(PARTS)}


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a kind of file belongs: the edition's unit and the unit's entry."""

    edition: Edition
    unit: TransmissionUnit
    file: UnitFile

    @property
    def label(self) -> str:
        """Name and prefix, with the month part that tells variants apart."""
        return file_label(self.file, self.edition)


def file_label(file: UnitFile, edition: Edition) -> str:
    """Name and prefix of a unit's file, with the month part that tells variants apart."""
    month = f"_{edition.no_month}" if file.month is MonthPart.ZERO else ""
    return f"「{edition.layout(file.prefix).name}」（{file.prefix}{month}）"


@dataclass(frozen=True, slots=True)
class UnitMember:
    """A file in its slot.

    Attributes:
        said: what the name says, part by part in the order of `PARTS`; the month is empty where the
            file is not of one.
        unsure: the parts that a rule on names has found fault with: they decide nothing here.
        examined: whether the file could be read; if not, it is no gap, but nothing is said of it.
    """

    facts: FileFacts
    name: FileName
    slot: Slot
    said: tuple[str, ...]
    unsure: frozenset[str]
    examined: bool

    @property
    def kind(self) -> Kind:
        return self.slot.file.prefix, self.slot.file.month

    def part(self, name: str) -> str:
        """What the name says in one of `PARTS`."""
        return self.said[_PLACES[name]]

    @property
    def deletes(self) -> str:
        """The prefix of the file whose records this one deletes; empty where it deletes none."""
        return self.slot.edition.layout(self.kind[0]).variant(self.kind[1]).deletes or ""

    @property
    def folder(self) -> str:
        return self.facts.source.folder

    @property
    def source_name(self) -> str:
        return self.facts.source.name

    @property
    def shown(self) -> str:
        """The file name, safe to put into a message."""
        return printable(self.facts.source.file_name, 120)


@dataclass(slots=True)
class Group:
    """Files that were sent as one unit, or what there is of it.

    Attributes:
        surplus: files whose kind is there already.
        related: members whose records are compared; files that were put together although their
            names differ are not among them.
    """

    members: tuple[UnitMember, ...]
    surplus: tuple[UnitMember, ...] = ()
    related: tuple[UnitMember, ...] = ()

    def __post_init__(self) -> None:
        self.related = self.related or self.members

    @property
    def slot(self) -> Slot:
        """The newest edition among the members defines the unit."""
        newest = max(self.members, key=lambda member: member.slot.edition.csv_version)
        return newest.slot

    @property
    def unit(self) -> TransmissionUnit:
        return self.slot.unit

    @property
    def kinds(self) -> frozenset[Kind]:
        return frozenset(member.kind for member in self.members)

    @property
    def missing(self) -> list[UnitFile]:
        kinds = self.kinds
        return [file for file in self.unit.files if (file.prefix, file.month) not in kinds]

    @property
    def serial(self) -> str:
        return self.members[0].part("serial")

    @property
    def month(self) -> str:
        """The サービス提供年月 of a schedule or of results; empty where there is none, or none that is a month."""
        months = (member.part("month") for member in self.members if "month" not in member.unsure)
        return next((month for month in months if month), "")

    @property
    def has_serial(self) -> bool:
        """Whether the serial of any member can be relied on."""
        return any("serial" not in member.unsure for member in self.members)

    @property
    def first(self) -> UnitMember | None:
        """The first member that was examined."""
        return next((member for member in self.members if member.examined), None)

    @property
    def is_selection(self) -> bool:
        """Whether all files were named one by one: then nobody claimed that the unit is complete."""
        origins = {member.facts.source.origin for member in self.members}
        return origins <= {Origin.NAMED, Origin.STREAM}

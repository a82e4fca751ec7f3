"""Which files were sent together: from single files to transmission units (2.4–2.6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from careplan_csv.checks.collected.file_facts import FileFacts
from careplan_csv.checks.names.name_parts import is_office, is_serial, month_fits
from careplan_csv.findings import printable
from careplan_csv.reading.sources import Origin, Source
from careplan_csv.results import Status, UnitReport
from careplan_csv.standard import Edition, Exchange, MonthPart, Standard, TransmissionUnit, UnitFile
from careplan_csv.standard.checkdigits import is_valid_office_number
from careplan_csv.standard.filenames import FileName, layout_of, parse

Kind = tuple[str, MonthPart]
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
        parts: what the name says, by `PARTS`.
        unsure: the parts that a rule on names has found fault with: they decide nothing here.
        examined: whether the file could be read; if not, it is no gap, but nothing is said of it.
    """

    facts: FileFacts
    name: FileName
    slot: Slot
    parts: dict[str, str]
    unsure: frozenset[str]
    examined: bool

    @property
    def kind(self) -> Kind:
        return self.slot.file.prefix, self.slot.file.month

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

    members: list[UnitMember]
    surplus: list[UnitMember] = field(default_factory=list)
    related: list[UnitMember] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.related = self.related or list(self.members)

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
        return self.members[0].parts["serial"]

    @property
    def month(self) -> str:
        """The サービス提供年月 of a schedule or of results; empty where there is none, or none that is a month."""
        months = (member.parts["month"] for member in self.members if "month" not in member.unsure)
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


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A group that makes a unit with another one, though their names differ in some parts."""

    group: Group
    stray: UnitMember
    sibling: UnitMember
    parts: tuple[str, ...]


def find_units(
    files: Sequence[FileFacts], unreadable: Iterable[str], standard: Standard
) -> tuple[list[Group], list[Mismatch]]:
    """Group files into transmission units, whole or not.

    Args:
        files: every examined file.
        unreadable: names of files that were given but could not be examined.
        standard: editions whose units count.

    Source: §2.4–2.6.
    """
    members = list(_members(files, unreadable, standard))
    return _join(_groups(members))


def _members(
    files: Sequence[FileFacts], unreadable: Iterable[str], standard: Standard
) -> Iterator[UnitMember]:
    absent = [_unread(name, standard) for name in unreadable]
    given = [(facts, facts.name, True) for facts in files] + [(facts, facts.name, False) for facts in absent]
    placed = [
        (facts, name, examined, slots)
        for facts, name, examined in given
        if name and (slots := _slots(name, facts.edition, standard))
    ]
    settled = {(slots[0].unit.id, _agreement(name)) for _, name, _, slots in placed if len(slots) == 1}
    together: dict[tuple[str, ...], set[str]] = {}
    for _, name, _, _ in placed:
        together.setdefault(_agreement(name), set()).add(name.prefix)
    # The files of one unit say the same: what they say is kept once.
    said: dict[tuple[str, ...], dict[str, str]] = {}
    doubted: dict[frozenset[str], frozenset[str]] = {}
    for facts, name, examined, slots in placed:
        # Without a month a name may belong to several units; its siblings tell to which.
        fitting = [slot for slot in slots if (slot.unit.id, _agreement(name)) in settled] or slots
        slot = _best(fitting, together[_agreement(name)])
        parts, unsure = _parts(name, slot, standard)
        parts = said.setdefault(tuple(parts.values()), parts)
        unsure = doubted.setdefault(unsure, unsure)
        yield UnitMember(facts, name, slot, parts, unsure, examined)


def _agreement(name: FileName) -> tuple[str, ...]:
    """What the names of one unit have in common, the month left aside."""
    return tuple(getattr(name, part) for part in PARTS if part != "month")


def _best(slots: Sequence[Slot], present: set[str]) -> Slot:
    """The slot of the unit that explains most of the files sent together, and lacks the fewest."""

    def fit(slot: Slot) -> tuple[int, int]:
        wanted = {file.prefix for file in slot.unit.files}
        return len(wanted & present), -len(wanted - present)

    return max(slots, key=fit)


def _unread(name: str, standard: Standard) -> FileFacts:
    """What is known of a file that could not be examined: its name."""
    folder, _, file_name = name.rpartition("/")
    source = Source(name, file_name, folder, Origin.FOLDER, None, _unopened)
    return FileFacts(source, parse(file_name, standard), None, None, None, None, None)


def _unopened() -> BinaryIO:
    raise OSError


def _slots(name: FileName, content: Edition | None, standard: Standard) -> list[Slot]:
    """Where a file can belong: by its content's edition, else by its name's, else by the newest."""
    version = standard.versions.get(name.csv_version)
    versions = [
        content.csv_version if content else "",
        (version.layout if version else None) or name.csv_version,
        *reversed(standard.editions),
    ]
    for csv_version in versions:
        if csv_version not in standard.editions:
            continue
        edition = standard.edition(csv_version)
        slots = [Slot(edition, u, f) for u in edition.units for f in u.files if f.prefix == name.prefix]
        exact = [slot for slot in slots if slot.file.month is name.month_part]
        if slots:
            return exact or slots
    return []


def _parts(name: FileName, slot: Slot, standard: Standard) -> tuple[dict[str, str], frozenset[str]]:
    """The parts of a name that tie it to others, and those of them that are badly written."""
    has_month = slot.file.month is MonthPart.REAL
    layout = layout_of(name.prefix, slot.edition.csv_version, standard)
    parts = {part: getattr(name, part) for part in PARTS} | ({} if has_month else {"month": ""})
    sure = {
        "serial": is_serial(name.serial),
        "sender_office": is_office(name.sender_office) and is_valid_office_number(name.sender_office),
        "receiver_office": is_office(name.receiver_office) and is_valid_office_number(name.receiver_office),
        "sender_kind": _may_stand_in_names(name.sender_kind, slot.edition),
        "receiver_kind": _may_stand_in_names(name.receiver_kind, slot.edition),
        "month": not has_month or (layout is not None and month_fits(name.month, layout)),
    }
    return parts, frozenset(part for part in PARTS if not sure[part])


def _may_stand_in_names(code: str, edition: Edition) -> bool:
    return code in edition.kinds and edition.kinds[code].exchange is not Exchange.NO


def _groups(members: Iterable[UnitMember]) -> list[Group]:
    """Files whose names agree, as units."""
    agreeing: dict[tuple[str, ...], list[UnitMember]] = {}
    for member in members:
        agreeing.setdefault((member.slot.unit.id, *member.parts.values()), []).append(member)
    return [group for together in agreeing.values() for group in _split(together)]


def _split(members: list[UnitMember]) -> list[Group]:
    """One unit, or one per folder where a kind of file is there more than once (a unit and its copy)."""
    originals = {(member.folder, member.kind) for member in members if not member.name.copied}
    # A copy beside its original is named as a copy already.
    members = [m for m in members if not m.name.copied or (m.folder, m.kind) not in originals]
    if len({member.kind for member in members}) == len(members):
        return [Group(members)]
    folders: dict[str, list[UnitMember]] = {}
    for member in members:
        folders.setdefault(member.folder, []).append(member)
    return [_without_surplus(together) for together in folders.values()]


def _without_surplus(members: list[UnitMember]) -> Group:
    kept: dict[Kind, UnitMember] = {}
    for member in members:
        kept.setdefault(member.kind, member)
    chosen = list(kept.values())
    return Group(chosen, [member for member in members if kept[member.kind] is not member])


Waiting = dict[frozenset[Kind], list[Group]]


def _join(groups: list[Group]) -> tuple[list[Group], list[Mismatch]]:
    """Put incomplete groups together that make a unit, and tell in which parts their names differ."""
    waiting: dict[str, Waiting] = {}
    for group in groups:
        if group.missing:
            waiting.setdefault(group.unit.id, {}).setdefault(group.kinds, []).append(group)
    mismatches: list[Mismatch] = []
    joined: set[int] = set()
    # The largest first: the file that strayed is the odd one, not the rest of the unit.
    for group in sorted(groups, key=lambda group: -len(group.members)):
        if id(group) in joined:
            continue
        while group.missing and (best := _partner(group, waiting[group.unit.id], joined | {id(group)})):
            differences, other = best
            joined.add(id(other))
            if differences:
                mismatches.append(
                    Mismatch(group, other.first or other.members[0], group.members[0], differences)
                )
            else:
                group.related += other.related
            group.members += other.members
            group.surplus += other.surplus
    return [group for group in groups if id(group) not in joined], mismatches


def _partner(group: Group, waiting: Waiting, taken: set[int]) -> tuple[tuple[str, ...], Group] | None:
    """The incomplete group that fits best: with the fewest differences, in the same folder."""
    lacking = {(file.prefix, file.month) for file in group.missing if file.missing == "error"}
    best: tuple[tuple[int, bool], tuple[str, ...], Group] | None = None
    for kinds, others in waiting.items():
        if kinds & group.kinds:
            continue
        for other in others:
            differences = _differences(group.members[0], other.members[0])
            # Names that differ are one unit only if together they make a whole one.
            if id(other) in taken or (differences and ("serial" in differences or lacking - kinds)):
                continue
            rank = len(differences), other.members[0].folder != group.members[0].folder
            if best is None or rank < best[0]:
                best = rank, differences, other
    return best[1:] if best else None


def _differences(one: UnitMember, other: UnitMember) -> tuple[str, ...]:
    """The parts in which two names differ though both are well written."""
    unsure = one.unsure | other.unsure
    return tuple(p for p in PARTS if p not in unsure and one.parts[p] != other.parts[p])


def unit_reports(groups: Sequence[Group], files: Sequence[FileFacts]) -> list[UnitReport]:
    """The units in the order of their first files.

    The status is `unverified` where files are absent that nobody claimed to be there, or could not be read;
    else `conformant`, until the caller has counted in the findings of the unit's files.
    """
    order = {facts.source.name: number for number, facts in enumerate(files)}
    reports = [report for group in groups if (report := _report(group, order))]
    return sorted(reports, key=lambda report: order[report.files[0]])


def _report(group: Group, order: dict[str, int]) -> UnitReport | None:
    names = [m.source_name for m in (*group.members, *group.surplus) if m.examined]
    if not names or not group.serial:
        return None
    return described(group, tuple(sorted(names, key=order.__getitem__)))


def described(group: Group, files: tuple[str, ...] = ()) -> UnitReport:
    seen = all(member.examined for member in group.members) and not (group.missing and group.is_selection)
    return UnitReport(
        serial=group.serial,
        unit=group.unit.id,
        name=group.unit.name,
        receiver=_receiver(group),
        month=group.month,
        files=files,
        status=Status.CONFORMANT if seen else Status.UNVERIFIED,
    )


def _receiver(group: Group) -> str:
    """Whom a unit is sent to, as its names say it: 事業所番号 and service."""
    parts = group.members[0].parts
    kind = group.slot.edition.kinds.get(parts["receiver_kind"])
    words = [printable(parts["receiver_office"], 20), kind.name if kind else ""]
    return "・".join(word for word in words if word)

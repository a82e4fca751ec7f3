"""Which files were sent together: from single files to transmission units (2.4–2.6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import BinaryIO

from careplan_csv.checks.collected.file_facts import FileFacts
from careplan_csv.checks.names.name_parts import is_office, is_serial, month_fits
from careplan_csv.checks.units.incomplete_groups import Mismatch, joined
from careplan_csv.checks.units.unit_groups import PARTS, Group, Kind, Slot, UnitMember
from careplan_csv.findings import printable
from careplan_csv.reading.sources import Origin, Source
from careplan_csv.results import Status, UnitReport
from careplan_csv.standard import Edition, Exchange, MonthPart, Standard
from careplan_csv.standard.checkdigits import is_valid_office_number
from careplan_csv.standard.filenames import FileName, layout_of, parse


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
    return joined(_groups(members))


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
    kept: dict[tuple[str, ...], tuple[str, ...]] = {}
    doubted: dict[frozenset[str], frozenset[str]] = {}
    for facts, name, examined, slots in placed:
        # Without a month a name may belong to several units; its siblings tell to which.
        fitting = [slot for slot in slots if (slot.unit.id, _agreement(name)) in settled] or slots
        slot = _best(fitting, together[_agreement(name)])
        said, unsure = _said(name, slot, standard)
        said, unsure = kept.setdefault(said, said), doubted.setdefault(unsure, unsure)
        yield UnitMember(facts, name, slot, said, unsure, examined)


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


def _slots(name: FileName, content: Edition | None, standard: Standard) -> Sequence[Slot]:
    """Where a file can belong: by its content's edition, else by its name's, else by the newest."""
    version = standard.versions.get(name.csv_version)
    versions = [
        content.csv_version if content else "",
        (version.layout if version else None) or name.csv_version,
        *reversed(standard.editions),
    ]
    for csv_version in versions:
        if csv_version in standard.editions and (slots := _slots_of(name.prefix, csv_version, standard)):
            return [slot for slot in slots if slot.file.month is name.month_part] or slots
    return ()


@cache
def _slots_of(prefix: str, csv_version: str, standard: Standard) -> Sequence[Slot]:
    """Every slot of an edition for files of one prefix."""
    edition = standard.edition(csv_version)
    return [
        Slot(edition, unit, file) for unit in edition.units for file in unit.files if file.prefix == prefix
    ]


def _said(name: FileName, slot: Slot, standard: Standard) -> tuple[tuple[str, ...], frozenset[str]]:
    """The parts of a name that tie it to others, and those of them that are badly written."""
    has_month = slot.file.month is MonthPart.REAL
    layout = layout_of(name.prefix, slot.edition.csv_version, standard)
    said = tuple(getattr(name, part) if has_month or part != "month" else "" for part in PARTS)
    sure = {
        "serial": is_serial(name.serial),
        "sender_office": is_office(name.sender_office) and is_valid_office_number(name.sender_office),
        "receiver_office": is_office(name.receiver_office) and is_valid_office_number(name.receiver_office),
        "sender_kind": _may_stand_in_names(name.sender_kind, slot.edition),
        "receiver_kind": _may_stand_in_names(name.receiver_kind, slot.edition),
        "month": not has_month or (layout is not None and month_fits(name.month, layout)),
    }
    return said, frozenset(part for part in PARTS if not sure[part])


def _may_stand_in_names(code: str, edition: Edition) -> bool:
    return code in edition.kinds and edition.kinds[code].exchange is not Exchange.NO


def _groups(members: Iterable[UnitMember]) -> list[Group]:
    """Files whose names agree, as units."""
    agreeing: dict[tuple[str, ...], list[UnitMember]] = {}
    for member in members:
        agreeing.setdefault((member.slot.unit.id, *member.said), []).append(member)
    return [group for together in agreeing.values() for group in _split(together)]


def _split(members: list[UnitMember]) -> list[Group]:
    """One unit, or one per folder where a kind of file is there more than once (a unit and its copy)."""
    originals = {(member.folder, member.kind) for member in members if not member.name.copied}
    # A copy beside its original is named as a copy already.
    members = [m for m in members if not m.name.copied or (m.folder, m.kind) not in originals]
    if len({member.kind for member in members}) == len(members):
        return [Group(tuple(members))]
    folders: dict[str, list[UnitMember]] = {}
    for member in members:
        folders.setdefault(member.folder, []).append(member)
    return [_without_surplus(together) for together in folders.values()]


def _without_surplus(members: list[UnitMember]) -> Group:
    kept: dict[Kind, UnitMember] = {}
    for member in members:
        kept.setdefault(member.kind, member)
    chosen = tuple(kept.values())
    return Group(chosen, tuple(member for member in members if kept[member.kind] is not member))


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
    first = group.members[0]
    kind = group.slot.edition.kinds.get(first.part("receiver_kind"))
    words = [printable(first.part("receiver_office"), 20), kind.name if kind else ""]
    return "・".join(word for word in words if word)

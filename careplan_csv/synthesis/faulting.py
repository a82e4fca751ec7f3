"""What a fault is, the valid units that faults start from, and how a fault is applied."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from careplan_csv.standard import Edition, Layout, standard
from careplan_csv.synthesis.care import TOOLS, VISITS, Case
from careplan_csv.synthesis.drafts import Draft, Unit
from careplan_csv.synthesis.people import EQUIPMENT, HOME_HELP, sample_people
from careplan_csv.synthesis.planning import Desk
from careplan_csv.synthesis.prevention import CLIENT, HOME_VISIT, CenterDesk
from careplan_csv.synthesis.writing import Writer

Files: TypeAlias = dict[str, bytes]
"""File name -> bytes."""

DraftChange: TypeAlias = Callable[[Draft], Draft]
ByteChange: TypeAlias = Callable[[bytes], bytes]
NameChange: TypeAlias = Callable[[str], str]
FilesChange: TypeAlias = Callable[[Files], Files]

ERROR, WARNING, INFO = "error", "warning", "info"


@dataclass(frozen=True)
class Fault:
    """One fault.

    Attributes:
        rule, severity: what must be found.
        name: a short ASCII name; with the rule it names the sample's folder.
        base: which valid unit it starts from, a key of `BASES`.
        prefix: the file that is changed.
        draft, data, rename: what is done to the records, the bytes or the name of that file.
        everywhere: what is done to the records of every file of the unit.
        files: what is done to all files together.
        record, item: where it must be found (from 1; the item's number), None where that is not one place.
        found_in: the display name of the faulty file, where it is not its own name (a member of an archive).
        also: unavoidable companions, rule -> reason.
        example: what is wrong and what is right, where the changed line alone would not show it.
    """

    rule: str
    name: str
    severity: str = ERROR
    base: str = "result"
    prefix: str = "UPJSK"
    draft: DraftChange | None = None
    data: ByteChange | None = None
    rename: NameChange | None = None
    everywhere: DraftChange | None = None
    files: FilesChange | None = None
    record: int | None = None
    item: int | None = None
    found_in: str = ""
    also: Mapping[str, str] = field(default_factory=dict)
    example: tuple[str, str] | None = None

    @property
    def folder(self) -> str:
        """The name of the sample's folder."""
        return f"{self.rule}-{self.name}"


@dataclass(frozen=True)
class Made:
    """A unit with its fault: the files, the name of the file that has it, and the physical line (from 1)."""

    files: Files
    file: str
    line: int | None


def edition() -> Edition:
    """The edition of the units that faults start from."""
    return standard().edition("202407")


def layout(prefix: str) -> Layout:
    """A layout of that edition."""
    return edition().layout(prefix)


def _visits() -> list[Case]:
    return [Case(sample_people(2025)[0], VISITS)]


def _tools() -> list[Case]:
    return [Case(sample_people(2025)[1], TOOLS)]


def _planner() -> Desk:
    return Desk(edition(), "20250325")


def _provider() -> Desk:
    return Desk(edition(), "20250502")


def _center() -> CenterDesk:
    return CenterDesk(edition(), HOME_VISIT)


def _early() -> Unit:
    return _planner().schedule_unit(_visits(), HOME_HELP, "202503", "20250325100100")


def _deletion() -> Unit:
    return _planner().schedule_deletion(_visits()[0][0], HOME_HELP, "202504", "20250425120000")


def _result_deletion() -> Unit:
    return _provider().result_deletion(_visits()[0][0], HOME_HELP, "202504", "20250502180000")


def _plan_deletion() -> Unit:
    return _planner().plan_deletion(_visits()[0][0], HOME_HELP, "20250325", "20250425110000")


BASES: Mapping[str, Callable[[], Unit]] = {
    "plan": lambda: _planner().plan_unit(_visits(), HOME_HELP, "20250325", "20250325090100"),
    "schedule": lambda: _planner().schedule_unit(_visits(), HOME_HELP, "202504", "20250325100100"),
    "early": _early,
    "equipment": lambda: _planner().schedule_unit(_tools(), EQUIPMENT, "202504", "20250325100300"),
    "plan_deletion": _plan_deletion,
    "deletion": _deletion,
    "result": lambda: _provider().result_unit(_visits(), HOME_HELP, "202504", "20250502170000"),
    "result_deletion": _result_deletion,
    "basic_information": lambda: _center().information_unit(CLIENT, "20250310", "20250310160030"),
    "basic_information_deletion": lambda: _center().information_deletion(
        CLIENT, "20250310", "20250311080030"
    ),
    "prevention_plan": lambda: _center().plan_unit(CLIENT, "20250318", "20250318090030"),
    "prevention_plan_deletion": lambda: _center().plan_deletion(CLIENT, "20250318", "20250325090030"),
}
"""The valid units that faults start from: one complete transmission unit each."""


def make(fault: Fault) -> Made:
    """Apply a fault to its base."""
    files: Files = {}
    faulty, line = "", None
    unit = BASES[fault.base]()
    for draft in unit.drafts:
        changed = fault.everywhere(draft) if fault.everywhere else draft
        if draft.prefix != fault.prefix:
            files[changed.name] = changed.data()
            continue
        changed = fault.draft(changed) if fault.draft else changed
        faulty = fault.rename(changed.name) if fault.rename else changed.name
        files[faulty] = fault.data(changed.data()) if fault.data else changed.data()
        line = _line_of(changed, fault.record)
    files |= unit.images
    return Made(fault.files(files) if fault.files else files, fault.found_in or faulty, line)


def _line_of(draft: Draft, record: int | None) -> int | None:
    """The physical line on which a record (from 1) begins."""
    if record is None:
        return None
    writer = Writer(draft.layout)
    return 1 + sum(writer.line(earlier).count("\n") for earlier in draft.records[: record - 1])

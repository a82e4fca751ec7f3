"""Faults, the valid units that they start from, and their application."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from careplan_csv.standard import CsvVersion, Edition, Layout, standard
from careplan_csv.synthesis.world.calendars import Calendar, calendar_of
from careplan_csv.synthesis.world.care import TOOLS, VISITS, Case
from careplan_csv.synthesis.world.desks import Desk
from careplan_csv.synthesis.world.months import month
from careplan_csv.synthesis.world.people import EQUIPMENT, HOME_HELP, Person, sample_people
from careplan_csv.synthesis.world.prevention_forms import HOME_VISIT, CenterDesk, sample_client
from careplan_csv.writing.unit_files import Draft, FileContents, Unit
from careplan_csv.writing.writer import Writer

DraftChange: TypeAlias = Callable[[Draft], Draft]
ByteChange: TypeAlias = Callable[[bytes], bytes]
NameChange: TypeAlias = Callable[[str], str]
FilesChange: TypeAlias = Callable[[FileContents], FileContents]
Text: TypeAlias = str | Callable[[], str]
"""A text, or a function that makes it if it has dates of the edition."""

ERROR, WARNING, INFO = "error", "warning", "info"


@dataclass(frozen=True)
class Fault:
    """One fault.

    Attributes:
        rule, severity: of the expected finding.
        name: a short ASCII name; rule and name are the name of the sample's folder.
        base: the valid unit that it starts from, a key of `BASES`.
        prefix: the changed file.
        draft, data, rename: change the records, the bytes or the name of that file.
        everywhere: changes the records of every file of the unit.
        files: changes all files together.
        record: the record of the finding (from 1); None if it is not a single record.
        item_id: the item of the finding; None if it is not a single item.
        found_in: the displayed name of the faulty file, if it differs from its name (a member of an archive).
        also: other rules that necessarily break too, rule -> reason.
        example: a wrong and a correct text, if the changed line alone does not show the fault.
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
    item_id: str | None = None
    found_in: Text = ""
    also: Mapping[str, str] = field(default_factory=dict)
    example: tuple[Text, Text] | None = None

    @property
    def item(self) -> int | None:
        """The number of the item of the finding."""
        return layout(self.prefix).by_id[self.item_id].no if self.item_id else None

    @property
    def folder(self) -> str:
        """The name of the sample's folder."""
        return f"{self.rule}-{self.name}"


@dataclass(frozen=True)
class FaultyUnit:
    """A unit with its fault: the files, the name of the faulty file, and the physical line (from 1)."""

    files: FileContents
    file: str
    line: int | None


def edition() -> Edition:
    """The edition of the units that faults start from: the newest."""
    return standard().newest


def dates() -> Calendar:
    """The dates of these units."""
    return calendar_of(edition())


def layout(prefix: str) -> Layout:
    """A layout of that edition."""
    return edition().layout(prefix)


def version_before() -> CsvVersion:
    """The version that applies until the month before that edition.

    Raises:
        ValueError: there is none.
    """
    last = month(edition().version.applies_from).plus(-1).text
    for version in standard().versions.values():
        if version.applies_to == last and version.layout:
            return version
    raise ValueError(f"schemas/versions.yaml has no version that applies until {last}")


def text_of(text: Text) -> str:
    """The text, made if necessary."""
    return text if isinstance(text, str) else text()


def visits_case() -> Case:
    """The user of the samples with home help and day care."""
    return Case(sample_people(dates().fiscal_year)[0], VISITS)


def tools_case() -> Case:
    """The user of the samples with products on hire."""
    return Case(sample_people(dates().fiscal_year)[1], TOOLS)


def _client() -> Person:
    return sample_client(dates().fiscal_year)


def _planner() -> Desk:
    return Desk(edition(), dates().new_plan_date)


def _provider() -> Desk:
    return Desk(edition(), dates().results_date)


def _center() -> CenterDesk:
    return CenterDesk(edition(), HOME_VISIT)


def _plan() -> Unit:
    day = dates().new_plan_date
    return _planner().plan_unit([visits_case()], HOME_HELP, day, f"{day}090100")


def _schedule() -> Unit:
    serial = f"{dates().new_plan_date}100100"
    return _planner().schedule_unit([visits_case()], HOME_HELP, dates().month, serial)


def _early() -> Unit:
    """A schedule of the month before the edition applies."""
    of = month(edition().version.applies_from).plus(-1).text
    return _planner().schedule_unit([visits_case()], HOME_HELP, of, f"{dates().new_plan_date}100100")


def _equipment() -> Unit:
    serial = f"{dates().new_plan_date}100300"
    return _planner().schedule_unit([tools_case()], EQUIPMENT, dates().month, serial)


def _plan_deletion() -> Unit:
    serial = f"{dates().first.day(25)}110000"
    return _planner().plan_deletion(visits_case().person, HOME_HELP, dates().new_plan_date, serial)


def _deletion() -> Unit:
    serial = f"{dates().first.day(25)}120000"
    return _planner().schedule_deletion(visits_case().person, HOME_HELP, dates().month, serial)


def _result() -> Unit:
    serial = f"{dates().results_date}170000"
    return _provider().result_unit([visits_case()], HOME_HELP, dates().month, serial)


def _result_deletion() -> Unit:
    serial = f"{dates().results_date}180000"
    return _provider().result_deletion(visits_case().person, HOME_HELP, dates().month, serial)


def _information() -> Unit:
    day = dates().before.day(10)
    return _center().information_unit(_client(), day, f"{day}160030")


def _information_deletion() -> Unit:
    before = dates().before
    return _center().information_deletion(_client(), before.day(10), f"{before.day(11)}080030")


def _prevention_plan() -> Unit:
    day = dates().before.day(18)
    return _center().plan_unit(_client(), day, f"{day}090030")


def _prevention_plan_deletion() -> Unit:
    return _center().plan_deletion(_client(), dates().before.day(18), f"{dates().new_plan_date}090030")


BASES: Mapping[str, Callable[[], Unit]] = {
    "plan": _plan,
    "schedule": _schedule,
    "early": _early,
    "equipment": _equipment,
    "plan_deletion": _plan_deletion,
    "deletion": _deletion,
    "result": _result,
    "result_deletion": _result_deletion,
    "basic_information": _information,
    "basic_information_deletion": _information_deletion,
    "prevention_plan": _prevention_plan,
    "prevention_plan_deletion": _prevention_plan_deletion,
}
"""The valid transmission units that faults start from."""


def make(fault: Fault) -> FaultyUnit:
    """Apply a fault to its base."""
    files: FileContents = {}
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
    return FaultyUnit(fault.files(files) if fault.files else files, text_of(fault.found_in) or faulty, line)


def _line_of(draft: Draft, record: int | None) -> int | None:
    """The physical line on which a record (from 1) begins."""
    if record is None:
        return None
    writer = Writer(draft.layout)
    return 1 + sum(writer.line(earlier).count("\n") for earlier in draft.records[: record - 1])

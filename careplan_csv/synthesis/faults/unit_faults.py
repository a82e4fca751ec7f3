"""Faults between several files and units (B705–B710)."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

from careplan_csv.synthesis.faults.fault import (
    BASES,
    INFO,
    WARNING,
    Fault,
    dates,
    edition,
    tools_case,
    visits_case,
)
from careplan_csv.synthesis.world.care import Case
from careplan_csv.synthesis.world.desks import Desk
from careplan_csv.synthesis.world.people import HOME_HELP
from careplan_csv.writing.unit_files import FileContents, Unit


def _schedule(*cases: Case) -> Unit:
    """The schedule of the samples for other users."""
    day = dates().new_plan_date
    return Desk(edition(), day).schedule_unit(list(cases), HOME_HELP, dates().month, f"{day}100100")


def _another() -> Case:
    """Another user with the same care and another 被保険者番号."""
    first = visits_case()
    return first._replace(person=replace(first.person, insured="0000000303"))


def _twice_in_one_archive(files: FileContents) -> FileContents:
    """An archive with two files of one name and different contents."""
    [(name, data)] = files.items()
    return {"export.zip": _both_members(name, data)}


def _both_members(name: str, data: bytes) -> bytes:
    """Two stored members of one name: written with two names of equal length, then renamed in the bytes."""
    other = "Y" + name[1:]
    day = dates().first.plus(1).date(2)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for member, content in ((name, data), (other, data.split(b"\r\n")[0] + b"\r\n")):
            archive.writestr(
                zipfile.ZipInfo(member, date_time=(day.year, day.month, day.day, 17, 0, 0)),
                content,
            )
    return buffer.getvalue().replace(other.encode(), name.encode())


def _renamed() -> Unit:
    """A schedule of a later day, in which the user has a new name."""
    first = visits_case()
    case = first._replace(person=replace(first.person, name="見本 花世", kana="ミホン ハナヨ"))
    day = dates().before.day(26)
    return Desk(edition(), day).schedule_unit([case], HOME_HELP, dates().month, f"{day}100100")


def _over_30() -> Unit:
    """A schedule in which only 第6表 marks a day as over 30 days."""
    unit = _schedule(visits_case())
    drafts = [d.with_item(0, "over_30_days", "1") if d.prefix == "UPPLAN" else d for d in unit.drafts]
    return Unit(unit.id, tuple(drafts))


FAULTS = (
    Fault(
        "B705", "care-level-differs", WARNING, "plan", "UPHOSOKU",
        draft=lambda draft: draft.with_item(0, "care_level", "22"),
        record=1, item_id="care_level",
    ),
    Fault(
        "B705", "name-of-another-day", INFO, "plan", "UPHOSOKU",
        files=lambda files: files | _renamed().files(), found_in=lambda: _renamed().drafts[-1].name,
        record=1, item_id="user_name",
    ),
    Fault(
        "B706", "more-visits-than-planned", WARNING, "schedule", "UPSIKYU",
        draft=lambda draft: draft.with_item(0, "service_count", "99"),
        record=1, item_id="service_count",
        also={"T606": "サービス単位金額が、変えた回数に単位数を掛けた値と合いません。"},
    ),
    Fault(
        "B706", "days-over-30-in-table-6-alone", WARNING, "schedule", "UPSIKYU",
        files=lambda files: _over_30().files(), item_id="over_30_days",
    ),
    Fault(
        "B707", "user-of-another-office", WARNING, "schedule", "UPPLAN",
        files=lambda files: _schedule(visits_case(), tools_case()).files(),
        item_id="insured_number",
    ),
    Fault(
        "B708", "deletion-of-what-was-not-sent", WARNING, "deletion", "DLTPLAN",
        files=lambda files: {**_schedule(_another()).files(), **files}, record=1,
    ),
    Fault(
        "B708", "deletion-of-an-information-never-sent", WARNING, "basic_information_deletion", "DLTKIHON",
        draft=lambda draft: draft.with_item(0, "insured_number", "0000000909"),
        files=lambda files: {**BASES["basic_information"]().files(), **files}, record=1,
    ),
    Fault(
        "B708", "deletion-of-a-prevention-plan-never-sent", WARNING, "prevention_plan_deletion", "DLTYOBO",
        draft=lambda draft: draft.with_item(0, "insured_number", "0000000909"),
        files=lambda files: {**BASES["prevention_plan"]().files(), **files}, record=1,
    ),
    Fault(
        "B709", "two-files-of-one-name", files=_twice_in_one_archive,
        found_in=lambda: f"export.zip/{BASES['result']().drafts[0].name} [2]",
        also={"B701": "同じ種類のファイルが2つあるため、組としても余分になります。"},
    ),
    Fault(
        "B710", "result-of-an-unplanned-user", WARNING,
        files=lambda files: {**_schedule(_another()).files(), **files},
        record=1, item_id="insured_number",
    ),
)  # fmt: skip
"""The faults of this module."""

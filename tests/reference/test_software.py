"""The reference software takes in, keeps and sends what the standard says (2.3–2.6)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import pytest

from careplan_csv.reading.record_values import read_records
from careplan_csv.standard import standard
from careplan_csv.standard.filenames import parse, table_name
from careplan_csv.synthesis.samples.sample_units import (
    cases,
    planning_set,
    prevention_service_set,
    prevention_set,
    service_set,
)
from careplan_csv.synthesis.world.calendars import calendar_of
from careplan_csv.synthesis.world.desks import Desk
from careplan_csv.synthesis.world.people import DAY_CARE, EQUIPMENT, HOME_HELP, PLANNER
from careplan_csv.synthesis.world.prevention_forms import CENTER, HOME_VISIT
from careplan_csv.writing.unit_files import Unit

EDITIONS = standard().editions
MakeSoftware = Callable[..., Any]


def tables(units: Iterable[Unit]) -> dict[str, bytes]:
    """What is in software that has taken in units of which each is the only one of its kind and month."""
    made: dict[str, bytes] = {}
    for unit in units:
        made |= {table_name(draft.prefix, draft.month): draft.data() for draft in unit.drafts}
        made |= unit.images
    return made


def to(office: Any, units: Iterable[Unit]) -> list[Unit]:
    return [unit for unit in units if unit.route.receiver == office.number]


def later(unit: Unit, serial: str) -> Unit:
    return replace(unit, drafts=tuple(replace(draft, serial=serial) for draft in unit.drafts))


def schedules(csv_version: str) -> tuple[Unit, Unit]:
    """A schedule and its correction, in which the service begins at another time."""
    edition = standard().edition(csv_version)
    dates = calendar_of(edition)
    unit = Desk(edition, dates.plan_date).schedule_unit(
        [cases(edition)[0]], HOME_HELP, dates.month, f"{dates.new_plan_date}100000"
    )
    plan, *others = unit.drafts
    changed = replace(unit, drafts=(plan.with_item(0, "planner_name", "訂正 仮子"), *others))
    return unit, later(changed, f"{dates.new_plan_date}110000")


def deletion(csv_version: str, serial_time: str) -> Unit:
    edition = standard().edition(csv_version)
    dates = calendar_of(edition)
    desk = Desk(edition, dates.plan_date)
    person = cases(edition)[0].person
    return desk.schedule_deletion(person, HOME_HELP, dates.month, f"{dates.new_plan_date}{serial_time}")


@pytest.mark.parametrize("edition", EDITIONS)
def test_what_was_sent_is_there(software_of: MakeSoftware, edition: str) -> None:
    software = software_of(HOME_HELP, "service", edition)
    mine = to(HOME_HELP, planning_set(edition))
    assert software.take(*mine) == [0] * len(mine)
    plan, _, new_plan, schedule, *_ = mine
    assert (plan.id, new_plan.id, schedule.id) == ("plan", "plan", "schedule")
    assert software.dump() == tables([new_plan, schedule])


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_order_of_arrival_does_not_matter(software_of: MakeSoftware, edition: str) -> None:
    software = software_of(HOME_HELP, "service", edition)
    mine = to(HOME_HELP, planning_set(edition))
    assert software.take(*reversed(mine)) == [0] * len(mine)
    assert software.dump() == tables([mine[2], mine[3]])


def test_units_in_one_folder_are_taken_oldest_first(software_of: MakeSoftware) -> None:
    software = software_of(HOME_HELP, "service")
    mine = to(HOME_HELP, planning_set("202407"))
    together = {name: data for unit in mine for name, data in unit.files().items()}
    assert software.run("import", software.folder_of(together)) == 0
    assert software.dump() == tables([mine[2], mine[3]])


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_later_unit_replaces_and_an_earlier_one_does_not(software_of: MakeSoftware, edition: str) -> None:
    software = software_of(HOME_HELP, "service", edition)
    first, correction = schedules(edition)
    software.take(first, correction)
    assert software.dump() == tables([correction])
    assert software.take(first) == [0]
    assert software.dump() == tables([correction])


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_deletion_holds_until_it_is_sent_again(software_of: MakeSoftware, edition: str) -> None:
    software = software_of(HOME_HELP, "service", edition)
    first, again = schedules(edition)
    software.take(first, deletion(edition, "103000"))
    assert software.dump() == {}
    software.take(first)
    assert software.dump() == {}
    software.take(again)
    assert software.dump() == tables([again])
    software.take(deletion(edition, "103000"))
    assert software.dump() == tables([again])


def test_the_same_unit_twice_is_there_once(software_of: MakeSoftware) -> None:
    software = software_of(HOME_HELP, "service")
    first, _ = schedules("202407")
    assert software.take(first, first) == [0, 0]
    assert software.dump() == tables([first])


def test_two_users_come_in_the_order_of_their_keys(software_of: MakeSoftware) -> None:
    edition = standard().edition("202407")
    dates = calendar_of(edition)
    desk = Desk(edition, dates.plan_date)
    first, second = cases(edition)
    units = [
        desk.plan_unit([case], HOME_HELP, dates.plan_date, f"{dates.plan_date}15000{number}")
        for number, case in enumerate((second, first))
    ]
    software = software_of(HOME_HELP, "service")
    software.take(*units)
    both = software.dump()
    assert both["UP2KYO.CSV"] == units[1].drafts[1].data() + units[0].drafts[1].data()
    software.take(desk.plan_deletion(first.person, HOME_HELP, dates.plan_date, f"{dates.plan_date}160000"))
    assert software.dump() == tables([units[0]])


@pytest.mark.parametrize("edition", EDITIONS)
def test_what_is_for_others_is_refused(
    software_of: MakeSoftware, edition: str, capsys: pytest.CaptureFixture[str]
) -> None:
    software = software_of(HOME_HELP, "service", edition)
    foreign = [unit for unit in planning_set(edition) if unit.route.receiver != HOME_HELP.number]
    assert software.take(*foreign) == [3] * len(foreign)
    assert "他の事業所あての組です" in capsys.readouterr().err
    assert software.dump() == {}


def test_another_kind_of_service_is_another_office(software_of: MakeSoftware) -> None:
    software = software_of(replace(HOME_HELP, kind="15"), "service")
    assert software.take(schedules("202407")[0]) == [3]


def test_a_faulty_unit_changes_nothing(software_of: MakeSoftware, capsys: pytest.CaptureFixture[str]) -> None:
    software = software_of(HOME_HELP, "service")
    first, correction = schedules("202407")
    software.take(first)
    half = replace(correction, drafts=correction.drafts[:1])
    plan, *others = correction.drafts
    number = plan.records[0]["insured_number"]
    damaged = replace(correction, drafts=(plan.with_item(0, "start_time", "25時10分"), *others))
    assert software.take(half, damaged) == [3, 3]
    said = capsys.readouterr().err
    assert "B70" in said
    assert "25時10分" not in said
    assert number not in said
    assert software.dump() == tables([first])


@pytest.mark.parametrize(("edition", "other"), [EDITIONS[:2], EDITIONS[1::-1]])
def test_a_unit_of_another_edition_is_refused(
    software_of: MakeSoftware, edition: str, other: str, capsys: pytest.CaptureFixture[str]
) -> None:
    software = software_of(HOME_HELP, "service", edition, "take-foreign")
    assert software.take(schedules(other)[0]) == [3]
    assert "と違うファイル" in capsys.readouterr().err


def test_an_empty_folder_is_refused(software_of: MakeSoftware) -> None:
    software = software_of(HOME_HELP, "service")
    assert software.run("import", software.folder_of({})) == 3


@pytest.mark.parametrize(("office", "office_type"), [(PLANNER, "entrusted"), (HOME_VISIT, "prevention")])
def test_prevention_units_with_pictures(software_of: MakeSoftware, office: Any, office_type: str) -> None:
    software = software_of(office, office_type)
    mine = to(office, prevention_set("202407"))
    assert software.take(*mine) == [0] * len(mine)
    kept = (
        [mine[-1]] if office == PLANNER else [replace(mine[0], drafts=mine[0].drafts[2:]), mine[2], mine[3]]
    )
    assert software.dump() == tables(kept)


@pytest.mark.parametrize("edition", EDITIONS)
def test_results_are_passed_on(software_of: MakeSoftware, edition: str) -> None:
    software = software_of(PLANNER, "planning", edition)
    units = service_set(edition)
    assert software.take(*units) == [0] * len(units)
    assert software.dump() == tables([units[-1]])
    sent = software.export("result")
    assert list(sent.values()) == [units[-1].drafts[0].data()]
    (name,) = (parse(name, standard()) for name in sent)
    assert name
    assert (name.sender_office, name.receiver_office) == (HOME_HELP.number, PLANNER.number)
    assert software.errors(sent) == []


@pytest.mark.parametrize("edition", EDITIONS)
def test_results_stand_for_each_office(software_of: MakeSoftware, edition: str) -> None:
    known = standard().edition(edition)
    month = calendar_of(known).month
    desk, (case, _) = Desk(known, f"{month}28"), cases(known)
    units = [
        desk.result_unit([case], office, month, f"{calendar_of(known).next_month}0217000{n}")
        for n, office in enumerate((HOME_HELP, DAY_CARE))
    ]
    software = software_of(PLANNER, "planning", edition)
    software.take(*units)
    assert software.dump() == {units[0].drafts[0].name.split("_")[0] + f"_{month}.CSV": b"".join(
        unit.drafts[0].data() for unit in units
    )}  # fmt: skip
    assert len(software.export("result")) == 2
    serial = f"{calendar_of(known).next_month}02180000"
    software.take(desk.result_deletion(case.person, HOME_HELP, month, serial))
    assert list(software.dump().values()) == [units[1].drafts[0].data()]


@pytest.mark.parametrize("edition", EDITIONS)
def test_schedules_become_results(software_of: MakeSoftware, edition: str) -> None:
    software = software_of(HOME_HELP, "service", edition)
    first, _ = schedules(edition)
    software.take(first)
    sent = software.export("result")
    assert software.errors(sent) == []
    ((name, data),) = sent.items()
    assert f"_{PLANNER.number}_" in name
    layout = standard().edition(edition).layout("UPJSK")
    given = read_records(data, layout).values
    planned = [r for r in first.drafts[0].records if r["provider_office"] == HOME_HELP.number]
    assert [record["service_date"] for record in given] == [record["service_date"] for record in planned]
    assert {record["updating_office"] for record in given} == {HOME_HELP.number}


def test_own_results_count_more_than_the_schedule(software_of: MakeSoftware) -> None:
    software = software_of(HOME_HELP, "service")
    software.take(schedules("202407")[0])
    *_, correction = service_set("202407")
    assert software.load(correction) == [0]
    assert list(software.export("result").values()) == [correction.drafts[0].data()]


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_own_plans_go_out_to_everybody(software_of: MakeSoftware, edition: str) -> None:
    software = software_of(PLANNER, "planning", edition)
    units = planning_set(edition)
    assert software.load(*units) == [0] * len(units)
    assert software.dump() == {}
    everything: dict[str, bytes] = {}
    for unit_id in ("plan", "schedule", "plan_deletion", "schedule_deletion"):
        sent = software.export(unit_id)
        assert software.errors(sent) == []
        everything |= sent
    assert software.errors(everything) == []
    receivers = [name.receiver_office for text in everything if (name := parse(text, standard()))]
    assert set(receivers) == {HOME_HELP.number, DAY_CARE.number, EQUIPMENT.number}
    gone = [name.split("_")[0] for name in everything if name.startswith("DLT")]
    assert sorted(gone) == ["DLT1KYO", "DLTPLAN"]


def test_what_one_exports_the_other_takes_in(software_of: MakeSoftware) -> None:
    planner, service = software_of(PLANNER, "planning"), software_of(HOME_HELP, "service")
    mine = to(HOME_HELP, planning_set("202407"))
    planner.load(*mine)
    for unit_id in ("plan", "schedule", "plan_deletion", "schedule_deletion"):
        assert service.run("import", service.folder_of(planner.export(unit_id))) == 0
    assert service.dump() == tables([mine[2], mine[3]])


def test_a_deletion_is_not_exported_after_the_form_was_entered_again(software_of: MakeSoftware) -> None:
    software = software_of(PLANNER, "planning")
    first, again = schedules("202407")
    software.load(first, deletion("202407", "103000"))
    assert software.export("schedule") == {}
    assert len(software.export("schedule_deletion")) == 1
    software.load(again)
    assert software.export("schedule_deletion") == {}
    assert len(software.export("schedule")) == 3


def test_pictures_go_out_under_the_name_of_their_file(software_of: MakeSoftware) -> None:
    software = software_of(CENTER, "community")
    units = prevention_set("202407")
    assert software.load(*units) == [0] * len(units)
    for unit_id, count in {
        "basic_information": 4,
        "prevention_plan": 2,
        "prevention_plan_and_information": 0,
    }.items():
        sent = software.export(unit_id)
        assert len(sent) == count
        assert software.errors(sent) == []
        assert unit_id != "basic_information" or any(name.endswith("_0001.jpg") for name in sent)


def test_the_results_of_prevention(software_of: MakeSoftware) -> None:
    software = software_of(HOME_VISIT, "prevention")
    software.take(*to(HOME_VISIT, prevention_set("202407")))
    assert software.errors(software.export("result")) == []
    center = software_of(CENTER, "community")
    assert center.take(*prevention_service_set("202407")) == [0, 0, 0]


def test_serials_go_up_by_a_minute_and_are_never_used_twice(software_of: MakeSoftware) -> None:
    software = software_of(PLANNER, "planning")
    software.load(*planning_set("202407"))
    names = [parse(name, standard()) for unit_id in ("plan", "schedule") for name in software.export(unit_id)]
    serials = sorted({name.serial for name in names if name})
    assert serials == [f"202503251{minute}30" for minute in (201, 202, 203, 204, 205, 206)]


def test_the_store_has_a_column_for_every_item(software_of: MakeSoftware) -> None:
    software = software_of(HOME_HELP, "service")
    software.take(schedules("202407")[0])
    database = sqlite3.connect(software.folder / "store.db")
    for prefix in standard().edition("202407").prefixes:
        layout = standard().edition("202407").layout(prefix)
        for variant in layout.variants:
            columns = database.execute(f'PRAGMA table_info("{prefix}_{variant.month.value}")').fetchall()
            assert len(columns) == 4 + len(layout.items)
    database.close()


@pytest.mark.parametrize(
    "words",
    [
        ["import", "/nowhere"],
        ["export", "no_such_unit", "out"],
        ["reset", "--office", "1", "--kind", "11", "--office-type", "other", "--edition", "202407"],
        ["reset", "--office", "1", "--kind", "11", "--office-type", "service", "--edition", "202410"],
        ["--no-such-option"],
        [],
    ],
)
def test_wrong_use_ends_with_2(
    software_of: MakeSoftware, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert software_of(HOME_HELP, "service").run(*words) == 2
    assert capsys.readouterr().err.strip().endswith("。")

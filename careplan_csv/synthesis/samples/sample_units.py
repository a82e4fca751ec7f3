"""The valid units of the samples, by kind of office."""

from __future__ import annotations

from careplan_csv.standard import Edition, standard
from careplan_csv.synthesis.world.calendars import calendar_of
from careplan_csv.synthesis.world.care import TOOLS, VISITS, Care, Case
from careplan_csv.synthesis.world.desks import Desk
from careplan_csv.synthesis.world.patterns import Weekly
from careplan_csv.synthesis.world.people import DAY_CARE, EQUIPMENT, HOME_HELP, PLANNER, sample_people
from careplan_csv.synthesis.world.prevention_forms import (
    CENTER,
    HOME_VISIT,
    MANAGER,
    CenterDesk,
    sample_client,
)
from careplan_csv.synthesis.world.services import Service
from careplan_csv.writing.unit_files import Unit

_HOME_VISITS = Care(
    wishes="",
    policy="",
    needs=(),
    services=(Service(HOME_VISIT, "A21111", "訪問型サービス", Weekly((2,)), "1000", "1045", 287, "10.21"),),
    daily=(),
    others=(),
)


def cases(edition: Edition) -> tuple[Case, Case]:
    """The two users of the samples with their care."""
    first, second = sample_people(calendar_of(edition).fiscal_year)
    return Case(first, VISITS), Case(second, TOOLS)


def planning_set(csv_version: str) -> list[Unit]:
    """All units that the planning office of the samples sends: plans, schedules, and two deletions."""
    edition = standard().edition(csv_version)
    dates = calendar_of(edition)
    visits, tools = cases(edition)
    desk = Desk(edition, dates.plan_date)
    later = Desk(edition, dates.new_plan_date)
    day = dates.new_plan_date
    units = [
        desk.plan_unit([visits], HOME_HELP, dates.plan_date, f"{dates.plan_date}150000"),
        later.plan_deletion(visits[0], HOME_HELP, dates.plan_date, f"{day}090000"),
    ]
    for minute, (case, office) in enumerate(
        ((visits, HOME_HELP), (visits, DAY_CARE), (tools, EQUIPMENT)), start=1
    ):
        units.append(later.plan_unit([case], office, dates.new_plan_date, f"{day}09{minute:02d}00"))
        units.append(later.schedule_unit([case], office, dates.month, f"{day}10{minute:02d}00"))
    units.append(later.schedule_unit([visits], HOME_HELP, dates.next_month, f"{day}110000"))
    units.append(later.schedule_deletion(visits[0], HOME_HELP, dates.next_month, f"{day}120000"))
    return units


def service_set(csv_version: str) -> list[Unit]:
    """All units that the home help office of the samples sends: results, their deletion, and a correction."""
    edition = standard().edition(csv_version)
    dates = calendar_of(edition)
    visits, _ = cases(edition)
    day = dates.results_date
    desk = Desk(edition, day)
    return [
        desk.result_unit([visits], HOME_HELP, dates.month, f"{day}170000"),
        desk.result_deletion(visits[0], HOME_HELP, dates.month, f"{day}180000"),
        desk.result_unit([visits], HOME_HELP, dates.month, f"{day}181000", missed=1),
    ]


def prevention_set(csv_version: str) -> list[Unit]:
    """All units that the community support centre of the samples sends; none if the edition has no such files."""
    edition = standard().edition(csv_version)
    if "UPKIHON" not in edition.prefixes:
        return []
    dates = calendar_of(edition)
    consulted, again, planned, new = (dates.before.day(day) for day in (10, 11, 18, 25))
    entrusted, service = CenterDesk(edition, PLANNER), CenterDesk(edition, HOME_VISIT)
    client = sample_client(dates.fiscal_year)
    months, case = Desk(edition, new, CENTER), Case(client, _HOME_VISITS, MANAGER)
    return [
        entrusted.information_unit(client, consulted, f"{consulted}160030"),
        entrusted.information_deletion(client, consulted, f"{again}080030"),
        entrusted.information_unit(client, again, f"{again}090030"),
        service.full_unit(client, consulted, planned, f"{planned}090030"),
        service.plan_deletion(client, planned, f"{new}090030"),
        service.plan_unit(client, new, f"{new}091030"),
        months.schedule_unit([case], HOME_VISIT, dates.month, f"{new}100030"),
        months.schedule_unit([case], HOME_VISIT, dates.next_month, f"{new}101030"),
        months.schedule_deletion(client, HOME_VISIT, dates.next_month, f"{new}110030"),
    ]


def prevention_service_set(csv_version: str) -> list[Unit]:
    """All units that the service office of 介護予防 in the samples sends back."""
    edition = standard().edition(csv_version)
    if "UPKIHON" not in edition.prefixes:
        return []
    dates = calendar_of(edition)
    day, client = dates.results_date, sample_client(dates.fiscal_year)
    months, case = Desk(edition, day, CENTER), Case(client, _HOME_VISITS, MANAGER)
    return [
        months.result_unit([case], HOME_VISIT, dates.month, f"{day}170030"),
        months.result_deletion(client, HOME_VISIT, dates.month, f"{day}180030"),
        months.result_unit([case], HOME_VISIT, dates.month, f"{day}181030", missed=1),
    ]

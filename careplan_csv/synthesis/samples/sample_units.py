"""The valid units of the samples, by kind of office."""

from __future__ import annotations

from careplan_csv.standard import Edition, standard
from careplan_csv.synthesis.world.calendars import calendar_of
from careplan_csv.synthesis.world.care import TOOLS, VISITS, Case
from careplan_csv.synthesis.world.desks import Desk
from careplan_csv.synthesis.world.people import DAY_CARE, EQUIPMENT, HOME_HELP, sample_people
from careplan_csv.synthesis.world.prevention_forms import prevention_results, prevention_units
from careplan_csv.writing.unit_files import Unit


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
    return prevention_units(standard().edition(csv_version))


def prevention_service_set(csv_version: str) -> list[Unit]:
    """All units that the service office of 介護予防 in the samples sends back."""
    return prevention_results(standard().edition(csv_version))

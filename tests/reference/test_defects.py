"""Every defect makes a difference, and only where it says."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from long_proofs import some

from careplan_csv.reference import defects
from careplan_csv.reference.__main__ import main
from careplan_csv.standard import standard
from careplan_csv.synthesis.samples.sample_units import cases
from careplan_csv.synthesis.world.calendars import calendar_of
from careplan_csv.synthesis.world.care import Case
from careplan_csv.synthesis.world.desks import Desk
from careplan_csv.synthesis.world.people import EQUIPMENT, HOME_HELP
from careplan_csv.writing.unit_files import Draft, Unit

MakeSoftware = Callable[..., Any]

EDITION = standard().edition("202407")
DATES = calendar_of(EDITION)
DESK = Desk(EDITION, "20250319")
VISITS, TOOLS = cases(EDITION)
LONG = "①㈱髙﨑ｶﾅ\r\n" + "長い文章" * 80


def serial(time: str) -> str:
    return f"20250325{time}00"


def schedule(case: Case, time: str) -> Unit:
    return DESK.schedule_unit([case], HOME_HELP, DATES.month, serial(time))


def with_satellite(unit: Unit) -> Unit:
    """The same with a satellite for every service of home help."""

    def changed(draft: Draft) -> Draft:
        if "satellite_no" not in draft.layout.by_id:
            return draft
        own = HOME_HELP.number
        return draft.with_records(
            {**r, "satellite_no": "01"} if r["provider_office"] == own else r for r in draft.records
        )

    return replace(unit, drafts=tuple(map(changed, unit.drafts)))


def renamed(unit: Unit, name: str) -> Unit:
    plan, *others = unit.drafts
    return replace(unit, drafts=(plan.with_item(0, "planner_name", name), *others))


@cache
def history() -> tuple[Unit, ...]:
    """Everything that a defect can get wrong, in the order of arrival."""
    first = DESK.plan_unit([VISITS], HOME_HELP, "20250320", serial("0900"))
    table_1, *others = first.drafts
    plan = replace(first, drafts=(table_1.with_item(0, "support_policy", LONG), *others))
    old_plan = DESK.plan_unit([TOOLS], HOME_HELP, "20250320", serial("0910"))
    month = with_satellite(schedule(VISITS, "1000"))
    corrected = renamed(with_satellite(schedule(VISITS, "1010")), "訂正 仮子")
    last = renamed(with_satellite(schedule(VISITS, "1015")), "最後 仮子")
    # 福祉用具 of another office, so that there is a TAISコード.
    tools = schedule(TOOLS, "1020")
    foreign = DESK.schedule_unit([TOOLS], EQUIPMENT, DATES.next_month, serial("1030"))
    whole = DESK.schedule_unit([VISITS], HOME_HELP, DATES.next_month, serial("1040"))
    return (
        plan,
        old_plan,
        DESK.plan_deletion(TOOLS.person, HOME_HELP, "20250320", serial("0920")),
        corrected,
        last,
        month,
        tools,
        tools,
        foreign,
        replace(whole, drafts=whole.drafts[:1]),
    )


def outcome(software: Any) -> dict[str, Any]:
    return {"codes": software.take(*history()), "dump": software.dump(), "export": software.export("result")}


@pytest.fixture(scope="module")
def sound(software_of: MakeSoftware) -> dict[str, Any]:
    return outcome(software_of(HOME_HELP, "service"))


def test_the_sound_software(sound: dict[str, Any]) -> None:
    assert sound["codes"] == [0] * 8 + [3, 3]
    assert "最後 仮子".encode("cp932") in sound["dump"]["UPPLAN_202504.CSV"]


SHOWS = {
    "write-bom": "export",
    "header-record": "export",
    "unquoted-export": "export",
    "take-foreign": "codes",
    "accept-faulty": "codes",
}
"""Where a defect shows; in the dump unless it stands here."""


@pytest.mark.parametrize("name", some(defects(), [*defects()][::3]))
def test_a_defect_shows(software_of: MakeSoftware, sound: dict[str, Any], name: str) -> None:
    flawed = outcome(software_of(HOME_HELP, "service", defect=name))
    changed = {part for part in sound if sound[part] != flawed[part]}
    shows = SHOWS.get(name, "dump")
    assert shows in changed
    assert shows != "export" or changed == {"export"}
    assert shows == "codes" or "codes" not in changed


def test_shift_jis_turns_what_it_does_not_know_into_question_marks(software_of: MakeSoftware) -> None:
    software = software_of(HOME_HELP, "service", defect="shift-jis")
    software.take(history()[0])
    assert "????ｶﾅ\r\n長い文章".encode("cp932") in software.dump()["UP1KYO.CSV"]


def test_own_data_knows_no_defect_of_the_import(software_of: MakeSoftware) -> None:
    software = software_of(HOME_HELP, "service", defect="drop-table-3")
    software.load(history()[0])
    assert any(name.startswith("UP3KYO") for name in software.export("plan"))


def test_they_are_listed_with_a_sentence_each(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["defects"]) == 0
    lines = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert lines == [[name, sentence] for name, sentence in defects().items()]
    assert all(sentence.endswith("。") for sentence in defects().values())


def test_an_unknown_defect_is_wrong_use() -> None:
    assert main(["--defect", "no-such", "defects"]) == 2


def test_the_list_needs_no_heavy_imports() -> None:
    code = "import sys, careplan_csv.reference as r; r.defects(); print(*sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert not {"pandas", "pyarrow", "numpy", "yaml", "sqlite3"} & set(shown.split())

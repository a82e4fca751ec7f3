"""Worked applications: the amounts in the table were worked out by hand, not by this program."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from subsidies.conftest import Write

from careplan_csv.conformance.requirements.judged_software import JudgedSoftware
from careplan_csv.subsidies.application_file import load_application
from careplan_csv.subsidies.subsidy_calculation import SubsidyCalculation, calculated

TABLE = Path(__file__).parents[1] / "data" / "subsidy_amounts.csv"
CONDITIONS = ("life_data", "plans_exchanged", "paper_halved")

with TABLE.open(encoding="utf-8", newline="") as _file:
    CASES = list(csv.DictReader(_file))


def _request(case: dict[str, str]) -> str:
    lines = [] if case["time"] == "none" else [f"{case['time']}_time = true"]
    if case["programme"] == "yamaguchi-r6":
        lines.append("sent_on = 2024-08-01")
    for word in case["request"].split():
        key, _, value = word.lstrip("+-").partition(":")
        lines.append(f"{key} = {value or str(word[0] == '+').lower()}")
    return "\n".join(lines) + "\n"


def _rate(case: dict[str, str]) -> str:
    """Every condition is answered, unless nothing stands there or 「only」 does."""
    words = case["rate"].split()
    answered = [key for key in CONDITIONS if words and ("only" not in words or key in words)]
    return "".join(f"{key} = {str(key in words).lower()}\n" for key in answered)


def _expenses(case: dict[str, str]) -> str:
    text = ""
    for expense in filter(None, case["expenses"].split("; ")):
        (kind, _, yen), *words = expense.split()[0].partition("="), *expense.split()[1:]
        text += f'[[expenses]]\nkind = "{kind}"\namount = {yen}\n'
        for word in words:
            if word.startswith("on:"):
                text += f"contracted_on = {word[3:]}\n"
            else:
                text += f"{word.removeprefix('not-')} = {str(not word.startswith('not-')).lower()}\n"
    return text


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_a_worked_application(case: dict[str, str], write: Write, judged: JudgedSoftware) -> None:
    path = write(
        programme=case["programme"], request=_request(case), rate=_rate(case), expenses=_expenses(case)
    )
    found = calculated(load_application(path), judged)
    assert found.eligible == int(case["eligible"])
    assert found.rate.label == case["fraction"]
    assert "|".join(str(amount.yen) for amount in found.amounts) == case["amounts"]
    assert found.yen == (min(map(int, case["amounts"].split("|"))) if case["amounts"] else None)
    assert found.is_complete == (case["exit"] == "0"), [*found.missing, *found.not_met]
    _holds(found)


def _holds(found: SubsidyCalculation) -> None:
    """What is true of every calculation."""
    programme = found.application.programme
    for amount in found.amounts:
        assert 0 <= amount.yen <= amount.ceiling
        assert amount.yen % programme.rounding == 0
        assert amount.yen <= found.eligible * found.rate.value


def test_the_table_is_long_enough() -> None:
    assert len(CASES) >= 60
    assert len({case["case"] for case in CASES}) == len(CASES)

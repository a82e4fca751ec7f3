"""Applications in which all is met, to be changed by each test."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from careplan_csv.conformance.requirements.judged_software import JudgedSoftware, judged_software

Write = Callable[..., Path]
HEADS = {
    "yamaguchi-r6": '[office]\nname = "○○事業所"\nprefecture = "山口県"\nservice = "居宅介護支援"\n'
    "exchange = true\nlife = false\n[requirements]\ndesignated = true\nsecurity_action = true\n"
    "one_through = true\ndaytime_support = true\ncommercial = true\n",
    "national-r8": "[office]\nexchange = true\nfacility = false\n[requirements]\nsecurity_action = true\n"
    "improvement_plan = true\nthree_year_reports = true\nexchange_started = true\none_through = true\n"
    "vendor_test = true\nfunction_survey = true\n",
}
REQUESTS = {"yamaguchi-r6": "first_time = true\nsent_on = 2024-08-01\n", "national-r8": ""}
RATE = "life_data = true\n"
EXPENSES = '[[expenses]]\nkind = "software"\namount = 800000\n'


def application_text(
    programme: str = "yamaguchi-r6",
    *,
    head: str | None = None,
    request: str | None = None,
    rate: str = RATE,
    expenses: str = EXPENSES,
) -> str:
    """An application.toml; what is given replaces what is sound."""
    return (
        f'programme = "{programme}"\n{HEADS[programme] if head is None else head}'
        f"[application]\n{REQUESTS[programme] if request is None else request}[rate]\n{rate}{expenses}"
    )


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes an application.toml, by default one in which all is met, and gives its path."""

    def written(text: str | None = None, **changes: str) -> Path:
        path = tmp_path / "application.toml"
        path.write_text(application_text(**changes) if text is None else text, encoding="utf-8")
        return path

    return written


def result_text(changes: Mapping[str, object] | None = None) -> str:
    """A result.json of `assess`, as short as it can be."""
    import json

    data = {
        "profile": "yamaguchi-r6",
        "office_type": "planning",
        "verdict": "conformant",
        "sample": False,
        "software": {"product_name": "○○ケア"},
        "requirements": [
            {
                "file": "UP1KYO",
                "direction": "export",
                "required": True,
                "result": "conformant",
                "evidence": "machine",
            }
        ],
    }
    return json.dumps(data | dict(changes or {}), ensure_ascii=False)


@pytest.fixture
def result(tmp_path: Path) -> Path:
    """A result.json with the verdict 適合."""
    path = tmp_path / "result.json"
    path.write_text(result_text(), encoding="utf-8")
    return path


@pytest.fixture
def judged(result: Path) -> JudgedSoftware:
    """The verdict 適合."""
    return judged_software(result)

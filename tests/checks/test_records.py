"""R505–R516 on single records: what is wrong, and beside it what only looks so."""

from __future__ import annotations

import pytest
from made_units import changed, draft, in_file

PLAN_1, PLAN_2, PLAN_3 = ("plan", "UP1KYO"), ("plan", "UP2KYO"), ("plan", "UP3KYO")
SCHEDULE, TABLE_7, RESULT = ("schedule", "UPPLAN"), ("schedule", "UPSIKYU"), ("result", "UPJSK")
SUPPLEMENT = ("schedule", "UPHOSOKU")
INFORMATION, PREVENTION = ("basic_information", "UPKIHON"), ("prevention_plan", "UPYOBO")

ACTIVITY = next(place for place, record in enumerate(draft(*PLAN_3).records) if record.get("daily_activity"))
ALL_OF_IT = {
    "certification_date": "20250312",
    "certification_start": "20250401",
    "certification_end": "20270331",
}
NONE_OF_IT = dict.fromkeys(ALL_OF_IT, "")

RIGHT = {
    "a point in time": (PLAN_3, ACTIVITY, {"daily_start_time": "0600", "daily_end_time": "0600"}),
    "a date of birth on the day of the consultation": (INFORMATION, 0, {"birth_date": "20250310"}),
    "applied for, with the certificate in force": (PLAN_1, 0, {"certification_status": "1"}),
    "applied for, with nothing": (PLAN_1, 0, {"certification_status": "1", "care_level": "", **NONE_OF_IT}),
    "applied for, with a level alone": (PLAN_1, 0, {"certification_status": "1", **NONE_OF_IT}),
    "applied for, in the supplement": (SUPPLEMENT, 0, {"certification_status": "1"}),
    "applied for, for prevention": (PREVENTION, 0, {"certification_status": "1"}),
    "certified by a check list": (PREVENTION, 0, {"support_level": "3", **NONE_OF_IT}),
    "an activity without times": (PLAN_3, ACTIVITY, {"daily_start_time": "", "daily_end_time": ""}),
    "a plan of the first of next month": (PLAN_1, 0, {"creation_date": "20250401", "plan_date": "20250401"}),
    "a plan dated three months ahead": (PLAN_1, 0, {"creation_date": "20250625"}),
    "a schedule of the first of its month": (SCHEDULE, 0, {"creation_date": "20250401"}),
    "a schedule of the last of its month": (TABLE_7, 0, {"creation_date": "20250430"}),
    "a support that is not insured": (
        PLAN_2,
        0,
        {
            "insurance_coverage": "N",
            "service_type_text": "",
            "provider_office": "",
            "provider_office_name": "",
        },
    ),
}


@pytest.mark.parametrize(("where", "place", "values"), RIGHT.values(), ids=RIGHT)
def test_what_is_right(where: tuple[str, str], place: int, values: dict[str, str]) -> None:
    assert in_file(changed(*where, place, **values), "R", "F") == []


WRONG = {
    "a weekly service of no length": (PLAN_3, 0, {"weekly_end_time": "0930"}, "R505", "warning"),
    "an activity that ends before it starts": (
        PLAN_3,
        ACTIVITY,
        {"daily_start_time": "1800", "daily_end_time": "1700"},
        "R505",
        "warning",
    ),
    "born after the consultation": (INFORMATION, 0, {"birth_date": "20250311"}, "R507", "warning"),
    "a period of the information": (INFORMATION, 0, {"certification_end": "20250331"}, "R507", "error"),
    "certified without a level": (PLAN_1, 0, {"care_level": ""}, "R508", "warning"),
    "certified without a support level": (PREVENTION, 0, {"support_level": ""}, "R508", "warning"),
    "certified for prevention without a day": (PREVENTION, 0, {"certification_date": ""}, "R508", "warning"),
    "times without a text": (PLAN_3, ACTIVITY, {"daily_activity": ""}, "R514", "warning"),
    "two texts": (PLAN_3, ACTIVITY, {"other_service": "散髪"}, "R514", "warning"),
    "a plan dated more than three months ahead": (
        PLAN_2,
        0,
        {"creation_date": "20250626"},
        "R515",
        "warning",
    ),
    "a plan of next year": (PLAN_1, 0, {"plan_date": "20260325"}, "R515", "warning"),
    "a schedule after its month": (SCHEDULE, 0, {"creation_date": "20250501"}, "R515", "warning"),
    "a table 7 after its month": (TABLE_7, 0, {"creation_date": "20250501"}, "R515", "warning"),
    "a result long after its sending": (RESULT, 0, {"creation_date": "20350502"}, "R515", "warning"),
    "an office without its name": (PLAN_2, 0, {"provider_office_name": ""}, "R516", "warning"),
    "no kind of service": (PLAN_2, 0, {"service_type_text": ""}, "R516", "warning"),
    "no office yet": (PLAN_2, 0, {"provider_office": "", "provider_office_name": ""}, "R516", "info"),
}


@pytest.mark.parametrize(("where", "place", "values", "rule", "severity"), WRONG.values(), ids=WRONG)
def test_what_is_wrong(
    where: tuple[str, str], place: int, values: dict[str, str], rule: str, severity: str
) -> None:
    assert in_file(changed(*where, place, **values), "R", "F") == [(rule, severity, place + 1)]


FOLLOWS = [
    (RESULT, {"end_time": "9999 ", "start_time": "9:30"}),
    (RESULT, {"service_month": "2025/04"}),
    (PLAN_1, {"certification_start": "2025/4/1"}),
    (PLAN_1, {"certification_status": "認定済", "care_level": ""}),
    (PLAN_1, {"certification_date": "R7.3.12", "care_level": ""}),
    (INFORMATION, {"consultation_date": "2025-03-10", "birth_date": "20250311"}),
]


@pytest.mark.parametrize(("where", "values"), FOLLOWS)
def test_what_has_a_fault_of_its_own_draws_no_other(where: tuple[str, str], values: dict[str, str]) -> None:
    assert in_file(changed(*where, **values), "R", "T") == []

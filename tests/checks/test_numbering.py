"""T603, T604 and T607: numbers and texts of plans, keys that repeat, and numbers of products."""

from __future__ import annotations

import pytest
from made_units import changed, draft, files_of, findings, in_file

from careplan_csv.writing.unit_files import Draft

PLAN_2, SUPPORT, TOOLS = ("plan", "UP2KYO"), ("prevention_plan", "UPYOBO_SUB"), ("equipment", "UPPLAN")


def reversed_rows(one: Draft) -> Draft:
    return one.with_records(reversed(one.records))


def test_records_in_another_order_are_an_information() -> None:
    found = in_file(reversed_rows(draft(*PLAN_2)), "T")
    assert {(rule, severity) for rule, severity, _ in found} == {("T604", "info")}
    found = in_file(reversed_rows(draft(*SUPPORT)), "T")
    assert found == [("T604", "info", 2)]


def test_texts_may_be_repeated() -> None:
    one = draft(*SUPPORT)
    repeated = {key: one.records[0][key] for key in ("need", "proposal", "wishes", "goal", "support_points")}
    assert in_file(changed(*SUPPORT, 1, **repeated), "T") == []


@pytest.mark.parametrize(
    ("where", "place", "values", "expected"),
    [
        (PLAN_2, 0, {"need_no": ""}, ("T604", "error", 1)),
        (PLAN_2, 1, {"support_no": "0"}, ("T604", "error", 2)),
        (PLAN_2, 0, {"need": ""}, ("T604", "warning", 1)),
        (PLAN_2, 1, {"need": "別の課題"}, ("T604", "warning", 2)),
        (SUPPORT, 0, {"need_no": ""}, ("T604", "error", 1)),
        (SUPPORT, 1, {"need_no": ""}, ("T604", "error", 2)),
        (SUPPORT, 1, {"support_plan_no": "0"}, ("T604", "error", 2)),
        (SUPPORT, 1, {"service_no": ""}, ("T604", "error", 2)),
        (SUPPORT, 0, {"need": ""}, ("T604", "warning", 1)),
        (SUPPORT, 1, {"need": "別の課題"}, ("T604", "warning", 2)),
        (SUPPORT, 1, {"wishes": "別の意向"}, ("T604", "warning", 2)),
        (SUPPORT, 1, {"informal_support": "別の支援"}, ("T604", "warning", 2)),
        (
            SUPPORT,
            0,
            {"support_points": "", "informal_support": "", "insured_support": ""},
            ("T604", "warning", 1),
        ),
    ],
)
def test_one_fault_is_one_finding(
    where: tuple[str, str], place: int, values: dict[str, str], expected: tuple[str, str, int]
) -> None:
    assert in_file(changed(*where, place, **values), "T") == [expected]


@pytest.mark.parametrize(
    "values", [{"need_no": "１"}, {"need_no": "x"}, {"insured_number": "101"}, {"plan_date": "2025/3/25"}]
)
def test_a_number_or_key_with_a_fault_of_its_own_draws_no_other(values: dict[str, str]) -> None:
    assert in_file(changed(*PLAN_2, **values), "T") == []
    assert in_file(changed(*SUPPORT, **values), "T") == []


def test_the_first_of_equal_records_is_named() -> None:
    one = draft("schedule", "UPHOSOKU")
    [finding] = [f for f in findings(files_of(one.with_records(one.records * 3))) if f.rule == "T603"]
    assert [
        (e.record, e.expected, e.found, e.other.record if e.other else None) for e in finding.examples
    ] == [
        (2, "1件", "3件", 1),
        (3, "1件", "3件", 1),
    ]


def test_keys_with_a_fault_of_their_own_are_not_equal() -> None:
    one = changed("schedule", "UPHOSOKU", insured_number="")
    assert in_file(one.with_records(one.records * 2), "T") == []


def numbered(*numbers: str) -> Draft:
    one = draft(*TOOLS)
    products = [{**one.records[1], "detail_no": number} for number in numbers]
    return one.with_records([one.records[0], *products])


@pytest.mark.parametrize("numbers", [("1", "2"), ("2", "1"), ("1", "2", "3"), ("",)])
def test_products_that_are_numbered(numbers: tuple[str, ...]) -> None:
    assert in_file(numbered(*numbers), "T607") == []


def test_products_of_two_users_are_counted_by_themselves() -> None:
    one = numbered("1", "2")
    other = [{**record, "insured_number": "0000000909"} for record in numbered("1", "2").records]
    assert in_file(one.with_records([*one.records, *other]), "T607") == []


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        (("1", "3"), [(2, "1〜2", "1", None), (3, "1〜2", "3", None)]),
        (("1", "1"), [(2, None, "1", 3), (3, None, "1", 2)]),
        (("", ""), [(2, None, "（空）", 3), (3, None, "（空）", 2)]),
    ],
)
def test_products_that_are_not(numbers: tuple[str, ...], expected: list[tuple[object, ...]]) -> None:
    [finding] = [f for f in findings(files_of(numbered(*numbers))) if f.rule == "T607"]
    assert [
        (e.record, e.expected, e.found, e.other.record if e.other else None) for e in finding.examples
    ] == expected


@pytest.mark.parametrize("values", [{"detail_no": "x"}, {"units": "9,00"}, {"insured_number": "202"}])
def test_a_product_with_a_fault_of_its_own_draws_no_other(values: dict[str, str]) -> None:
    one = numbered("1", "2", "3")
    assert (
        in_file(one.with_records([one.records[0], {**one.records[1], **values}, *one.records[2:]]), "T607")
        == []
    )

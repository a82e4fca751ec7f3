"""What counts as the same, what as lost or changed, and how it is called."""

from __future__ import annotations

import pytest

from careplan_csv.conformance.harness.comparison import Comparison, compare, how_changed, may_differ, same
from careplan_csv.conformance.harness.observed_data import TableRecord
from careplan_csv.standard import Layout, standard
from careplan_csv.synthesis.faults.fault import BASES

EDITION = standard().edition("202407")


def records(base: str, prefix: str) -> tuple[Layout, list[TableRecord]]:
    """The records of a file of a valid unit, every item filled or empty."""
    draft = next(draft for draft in BASES[base]().drafts if draft.prefix == prefix)
    blank = {item.id: "" for item in draft.layout.items}
    return draft.layout, [{**blank, **record} for record in draft.records]


def compared(base: str, prefix: str, found: list[TableRecord]) -> Comparison:
    layout, expected = records(base, prefix)
    return compare(layout, "", expected, found)


def test_the_order_of_records_does_not_matter() -> None:
    _, found = records("schedule", "UPPLAN")
    assert compared("schedule", "UPPLAN", found[::-1]).is_same


def test_texts_that_many_records_share_may_stand_on_all_of_them() -> None:
    layout, found = records("plan", "UP2KYO")
    known: dict[str, str] = {}
    for record in found:
        for text in (text for level in layout.numbering for text in level.texts):
            record[text] = known[text] = record[text] or known.get(text, "")
    assert compared("plan", "UP2KYO", found).is_same


@pytest.mark.parametrize(
    ("one", "other"), [("9:30～16:30", "9:30〜16:30"), ("一\r\n二", "一\n二"), ("－", "−"), ("∥￠", "‖¢")]
)
def test_variants_of_a_character_and_of_a_line_end_are_the_same(one: str, other: str) -> None:
    assert same(one, other)


def test_numbers_that_differ_in_zeros_are_not_the_same() -> None:
    assert not same("0000000101", "101")


@pytest.mark.parametrize(
    ("item_id", "expected", "found", "said"),
    [
        ("planner_name", "計画 仮子", "", "失われた"),
        ("planner_name", "計画 仮子", "計画", "途中で切れた"),
        ("planner_name", "計画\r\n仮子", "計画仮子", "改行が失われた"),
        ("planner_name", "計画\r\n仮子", "計画 仮子", "改行が空白になった"),
        ("planner_name", "ｹｲｶｸ", "ケイカク", "全角・半角が変わった"),
        ("planner_name", "髙田", "?田", "文字が ? や 〓 に置き換わった"),
        ("planner_name", "髙田", "〓田", "文字が ? や 〓 に置き換わった"),
        ("insured_number", "0000000101", "101", "先頭の 0 が失われた"),
        ("start_time", "0930", "1030", "時刻が変わった"),
        ("creation_date", "20250325", "20250326", "日付が変わった"),
        ("service_month", "202504", "202505", "年月が変わった"),
        ("detail_no", "", "1", "無いはずの値が入った"),
        ("units", "244", "245", "値が変わった"),
    ],
)
def test_what_happened_to_a_value_has_a_name(item_id: str, expected: str, found: str, said: str) -> None:
    item = EDITION.layout("UPPLAN").by_id[item_id]
    assert how_changed(item, expected, found) == said


def test_missing_and_surplus_records_are_counted_and_a_changed_item_is_named() -> None:
    _, found = records("schedule", "UPPLAN")
    found[1]["units"] = "999"
    result = compared("schedule", "UPPLAN", [*found[1:], dict(found[2])])
    assert (len(result.missing), len(result.surplus)) == (1, 1)
    assert list(result.lost_items) == ["単位数"]
    assert result.preserved == len(result.compared) - 1


def test_no_item_is_preserved_where_no_record_came_through() -> None:
    assert compared("schedule", "UPPLAN", []).preserved == 0


def test_software_that_sends_on_writes_some_items_anew() -> None:
    layout, expected = records("schedule", "UPPLAN")
    _, found = records("schedule", "UPPLAN")
    for record in found:
        record["creation_date"], record["updating_office"] = "20260101", "3579900113"
    assert not compare(layout, "", expected, found).is_same
    assert compare(layout, "", expected, found, may_differ(EDITION)).is_same


def test_nothing_against_nothing_is_the_same() -> None:
    layout, expected = records("schedule", "UPSIKYU")
    assert compare(layout, "", [], []).is_same
    assert len(compare(layout, "", expected, []).missing) == len(expected)

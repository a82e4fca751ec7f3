"""Faults between the items of a record and between the records of a file (families R and T)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from careplan_csv.synthesis.faults.fault import ERROR, INFO, WARNING, Fault, Text, dates, edition, text_of
from careplan_csv.synthesis.world.patterns import FLAGS
from careplan_csv.synthesis.world.people import DAY_CARE, HOME_HELP
from careplan_csv.writing.unit_files import Draft
from careplan_csv.writing.writer import Record

_RESULT = ("result", "UPJSK")
_PLAN_1, _PLAN_2, _PLAN_3 = ("plan", "UP1KYO"), ("plan", "UP2KYO"), ("plan", "UP3KYO")
_SUPPLEMENT, _SCHEDULE, _TABLE_7 = ("schedule", "UPHOSOKU"), ("schedule", "UPPLAN"), ("schedule", "UPSIKYU")
_TOOLS_6 = ("equipment", "UPPLAN")
_RESULT_DELETION = ("result_deletion", "DLTJSK")
_INFORMATION, _PREVENTION = ("basic_information", "UPKIHON"), ("prevention_plan", "UPYOBO")
_SUPPORT = ("prevention_plan", "UPYOBO_SUB")

RecordsChange = Callable[[list[Record]], list[Record]]


def _values(row: int, **values: Text) -> RecordsChange:
    """Other values in some items of one record (from 0; negative from the end)."""

    def change(records: list[Record]) -> list[Record]:
        records[row] = {**records[row], **{item: text_of(value) for item, value in values.items()}}
        return records

    return change


def _fault(
    rule: str,
    name: str,
    where: tuple[str, str],
    change: RecordsChange,
    item_id: str | None = None,
    *,
    severity: str = WARNING,
    record: int | None = 1,
    also: Mapping[str, str] | None = None,
) -> Fault:
    def draft(before: Draft) -> Draft:
        return before.with_records(change(list(before.records)))

    return Fault(rule, name, severity, *where, draft=draft, record=record, item_id=item_id, also=also or {})


def _bare(records: list[Record]) -> list[Record]:
    """The first record of 第3表 without any contents."""
    kept = ("csv_version", "insurer_number", "insured_number", "creation_date", "plan_date")
    return [{item_id: records[0][item_id] for item_id in kept}, *records[1:]]


def _swapped(records: list[Record]) -> list[Record]:
    """The first two records in the wrong order."""
    records[0], records[1] = records[1], records[0]
    return records


def _without_grand_total(records: list[Record]) -> list[Record]:
    return [r for r in records if r["service_code"] != edition().totals.grand_total_code]


def _without_subtotals(records: list[Record]) -> list[Record]:
    """No subtotal rows, and no amounts, which would have wrong sums."""
    suffixes = tuple(edition().totals.subtotals)
    kept = [r for r in records if not r["service_code"].endswith(suffixes)]
    dropped = (
        "total_cost",
        "claimed_amount",
        "copayment",
        "category_limit_within_units",
        "category_limit_excess_units",
    )
    return [{key: value for key, value in r.items() if key not in dropped} for r in kept]  # fmt: skip


def _alike_products(records: list[Record]) -> list[Record]:
    """Two products with the same code and units, but without 明細判別コード."""
    records[1] = {
        **records[1],
        "service_code": records[0]["service_code"],
        "units": records[0]["units"],
    }
    return records


def _flags_beyond_the_month() -> str:
    """31 flags in a month that has fewer days.

    Raises:
        ValueError: the service month of the samples has 31 days.
    """
    if dates().first.length == FLAGS:
        raise ValueError("R506 needs samples of a month with fewer than 31 days (examples_from)")
    return "1" * FLAGS


RECORDS = (
    _fault("R503", "detail-number-of-a-visit", _RESULT, _values(0, detail_no="1"), "detail_no"),
    _fault("R505", "ends-before-it-starts", _RESULT, _values(0, start_time="1500", end_time="1400"), "end_time"),
    _fault("R506", "day-31-of-april", _RESULT, _values(0, prorated_days=_flags_beyond_the_month), "prorated_days", severity=ERROR),
    _fault("R507", "period-ends-before-it-begins", _PLAN_1, _values(0, certification_end=lambda: f"{dates().fiscal_year - 1}0331"), "certification_end", severity=ERROR),
    _fault("R507", "born-after-the-consultation", _INFORMATION, _values(0, birth_date=lambda: dates().before.day(11)), "birth_date"),
    _fault("R508", "certified-without-support-level", _PREVENTION, _values(0, support_level=""), "certification_status"),
    _fault("R508", "certified-without-date", _PLAN_1, _values(0, certification_date=""), "certification_status"),
    _fault("R509", "reason-without-code", _PLAN_1, _values(0, living_support_reason_text="家族が遠くに住むため"), "living_support_reason"),
    _fault("R511", "second-slot-first", _SUPPLEMENT, _values(0, kind_limit_2_service_kind="11", kind_limit_2_units="100"), "kind_limit_2_service_kind"),
    _fault("R512", "units-on-the-grand-total", _TABLE_7, _values(-1, units="1"), "units", severity=ERROR, record=None),
    _fault("R514", "empty-weekly-record", _PLAN_3, _bare, "weekly_service"),
    _fault("R514", "times-without-a-text", _PLAN_3, _values(0, weekly_service=""), "weekly_service"),
    _fault("R515", "created-long-after-sending", _PLAN_1, _values(0, creation_date=lambda: dates().first.plus(2).day(26)), "creation_date"),
    _fault("R515", "schedule-created-after-its-month", _SCHEDULE, _values(0, creation_date=lambda: dates().first.plus(1).day(1)), "creation_date"),
    _fault("R516", "covered-without-provider", _PLAN_2, _values(0, provider_office="", provider_office_name=""), "insurance_coverage", severity=INFO),
    _fault("R515", "first-plan-after-this-one", _PLAN_1, _values(0, first_plan_date=lambda: dates().before.day(26)), "first_plan_date"),
    _fault("R516", "covered-without-service-type", _PLAN_2, _values(0, service_type_text=""), "insurance_coverage"),
    _fault("R517", "no-fixed-code", _TABLE_7, _values(0, entry_code="", office_code=""), "office_code"),
)  # fmt: skip

TABLES = (
    _fault("T604", "support-number-missing", _PLAN_2, _values(0, support_no=""), "support_no", severity=ERROR),
    _fault("T604", "numbers-out-of-order", _PLAN_2, _swapped, "need_no", severity=INFO, record=2),
    _fault("T604", "need-without-its-text", _PLAN_2, _values(0, need=""), "need"),
    _fault("T604", "annex-number-missing", _SUPPORT, _values(1, support_plan_no=""), "support_plan_no", severity=ERROR, record=2),
    _fault("T604", "annex-number-zero", _SUPPORT, _values(0, need_no="0"), "need_no", severity=ERROR),
    _fault("T604", "annex-without-its-text", _SUPPORT, _values(0, need=""), "need"),
    _fault("T604", "annex-with-two-texts", _SUPPORT, _values(1, goal="30分続けて歩ける"), "goal", record=2),
    _fault("T605", "no-grand-total", _TABLE_7, _without_grand_total, "service_code", severity=ERROR),
    _fault("T605", "no-subtotal", _TABLE_7, _without_subtotals, "service_code", record=None),
    _fault("T605", "two-grand-totals", _TABLE_7, lambda records: [*records, records[-1]], "service_code", severity=ERROR, record=6),
    _fault("T606", "grand-total-does-not-add-up", _TABLE_7, _values(-1, total_cost="1"), "total_cost", record=None),
    _fault("T607", "alike-products-without-number", _TOOLS_6, _alike_products, "detail_no", also={"B706": "第7表には、2つの商品が別々のコードで載っています。"}),
    _fault("T606", "amount-is-not-units-times-count", _TABLE_7, _values(0, unit_amount="1953"), "unit_amount"),
    _fault("T606", "units-within-the-limit", _TABLE_7, _values(2, category_limit_within_units="1"), "category_limit_within_units", record=3),
    _fault("T606", "cost-of-a-subtotal", _TABLE_7, _values(2, total_cost="29068"), "total_cost", record=3),
    _fault("T606", "claim-of-a-row", _TABLE_7, _values(3, claimed_amount="54045"), "claimed_amount", record=4),
    _fault("T606", "share-of-a-row", _TABLE_7, _values(3, copayment="6006"), "copayment", record=4),
    _fault("T606", "paid-in-full-without-excess", _TABLE_7, _values(3, full_copayment="1"), "full_copayment", record=4),
    _fault("T608", "result-of-another-kind", _RESULT, _values(0, service_code="152241"), "service_code"),
    _fault("T608", "deletion-of-another-kind", _RESULT_DELETION, _values(0, service_kind="15"), "service_kind"),
    _fault("T608", "written-by-the-receiver", _SCHEDULE, _values(0, updating_office=HOME_HELP.number), "updating_office"),
    _fault("T608", "record-of-another-office", _RESULT, _values(0, provider_office=DAY_CARE.number), "provider_office"),
    _fault("T609", "another-planning-office", _RESULT, _values(0, planning_office=DAY_CARE.number), "planning_office"),
)  # fmt: skip

FAULTS = (*RECORDS, *TABLES)
"""The faults of this module."""

"""Rules on single records (family R): every rule looks at one block, column against column."""

from __future__ import annotations

from collections.abc import Iterator

from careplan_csv.checks.records import billing, dates, person, plans, schedule, sending
from careplan_csv.checks.records.base import RecordRule, Records
from careplan_csv.checks.registry import Hit

RECORD_RULES: tuple[RecordRule, ...] = (
    schedule.service_date_in_month,
    schedule.equipment_has_code,
    schedule.detail_number_only_for_equipment,
    schedule.both_times_or_none,
    dates.ends_after_start,
    schedule.prorated_days_in_month,
    dates.periods_run_forward,
    person.certification_is_told,
    person.reason_and_text_go_together,
    person.supplement_variant,
    person.kind_limits_in_order,
    billing.totals_are_marked,
    dates.version_applies,
    plans.one_kind_of_weekly_record,
    dates.created_in_order,
    plans.covered_support_names_its_provider,
    billing.one_code_is_fixed,
    sending.records_are_the_senders,
    sending.planner_is_sender_or_receiver,
)


def check_records(records: Records) -> Iterator[Hit]:
    """Every rule on single records, on one block."""
    if len(records.table.rows):
        for record_rule in RECORD_RULES:
            yield from record_rule(records)


__all__ = ["RECORD_RULES", "Records", "check_records"]

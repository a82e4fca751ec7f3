"""Rules on single records (family R): every rule looks at one block, column against column."""

from careplan_csv.checks.records import billing, dates, person, plans, schedule, sending
from careplan_csv.checks.records.base import Records, record_rule

__all__ = ["Records", "billing", "dates", "person", "plans", "record_rule", "schedule", "sending"]

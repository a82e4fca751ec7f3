"""Rules on single records (family R): every rule looks at one block, column against column."""

from careplan_csv.checks.records.block_records import Records, record_rule

__all__ = ["Records", "record_rule"]

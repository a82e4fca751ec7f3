"""Rules on single items (family F)."""

from careplan_csv.checks.items.item_rules import ITEM_RULES

__all__ = ["ITEM_RULES"]

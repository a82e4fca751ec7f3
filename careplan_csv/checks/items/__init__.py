"""Rules on single items: importing this package registers them."""

from careplan_csv.checks.items import codes, dates, numbers, presence
from careplan_csv.checks.items.rules import ITEM_RULES

__all__ = ["ITEM_RULES", "codes", "dates", "numbers", "presence"]

"""The rules: importing this package imports all its modules, and so registers every rule."""

import importlib
import pkgutil

from careplan_csv.rules import harness_rules, waiver_rules  # register what is on no stage
from careplan_csv.rules.registry import RULES, in_order, rule_set_version

for _module in pkgutil.walk_packages(__path__, f"{__name__}."):
    importlib.import_module(_module.name)

__all__ = ["RULES", "harness_rules", "in_order", "rule_set_version", "waiver_rules"]

"""The rules: importing this package registers every one of them in `registry.RULES`."""

from careplan_csv.checks import (
    bundles,
    crossfile,
    encoding,
    items,
    names,
    records,
    same_names,
    service_codes,
    syntax,
    tables,
)
from careplan_csv.checks.registry import RULES, in_order, rule_set_version

__all__ = [
    "RULES",
    "bundles",
    "crossfile",
    "encoding",
    "in_order",
    "items",
    "names",
    "records",
    "rule_set_version",
    "same_names",
    "service_codes",
    "syntax",
    "tables",
]

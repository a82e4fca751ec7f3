"""Which rows of 第7表 are subtotals or the grand total (別紙 №9)."""

from __future__ import annotations

import re

import numpy as np

from careplan_csv.reading.structure import Flags
from careplan_csv.reading.table import Table
from careplan_csv.reading.values import Values
from careplan_csv.standard import Edition


def total_rows(table: Table, edition: Edition) -> Flags:
    """Subtotal and grand total rows, shape (rows,); none in a layout without such rows."""
    item = table.layout.by_id.get("service_code")
    if item is None or item.format != "service_code_or_total":
        return np.zeros(len(table.rows), dtype=np.bool_)
    suffixes = "|".join(map(re.escape, edition.totals.subtotals))
    pattern = f"[0-9A-Z]{{2}}(?:{suffixes})|{re.escape(edition.totals.grand_total_code)}"
    return Values(table.text(item.id)).matches(pattern)

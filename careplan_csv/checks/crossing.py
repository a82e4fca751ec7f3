"""What rules on several files keep of each: who gets which service, and what is said of a person (2.3–2.6)."""

from __future__ import annotations

from typing import Any

import numpy as np

from careplan_csv.checks.gathering import Kept, integers, keep, prints
from careplan_csv.checks.totals import total_rows
from careplan_csv.reading import arrays
from careplan_csv.reading.structure import Flags
from careplan_csv.reading.table import Table
from careplan_csv.reading.values import Values
from careplan_csv.standard import Edition

PERSON = ("insurer_number", "insured_number")
TOLD = (
    "user_name",
    "birth_date",
    "sex",
    "care_level",
    "certification_status",
    "certification_date",
)
"""What several files say of the same person."""


def mixed(*columns: Any) -> Any:
    """One 64-bit fingerprint of several, shape (rows,)."""
    result = np.zeros(len(columns[0]), dtype=np.uint64)
    for column in columns:
        result = (result ^ column) * np.uint64(0x9E3779B97F4A7C15)
        result ^= result >> np.uint64(29)
    return result


def services_of(table: Table, edition: Edition) -> Kept | None:
    """Each user, month, office and service code once: how often, and whether with times.

    Columns: `person`, `insured`, `month`, `office`, `code` (fingerprints), `count` (回数), `timed`, `record`,
    `line`; `insured` is the 被保険者番号 alone.
    """
    needed = (*PERSON, "service_month", "provider_office", "service_code", "service_count")
    if not all(item_id in table.layout.by_id for item_id in needed):
        return None
    detail = ~total_rows(table, edition)
    kept = keep(
        table,
        where=detail,
        person=prints(table, *PERSON, where=detail),
        insured=prints(table, "insured_number", where=detail),
        month=prints(table, "service_month", where=detail),
        office=prints(table, "provider_office", where=detail),
        code=prints(table, "service_code", where=detail),
        count=np.maximum(integers(table, "service_count")[detail], 0),
        timed=_timed(table, edition)[detail],
    )
    return summed(kept)


def _timed(table: Table, edition: Edition) -> Flags:
    if "start_time" not in table.layout.by_id:
        return np.ones(len(table.rows), dtype=np.bool_)
    column = table.text("start_time").dictionary_encode()
    shows = np.array(
        [word not in ("", edition.no_time) for word in column.dictionary.to_pylist()], dtype=np.bool_
    )
    timed: Flags = shows[arrays.indices(column)]
    return timed


def summed(kept: Kept) -> Kept:
    """Rows with equal person, month, office and code as one: counts added, the first place kept."""
    if not len(kept):
        return kept
    key = mixed(kept["person"], kept["month"], kept["office"], kept["code"])
    _, first, inverse = np.unique(key, return_index=True, return_inverse=True)
    columns = {name: column[first] for name, column in kept.columns.items()}
    columns["count"] = np.bincount(inverse, weights=kept["count"]).astype(np.int64)
    columns["timed"] = np.bincount(inverse, weights=kept["timed"]) == np.bincount(inverse)
    return Kept(columns)


def _well_formed(table: Table, item_id: str, edition: Edition) -> Any:
    """Fingerprints of an item; 0 where it is empty or malformed, for that is another rule's business."""
    item = table.layout.by_id[item_id]
    result = prints(table, item_id)
    if item.format == "ymd":
        result[~Values(table.text(item_id)).matches("[0-9]{8}")] = 0
    elif item.format == "code":
        result[~Values(table.text(item_id)).isin(list(edition.codes[item.argument]))] = 0
    return result


def persons_of(table: Table, edition: Edition) -> Kept | None:
    """Each person once per thing that is said differently: `person`, `plan`, a fingerprint of every item of `TOLD`.

    `plan` is the person together with the plan's date, where the file has one.
    """
    told = [item_id for item_id in TOLD if item_id in table.layout.by_id]
    if not told or not all(item_id in table.layout.by_id for item_id in PERSON):
        return None
    columns = {item_id: _well_formed(table, item_id, edition) for item_id in told}
    dated = (*PERSON, "plan_date") if "plan_date" in table.layout.by_id else PERSON
    kept = keep(table, person=prints(table, *PERSON), plan=prints(table, *dated), **columns)
    _, first = np.unique(mixed(kept["plan"], *columns.values()), return_index=True)
    return Kept({name: column[np.sort(first)] for name, column in kept.columns.items()})

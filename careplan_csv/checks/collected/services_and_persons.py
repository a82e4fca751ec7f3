"""What rules on several files keep of each: who gets which service, and what is said of a person (2.3–2.6)."""

from __future__ import annotations

from typing import Any

import numpy as np

from careplan_csv.checks.collected.fallout import incomplete_records, lost_records
from careplan_csv.checks.collected.kept import (
    Kept,
    distinct_values,
    firsts,
    integers,
    keep,
    mixed,
    of_file,
    prints,
)
from careplan_csv.checks.items.total_rows import total_rows
from careplan_csv.checks.records.block_records import Records
from careplan_csv.reading import arrays
from careplan_csv.reading.structure import Flags
from careplan_csv.reading.table import Table
from careplan_csv.rules.collectors import Collector
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

_SERVICE = ("service_month", "provider_office", "service_code", "service_count")
_ITEM = ("tais_code", "equipment_code", "detail_no")
"""What tells products of one code apart."""

_DAYS = 31


def _services_of(seen: Records) -> Kept | None:
    if not seen.has(*PERSON, *_SERVICE):
        return None
    seen = seen.of_named_month
    table, edition = seen.table, seen.edition
    detail = ~total_rows(table, edition) & ~lost_records(seen, PERSON)
    compared = [*_SERVICE, "prorated_days", "over_30_days", *_ITEM]
    unsure = incomplete_records(seen, PERSON, compared)
    person = prints(table, *PERSON, where=detail)
    over = seen.means("over_30_days", "applicable") if seen.has("over_30_days") else np.zeros_like(detail)
    kept = keep(
        table,
        where=detail,
        person=person,
        insured=prints(table, "insured_number", where=detail),
        month=prints(table, "service_month", where=detail),
        office=prints(table, "provider_office", where=detail),
        code=prints(table, "service_code", where=detail),
        count=np.maximum(integers(table, "service_count")[detail], 0).astype(np.int32),
        marks=_marks(seen)[detail],
        item=np.zeros(int(detail.sum()), dtype=np.uint64),
        timed=_timed(table, edition)[detail],
        over=over[detail],
        over_told=_of_persons(table, person, table.files[detail], over),
        unsure=unsure[detail],
    )
    return _summed(_by_item(kept, table, detail))


def _of_persons(table: Table, person: Any, files: Any, where: Flags) -> Flags:
    """Which of some persons have, in the same file, a record that `where` is true for; totals count too."""
    if not where.any():
        return np.zeros(len(person), dtype=np.bool_)
    concerned = mixed(prints(table, *PERSON, where=where), table.files[where])
    return arrays.is_in(mixed(person, files), concerned)


def _marks(seen: Records) -> Any:
    """日割対象日 as bits, 0 where there are none."""
    marks = np.zeros(len(seen.table.rows), dtype=np.uint32)
    if not seen.has("prorated_days") or not seen.values("prorated_days").filled.any():
        return marks
    flags, right = seen.values("prorated_days").fixed(_DAYS)
    marks[right] = (flags[right] == ord("1")) @ (np.uint32(1) << np.arange(_DAYS, dtype=np.uint32))
    return marks


def _by_item(kept: Kept, table: Table, where: Flags) -> Kept:
    """With the products told apart, where any record of the code is claimed by the day."""
    if not kept["marks"].any():
        return kept
    key = mixed(_service_key(kept), kept["file"])
    daily = arrays.is_in(key, key[kept["marks"] != 0])
    rows = np.zeros(len(where), dtype=np.bool_)
    rows[np.flatnonzero(where)[daily]] = True
    named = [item_id for item_id in _ITEM if item_id in table.layout.by_id]
    kept["item"][daily] = prints(table, *named, where=rows)
    return kept


def _timed(table: Table, edition: Edition) -> Flags:
    if "start_time" not in table.layout.by_id:
        return np.ones(len(table.rows), dtype=np.bool_)
    column = table.encoded_text("start_time")
    shows = np.array(
        [word not in ("", edition.no_time) for word in column.dictionary.to_pylist()], dtype=np.bool_
    )
    timed: Flags = shows[arrays.indices(column)]
    return timed


def _service_key(kept: Kept) -> Any:
    return mixed(kept["person"], kept["month"], kept["office"], kept["code"])


def _summed(kept: Kept) -> Kept:
    """Rows of a file with equal person, month, office, code, product and ３０日超区分 as one."""
    if not len(kept):
        return kept
    return _as_one(kept, mixed(_service_key(kept), kept["item"], kept["over"].astype(np.uint64)))


SERVICES = Collector(_services_of, _summed, crossing=True)
"""Each user, month, office and service code once: how often, and whether with times.

Columns: `person`, `insured`, `month`, `office`, `code`, `item` (fingerprints), `count` (回数), `marks`
(the days of 日割対象日 as bits), `timed`, `over` (３０日超区分), `over_told` (whether any row of the
person has it), `unsure` (a record of the person has a fault of its own); `insured` is the 被保険者番号 alone.
"""


def _as_one(kept: Kept, key: Any) -> Kept:
    """Rows of a file with equal keys as one: counts added, the first place kept; in the order of the rows."""
    inverse, first = arrays.groups(of_file(key, kept["file"]))
    if len(first) == len(kept):
        return kept
    result = kept.take(first)
    result.columns["count"] = np.bincount(inverse, weights=kept["count"]).astype(np.int32)
    result.columns["timed"] = np.bincount(inverse, weights=kept["timed"]) == np.bincount(inverse)
    for name in ("over", "over_told", "unsure"):
        result.columns[name] = np.bincount(inverse, weights=kept[name]) > 0
    if kept["marks"].any():
        np.bitwise_or.at(result["marks"], inverse, kept["marks"])
    return result


def by_code(kept: Kept) -> Kept:
    """Each user, month, office and code of a file once; days that are claimed count instead of records (A26).

    The rows of a file are in the order of their records.
    """
    if not len(kept):
        return kept
    kept = Kept(dict(kept.columns), kept.texts)
    # What is said of a person holds for all that they get.
    person = mixed(kept["person"], kept["file"])
    for name in ("over_told", "unsure"):
        if kept[name].any():
            kept.columns[name] = arrays.is_in(person, person[kept[name]])
    if kept["marks"].any():
        kept = _as_one(kept, mixed(_service_key(kept), kept["item"]))
        bits = np.ascontiguousarray(kept["marks"]).view(np.uint8).reshape(len(kept), -1)
        days = np.unpackbits(bits, axis=1).sum(axis=1)
        kept.columns["count"] = np.where(kept["marks"] != 0, days, kept["count"]).astype(np.int32)
    return _as_one(kept, _service_key(kept))


def _told_prints(seen: Records, item_id: str) -> Any:
    """Fingerprints of an item; 0 where it is empty or has a fault of its own."""
    result = prints(seen.table, item_id)
    result[seen.soundness.is_wrong((item_id,))] = 0
    return result


def _persons_of(seen: Records) -> Kept | None:
    seen = seen.of_own_month
    table = seen.table
    told = [item_id for item_id in TOLD if seen.has(item_id)]
    if not told or not seen.has(*PERSON):
        return None
    columns = {item_id: _told_prints(seen, item_id) for item_id in told}
    dated = (*PERSON, "plan_date") if seen.has("plan_date") else PERSON
    kept = keep(table, person=prints(table, *PERSON), plan=prints(table, *dated), **columns)
    rows = np.flatnonzero(~lost_records(seen, PERSON))
    said = mixed(kept["plan"][rows], *(column[rows] for column in columns.values()))
    rows = rows[firsts(said, table.files[rows])]
    texts = {item_id: table.text(item_id).take(arrays.int64(rows)) for item_id in told}
    return Kept(kept.take(rows).columns, texts)


PERSONS = Collector(_persons_of, crossing=True)
"""Each person once per thing that is said differently: `person`, `plan`, a fingerprint of every item of `TOLD`.

`plan` is the person together with the plan's date, where the file has one. The texts are those of `TOLD`.
"""


def _planners_of(records: Records) -> Kept | None:
    if not records.has("planning_office"):
        return None
    offices, table = records.values("planning_office"), records.table
    plain = offices.trimmed is offices.array
    encoded = table.encoded_text("planning_office") if plain else offices.trimmed.dictionary_encode()
    return distinct_values(table, encoded, np.flatnonzero(offices.filled))


PLANNERS = Collector(_planners_of, crossing=True)
"""The プラン担当業者 of the records, each once per file and block."""

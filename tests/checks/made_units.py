"""Check units made from the valid ones of the samples, some of their items changed."""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import partial

from careplan_csv.checker import check
from careplan_csv.findings import Finding
from careplan_csv.reading.sources import Inputs, Origin, Source
from careplan_csv.synthesis.faults.fault import BASES
from careplan_csv.writing.unit_files import Draft, Unit

Files = Mapping[str, bytes]


def draft(base: str, prefix: str) -> Draft:
    """One file of a valid unit."""
    return next(one for one in BASES[base]().drafts if one.prefix == prefix)


def changed(base: str, prefix: str, place: int = 0, **values: str) -> Draft:
    """One file of a valid unit, in which some items of one record have other values."""
    one = draft(base, prefix)
    for item_id, value in values.items():
        one = one.with_item(place, item_id, value)
    return one


def files_of(*parts: Draft | Unit) -> dict[str, bytes]:
    """The files of some drafts and units; of equal names the last counts."""
    files: dict[str, bytes] = {}
    for part in parts:
        files |= part.files() if isinstance(part, Unit) else {part.name: part.data()}
    return files


def findings(files: Files) -> tuple[Finding, ...]:
    """What is found in some files of one folder."""
    sources = [
        Source(f"in/{name}", name, "in", Origin.FOLDER, len(data), partial(io.BytesIO, data))
        for name, data in files.items()
    ]
    return check(Inputs(tuple(sources))).findings


def told(files: Files, *rules: str) -> list[tuple[str, str, str, int | None]]:
    """Rule, severity, kind of file and record of every place, of some rules or families."""
    return [
        (finding.rule, finding.severity.value, finding.file.split("/")[-1].split("_")[0], example.record)
        for finding in findings(files)
        if finding.rule.startswith(rules)
        for example in finding.examples or (finding.first,)
    ]


def in_file(one: Draft, *rules: str) -> list[tuple[str, str, int | None]]:
    """Rule, severity and record of every place in one file."""
    return [(rule, severity, record) for rule, severity, _, record in told(files_of(one), *rules)]

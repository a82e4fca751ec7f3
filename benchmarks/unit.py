"""A large schedule unit – 第6表, 第7表 and 利用者補足情報 under one serial – of synthetic users with right sums."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

from careplan_csv.standard import standard
from careplan_csv.synthesis.world.arrangement import Arranger
from careplan_csv.synthesis.world.care import Case
from careplan_csv.synthesis.world.care_plans import plan_care
from careplan_csv.synthesis.world.desks import Desk
from careplan_csv.synthesis.world.invented_people import Span, invent_person, invent_planner
from careplan_csv.synthesis.world.months import month
from careplan_csv.synthesis.world.offices import planning_office, town
from careplan_csv.synthesis.world.services import visits
from careplan_csv.synthesis.world.texts import Scribe

MONTH, SERIAL, DAY = "202504", "20250325090000", "20250325"
_DIFFERENT = 200
"""So many users are worked out; all others are like one of them under another number."""
_KINDS = (("11",), ("11", "15"), ("11", "15", "17"), ("11", "13", "17"), ("11", "17"))


def write_unit(folder: Path, records: int, seed: int = 1) -> dict[str, int]:
    """Write a unit whose 第6表 has at least `records` records; returns the records of each file by its prefix."""
    edition, of = standard().edition("202407"), month(MONTH)
    random, receiver = Random(seed), town(0).by_kind["11"][0]
    desk = Desk(edition, DAY, planning_office(0))
    cases = list(_cases(random, {code: kind.name for code, kind in edition.kinds.items()}))
    parts = []
    for case in cases:
        bundle = desk.schedule(case, visits(case.care.services, of), of)
        parts.append({prefix: (passage.data, len(passage.records)) for prefix, passage in bundle.items()})
    names = {
        prefix: f"{prefix}_{MONTH}_{desk.planner.number}_43_{receiver.number}_11_{SERIAL}.CSV"
        for prefix in parts[0]
    }
    counts = dict.fromkeys(names, 0)
    files = {prefix: (folder / name).open("wb") for prefix, name in names.items()}
    user = 0
    while counts["UPPLAN"] < records:
        own = b"," + cases[user % _DIFFERENT].person.insured.encode() + b","
        other = b",%010d," % (user + 1)
        for prefix, (data, count) in parts[user % _DIFFERENT].items():
            files[prefix].write(data.replace(own, other))
            counts[prefix] += count
        user += 1
    for file in files.values():
        file.close()
    return counts


def _cases(random: Random, kind_names: dict[str, str]) -> Iterator[Case]:
    """Users whom the receiver serves, among others (2.6)."""
    of = month(MONTH)
    arranger, receiver = Arranger(town(0), Span(of, of)), town(0).by_kind["11"][0]
    made = 0
    while made < _DIFFERENT:
        services = arranger.arrange(random, _KINDS[made % len(_KINDS)])
        if receiver not in {service.office for service in services}:
            continue
        made += 1
        person = invent_person(random, 900_000_000 + made, "24", Span(of, of))
        if person.insured.startswith("H"):
            made -= 1
            continue
        yield Case(person, plan_care(random, services, kind_names, Scribe(random, 0)), invent_planner(random))

"""A world: valid, the same each time, small in memory, and full of what makes files hard."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
import tracemalloc
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from long_proofs import long

from careplan_csv.checker import check
from careplan_csv.findings import Severity
from careplan_csv.reading.sources import collect
from careplan_csv.results import Status
from careplan_csv.standard import standard
from careplan_csv.synthesis.world.generator import generate
from careplan_csv.synthesis.world.months import consecutive_months
from careplan_csv.synthesis.world.texts import LONG
from careplan_csv.writing.unit_files import Draft, Unit
from careplan_csv.writing.writer import Record

NOW, BEFORE = "202407", "202208"
MONTHS = {NOW: consecutive_months("202505", 2), BEFORE: consecutive_months("202401", 2)}


@cache
def units(edition: str = NOW) -> tuple[Unit, ...]:
    """A world large enough to show everything."""
    return tuple(generate(1200, MONTHS[edition], seed=7, edition=edition))


def drafts(*prefixes: str, edition: str = NOW) -> Iterator[Draft]:
    for unit in units(edition):
        for draft in unit.drafts:
            if draft.prefix in prefixes:
                yield draft


def records(*prefixes: str, edition: str = NOW) -> Iterator[Record]:
    for draft in drafts(*prefixes, edition=edition):
        for record in draft.records:
            yield {item.id: record.get(item.id, "") for item in draft.layout.items}


def person(record: Record) -> tuple[str, str]:
    return record["insurer_number"], record["insured_number"]


def test_the_same_arguments_give_the_same_bytes() -> None:
    first = [unit.files() for unit in generate(50, MONTHS[NOW], offices=4, seed=3)]
    again = [unit.files() for unit in generate(50, MONTHS[NOW], offices=4, seed=3)]
    other = [unit.files() for unit in generate(50, MONTHS[NOW], offices=4, seed=4)]
    assert first == again != other


_DIGEST = """
import hashlib
from careplan_csv.synthesis.world.generator import generate
files = [unit.files() for unit in generate(40, ["202505"], offices=4, seed=5)]
print(hashlib.sha256(repr(files).encode()).hexdigest())
"""


def test_another_process_writes_the_same_bytes() -> None:
    digests = {
        subprocess.run(
            [sys.executable, "-c", _DIGEST],
            env=os.environ | {"PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            cwd=Path(__file__).parents[3],
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1


@pytest.mark.parametrize(("edition", "seed"), [(NOW, 1), (NOW, 2), (BEFORE, 3)])
def test_the_checker_finds_nothing_above_information(edition: str, seed: int, tmp_path: Path) -> None:
    for unit in generate(70, MONTHS[edition], offices=4, seed=seed, edition=edition, hardness=30):
        for name, data in unit.files().items():
            assert not (tmp_path / name).exists()
            (tmp_path / name).write_bytes(data)
    result = check(collect([str(tmp_path)]))
    assert [f"{f.rule} {f.message}" for f in result.findings if f.severity is not Severity.INFO] == []
    assert result.verdict is Status.CONFORMANT
    assert not any(report.skipped_checks for report in result.inputs)


@pytest.mark.parametrize("edition", [NOW, BEFORE])
def test_every_record_has_the_items_of_its_layout(edition: str) -> None:
    for unit in list(units(edition))[::40]:
        for draft in unit.drafts:
            text = draft.data().decode("cp932")
            assert text.endswith("\r\n")
            rows = list(csv.reader(io.StringIO(text, newline="")))
            assert {len(row) for row in rows} == {len(draft.layout.items)}


@pytest.mark.parametrize("edition", [NOW, BEFORE])
def test_units_are_whole_and_no_serial_occurs_twice(edition: str) -> None:
    wanted = {unit.id: [file.prefix for file in unit.files] for unit in standard().edition(edition).units}
    for unit in units(edition):
        assert [draft.prefix for draft in unit.drafts] == wanted[unit.id]
        assert len({(draft.serial, draft.route) for draft in unit.drafts}) == 1
        for draft in unit.drafts:
            created = {record.get("creation_date", "") for record in draft.records}
            assert max(created) <= unit.serial[:8]
    assert len({unit.serial for unit in units(edition)}) == len(units(edition))


def test_an_office_receives_only_its_own_users() -> None:
    for draft in drafts("UPPLAN"):
        served = {person(r) for r in draft.records if r["provider_office"] == draft.route.receiver}
        assert {person(record) for record in draft.records} == served


def test_results_come_from_the_office_that_gave_them() -> None:
    for draft in drafts("UPJSK"):
        assert {r["provider_office"] for r in draft.records} == {draft.route.sender}
        assert {r["updating_office"] for r in draft.records} == {draft.route.sender}
        assert {r["service_code"][:2] for r in draft.records} == {draft.route.sender_kind}
        assert {r["planning_office"] for r in draft.records} == {draft.route.receiver}


def test_results_have_a_schedule_and_deletions_something_to_delete() -> None:
    sent: dict[tuple[str, ...], str] = {}
    for unit in sorted(units(), key=lambda unit: unit.serial):
        draft = unit.drafts[0]
        route = (draft.route.sender, draft.route.receiver)
        for record in draft.records:
            about = (*person(record), record.get("plan_date", ""), record.get("service_month", ""))
            if draft.prefix in ("UP1KYO", "UPPLAN", "UPJSK"):
                sent[(draft.prefix, *route, *about)] = unit.serial
            if draft.prefix == "UPJSK":
                assert ("UPPLAN", *reversed(route), *about) in sent
            deleted = {"DLT1KYO": "UP1KYO", "DLTPLAN": "UPPLAN", "DLTJSK": "UPJSK"}.get(draft.prefix)
            if deleted:
                assert sent[(deleted, *route, *about)] < unit.serial


def test_plans_number_their_tree_from_one() -> None:
    for draft in drafts("UP2KYO"):
        by_person: dict[tuple[str, str], list[Record]] = defaultdict(list)
        for record in draft.records:
            by_person[person(record)].append(record)
        for own in by_person.values():
            numbers = [(int(r["need_no"]), int(r["goal_no"]), int(r["support_no"])) for r in own]
            assert numbers == sorted(set(numbers))
            assert numbers[0] == (1, 1, 1)
            for record, (_, goal, support) in zip(own, numbers, strict=True):
                assert bool(record.get("long_term_goal")) == (support == 1)
                assert bool(record.get("need")) == (support == goal == 1)


AMOUNTS = ("managed_units", "category_limit_within_units", "category_limit_excess_units", "total_cost")


def blocks(rows: list[Record]) -> dict[tuple[str, str], list[Record]]:
    found: dict[tuple[str, str], list[Record]] = defaultdict(list)
    for row in rows:
        found[row["provider_office"], row["service_code"][:2]].append(row)
    return found


@pytest.mark.parametrize("edition", [NOW, BEFORE])
def test_table_7_adds_up(edition: str) -> None:
    by_user: dict[tuple[str, ...], list[Record]] = defaultdict(list)
    for draft in drafts("UPSIKYU", edition=edition):
        for record in draft.records:
            by_user[(draft.name, *person(record))].append(record)
    assert by_user
    for rows in by_user.values():
        *others, grand = rows
        assert (grand["provider_office"], grand["service_code"]) == ("9999999999", "999999")
        counted: list[Record] = []
        for (_, kind), block in blocks(others).items():
            totals = [r for r in block if r["service_code"] in (f"{kind}AAAA", f"{kind}EEEE", f"{kind}ZZZZ")]
            details = [r for r in block if r not in totals]
            assert bool(totals) == (len(details) > 1)
            counted += totals or details
            for total in totals:
                assert (total["units"], total.get("discounted_rate", "")) == ("0", "")
                if total["service_code"].endswith("AAAA"):
                    managed = sum(int(r["managed_units"]) for r in details if r.get("managed_units"))
                    assert int(total["managed_units"]) == managed
        for item in AMOUNTS:
            assert int(grand.get(item, "0")) == sum(int(r.get(item) or 0) for r in counted)
        for row in counted:
            if row.get("managed_units"):
                within = int(row["category_limit_within_units"])
                assert within + int(row["category_limit_excess_units"]) == int(row["managed_units"])
                yen, hundredths = row["unit_price"].split(".")
                assert int(row["total_cost"]) == within * int(yen + hundredths) // 100
            if row.get("claimed_amount"):
                paid = int(row["claimed_amount"]) + int(row["copayment"])
                assert paid == int(row["total_cost"])


def test_units_over_the_limit_are_the_users_to_pay() -> None:
    limits = {person(r): int(r["limit_units"]) for r in records("UPHOSOKU")}
    over = 0
    for record in records("UPSIKYU"):
        if record["service_code"] == "999999" and record["managed_units"]:
            excess = max(0, int(record["managed_units"]) - limits[person(record)])
            assert int(record["category_limit_excess_units"]) == excess
            over += excess > 0
    assert over


def test_products_alike_are_numbered() -> None:
    groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for draft in drafts("UPPLAN"):
        for record in draft.records:
            if record["service_code"][:3] in ("171", "671"):
                key = (draft.name, *person(record), record["service_code"], record["units"])
                groups[key].append(record["detail_no"])
            else:
                assert not record["detail_no"]
    for numbers in groups.values():
        expected = [str(n) for n in range(1, len(numbers) + 1)] if len(numbers) > 1 else [""]
        assert sorted(numbers) == sorted(expected)
    assert any(len(numbers) > 1 for numbers in groups.values())


def test_products_have_exactly_one_code() -> None:
    shown = {"tais_code": 0, "equipment_code": 0, "": 0}
    for record in records("UPPLAN"):
        codes = [item for item in ("tais_code", "equipment_code") if record[item]]
        if record["service_code"][:3] in ("171", "671"):
            assert len(codes) == 1
            assert record["start_time"] == record["end_time"] == "9999"
            shown[codes[0]] += 1
        else:
            assert not codes
            shown[""] += record["service_code"].startswith("17")
    assert all(shown.values()), shown


def test_services_by_the_day_show_their_flags() -> None:
    found = [r for r in records("UPPLAN") if r["prorated_days"]]
    assert found
    for record in found:
        flags, day = record["prorated_days"], int(record["service_date"][6:])
        assert len(flags) == 31
        assert flags[day - 1] == "1"
        assert record["service_month"] == MONTHS[NOW][0]
    counts = {
        int(r["service_count"]) for r in records("UPSIKYU") if r["service_code"] == found[0]["service_code"]
    }
    assert max(counts) == max(
        r["prorated_days"].count("1") for r in found if r["service_code"] == found[0]["service_code"]
    )


SHOWN = {
    "被保険者番号 H": lambda r: r["insured_number"].startswith("H"),
    "サテライト": lambda r: r["satellite_no"] != "",
    "30日超": lambda r: r["over_30_days"] == "1",
    "前月までの利用日数": lambda r: r["prior_short_stay_days"] not in ("", "0"),
    "時刻の無い加算": lambda r: r["start_time"] == "9999" and r["service_code"][2] == "6",
    "時刻のある加算": lambda r: r["start_time"] != "9999" and r["service_code"] == "155301",
    "2400": lambda r: r["end_time"] == "2400",
    "総合事業": lambda r: r["service_code"].startswith("A"),
    "介護予防": lambda r: r["service_code"].startswith("6"),
}


@pytest.mark.parametrize("what", SHOWN)
def test_schedules_show(what: str) -> None:
    assert any(SHOWN[what](record) for record in records("UPPLAN"))


def test_all_sides_of_money_are_shown() -> None:
    rows = list(records("UPSIKYU"))
    assert {r["benefit_rate"] for r in rows} >= {"90", "80", "70", "0"}
    assert {r["service_code"][2:] for r in rows} >= {"AAAA", "EEEE", "ZZZZ", "9999"}
    assert any(r["discounted_rate"] == "90" for r in rows)
    assert any(r["cumulative_days"] for r in rows)
    assert any(r["full_copayment"] for r in rows)
    kinds = {draft.route.sender_kind for draft in drafts("UPSIKYU")}
    assert kinds == {"43", "46", "AF"}


def test_plans_are_sent_by_care_management_alone() -> None:
    assert {draft.route.sender_kind for draft in drafts("UP1KYO")} == {"43"}
    assert any(r["certification_status"] == "1" for r in records("UP1KYO"))
    assert any(r["first_plan_date"] < r["plan_date"] for r in records("UP1KYO"))
    assert {r["living_support_reason"] for r in records("UP1KYO")} == {"", "1", "2", "3"}


def test_most_kinds_of_service_occur() -> None:
    kinds = {r["service_code"][:2] for r in records("UPPLAN")}
    assert len(kinds) >= 25
    assert {r["service_code"][:2] for r in records("UPJSK")} == kinds


def test_results_differ_from_the_plan() -> None:
    def row(record: Record) -> tuple[str, ...]:
        return (*person(record), record["service_code"], record["service_date"], record["start_time"])

    planned, took_place = ({row(r) for r in records(prefix)} for prefix in ("UPPLAN", "UPJSK"))
    assert planned - took_place
    assert took_place - planned
    assert len(planned & took_place) > 0.8 * len(planned)


def test_corrections_carry_other_values_under_a_later_serial() -> None:
    versions: dict[tuple[str, ...], list[bytes]] = defaultdict(list)
    for draft in drafts("UPPLAN"):
        for passage in draft.passages:
            key = (draft.route.sender, draft.route.receiver, draft.month, *person(passage.records[0]))
            versions[key].append(passage.data)
    assert any(len(set(sent)) > 1 for sent in versions.values())


def test_texts_are_hard_to_carry() -> None:
    texts = [r[item] for r in records("UP1KYO") for item in ("assessment_result", "support_policy")]
    assert max(map(len, texts)) == LONG
    for piece in ("\r\n", '"', ",", "①", "㈱", "髙", "﨑", "ｼｮｰﾄ", "～", "ソ・十", "∥", "黑"):
        assert any(piece in text for text in texts), piece


@pytest.mark.parametrize("users", [40, long(100)])
def test_memory_stays_that_of_one_office(users: int) -> None:
    def peak(users: int) -> int:
        tracemalloc.start()
        for unit in generate(users, MONTHS[NOW][:1], offices=users // 20):
            unit.files()
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(users)  # what is loaded once
    # Of more offices the largest is a little larger; four times the users must not take four times as much.
    assert peak(4 * users) < 2 * peak(users)


@pytest.mark.parametrize(
    ("users", "months", "options"),
    [
        (0, ["202504"], {}),
        (1, [], {}),
        (2, ["202504"], {"offices": 3}),
        (1, ["202503"], {}),
        (1, ["202504"], {"edition": BEFORE}),
        (1, ["2025"], {}),
    ],
)
def test_an_impossible_world_is_refused(users: int, months: list[str], options: dict) -> None:
    with pytest.raises(ValueError, match=r"world|apply|month"):
        generate(users, months, **options)

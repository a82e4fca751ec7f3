"""B701–B704 on file facts made by hand: what is missing is said, what belongs together is left alone."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pytest

from careplan_csv.checks.collected.compact import Compact
from careplan_csv.checks.collected.file_facts import FileFacts
from careplan_csv.checks.collected.kept import Kept
from careplan_csv.checks.collected.keys import KEYS
from careplan_csv.checks.units.together import NamedHit, Together, between_rule
from careplan_csv.checks.units.transmission_units import unit_reports
from careplan_csv.reading.sources import Origin, Source
from careplan_csv.results import Status, UnitReport
from careplan_csv.standard import standard
from careplan_csv.standard.checkdigits import with_check_digit
from careplan_csv.standard.filenames import parse

A, B, C = (with_check_digit(f"35700000{n}") for n in range(1, 4))
SERIAL = "20250401090000"
Key = tuple[str, str, str]
USERS: tuple[Key, ...] = (("352013", "0000000001", "20250325"), ("352013", "H000000002", "20250325"))
PLAN = ("UP1KYO", "UP2KYO", "UP3KYO", "UPHOSOKU_000000")
SCHEDULE = ("UPPLAN_202504", "UPSIKYU_202504", "UPHOSOKU_202504")


def file(
    kind: str,
    *,
    to: str = f"{B}_11",
    by: str = f"{A}_43",
    serial: str = SERIAL,
    folder: str = "in",
    origin: Origin = Origin.FOLDER,
    keys: Sequence[Key] | None = USERS,
    text: str = "",
    edition: str | None = "202407",
    damaged: bool = False,
) -> FileFacts:
    """One examined file; the third item of its keys is a month where the file has one."""
    text = text or f"{kind}_{by}_{to}_{serial}.CSV"
    name = parse(text, standard())
    source = Source(f"{folder}/{text}", text, folder, origin, 1, lambda: io.BytesIO(b""))
    if name is None or edition is None:
        return FileFacts(source, name, None, None, None, None, "0")
    known = standard().edition(edition)
    layout = known.layout(name.prefix)
    variant = layout.variant(name.month_part)
    items = variant.link or variant.replaces or variant.unique
    month = items[2:3] == ("service_month",)
    rows = [(*key[:2], "202504" if month else key[2]) for key in keys or ()]
    texts = {item: pa.array([row[n] for row in rows], pa.string()) for n, item in enumerate(items[:3])}
    places = np.arange(len(rows), dtype=np.uint32)
    kept = Kept({"file": np.zeros(len(rows), np.int64), "record": places + 1, "line": places + 10}, texts)

    parts = {KEYS: Compact(kept)} if keys is not None else {}
    return FileFacts(source, name, known, layout, variant, edition, "0", damaged, parts)


@dataclass
class Found:
    """What the rules on units say of some files."""

    hits: list[NamedHit]
    units: list[UnitReport]


def unit(kinds: Sequence[str], **options: object) -> list[FileFacts]:
    return [file(kind, **options) for kind in kinds]  # type: ignore[arg-type]  # passed on as they are


def check(files: Sequence[FileFacts], unreadable: Sequence[str] = ()) -> Found:
    together = Together(files, standard(), unreadable)
    hits = [
        hit for one in between_rule if "B701" <= one.rule.id <= "B704" for hit in one.run(one.rule, together)
    ]
    return Found(hits, unit_reports(together.groups, files))


def found(files: Sequence[FileFacts]) -> list[tuple[str, str, str]]:
    """Rule, severity and beginning of the file name of each hit."""
    return [
        (hit.rule, hit.severity.value, name.split("/")[-1].split("_")[0]) for name, hit in check(files).hits
    ]


# --- nothing to find ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "files",
    [
        unit(PLAN),
        unit(SCHEDULE),
        unit(["UPJSK_202504"], by=f"{B}_11", to=f"{A}_43"),
        unit(["DLT1KYO"]),
        unit(["DLTPLAN_202504"]),
        unit(["DLTJSK_202504"], by=f"{B}_11", to=f"{A}_43"),
        # a batch: several receivers, months and units in the same second
        unit(PLAN) + unit(PLAN, to=f"{C}_15") + unit(SCHEDULE) + unit(SCHEDULE, to=f"{C}_15"),
        unit(PLAN, serial="20250401090001") + unit(PLAN),
        # one service office with two kinds
        unit(PLAN) + unit(PLAN, to=f"{B}_15"),
        # the files of one unit in folders by kind
        [file(kind, folder=f"in/{kind}") for kind in PLAN],
        # the same unit in two places
        unit(PLAN, folder="a") + unit(PLAN, folder="b"),
        unit(SCHEDULE, folder="a.zip", origin=Origin.ARCHIVE) + unit(SCHEDULE, folder="b"),
        # a file of no known kind beside a unit
        [*unit(PLAN), file("", text="メモ.csv")],
        [],
    ],
)
def test_whole_units_are_left_alone(files: list[FileFacts]) -> None:
    result = check(files)
    assert result.hits == []
    assert {report.status for report in result.units} <= {Status.CONFORMANT}


def test_several_months_in_one_second() -> None:
    may = [kind.replace("202504", "202505") for kind in SCHEDULE]
    assert check([*unit(SCHEDULE), *unit(may)]).hits == []


def test_the_older_edition_needs_no_third_form() -> None:
    old = [file(k, by=A, to=B, edition="202208") for k in ("UP1KYO", "UP2KYO", "UPHOSOKU_000000")]
    result = check(old)
    assert result.hits == []
    assert [report.name for report in result.units] == ["計画書"]


def test_units_are_reported_with_their_files() -> None:
    files = [*unit(SCHEDULE), *unit(PLAN)]
    reports = check(files).units
    assert [(report.serial, report.unit, len(report.files)) for report in reports] == [
        (SERIAL, "schedule", 3),
        (SERIAL, "plan", 4),
    ]
    assert reports[1].files == tuple(facts.source.name for facts in files[3:])


# --- B701 ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("absent", ["UP1KYO", "UP2KYO", "UPHOSOKU_000000"])
def test_a_file_of_a_plan_is_missing(absent: str) -> None:
    files = unit([kind for kind in PLAN if kind != absent])
    ((name, hit),) = check(files).hits
    assert (hit.rule, hit.severity.value, name) == ("B701", "error", files[0].source.name)
    assert f"（{absent}）" in hit.message
    assert SERIAL in hit.message


def test_all_that_is_missing_is_one_finding() -> None:
    ((_, hit),) = check(unit(["UP2KYO"])).hits
    assert all(f"（{kind}）" in hit.message for kind in PLAN if kind != "UP2KYO")


def test_the_third_form_alone_is_a_warning() -> None:
    assert found(unit(["UP1KYO", "UP2KYO", "UPHOSOKU_000000"])) == [("B701", "warning", "UP1KYO")]
    assert found(unit(["UP1KYO", "UPHOSOKU_000000"])) == [("B701", "error", "UP1KYO")]


@pytest.mark.parametrize("origin", [Origin.NAMED, Origin.STREAM])
def test_single_named_files_claim_nothing(origin: Origin) -> None:
    result = check(unit(["UP1KYO", "UP2KYO"], origin=origin))
    assert [(hit.rule, hit.severity.value) for _, hit in result.hits] == [("B701", "info")]
    assert [report.status for report in result.units] == [Status.UNVERIFIED]
    assert check(unit(PLAN, origin=origin)).units[0].status is Status.CONFORMANT


def test_every_receiver_of_a_batch_lacks_the_same_file() -> None:
    files = unit(PLAN[:3]) + unit(PLAN[:3], to=f"{C}_11") + unit(PLAN[:3], to=f"{C}_15")
    assert found(files) == [("B701", "error", "UP1KYO")] * 3


def test_a_file_that_is_there_twice_is_another_rules_business() -> None:
    twice = file("UP2KYO", text=f"UP2KYO_{A}_43_{B}_11_{SERIAL}.csv")
    result = check([*unit(PLAN), twice])
    assert result.hits == []
    assert len(result.units) == 1


@pytest.mark.parametrize(
    ("deletion", "kinds"),
    [
        ("DLTPLAN_202504", SCHEDULE),
        ("DLT1KYO", PLAN),
        ("DLTYOBO", ("UPYOBO", "UPYOBO_SUB")),
        ("DLTKIHON", ("UPKIHON", "UPKIHON_SUB1", "UPKIHON_SUB2")),
    ],
)
def test_a_deletion_beside_what_it_deletes(deletion: str, kinds: tuple[str, ...]) -> None:
    files = [*unit(kinds, to=f"{B}_A2", keys=None), file(deletion, to=f"{B}_A2", keys=None)]
    ((name, hit),) = check(files).hits
    assert (hit.rule, hit.severity.value, name) == ("B701", "error", files[-1].source.name)
    assert files[0].source.file_name in hit.message


@pytest.mark.parametrize(
    "files",
    [
        [*unit(SCHEDULE), file("DLTPLAN_202503")],
        [*unit(SCHEDULE), file("DLTPLAN_202504", serial="20250401090001")],
        [*unit(SCHEDULE), file("DLTPLAN_202504", to=f"{B}_15")],
        [*unit(SCHEDULE), *unit(PLAN)],
        [file("DLTPLAN_202504"), file("DLT1KYO")],
        [file("DLTPLAN_202504"), file("DLTPLAN_202505")],
        [*unit(SCHEDULE), file("DLT1KYO")],
    ],
)
def test_a_deletion_of_something_else_in_the_same_second(files: list[FileFacts]) -> None:
    assert check(files).hits == []


@pytest.mark.parametrize("part", ["to", "by"])
@pytest.mark.parametrize("missing", range(3))
def test_units_of_one_second_for_two_services_of_one_office(part: str, missing: int) -> None:
    """The gap is shown at the unit that has it."""
    routes = {"to": [f"{B}_11", f"{B}_15"], "by": [f"{A}_46", f"{A}_AF"]}[part]
    whole = [file(kind, **{part: route}) for route in routes for kind in SCHEDULE]  # type: ignore[arg-type]
    assert check(whole).hits == []
    assert len(check(whole).units) == 2
    for number, route in enumerate(routes):
        files = [facts for place, facts in enumerate(whole) if place != 3 * number + missing]
        ((name, hit),) = check(files).hits
        assert hit.rule == "B701"
        assert route in name


def test_units_of_one_second_are_told_apart_in_words() -> None:
    about = [report.about for report in check(unit(SCHEDULE) + unit(SCHEDULE, to=f"{B}_15")).units]
    assert about == [f"送信先 {B}・訪問介護、2025年4月分", f"送信先 {B}・通所介護、2025年4月分"]
    assert check(unit(PLAN)).units[0].about == f"送信先 {B}・訪問介護"


def test_a_copy_is_the_names_fault_alone() -> None:
    copy = file("UP2KYO", text=f"UP2KYO_{A}_43_{B}_11_{SERIAL} (1).CSV")
    assert check([*unit(PLAN), copy]).hits == []
    assert check([*unit([kind for kind in PLAN if kind != "UP2KYO"]), copy]).hits == []


def test_a_copied_unit_of_which_a_file_is_missing() -> None:
    result = check(unit(PLAN, folder="a") + unit(PLAN[:3], folder="b"))
    ((name, hit),) = result.hits
    assert (hit.rule, name.split("/")[0]) == ("B701", "b")


def test_a_file_that_could_not_be_read_is_no_gap() -> None:
    absent = f"in/UP2KYO_{A}_43_{B}_11_{SERIAL}.CSV"
    result = check(unit([kind for kind in PLAN if kind != "UP2KYO"]), [absent, "in/broken.zip"])
    assert result.hits == []
    assert [(len(report.files), report.status) for report in result.units] == [(3, Status.UNVERIFIED)]
    assert check([], [absent]).units == []


# --- B702 ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stray", "words"),
    [
        ({"to": f"{C}_11"}, "送信先事業所番号"),
        ({"to": f"{B}_15"}, "送信先サービス種類"),
        ({"by": f"{C}_43"}, "送信元事業所番号"),
        ({"by": f"{A}_46", "to": f"{C}_11"}, "送信元サービス種類・送信先事業所番号"),
    ],
)
def test_a_file_that_strayed(stray: dict[str, str], words: str) -> None:
    files = [file("UP2KYO", **stray), *unit([kind for kind in PLAN if kind != "UP2KYO"])]  # type: ignore[arg-type]
    ((name, hit),) = check(files).hits
    assert (hit.rule, hit.severity.value, name) == ("B702", "error", files[0].source.name)
    assert f"ファイル名の{words}が、" in hit.message
    assert files[1].source.file_name in hit.message
    assert len(check(files).units) == 1


def test_another_month() -> None:
    files = [*unit(SCHEDULE[:2]), file("UPHOSOKU_202505")]
    ((_, hit),) = check(files).hits
    assert (hit.rule, "提供年月" in hit.message) == ("B702", True)


def test_another_serial_is_another_unit() -> None:
    files = [*unit(PLAN[:3]), file(PLAN[3], serial="20250401090001")]
    assert [rule for rule, _, _ in found(files)] == ["B701", "B701"]


def test_whole_units_are_never_taken_apart() -> None:
    files = [*unit(PLAN), *unit(PLAN[:3], to=f"{C}_11")]
    assert found(files) == [("B701", "error", "UP1KYO")]


# --- a fault that a rule on names has reported does not come back ----------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        f"UP2KYO_{A}_43_{B[:-1]}_11_{SERIAL}.CSV",
        f"UP2KYO_{A}_43_{B}_99_{SERIAL}.CSV",
        f"UP2KYO_{A}_43_{B}_11_20250230090000.CSV",
        f"UP2KYO_000000_{A}_43_{B}_11_{SERIAL}.CSV",
        f"UP2KYO_{A}_{B}_{SERIAL}.CSV",
        f"UP2KYO_{A}_431_{B}_112_{SERIAL}.CSV",
        f"UP2KYO_{A}_43_{B}_{SERIAL}.CSV",
        f"up2kyo_{A}_43_{B}_11_{SERIAL}.csv",
        "UP2KYO.CSV",
    ],
)
def test_faulty_names_are_no_gaps(text: str) -> None:
    rest = unit([kind for kind in PLAN if kind != "UP2KYO"])
    result = check([*rest, file("", text=text)])
    assert result.hits == []
    assert [len(report.files) for report in result.units] == [4]


@pytest.mark.parametrize("month", ["202513", "000000", "2025-4"])
def test_faulty_months_are_no_gaps(month: str) -> None:
    assert check([*unit(SCHEDULE[1:]), file(f"UPPLAN_{month}")]).hits == []


def test_a_supplement_without_its_month_goes_where_it_is_lacking() -> None:
    lone = file("", text=f"UPHOSOKU_{A}_43_{B}_11_{SERIAL}.CSV", keys=None)
    assert check([*unit(SCHEDULE[:2]), lone]).hits == []
    assert check([*unit(PLAN[:3]), lone]).hits == []


def test_names_without_any_serial_are_no_unit() -> None:
    result = check([file("", text="UP1KYO.CSV"), file("", text="UP2KYO 控え.csv")])
    assert (result.hits, result.units) == ([], [])


# --- B703, B704 ---------------------------------------------------------------------------------------


def replaced(
    files: list[FileFacts], kind: str, keys: Sequence[Key] | None, **options: object
) -> list[FileFacts]:
    new = file(kind, keys=keys, **options)  # type: ignore[arg-type]  # passed on as they are
    return [new if facts.source.name == new.source.name else facts for facts in files]


@pytest.mark.parametrize("kind", ["UP2KYO", "UP3KYO", "UPHOSOKU_000000"])
def test_a_child_without_its_parent(kind: str) -> None:
    stranger = ("352013", "0000000009", "20250325")
    ((name, hit),) = check(replaced(unit(PLAN), kind, [*USERS, stranger])).hits
    assert (hit.rule, hit.severity.value, hit.count) == ("B703", "error", 1)
    assert [(place.record, place.line, place.value) for place in hit.places] == [(3, 12, None)]
    assert name.startswith(f"in/{kind}")
    assert "居宅サービス計画1表" in hit.message
    assert "0000000009" not in hit.message


@pytest.mark.parametrize(("kind", "expected"), [("UP2KYO", 1), ("UP3KYO", 0), ("UPHOSOKU_000000", 1)])
def test_a_parent_without_its_child(kind: str, expected: int) -> None:
    hits = check(replaced(unit(PLAN), kind, USERS[:1])).hits
    assert len(hits) == expected
    for name, hit in hits:
        assert (hit.rule, name.startswith("in/UP1KYO"), hit.count, hit.places[0].record) == (
            "B703",
            True,
            1,
            2,
        )


@pytest.mark.parametrize("kind", ["UPSIKYU_202504", "UPHOSOKU_202504"])
def test_schedules_have_a_rule_of_their_own(kind: str) -> None:
    assert found(replaced(unit(SCHEDULE), kind, USERS[:1])) == [("B704", "error", "UPPLAN")]
    stranger = ("352013", "0000000009", "")
    assert found(replaced(unit(SCHEDULE), kind, [*USERS, stranger])) == [
        ("B704", "error", kind.split("_")[0])
    ]


def test_counts_are_whole_and_places_few() -> None:
    many = [("352013", f"{n:010d}", "20250325") for n in range(1, 301)]
    files = replaced(unit(PLAN), "UP1KYO", many)
    for kind in PLAN[1:]:
        files = replaced(files, kind, many[100:])
    counts = Counter({name.split("/")[1].split("_")[0]: 0 for name, _ in check(files).hits})
    for name, hit in check(files).hits:
        counts[name.split("/")[1].split("_")[0]] += hit.count
        assert [place.record for place in hit.places] == list(range(1, 11))
    assert counts == {"UP1KYO": 200}


@pytest.mark.parametrize(
    ("position", "broken"),
    [(0, "35201"), (1, "1"), (1, "４０００００００００１"), (2, "2025/3/25"), (2, ""), (2, "00000000")],
)
@pytest.mark.parametrize("kind", PLAN)
def test_a_broken_key_is_the_items_fault_alone(kind: str, position: int, broken: str) -> None:
    key = (*USERS[0][:position], broken, *USERS[0][position + 1 :])
    assert check(replaced(unit(PLAN), kind, [key, USERS[1]])).hits == []


def test_what_was_not_read_lacks_nothing() -> None:
    assert check(replaced(unit(PLAN), "UP1KYO", None)).hits == []
    assert check(replaced(unit(PLAN), "UP2KYO", None)).hits == []
    assert check(replaced(unit(PLAN), "UP1KYO", None, edition=None)).hits == []
    assert check(replaced(unit(PLAN), "UP1KYO", USERS[:1], damaged=True)).hits == []
    assert found(
        replaced(unit(PLAN), "UP2KYO", [*USERS, ("352013", "0000000009", "20250325")], damaged=True)
    ) == [("B703", "error", "UP2KYO")]


def test_empty_files_are_told_by_their_partners() -> None:
    assert [rule for rule, _, _ in found(replaced(unit(PLAN), "UP2KYO", []))] == ["B703"]


def test_keys_are_compared_within_one_unit_only() -> None:
    other = [("352013", "0000000007", "20250325")]
    files = unit(PLAN) + unit(PLAN, to=f"{C}_11", keys=other)
    assert check(files).hits == []
    assert check(unit(PLAN, folder="a") + unit(PLAN, folder="b", keys=other)).hits == []


def test_files_that_are_absent_are_not_compared() -> None:
    assert [rule for rule, _, _ in found(unit(["UP2KYO", "UP3KYO"], keys=USERS[:1]))] == ["B701"]


def test_editions_of_different_files_may_differ_in_a_unit() -> None:
    old = [file(k, by=A, to=B, edition="202407") for k in ("UP1KYO", "UP2KYO", "UP3KYO", "UPHOSOKU_000000")]
    assert check(old).hits == []


def test_many_units_in_little_time() -> None:
    files = [
        file(kind, to=f"{with_check_digit(f'3570{n:05d}')}_11", keys=None)
        for n in range(2000)
        for kind in PLAN[:3]
    ]
    assert len(check(files).hits) == 2000

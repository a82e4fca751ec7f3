"""Incomplete groups find the partner that a search through all pairs finds, and find it in time."""

from __future__ import annotations

import time
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st
from test_bundles import PLAN, SCHEDULE, A, B, C, file

from careplan_csv.checks.collected.file_facts import FileFacts
from careplan_csv.checks.units.incomplete_groups import Mismatch, joined
from careplan_csv.checks.units.transmission_units import _groups, _members, find_units
from careplan_csv.checks.units.unit_groups import PARTS, Group, Kind, UnitMember
from careplan_csv.standard import standard

SERIALS = ("20250401090000", "20250401090001", "2025", "20259901090000")
FILES = st.builds(
    file,
    st.sampled_from((*PLAN, *SCHEDULE, "UPPLAN_202505", "UPSIKYU_209913", "DLT1KYO")),
    to=st.sampled_from((f"{B}_11", f"{C}_11", f"{B}_15", "3570000000_11")),
    by=st.sampled_from((f"{A}_43", f"{C}_43")),
    serial=st.sampled_from(SERIALS),
    folder=st.sampled_from(("in", "other")),
)


def groups_of(files: Sequence[FileFacts]) -> tuple[list[Group], list[Mismatch]]:
    # One after another, as the checker gives them: no two of one name in one folder.
    once = {facts.source.name: facts for facts in files}
    return find_units(list(once.values()), (), standard())


def differences(one: UnitMember, other: UnitMember) -> tuple[str, ...]:
    unsure = one.unsure | other.unsure
    return tuple(part for part in PARTS if part not in unsure and one.part(part) != other.part(part))


def pair_by_pair(groups: list[Group]) -> list[Group]:
    """The same as `joined`, by comparing every group with every other one."""
    waiting = [group for group in groups if group.missing]
    kinds_of: dict[frozenset[Kind], list[Group]] = {}
    for group in waiting:
        kinds_of.setdefault(group.kinds, []).append(group)
    taken: list[Group] = []
    for group in sorted(groups, key=lambda group: -len(group.members)):
        while group.missing and not any(group is other for other in taken):
            lacking = {(file.prefix, file.month) for file in group.missing if file.missing == "error"}
            found = [
                (len(differing), other.members[0].folder != group.members[0].folder, number, other)
                for number, (kinds, other) in enumerate(
                    (kinds, other) for kinds, alike in kinds_of.items() for other in alike
                )
                if other.unit is group.unit
                and not kinds & group.kinds
                and any(other is one for one in waiting)
                and "serial" not in (differing := differences(group.members[0], other.members[0]))
                and (not differing or not lacking - kinds)
            ]
            if not found:
                break
            best = min(found)[3]
            group.members += best.members
            group.surplus += best.surplus
            taken.append(best)
            waiting = [one for one in waiting if one is not group and one is not best]
    return [group for group in groups if not any(group is other for other in taken)]


def members_of(groups: list[Group]) -> list[list[str]]:
    return [[member.source_name for member in (*group.members, *group.surplus)] for group in groups]


@settings(max_examples=300, deadline=None)
@given(st.lists(FILES, max_size=14))
def test_it_finds_what_a_search_pair_by_pair_finds(files: list[FileFacts]) -> None:
    once = list({facts.source.name: facts for facts in files}.values())
    expected = pair_by_pair(_groups(_members(once, (), standard())))
    groups, _ = find_units(once, (), standard())
    assert members_of(groups) == members_of(expected)


@settings(max_examples=300, deadline=None)
@given(st.lists(FILES, max_size=14))
def test_no_file_is_lost_and_what_differs_is_told(files: list[FileFacts]) -> None:
    groups, mismatches = groups_of(files)
    members = [m.source_name for group in groups for m in (*group.members, *group.surplus)]
    assert sorted(members) == sorted(set(members))
    for group in groups:
        told = [mismatch.stray for mismatch in mismatches if mismatch.group is group]
        assert len({member.kind for member in group.members}) == len(group.members)
        assert all(any(stray is member for member in group.members) for stray in told)
    for mismatch in mismatches:
        assert mismatch.parts == differences(mismatch.sibling, mismatch.stray)
        assert "serial" not in mismatch.parts


def test_the_nearest_is_taken_and_the_first_of_equals() -> None:
    lacks = [file("UPPLAN_202504"), file("UPHOSOKU_202504")]
    further = file("UPSIKYU_202504", to=f"{C}_15", folder="a")
    elsewhere = file("UPSIKYU_202504", to=f"{C}_11", folder="other")
    near = file("UPSIKYU_202504", to=f"{C}_11", by=f"{A}_43", folder="in")
    _, [mismatch] = groups_of([*lacks, further, elsewhere, near])
    assert (mismatch.stray.source_name, mismatch.parts) == (near.source.name, ("receiver_office",))


def test_many_gaps_are_seen_in_time() -> None:
    """Thousands of halves of units, written in the same second: compared pair by pair they take minutes."""
    facts = [
        file(kind, serial=SERIALS[0], folder=f"{kind}{number}", keys=())
        for kind in ("UP1KYO", "UP2KYO")
        for number in range(4000)
    ]
    halves = [
        Group((member,)) for group in find_units(facts[::4000], (), standard())[0] for member in group.members
    ]
    members = [half.members[0] for half in halves]
    groups = [
        Group(
            (
                UnitMember(
                    facts[number],
                    member.name,
                    member.slot,
                    (*member.said[:-1], f"{number:06}"),
                    member.unsure,
                    examined=True,
                ),
            )
        )
        for member in members
        for number in range(4000)
    ]
    started = time.process_time()
    together, _ = joined(groups)
    assert time.process_time() - started < 10
    assert len(together) == 4000

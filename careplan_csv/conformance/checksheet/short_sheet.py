"""The short checksheet: the fewest steps and people that show every import of a profile once."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import replace
from enum import StrEnum

from careplan_csv.conformance.checksheet.kit_records import INSURED, Opened, OpenedKit, SentFile
from careplan_csv.conformance.kit.kit_model import Expectation, Kit
from careplan_csv.standard import Direction, MonthPart, Need, standard

_File = tuple[str, MonthPart]


class Length(StrEnum):
    """The length of a checksheet."""

    SHORT = "short"
    """Every requirement of the profile once."""
    LONG = "long"
    """Every step of the kit."""

    @property
    def label(self) -> str:
        return {"short": "短い確認表", "long": "長い確認表"}[self.value]


def essential(kit: OpenedKit) -> tuple[Opened, ...]:
    """The first steps with the required files, for one person without changes and those who are deleted."""
    chosen = tuple(_steps(kit))
    deleted = {
        person for opened in chosen for sent in opened.csv if sent.variant.deletes for person in sent.people
    }
    return tuple(_with(opened, deleted | _plain(opened, deleted)) for opened in chosen)


def _steps(kit: OpenedKit) -> Iterator[Opened]:
    left = set(_wanted(kit.kit))
    for opened in kit.steps:
        step = opened.step
        if step not in kit.kit.inbox or step.expectation is not Expectation.IMPORT:
            continue
        shown = {(sent.layout.prefix, sent.month) for sent in opened.csv}
        if shown & left:
            left -= shown
            yield opened


def _wanted(kit: Kit) -> Set[_File]:
    return {
        (prefix, row.month)
        for row in standard().profile(kit.profile).requirements
        if row.needs[kit.office_type, Direction.IMPORT] is not Need.NONE
        for prefix in row.prefixes
    }


def _plain(opened: Opened, deleted: Set[str]) -> Set[str]:
    """A person without changes."""
    people = (person for sent in opened.csv for person in sent.people if person not in deleted)
    return {next(people, "")}


def _with(opened: Opened, people: Set[str]) -> Opened:
    csv = tuple(_only(sent, people) for sent in opened.csv)
    users = tuple(number for number in opened.step.users if number in people)
    return replace(opened, csv=csv, step=replace(opened.step, users=users))


def _only(sent: SentFile, people: Set[str]) -> SentFile:
    return replace(sent, records=tuple(r for r in sent.records if r.get(INSURED, "") in people))

"""A subsidy programme as data: who, what, which expenses, which rate, up to how much, by when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction


class ProofBy(StrEnum):
    """What shows that a requirement is met."""

    DECLARED = "declared"
    PREFECTURE = "prefecture"
    SERVICE = "service"
    ASSESSMENT = "assessment"


@dataclass(frozen=True, slots=True)
class ProgrammeSource:
    """Where a rule comes from; `second_hand`: from what quotes the original. `short`: a name for sentences."""

    id: str
    short: str
    name: str
    second_hand: bool

    @property
    def label(self) -> str:
        """Its name, which shows if it is second-hand."""
        return f"{self.name}（原本を確かめていない、間接の資料）" if self.second_hand else self.name


@dataclass(frozen=True, slots=True)
class Question:
    """Something about the office or the case that is answered with yes or no."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class SubsidyRequirement:
    """One requirement.

    Attributes:
        group: the letter of the outline (ア, イ, ウ), or 対象 for the office itself.
        value: what is asked for where `proof` is PREFECTURE.
        needed: False for what is optional.
        applies: key of the question that says whether it applies; empty if it always does.
        remedy: what to do where it is not shown, a sentence in Japanese.
        not_met: what to do where it is not met, if anything can be done.
        unexamined: why careplan-csv does not examine it, a sentence; empty where that needs no saying.
    """

    key: str
    group: str
    text: str
    proof: ProofBy
    source: ProgrammeSource
    remedy: str
    not_met: str = ""
    value: str = ""
    needed: bool = True
    applies: str = ""
    unexamined: str = ""


@dataclass(frozen=True, slots=True)
class ExpenseCondition:
    """What must be true for an expense to count; `refused` is the sentence if it is not."""

    key: str
    text: str
    refused: str


@dataclass(frozen=True, slots=True)
class ExpenseKind:
    """A kind of expense. `second_time`: whether it counts when an office applies again."""

    kind: str
    group: str
    name: str
    eligible: bool
    reason: str
    source: ProgrammeSource
    asks: ExpenseCondition | None = None
    second_time: bool = True


@dataclass(frozen=True, slots=True)
class RateRule:
    """The part of the expense that is paid: `raised` if one of the conditions holds, else `default`."""

    default: Fraction
    source: ProgrammeSource
    raised: Fraction | None = None
    conditions: Sequence[Question] = ()


@dataclass(frozen=True, slots=True)
class CeilingRule:
    """The most that is paid, in yen: fixed, or one of `choices` that the applicant names."""

    source: ProgrammeSource
    yen: int = 0
    choices: Sequence[int] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class CeilingCase:
    """A case that replaces the ceiling or adds to it, in yen."""

    key: str
    yen: int
    text: str
    source: ProgrammeSource


@dataclass(frozen=True, slots=True)
class SubsidyDocument:
    """A document to hand in. `applies`: as for a requirement."""

    name: str
    send: str
    source: ProgrammeSource
    applies: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Deadline:
    """The first and the last day on which applications are taken."""

    first: date
    last: date
    source: ProgrammeSource
    note: str = ""


@dataclass(frozen=True, slots=True)
class Programme:
    """A subsidy programme.

    Attributes:
        profiles: ids of the tables of requirements whose assessment counts as proof.
        first, second: ceilings of a first and of a second application, one for each source that names
            another; no `second`: nobody can apply twice, or the sources do not say.
        instead, additions: cases in which another ceiling applies, or more is added.
        rounding: amounts below so many yen are cut off.
        lease_second_time: whether leases count when an office applies again.
        contract_after_decision: whether only contracts from the day of the decision on count.
    """

    id: str
    name: str
    addressee: str
    sources: Sequence[ProgrammeSource]
    profiles: Sequence[str]
    questions: Sequence[Question]
    refused_services: Sequence[str]
    requirements: Sequence[SubsidyRequirement]
    expenses: Sequence[ExpenseKind]
    rate: RateRule
    first: Sequence[CeilingRule]
    second: Sequence[CeilingRule]
    instead: Sequence[CeilingCase]
    additions: Sequence[CeilingCase]
    rounding: int
    documents: Sequence[SubsidyDocument]
    deadline: Deadline | None
    notes: Sequence[str]
    lease_second_time: bool = True
    contract_after_decision: bool = True

    @property
    def is_own(self) -> bool:
        """Whether somebody else wrote the rules: their id tells the contents too."""
        return "@" in self.id

    @property
    def declared(self) -> Sequence[SubsidyRequirement]:
        """The requirements that the applicant answers."""
        return [one for one in self.requirements if one.proof is ProofBy.DECLARED]

    @property
    def conditions(self) -> Sequence[ExpenseCondition]:
        """The conditions of expenses, each key once."""
        return list({kind.asks.key: kind.asks for kind in self.expenses if kind.asks}.values())

    def expense(self, word: str) -> ExpenseKind | None:
        """The kind of expense that a word names, in English or in Japanese."""
        return next((kind for kind in self.expenses if word in (kind.kind, kind.name)), None)

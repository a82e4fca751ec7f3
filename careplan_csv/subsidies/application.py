"""application.toml: what an office says about itself, its software and its expenses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from careplan_csv.subsidies.programme import ExpenseKind, Programme


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to a requirement. `by`: what shows it, in the applicant's words; may be empty."""

    met: bool
    by: str = ""


@dataclass(frozen=True, slots=True)
class Expense:
    """One expense.

    Attributes:
        yen: its amount.
        lease: whether it is a lease.
        conditions: the answers on which it depends, by key.
        contracted_on: the day of the contract; None if there is none yet.
    """

    name: str
    kind: ExpenseKind
    yen: int
    lease: bool = False
    conditions: Mapping[str, bool] = field(default_factory=dict)
    contracted_on: date | None = None


@dataclass(frozen=True, slots=True)
class Application:
    """The whole of application.toml. What is not answered is not in the mappings, is None, or is empty.

    Attributes:
        facts: the answers to the programme's questions, by key.
        requirements, conditions, cases: the answers about requirements, the rate, and the ceiling, by key.
        second_time: whether the office applies again.
        sent_on, decided_on: the day of the application and of the decision.
        ceiling: the chosen ceiling in yen.
    """

    programme: Programme
    office_name: str = ""
    prefecture: str = ""
    service: str = ""
    product_name: str = ""
    vendor_name: str = ""
    facts: Mapping[str, bool] = field(default_factory=dict)
    requirements: Mapping[str, Answer] = field(default_factory=dict)
    conditions: Mapping[str, bool] = field(default_factory=dict)
    cases: Mapping[str, bool] = field(default_factory=dict)
    second_time: bool | None = None
    sent_on: date | None = None
    decided_on: date | None = None
    ceiling: int | None = None
    expenses: Sequence[Expense] = ()

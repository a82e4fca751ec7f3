"""The whole answer to an application: requirements, expenses, amount, what is missing, documents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from careplan_csv.conformance.requirements.judged_software import JudgedSoftware
from careplan_csv.japanese_dates import japanese_date
from careplan_csv.subsidies.application import Application
from careplan_csv.subsidies.programme import SubsidyDocument
from careplan_csv.subsidies.subsidy_amount import (
    SubsidyAmount,
    SubsidyRate,
    is_second,
    subsidy_amounts,
    subsidy_rate,
)
from careplan_csv.subsidies.subsidy_expenses import (
    Counting,
    ExpenseOutcome,
    eligible_yen,
    expense_outcomes,
)
from careplan_csv.subsidies.subsidy_requirements import (
    Outcome,
    RequirementOutcome,
    requirement_outcomes,
)

DECISION = "交付を決めるのは都道府県です。"
"""Ends whatever is said about a subsidy."""


@dataclass(frozen=True, slots=True)
class NeededDocument:
    """A document to hand in. `is_certain`: whether the answers show that this office needs it."""

    document: SubsidyDocument
    is_certain: bool


@dataclass(frozen=True, slots=True)
class SubsidyCalculation:
    """What can be said of an application.

    Attributes:
        eligible: the sum of the expenses that count, in yen.
        amounts: one for each ceiling that the sources name, the lowest first; empty if not known yet.
        missing, not_met: sentences in Japanese on what is not shown yet, and on what is not met.
    """

    application: Application
    requirements: Sequence[RequirementOutcome]
    expenses: Sequence[ExpenseOutcome]
    eligible: int
    rate: SubsidyRate
    amounts: Sequence[SubsidyAmount]
    missing: Sequence[str]
    not_met: Sequence[str]
    documents: Sequence[NeededDocument]

    @property
    def yen(self) -> int | None:
        """The amount in yen, the lowest of those that the sources give; None if not known yet."""
        return self.amounts[0].yen if self.amounts else None

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing and all is met."""
        return not self.missing and not self.not_met


def calculated(application: Application, judged: JudgedSoftware | None = None) -> SubsidyCalculation:
    """Calculate an application.

    Args:
        judged: the verdict of `assess` on the software, if there is one.
    """
    requirements = requirement_outcomes(application, judged)
    expenses = expense_outcomes(application)
    eligible, rate = eligible_yen(expenses), subsidy_rate(application)
    amounts = subsidy_amounts(application, eligible, rate)
    return SubsidyCalculation(
        application=application,
        requirements=requirements,
        expenses=expenses,
        eligible=sum(eligible),
        rate=rate,
        amounts=amounts,
        missing=[*_missing_answers(application), *_open(requirements, expenses)],
        not_met=list(_not_met(application, requirements, expenses, amounts)),
        documents=list(_documents(application)),
    )


def _missing_answers(application: Application) -> Iterator[str]:
    programme = application.programme
    for question in programme.questions:
        if question.key not in application.facts:
            yield f"[office] の {question.key}: 「{question.text}」に答えてください（true か false）。"
    if is_second(application) is None:
        yield "[application] の first_time か second_time: 1回目なら first_time を、2回目なら second_time を true にしてください。"
    conditions = application.conditions
    if not any(conditions.values()):
        for condition in programme.rate.conditions:
            if condition.key not in conditions:
                yield f"[rate] の {condition.key}: 「{condition.text}」に当てはまるかを答えてください（true か false）。"
    yield from _missing_ceiling(application)
    if programme.deadline and application.sent_on is None:
        yield "[application] の sent_on: 提出する日を書いてください。"
    if not application.expenses:
        yield "[[expenses]]: 経費を書いてください。"


def _missing_ceiling(application: Application) -> Iterator[str]:
    programme, cases = application.programme, application.cases
    for case in (*programme.instead, *programme.additions):
        if case.key not in cases:
            yield f"[application] の {case.key}: 「{case.text}」に当てはまるかを答えてください（true か false）。"
    choices = [rule for rule in programme.first if rule.choices]
    if choices and application.ceiling is None and not any(cases.get(one.key) for one in programme.instead):
        words = "、".join(f"{yen:,}円" for yen in choices[0].choices)
        yield f"[application] の ceiling: {choices[0].text}を、{words}から選んで書いてください。"


def _open(requirements: Sequence[RequirementOutcome], expenses: Sequence[ExpenseOutcome]) -> Iterator[str]:
    for one in requirements:
        if one.outcome is Outcome.OPEN and one.requirement.needed:
            yield f"{one.requirement.group}「{one.requirement.text}」: {one.by}{one.remedy}"
    for expense in expenses:
        if expense.counting is Counting.OPEN:
            yield f"経費「{expense.expense.name}」: {expense.reason}"


def _not_met(
    application: Application,
    requirements: Sequence[RequirementOutcome],
    expenses: Sequence[ExpenseOutcome],
    amounts: Sequence[SubsidyAmount],
) -> Iterator[str]:
    for one in requirements:
        if one.outcome is Outcome.NOT_MET and one.requirement.needed:
            yield f"{one.requirement.group}「{one.requirement.text}」を満たしていません。{one.by}{one.remedy}"
    deadline, sent_on = application.programme.deadline, application.sent_on
    if deadline and sent_on and not deadline.first <= sent_on <= deadline.last:
        yield (
            f"提出する日（{japanese_date(sent_on)}）が、受付の期間"
            f"（{japanese_date(deadline.first)}から{japanese_date(deadline.last)}まで）にありません。"
        )
    if application.second_time and not application.programme.second:
        yield "2回目の申請については、この補助金の資料に書かれていません。都道府県に確かめてください。"
    if not application.expenses or any(one.counting is Counting.OPEN for one in expenses):
        return
    if all(one.counting is Counting.REFUSED for one in expenses):
        yield "対象になる経費がありません。"
    elif amounts and not amounts[0].yen:
        yield "計算した補助の額が 0円です。経費の金額を確かめてください。"


def _documents(application: Application) -> Iterator[NeededDocument]:
    """What to hand in; a document for some offices only is left out if the answers say so."""
    for document in application.programme.documents:
        applies = application.facts.get(document.applies) if document.applies else True
        if applies is not False:
            yield NeededDocument(document, bool(applies))

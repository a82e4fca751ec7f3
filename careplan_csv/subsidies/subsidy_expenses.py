"""Which expenses count, and why others do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from careplan_csv.japanese_dates import japanese_date
from careplan_csv.subsidies.application import Application, Expense


class Counting(StrEnum):
    """Whether an expense counts."""

    ELIGIBLE = "eligible"
    REFUSED = "refused"
    OPEN = "open"

    @property
    def label(self) -> str:
        """In Japanese."""
        return {"eligible": "対象", "refused": "対象外", "open": "要確認"}[self.value]


@dataclass(frozen=True, slots=True)
class ExpenseOutcome:
    """Whether one expense counts; `reason` is a sentence in Japanese."""

    expense: Expense
    counting: Counting
    reason: str


def expense_outcomes(application: Application) -> Sequence[ExpenseOutcome]:
    """Whether each expense counts; what is not known yet does not count so far."""
    return [ExpenseOutcome(one, *_counting(one, application)) for one in application.expenses]


def eligible_yen(outcomes: Sequence[ExpenseOutcome]) -> Sequence[int]:
    """The amounts of what counts, each in yen."""
    return [one.expense.yen for one in outcomes if one.counting is Counting.ELIGIBLE]


def _counting(expense: Expense, application: Application) -> tuple[Counting, str]:
    if refusal := _refusal(expense, application):
        return Counting.REFUSED, refusal
    asked = expense.kind.asks
    if asked and asked.key not in expense.conditions:
        return (
            Counting.OPEN,
            f"「{asked.text}」に答えていません（{asked.key} = true か false）。{asked.refused}",
        )
    return Counting.ELIGIBLE, expense.kind.reason


def _refusal(expense: Expense, application: Application) -> str:
    """Why an expense does not count; empty if nothing speaks against it."""
    kind, programme = expense.kind, application.programme
    if not kind.eligible:
        return kind.reason
    if application.second_time and not kind.second_time:
        return f"{kind.name}の費用は、2回目の申請では対象になりません。"
    if application.second_time and expense.lease and not programme.lease_second_time:
        return "リースの費用は、2回目の申請では対象になりません。"
    if kind.asks and expense.conditions.get(kind.asks.key) is False:
        return kind.asks.refused
    return _contracted_too_early(expense, application) if programme.contract_after_decision else ""


def _contracted_too_early(expense: Expense, application: Application) -> str:
    if expense.contracted_on is None:
        return ""
    day = japanese_date(expense.contracted_on)
    if application.decided_on is None:
        return f"{day}に契約していますが、交付の決定の日（decided_on）がありません。決定の前に契約したものは対象になりません。"
    if expense.contracted_on < application.decided_on:
        decided = japanese_date(application.decided_on)
        return f"交付の決定（{decided}）の前の{day}に契約しているため、対象になりません。"
    return ""

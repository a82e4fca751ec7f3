"""The rate, the ceiling and the amount, step by step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from careplan_csv.subsidies.application import Application
from careplan_csv.subsidies.programme import CeilingRule, ProgrammeSource
from careplan_csv.subsidies.yen import shown_yen

_TERMS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class SubsidyRate:
    """The part of the expenses that is paid, with a sentence in Japanese that says why."""

    value: Fraction
    reason: str

    @property
    def label(self) -> str:
        """Such as 3/4."""
        return f"{self.value.numerator}/{self.value.denominator}"


@dataclass(frozen=True, slots=True)
class AmountStep:
    """One step of a calculation and its result in yen."""

    text: str
    yen: int


@dataclass(frozen=True, slots=True)
class SubsidyAmount:
    """An amount in yen after one source's ceiling, with the steps that lead to it."""

    source: ProgrammeSource
    ceiling: int
    steps: Sequence[AmountStep]

    @property
    def yen(self) -> int:
        """The result of the last step."""
        return self.steps[-1].yen


def subsidy_rate(application: Application) -> SubsidyRate:
    """The rate that the answers give."""
    rule = application.programme.rate
    if rule.raised is None:
        return SubsidyRate(rule.default, "この補助金の補助率は1つです。")
    met = [one.text for one in rule.conditions if application.conditions.get(one.key)]
    if met:
        return SubsidyRate(rule.raised, f"次に当てはまるためです。{'／'.join(met)}。")
    if all(one.key in application.conditions for one in rule.conditions):
        return SubsidyRate(rule.default, "高いほうの補助率の条件に、1つも当てはまらないためです。")
    return SubsidyRate(
        rule.default,
        "高いほうの補助率の条件に当てはまるという回答がないため、低いほうで計算しています。",
    )


def subsidy_amounts(
    application: Application, eligible: Sequence[int], rate: SubsidyRate
) -> Sequence[SubsidyAmount]:
    """The amount for each ceiling that the sources name, the lowest first.

    Args:
        eligible: the expenses that count, each in yen.

    Returns:
        Empty where the ceiling is not known yet, or there is none for a second application.
    """
    programme = application.programme
    second = is_second(application)
    if second is None:
        return []
    amounts = []
    for rule in programme.second if second else programme.first:
        ceiling, words = _ceiling(application, rule)
        if ceiling:
            amounts.append(_amount(application, eligible, rate, rule, ceiling, words))
    return sorted(amounts, key=lambda amount: amount.ceiling)


def is_second(application: Application) -> bool | None:
    """Whether it is a second application; None if that matters and is not known."""
    if application.second_time is None and not application.programme.second:
        return False
    return application.second_time


def _ceiling(application: Application, rule: CeilingRule) -> tuple[int, str]:
    """The ceiling in yen and how it comes about; 0 where it is not known."""
    programme = application.programme
    base = rule.yen or application.ceiling or 0
    instead = next((one for one in programme.instead if application.cases.get(one.key)), None)
    if instead:
        base = instead.yen
    added = [one for one in programme.additions if application.cases.get(one.key)]
    if not base:
        return 0, ""
    words = [f"{instead.text}ときの {shown_yen(base)}" if instead else shown_yen(base)]
    words += [f"{one.text}ときの {shown_yen(one.yen)}" for one in added]
    return base + sum(one.yen for one in added), " ＋ ".join(words) if len(words) > 1 or instead else ""


def _amount(
    application: Application,
    expenses: Sequence[int],
    rate: SubsidyRate,
    rule: CeilingRule,
    ceiling: int,
    words: str,
) -> SubsidyAmount:
    eligible = sum(expenses)
    share = eligible * rate.value.numerator // rate.value.denominator
    rest = "、1円未満は切り捨て" if eligible * rate.value.numerator % rate.value.denominator else ""
    unit = application.programme.rounding
    capped = min(share, ceiling)
    how = f"（{words}）" if words else ""
    above = "を超えるため、上限の額" if share > ceiling else "を超えないため、そのまま"
    steps = [
        AmountStep(f"対象になる経費の合計{_terms(expenses)}", eligible),
        AmountStep(f"補助率 {rate.label} を掛ける（{shown_yen(eligible)} × {rate.label}{rest}）", share),
        AmountStep(f"上限 {shown_yen(ceiling)}{how}{above}", capped),
    ]
    if unit > 1:
        steps.append(AmountStep(f"{shown_yen(unit)}未満を切り捨てる", capped // unit * unit))
    return SubsidyAmount(rule.source, ceiling, steps)


def _terms(expenses: Sequence[int]) -> str:
    """The terms of the sum, where there are several that can be read at a glance."""
    words = " ＋ ".join(map(shown_yen, expenses))
    return f"（{words}）" if 2 <= len(expenses) <= _TERMS_SHOWN else ""

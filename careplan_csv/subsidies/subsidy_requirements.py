"""Whether each requirement of a programme is met, and by what."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from careplan_csv.conformance.requirements.judged_software import JudgedSoftware
from careplan_csv.findings import printable
from careplan_csv.results import Status
from careplan_csv.standard import OfficeSide
from careplan_csv.subsidies.application import Application
from careplan_csv.subsidies.programme import ProofBy, SubsidyRequirement


class Outcome(StrEnum):
    """Whether a requirement is met."""

    MET = "met"
    NOT_MET = "not_met"
    OPEN = "open"
    NOT_ASKED = "not_asked"

    @property
    def label(self) -> str:
        """In Japanese."""
        return _LABELS[self]


_LABELS = {
    Outcome.MET: "満たす",
    Outcome.NOT_MET: "満たさない",
    Outcome.OPEN: "これから示す",
    Outcome.NOT_ASKED: "求められない",
}
_BETWEEN = re.compile(r"[・、，,/／]")
"""What stands between the names of several services."""
_PLANNING = ("居宅介護支援", "介護予防支援", "包括支援")
"""Words in the names of services that make plans."""
_BOTH = "多機能"
"""A word in the names of services that make plans and give services."""


@dataclass(frozen=True, slots=True)
class RequirementOutcome:
    """The outcome of one requirement; `by` says by what, or why not, in Japanese."""

    requirement: SubsidyRequirement
    outcome: Outcome
    by: str

    @property
    def label(self) -> str:
        """The outcome in Japanese; it shows if nothing but an answer is behind it."""
        is_answer = self.outcome is Outcome.MET and self.requirement.proof is ProofBy.DECLARED
        return f"{self.outcome.label}（回答）" if is_answer else self.outcome.label

    @property
    def remedy(self) -> str:
        """What to do; empty where nothing is to be done."""
        if self.outcome is Outcome.NOT_MET:
            return self.requirement.not_met
        return self.requirement.remedy if self.outcome is Outcome.OPEN else ""


def requirement_outcomes(
    application: Application, judged: JudgedSoftware | None
) -> Sequence[RequirementOutcome]:
    """The outcome of every requirement of the application's programme.

    Args:
        judged: the verdict of `assess`, if there is one.
    """
    return [
        RequirementOutcome(one, *_outcome(one, application, judged))
        for one in application.programme.requirements
    ]


def _outcome(
    requirement: SubsidyRequirement, application: Application, judged: JudgedSoftware | None
) -> tuple[Outcome, str]:
    if requirement.applies and application.facts.get(requirement.applies) is False:
        return Outcome.NOT_ASKED, "この事業所には求められません。"
    match requirement.proof:
        case ProofBy.DECLARED:
            return _declared(requirement, application)
        case ProofBy.PREFECTURE:
            return _in_prefecture(requirement, application)
        case ProofBy.SERVICE:
            return _served(application)
        case ProofBy.ASSESSMENT:
            return _assessed(application, judged)


def _declared(requirement: SubsidyRequirement, application: Application) -> tuple[Outcome, str]:
    answer = application.requirements.get(requirement.key)
    if answer is None:
        return Outcome.OPEN, f"まだ答えていません（[requirements] の {requirement.key}）。"
    by = f"申請者の回答（{answer.by}）によります。" if answer.by else "申請者の回答によります。"
    if requirement.unexamined:
        by += f"careplan-csv では未確認です。{requirement.unexamined}"
    return (Outcome.MET if answer.met else Outcome.NOT_MET), by


def _in_prefecture(requirement: SubsidyRequirement, application: Application) -> tuple[Outcome, str]:
    if not application.prefecture:
        return Outcome.OPEN, "事業所の都道府県を書いていません。"
    place = _plain(application.prefecture)
    is_there = place.startswith(requirement.value) or place == requirement.value[:-1]
    return (Outcome.MET if is_there else Outcome.NOT_MET), f"事業所は{application.prefecture}にあります。"


def _served(application: Application) -> tuple[Outcome, str]:
    if not _BETWEEN.sub("", application.service):
        return Outcome.OPEN, "サービスの種類を書いていません。"
    refused = [_plain(name) for name in application.programme.refused_services]
    is_refused = [_plain(part) in refused for part in _BETWEEN.split(application.service) if part]
    said = f"サービスの種類は「{application.service}」です。"
    if all(is_refused):
        return Outcome.NOT_MET, said
    if any(is_refused):
        return Outcome.OPEN, f"{said}対象にならないサービスが含まれています。"
    return Outcome.MET, said


def _assessed(application: Application, judged: JudgedSoftware | None) -> tuple[Outcome, str]:
    if judged is None:
        return Outcome.OPEN, "careplan-csv の判定がありません。"
    if other := _is_about_other(application, judged):
        return Outcome.OPEN, other
    declared = "（自己申告を含む）" if judged.is_declared else ""
    by = (
        f"careplan-csv の判定（{judged.profile.name}、{judged.office_type.name}）は、"
        f"{judged.verdict.label}{declared}です。"
    )
    if judged.verdict is Status.NONCONFORMANT:
        return Outcome.NOT_MET, by
    return (Outcome.MET if judged.verdict is Status.CONFORMANT else Outcome.OPEN), by


def _is_about_other(application: Application, judged: JudgedSoftware) -> str:
    """Why a verdict is no proof for this application, a sentence; empty if it is one."""
    if judged.is_sample:
        return "careplan-csv の判定は見本で、製品を確かめたものではありません。"
    if judged.profile.id not in application.programme.profiles:
        return f"careplan-csv の判定は、別の要件の表（{judged.profile.name}）によるものです。"
    product, judged_product = _plain(application.product_name), _plain(judged.product_name)
    if product and judged_product and product != judged_product:
        return f"careplan-csv の判定は、別の製品（{printable(judged.product_name)}）のものです。"
    service = _plain(application.service)
    is_planning = judged.office_type.side is not OfficeSide.SERVICE
    if service and _BOTH not in service and is_planning != any(word in service for word in _PLANNING):
        return f"careplan-csv の判定は、別の事業所の種類（{judged.office_type.name}）のものです。"
    return ""


def _plain(text: str) -> str:
    """A name without what tells no difference: width, blanks, capitals, the word 事業所."""
    plain = "".join(unicodedata.normalize("NFKC", text).split()).casefold()
    return plain.removesuffix("事業所")

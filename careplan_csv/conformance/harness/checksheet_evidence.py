"""Evidence from the answers of a checksheet (自己申告)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from careplan_csv.conformance.checksheet.answer_workbook import AnswersProblem
from careplan_csv.conformance.checksheet.answers import Answered, Answers, answered, length_of
from careplan_csv.conformance.checksheet.sheet import KitPart, QuestionKind, sheet_of
from careplan_csv.conformance.harness.harness_findings import AspectResult, Means
from careplan_csv.conformance.harness.harness_result import HarnessResult
from careplan_csv.conformance.kit.kit_model import Aspect, Kit
from careplan_csv.conformance.requirements.cell_evidence import Cell, CellEvidence
from careplan_csv.results import Evidence, Status
from careplan_csv.standard import Direction, Need, ProfileRequirement, standard

_DESIRABLE = (QuestionKind.REASON, QuestionKind.NOTICE)
"""Questions that do not affect the result, because no contents are lost."""


def check_answers(kit: Kit, answers: Answers) -> None:
    """Refuse answers that were given for another kit.

    Raises:
        AnswersProblem: they belong to another kit.
    """
    wanted = {
        "profile": kit.profile,
        "office_type": kit.office_type,
        "edition": kit.edition,
        "seed": str(kit.seed),
    }
    for name, value in wanted.items():
        given = str(getattr(answers, name))
        if given != value:
            raise AnswersProblem(
                f"別のキットの確認表です（確認表: {given or '記載なし'}、キット: {value}）。"
                "このキットの checksheet.xlsx に記入してください。"
            )


def with_answers(harness: HarnessResult, answers: Answers) -> HarnessResult:
    """Add the evidence of answers to a result; evidence of the harness has priority."""
    given = answered(sheet_of(harness.kit, length_of(answers)), answers)
    declared = _cells(harness.kit, given)
    aspects = {cell.aspect: cell for cell in _aspects(given)}
    return replace(
        harness,
        cells={**declared, **harness.cells},
        aspects=tuple(
            aspects.get(cell.aspect, cell) if cell.evidence is Evidence.NONE else cell
            for cell in harness.aspects
        ),
        means=tuple(means for means in Means if means in (*harness.means, Means.CHECKSHEET)),
    )


def _cells(kit: Kit, given: Sequence[Answered]) -> dict[Cell, CellEvidence]:
    cells = {}
    profile = standard().profile(kit.profile)
    for row in profile.requirements:
        relevant = [one for one in given if _is_about(row, one)]
        if relevant and row.needs[kit.office_type, Direction.IMPORT] is not Need.NONE:
            status, reason = _decided(relevant)
            evidence = Evidence.NONE if status is Status.UNVERIFIED else Evidence.DECLARED
            rule = "" if status is Status.CONFORMANT else "H803"
            cells[row.letter, Direction.IMPORT] = CellEvidence(
                status, evidence, reason, means=Means.CHECKSHEET.label, rule=rule
            )
    return cells


def _is_about(row: ProfileRequirement, one: Answered) -> bool:
    question = one.question
    return (
        question.place is KitPart.INBOX
        and question.prefix in row.prefixes
        and question.month is row.month
        and question.kind not in _DESIRABLE
    )


def _aspects(given: Sequence[Answered]) -> list[AspectResult]:
    found = []
    for aspect in Aspect:
        relevant = [
            one
            for one in given
            if one.question.aspect is aspect
            and one.question.kind not in _DESIRABLE
            and one.question.place is not KitPart.OWN
        ]
        if relevant:
            status, reason = _decided(relevant)
            evidence = Evidence.NONE if status is Status.UNVERIFIED else Evidence.DECLARED
            found.append(AspectResult(aspect, status, evidence, reason))
    return found


def _decided(given: Sequence[Answered]) -> tuple[Status, str]:
    """不適合 if any answer is ×, else 未確認 if an answer is missing, else 適合."""
    wrong = [one for one in given if one.answer is False]
    open_ = [one for one in given if one.answer is None]
    if wrong:
        return Status.NONCONFORMANT, f"確認表で「×」と答えています（{wrong[0].question.id}）。"
    if open_:
        return Status.UNVERIFIED, f"確認表に、答えていないところが {len(open_)}か所あります。"
    return Status.CONFORMANT, f"確認表の {len(given)}問に「○」と答えています。"

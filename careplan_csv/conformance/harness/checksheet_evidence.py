"""Answers of a checksheet as evidence: the word of whoever looked at the screen (自己申告)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from careplan_csv.conformance.checksheet.answer_workbook import AnswersProblem
from careplan_csv.conformance.checksheet.answers import Answered, Answers, answered, length_of
from careplan_csv.conformance.checksheet.sheet import KitPart, QuestionKind, sheet_of
from careplan_csv.conformance.harness.harness_findings import AspectResult, Means
from careplan_csv.conformance.harness.verdict import HarnessResult
from careplan_csv.conformance.kit.kit_model import Aspect, Kit
from careplan_csv.conformance.requirements.cell_evidence import Cell, CellEvidence
from careplan_csv.results import Evidence, Status
from careplan_csv.standard import Direction, Need, ProfileRequirement, standard

_DESIRABLE = (QuestionKind.REASON, QuestionKind.NOTICE)
"""What is asked for but decides nothing: nothing is lost without it."""


def check_answers(kit: Kit, answers: Answers) -> None:
    """Refuse answers that were given for another kit.

    Raises:
        AnswersProblem: they were.
    """
    wanted = {
        "profile": kit.profile,
        "office_type": kit.office_type,
        "edition": kit.edition,
        "seed": str(kit.seed),
    }
    for name, value in wanted.items():
        said = str(getattr(answers, name))
        if said != value:
            raise AnswersProblem(
                f"別のキットの確認表です（確認表: {said or '記載なし'}、キット: {value}）。"
                "このキットの checksheet.xlsx に記入してください。"
            )


def with_answers(harness: HarnessResult, answers: Answers) -> HarnessResult:
    """What was found out, and beside it what was answered; what a machine found out comes first."""
    given = answered(sheet_of(harness.kit, length_of(answers)), answers)
    said = _cells(harness.kit, given)
    aspects = {cell.aspect: cell for cell in _aspects(given)}
    return replace(
        harness,
        cells={**said, **harness.cells},
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
        mine = [one for one in given if _is_about(row, one)]
        if mine and row.needs[kit.office_type, Direction.IMPORT] is not Need.NONE:
            status, reason = _decided(mine)
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
        mine = [
            one
            for one in given
            if one.question.aspect is aspect
            and one.question.kind not in _DESIRABLE
            and one.question.place is not KitPart.OWN
        ]
        if mine:
            status, reason = _decided(mine)
            evidence = Evidence.NONE if status is Status.UNVERIFIED else Evidence.DECLARED
            found.append(AspectResult(aspect, status, evidence, reason))
    return found


def _decided(given: Sequence[Answered]) -> tuple[Status, str]:
    """× anywhere is 不適合; a question without an answer leaves it open."""
    wrong = [one for one in given if one.answer is False]
    open_ = [one for one in given if one.answer is None]
    if wrong:
        return Status.NONCONFORMANT, f"確認表で「×」と答えています（{wrong[0].question.id}）。"
    if open_:
        return Status.UNVERIFIED, f"確認表に、答えていないところが {len(open_)}か所あります。"
    return Status.CONFORMANT, f"確認表の {len(given)}問に「○」と答えています。"

"""An assessment for people: the requirement matrix, the verdict and where the forms are."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from careplan_csv.conformance.requirements.assessment import Assessment, RequirementResult
from careplan_csv.results import Status
from careplan_csv.standard import Need

STATUS_STYLES = {Status.CONFORMANT: "green", Status.NONCONFORMANT: "bold red", Status.UNVERIFIED: "yellow"}
_NEEDS = {Need.REQUIRED: "必要", Need.OPTIONAL: "任意", Need.NONE: "－"}


def assessment_text(assessment: Assessment, written: Sequence[str]) -> RenderableType:
    """The matrix, the verdict with its reasons, and what was written."""
    head = Text(f"{assessment.profile.name}\n{assessment.office_type.name}としての判定\n", style="bold")
    table = Table(
        "記号", "ファイル", "区分", "要否", "判定", "確認方法", "ファイル数", "記録", box=None, pad_edge=False
    )
    for requirement in assessment.requirements:
        if requirement.result is not Status.NOT_APPLICABLE:
            table.add_row(*_row(requirement))
    verdict = Text("\n判定: ")
    verdict.append(assessment.verdict_label, style=STATUS_STYLES.get(assessment.verdict, "bold"))
    for reason in assessment.reasons:
        verdict.append(f"\n  ・{reason}")
    remarks = [*assessment.notes, *(assessment.vendor.warnings if assessment.vendor else ())]
    for remark in remarks:
        verdict.append(f"\n  ※{remark}")
    return Group(head, table, verdict, *_unexamined(assessment), Text("\n" + "\n".join(written)))


def _unexamined(assessment: Assessment) -> list[RenderableType]:
    """What the profile asks beside its tables; nothing where it asks for no more."""
    needed = [one for one in assessment.unexamined if one.need is Need.REQUIRED]
    others = [one for one in assessment.unexamined if one not in needed]
    if not assessment.unexamined:
        return []
    lines = Text("\nこのプログラムでは確かめられない要件（未確認。判定に含めていません）")
    for one in needed:
        lines.append(f"\n  ・{one.letter} {one.name}（必要）。{one.why}{one.show}")
    if others:
        listed = "、".join(f"{one.letter} {one.name}" for one in others)
        lines.append(f"\n  ・（任意）{listed}")
    return [lines]


def _row(requirement: RequirementResult) -> tuple[str | Text, ...]:
    return (
        requirement.letter,
        f"{requirement.name}　{requirement.file}",
        requirement.direction.label,
        _NEEDS[requirement.need],
        Text(requirement.result.label, style=STATUS_STYLES.get(requirement.result, "")),
        requirement.proof_label or "－",
        f"{requirement.files:,}",
        f"{requirement.records:,}",
    )

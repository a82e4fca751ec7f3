"""What was judged of a product, as tables that a page and a workbook show beside the findings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from careplan_csv.checks import RULES
from careplan_csv.findings import printable
from careplan_csv.results import Status
from careplan_csv.standard import Need

if TYPE_CHECKING:
    from careplan_csv.conformance.harness.harness_result import HarnessResult
    from careplan_csv.conformance.requirements.assessment import Assessment, RequirementResult

_MOST = 500
_LONGEST = 2_000
_NEEDS = {Need.REQUIRED: "必要", Need.OPTIONAL: "任意", Need.NONE: "－"}
SIGNS = {
    Status.CONFORMANT: "○",
    Status.NONCONFORMANT: "×",
    Status.UNVERIFIED: "△",
    Status.NOT_APPLICABLE: "－",
}
"""Signs of the outcomes, so that they are told apart without colours."""


@dataclass(frozen=True, slots=True)
class JudgementTable:
    """A table; `more` rows were left out."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    more: int = 0


@dataclass(frozen=True)
class Judgement:
    """A verdict on a product for a report.

    Attributes:
        verdict: with what it rests on, in Japanese; bad: it is not 適合.
        about: product and office type.
        reasons: why it is not 適合; notes: what the reader must know; each a sentence.
    """

    verdict: str
    bad: bool
    about: str
    reasons: tuple[str, ...]
    notes: tuple[str, ...]
    tables: tuple[JudgementTable, ...]


def judgement_of(
    assessment: Assessment, harness: HarnessResult | None, *, show_values: bool = False
) -> Judgement:
    """The verdict of an assessment, with what the harness found out where it was used."""
    software = assessment.vendor.software if assessment.vendor else None
    product = f"{software.product_name} {software.version}" if software else ""
    warnings = assessment.vendor.warnings if assessment.vendor else ()
    tables = [_requirements(assessment)]
    if harness is not None:
        tables += [_aspects(harness), _differences(harness, show_values), _faults(harness)]
    return Judgement(
        assessment.verdict_label,
        assessment.verdict is not Status.CONFORMANT,
        "　".join(
            filter(None, (printable(product, 200), assessment.office_type.name, assessment.profile.name))
        ),
        assessment.reasons,
        (*assessment.notes, *warnings),
        tuple(table for table in tables if table.rows),
    )


def status_words(status: Status) -> str:
    """An outcome with a sign."""
    return f"{SIGNS[status]} {status.label}"


def _requirements(assessment: Assessment) -> JudgementTable:
    columns = ("記号", "ファイル", "出力・取込", "要否", "判定", "確認方法", "ファイル数", "記録", "理由")
    shown = [row for row in assessment.requirements if row.result is not Status.NOT_APPLICABLE]
    return JudgementTable("要件ごとの判定", columns, tuple(map(_requirement, shown)))


def _requirement(row: RequirementResult) -> tuple[str, ...]:
    return (
        row.letter,
        f"{row.name}　{row.file}",
        row.direction.label,
        _NEEDS[row.need],
        status_words(row.result),
        row.proof_label or "－",
        f"{row.files:,}",
        f"{row.records:,}",
        row.reason,
    )


def _aspects(harness: HarnessResult) -> JudgementTable:
    rows = tuple((cell.aspect.label, status_words(cell.result), cell.reason) for cell in harness.aspects)
    return JudgementTable("取込の確かめ", ("取込の確かめ", "判定", "理由"), rows)


def _differences(harness: HarnessResult, show_values: bool) -> JudgementTable:
    columns = ("ファイル", "方法", "違い", "項目", "数", "最初の記録", "期待する値", "結果の値")
    rows = list(islice(_difference_rows(harness, show_values), _MOST + 1))
    return JudgementTable("期待する内容との違い", columns, tuple(rows[:_MOST]), len(rows) - len(rows[:_MOST]))


def _difference_rows(harness: HarnessResult, show_values: bool) -> Iterator[tuple[str, ...]]:
    from careplan_csv.conformance.harness.differences import differences_of

    for means, outcome in harness.tables:
        for one in differences_of(harness.kit, means, outcome, show_values=show_values):
            told = (one.kind.label, f"{one.item}{one.how}", f"{one.count:,}", one.record)
            yield _cut((outcome.whole.layout.name, means.label, *told, one.expected, one.found))


def _faults(harness: HarnessResult) -> JudgementTable:
    rows = [
        (one.rule, one.severity.label, RULES[one.rule].consequence_of(one.severity).label, one.message)
        for one in harness.findings
    ]
    rows += [
        ("", "未確認", "", f"{one.step}: {one.detail}") for one in harness.attempts if one.outcome == "failed"
    ]
    shown = tuple(map(_cut, rows[:_MOST]))
    return JudgementTable(
        "取込の指摘", ("規則", "重要度", "受け取る側でのおそれ", "内容"), shown, max(0, len(rows) - _MOST)
    )


def _cut(row: Sequence[str]) -> tuple[str, ...]:
    return tuple(printable(value, _LONGEST) for value in row)

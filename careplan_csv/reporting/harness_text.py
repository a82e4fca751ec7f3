"""What the harness found out, for the terminal."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Column, Table
from rich.text import Text

from careplan_csv.checks import RULES
from careplan_csv.conformance.harness.attempts import AttemptOutcome
from careplan_csv.conformance.harness.differences import Difference, DifferenceKind, differences_of
from careplan_csv.conformance.harness.harness_result import HarnessResult
from careplan_csv.reporting.assessment_text import STATUS_STYLES

_LINES = 20


def harness_text(harness: HarnessResult, *, show_values: bool = False) -> RenderableType:
    """The cells of their own, the items preserved, what differs, and what was found.

    Args:
        show_values: show the values of the records that differ instead of their shapes.
    """
    return Group(
        _aspects(harness),
        _tables(harness),
        _differences(harness, show_values=show_values),
        _findings(harness),
    )


def _aspects(harness: HarnessResult) -> RenderableType:
    reason = Column("理由", overflow="fold")
    table = Table("取込の確かめ", "判定", reason, box=None, pad_edge=False)
    for cell in harness.aspects:
        table.add_row(
            cell.aspect.label, Text(cell.result.label, style=STATUS_STYLES.get(cell.result, "")), cell.reason
        )
    return Group(Text(""), table)


def _tables(harness: HarnessResult) -> RenderableType:
    table = Table(
        "比べたファイル", "方法", "保たれた項目", "あった記録/あるべき記録", box=None, pad_edge=False
    )
    for means, outcome in harness.tables:
        general, whole = outcome.general, outcome.whole
        table.add_row(
            f"{general.layout.name}　{'_'.join(part for part in outcome.table if part)}",
            means.label,
            f"{general.preserved}/{len(general.compared)}",
            f"{whole.found}/{whole.expected}",
        )
    return Group(Text(""), table) if harness.tables else Text("")


def _differences(harness: HarnessResult, *, show_values: bool) -> RenderableType:
    text = Text()
    for means, outcome in harness.tables:
        told = differences_of(harness.kit, means, outcome, show_values=show_values)
        if told:
            text.append(f"  {outcome.whole.layout.name}（{means.label}）\n", style="bold")
        for one in told:
            text.append(f"    {_told(one)}\n")
    if not text:
        return text
    more = "" if show_values else "。値は伏せて、形だけを示しています（--show-values で示します）"
    return Text(f"\n期待する内容との違い（種類ごとに、初めの1件{more}）\n").append(text)


def _told(one: Difference) -> str:
    if one.kind is not DifferenceKind.CHANGED:
        return f"{one.kind.label} {one.count}件: {one.record}"
    return f"「{one.item}」{one.how} {one.count}件: {one.record} 期待 {one.expected} → 結果 {one.found}"


def _findings(harness: HarnessResult) -> RenderableType:
    text = Text("\n")
    for finding in harness.findings[:_LINES]:
        consequence = RULES[finding.rule].consequence_of(finding.severity).label
        text.append(f"  {finding.rule} {finding.severity.label}（{consequence}）: {finding.message}\n")
    if len(harness.findings) > _LINES:
        text.append(f"  ほか {len(harness.findings) - _LINES}件（結果の JSON にあります）\n")
    for attempt in harness.attempts:
        if attempt.outcome is AttemptOutcome.FAILED:
            text.append(f"  {attempt.step}: {attempt.detail}\n")
    return text

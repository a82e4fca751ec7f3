"""What the harness found out, for the terminal."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Column, Table
from rich.text import Text

from careplan_csv.conformance.attempts import Outcome
from careplan_csv.conformance.judging import HarnessResult
from careplan_csv.reporting.assessment_text import STATUS_STYLES

_LINES = 20


def harness_text(harness: HarnessResult) -> RenderableType:
    """The cells of their own, the items preserved, and what was found."""
    return Group(_aspects(harness), _tables(harness), _findings(harness))


def _aspects(harness: HarnessResult) -> RenderableType:
    reason = Column("理由", overflow="fold")
    table = Table("取込の確かめ", "判定", reason, box=None, pad_edge=False)
    for cell in harness.aspects:
        table.add_row(
            cell.aspect.label, Text(cell.result.label, style=STATUS_STYLES.get(cell.result, "")), cell.reason
        )
    return Group(Text(""), table)


def _tables(harness: HarnessResult) -> RenderableType:
    table = Table("比べたファイル", "方法", "保たれた項目", "記録", box=None, pad_edge=False)
    for means, outcome in harness.tables:
        general = outcome.general
        table.add_row(
            f"{general.layout.name}　{'_'.join(part for part in outcome.table if part)}",
            means.label,
            f"{general.preserved}/{len(general.compared)}",
            f"{general.found}/{general.expected}",
        )
    return Group(Text(""), table) if harness.tables else Text("")


def _findings(harness: HarnessResult) -> RenderableType:
    text = Text("\n")
    for finding in harness.findings[:_LINES]:
        text.append(f"  {finding.rule} {finding.severity.label}: {finding.message}\n")
    if len(harness.findings) > _LINES:
        text.append(f"  ほか {len(harness.findings) - _LINES}件（結果の JSON にあります）\n")
    for attempt in harness.attempts:
        if attempt.outcome is Outcome.FAILED:
            text.append(f"  {attempt.step}: {attempt.detail}\n")
    return text

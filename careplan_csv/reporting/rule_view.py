"""Rules for the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from careplan_csv.findings import Rule
from careplan_csv.synthesis.faults.examples import Shown


def rule_table(rules: Sequence[Rule]) -> RenderableType:
    """All rules, a line each."""
    table = Table(box=None, pad_edge=False)
    for heading in ("番号", "重要度", "おそれ", "指摘の内容", "根拠"):
        table.add_column(heading, overflow="fold")
    for rule in rules:
        table.add_row(rule.id, rule.severity.label, rule.consequence.label, rule.title, rule.reference)
    return table


def rule_page(rule: Rule, shown: Shown | None) -> RenderableType:
    """One rule in full, with an example where there is one."""
    text = Text(f"{rule.id}　{rule.title}\n", style="bold")
    for heading, body in (
        ("重要度", rule.weights),
        ("受け取る側でのおそれ", rule.consequence.meaning),
        ("何を見るか", rule.compares),
        ("なぜ", rule.why),
        ("直し方", rule.remedy),
        ("根拠", rule.basis),
        *_example(shown),
        ("誤りではないもの", rule.friends),
        ("ソフト会社へ伝える文", rule.to_vendor),
    ):
        text.append(f"\n{heading}\n", style="bold")
        text.append(f"  {body}\n", style="not bold")
    return text


def _example(shown: Shown | None) -> list[tuple[str, str]]:
    if shown is None:
        return []
    compared = ((shown.bad_title, shown.bad), (shown.good_title, shown.good))
    lines = [(f"例: {title}", body.replace("\n", "\n  ")) for title, body in compared]
    if shown.changed:
        lines.insert(0, ("例: 変わった項目（正しい値 → 誤った値）", "\n  ".join(shown.changed)))
    return lines

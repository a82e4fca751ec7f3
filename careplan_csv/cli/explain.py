"""careplan-csv explain."""

from __future__ import annotations

from difflib import get_close_matches

import rich_click as click

from careplan_csv.cli.messages import Refused
from careplan_csv.cli.output import deliver


@click.command("explain")
@click.argument("rule_id", metavar="規則の番号")
@click.help_option("--help", help="この説明を示します。")
def command(rule_id: str) -> int:
    """規則を1つ、詳しく説明します（例: careplan-csv explain F405）。"""
    from careplan_csv.conformance.harness_rules import catalogue
    from careplan_csv.reporting.rule_view import rule_page
    from careplan_csv.synthesis.showing import shown

    rules = {rule.id: rule for rule in catalogue()}
    rule = rules.get(rule_id.upper())
    if rule is None:
        near = get_close_matches(rule_id.upper(), sorted(rules), 3, 0.4)
        hint = f"近いもの: {'、'.join(near)}。" if near else ""
        raise Refused(f"規則「{rule_id}」はありません。{hint}一覧は「careplan-csv rules」で見られます。")
    deliver(rule_page(rule, shown(rule.id)), None, color=True)
    return 0

"""careplan-csv rules."""

from __future__ import annotations

from pathlib import Path

import click

from careplan_csv.cli.formats import format_option
from careplan_csv.cli.output import deliver, output_option
from careplan_csv.cli.rule_words import rule_words
from careplan_csv.reporting.reporters import RulesReport, rendered


@click.command("rules")
@click.argument("rule_ids", nargs=-1, metavar="[規則の番号…]")
@format_option(RulesReport, "一覧の形式。")
@output_option
@click.help_option("--help", help="この説明を示します。")
def command(rule_ids: tuple[str, ...], form: str, output: Path | None) -> int:
    """検査の規則の一覧を示します（例: careplan-csv rules、careplan-csv rules F401 B）。"""
    from careplan_csv.checks import in_order

    wanted = rule_words(rule_ids)
    rules = [rule for rule in in_order() if not wanted or rule.id.startswith(wanted)]
    deliver(rendered(RulesReport(rules), form), output, color=True)
    return 0

"""careplan-csv explain."""

from __future__ import annotations

from pathlib import Path

import click

from careplan_csv.cli.output import deliver, output_option
from careplan_csv.cli.rule_words import rules_named


@click.command("explain")
@click.argument("rule_ids", nargs=-1, required=True, metavar="規則の番号…")
@output_option
@click.help_option("--help", help="この説明を示します。")
def command(rule_ids: tuple[str, ...], output: Path | None) -> int:
    """規則を詳しく説明します（例: careplan-csv explain F405 B701）。"""
    from rich.console import Group

    from careplan_csv.reporting.rule_view import rule_page
    from careplan_csv.synthesis.faults.examples import shown

    pages = [rule_page(rule, shown(rule.id)) for rule in rules_named(rule_ids)]
    deliver(Group(*pages), output, color=True)
    return 0

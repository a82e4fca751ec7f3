"""careplan-csv rules."""

from __future__ import annotations

import json
from pathlib import Path

import click

from careplan_csv.cli.output import deliver, output_option
from careplan_csv.cli.rule_words import rule_words


@click.command("rules")
@click.argument("rule_ids", nargs=-1, metavar="[規則の番号…]")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="一覧の形式。")
@output_option
@click.help_option("--help", help="この説明を示します。")
def command(rule_ids: tuple[str, ...], form: str, output: Path | None) -> int:
    """検査の規則の一覧を示します（例: careplan-csv rules、careplan-csv rules F401 B）。"""
    from careplan_csv.checks import in_order

    wanted = rule_words(rule_ids)
    rules = [rule for rule in in_order() if not wanted or rule.id.startswith(wanted)]
    if form == "json":
        data = [
            {"id": r.id, "severity": r.severity.value, "title": r.title, "reference": r.reference}
            for r in rules
        ]
        deliver(json.dumps(data, ensure_ascii=False, indent=2) + "\n", output)
    else:
        from careplan_csv.reporting.rule_view import rule_table

        deliver(rule_table(rules), output, color=True)
    return 0

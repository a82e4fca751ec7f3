"""careplan-csv rules."""

from __future__ import annotations

import json

import rich_click as click

from careplan_csv.cli.output import deliver


@click.command("rules")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="一覧の形式。")
@click.help_option("--help", help="この説明を示します。")
def command(form: str) -> int:
    """検査の規則の一覧を示します。"""
    from careplan_csv.conformance.harness_rules import catalogue

    rules = catalogue()
    if form == "json":
        data = [
            {"id": r.id, "severity": r.severity.value, "title": r.title, "reference": r.reference}
            for r in rules
        ]
        deliver(json.dumps(data, ensure_ascii=False, indent=2) + "\n", None)
    else:
        from careplan_csv.reporting.rule_view import rule_table

        deliver(rule_table(rules), None, color=True)
    return 0

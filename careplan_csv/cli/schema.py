"""careplan-csv schema."""

from __future__ import annotations

import click

from careplan_csv.cli.output import deliver


@click.command("schema")
@click.help_option("--help", help="この説明を示します。")
def command() -> int:
    """JSON で出力する結果の形式（JSON Schema）を示します。"""
    from careplan_csv.reporting.json_report import schema_text

    deliver(schema_text(), None)
    return 0

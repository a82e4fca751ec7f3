"""careplan-csv schema."""

from __future__ import annotations

from pathlib import Path

import click

from careplan_csv.cli.output import deliver, output_option


@click.command("schema")
@output_option
@click.help_option("--help", help="この説明を示します。")
def command(output: Path | None) -> int:
    """JSON で出力する結果の形式（JSON Schema）を示します。"""
    from careplan_csv.reporting.json_report import schema_text

    deliver(schema_text(), output)
    return 0

"""careplan-csv layout."""

from __future__ import annotations

from pathlib import Path

import click

from careplan_csv.cli.inputs import shown_edition_option
from careplan_csv.cli.messages import Refused
from careplan_csv.cli.output import deliver, output_option
from careplan_csv.findings import printable


@click.command("layout")
@click.argument("prefix", metavar="ファイルの種類")
@shown_edition_option
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="一覧の形式。")
@output_option
@click.help_option("--help", help="この説明を示します。")
def command(prefix: str, edition: str, form: str, output: Path | None) -> int:
    """ファイルの項目の一覧を示します（例: careplan-csv layout UPPLAN）。"""
    from careplan_csv.reporting.layout_view import layout_json, layout_table
    from careplan_csv.standard import standard

    known = standard().newest if edition == "auto" else standard().edition(edition)
    name = prefix.upper()
    if name not in known.prefixes:
        words = "、".join(known.prefixes)
        raise Refused(
            f"「{printable(prefix, 40)}」というファイルは {known.csv_version} にありません（あるもの: {words}）。"
        )
    if form == "json":
        deliver(layout_json(known, known.layout(name)), output)
    else:
        deliver(layout_table(known, known.layout(name)), output, color=True)
    return 0

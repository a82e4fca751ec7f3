"""careplan-csv layout."""

from __future__ import annotations

from pathlib import Path

import click

from careplan_csv.cli.formats import format_option
from careplan_csv.cli.inputs import shown_edition_option
from careplan_csv.cli.messages import Refused
from careplan_csv.cli.output import deliver, output_option
from careplan_csv.findings import printable
from careplan_csv.reporting.reporters import LayoutReport, rendered


@click.command("layout")
@click.argument("prefix", metavar="ファイルの種類")
@shown_edition_option
@format_option(LayoutReport, "一覧の形式。")
@output_option
@click.help_option("--help", help="この説明を示します。")
def command(prefix: str, edition: str, form: str, output: Path | None) -> int:
    """ファイルの項目の一覧を示します（例: careplan-csv layout UPPLAN）。"""
    from careplan_csv.standard import standard

    known = standard().newest if edition == "auto" else standard().edition(edition)
    name = prefix.upper()
    if name not in known.prefixes:
        words = "、".join(known.prefixes)
        raise Refused(
            f"「{printable(prefix, 40)}」というファイルは {known.csv_version} にありません（あるもの: {words}）。"
        )
    deliver(rendered(LayoutReport(known, known.layout(name)), form), output, color=True)
    return 0

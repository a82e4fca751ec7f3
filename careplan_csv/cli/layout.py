"""careplan-csv layout."""

from __future__ import annotations

import rich_click as click

from careplan_csv.cli.inputs import edition_option
from careplan_csv.cli.messages import Refused
from careplan_csv.cli.output import deliver


@click.command("layout")
@click.argument("prefix", metavar="ファイルの種類")
@edition_option
@click.help_option("--help", help="この説明を示します。")
def command(prefix: str, edition: str) -> int:
    """ファイルの項目の一覧を示します（例: careplan-csv layout UPPLAN）。"""
    from careplan_csv.reporting.layout_view import layout_table
    from careplan_csv.standard import standard

    known = standard().newest if edition == "auto" else standard().edition(edition)
    name = prefix.upper()
    if name not in known.prefixes:
        words = "、".join(known.prefixes)
        raise Refused(f"「{prefix}」というファイルは {known.csv_version} にありません（あるもの: {words}）。")
    deliver(layout_table(known, known.layout(name)), None, color=True)
    return 0

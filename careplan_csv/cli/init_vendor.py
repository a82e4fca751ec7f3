"""careplan-csv init-vendor."""

from __future__ import annotations

from pathlib import Path

import click

from careplan_csv.cli.codes import ExitCode
from careplan_csv.cli.messages import Refused, say


@click.command("init-vendor")
@click.argument("path", type=click.Path(path_type=Path), default=Path("vendor.toml"), metavar="[ファイル]")
@click.help_option("--help", help="この説明を示します。")
def command(path: Path) -> int:
    """別紙6 に書く事業所・介護ソフトの情報を記入するファイル（vendor.toml）を作ります。"""
    from careplan_csv.conformance.declaration.vendor import TomlFileError, write_template

    try:
        write_template(path)
    except TomlFileError as error:
        raise Refused(str(error)) from error
    say(
        f"{path} を作りました。メモ帳などで開いて記入し、"
        f"「careplan-csv assess … --vendor {path}」で使ってください。",
        ExitCode.CONFORMANT,
    )
    return 0

"""careplan-csv init-subsidy."""

from __future__ import annotations

from pathlib import Path

import click

from careplan_csv.cli.codes import ExitCode
from careplan_csv.cli.messages import Refused, say
from careplan_csv.findings import printable


@click.command("init-subsidy")
@click.argument(
    "path", type=click.Path(path_type=Path), default=Path("application.toml"), metavar="[ファイル]"
)
@click.option(
    "--programme",
    "programme_id",
    default="yamaguchi-r6",
    metavar="補助金",
    help="補助金（yamaguchi-r6 は令和6年度の山口県、national-r8 は令和8年度の国の要綱）か、補助金の決まりを書いたファイル（.yaml）。",
)
@click.help_option("--help", help="この説明を示します。")
def command(path: Path, programme_id: str) -> int:
    """補助金の申請の内容を記入するファイル（application.toml）を作ります。"""
    from careplan_csv.reporting.report_file import report_file
    from careplan_csv.reporting.writing import CannotWrite
    from careplan_csv.standard.yamlfile import SchemaFileError
    from careplan_csv.subsidies.application_template import application_template
    from careplan_csv.subsidies.programme_file import (
        is_programme_file,
        own_programme,
        programme,
        programme_ids,
    )
    from careplan_csv.subsidies.subsidy_calculation import DECISION

    is_own = is_programme_file(programme_id)
    if not is_own and programme_id not in programme_ids():
        names = "、".join(programme_ids())
        raise Refused(
            f"--programme の「{printable(programme_id)}」という補助金はありません（使えるもの: {names}、補助金の決まりを書いたファイル（.yaml））。"
        )
    shown = printable(str(path), 200)
    if path.exists():
        raise Refused(f"「{shown}」は、すでにあります。上書きはしません。別の名前を指定してください。")
    try:
        known = own_programme(Path(programme_id)) if is_own else programme(programme_id)
        word = str(Path(programme_id).resolve()) if is_own else programme_id
        with report_file(path, force=False) as file:
            file.write(application_template(known, printable(path.name, 200), word).encode("utf-8"))
    except (CannotWrite, SchemaFileError) as error:
        raise Refused(str(error)) from error
    return say(
        f"{shown} を作りました。メモ帳などで開いて記入し、「careplan-csv subsidy {shown}」で使ってください。\n{DECISION}",
        ExitCode.CONFORMANT,
    )

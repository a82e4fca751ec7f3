"""careplan-csv view."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from careplan_csv.cli.check import exit_code
from careplan_csv.cli.codes import ExitCode
from careplan_csv.cli.form_option import MAKING_FORMS, is_paper, refuse_forms, write_forms_of
from careplan_csv.cli.inputs import check_paths, expanded
from careplan_csv.cli.messages import Refused, say
from careplan_csv.cli.progress import told_progress
from careplan_csv.cli.report_option import places, report_force_option
from careplan_csv.findings import printable

if TYPE_CHECKING:
    from careplan_csv.forms.located_records import ReadRecords
    from careplan_csv.reporting.pictures import Pictures


@click.command("view")
@click.argument("paths", nargs=-1, required=True, metavar="ファイルやフォルダー…")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    metavar="ファイル",
    help="帳票を書くファイル（.html .pdf）。",
)
@report_force_option
@click.option(
    "--against",
    multiple=True,
    metavar="相手",
    help="比べる相手のファイルやフォルダー（取込の後に出力したものなど）。違うところに、相手の値を示します。",
)
@click.option("--show-values", is_flag=True, help="値を伏せずに示します（個人情報がファイルに入ります）。")
@click.option(
    "--pictures",
    is_flag=True,
    help="利用者基本情報の家族構成の画像も示します（--show-values と一緒に指定します）。",
)
@click.option(
    "--slip",
    is_flag=True,
    help="利用票・別表を、サービス提供票・別表として示します（やり取りする事業所の行を先に示し、他事業所の行は折りたたみます）。",
)
@click.help_option("--help", help="この説明を示します。")
def command(
    paths: tuple[str, ...],
    out: Path,
    force: bool,
    against: tuple[str, ...],
    show_values: bool,
    pictures: bool,
    slip: bool,
) -> int:
    """CSV の中身を、第1表・第2表・第3表・利用票・別表などの帳票の形で示します。

    終了コード: 0 帳票を作った / 2 指定の誤り / 3 帳票にできるものがない / 4 careplan-csv の不具合
    """
    from careplan_csv.forms.located_records import read_records
    from careplan_csv.reporting.form_page import page_of_records
    from careplan_csv.reporting.form_sheet import FormLook

    if pictures and not show_values:
        raise Refused("画像は伏せられないため、--pictures は --show-values と一緒に指定してください。")
    refuse_forms(out, force=force)
    with places(show_values=show_values) as every:
        result = check_paths(paths, edition="auto", show_values=show_values, every=every)
        with told_progress(MAKING_FORMS):
            read = read_records(result, every)
            other = _other(against, show_values) if against else None
            shown = _pictures(paths) if pictures else None
            look = FormLook(show_values=show_values, paper=is_paper(out), pictures=shown, slip=slip)
            write_forms_of(page_of_records(read, result.checked_at, look, other), out, force=force)
    if exit_code(result, None) is ExitCode.FAULT:
        return ExitCode.FAULT
    unread = (
        f"帳票にできなかったものが {len(read.unread):,}件あります（はじめに示しています）。"
        if read.unread
        else ""
    )
    masked = "" if show_values else "値は伏せています（--show-values で示します）。"
    if not read.records:
        return say(
            f"帳票にできる記録がありません。理由は {printable(str(out), 200)} に書きました。"
            "介護ソフトから出力した CSV のファイルかフォルダーを指定してください。",
            ExitCode.NOT_EXAMINED,
        )
    return say(f"帳票を作りました: {printable(str(out), 200)}\n{masked}{unread}", ExitCode.CONFORMANT)


def _pictures(paths: tuple[str, ...]) -> Pictures:
    """The pictures among what was given, which was found to be there already."""
    from careplan_csv.reading.sources import STREAM, collect
    from careplan_csv.reporting.pictures import Pictures

    return Pictures(collect([path for path in expanded(paths) if path != STREAM]).images)


def _other(paths: tuple[str, ...], show_values: bool) -> ReadRecords:
    """What the forms are compared with."""
    from careplan_csv.forms.located_records import read_records

    with places(show_values=show_values) as every:
        result = check_paths(paths, edition="auto", show_values=show_values, every=every)
        return read_records(result, every)

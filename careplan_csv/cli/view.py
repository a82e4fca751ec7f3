"""careplan-csv view."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

import click

from careplan_csv.cli.check import exit_code
from careplan_csv.cli.codes import ExitCode
from careplan_csv.cli.inputs import check_paths
from careplan_csv.cli.messages import Refused, say
from careplan_csv.cli.progress import told_progress
from careplan_csv.cli.report_option import places, refuse_reports, report_force_option
from careplan_csv.findings import printable

if TYPE_CHECKING:
    from careplan_csv.forms.located_records import ReadRecords

_SUFFIXES = (".html", ".pdf")


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
@click.help_option("--help", help="この説明を示します。")
def command(
    paths: tuple[str, ...], out: Path, force: bool, against: tuple[str, ...], show_values: bool
) -> int:
    """CSV の中身を、第1表・第2表・第3表・利用票・別表などの帳票の形で示します。

    終了コード: 0 帳票を作った / 2 指定の誤り / 3 帳票にできるものがない / 4 careplan-csv の不具合
    """
    from careplan_csv.forms.located_records import read_records
    from careplan_csv.reporting.form_page import FormPage, write_forms
    from careplan_csv.reporting.pdf import PdfUnavailable, html_to_pdf
    from careplan_csv.reporting.report_file import report_file
    from careplan_csv.reporting.writing import CannotWrite

    refuse_reports([out], force=force, suffixes=_SUFFIXES)
    with places(show_values=show_values) as every:
        result = check_paths(paths, edition="auto", show_values=show_values, every=every)
        with told_progress("帳票を作っています"):
            read = read_records(result, every)
            other = _other(against, show_values) if against else None
            stream = io.BytesIO()
            write_forms(FormPage(result, read, show_values, out.suffix.lower() == ".pdf", other), stream)
            data = stream.getvalue()
            try:
                if out.suffix.lower() == ".pdf":
                    data = html_to_pdf(data.decode("utf-8"), created_at=result.checked_at)
                with report_file(out, force=force) as file:
                    file.write(data)
            except (CannotWrite, PdfUnavailable) as error:
                raise Refused(str(error)) from error
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


def _other(paths: tuple[str, ...], show_values: bool) -> ReadRecords:
    """What the forms are compared with."""
    from careplan_csv.forms.located_records import read_records

    with places(show_values=show_values) as every:
        result = check_paths(paths, edition="auto", show_values=show_values, every=every)
        return read_records(result, every)

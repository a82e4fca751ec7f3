"""careplan-csv diff."""

from __future__ import annotations

from pathlib import Path

import click

from careplan_csv.cli.codes import ExitCode
from careplan_csv.cli.formats import format_option
from careplan_csv.cli.messages import Refused
from careplan_csv.cli.output import deliver, output_option
from careplan_csv.cli.report_option import refuse_reports, refuse_twice, report_force_option
from careplan_csv.reporting.reporters import DifferenceReport, rendered


@click.command("diff")
@click.argument("before", type=click.Path(path_type=Path), metavar="前の結果")
@click.argument("after", type=click.Path(path_type=Path), metavar="後の結果")
@format_option(DifferenceReport)
@output_option
@click.option(
    "--report",
    "reports",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="ファイル",
    help="違いのすべてを書いた報告のファイル（.html .xlsx）。何度でも書けます。",
)
@report_force_option
@click.option("--no-color", is_flag=True, help="色を付けません。")
@click.help_option("--help", help="この説明を示します。")
def command(
    before: Path,
    after: Path,
    form: str,
    output: Path | None,
    reports: tuple[Path, ...],
    force: bool,
    no_color: bool,
) -> int:
    """2つの結果（check・assess の JSON、証拠の ZIP）を比べ、新しい指摘と、なくなった指摘を示します。

    終了コード: 0 悪くなったところがない / 1 新しい指摘や、悪くなったところがある / 2 指定の誤り / 3 後の結果で調べていない指摘がある
    """
    from careplan_csv.conformance.evidence_package.result_differences import (
        Change,
        UnreadableResult,
        differences,
        read_result,
    )
    from careplan_csv.reporting.difference_reports import DIFFERENCE_WRITERS
    from careplan_csv.reporting.report_file import report_file
    from careplan_csv.reporting.writing import CannotWrite

    refuse_reports(reports, force=force, suffixes=list(DIFFERENCE_WRITERS))
    for given in (before, after):
        refuse_twice([*reports, *([output] if output else []), given])
    try:
        found = differences(read_result(before), read_result(after))
    except UnreadableResult as error:
        raise Refused(str(error)) from error
    deliver(rendered(DifferenceReport(found), form), output, color=not no_color)
    try:
        for path in reports:
            with report_file(path, force=force) as file:
                DIFFERENCE_WRITERS[path.suffix.lower()](found, file)
    except CannotWrite as error:
        raise Refused(str(error)) from error
    if found.is_worse():
        return ExitCode.FINDINGS
    return ExitCode.NOT_EXAMINED if found.of(Change.UNKNOWN) else ExitCode.CONFORMANT

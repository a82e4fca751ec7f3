"""careplan-csv check."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from careplan_csv.cli.baseline import read_baseline, tell_differences
from careplan_csv.cli.codes import ExitCode
from careplan_csv.cli.formats import (
    format_files,
    format_files_option,
    format_option,
    is_for_people,
    write_formats,
)
from careplan_csv.cli.inputs import check_paths, edition_option
from careplan_csv.cli.letter_options import letter_options, letter_order
from careplan_csv.cli.output import deliver, output_option
from careplan_csv.cli.report_option import (
    places_for,
    refuse_twice,
    report_force_option,
    report_options,
    write_reports,
)
from careplan_csv.cli.rule_words import rule_words
from careplan_csv.cli.waiver_options import Waiving, waiver_options
from careplan_csv.findings import Severity
from careplan_csv.reporting.reporters import CheckReport, rendered

if TYPE_CHECKING:
    from careplan_csv.results import CheckResult


@click.command("check")
@click.argument("paths", nargs=-1, required=True, metavar="ファイルやフォルダー…")
@edition_option
@format_option(CheckReport)
@format_files_option(CheckReport)
@output_option
@report_options
@report_force_option
@click.option(
    "--level",
    type=click.Choice([severity.value for severity in Severity]),
    default="error",
    help="この重要度以上の指摘があれば、終了コードを 1 にします。info を指定すると、情報も1件ずつ示します。",
)
@click.option(
    "--baseline",
    type=click.Path(path_type=Path),
    metavar="前の結果",
    help="前の結果（check の --format json）と比べ、新しい指摘や、増えた指摘があるときだけ、終了コードを 1 にします。なくなった指摘も示します。",
)
@waiver_options
@letter_options
@click.option(
    "--select",
    "selected",
    multiple=True,
    metavar="規則",
    help="示す指摘を、規則の番号（F401）か系統（F）で選びます。何度でも書けます。判定と終了コードは変わりません。",
)
@click.option(
    "--ignore",
    "ignored",
    multiple=True,
    metavar="規則",
    help="示さない指摘を、規則の番号か系統で選びます。判定と終了コードは変わりません。",
)
@click.option("--show-values", is_flag=True, help="値を伏せずに示します（個人情報が画面に出ます）。")
@click.option("--no-color", is_flag=True, help="色を付けません。")
@click.option(
    "--service-codes",
    "masters",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="ファイル",
    help="手元のサービスコード表（CSV）とも照らし合わせます。何度でも書けます。",
)
@click.option("--name", help="標準入力（-）を調べるときのファイル名。")
@click.help_option("--help", help="この説明を示します。")
def command(
    paths: tuple[str, ...],
    edition: str,
    form: str,
    format_files_given: tuple[str, ...],
    output: Path | None,
    reports: tuple[Path, ...],
    report_encoding: str,
    force: bool,
    level: str,
    baseline: Path | None,
    waiver_list: Path | None,
    draft: Path | None,
    letters: tuple[Path, ...],
    letter_to: str | None,
    letter_until: str | None,
    letter_templates: Path | None,
    selected: tuple[str, ...],
    ignored: tuple[str, ...],
    show_values: bool,
    no_color: bool,
    masters: tuple[Path, ...],
    name: str | None,
) -> int:
    """CSV ファイル、フォルダー、ZIP を検査し、誤りの場所と直し方を示します。

    終了コード: 0 誤りなし / 1 誤りあり / 2 指定の誤り / 3 調べられなかったものがある / 4 careplan-csv の不具合
    """
    from careplan_csv.reporting.selection import Selection

    threshold = Severity(level)
    details = max(threshold, Severity.WARNING, key=lambda severity: severity.rank)
    selection = Selection(rule_words(selected), rule_words(ignored), details)
    known = read_baseline(baseline) if baseline else None
    files = format_files(CheckReport, format_files_given, force=force)
    waiving = Waiving.prepared(waiver_list, draft, force=force)
    order = letter_order(letters, letter_to, letter_until, letter_templates, force=force)
    single = (output, draft, waiver_list)
    refuse_twice([*reports, *letters, *(path for _, path in files), *(path for path in single if path)])
    bar = is_for_people(CheckReport, form)
    with places_for(reports, force=force, show_values=show_values) as every:
        result = waiving.applied(
            check_paths(
                paths,
                edition=edition,
                name=name,
                show_values=show_values,
                bar=bar,
                masters=masters,
                every=every,
            )
        )
        # The result stands on the screen first: a full disk must not take it away.
        report = CheckReport(result, selection)
        deliver(rendered(report, form), output, color=not no_color)
        write_reports(reports, every, result, selection, report_encoding, force=force, bar=bar)
    write_formats(report, files, force=force)
    if order:
        order.write(result, None, force=force)
    waiving.write(result, selection, force=force)
    if known is None:
        return exit_code(result, threshold)
    is_worse = tell_differences(known, result, threshold)
    return exit_code(result, threshold if is_worse else None)


def exit_code(result: CheckResult, level: Severity | None) -> ExitCode:
    """The exit code of a check; `level` is None where no finding counts."""
    if result.internal_faults:
        return ExitCode.FAULT
    if level and any(finding.severity.reaches(level) for finding in result.open):
        return ExitCode.FINDINGS
    if not result.examined or any(report.problem for report in result.inputs):
        return ExitCode.NOT_EXAMINED
    return ExitCode.CONFORMANT

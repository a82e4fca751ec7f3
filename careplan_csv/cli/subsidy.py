"""careplan-csv subsidy."""

from __future__ import annotations

from pathlib import Path

import click

from careplan_csv.cli.codes import ExitCode
from careplan_csv.cli.messages import Refused, say
from careplan_csv.cli.output import deliver
from careplan_csv.cli.report_option import refuse_reports, refuse_twice, report_force_option
from careplan_csv.findings import printable


@click.command("subsidy")
@click.argument("path", type=click.Path(path_type=Path), metavar="ファイル")
@click.option(
    "--result",
    type=click.Path(path_type=Path),
    metavar="ファイル",
    help="介護ソフトを assess で判定した result.json。イの要件の確認に使います。",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="ファイル",
    help="結果を書くファイル（.html .pdf .json .txt）。省略すると、画面に示します。",
)
@report_force_option
@click.help_option("--help", help="この説明を示します。")
def command(path: Path, result: Path | None, out: Path | None, force: bool) -> int:
    """補助金の要件・対象の経費・額・提出書類を示します。init-subsidy で作り、記入したファイルを指定します。

    終了コード: 0 すべてそろった / 1 足りないものや、満たさないものがある / 2 指定の誤り / 4 careplan-csv の不具合
    """
    from careplan_csv.conformance.requirements.judged_software import NoJudgement, judged_software
    from careplan_csv.conformance.tomlfile import TomlFileError
    from careplan_csv.reporting.pdf import PdfUnavailable
    from careplan_csv.reporting.subsidy_report import (
        SUBSIDY_WRITERS,
        amount_words,
        subsidy_text,
        write_subsidy,
    )
    from careplan_csv.reporting.writing import CannotWrite
    from careplan_csv.standard.yamlfile import SchemaFileError
    from careplan_csv.subsidies.application_file import load_application
    from careplan_csv.subsidies.subsidy_calculation import DECISION, calculated

    refuse_twice(one for one in (out, result) if one)
    refuse_reports([out] if out else [], force=force, suffixes=list(SUBSIDY_WRITERS))
    try:
        application = load_application(path)
        found = calculated(application, judged_software(result) if result else None)
        if out:
            write_subsidy(found, out, force=force)
    except (TomlFileError, NoJudgement, CannotWrite, PdfUnavailable, SchemaFileError) as error:
        raise Refused(str(error)) from error
    code = ExitCode.CONFORMANT if found.is_complete else ExitCode.FINDINGS
    if out is None:
        deliver(subsidy_text(found), None)
        return code
    written = f"補助の額: {amount_words(found)}\n結果を書きました: {printable(str(out), 200)}"
    return say(f"{written}\n{DECISION}", code)

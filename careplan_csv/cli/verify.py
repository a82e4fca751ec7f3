"""careplan-csv verify."""

from __future__ import annotations

import json
from pathlib import Path

import click

from careplan_csv.cli.codes import ExitCode
from careplan_csv.cli.evidence import tool_settings
from careplan_csv.cli.messages import Refused
from careplan_csv.cli.output import deliver


@click.command("verify")
@click.argument("package", type=click.Path(path_type=Path), metavar="証拠のZIP")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="画面に出す形式。"
)
@click.help_option("--help", help="この説明を示します。")
def command(package: Path, form: str) -> int:
    """証拠の ZIP の判定が、同封のファイルから本当に得られるかを確かめます（都道府県向け）。

    終了コード: 0 一致 / 1 相違 / 2 指定の誤り / 4 careplan-csv の不具合
    """
    from careplan_csv.conformance.package import PackageProblem, read_package
    from careplan_csv.conformance.replaying import replay
    from careplan_csv.conformance.verifying import verify
    from careplan_csv.reporting.besshi6 import render_html
    from careplan_csv.reporting.json_report import assessment_json

    try:
        read = read_package(package)
        replayed = replay(read)
    except PackageProblem as error:
        raise Refused(str(error)) from error
    result = json.loads(assessment_json(replayed.assessment, replayed.harness))
    found = verify(read, replayed, tool_settings(), result, lambda: render_html(replayed.assessment))
    if form == "json":
        data = {
            "agrees": found.agrees,
            "differences": list(found.differences),
            "verdict": replayed.assessment.verdict.value,
        }
        deliver(json.dumps(data, ensure_ascii=False, indent=2) + "\n", None)
    else:
        deliver(_text(found.differences, replayed.assessment.verdict_label), None)
    return ExitCode.CONFORMANT if found.agrees else ExitCode.FINDINGS


_AGREES = (
    "一致: 書かれた判定は、同封のファイルから計算し直した判定と同じです。"
    "介護ソフトが実際に取り込んだかどうかまでは分かりません。"
)


def _text(differences: tuple[str, ...], verdict: str) -> str:
    lines = [
        "相違" if differences else _AGREES,
        f"同封のファイルから得られる総合判定: {verdict}",
        *(f"  ・{difference}" for difference in differences),
        *(["ZIP を作った会社に、作り直しを求めてください。"] if differences else []),
    ]
    return "\n".join(lines) + "\n"

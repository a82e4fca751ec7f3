"""careplan-csv assess."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from careplan_csv.cli.codes import ExitCode
from careplan_csv.cli.inputs import check_paths, edition_option
from careplan_csv.cli.messages import Refused
from careplan_csv.cli.output import deliver, save
from careplan_csv.cli.profiles import office_type_option, profile_and_type, profile_option

if TYPE_CHECKING:
    from careplan_csv.conformance.assessment import Assessment
    from careplan_csv.conformance.judging import HarnessResult
    from careplan_csv.conformance.vendor import Vendor
    from careplan_csv.standard import Profile

DEFAULT_OUT = Path("careplan-result")


@click.command("assess")
@click.argument("paths", nargs=-1, metavar="ファイルやフォルダー…")
@office_type_option
@profile_option
@click.option("--vendor", type=click.Path(path_type=Path), help="init-vendor で作り、記入したファイル。")
@click.option(
    "--out", type=click.Path(path_type=Path), default=DEFAULT_OUT, help="別紙6 と結果を書くフォルダー。"
)
@edition_option
@click.option("--kit", type=click.Path(path_type=Path), help="取込を確かめたキットのフォルダー。")
@click.option("--exported", type=click.Path(path_type=Path), help="キットを取り込んだ後に出力したもの。")
@click.option("--dump", type=click.Path(path_type=Path), help="キットを取り込んだ後の内部データ。")
@click.option("--adapter", metavar="アダプター", help="キットを自動で実行する adapter.toml か reference。")
@click.option("--answers", type=click.Path(path_type=Path), help="記入した確認表（checksheet.xlsx）。")
@click.option("--evidence", type=click.Path(path_type=Path), help="証拠の ZIP を書くファイル名。")
@click.option(
    "--include-personal-data", is_flag=True, help="架空でない利用者のファイルも、証拠の ZIP に入れます。"
)
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="画面に出す形式。"
)
@click.option("--no-color", is_flag=True, help="色を付けません。")
@click.help_option("--help", help="この説明を示します。")
def command(
    paths: tuple[str, ...],
    office_type: str,
    profile: str,
    vendor: Path | None,
    out: Path,
    edition: str,
    kit: Path | None,
    exported: Path | None,
    dump: Path | None,
    adapter: str | None,
    answers: Path | None,
    evidence: Path | None,
    include_personal_data: bool,
    form: str,
    no_color: bool,
) -> int:
    """出力されたファイルから、事業所の種類ごとの要件を判定し、別紙6 を作ります。

    キット（careplan-csv kit make で作ります）を使うと、取込も判定します。

    終了コード: 0 適合 / 1 不適合・未確認 / 2 指定の誤り / 3 何も調べられない / 4 careplan-csv の不具合
    """
    known, kind = profile_and_type(profile, office_type)
    details = _vendor(vendor, known)
    from careplan_csv.cli.evidence import pack_evidence
    from careplan_csv.cli.trying import Tried, try_software
    from careplan_csv.conformance.assessment import assess

    options = Tried(kit, exported, dump, adapter, answers)
    trial = try_software(options, known, kind, out, bar=form == "text")
    examined = [*paths, *([str(trial.exported)] if trial.exported else [])]
    if not examined and trial.harness is None:
        raise Refused("「ファイルやフォルダー…」を指定してください。")
    result = check_paths(examined, edition=edition, bar=form == "text")
    kit_office = trial.harness.kit.office_number if trial.harness else ""
    assessment = assess(result, known, kind, details, trial.evidence, kit_office=kit_office)
    written = write_results(assessment, out, trial.harness)
    if evidence:
        written += pack_evidence(evidence, assessment, trial, examined, vendor, include_personal_data)
    show(assessment, trial.harness, written, form, color=not no_color)
    return exit_code(assessment)


def show(
    assessment: Assessment, harness: HarnessResult | None, written: list[str], form: str, *, color: bool
) -> None:
    """An assessment with what the harness found out, on the screen."""
    if form == "json":
        from careplan_csv.reporting.json_report import assessment_json

        deliver(assessment_json(assessment, harness), None)
        return
    from careplan_csv.reporting.assessment_text import assessment_text

    if harness:
        from careplan_csv.reporting.harness_text import harness_text

        deliver(harness_text(harness), None, color=color)
    deliver(assessment_text(assessment, written), None, color=color)


def exit_code(assessment: Assessment) -> ExitCode:
    """The exit code of an assessment: only 適合 is 0."""
    if assessment.check.internal_faults:
        return ExitCode.FAULT
    tried = any(cell.evidence != "none" for cell in assessment.requirements)
    if not assessment.check.examined and not tried:
        return ExitCode.NOT_EXAMINED
    return ExitCode.CONFORMANT if assessment.verdict == "conformant" else ExitCode.FINDINGS


def _vendor(path: Path | None, profile: Profile) -> Vendor | None:
    if path is None:
        return None
    from careplan_csv.conformance.vendor import TomlFileError, load

    try:
        return load(path, profile)
    except TomlFileError as error:
        raise Refused(str(error)) from error


def write_results(assessment: Assessment, out: Path, harness: HarnessResult | None = None) -> list[str]:
    """Write 別紙6 (HTML and PDF) and the JSON result.

    Returns:
        What was written, and what could not be, each a line for people.
    """
    from careplan_csv.reporting.besshi6 import render_html
    from careplan_csv.reporting.json_report import assessment_json
    from careplan_csv.reporting.pdf import PdfUnavailable, html_to_pdf

    html = render_html(assessment)
    lines = [f"別紙6（HTML）: {out / 'besshi6.html'}"]
    save(out / "besshi6.html", html.encode("utf-8"))
    try:
        save(out / "besshi6.pdf", html_to_pdf(html, created_at=assessment.check.checked_at))
        lines.append(f"別紙6（PDF）: {out / 'besshi6.pdf'}")
    except PdfUnavailable as error:
        lines.append(str(error))
    save(out / "result.json", assessment_json(assessment, harness).encode("utf-8"))
    lines.append(f"結果（JSON）: {out / 'result.json'}")
    return lines

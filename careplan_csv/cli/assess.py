"""careplan-csv assess."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click

from careplan_csv.cli.codes import ExitCode
from careplan_csv.cli.inputs import check_paths, edition_option
from careplan_csv.cli.messages import Refused
from careplan_csv.cli.output import deliver, save

if TYPE_CHECKING:
    from careplan_csv.conformance.assessment import Assessment
    from careplan_csv.conformance.vendor import Vendor
    from careplan_csv.standard import OfficeType, Profile

DEFAULT_OUT = Path("careplan-result")


@click.command("assess")
@click.argument("paths", nargs=-1, required=True, metavar="ファイルやフォルダー…")
@click.option(
    "--office-type",
    "office_type",
    required=True,
    metavar="種類",
    help="居宅介護支援（planning）か 居宅サービス（service）。",
)
@click.option(
    "--profile", default="yamaguchi-r6", metavar="名前", help="要件の表（yamaguchi-r6、mhlw-4.1）。"
)
@click.option("--vendor", type=click.Path(path_type=Path), help="init-vendor で作り、記入したファイル。")
@click.option(
    "--out", type=click.Path(path_type=Path), default=DEFAULT_OUT, help="別紙6 と結果を書くフォルダー。"
)
@edition_option
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
    form: str,
    no_color: bool,
) -> int:
    """出力されたファイルから、事業所の種類ごとの要件を判定し、別紙6 を作ります。

    終了コード: 0 適合 / 1 不適合・未確認 / 2 指定の誤り / 3 何も調べられない / 4 この道具の誤り
    """
    known, kind = _profile(profile, office_type)
    details = _vendor(vendor, known)
    from careplan_csv.conformance.assessment import assess

    result = check_paths(paths, edition=edition, bar=form == "text")
    assessment = assess(result, known, kind, details)
    written = write_results(assessment, out)
    if form == "json":
        from careplan_csv.reporting.json_report import assessment_json

        deliver(assessment_json(assessment), None)
    else:
        from careplan_csv.reporting.assessment_text import assessment_text

        deliver(assessment_text(assessment, written), None, color=not no_color)
    return exit_code(assessment)


def exit_code(assessment: Assessment) -> ExitCode:
    """The exit code of an assessment: only 適合 is 0."""
    if assessment.check.internal_faults:
        return ExitCode.FAULT
    if not assessment.check.examined:
        return ExitCode.NOT_EXAMINED
    return ExitCode.CONFORMANT if assessment.verdict == "conformant" else ExitCode.FINDINGS


def _profile(profile_id: str, word: str) -> tuple[Profile, OfficeType]:
    from careplan_csv.standard import standard

    known = standard()
    if profile_id not in known.profiles:
        raise Refused(f"オプション「--profile」に使える値は {'、'.join(known.profiles)} です。")
    profile = known.profile(profile_id)
    try:
        return profile, profile.office_type(word)
    except KeyError:
        words = "、".join(f"{kind.short}（{kind.id}）" for kind in profile.office_types)
        raise Refused(f"オプション「--office-type」に使える値は {words} です。") from None


def _vendor(path: Path | None, profile: Profile) -> Vendor | None:
    if path is None:
        return None
    from careplan_csv.conformance.vendor import VendorFileError, load

    try:
        return load(path, profile)
    except VendorFileError as error:
        raise Refused(str(error)) from error


def write_results(assessment: Assessment, out: Path) -> list[str]:
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
    save(out / "result.json", assessment_json(assessment).encode("utf-8"))
    lines.append(f"結果（JSON）: {out / 'result.json'}")
    return lines

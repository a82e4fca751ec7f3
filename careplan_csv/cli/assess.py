"""careplan-csv assess."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import click

from careplan_csv.cli.codes import ExitCode
from careplan_csv.cli.formats import format_option, is_for_people
from careplan_csv.cli.inputs import check_paths, edition_option
from careplan_csv.cli.letter_options import has_letters, letter_options, letter_order
from careplan_csv.cli.messages import Refused, say
from careplan_csv.cli.output import deliver, output_option, save
from careplan_csv.cli.profiles import office_type_option, profile_and_type, profile_option
from careplan_csv.cli.report_option import (
    places_for,
    refuse_reports,
    refuse_twice,
    report_options,
    write_assessment_reports,
)
from careplan_csv.cli.survey_options import survey_options, survey_order
from careplan_csv.findings import printable
from careplan_csv.reporting.reporters import AssessmentReport, rendered

if TYPE_CHECKING:
    from careplan_csv.conformance.declaration.vendor import Vendor
    from careplan_csv.conformance.evidence_package.vendor_proof import VendorProof
    from careplan_csv.conformance.harness.harness_result import HarnessResult
    from careplan_csv.conformance.requirements.assessment import Assessment
    from careplan_csv.reporting.form_template import FormTemplate
    from careplan_csv.standard import OfficeType, Profile

RESULT = "result.json"
DEFAULT_OUT = Path("careplan-result")
_OFFICES_LISTED = 5


@click.command("assess")
@click.argument("paths", nargs=-1, metavar="[ファイルやフォルダー…]")
@office_type_option
@profile_option
@click.option("--vendor", type=click.Path(path_type=Path), help="init-vendor で作り、記入したファイル。")
@click.option(
    "--vendor-evidence",
    type=click.Path(path_type=Path),
    metavar="ZIP",
    help="ソフト会社から受け取った証拠の ZIP。取込の判定に使います。",
)
@click.option(
    "--trusted",
    type=click.Path(path_type=Path),
    metavar="フォルダー",
    help="信頼する公開鍵（.pub.pem）のフォルダー。ソフト会社の証拠の署名を確かめます。",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help=f"別紙6 と結果を書くフォルダー。省略すると {DEFAULT_OUT}（すでにあるときは {DEFAULT_OUT}-2 …）。",
)
@click.option(
    "--force",
    is_flag=True,
    help="--out・--evidence・--survey・--letter・--report にすでにあるものを、上書きします。",
)
@edition_option
@click.option("--kit", type=click.Path(path_type=Path), help="取込を確かめたキットのフォルダー。")
@click.option("--exported", type=click.Path(path_type=Path), help="キットを取り込んだ後に出力したもの。")
@click.option("--dump", type=click.Path(path_type=Path), help="キットを取り込んだ後の内部データ。")
@click.option(
    "--adapter", metavar="アダプター", help="キットを自動で実行する adapter.toml か reference（見本）。"
)
@click.option("--answers", type=click.Path(path_type=Path), help="記入した確認表（checksheet.xlsx）。")
@click.option("--evidence", type=click.Path(path_type=Path), help="証拠の ZIP を書くファイル名。")
@click.option(
    "--sign", type=click.Path(path_type=Path), metavar="鍵", help="証拠の ZIP に、この鍵で署名します。"
)
@click.option(
    "--include-personal-data",
    is_flag=True,
    help="実在する利用者の個人情報も ZIP に入れます（渡す相手に注意）。",
)
@click.option(
    "--template",
    type=click.Path(path_type=Path),
    metavar="フォルダー",
    help="差し替えた別紙6 のひな型（besshi6.html.j2）のフォルダー。文書のひな型もあれば、それも使います。",
)
@survey_options
@letter_options
@report_options
@format_option(AssessmentReport)
@output_option
@click.option("--no-color", is_flag=True, help="色を付けません。")
@click.help_option("--help", help="この説明を示します。")
def command(
    paths: tuple[str, ...],
    office_type: str,
    profile: str,
    vendor: Path | None,
    vendor_evidence: Path | None,
    trusted: Path | None,
    out: Path | None,
    force: bool,
    edition: str,
    kit: Path | None,
    exported: Path | None,
    dump: Path | None,
    adapter: str | None,
    answers: Path | None,
    evidence: Path | None,
    sign: Path | None,
    include_personal_data: bool,
    template: Path | None,
    survey: Path | None,
    survey_results: tuple[Path, ...],
    letters: tuple[Path, ...],
    letter_to: str | None,
    letter_until: str | None,
    letter_templates: Path | None,
    reports: tuple[Path, ...],
    report_encoding: str,
    form: str,
    output: Path | None,
    no_color: bool,
) -> int:
    """出力されたファイルから、事業所の種類ごとの要件を判定し、別紙6 を作ります。

    取込は、ソフト会社の証拠（--vendor-evidence）か、キット（careplan-csv kit make）で判定します。

    終了コード: 0 適合 / 1 不適合・未確認 / 2 指定の誤り / 3 何も調べられない / 4 careplan-csv の不具合
    """
    known, kind = profile_and_type(profile, office_type)
    _refuse_packages(paths)
    if sign and not evidence:
        raise Refused("--sign は、--evidence と一緒に指定してください。")
    details = _vendor(vendor, known)
    _refuse_sample_of_a_product(adapter, details)
    folder = result_folder(out, force=force)
    form_of = _template(template)
    own_letters = letter_templates or (template if letters and has_letters(template) else None)
    order = letter_order(letters, letter_to, letter_until, own_letters, force=force)
    survey_sheet = survey_order(survey, survey_results, kind, details, force=force)
    refuse_reports(reports, force=force)
    refuse_twice(
        [*reports, *letters, *survey_results, *(path for path in (output, evidence, survey) if path)]
    )
    from careplan_csv.cli.evidence import pack_evidence
    from careplan_csv.cli.kit_options import KitOptions, trial_of
    from careplan_csv.conformance.evidence_package.assembly import EvidencePaths
    from careplan_csv.conformance.harness.kit_assessment import kit_office_of
    from careplan_csv.conformance.requirements.assessment import assess

    taken = _taken_over(vendor_evidence, known, kind, details, trusted)
    options = KitOptions(kit, exported, dump, adapter, answers)
    trial = trial_of(options, known, kind, folder, bar=is_for_people(AssessmentReport, form))
    examined = [*paths, *([str(trial.exported)] if trial.exported else [])]
    if not examined and trial.harness is None and not taken.cells:
        raise Refused(
            "調べるファイルかフォルダーを指定してください。"
            "例: careplan-csv assess 出力フォルダー --office-type 居宅介護支援"
        )
    bar = is_for_people(AssessmentReport, form)
    with places_for(reports, force=force, show_values=False) as every:
        result = check_paths(examined, edition=edition, bar=bar, every=every)
        assessment = assess(
            result,
            known,
            kind,
            details,
            trial.evidence,
            kit=kit_office_of(trial.harness),
            taken_over=taken.cells,
            remarks=(*taken.notes, *filter(None, [form_of.remark])),
        )
        _refuse_several(assessment)
        written = write_results(assessment, folder, trial.harness, form_of)
        written += write_assessment_reports(
            reports, every, assessment, trial.harness, report_encoding, force=force, bar=bar
        )
    if evidence:
        found = EvidencePaths(
            paths, trial.exported, trial.dump, trial.after_faults, vendor, trial.answers, vendor_evidence
        )
        written += pack_evidence(
            evidence,
            found,
            assessment,
            trial.harness,
            personal=include_personal_data,
            key=sign,
            force=force,
        )
    if survey_sheet:
        written += survey_sheet.write(folder / RESULT, details, force=force)
    if order:
        written += order.write(result, assessment, force=force)
    show(assessment, trial.harness, written, form, color=not no_color, output=output)
    return exit_code(assessment)


def _refuse_packages(paths: tuple[str, ...]) -> None:
    """Somebody's evidence is no export of an office."""
    from careplan_csv.conformance.evidence_package.package import is_package

    for path in paths:
        if is_package(Path(path)):
            raise Refused(
                f"「{printable(path, 200)}」は証拠の ZIP です。確かめるには「careplan-csv verify」を、"
                "ソフト会社の証拠として使うには --vendor-evidence を使ってください。"
            )


def _refuse_sample_of_a_product(adapter: str | None, vendor: Vendor | None) -> None:
    """What the reference software does says nothing of any product."""
    from careplan_csv.conformance.harness.adapters import REFERENCE

    if vendor and adapter and adapter.partition(":")[0] == REFERENCE:
        raise Refused(
            f"参照ソフト（{REFERENCE}）の結果は見本で、製品「{vendor.software.product_name}」の証拠にはなりません。"
            "製品の adapter.toml を指定するか、見本を見るだけなら --vendor を付けずに実行してください。"
        )


def _refuse_several(assessment: Assessment) -> None:
    """One form is about one office."""
    offices = assessment.senders
    if len(offices) > 1:
        listed = "、".join(offices[:_OFFICES_LISTED])
        more = f"、ほか {len(offices) - _OFFICES_LISTED}か所" if len(offices) > _OFFICES_LISTED else ""
        raise Refused(
            f"送信元の事業所が {len(offices)}か所あります（{listed}{more}）。別紙6 は事業所ごとに作ります。"
            "事業所ごとのフォルダーに分けるか、vendor.toml に申請する事業所の事業所番号を書いてください。"
        )


def result_folder(out: Path | None, *, force: bool) -> Path:
    """Where the results go: a form that is there already is never overwritten in silence.

    Raises:
        Refused: the named folder holds results already.
    """
    if out is not None:
        if (out / "besshi6.html").exists() and not force:
            raise Refused(
                f"「{printable(str(out), 200)}」には、前の別紙6 があります。上書きするなら --force を付けるか、別のフォルダーを指定してください。"
            )
        return out
    if force or not DEFAULT_OUT.exists():
        return DEFAULT_OUT
    numbered = (Path(f"{DEFAULT_OUT}-{number}") for number in count(2))
    return next(path for path in numbered if not path.exists())


def _taken_over(
    path: Path | None, profile: Profile, office_type: OfficeType, vendor: Vendor | None, trusted: Path | None
) -> VendorProof:
    from careplan_csv.cli.evidence import trusted_keys, vendor_proof_of
    from careplan_csv.conformance.evidence_package.package import PackageProblem, read_package
    from careplan_csv.conformance.evidence_package.vendor_proof import VendorProof

    if path is None:
        return VendorProof()
    try:
        package = read_package(path)
    except PackageProblem as error:
        raise Refused(str(error)) from error
    keys = trusted_keys(trusted)
    proof = vendor_proof_of(package, profile.id, office_type.id, vendor, keys)
    say(proof.signed.sentence, ExitCode.CONFORMANT)
    return proof


def show(
    assessment: Assessment,
    harness: HarnessResult | None,
    written: list[str],
    form: str,
    *,
    color: bool,
    output: Path | None = None,
    show_values: bool = False,
) -> None:
    """An assessment with what the harness found out, in the format that was asked for."""
    report = AssessmentReport(assessment, harness, tuple(written), show_values)
    deliver(rendered(report, form), output, color=color)


def exit_code(assessment: Assessment) -> ExitCode:
    """The exit code of an assessment: only 適合 is 0, and an example in which everything is."""
    if assessment.check.internal_faults:
        return ExitCode.FAULT
    tried = any(cell.evidence != "none" for cell in assessment.requirements)
    if not assessment.check.examined and not tried:
        return ExitCode.NOT_EXAMINED
    fine = all(cell.result == "conformant" for cell in assessment.required) and assessment.required
    return ExitCode.CONFORMANT if fine else ExitCode.FINDINGS


def _vendor(path: Path | None, profile: Profile) -> Vendor | None:
    if path is None:
        return None
    from careplan_csv.conformance.declaration.vendor import TomlFileError, load

    try:
        return load(path, profile)
    except TomlFileError as error:
        raise Refused(str(error)) from error


def _template(folder: Path | None) -> FormTemplate:
    from careplan_csv.reporting.form_template import form_template
    from careplan_csv.reporting.letters import BadTemplate

    try:
        return form_template(folder)
    except BadTemplate as error:
        raise Refused(str(error)) from error


def write_results(
    assessment: Assessment,
    out: Path,
    harness: HarnessResult | None = None,
    template: FormTemplate | None = None,
) -> list[str]:
    """Write 別紙6 (HTML and PDF) and the JSON result.

    Returns:
        What was written, and what could not be, each a line for people.
    """
    from careplan_csv.reporting.besshi6 import render_html
    from careplan_csv.reporting.letters import BadTemplate
    from careplan_csv.reporting.pdf import PdfUnavailable, html_to_pdf

    try:
        html = render_html(assessment, harness, template=template)
    except BadTemplate as error:
        raise Refused(str(error)) from error
    lines = [f"別紙6（HTML）: {out / 'besshi6.html'}"]
    save(out / "besshi6.html", html.encode("utf-8"))
    try:
        save(out / "besshi6.pdf", html_to_pdf(html, created_at=assessment.check.checked_at))
        lines.append(f"別紙6（PDF）: {out / 'besshi6.pdf'}")
    except PdfUnavailable as error:
        lines.append(str(error))
    return [*lines, *write_json(assessment, out, harness)]


def write_json(assessment: Assessment, out: Path, harness: HarnessResult | None = None) -> list[str]:
    """Write the JSON result; returns a line for people."""
    from careplan_csv.reporting.json_report import assessment_json

    save(out / RESULT, assessment_json(assessment, harness).encode("utf-8"))
    return [f"結果（JSON）: {out / RESULT}"]

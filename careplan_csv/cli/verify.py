"""careplan-csv verify."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from careplan_csv.cli.codes import ExitCode
from careplan_csv.cli.evidence import now, rendering, trusted_keys, verified, write_package
from careplan_csv.cli.formats import format_option, is_for_people
from careplan_csv.cli.messages import Refused
from careplan_csv.cli.output import deliver, output_option, save
from careplan_csv.cli.profiles import added_profile, own_profile_option
from careplan_csv.cli.progress import told_progress
from careplan_csv.findings import printable
from careplan_csv.reporting.reporters import VerificationReport, rendered

if TYPE_CHECKING:
    from careplan_csv.conformance.evidence_package.package import Package
    from careplan_csv.conformance.evidence_package.signature import Signed
    from careplan_csv.conformance.evidence_package.verification import Verification
    from careplan_csv.conformance.kit.challenge import ChallengeAnswers


@click.command("verify")
@click.argument("package", type=click.Path(path_type=Path), metavar="証拠のZIP")
@click.option(
    "--trusted",
    type=click.Path(path_type=Path),
    metavar="フォルダー",
    help="信頼する公開鍵（.pub.pem）のフォルダー。だれの署名かを確かめます。",
)
@own_profile_option
@click.option(
    "--challenge",
    type=click.Path(path_type=Path),
    metavar="答え",
    help="出題キットの答えのファイル。出題した人が、取込を判定するときに指定します。",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="ZIP",
    help="--challenge のとき、判定した証拠（答えつき）を書くファイル。",
)
@click.option(
    "--sign", type=click.Path(path_type=Path), metavar="鍵", help="--out に書く証拠に、この鍵で署名します。"
)
@click.option("--force", is_flag=True, help="--out のファイルがすでにあるとき、上書きします。")
@format_option(VerificationReport)
@output_option
@click.help_option("--help", help="この説明を示します。")
def command(
    package: Path,
    trusted: Path | None,
    own_profile: Path | None,
    challenge: Path | None,
    out: Path | None,
    sign: Path | None,
    force: bool,
    form: str,
    output: Path | None,
) -> int:
    """ZIP に書かれた判定が正しいかを、同封のファイルから計算し直して確かめます（都道府県向け）。

    終了コード: 0 一致（--challenge では適合） / 1 相違・見本（--challenge では適合でない） / 2 指定の誤り / 4 careplan-csv の不具合 / 5 別のバージョンの証拠
    """
    from careplan_csv.conformance.evidence_package.package import PackageProblem, read_package
    from careplan_csv.conformance.evidence_package.signature import examine

    if (out or sign) and not challenge:
        raise Refused("--out と --sign は、--challenge と一緒に指定してください。")
    if own_profile:
        added_profile(own_profile)
    keys = trusted_keys(trusted)
    answers = _answers(challenge)
    try:
        with told_progress("証拠を確かめています", shown=is_for_people(VerificationReport, form)) as told:
            read = read_package(package)
            found = verified(read, answers, told)
    except PackageProblem as error:
        if _is_zip(package):
            raise Refused(f"相違: {error}", ExitCode.FINDINGS) from error
        raise Refused(str(error)) from error
    signed = examine(read.manifest, read.signature, keys)
    lines = (
        _note_judgement(challenge, answers, read, found)
        if challenge and answers
        else note_issuer(found, signed)
    )
    if out and answers:
        lines += _write_judged(out, read, found, answers, sign, force=force)
    deliver(rendered(VerificationReport(found, signed, lines), form), output)
    if answers and found.replayed.assessment.verdict != "conformant":
        return ExitCode.FINDINGS
    return exit_code(found, signed)


def exit_code(found: Verification, signed: Signed) -> ExitCode:
    """0 only where everything agrees, nothing is an example and no signature is broken."""
    if not found.agrees or found.is_sample or signed.outcome == "broken":
        return ExitCode.FINDINGS
    return ExitCode.OTHER_VERSION if found.other_version else ExitCode.CONFORMANT


def _is_zip(path: Path) -> bool:
    """Whether there is a ZIP file at all: what is wrong is then in it, and not in the command."""
    from careplan_csv.conformance.evidence_package.package import is_package

    return is_package(path)


def _answers(path: Path | None) -> ChallengeAnswers | None:
    from careplan_csv.conformance.kit.challenge import ChallengeProblem, read_answers

    if path is None:
        return None
    try:
        return read_answers(path)
    except ChallengeProblem as error:
        raise Refused(str(error)) from error


def note_issuer(found: Verification, signed: Signed) -> list[str]:
    """Whose challenge it was is told by a trusted key alone: anybody can set and judge one of his own."""
    harness = found.replayed.harness
    if harness is None or harness.proof != "challenge" or signed.outcome == "trusted":
        return []
    issuer = printable(found.replayed.issuer, 100) or "記載なし"
    return [
        f"注意: 出題者（{issuer}）は、ZIP に書かれているだけです。信頼する鍵の署名がないため、自分で出題して判定したものかもしれません。"
    ]


def _note_judgement(
    path: Path, answers: ChallengeAnswers, package: Package, found: Verification
) -> list[str]:
    """Keep in the answers that they were used: a kit whose answers are known proves nothing a second time."""
    from careplan_csv.conformance.kit.challenge import Judged

    earlier = [one for one in answers.judged if one.evidence != package.identity]
    if not any(one.evidence == package.identity for one in answers.judged):
        vendor = found.replayed.assessment.vendor
        product = f"{vendor.software.product_name} {vendor.software.version}" if vendor else ""
        judged = Judged(package.identity, now().isoformat(timespec="seconds"), product.strip())
        save(path, answers.with_judged(judged).data())
    return [
        f"注意: この出題キットは、{one.at[:10]} に別の証拠（{one.product or '製品名なし'}）で判定済みです。"
        "答えが知られているおそれがあります。"
        for one in earlier
    ]


def _write_judged(
    out: Path,
    package: Package,
    found: Verification,
    answers: ChallengeAnswers,
    key: Path | None,
    *,
    force: bool,
) -> list[str]:
    """The package with the answers and the verdict that follows from them."""
    from careplan_csv.conformance.evidence_package.package import CHALLENGE_ANSWERS, FORM_HTML, RESULT

    if not found.agrees or found.is_sample:
        return ["証拠に相違があるか見本であるため、判定した証拠は書きませんでした。"]
    rendered = rendering()
    judged = found.replayed
    parts = {
        **package.parts,
        CHALLENGE_ANSWERS: replace(answers, judged=()).data(),
        RESULT: rendered.result(judged.assessment, judged.harness).encode("utf-8"),
        FORM_HTML: rendered.form(judged.assessment, judged.harness).encode("utf-8"),
    }
    settings = {**package.settings, **rendered.tool}
    signed = write_package(out, replace(package, parts=parts, settings=settings), key, force=force)
    return [f"判定した証拠（答えつき{'、署名つき' if signed else ''}）: {out}"]

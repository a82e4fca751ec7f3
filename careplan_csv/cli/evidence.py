"""Evidence packages on the command line: made, signed, and examined."""

from __future__ import annotations

import getpass
import os
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from careplan_csv.cli.messages import Refused
from careplan_csv.cli.output import save_new

if TYPE_CHECKING:
    from collections.abc import Sequence

    from careplan_csv.cli.progress import ProgressDisplay
    from careplan_csv.conformance.declaration.vendor import Vendor
    from careplan_csv.conformance.evidence_package.assembly import EvidencePaths
    from careplan_csv.conformance.evidence_package.package import Package
    from careplan_csv.conformance.evidence_package.renderers import Rendering
    from careplan_csv.conformance.evidence_package.replay import Replayed
    from careplan_csv.conformance.evidence_package.signature import TrustedKey
    from careplan_csv.conformance.evidence_package.vendor_proof import VendorProof
    from careplan_csv.conformance.evidence_package.verification import Verification
    from careplan_csv.conformance.harness.harness_result import HarnessResult
    from careplan_csv.conformance.kit.challenge import ChallengeAnswers
    from careplan_csv.conformance.requirements.assessment import Assessment

PASSPHRASE = "CAREPLAN_CSV_PASSPHRASE"
"""The variable that holds the passphrase of a key where nobody can be asked."""


def tool_settings() -> dict[str, str]:
    """Name, version and rule set of this program."""
    from careplan_csv.checks import rule_set_version
    from careplan_csv.reporting.json_report import TOOL
    from careplan_csv.version import __version__

    return {"tool": TOOL, "version": __version__, "rule_set": rule_set_version()}


def rendering() -> Rendering:
    """How results are written down."""
    from careplan_csv.conformance.evidence_package.renderers import Rendering
    from careplan_csv.reporting.besshi6 import render_html
    from careplan_csv.reporting.json_report import assessment_json

    return Rendering(tool_settings(), assessment_json, render_html)


def now() -> datetime:
    """This moment, with offset."""
    return datetime.now().astimezone()


def pack_evidence(
    path: Path,
    found: EvidencePaths,
    assessment: Assessment,
    harness: HarnessResult | None,
    *,
    personal: bool,
    key: Path | None = None,
    force: bool = False,
) -> list[str]:
    """Write the package of an assessment; its result and form are made from what it holds.

    Returns:
        What was written, a line for people.

    Raises:
        Refused: it cannot be made, or would hold people who are not synthetic.
    """
    from careplan_csv.conformance.evidence_package.assembly import assembled
    from careplan_csv.conformance.evidence_package.package import FORM_HTML, RESULT, PackageProblem

    rendered = rendering()
    try:
        package = assembled(found, assessment, harness, rendered.tool, personal=personal)
        replayed = replayed_of(package, assessment.check.checked_at)
    except PackageProblem as error:
        raise Refused(str(error)) from error
    if _cells(replayed.assessment) != _cells(assessment):
        raise Refused(
            "証拠の ZIP に入れるファイルだけからは、同じ判定になりませんでした。"
            "調べるファイルを1つのフォルダーにまとめて、もう一度実行してください。"
        )
    parts = {
        **package.parts,
        RESULT: rendered.result(replayed.assessment, replayed.harness).encode("utf-8"),
        FORM_HTML: rendered.form(replayed.assessment, replayed.harness).encode("utf-8"),
    }
    signed = write_package(path, replace(package, parts=parts), key, force=force)
    return [f"証拠（ZIP{'、署名つき' if signed else ''}）: {path}"]


def write_package(path: Path, package: Package, key: Path | None, *, force: bool) -> bool:
    """Write a package, signed where there is a key.

    Returns:
        Whether it was signed.

    Raises:
        Refused: the key cannot be used, or there is a file already.
    """
    from careplan_csv.conformance.evidence_package.signature import KeyProblem, read_private_key, sign

    signature = b""
    if key:
        try:
            private = read_private_key(key, passphrase_for(key))
        except KeyProblem as error:
            raise Refused(str(error)) from error
        signature = sign(package.manifest_bytes(), private)
    save_new(path, package.data(signature), force=force)
    return bool(signature)


def passphrase_for(key: Path) -> bytes:
    """The passphrase of a private key: of the variable, or asked for at the terminal where it is needed."""
    if PASSPHRASE in os.environ:
        return os.environ[PASSPHRASE].encode("utf-8")
    try:
        is_encrypted = b"ENCRYPTED" in key.read_bytes()[:100]
    except OSError:
        return b""
    if not is_encrypted:
        return b""
    if not sys.stdin.isatty():
        raise Refused(f"鍵「{key.name}」のパスフレーズを、環境変数 {PASSPHRASE} に入れてください。")
    return getpass.getpass("鍵のパスフレーズ: ").encode("utf-8")


def trusted_keys(folder: Path | None) -> list[TrustedKey]:
    """The public keys that the user trusts.

    Raises:
        Refused: the folder or a key in it cannot be used.
    """
    from careplan_csv.conformance.evidence_package.signature import KeyProblem, read_trusted

    if folder is None:
        return []
    try:
        return read_trusted(folder)
    except KeyProblem as error:
        raise Refused(str(error)) from error


def replayed_of(
    package: Package,
    checked_at: str,
    answers: ChallengeAnswers | None = None,
    told: ProgressDisplay | None = None,
) -> Replayed:
    """The verdict of a package made anew, with what it takes over from an enclosed package.

    Raises:
        PackageProblem: it cannot be made.
    """
    from careplan_csv.conformance.evidence_package.package import VENDOR_EVIDENCE
    from careplan_csv.conformance.evidence_package.replay import replay

    enclosed = package.parts.get(VENDOR_EVIDENCE)
    proof = _enclosed_proof(package, enclosed) if enclosed is not None else None
    return replay(
        package,
        checked_at,
        answers,
        proof.cells if proof else None,
        proof.notes if proof else (),
        (lambda advance: told(advance.done_bytes, advance.all_bytes)) if told else None,
    )


def _enclosed_proof(package: Package, enclosed: bytes) -> VendorProof:
    from careplan_csv.conformance.evidence_package.package import open_package
    from careplan_csv.conformance.evidence_package.replay import vendor_of
    from careplan_csv.standard import standard

    profile = standard().profile(package.settings["profile"])
    inner = open_package(enclosed, "同封のソフト会社の証拠")
    return vendor_proof_of(
        inner, profile.id, package.settings["office_type"], vendor_of(package, profile), ()
    )


def vendor_proof_of(
    package: Package, profile_id: str, office_type: str, vendor: Vendor | None, trusted: Sequence[TrustedKey]
) -> VendorProof:
    """What an office may take over from a package."""
    from careplan_csv.conformance.evidence_package.vendor_proof import vendor_proof
    from careplan_csv.standard import standard

    profile = standard().profile(profile_id)
    return vendor_proof(
        package,
        profile,
        profile.office_type(office_type),
        vendor,
        rendering(),
        now(),
        trusted,
    )


def verified(
    package: Package, answers: ChallengeAnswers | None = None, told: ProgressDisplay | None = None
) -> Verification:
    """Verify a package.

    Raises:
        PackageProblem: nothing can be derived from it.
    """
    from careplan_csv.conformance.evidence_package.replay import moment_of
    from careplan_csv.conformance.evidence_package.verification import verify

    rendered = rendering()
    checked_at = moment_of(package)
    claimed = replayed_of(package, checked_at, told=told)
    verification = verify(
        package,
        claimed,
        rendered.tool,
        rendered.result_data(claimed.assessment, claimed.harness),
        lambda: rendered.form(claimed.assessment, claimed.harness),
        now(),
    )
    if answers is None:
        return verification
    replayed = replayed_of(package, checked_at, answers)
    return replace(verification, replayed=replayed, remarks=package.remarks)


def _cells(assessment: Assessment) -> list[tuple[object, ...]]:
    return [(cell.letter, cell.direction, cell.result, cell.evidence) for cell in assessment.requirements]

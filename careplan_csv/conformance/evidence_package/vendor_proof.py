"""Takes over cells from the software company's evidence package for an office, after verifying it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from careplan_csv.conformance.declaration.vendor import Software, Vendor
from careplan_csv.conformance.evidence_package.package import FORMAT, Package, PackageProblem
from careplan_csv.conformance.evidence_package.renderers import Rendering
from careplan_csv.conformance.evidence_package.replay import moment_of, replay
from careplan_csv.conformance.evidence_package.signature import (
    UNSIGNED,
    SignatureOutcome,
    Signed,
    TrustedKey,
    examine,
)
from careplan_csv.conformance.evidence_package.verification import Verification, verify
from careplan_csv.conformance.requirements.assessment import Assessment, RequirementResult
from careplan_csv.conformance.requirements.cell_evidence import Cell, CellEvidence
from careplan_csv.conformance.requirements.proof import Proof, ProofKind
from careplan_csv.findings import printable
from careplan_csv.japanese_dates import japanese_date
from careplan_csv.results import Evidence, Status
from careplan_csv.standard import Direction, OfficeType, Profile

_TOLD = 3
_KEY_DIGITS = 16


@dataclass(frozen=True)
class VendorProof:
    """The cells that an office may take over from a package of its software company.

    Attributes:
        cells: of the requirement table; empty if the package cannot be used.
        notes: its maker and date, or the reason why it cannot be used; sentences in Japanese.
        signed: its examined signature.
    """

    cells: Mapping[Cell, CellEvidence] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    signed: Signed = UNSIGNED


def vendor_proof(
    package: Package,
    profile: Profile,
    office_type: OfficeType,
    vendor: Vendor | None,
    rendering: Rendering,
    now: datetime,
    trusted: Sequence[TrustedKey] = (),
) -> VendorProof:
    """Verify a package, and take over its cells if it is about this product, table and office type."""
    signed = examine(package.manifest, package.signature, trusted)
    try:
        checked_at = moment_of(package)
        replayed = replay(package, checked_at)
    except PackageProblem as error:
        return _refused(f"{error}", signed)
    result = rendering.result_data(replayed.assessment, replayed.harness)
    verification = verify(
        package,
        replayed,
        rendering.tool,
        result,
        lambda: rendering.form(replayed.assessment, replayed.harness),
        now,
    )
    software = replayed.assessment.vendor.software if replayed.assessment.vendor else Software()
    reasons = list(_reasons(package, verification, signed, profile, office_type, vendor, software))
    if reasons:
        return _refused(" ".join(reasons), signed)
    key = signed.fingerprint[:_KEY_DIGITS]
    day = datetime.fromisoformat(checked_at)
    by = f"{software.vendor_name}（出題: {replayed.issuer}）" if replayed.issuer else software.vendor_name
    cells = dict(_cells(replayed.assessment, by, day.date().isoformat(), key))
    sign = f"署名の鍵 {key}" if key else "署名なし"
    note = (
        f"ソフト会社「{software.vendor_name}」の証拠（{japanese_date(day)} 作成、{sign}）を使いました。"
        f"使った判定: {_named(cells)}。"
        + ("署名の鍵が、出題者のものかどうかを確かめてください。" if replayed.issuer and key else "")
    )
    remarks = [f"ソフト会社の証拠について: {remark}" for remark in verification.other_version]
    return VendorProof(cells, (note, *remarks), signed)


def _refused(reason: str, signed: Signed) -> VendorProof:
    return VendorProof({}, (f"ソフト会社の証拠は使えませんでした。{reason}",), signed)


def _reasons(
    package: Package,
    verification: Verification,
    signed: Signed,
    profile: Profile,
    office_type: OfficeType,
    vendor: Vendor | None,
    software: Software,
) -> Iterator[str]:
    """The reasons why a package cannot be used, each a sentence."""
    settings = package.settings
    if settings["profile"] != profile.id:
        yield f"証拠は要件の表 {printable(settings['profile'])} のもので、{profile.id} のものではありません。"
    if settings["office_type"] != office_type.id:
        yield f"証拠の事業所の種類（{printable(settings['office_type'])}）が、{office_type.short}ではありません。"
    if signed.outcome is SignatureOutcome.BROKEN:
        yield signed.sentence
    if package.format != FORMAT:
        yield "証拠の形式が前のもので、キットが本物かどうかを確かめられません。新しいバージョンで作り直してもらってください。"
    if verification.is_sample:
        yield "参照ソフトによる見本の証拠です。製品の証明にはなりません。"
    if verification.differences:
        yield f"証拠の判定が、同封のファイルから得られるものと違います（{verification.differences[0]}）。"
    yield from _of_another_product(vendor, software)


def _of_another_product(vendor: Vendor | None, software: Software) -> Iterator[str]:
    if vendor is None:
        yield "vendor.toml（--vendor）がないため、製品が同じかどうかを確かめられません。"
        return
    for label, own, theirs in (
        ("製品名", vendor.software.product_name, software.product_name),
        ("バージョン", vendor.software.version, software.version),
    ):
        if _plain(own) != _plain(theirs):
            yield f"{label}が違います（vendor.toml: {own}、証拠: {printable(theirs) or '記載なし'}）。"


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _cells(assessment: Assessment, by: str, on: str, key: str) -> Iterator[tuple[Cell, CellEvidence]]:
    for cell in assessment.requirements:
        if cell.evidence in (Evidence.MACHINE, Evidence.DECLARED) and cell.result in (
            Status.CONFORMANT,
            Status.NONCONFORMANT,
        ):
            yield (cell.letter, cell.direction), _taken_over(cell, by, on, key)


def _taken_over(cell: RequirementResult, by: str, on: str, key: str) -> CellEvidence:
    kind = cell.proof.kind
    if kind is ProofKind.CHALLENGE and not key:
        # Makers can issue and judge challenges themselves; only a trusted key shows another issuer.
        kind = ProofKind.SELF_RUN
    return CellEvidence(
        cell.result,
        cell.evidence,
        cell.reason,
        cell.files,
        cell.records,
        cell.means,
        cell.rule,
        Proof(kind, by, on, key),
    )


def _named(cells: Mapping[Cell, CellEvidence]) -> str:
    letters = [
        f"{letter} の{direction.label}" for letter, direction in cells if direction is Direction.IMPORT
    ]
    more = f"、ほか {len(letters) - _TOLD}件" if len(letters) > _TOLD else ""
    return "、".join(letters[:_TOLD]) + more if letters else "なし"

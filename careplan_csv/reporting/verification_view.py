"""The result of verifying an evidence package, for people and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from careplan_csv.findings import printable
from careplan_csv.reporting.json_report import json_text

if TYPE_CHECKING:
    from careplan_csv.conformance.evidence_package.signature import Signed
    from careplan_csv.conformance.evidence_package.verification import Verification

_AGREES = "一致: 書かれた判定は、同封のファイルから計算し直した判定と同じです。"
_OTHER = (
    "別のバージョンの証拠: 書かれた判定は、同封のファイルから計算し直した判定と、要件ごとの結果が同じです。"
)
_UNKNOWN = "分からないこと: 同封のファイルを、その製品が本当に取り込んで書き出したかどうかは、この ZIP からは分かりません。"
_SAMPLE = "見本: 参照ソフト（careplan-csv の付属）の結果です。製品の証明にはなりません。"


def _headline(found: Verification) -> str:
    if found.differences:
        return "相違: 書かれていることが、同封のファイルから得られることと違います。"
    if found.is_sample:
        return _SAMPLE
    return _OTHER if found.other_version else _AGREES


def verification_text(found: Verification, signed: Signed, lines: Sequence[str]) -> str:
    """A verification for people; `lines` are what the command adds."""
    assessment = found.replayed.assessment
    told = [
        _headline(found),
        f"総合判定（計算し直したもの）: {assessment.verdict_label}",
        *_tested(found),
        *(f"  ・{difference}" for difference in found.differences),
        *(f"  ・{remark}" for remark in found.other_version),
        *(f"  ※{remark}" for remark in found.remarks),
        signed.sentence,
        _UNKNOWN,
        *lines,
        *(["ZIP を作った会社に、作り直しを求めてください。"] if found.differences else []),
    ]
    return "\n".join(told) + "\n"


def _tested(found: Verification) -> list[str]:
    """Which product it is about, and what ran it."""
    assessment, harness = found.replayed.assessment, found.replayed.harness
    software = assessment.vendor.software if assessment.vendor and not found.is_sample else None
    product = (
        f"{software.product_name} {software.version}（{software.vendor_name}）" if software else "記載なし"
    )
    lines = [f"製品: {printable(product, 200)}"]
    if harness and harness.kit.is_challenge:
        lines.append("証拠の種類: 出題キット（まだ判定していません）")
    elif harness:
        lines.append(f"証拠の種類: {harness.proof.label}（{harness.proof.explanation}）")
    if harness and harness.run and harness.run.adapter:
        run = harness.run
        name, system = printable(run.adapter), printable(run.system)
        lines.append(f"実行: アダプター「{name}」、{system}、{run.started_at} から {run.ended_at} まで")
    return lines


def verification_json(found: Verification, signed: Signed, lines: Sequence[str]) -> str:
    """The same as JSON."""
    harness = found.replayed.harness
    data: dict[str, Any] = {
        "agrees": found.agrees,
        "sample": found.is_sample,
        "other_version": list(found.other_version),
        "differences": list(found.differences),
        "remarks": [*found.remarks, *lines],
        "verdict": found.replayed.assessment.verdict.value,
        "proof": harness.proof.value if harness else None,
        "signature": {
            "outcome": signed.outcome.value,
            "holder": signed.holder,
            "fingerprint": signed.fingerprint,
        },
        "not_known": _UNKNOWN,
    }
    return json_text(data)

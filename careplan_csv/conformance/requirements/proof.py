"""The proof behind a result: how it was obtained, and who is responsible for it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from careplan_csv.results import Evidence


class ProofKind(StrEnum):
    """How a cell was decided, the strongest kind first."""

    CHALLENGE = "challenge"
    """The software was run with a kit whose answers its maker did not have."""
    SELF_RUN = "self_run"
    """The software was run through an adapter with a kit that the same person made."""
    DUMP = "dump"
    """Internal data that somebody exported from the software by hand was compared."""
    REEXPORT = "reexport"
    """Files that somebody exported again from the software were compared."""
    FILES = "files"
    """Exported files were checked (for exports only)."""
    CHECKSHEET = "checksheet"
    """Somebody compared the screen with the checksheet and filled it in."""
    DECLARED = "declared"
    """A declaration."""
    SAMPLE = "sample"
    """The reference software of this program was run: an example, no proof for any product."""
    NONE = "none"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def explanation(self) -> str:
        """An explanation for clerks, a phrase in Japanese."""
        return _EXPLANATIONS[self]

    @property
    def evidence(self) -> Evidence:
        """The broader class by which results are counted."""
        if self in (ProofKind.CHECKSHEET, ProofKind.DECLARED):
            return Evidence.DECLARED
        if self is ProofKind.SAMPLE:
            return Evidence.SAMPLE
        return Evidence.NONE if self is ProofKind.NONE else Evidence.MACHINE


_LABELS = {
    ProofKind.CHALLENGE: "出題キット",
    ProofKind.SELF_RUN: "自己実施",
    ProofKind.DUMP: "内部データのみ",
    ProofKind.REEXPORT: "再出力のみ",
    ProofKind.FILES: "出力ファイル",
    ProofKind.CHECKSHEET: "確認表",
    ProofKind.DECLARED: "自己申告",
    ProofKind.SAMPLE: "見本",
    ProofKind.NONE: "なし",
}

_EXPLANATIONS = {
    ProofKind.CHALLENGE: "答えを知らない出題者のキットで介護ソフトを動かし、出題者が判定したもの",
    ProofKind.SELF_RUN: "ソフト会社などが自分のキットで介護ソフトを自動で動かし、検査プログラムが判定したもの",
    ProofKind.DUMP: "取込の後に人が書き出した内部データを、検査プログラムが比べたもの",
    ProofKind.REEXPORT: "取込の後に人が出力し直したファイルを、検査プログラムが比べたもの",
    ProofKind.FILES: "介護ソフトの出力ファイルを、検査プログラムが調べたもの",
    ProofKind.CHECKSHEET: "人が画面を見て、確認表に記入したもの",
    ProofKind.DECLARED: "申告によるもの（だれの申告かは注に示します）",
    ProofKind.SAMPLE: "付属の参照ソフトによる見本。製品の証明にはなりません",
    ProofKind.NONE: "",
}


@dataclass(frozen=True, slots=True)
class Proof:
    """The proof of one cell.

    Attributes:
        by: who provided it: a software company, an office, or the issuer of a challenge; empty for a test
            by the user.
        on: ISO 8601 date or moment; empty if unknown.
        key: fingerprint of the key that signed it; empty if it was not signed by a known key.
    """

    kind: ProofKind = ProofKind.NONE
    by: str = ""
    on: str = ""
    key: str = ""


NO_PROOF = Proof()

"""Pieces of what the harness finds out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from careplan_csv.conformance.kit.kit_model import Aspect
from careplan_csv.findings import Severity
from careplan_csv.results import Evidence, Status


class Means(StrEnum):
    """How something was found out, strongest first."""

    REEXPORT = "reexport"
    DUMP = "dump"
    CHECKSHEET = "checksheet"
    EXPORT = "export"
    """Not an import at all: what the software held by itself and wrote out."""

    @property
    def label(self) -> str:
        return {"reexport": "再出力", "dump": "内部データ", "checksheet": "確認表", "export": "出力"}[
            self.value
        ]


@dataclass(frozen=True, slots=True)
class HarnessFinding:
    """Something that is not as it should be, or was left aside.

    Attributes:
        rule: H801–H808.
        message: what and where, in Japanese; holds no value of a record.
        aspect: what it is about; None where it is about the run as a whole.
        prefix: the file that it is about, or empty. step: the folder of the unit, or empty.
    """

    rule: str
    severity: Severity
    message: str
    aspect: Aspect | None = None
    prefix: str = ""
    step: str = ""


@dataclass(frozen=True, slots=True)
class AspectResult:
    """A cell of its own: how the software deals with one aspect."""

    aspect: Aspect
    result: Status
    evidence: Evidence
    reason: str = ""

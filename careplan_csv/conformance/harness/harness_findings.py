"""The kinds of results of the harness."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from careplan_csv.conformance.kit.kit_model import Aspect
from careplan_csv.findings import Severity
from careplan_csv.results import Evidence, Status


class Means(StrEnum):
    """The source of a result, the strongest first."""

    REEXPORT = "reexport"
    DUMP = "dump"
    CHECKSHEET = "checksheet"
    EXPORT = "export"
    """An export of the office's own data, which is no proof of an import."""

    @property
    def label(self) -> str:
        return {"reexport": "再出力", "dump": "内部データ", "checksheet": "確認表", "export": "出力"}[
            self.value
        ]


@dataclass(frozen=True, slots=True)
class HarnessFinding:
    """A fault, or a note on something that was not judged.

    Attributes:
        rule: a rule of the family H.
        message: what and where, in Japanese, without values of records.
        aspect: the aspect of the kit; None if it is about the whole run.
        prefix: the file, or empty; step: the folder of the unit, or empty.
    """

    rule: str
    severity: Severity
    message: str
    aspect: Aspect | None = None
    prefix: str = ""
    step: str = ""


@dataclass(frozen=True, slots=True)
class AspectResult:
    """Result for one aspect (order, replacement, deletion…), separate from the per-file cells."""

    aspect: Aspect
    result: Status
    evidence: Evidence
    reason: str = ""

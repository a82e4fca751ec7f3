"""What a run found: the inputs, the transmission units, the findings and the verdict."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from careplan_csv.findings import Finding, Severity

if TYPE_CHECKING:
    import pandas as pd


class Status(StrEnum):
    """The four outcomes. A thing that was not examined is never conformant."""

    CONFORMANT = "conformant"
    NONCONFORMANT = "nonconformant"
    UNVERIFIED = "unverified"
    NOT_APPLICABLE = "not_applicable"

    @property
    def label(self) -> str:
        return {
            "conformant": "適合",
            "nonconformant": "不適合",
            "unverified": "未確認",
            "not_applicable": "対象外",
        }[self.value]


class Evidence(StrEnum):
    """What a cell of a requirement table rests on."""

    MACHINE = "machine"
    DECLARED = "declared"
    SAMPLE = "sample"
    """By the reference software of this program: an example, and no proof."""
    NONE = "none"

    @property
    def label(self) -> str:
        return _EVIDENCE_LABELS[self.value]


_EVIDENCE_LABELS = {"machine": "機械検証", "declared": "自己申告", "sample": "見本", "none": "なし"}


@dataclass(frozen=True, slots=True)
class InputReport:
    """One examined file.

    Attributes:
        file: the name as people know it (archive members as `archive.zip/name`).
        path: the path as it was given, for programs that look the file up.
        kind: the prefix, for instance of 第6表; None where the name fits no file of the standard.
        month: the サービス提供年月 part of the name, empty where there is none.
        sender_office, receiver_office: 事業所番号 in the name, as they stand; empty where the name fits no file.
        sender_kind, receiver_kind: サービス種類 in the name, empty where the edition has none.
        sha256: of the bytes; None where they could not be read.
        bytes: size; None where it could not be read.
        encoding: `cp932` or what it was found to be instead.
        records: number of records, header and damaged ones included.
        skipped_checks: why which checks did not run, each a sentence in Japanese.
        problem: why the file could not be examined at all; a sentence in Japanese.
    """

    file: str
    status: Status
    kind: str | None = None
    month: str = ""
    sender_kind: str = ""
    sha256: str | None = None
    bytes: int | None = None
    encoding: str | None = None
    csv_version: str | None = None
    records: int | None = None
    skipped_checks: tuple[str, ...] = ()
    problem: str | None = None
    path: str = ""
    sender_office: str = ""
    receiver_office: str = ""
    receiver_kind: str = ""


@dataclass(frozen=True, slots=True)
class UnitReport:
    """Files that belong together under one serial.

    Attributes:
        receiver: whom it is sent to, in words; empty where the names do not say it.
        month: サービス提供年月 as YYYYMM; empty where the unit has none.
    """

    serial: str
    unit: str
    name: str
    files: tuple[str, ...]
    status: Status
    receiver: str = ""
    month: str = ""

    @property
    def about(self) -> str:
        """Receiver and month in words, which tell units of one second apart; empty where neither is known."""
        month = f"{self.month[:4]}年{int(self.month[4:])}月分" if self.month else ""
        receiver = f"送信先 {self.receiver}" if self.receiver else ""
        return "、".join(part for part in (receiver, month) if part)


_FINDING_COLUMNS = (
    "file",
    "path",
    "rule",
    "severity",
    "consequence",
    "item_no",
    "item",
    "message",
    "remedy",
    "reference",
    "count",
    "line",
    "record",
    "value",
    "expected",
    "found",
    "waiver",
)


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The outcome of one run of the checks.

    Attributes:
        edition: what was asked for: `auto` or a CSV version.
        checked_at: ISO 8601 with offset.
        ignored: files in the given folders that are no CSV and were left alone.
        internal_faults: kinds of faults of this program, one per file that it could not finish.
        waiver_list: name of the list of waivers that was applied; empty where there was none.
    """

    edition: str
    checked_at: str
    rule_set: str
    inputs: tuple[InputReport, ...]
    units: tuple[UnitReport, ...]
    findings: tuple[Finding, ...]
    ignored: tuple[str, ...] = ()
    internal_faults: tuple[str, ...] = ()
    waiver_list: str = ""

    @property
    def open(self) -> tuple[Finding, ...]:
        """The findings that nobody has accepted."""
        return tuple(finding for finding in self.findings if finding.waiver is None)

    @property
    def waived(self) -> tuple[Finding, ...]:
        """The findings that a waiver accepts."""
        return tuple(finding for finding in self.findings if finding.waiver)

    @property
    def counts(self) -> dict[Severity, int]:
        """Places per severity, without what is waived."""
        counts = dict.fromkeys(Severity, 0)
        for finding in self.open:
            counts[finding.severity] += finding.count
        return counts

    @property
    def by_rule(self) -> dict[str, int]:
        """Places per rule, in the order of the ids, without what is waived."""
        counter: Counter[str] = Counter()
        for finding in self.open:
            counter[finding.rule] += finding.count
        return dict(sorted(counter.items()))

    def to_dataframe(self) -> pd.DataFrame:
        """The findings as a table, one row each, shape (findings, 17).

        `count` says in how many places; `line`, `record`, `value`, `expected` and `found` are
        those of the first of them, missing where a finding has none; `waiver` is the reason of the waiver that
        accepts it. Values are masked as in every result.
        """
        import pandas as pd

        rows = [
            {
                "file": finding.file,
                "path": finding.path,
                "rule": finding.rule,
                "severity": finding.severity.value,
                "consequence": finding.consequence.value,
                "item_no": finding.item_no,
                "item": finding.item,
                "message": finding.message,
                "remedy": finding.remedy,
                "reference": finding.reference,
                "count": finding.count,
                "line": finding.first.line,
                "record": finding.first.record,
                "value": finding.first.value,
                "expected": finding.first.expected,
                "found": finding.first.found,
                "waiver": finding.waiver.reason if finding.waiver else None,
            }
            for finding in self.findings
        ]
        numbers = ("item_no", "count", "line", "record")
        frame = pd.DataFrame(rows, columns=list(_FINDING_COLUMNS))
        return frame.astype({name: "Int64" if name in numbers else "str" for name in _FINDING_COLUMNS})

    @property
    def examined(self) -> tuple[InputReport, ...]:
        """The inputs that could be examined."""
        return tuple(report for report in self.inputs if report.problem is None)

    @property
    def verdict(self) -> Status:
        """不適合 with any error, waived or not; 適合 only when everything that was given was examined."""
        if any(finding.severity is Severity.ERROR for finding in self.findings):
            return Status.NONCONFORMANT
        if not self.inputs or any(report.status is Status.UNVERIFIED for report in self.inputs):
            return Status.UNVERIFIED
        return Status.CONFORMANT

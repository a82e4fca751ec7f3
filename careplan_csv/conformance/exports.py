"""What the exported files show of a profile's export cells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

from careplan_csv.conformance.evidence import CellEvidence
from careplan_csv.findings import Severity
from careplan_csv.results import CheckResult, Evidence, InputReport, Status
from careplan_csv.standard import MonthPart, Need, Profile, ProfileRequirement, Standard
from careplan_csv.standard.filenames import parse

_RULES_NAMED = 4
_HARMLESS = "任意のファイルのため、総合判定には影響しません。"


@dataclass(frozen=True)
class ExportedFiles:
    """The examined files, sorted by what they say of a profile.

    A file counts for a row by its prefix and the kind of month in its name, and only when it is of the
    profile's CSV version.
    """

    check: CheckResult
    profile: Profile
    known: Standard

    def evidence(self, row: ProfileRequirement, need: Need) -> CellEvidence:
        """What the files show of the export of one row."""
        found = self._found(row, need)
        if need is Need.OPTIONAL and found.result is not Status.CONFORMANT:
            return CellEvidence(
                found.result, found.evidence, found.reason + _HARMLESS, found.files, found.records
            )
        return found

    def _found(self, row: ProfileRequirement, need: Need) -> CellEvidence:
        counted = self.counted(row)
        unread = self._unread(row)
        files, records = len(counted), sum(report.records or 0 for report in counted)
        faulty = [report for report in counted if self.is_faulty(report)]
        if faulty:
            reason = f"{_of(len(faulty), files)}に誤りがあります（{self._rules(faulty)}）。"
            return CellEvidence(Status.NONCONFORMANT, Evidence.MACHINE, reason, files, records)
        unsure = [report for report in counted if not self._is_sound(report)]
        if unsure or unread:
            reason = (
                f"{_of(len(unsure) + len(unread), files + len(unread))}を、最後まで調べられませんでした。"
            )
            return CellEvidence(Status.UNVERIFIED, Evidence.NONE, reason, files, records)
        if not counted:
            return self._absent(row, need)
        if lacking := sorted(set(row.prefixes) - {report.kind for report in counted}):
            reason = f"{'、'.join(lacking)} のファイルがありません。"
            return CellEvidence(Status.NONCONFORMANT, Evidence.MACHINE, reason, files, records)
        return CellEvidence(Status.CONFORMANT, Evidence.MACHINE, "", files, records)

    def _absent(self, row: ProfileRequirement, need: Need) -> CellEvidence:
        if not self.check.examined:
            return CellEvidence(Status.UNVERIFIED, Evidence.NONE, "調べられたファイルが1つもありません。")
        reason = self._why_absent(row)
        if self._closed:
            more = f"開けなかったもの（{len(self._closed)}件）の中にあるかもしれません。"
            return CellEvidence(Status.UNVERIFIED, Evidence.NONE, reason + more)
        if need is Need.OPTIONAL:
            return CellEvidence(Status.UNVERIFIED, Evidence.NONE, reason)
        return CellEvidence(Status.NONCONFORMANT, Evidence.MACHINE, reason)

    def _why_absent(self, row: ProfileRequirement) -> str:
        older = sorted({report.csv_version or "" for report in self._of(row)})
        if older:
            return (
                f"CSVバージョン {'、'.join(older)} のファイルだけがあり、"
                f"{self.profile.csv_version} のファイルがありません。"
            )
        strangers = sum(report.kind is None for report in self.check.examined)
        if strangers:
            return f"ファイルがありません（名前が規約に合わないファイルが {strangers}個あります）。"
        return "ファイルがありません。"

    def counted(self, row: ProfileRequirement) -> list[InputReport]:
        """The examined files that are about a row, those of other editions left out."""
        return [report for report in self._of(row) if not self.is_other_edition(report)]

    def _of(self, row: ProfileRequirement) -> list[InputReport]:
        return [
            report
            for report in self.check.examined
            if report.kind in row.prefixes and month_part(report.month) is row.month
        ]

    def is_other_edition(self, report: InputReport) -> bool:
        """Whether a file is of another edition, rather than one whose CSVバージョン is missing or a mistake."""
        return report.csv_version in self.known.versions and report.csv_version != self.profile.csv_version

    def is_faulty(self, report: InputReport) -> bool:
        """Whether any error was found in a file, by itself or together with others."""
        return report.status is Status.NONCONFORMANT or bool(self._errors.get(report.file))

    def _is_sound(self, report: InputReport) -> bool:
        complete = report.status is Status.CONFORMANT and not report.skipped_checks
        return complete and report.csv_version == self.profile.csv_version

    def _unread(self, row: ProfileRequirement) -> list[InputReport]:
        """Files that were given but not examined, and that are about a row by their names."""
        return [
            report
            for report in self.check.inputs
            if report.problem is not None
            and (name := parse(PurePosixPath(report.file).name, self.known)) is not None
            and name.prefix in row.prefixes
            and name.month_part is row.month
        ]

    @cached_property
    def _closed(self) -> list[InputReport]:
        """Archives and folders that could not be opened: any file may be in them."""
        return [
            report
            for report in self.check.inputs
            if report.problem is not None and PurePosixPath(report.file).suffix.lower() in ("", ".zip")
        ]

    @cached_property
    def _errors(self) -> dict[str, Counter[str]]:
        """Places by rule, for every file with errors."""
        errors: dict[str, Counter[str]] = {}
        for finding in self.check.findings:
            if finding.severity is Severity.ERROR:
                errors.setdefault(finding.file, Counter())[finding.rule] += finding.count
        return errors

    def _rules(self, reports: Iterable[InputReport]) -> str:
        total: Counter[str] = Counter()
        for report in reports:
            total.update(self._errors.get(report.file, {}))
        named = "、".join(sorted(total)[:_RULES_NAMED])
        more = "など" if len(total) > _RULES_NAMED else ""
        return f"規則 {named}{more}、{total.total():,}か所" if total else "内容は検査の結果を見てください"


def month_part(month: str) -> MonthPart:
    """Which kind of month part `InputReport.month` is."""
    if not month:
        return MonthPart.NONE
    return MonthPart.ZERO if set(month) == {"0"} else MonthPart.REAL


def _of(part: int, total: int) -> str:
    return f"{total}個のうち {part}個のファイル" if total > 1 else "ファイル"

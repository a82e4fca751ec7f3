"""Evidence on a profile's export cells from the exported files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import PurePosixPath

from careplan_csv.conformance.requirements.cell_evidence import CellEvidence
from careplan_csv.conformance.requirements.file_senders import Senders
from careplan_csv.conformance.requirements.proof import Proof, ProofKind
from careplan_csv.conformance.requirements.reasons import reasons_of
from careplan_csv.findings import Finding, Severity
from careplan_csv.results import CheckResult, Evidence, InputReport, Status
from careplan_csv.standard import Need, Profile, ProfileRequirement, Standard
from careplan_csv.standard.filenames import month_part, parse

_HARMLESS = "任意のファイルのため、総合判定には影響しません。"


@dataclass(frozen=True)
class ExportedFiles:
    """The examined files of one export, for the export cells of a profile.

    A file belongs to a row by its prefix and the kind of month in its name. It counts only if it has the
    profile's CSV version and was sent by an office of the assessed type; by the applicant, if that is known.
    """

    check: CheckResult
    profile: Profile
    known: Standard
    senders: Senders

    def evidence(self, row: ProfileRequirement, need: Need) -> CellEvidence:
        """The evidence on the export of one row."""
        found = self._found(row, need)
        if need is Need.OPTIONAL and found.result is not Status.CONFORMANT:
            return replace(found, reason=found.reason + _HARMLESS)
        return found

    def _found(self, row: ProfileRequirement, need: Need) -> CellEvidence:
        counted = self.counted(row)
        unread = self._unread(row)
        files, records = len(counted), sum(report.records or 0 for report in counted)
        faulty = [report for report in counted if self.is_faulty(report)]
        proof = Proof(self.senders.proof_of(counted))
        if faulty:
            reason = f"{_of(len(faulty), files)}に誤りがあります。{reasons_of(self._errors_of(faulty), self.known)}"
            return CellEvidence(
                Status.NONCONFORMANT, proof.kind.evidence, reason, files, records, proof=proof
            )
        unsure = [report for report in counted if not self._is_sound(report)]
        if unsure or unread:
            reason = (
                f"{_of(len(unsure) + len(unread), files + len(unread))}を、最後まで調べられませんでした"
                f"{_because([*unread, *unsure])}。"
            )
            return CellEvidence(Status.UNVERIFIED, Evidence.NONE, reason, files, records)
        if not counted:
            return self._absent(row, need)
        if lacking := sorted(set(row.prefixes) - {report.kind for report in counted}):
            reason = f"{'、'.join(lacking)} のファイルがありません。"
            return CellEvidence(
                Status.NONCONFORMANT, proof.kind.evidence, reason, files, records, proof=proof
            )
        return CellEvidence(Status.CONFORMANT, proof.kind.evidence, "", files, records, proof=proof)

    def _absent(self, row: ProfileRequirement, need: Need) -> CellEvidence:
        if not self.check.examined:
            return CellEvidence(
                Status.UNVERIFIED,
                Evidence.NONE,
                "CSV ファイルがありません。介護ソフトから出力した CSV のフォルダーを指定してください。",
            )
        reason = self._why_absent(row)
        if self._closed:
            more = (
                f"開けなかったもの（{len(self._closed)}件）の中にあるかもしれません{_because(self._closed)}。"
            )
            return CellEvidence(Status.UNVERIFIED, Evidence.NONE, reason + more)
        if need is Need.OPTIONAL:
            return CellEvidence(Status.UNVERIFIED, Evidence.NONE, reason)
        return CellEvidence(Status.NONCONFORMANT, Evidence.MACHINE, reason, proof=Proof(ProofKind.FILES))

    def _why_absent(self, row: ProfileRequirement) -> str:
        older = sorted({r.csv_version or "" for r in self._of(row) if self.is_other_edition(r)})
        if older:
            return (
                f"CSVバージョン {'、'.join(older)} のファイルだけがあり、"
                f"{self.profile.csv_version} のファイルがありません。"
            )
        others = [report for report in self._of(row) if not self.senders.is_of_type(report)]
        if others:
            return (
                f"{self.senders.office_type.name}が送信元のファイルがありません"
                f"（ほかの種類の事業所が送信元のファイルが {len(others)}個あります）。"
            )
        if self._of(row):
            return "申請者の事業所番号が送信元のファイルがありません。"
        unnamed = sum(report.kind is None for report in self.check.examined)
        if unnamed:
            return f"ファイルがありません（名前が規約に合わないファイルが {unnamed}個あります）。"
        return "ファイルがありません。"

    def counted(self, row: ProfileRequirement) -> list[InputReport]:
        """The examined files of a row, without files of other editions and of other senders."""
        return [
            report
            for report in self._of(row)
            if not self.is_other_edition(report) and self.senders.counts(report)
        ]

    def _of(self, row: ProfileRequirement) -> list[InputReport]:
        return [
            report
            for report in self.check.examined
            if report.kind in row.prefixes and month_part(report.month) is row.month
        ]

    def is_other_edition(self, report: InputReport) -> bool:
        """Whether a file is of another edition (and not one whose CSVバージョン is missing or a known mistake)."""
        return report.csv_version in self.known.versions and report.csv_version != self.profile.csv_version

    def is_faulty(self, report: InputReport) -> bool:
        """Whether any error was found in a file, alone or in combination with other files."""
        return report.status is Status.NONCONFORMANT or report.file in self._errors

    def _is_sound(self, report: InputReport) -> bool:
        complete = report.status is Status.CONFORMANT and not report.skipped_checks
        return complete and report.csv_version == self.profile.csv_version

    def _unread(self, row: ProfileRequirement) -> list[InputReport]:
        """Files of a row, by their names, that were given but not examined."""
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
        """Archives and folders that could not be opened: any file could be in them."""
        return [
            report
            for report in self.check.inputs
            if report.problem is not None and PurePosixPath(report.file).suffix.lower() in ("", ".zip")
        ]

    @cached_property
    def _errors(self) -> dict[str, list[Finding]]:
        """The errors of every file that has any."""
        errors: dict[str, list[Finding]] = {}
        for finding in self.check.findings:
            if finding.severity is Severity.ERROR:
                errors.setdefault(finding.file, []).append(finding)
        return errors

    def _errors_of(self, reports: Iterable[InputReport]) -> list[Finding]:
        return [finding for report in reports for finding in self._errors.get(report.file, [])]


def _because(reports: Sequence[InputReport]) -> str:
    """The reason, in （…）, why the first of some files was not completely examined."""
    reasons = [report.problem or next(iter(report.skipped_checks), "") for report in reports]
    first = next((text for text in reasons if text), "")
    return f"（{first.removesuffix('。')}）" if first else ""


def _of(part: int, total: int) -> str:
    return f"{total}個のうち {part}個のファイル" if total > 1 else "ファイル"

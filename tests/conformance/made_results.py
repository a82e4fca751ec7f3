"""Hand-made results of checks, to be judged."""

from __future__ import annotations

from collections.abc import Mapping

from careplan_csv.conformance.declaration.vendor import Vendor
from careplan_csv.conformance.requirements.assessment import (
    Assessment,
    Cell,
    CellEvidence,
    RequirementResult,
    assess,
)
from careplan_csv.findings import Consequence, Finding, Severity
from careplan_csv.results import CheckResult, InputReport, Status
from careplan_csv.standard import Direction, standard

SHA256 = "0123456789abcdef" * 4
PLANNING = {
    "UPHOSOKU": ("000000", "202504"),
    "UP1KYO": ("",),
    "UP2KYO": ("",),
    "UP3KYO": ("",),
    "UPPLAN": ("202504",),
    "UPSIKYU": ("202504",),
}
"""What a planning office must export: prefix and months in the names."""


def profile_offices() -> list[tuple[str, str]]:
    """Every profile with each of its office types, by id."""
    known = standard()
    return [(key, office.id) for key in known.profiles for office in known.profile(key).office_types]


def report(
    kind: str | None,
    month: str = "",
    *,
    file: str = "",
    status: Status = Status.CONFORMANT,
    version: str | None = "202407",
    records: int | None = 3,
    skipped: tuple[str, ...] = (),
    problem: str | None = None,
    sender: tuple[str, str] = ("", ""),
    receiver: tuple[str, str] = ("", ""),
) -> InputReport:
    """One examined file; its name is made up from kind and month unless given.

    Args:
        sender, receiver: 事業所番号 and サービス種類, where the name tells them.
    """
    name = "_".join(filter(None, (kind, month, "3579900014_43_3579900113_11_20250320150000.CSV")))
    return InputReport(
        file=file or name,
        status=status,
        kind=kind,
        month=month,
        sha256=None if problem else SHA256,
        csv_version=version,
        records=records,
        skipped_checks=skipped,
        problem=problem,
        sender_office=sender[0],
        sender_kind=sender[1],
        receiver_office=receiver[0],
        receiver_kind=receiver[1],
    )


def planning_exports(*, without: str = "", version: str = "202407") -> list[InputReport]:
    """Everything that a planning office must export, but for one kind."""
    return [
        report(kind, month, version=version)
        for kind, months in PLANNING.items()
        for month in months
        if kind != without
    ]


def result(*reports: InputReport, findings: tuple[Finding, ...] = ()) -> CheckResult:
    """A check of some files."""
    return CheckResult("auto", "2026-11-30T14:05:00+09:00", "abc123", reports, (), findings)


def finding(file: str, rule: str = "F401", severity: Severity = Severity.ERROR, count: int = 2) -> Finding:
    return Finding(rule, severity, file, "内容。", "直す。", "別紙", Consequence.REFUSED, count=count)


def judged(
    check: CheckResult,
    *,
    office: str = "planning",
    profile: str = "yamaguchi-r6",
    vendor: Vendor | None = None,
    evidence: Mapping[Cell, CellEvidence] | None = None,
) -> Assessment:
    """The assessment of a check."""
    known = standard().profile(profile)
    return assess(check, known, known.office_type(office), vendor, evidence)


def cell(assessment: Assessment, letter: str, direction: Direction = Direction.EXPORT) -> RequirementResult:
    """One cell of an assessment."""
    (found,) = [r for r in assessment.requirements if (r.letter, r.direction) == (letter, direction)]
    return found

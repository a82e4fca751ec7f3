"""The requirement table of a profile, decided cell by cell from what was examined (§2.2, the prefecture's outline)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from careplan_csv.conformance.vendor import Vendor
from careplan_csv.results import CheckResult, Evidence, InputReport, Status
from careplan_csv.standard import (
    Direction,
    MonthPart,
    Need,
    OfficeType,
    Profile,
    ProfileRequirement,
    standard,
)

Cell = tuple[str, Direction]
"""A cell of the table: the letter of its row and its direction."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What is known of a cell from elsewhere than the exported files, for instance of an import."""

    result: Status
    evidence: Evidence
    reason: str = ""
    files: int = 0
    records: int = 0


@dataclass(frozen=True, slots=True)
class RequirementResult:
    """A cell of the requirement table for one office type.

    Attributes:
        letter, name, table: of the row; `prefix` and `month` say which file it is about.
        need: what the profile asks; `printed`: the mark of the published table.
        files, records: how many were examined for this cell.
        reason: why the result is what it is, a sentence; empty where nothing needs saying.
    """

    letter: str
    prefix: str
    month: MonthPart
    name: str
    table: str
    direction: Direction
    need: Need
    printed: str
    result: Status
    evidence: Evidence
    files: int = 0
    records: int = 0
    reason: str = ""

    @property
    def file(self) -> str:
        """The file in the way of the requirement tables: `UPHOSOKU(000000)`."""
        months = {MonthPart.ZERO: "(000000)", MonthPart.REAL: "(YYYYMM)", MonthPart.NONE: ""}
        return self.prefix + months[self.month]


@dataclass(frozen=True)
class Assessment:
    """The verdict on one office type."""

    check: CheckResult
    profile: Profile
    office_type: OfficeType
    requirements: tuple[RequirementResult, ...]
    vendor: Vendor | None = None

    @property
    def required(self) -> tuple[RequirementResult, ...]:
        """The cells that decide the verdict."""
        return tuple(cell for cell in self.requirements if cell.need is Need.REQUIRED)

    @property
    def verdict(self) -> Status:
        """不適合 if a required cell is; else 未確認 if one is; else 適合."""
        results = {cell.result for cell in self.required}
        for status in (Status.NONCONFORMANT, Status.UNVERIFIED):
            if status in results:
                return status
        return Status.CONFORMANT

    @property
    def rests_on_declaration(self) -> bool:
        """Whether a required cell is 適合 by the vendor's own word only."""
        return any(
            cell.evidence is Evidence.DECLARED and cell.result is Status.CONFORMANT for cell in self.required
        )

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why the verdict is not 適合, one sentence per required cell."""
        words = {Direction.EXPORT: "出力", Direction.IMPORT: "取込"}
        return tuple(
            f"{cell.letter}「{cell.name}」の{words[cell.direction]}は{cell.result.label}です。{cell.reason}"
            for cell in self.required
            if cell.result is not Status.CONFORMANT
        )


def assess(
    check: CheckResult,
    profile: Profile,
    office_type: OfficeType,
    vendor: Vendor | None = None,
    proofs: Mapping[Cell, Proof] | None = None,
) -> Assessment:
    """Decide every cell of the profile's table for one office type.

    Args:
        check: the checked export.
        vendor: what the vendor wrote into vendor.toml; holds the 自己申告.
        proofs: evidence from elsewhere, which outweighs a declaration.
    """
    known = {**_declared(vendor), **(proofs or {})}
    requirements = tuple(
        _cell(check, profile, office_type, requirement, direction, known)
        for requirement in profile.requirements
        for direction in Direction
    )
    return Assessment(check, profile, office_type, requirements, vendor)


def _declared(vendor: Vendor | None) -> dict[Cell, Proof]:
    if vendor is None:
        return {}
    return {
        (letter, Direction.IMPORT): Proof(
            Status.CONFORMANT if able else Status.NONCONFORMANT,
            Evidence.DECLARED,
            "" if able else "ソフト会社が、取込に対応していないと申告しています。",
        )
        for letter, able in vendor.declared_imports.items()
    }


def _cell(
    check: CheckResult,
    profile: Profile,
    office_type: OfficeType,
    requirement: ProfileRequirement,
    direction: Direction,
    known: Mapping[Cell, Proof],
) -> RequirementResult:
    need = requirement.needs[office_type.id, direction]
    if need is Need.NONE:
        proof = Proof(Status.NOT_APPLICABLE, Evidence.NONE)
    elif direction is Direction.EXPORT:
        proof = _export(check, profile, requirement, need)
    else:
        proof = known.get((requirement.letter, direction)) or Proof(
            Status.UNVERIFIED,
            Evidence.NONE,
            "取込は、出力されたファイルだけでは確かめられません。",
        )
    return RequirementResult(
        letter=requirement.letter,
        prefix=requirement.prefix,
        month=requirement.month,
        name=requirement.name,
        table=requirement.table,
        direction=direction,
        need=need,
        printed=requirement.printed[office_type.id, direction],
        result=proof.result,
        evidence=proof.evidence,
        files=proof.files,
        records=proof.records,
        reason=proof.reason,
    )


def _export(check: CheckResult, profile: Profile, requirement: ProfileRequirement, need: Need) -> Proof:
    of_kind = [report for report in check.examined if _is_about(report, requirement)]
    other = [report for report in of_kind if _of_other_edition(report, profile)]
    files = [report for report in of_kind if report not in other]
    if not files:
        return _absent(check, profile, need, bool(other))
    faulty = [report for report in files if report.status is not Status.CONFORMANT]
    records = sum(report.records or 0 for report in files)
    if faulty:
        reason = f"{len(files)} ファイルのうち {len(faulty)} ファイルに誤りがあります。"
        return Proof(Status.NONCONFORMANT, Evidence.MACHINE, reason, len(files), records)
    return Proof(Status.CONFORMANT, Evidence.MACHINE, "", len(files), records)


def _absent(check: CheckResult, profile: Profile, need: Need, other_edition: bool) -> Proof:
    if not check.examined:
        return Proof(Status.UNVERIFIED, Evidence.NONE, "調べられるファイルがありません。")
    if other_edition:
        reason = f"別の版のファイルだけがあり、CSVバージョン {profile.csv_version} のファイルがありません。"
    else:
        reason = "ファイルがありません。"
    if need is Need.OPTIONAL:
        return Proof(Status.UNVERIFIED, Evidence.NONE, reason + "任意のため、判定には影響しません。")
    return Proof(Status.NONCONFORMANT, Evidence.MACHINE, reason)


def _is_about(report: InputReport, requirement: ProfileRequirement) -> bool:
    return report.kind == requirement.prefix and _month_part(report.month) is requirement.month


def _month_part(month: str) -> MonthPart:
    if not month:
        return MonthPart.NONE
    return MonthPart.ZERO if set(month) == {"0"} else MonthPart.REAL


def _of_other_edition(report: InputReport, profile: Profile) -> bool:
    """Whether the file is of another edition, rather than one whose CSVバージョン is a mistake."""
    return report.csv_version in standard().versions and report.csv_version != profile.csv_version

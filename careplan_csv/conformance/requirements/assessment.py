"""Decide each cell of a profile's requirement table, and the verdict (§2.2, the prefecture's outline)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from careplan_csv.conformance.declaration.vendor import Vendor
from careplan_csv.conformance.requirements.cell_evidence import Cell, CellEvidence, of_export, of_import
from careplan_csv.conformance.requirements.exports import ExportedFiles
from careplan_csv.conformance.requirements.file_senders import KitOffice, Senders
from careplan_csv.conformance.requirements.proof import NO_PROOF, Proof, ProofKind
from careplan_csv.results import CheckResult, Evidence, InputReport, Status
from careplan_csv.standard import (
    Direction,
    MonthPart,
    Need,
    OfficeType,
    Profile,
    ProfileRequirement,
    Standard,
    UnexaminedRequirement,
    standard,
)
from careplan_csv.standard.filenames import month_part

__all__ = ["Assessment", "Cell", "CellEvidence", "RequirementResult", "assess"]

_NOT_NEEDED = CellEvidence(Status.NOT_APPLICABLE, Evidence.NONE)


@dataclass(frozen=True, slots=True)
class RequirementResult:
    """A cell of the requirement table for one office type.

    Attributes:
        letter, name, table: of the row; `prefix` and `month` say which file it is about.
        office_type: id of the office type that was assessed.
        need: what the profile requires; `printed`: the mark of the published table.
        files, records: how many were examined for this cell.
        reason: the reason of the result, a sentence in Japanese; empty if it needs none.
        means: how the result was obtained; empty if the exported files alone decided it.
        rule: a rule of the family H, if something is wrong or not shown; otherwise empty.
        proof: the kind of proof behind the result, and who provided it.
    """

    letter: str
    prefix: str
    month: MonthPart
    name: str
    table: str
    office_type: str
    direction: Direction
    need: Need
    printed: str
    result: Status
    evidence: Evidence
    files: int = 0
    records: int = 0
    reason: str = ""
    means: str = ""
    rule: str = ""
    proof: Proof = NO_PROOF

    @property
    def proof_label(self) -> str:
        """The kind of proof in a word or two; empty if there is none."""
        if self.evidence is Evidence.NONE:
            return ""
        if self.proof.kind is ProofKind.DECLARED and self.proof.by:
            return f"{self.proof.by}の申告"
        return self.evidence.label if self.proof.kind is ProofKind.NONE else self.proof.kind.label

    @property
    def file(self) -> str:
        """The file as the requirement tables write it, for instance `UPHOSOKU(000000)`."""
        return self.prefix + self.month.mark


@dataclass(frozen=True)
class Assessment:
    """The verdict on one office type.

    Attributes:
        requirements: every cell of the profile's table for this office type, row by row, 出力 before 取込.
        notes: further sentences for the reader, which do not change the verdict.
        senders: 事業所番号 of the offices whose files were judged, the most files first.
    """

    check: CheckResult
    profile: Profile
    office_type: OfficeType
    requirements: tuple[RequirementResult, ...]
    vendor: Vendor | None = None
    notes: tuple[str, ...] = ()
    senders: tuple[str, ...] = ()

    @cached_property
    def required(self) -> tuple[RequirementResult, ...]:
        """The cells that decide the verdict."""
        return tuple(cell for cell in self.requirements if cell.need is Need.REQUIRED)

    @cached_property
    def verdict(self) -> Status:
        """不適合 if a required cell is; else 未確認 if one is, or nothing is required; else 適合.

        A run of the reference software is no proof: such a verdict is never better than 未確認.
        """
        results = {cell.result for cell in self.required}
        if self.is_sample:
            results.add(Status.UNVERIFIED)
        if Status.NONCONFORMANT in results:
            return Status.NONCONFORMANT
        return Status.CONFORMANT if results == {Status.CONFORMANT} else Status.UNVERIFIED

    @cached_property
    def is_sample(self) -> bool:
        """Whether any result comes from the reference software of this program."""
        return any(cell.evidence is Evidence.SAMPLE for cell in self.requirements)

    @property
    def rests_on_declaration(self) -> bool:
        """Whether a required cell is 適合 only because the maker declares it."""
        return any(
            cell.evidence is Evidence.DECLARED and cell.result is Status.CONFORMANT for cell in self.required
        )

    @property
    def unexamined(self) -> tuple[UnexaminedRequirement, ...]:
        """What the profile asks beside its tables; always 未確認, and no part of the verdict."""
        return self.profile.unexamined_of(self.office_type)

    @property
    def verdict_label(self) -> str:
        """The verdict in Japanese, which also shows its limits.

        A 適合 that rests on a declaration says so, and one that leaves out something required or is a rehearsal's.
        """
        if self.is_sample:
            return f"見本（{self.verdict.label}）"
        if self.verdict is not Status.CONFORMANT:
            return self.verdict.label
        limits = ["自己申告を含む"] if self.rests_on_declaration else []
        if any(one.need is Need.REQUIRED for one in self.unexamined):
            limits.append("表のファイルだけ")
        if self.profile.rehearses:
            limits.append("予行")
        return self.verdict.label + (f"（{'、'.join(limits)}）" if limits else "")

    @cached_property
    def reasons(self) -> tuple[str, ...]:
        """The reasons why the verdict is not 適合: one sentence for all required cells with the same reason."""
        hindering = [cell for cell in self.required if cell.result is not Status.CONFORMANT]
        # 不適合 first: that is what must be corrected.
        hindering.sort(key=lambda cell: cell.result is not Status.NONCONFORMANT)
        groups: dict[tuple[str, ...], list[RequirementResult]] = {}
        for cell in hindering:
            groups.setdefault((cell.result, cell.direction, cell.reason), []).append(cell)
        return tuple(map(_reason, groups.values()))


def _reason(cells: list[RequirementResult]) -> str:
    letters = "、".join(cell.letter for cell in cells)
    name = f"（{cells[0].name}）" if len(cells) == 1 else ""
    direction = cells[0].direction.label
    return f"{letters}{name}の{direction}は{cells[0].result.label}です。{cells[0].reason}"


def assess(
    result: CheckResult,
    profile: Profile,
    office_type: OfficeType,
    vendor: Vendor | None = None,
    evidence: Mapping[Cell, CellEvidence] | None = None,
    known: Standard | None = None,
    kit: KitOffice | None = None,
    taken_over: Mapping[Cell, CellEvidence] | None = None,
    remarks: Sequence[str] = (),
) -> Assessment:
    """Decide every cell of the profile's table for one office type.

    Args:
        result: the checked export.
        vendor: the contents of vendor.toml, with the 自己申告 of the maker.
        evidence: results from other sources than the exported files, for instance from tested imports.
            It comes before a declaration; for an export it can only make the result worse.
        known: the standard to use; by default that of the package.
        kit: the office that the software represented in a kit; files from that office count too.
        taken_over: cells from the software company's evidence: imports that were not tested here, and
            exports for which there are no files.
        remarks: further notes, sentences in Japanese.

    Source: §2.2 of the standard, the requirement tables of the prefecture's outline; ambiguities A11, A12.
    """
    known = known or standard()
    applicant = vendor.applicant.office_number if vendor else ""
    edition = known.edition(profile.csv_version)
    senders = Senders(result, profile, office_type, edition, applicant, kit or KitOffice())
    files = ExportedFiles(result, profile, known, senders)
    requirements = tuple(
        _cell(files, office_type, row, direction, vendor, evidence or {}, taken_over or {})
        for row in profile.requirements
        for direction in Direction
    )
    notes = (
        *remarks,
        *senders.notes(),
        *_notes(files, office_type),
        *_declarations(requirements, vendor),
    )
    offices = tuple(senders.judged_offices)
    return Assessment(result, profile, office_type, requirements, vendor, notes, offices)


def _cell(
    files: ExportedFiles,
    office_type: OfficeType,
    row: ProfileRequirement,
    direction: Direction,
    vendor: Vendor | None,
    given: Mapping[Cell, CellEvidence],
    taken_over: Mapping[Cell, CellEvidence],
) -> RequirementResult:
    need, cell = row.needs[office_type.id, direction], (row.letter, direction)
    if need is Need.NONE:
        found = _NOT_NEEDED
    elif direction is Direction.EXPORT:
        found = of_export(cell, files.evidence(row, need), given)
        if not found.files and cell in taken_over:
            found = taken_over[cell]
    else:
        tried = {key: one for key, one in given.items() if one.evidence is not Evidence.NONE}
        found = of_import(cell, {**given, **taken_over, **tried}, vendor)
    return RequirementResult(
        letter=row.letter,
        prefix=row.prefix,
        month=row.month,
        name=row.name,
        table=row.table,
        office_type=office_type.id,
        direction=direction,
        need=need,
        printed=row.printed[office_type.id, direction],
        result=found.result,
        evidence=found.evidence,
        files=found.files,
        records=found.records,
        reason=found.reason,
        means=found.means,
        rule=_rule(found, need, direction),
        proof=found.proof,
    )


def _rule(found: CellEvidence, need: Need, direction: Direction) -> str:
    """The rule of the family H for a cell that is wrong or not shown."""
    if found.result in (Status.CONFORMANT, Status.NOT_APPLICABLE):
        return ""
    if found.result is Status.UNVERIFIED and need is Need.OPTIONAL:
        return "H807"
    if found.rule or direction is Direction.IMPORT:
        return found.rule or "H803"
    return "H802" if found.files else "H801"


def _notes(files: ExportedFiles, office_type: OfficeType) -> Iterator[str]:
    """Notes on input that was given but not used, so that nobody believes it was counted."""
    rows = [
        row
        for row in files.profile.requirements
        if row.needs[office_type.id, Direction.EXPORT] is not Need.NONE
    ]
    counted = {report.file for row in rows for report in files.counted(row)}
    aside = [
        report
        for report in files.check.examined
        if report.file not in counted and (files.senders.counts(report) or not _asked(report, rows))
    ]
    older = [report for report in aside if files.is_other_edition(report)]
    others = [report for report in aside if report not in older]
    if older:
        versions = "、".join(sorted({report.csv_version or "" for report in older}))
        yield f"CSVバージョン {versions} のファイル {len(older)}個は、判定に含めていません。"
    if others:
        harmless = _faulty(files, others) or "（誤りではありません）"
        yield f"この事業所の種類には求められていないファイル {len(others)}個は、判定に含めていません{harmless}。"
    unread = len(files.check.inputs) - len(files.check.examined)
    if unread:
        yield f"調べられなかったファイルが {unread}個あります。"
    declined = [row for row in rows if _is_faulty_option(files, row, office_type)]
    if declined:
        letters = "、".join(row.letter for row in declined)
        yield f"任意のファイル {letters} に誤りがあります。出力するなら、直してください。"


def _declarations(cells: Iterable[RequirementResult], vendor: Vendor | None) -> Iterator[str]:
    """The remarks of the maker on its declarations."""
    declared = vendor.declared if vendor else {}
    letters: dict[str, list[str]] = {}
    for cell in cells:
        if cell.evidence is Evidence.DECLARED and cell.letter in declared and declared[cell.letter].remark:
            letters.setdefault(declared[cell.letter].remark, []).append(cell.letter)
    for remark, of in letters.items():
        yield f"{'、'.join(of)}の取込（自己申告）の備考: {remark}"


def _asked(report: InputReport, rows: Iterable[ProfileRequirement]) -> bool:
    """Whether some rows require this kind of file, whoever sent it."""
    return any(report.kind in row.prefixes and month_part(report.month) is row.month for row in rows)


def _faulty(files: ExportedFiles, reports: Iterable[InputReport]) -> str:
    faulty = sum(files.is_faulty(report) for report in reports)
    return f"（うち {faulty}個に誤りがあります）" if faulty else ""


def _is_faulty_option(files: ExportedFiles, row: ProfileRequirement, office_type: OfficeType) -> bool:
    return row.needs[office_type.id, Direction.EXPORT] is Need.OPTIONAL and any(
        files.is_faulty(report) for report in files.counted(row)
    )

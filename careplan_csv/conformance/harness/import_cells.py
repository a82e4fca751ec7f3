"""The import cells of the requirement table, from compared tables and findings (H803–H806)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from careplan_csv.conformance.harness.compared_tables import not_imported_reason
from careplan_csv.conformance.harness.failures import RunPart, files_of
from careplan_csv.conformance.harness.harness_findings import HarnessFinding, Means
from careplan_csv.conformance.harness.harness_messages import findings_of, preserved_items, reason_of
from careplan_csv.conformance.harness.harness_result import SourcedTable
from careplan_csv.conformance.harness.kit_case import KitCase
from careplan_csv.conformance.harness.run_plan import DUMP
from careplan_csv.conformance.harness.table_comparison import TableOutcome
from careplan_csv.conformance.kit.kit_model import EXPECTED_DUMP, Aspect
from careplan_csv.conformance.requirements.cell_evidence import Cell, CellEvidence
from careplan_csv.conformance.requirements.proof import Proof
from careplan_csv.findings import Severity
from careplan_csv.results import Evidence, Status
from careplan_csv.standard import Direction, ProfileRequirement
from careplan_csv.standard.filenames import month_part


@dataclass(frozen=True)
class ImportCells:
    """Decides the import cells of a case.

    Attributes:
        tables: the compared tables; findings: those on copies, on the dump, and on faulty units.
    """

    case: KitCase
    tables: Sequence[SourcedTable]
    findings: Sequence[HarnessFinding]

    def all(self) -> dict[Cell, CellEvidence]:
        """All cells with evidence."""
        return {
            (row.letter, Direction.IMPORT): cell
            for row in self.case.import_rows
            if (cell := self._cell_of(row)) is not None
        }

    def _cell_of(self, row: ProfileRequirement) -> CellEvidence | None:
        edition = self.case.edition
        if any(prefix not in edition.prefixes for prefix in row.prefixes):
            return CellEvidence(
                Status.NOT_APPLICABLE, Evidence.NONE, "このCSVバージョンには、このファイルがありません。"
            )
        deletes = edition.layout(row.prefix).variant(row.month).deletes
        return self._deletion_cell(row, deletes) if deletes else self._file_cell(row)

    def _file_cell(self, row: ProfileRequirement) -> CellEvidence | None:
        failures, relevant = self.case.failures, self._tables_of(row)
        failed = failures.of(RunPart.INBOX, files=files_of(row))
        if not relevant:
            failed = failed or failures.reason(DUMP) or failures.of(RunPart.EXPORT)
            return self._open_cell(row, failed) if failed else self._copied_cell(row)
        wrong = [
            finding
            for means, table in relevant
            for finding in findings_of(means, table)
            if finding.aspect is not Aspect.DELETION
        ]
        wrong += [f for f in self.findings if f.aspect is Aspect.IMPORT and f.prefix in row.prefixes]
        lost = self._lost_to_faults(row)
        # Data can be missing because of the failure; but data that a faulty unit destroyed is a fault.
        if failed and not lost:
            return self._open_cell(row, failed)
        wrong += lost
        if not wrong and (failed := failures.of(RunPart.FAULTS, files=files_of(row))):
            return self._open_cell(row, failed)
        good = preserved_items([table for _, table in relevant])
        return self._cell(row, [means for means, _ in relevant], wrong, good)

    def _deletion_cell(self, row: ProfileRequirement, deletes: str) -> CellEvidence | None:
        case = self.case
        roots = [pair for pair in self.tables if case.imported_prefix(*pair) == deletes]
        deleted = {(deletes, variant.month) for variant in case.edition.layout(deletes).variants}
        failed = case.failures.of(RunPart.INBOX, files=files_of(row) | deleted)
        if failed:
            return self._open_cell(row, failed)
        if not roots:
            return None
        family = {deletes, *self._children(deletes)}
        wrong = [
            finding
            for means, table in self.tables
            if table.prefix in family or (means, table) in roots
            for finding in findings_of(means, table)
            if finding.aspect is Aspect.DELETION
        ]
        if not wrong and (not_imported := not_imported_reason(case, self.tables, {deletes})):
            return self._open_cell(row, not_imported)
        if not wrong and (failed := case.failures.of(RunPart.FAULTS, files=files_of(row))):
            return self._open_cell(row, failed)
        return self._cell(row, [means for means, _ in roots], wrong, "削除した内容が無くなりました。")

    def _children(self, root: str) -> set[str]:
        edition = self.case.edition
        return {
            prefix
            for prefix in edition.prefixes
            if any(variant.parent == root for variant in edition.layout(prefix).variants)
        }

    def _copied_cell(self, row: ProfileRequirement) -> CellEvidence | None:
        """The cell if only files of the kit itself were given."""
        copied = next((finding for finding in self.findings if finding.rule == "H809"), None)
        if copied is None or self.case.seen.dump or self.case.seen.exported:
            return None
        return self._open_cell(row, copied.message, "H809")

    def _open_cell(self, row: ProfileRequirement, reason: str, rule: str = "H803") -> CellEvidence:
        """A cell without a result."""
        files, records = self._sent(row)
        return CellEvidence(Status.UNVERIFIED, Evidence.NONE, reason, files, records, rule=rule)

    def _lost_to_faults(self, row: ProfileRequirement) -> list[HarnessFinding]:
        """Findings on data that faulty units with the row's files have damaged."""
        units = {unit.id: {file.prefix for file in unit.files} for unit in self.case.edition.units}
        of_row = {step.folder for step in self.case.kit.faults if units[step.unit] & set(row.prefixes)}
        return [
            finding
            for finding in self.findings
            if finding.aspect is Aspect.FAULTY
            and finding.severity is Severity.ERROR
            and (finding.step in of_row or finding.prefix in row.prefixes)
        ]

    def _tables_of(self, row: ProfileRequirement) -> list[SourcedTable]:
        return [pair for pair in self.tables if self._is_about(row, *pair)]

    def _is_about(self, row: ProfileRequirement, means: Means, table: TableOutcome) -> bool:
        prefix = self.case.imported_prefix(means, table)
        return prefix in row.prefixes and month_part(table.table[1]) is row.month

    def _cell(
        self, row: ProfileRequirement, means: list[Means], wrong: list[HarnessFinding], good: str
    ) -> CellEvidence:
        sources = "・".join(m.label for m in Means if m in means)
        files, records = self._sent(row)
        status = Status.NONCONFORMANT if wrong else Status.CONFORMANT
        return CellEvidence(
            status,
            self.case.evidence,
            reason_of(wrong) if wrong else good,
            files,
            records,
            sources,
            wrong[0].rule if wrong else "",
            Proof(self.case.proof),
        )

    def _sent(self, row: ProfileRequirement) -> tuple[int, int]:
        """The number of files of a row in the inbox, and of expected records afterwards.

        For a deletion, which leaves no records, its own records are counted.
        """
        case = self.case
        sent = [
            count
            for (prefix, month), count in case.sent
            if prefix in row.prefixes and month_part(month) is row.month
        ]
        files, records = len(sent), sum(sent)
        if case.edition.layout(row.prefix).variant(row.month).deletes:
            return files, records
        relevant = self._tables_of(row)
        used = {means for means, _ in relevant}
        strongest = next((means for means in (Means.DUMP, Means.REEXPORT) if means in used), None)
        if strongest:
            return files, sum(table.whole.expected for means, table in relevant if means is strongest)
        return files, sum(
            len(some)
            for (prefix, month), some in case.expected(EXPECTED_DUMP).tables.items()
            if prefix in row.prefixes and month_part(month) is row.month
        )

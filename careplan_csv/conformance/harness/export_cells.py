"""The export cells of the requirement table that the office's own data shows (H801)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from careplan_csv.conformance.harness.failures import RunPart, files_of
from careplan_csv.conformance.harness.harness_findings import HarnessFinding, Means
from careplan_csv.conformance.harness.harness_messages import findings_of, reason_of
from careplan_csv.conformance.harness.kit_case import KitCase
from careplan_csv.conformance.harness.table_comparison import TableOutcome
from careplan_csv.conformance.requirements.cell_evidence import Cell, CellEvidence
from careplan_csv.conformance.requirements.proof import Proof
from careplan_csv.results import Evidence, Status
from careplan_csv.standard import Direction, Need, ProfileRequirement
from careplan_csv.standard.filenames import month_part


def export_cells(case: KitCase, own: Sequence[TableOutcome]) -> dict[Cell, CellEvidence]:
    """The cells with failures or faults; other exports are judged by their files.

    Args:
        own: the compared tables of the office's own data.
    """
    cells: dict[Cell, CellEvidence] = {}
    for row in _rows(case):
        failed = case.failures.of(RunPart.OWN, RunPart.EXPORT, files=files_of(row))
        wrong = [] if failed else list(_findings_of_row(row, own))
        if failed:
            cell = CellEvidence(Status.UNVERIFIED, Evidence.NONE, failed, rule="H801")
        elif wrong:
            cell = CellEvidence(
                Status.NONCONFORMANT,
                case.evidence,
                reason_of(wrong),
                means=Means.EXPORT.label,
                rule=wrong[0].rule,
                proof=Proof(case.proof),
            )
        else:
            continue
        cells[row.letter, Direction.EXPORT] = cell
    return cells


def export_findings(case: KitCase, own: Sequence[TableOutcome]) -> Iterator[HarnessFinding]:
    """The findings on the exports of rows without failures."""
    for row in _rows(case):
        if not case.failures.of(RunPart.OWN, RunPart.EXPORT, files=files_of(row)):
            yield from _findings_of_row(row, own)


def _rows(case: KitCase) -> Iterator[ProfileRequirement]:
    for row in case.profile.requirements:
        if row.needs[case.kit.office_type, Direction.EXPORT] is not Need.NONE:
            yield row


def _findings_of_row(row: ProfileRequirement, own: Sequence[TableOutcome]) -> Iterator[HarnessFinding]:
    for table in own:
        if table.prefix in row.prefixes and month_part(table.table[1]) is row.month:
            yield from findings_of(Means.EXPORT, table)

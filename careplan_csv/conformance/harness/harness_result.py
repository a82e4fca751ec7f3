"""The dumps and exports of software after a kit, and the results of judging them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from careplan_csv.conformance.harness.attempts import Attempt
from careplan_csv.conformance.harness.harness_findings import AspectResult, HarnessFinding, Means
from careplan_csv.conformance.harness.observed_data import Observed
from careplan_csv.conformance.harness.run_record import RunRecord
from careplan_csv.conformance.harness.table_comparison import TableOutcome
from careplan_csv.conformance.kit.kit_model import Kit
from careplan_csv.conformance.requirements.cell_evidence import Cell, CellEvidence
from careplan_csv.conformance.requirements.proof import ProofKind

SourcedTable = tuple[Means, TableOutcome]
"""A compared table, and its source."""


@dataclass(frozen=True)
class Seen:
    """The dumps and exports of software after a kit.

    Attributes:
        dump: the data after `inbox`; after_faults: the data after `faults`; exported: the exports.
        run: the record of a run through an adapter.
    """

    dump: Observed | None = None
    after_faults: Observed | None = None
    exported: Observed | None = None
    run: RunRecord | None = None

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        """The outcome of each step, if known."""
        return self.run.attempts if self.run else ()

    @property
    def proof(self) -> ProofKind:
        """The kind of proof that they can give."""
        if self.run:
            return ProofKind.SAMPLE if self.run.is_reference else ProofKind.SELF_RUN
        if self.dump:
            return ProofKind.DUMP
        return ProofKind.REEXPORT if self.exported else ProofKind.NONE


@dataclass(frozen=True)
class HarnessResult:
    """The results of the harness.

    Attributes:
        cells: evidence on the cells of the requirement table.
        tables: every compared table, and its source.
        aspects: results for texts, replacement, order, deletions, refusals.
        means: the sources of the results, the strongest first.
        run: the record of a run through an adapter; proof: the kind of proof of its cells.
    """

    kit: Kit
    cells: Mapping[Cell, CellEvidence]
    tables: tuple[SourcedTable, ...]
    aspects: tuple[AspectResult, ...]
    findings: tuple[HarnessFinding, ...]
    means: tuple[Means, ...]
    run: RunRecord | None = None
    proof: ProofKind = ProofKind.NONE

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        """The outcome of each step of a run through an adapter."""
        return self.run.attempts if self.run else ()

    @property
    def is_sample(self) -> bool:
        """Whether the reference software was run: an example, no proof for any product."""
        return self.proof is ProofKind.SAMPLE

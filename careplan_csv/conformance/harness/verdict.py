"""Judges the dumps and exports of software after a kit: cells, aspects and findings (H803–H806, H808)."""

from __future__ import annotations

from dataclasses import replace

from careplan_csv.conformance.harness.aspect_results import (
    aspect_results,
    faulty_units_findings,
    faulty_units_result,
)
from careplan_csv.conformance.harness.compared_tables import (
    dump_findings,
    dump_tables,
    own_tables,
    reexport_tables,
    table_findings,
    unknown_people_findings,
)
from careplan_csv.conformance.harness.copies import copies_in, without_copies
from careplan_csv.conformance.harness.export_cells import export_cells, export_findings
from careplan_csv.conformance.harness.harness_findings import AspectResult, HarnessFinding, Means
from careplan_csv.conformance.harness.harness_messages import harness_finding
from careplan_csv.conformance.harness.harness_result import HarnessResult, Seen, SourcedTable
from careplan_csv.conformance.harness.import_cells import ImportCells
from careplan_csv.conformance.harness.kit_case import KitCase
from careplan_csv.conformance.kit.kit_model import Kit
from careplan_csv.conformance.requirements.cell_evidence import Cell, CellEvidence
from careplan_csv.conformance.requirements.proof import ProofKind
from careplan_csv.results import Evidence, Status
from careplan_csv.standard import Direction, Need, Profile, standard


def judge(
    kit: Kit, seen: Seen, profile: Profile | None = None, proof: ProofKind | None = None
) -> HarnessResult:
    """Judge the dumps and exports of software after a kit.

    Args:
        proof: the kind of proof, if it does not follow from `seen`: for a challenge with its answers.

    A challenge cannot be judged here, because the issuer has its expected contents.
    """
    known = standard()
    profile = profile or known.profile(kit.profile)
    if kit.is_challenge:
        return _challenge_result(kit, seen, profile)
    seen, copies = _without_copies(kit, seen)
    # A run of the reference software stays an example, also with a challenge; no data is no proof.
    own = seen.proof in (ProofKind.SAMPLE, ProofKind.NONE)
    strength = seen.proof if proof is None or own else proof
    case = KitCase(kit, profile, known.edition(kit.edition), seen, strength)
    return _result(case, [harness_finding("H809", sentence) for sentence in copies])


def _result(case: KitCase, copies: list[HarnessFinding]) -> HarnessResult:
    tables = [*dump_tables(case), *reexport_tables(case)]
    own = own_tables(case)
    faulty = faulty_units_findings(case, tables)
    found = [*copies, *dump_findings(case), *faulty]
    return HarnessResult(
        case.kit,
        ImportCells(case, tables, found).all() | export_cells(case, own),
        (*tables, *((Means.EXPORT, table) for table in own)),
        _aspects(case, tables, faulty),
        (
            *found,
            *export_findings(case, own),
            *(finding for means, table in tables for finding in table_findings(case, means, table)),
            *unknown_people_findings(tables),
        ),
        tuple(means for means in Means if any(means is used for used, _ in tables)),
        case.seen.run,
        case.proof,
    )


def _aspects(
    case: KitCase, tables: list[SourcedTable], faulty: list[HarnessFinding]
) -> tuple[AspectResult, ...]:
    """What the kit tests; a rehearsal has no faulty units."""
    found = tuple(aspect_results(case, tables))
    return (*found, faulty_units_result(case, faulty)) if case.kit.faults else found


def _without_copies(kit: Kit, seen: Seen) -> tuple[Seen, list[str]]:
    """Remove copies of the kit from data that was exported by hand; also return sentences on them."""
    if seen.proof is ProofKind.SAMPLE:
        return seen, []
    dump = copies_in(kit, seen.dump, exported=False)
    # A rehearsal holds so little that an honest export can be equal to the kit.
    exported = copies_in(kit, None if kit.scenario else seen.exported, exported=True)
    sentences = [*dump.sentences, *exported.sentences]
    if seen.run:
        return seen, sentences
    cleaned = replace(
        seen, dump=without_copies(seen.dump, dump), exported=without_copies(seen.exported, exported)
    )
    return cleaned, sentences


_CHALLENGE_REASON = (
    "出題キットのため、取込の判定は、答えを持つ出題者が行います（careplan-csv verify --challenge）。"
)


def _challenge_result(kit: Kit, seen: Seen, profile: Profile) -> HarnessResult:
    """The result for a challenge without its answers: only that it was run."""
    cells: dict[Cell, CellEvidence] = {
        (row.letter, Direction.IMPORT): CellEvidence(
            Status.UNVERIFIED, Evidence.NONE, _CHALLENGE_REASON, rule="H803"
        )
        for row in profile.requirements
        if row.needs[kit.office_type, Direction.IMPORT] is not Need.NONE
    }
    return HarnessResult(kit, cells, (), (), (), (), seen.run, seen.proof)

"""Judges the dumps and exports of software: cells of the requirement table, aspects, findings (H803–H806, H808)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from functools import cached_property

from careplan_csv.conformance.harness.attempts import Attempt, AttemptOutcome
from careplan_csv.conformance.harness.comparison import may_differ
from careplan_csv.conformance.harness.copies import copies_in, without_copies
from careplan_csv.conformance.harness.failures import Failures, RunPart, files_of
from careplan_csv.conformance.harness.faulty_units import judge_faults
from careplan_csv.conformance.harness.harness_findings import AspectResult, HarnessFinding, Means
from careplan_csv.conformance.harness.harness_messages import (
    findings_of,
    harness_finding,
    preserved_items,
    reason_of,
)
from careplan_csv.conformance.harness.observed_data import Observed, of_files
from careplan_csv.conformance.harness.run_plan import AFTER_FAULTS, DUMP
from careplan_csv.conformance.harness.run_record import RunRecord
from careplan_csv.conformance.harness.table_comparison import TableOutcome, outcomes
from careplan_csv.conformance.kit.kit_model import (
    EXPECTED_AFTER_FAULTS,
    EXPECTED_DUMP,
    EXPECTED_EXPORT,
    Aspect,
    Kit,
)
from careplan_csv.conformance.requirements.cell_evidence import Cell, CellEvidence
from careplan_csv.conformance.requirements.proof import Proof, ProofKind
from careplan_csv.findings import Severity
from careplan_csv.results import Evidence, Status
from careplan_csv.standard import (
    Direction,
    Edition,
    Need,
    OfficeSide,
    Profile,
    ProfileRequirement,
    VariantKey,
    standard,
)
from careplan_csv.standard.filenames import month_part

_ROW_ASPECTS = (Aspect.REPLACEMENT, Aspect.ORDER, Aspect.SENT_AGAIN, Aspect.REPEAT, Aspect.FOREIGN)
"""Aspects that belong to the import of a file; deletions have separate rows."""


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
    tables: tuple[tuple[Means, TableOutcome], ...]
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


@dataclass
class _Judge:
    kit: Kit
    profile: Profile
    edition: Edition
    seen: Seen
    proof: ProofKind
    tables: list[tuple[Means, TableOutcome]] = field(default_factory=list)
    findings: list[HarnessFinding] = field(default_factory=list)

    @cached_property
    def _failures(self) -> Failures:
        return Failures(self.kit, self.edition, self.seen.attempts)

    def result(self) -> HarnessResult:
        self._compare_dump()
        self._compare_reexport()
        own = self._compare_own()
        faulty = self._faults()
        cells = self._import_cells() | self._export_cells(own)
        self.findings += [finding for means, table in self.tables for finding in self._found(means, table)]
        self._note_unknown_people()
        means = tuple(means for means in Means if any(means is used for used, _ in self.tables))
        return HarnessResult(
            self.kit,
            cells,
            (*self.tables, *((Means.EXPORT, table) for table in own)),
            (*self._aspect_results(), *faulty),
            tuple(self.findings),
            means,
            self.seen.run,
            self.proof,
        )

    @property
    def _evidence(self) -> Evidence:
        return self.proof.evidence

    @property
    def _proof(self) -> Proof:
        return Proof(self.proof)

    def _found(self, means: Means, table: TableOutcome) -> Iterator[HarnessFinding]:
        """The findings on a table; only informations if the profile does not require the file."""
        for finding in findings_of(means, table):
            asked = table.prefix in self._imported or self._is_planned(table.prefix)
            yield finding if asked else replace(finding, rule="H808", severity=Severity.INFO)

    @property
    def _rows(self) -> Iterator[ProfileRequirement]:
        for row in self.profile.requirements:
            if row.needs[self.kit.office_type, Direction.IMPORT] is not Need.NONE:
                yield row

    @property
    def _imported(self) -> set[str]:
        return {prefix for row in self._rows for prefix in row.prefixes}

    def _expected(self, folder: str) -> Observed:
        return of_files(self.kit.under(folder), self.edition)

    def _compare_dump(self) -> None:
        if self.seen.dump is None:
            return
        expected = self._expected(EXPECTED_DUMP)
        prefixes = {prefix for prefix, _ in expected.tables} | self._imported
        found = outcomes(expected, self.seen.dump, self.kit.aspects, self.edition, prefixes)
        self.tables += [(Means.DUMP, table) for table in found]
        self._problems(self.seen.dump)
        self._pictures(expected, self.seen.dump)

    def _compare_reexport(self) -> None:
        """Compare exports of imported data: the same tables, or results of imported schedules."""
        exported = self.seen.exported
        if exported is None:
            return
        expected = self._expected(EXPECTED_EXPORT)
        planned = {table: records for table, records in expected.tables.items() if self._is_planned(table[0])}
        if not planned:
            again = self._expected(EXPECTED_DUMP).tables
            planned = {t: r for t, r in again.items() if t in exported.tables and t not in expected.tables}
        prefixes = {prefix for prefix, _ in planned}
        if not any(prefix in prefixes for prefix, _ in exported.tables):
            return
        half = self._failures.files(RunPart.EXPORT)
        found = outcomes(
            Observed(planned),
            exported,
            self._imported_people,
            self.edition,
            prefixes,
            may_differ(self.edition),
        )
        self.tables += [(Means.REEXPORT, table) for table in found if not _is_among(table, half)]

    def _is_planned(self, prefix: str) -> bool:
        """Whether a file is exported as results of imported schedules."""
        office_type = self.profile.office_type(self.kit.office_type)
        return office_type.side is OfficeSide.SERVICE and prefix == self._results

    @property
    def _results(self) -> str:
        return next(unit.files[0].prefix for unit in self.edition.units if unit.id == "result")

    @property
    def _schedule(self) -> str:
        return next(unit.files[0].prefix for unit in self.edition.units if unit.id == "schedule")

    @property
    def _own_people(self) -> dict[str, Aspect]:
        """The people whom the importing office enters itself."""
        own = {number for step in self.kit.own for number in step.users}
        return {n: a for n, a in self.kit.aspects.items() if n in own}

    @property
    def _imported_people(self) -> dict[str, Aspect]:
        """The people who are imported."""
        return {n: a for n, a in self.kit.aspects.items() if n not in self._own_people}

    def _compare_own(self) -> list[TableOutcome]:
        """Compare exports of the office's own data."""
        exported = self.seen.exported
        if exported is None or not self._own_people:
            return []
        expected = self._expected(EXPECTED_EXPORT)
        tables = {t: r for t, r in expected.tables.items() if not self._is_planned(t[0])}
        prefixes = {prefix for prefix, _ in tables}
        people = dict.fromkeys(self._own_people, Aspect.IMPORT)
        found = outcomes(Observed(tables), exported, people, self.edition, prefixes, may_differ(self.edition))
        # If the kit's people were not entered, the export contains other people and cannot be compared.
        if not self._has_entered_own and not _any_known(found):
            return []
        half = self._failures.files(RunPart.OWN, RunPart.EXPORT)
        return [
            table
            for table in found
            if (table.general.found or self._has_entered_own) and not _is_among(table, half)
        ]

    @property
    def _has_entered_own(self) -> bool:
        """Whether the adapter reports that it entered all of the office's own data."""
        done = {a.step for a in self.seen.attempts if a.outcome is AttemptOutcome.IMPORTED}
        exported = {a.step for a in self.seen.attempts if a.step.startswith("export/")}
        return bool(exported) and exported <= done and all(step.folder in done for step in self.kit.own)

    def _faults(self) -> tuple[AspectResult, ...]:
        """Judge the aspect of faulty units by the data before and after them."""
        if self.seen.dump is None or self.seen.after_faults is None:
            reason = self._failures.reason(AFTER_FAULTS) or "誤りのある組を試した記録がありません。"
            return (AspectResult(Aspect.FAULTY, Status.UNVERIFIED, Evidence.NONE, reason),)
        expected = self._expected(EXPECTED_AFTER_FAULTS)
        found = list(
            judge_faults(
                self.kit,
                self.edition,
                expected,
                self.seen.dump,
                self.seen.after_faults,
                self.seen.attempts,
                {table.table for _, table in self.tables if table.general.missing or table.general.surplus},
            )
        )
        self.findings += found
        errors = [finding for finding in found if finding.severity is Severity.ERROR]
        if not errors and (failed := self._failures.of(RunPart.FAULTS)):
            return (AspectResult(Aspect.FAULTY, Status.UNVERIFIED, Evidence.NONE, failed),)
        status = Status.NONCONFORMANT if errors else Status.CONFORMANT
        reason = errors[0].message if errors else f"{len(self.kit.faults)}組を試しました。"
        return (AspectResult(Aspect.FAULTY, status, self._evidence, reason),)

    def _import_cells(self) -> dict[Cell, CellEvidence]:
        return {
            (row.letter, Direction.IMPORT): cell
            for row in self._rows
            if (cell := self._import_cell(row)) is not None
        }

    def _import_cell(self, row: ProfileRequirement) -> CellEvidence | None:
        if any(prefix not in self.edition.prefixes for prefix in row.prefixes):
            return CellEvidence(
                Status.NOT_APPLICABLE, Evidence.NONE, "この版には、このファイルがありません。"
            )
        deletes = self.edition.layout(row.prefix).variant(row.month).deletes
        if deletes:
            return self._deletion_cell(row, deletes)
        relevant = [(means, table) for means, table in self.tables if self._is_about(row, means, table)]
        failed = self._failures.of(RunPart.INBOX, files=files_of(row))
        if not relevant:
            failed = failed or self._failures.reason(DUMP) or self._failures.of(RunPart.EXPORT)
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
        if not wrong and (failed := self._failures.of(RunPart.FAULTS, files=files_of(row))):
            return self._open_cell(row, failed)
        return self._cell(
            row, [means for means, _ in relevant], wrong, preserved_items([t for _, t in relevant])
        )

    def _copied_cell(self, row: ProfileRequirement) -> CellEvidence | None:
        """The cell if only files of the kit itself were given."""
        copied = next((finding for finding in self.findings if finding.rule == "H809"), None)
        if copied is None or self.seen.dump or self.seen.exported:
            return None
        return self._open_cell(row, copied.message, "H809")

    def _open_cell(self, row: ProfileRequirement, reason: str, rule: str = "H803") -> CellEvidence:
        """A cell without a result."""
        files, records = self._sent(row)
        return CellEvidence(Status.UNVERIFIED, Evidence.NONE, reason, files, records, rule=rule)

    def _lost_to_faults(self, row: ProfileRequirement) -> list[HarnessFinding]:
        """Findings on data that faulty units with the row's files have damaged."""
        units = {unit.id: {file.prefix for file in unit.files} for unit in self.edition.units}
        of_row = {step.folder for step in self.kit.faults if units[step.unit] & set(row.prefixes)}
        return [
            finding
            for finding in self.findings
            if finding.aspect is Aspect.FAULTY
            and finding.severity is Severity.ERROR
            and (finding.step in of_row or finding.prefix in row.prefixes)
        ]

    def _is_about(self, row: ProfileRequirement, means: Means, table: TableOutcome) -> bool:
        return self._speaks_of(means, table) in row.prefixes and month_part(table.table[1]) is row.month

    def _speaks_of(self, means: Means, table: TableOutcome) -> str:
        """Prefix of the imported file: for exported results of imported schedules, that of the schedule."""
        is_planned = means is Means.REEXPORT and self._is_planned(table.prefix)
        return self._schedule if is_planned else table.prefix

    def _deletion_cell(self, row: ProfileRequirement, deletes: str) -> CellEvidence | None:
        roots = [(means, table) for means, table in self.tables if self._speaks_of(means, table) == deletes]
        deleted = {(deletes, variant.month) for variant in self.edition.layout(deletes).variants}
        failed = self._failures.of(RunPart.INBOX, files=files_of(row) | deleted)
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
        if not wrong and (not_imported := self._not_imported_reason({deletes})):
            return self._open_cell(row, not_imported)
        if not wrong and (failed := self._failures.of(RunPart.FAULTS, files=files_of(row))):
            return self._open_cell(row, failed)
        return self._cell(row, [means for means, _ in roots], wrong, "削除した内容が無くなりました。")

    def _children(self, root: str) -> set[str]:
        return {
            prefix
            for prefix in self.edition.prefixes
            if any(variant.parent == root for variant in self.edition.layout(prefix).variants)
        }

    def _cell(
        self, row: ProfileRequirement, means: list[Means], wrong: list[HarnessFinding], good: str
    ) -> CellEvidence:
        sources = "・".join(m.label for m in Means if m in means)
        files, records = self._sent(row)
        if wrong:
            return CellEvidence(
                Status.NONCONFORMANT,
                self._evidence,
                reason_of(wrong),
                files,
                records,
                sources,
                wrong[0].rule,
                self._proof,
            )
        return CellEvidence(
            Status.CONFORMANT, self._evidence, good, files, records, sources, proof=self._proof
        )

    def _sent(self, row: ProfileRequirement) -> tuple[int, int]:
        """The number of files of a row in the inbox, and of expected records afterwards.

        For a deletion, which leaves no records, its own records are counted.
        """
        files = records = 0
        for step in self.kit.inbox:
            sent = of_files(self.kit.under(step.folder), self.edition)
            for (prefix, month), some in sent.tables.items():
                if prefix in row.prefixes and month_part(month) is row.month:
                    files += 1
                    records += len(some)
        if self.edition.layout(row.prefix).variant(row.month).deletes:
            return files, records
        relevant = [(means, table) for means, table in self.tables if self._is_about(row, means, table)]
        strongest = next(
            (m for m in (Means.DUMP, Means.REEXPORT) if m in {means for means, _ in relevant}), None
        )
        if strongest:
            return files, sum(table.whole.expected for means, table in relevant if means is strongest)
        expected = self._expected(EXPECTED_DUMP).tables
        return files, sum(
            len(some)
            for (prefix, month), some in expected.items()
            if prefix in row.prefixes and month_part(month) is row.month
        )

    def _export_cells(self, own: list[TableOutcome]) -> dict[Cell, CellEvidence]:
        cells: dict[Cell, CellEvidence] = {}
        for row in self.profile.requirements:
            if row.needs[self.kit.office_type, Direction.EXPORT] is Need.NONE:
                continue
            failed = self._failures.of(RunPart.OWN, RunPart.EXPORT, files=files_of(row))
            if failed:
                cells[row.letter, Direction.EXPORT] = CellEvidence(
                    Status.UNVERIFIED, Evidence.NONE, failed, rule="H801"
                )
                continue
            wrong = [
                finding
                for table in own
                if table.prefix in row.prefixes and month_part(table.table[1]) is row.month
                for finding in findings_of(Means.EXPORT, table)
            ]
            if wrong:
                self.findings += wrong
                cells[row.letter, Direction.EXPORT] = CellEvidence(
                    Status.NONCONFORMANT,
                    self._evidence,
                    reason_of(wrong),
                    means=Means.EXPORT.label,
                    rule=wrong[0].rule,
                    proof=self._proof,
                )
        return cells

    def _aspect_results(self) -> Iterator[AspectResult]:
        """The results for all aspects except faulty units."""
        shown = {step.aspect for step in self.kit.inbox}
        for aspect in Aspect:
            if aspect not in shown or aspect is Aspect.FAULTY:
                continue
            touched = self._failures.files(RunPart.INBOX)
            failed = self._failures.of(RunPart.INBOX, files=self._files_of(aspect))
            if not self.tables:
                reason = failed or "確かめた記録がありません。"
                yield AspectResult(aspect, Status.UNVERIFIED, Evidence.NONE, reason)
                continue
            wrong = [
                finding
                for means, table in self.tables
                for finding in self._found(means, table)
                if _shows(finding.aspect, aspect) and finding.severity is Severity.ERROR
                if not _is_among(table, touched)
            ]
            if wrong:
                yield AspectResult(aspect, Status.NONCONFORMANT, self._evidence, reason_of(wrong))
            elif failed:
                yield AspectResult(aspect, Status.UNVERIFIED, Evidence.NONE, failed)
            elif not_imported := self._not_imported_reason(self._roots_of(aspect)):
                yield AspectResult(aspect, Status.UNVERIFIED, Evidence.NONE, not_imported)
            else:
                yield AspectResult(aspect, Status.CONFORMANT, self._evidence)

    def _files_of(self, aspect: Aspect) -> Set[VariantKey]:
        """The files of the units for an aspect, and the files that they delete."""
        units = {step.unit for step in self.kit.inbox if step.aspect is aspect}
        sent = {file for unit in units for file in self._failures.units[unit]}
        deleted = {v.deletes for prefix, _ in sent for v in self.edition.layout(prefix).variants if v.deletes}
        return sent | {(prefix, v.month) for prefix in deleted for v in self.edition.layout(prefix).variants}

    def _roots_of(self, aspect: Aspect) -> set[str]:
        """The first files of the units for an aspect, and the files that they delete."""
        roots = {unit.id: unit.files[0].prefix for unit in self.edition.units}
        sent = {roots[step.unit] for step in self.kit.inbox if step.aspect is aspect}
        deleted = {v.deletes for prefix in sent for v in self.edition.layout(prefix).variants if v.deletes}
        return sent | deleted

    def _not_imported_reason(self, prefixes: Set[str]) -> str:
        """The reason why there is no result if no record was imported; empty if some were.

        Software that imports nothing also has no records that should have been replaced or deleted.
        """
        wanted = [
            (prefix, table.general)
            for means, table in self.tables
            if (prefix := self._speaks_of(means, table)) in prefixes and table.general.expected
        ]
        seen = {prefix for prefix, general in wanted if general.found}
        absent = sorted({self.edition.layout(prefix).name for prefix, _ in wanted if prefix not in seen})
        return f"{'・'.join(absent)}が1件も取り込まれていないため、確かめられません。" if absent else ""

    def _pictures(self, expected: Observed, found: Observed) -> None:
        """Add a finding on missing and changed pictures."""
        lost = [name for name, data in expected.images.items() if found.images.get(name) != data]
        if lost:
            text = f"一緒に送った画像のうち {len(lost)}個が、無いか、変わっています。"
            owner = next((p for p in self._imported if self.edition.layout(p).image_item), "")
            self.findings.append(harness_finding("H804", text, Aspect.IMPORT, owner))

    def _problems(self, found: Observed) -> None:
        for prefix, problem in found.problems:
            self.findings.append(harness_finding("H804", problem, Aspect.IMPORT, prefix))

    def _note_unknown_people(self) -> None:
        count = sum(table.unknown_people for means, table in self.tables if means is Means.DUMP)
        if count:
            self.findings.append(
                harness_finding(
                    "H808", f"キットに無い利用者の記録が {count}件ありました。判定に含めていません。"
                )
            )


def judge(
    kit: Kit, seen: Seen, profile: Profile | None = None, proof: ProofKind | None = None
) -> HarnessResult:
    """Judge the dumps and exports of software after a kit.

    Args:
        proof: the kind of proof, if it does not follow from `seen`: for a challenge with its answers.

    A challenge cannot be judged here, because the issuer has its expected contents.
    """
    known = standard()
    if kit.is_challenge:
        return _challenge_result(kit, seen, profile or known.profile(kit.profile))
    edition = known.edition(kit.edition)
    seen, copies = _without_copies(kit, seen)
    # A run of the reference software stays an example, also with a challenge; no data is no proof.
    own = seen.proof in (ProofKind.SAMPLE, ProofKind.NONE)
    strength = seen.proof if proof is None or own else proof
    judge_ = _Judge(kit, profile or known.profile(kit.profile), edition, seen, strength)
    judge_.findings += [harness_finding("H809", sentence) for sentence in copies]
    return judge_.result()


def _without_copies(kit: Kit, seen: Seen) -> tuple[Seen, list[str]]:
    """Remove copies of the kit from data that was exported by hand; also return sentences on them."""
    if seen.proof is ProofKind.SAMPLE:
        return seen, []
    dump = copies_in(kit, seen.dump, exported=False)
    exported = copies_in(kit, seen.exported, exported=True)
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


def _is_among(table: TableOutcome, files: Set[VariantKey]) -> bool:
    return (table.prefix, month_part(table.table[1])) in files


def _any_known(tables: Iterable[TableOutcome]) -> bool:
    return any(table.general.found for table in tables)


def _shows(found: Aspect | None, aspect: Aspect) -> bool:
    return found is aspect or (found is Aspect.IMPORT and aspect is Aspect.TEXTS)


__all__ = ["HarnessResult", "Seen", "judge"]

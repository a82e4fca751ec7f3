"""Results for the aspects of a kit: texts, replacement, order, deletion, refusal, faulty units."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set

from careplan_csv.conformance.harness.compared_tables import is_among, not_imported_reason, table_findings
from careplan_csv.conformance.harness.failures import RunPart
from careplan_csv.conformance.harness.faulty_units import judge_faults
from careplan_csv.conformance.harness.harness_findings import AspectResult, HarnessFinding
from careplan_csv.conformance.harness.harness_messages import reason_of
from careplan_csv.conformance.harness.harness_result import SourcedTable
from careplan_csv.conformance.harness.kit_case import KitCase
from careplan_csv.conformance.harness.run_plan import AFTER_FAULTS
from careplan_csv.conformance.kit.kit_model import EXPECTED_AFTER_FAULTS, Aspect
from careplan_csv.findings import Severity
from careplan_csv.results import Evidence, Status
from careplan_csv.standard import VariantKey


def aspect_results(case: KitCase, tables: Sequence[SourcedTable]) -> Iterator[AspectResult]:
    """The results for all aspects except faulty units."""
    shown = {step.aspect for step in case.kit.inbox}
    for aspect in Aspect:
        if aspect in shown and aspect is not Aspect.FAULTY:
            yield _result(case, tables, aspect)


def _result(case: KitCase, tables: Sequence[SourcedTable], aspect: Aspect) -> AspectResult:
    incomplete = case.failures.files(RunPart.INBOX)
    failed = case.failures.of(RunPart.INBOX, files=_files_of(case, aspect))
    if not tables:
        return _open(aspect, failed or "確かめた記録がありません。")
    wrong = [
        finding
        for means, table in tables
        for finding in table_findings(case, means, table)
        if _shows(finding.aspect, aspect) and finding.severity is Severity.ERROR
        if not is_among(table, incomplete)
    ]
    if wrong:
        return AspectResult(aspect, Status.NONCONFORMANT, case.evidence, reason_of(wrong))
    reason = failed or not_imported_reason(case, tables, _roots_of(case, aspect))
    return _open(aspect, reason) if reason else AspectResult(aspect, Status.CONFORMANT, case.evidence)


def faulty_units_findings(case: KitCase, tables: Sequence[SourcedTable]) -> list[HarnessFinding]:
    """The findings on faulty units, from the data before and after them."""
    if case.seen.dump is None or case.seen.after_faults is None:
        return []
    incomplete = {table.table for _, table in tables if table.general.missing or table.general.surplus}
    return list(
        judge_faults(
            case.kit,
            case.edition,
            case.expected(EXPECTED_AFTER_FAULTS),
            case.seen.dump,
            case.seen.after_faults,
            case.seen.attempts,
            incomplete,
        )
    )


def faulty_units_result(case: KitCase, findings: Sequence[HarnessFinding]) -> AspectResult:
    """The result for the aspect of faulty units.

    Args:
        findings: those of `faulty_units_findings`.
    """
    if case.seen.dump is None or case.seen.after_faults is None:
        reason = case.failures.reason(AFTER_FAULTS) or "誤りのある組を試した記録がありません。"
        return _open(Aspect.FAULTY, reason)
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    if not errors and (failed := case.failures.of(RunPart.FAULTS)):
        return _open(Aspect.FAULTY, failed)
    status = Status.NONCONFORMANT if errors else Status.CONFORMANT
    reason = errors[0].message if errors else f"{len(case.kit.faults)}組を試しました。"
    return AspectResult(Aspect.FAULTY, status, case.evidence, reason)


def _open(aspect: Aspect, reason: str) -> AspectResult:
    return AspectResult(aspect, Status.UNVERIFIED, Evidence.NONE, reason)


def _files_of(case: KitCase, aspect: Aspect) -> Set[VariantKey]:
    """The files of the units for an aspect, and the files that they delete."""
    layout, units = case.edition.layout, {step.unit for step in case.kit.inbox if step.aspect is aspect}
    sent = {file for unit in units for file in case.failures.units[unit]}
    deleted = {v.deletes for prefix, _ in sent for v in layout(prefix).variants if v.deletes}
    return sent | {(prefix, variant.month) for prefix in deleted for variant in layout(prefix).variants}


def _roots_of(case: KitCase, aspect: Aspect) -> set[str]:
    """The first files of the units for an aspect, and the files that they delete."""
    roots = {unit.id: unit.files[0].prefix for unit in case.edition.units}
    sent = {roots[step.unit] for step in case.kit.inbox if step.aspect is aspect}
    layouts = (case.edition.layout(prefix) for prefix in sent)
    return sent | {v.deletes for layout in layouts for v in layout.variants if v.deletes}


def _shows(found: Aspect | None, aspect: Aspect) -> bool:
    return found is aspect or (found is Aspect.IMPORT and aspect is Aspect.TEXTS)

"""Compares all tables of a kit with the dump and the exports of the software."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import replace

from careplan_csv.conformance.harness.comparison import may_differ
from careplan_csv.conformance.harness.failures import RunPart
from careplan_csv.conformance.harness.harness_findings import HarnessFinding, Means
from careplan_csv.conformance.harness.harness_messages import findings_of, harness_finding
from careplan_csv.conformance.harness.harness_result import SourcedTable
from careplan_csv.conformance.harness.kit_case import KitCase
from careplan_csv.conformance.harness.observed_data import Observed
from careplan_csv.conformance.harness.table_comparison import TableOutcome, outcomes
from careplan_csv.conformance.kit.kit_model import EXPECTED_DUMP, EXPECTED_EXPORT, Aspect
from careplan_csv.findings import Severity
from careplan_csv.standard import VariantKey
from careplan_csv.standard.filenames import month_part


def dump_tables(case: KitCase) -> list[SourcedTable]:
    """Compare the dump with the expected contents."""
    if case.seen.dump is None:
        return []
    expected = case.expected(EXPECTED_DUMP)
    prefixes = {prefix for prefix, _ in expected.tables} | case.imported_prefixes
    found = outcomes(expected, case.seen.dump, case.kit.aspects, case.edition, prefixes)
    return [(Means.DUMP, table) for table in found]


def dump_findings(case: KitCase) -> Iterator[HarnessFinding]:
    """Findings on unreadable files and on pictures of the dump."""
    found = case.seen.dump
    if found is None:
        return
    for prefix, problem in found.problems:
        yield harness_finding("H804", problem, Aspect.IMPORT, prefix)
    expected = case.expected(EXPECTED_DUMP)
    lost = [name for name, data in expected.images.items() if found.images.get(name) != data]
    if lost:
        text = f"一緒に送った画像のうち {len(lost)}個が、無いか、変わっています。"
        prefixes = (prefix for row in case.import_rows for prefix in row.prefixes)
        known = (prefix for prefix in prefixes if prefix in case.edition.prefixes)
        owner = next((prefix for prefix in known if case.edition.layout(prefix).image_item), "")
        yield harness_finding("H804", text, Aspect.IMPORT, owner)


def reexport_tables(case: KitCase) -> list[SourcedTable]:
    """Compare exports of imported data: the same tables, or results of imported schedules."""
    exported = case.seen.exported
    if exported is None:
        return []
    expected = case.expected(EXPECTED_EXPORT)
    planned = {table: records for table, records in expected.tables.items() if case.is_planned(table[0])}
    if not planned:
        again = case.expected(EXPECTED_DUMP).tables
        planned = {t: r for t, r in again.items() if t in exported.tables and t not in expected.tables}
    prefixes = {prefix for prefix, _ in planned}
    if not any(prefix in prefixes for prefix, _ in exported.tables):
        return []
    incomplete = case.failures.files(RunPart.EXPORT)
    found = outcomes(
        Observed(planned), exported, case.imported_people, case.edition, prefixes, may_differ(case.edition)
    )
    return [(Means.REEXPORT, table) for table in found if not is_among(table, incomplete)]


def own_tables(case: KitCase) -> list[TableOutcome]:
    """Compare exports of the office's own data."""
    exported = case.seen.exported
    if exported is None or not case.own_people:
        return []
    expected = case.expected(EXPECTED_EXPORT)
    # The results of a service office come from schedules, but for those that it enters in a rehearsal.
    rehearsed = bool(case.kit.scenario)
    tables = {t: r for t, r in expected.tables.items() if rehearsed or not case.is_planned(t[0])}
    prefixes = {prefix for prefix, _ in tables}
    people = dict.fromkeys(case.own_people, Aspect.IMPORT)
    found = outcomes(Observed(tables), exported, people, case.edition, prefixes, may_differ(case.edition))
    # If the kit's people were not entered, the export contains other people and cannot be compared.
    if not case.has_entered_own and not any(table.general.found for table in found):
        return []
    incomplete = case.failures.files(RunPart.OWN, RunPart.EXPORT)
    return [
        table
        for table in found
        if (table.general.found or case.has_entered_own) and not is_among(table, incomplete)
    ]


def table_findings(case: KitCase, means: Means, table: TableOutcome) -> Iterator[HarnessFinding]:
    """The findings on a table; only informations if the profile does not require the file."""
    required = table.prefix in case.imported_prefixes or case.is_planned(table.prefix)
    for finding in findings_of(means, table):
        yield finding if required else replace(finding, rule="H808", severity=Severity.INFO)


def unknown_people_findings(tables: Sequence[SourcedTable]) -> Iterator[HarnessFinding]:
    """A note on records of people who are not in the kit."""
    count = sum(table.unknown_people for means, table in tables if means is Means.DUMP)
    if count:
        yield harness_finding(
            "H808", f"キットに無い利用者の記録が {count}件ありました。判定に含めていません。"
        )


def not_imported_reason(case: KitCase, tables: Sequence[SourcedTable], prefixes: Set[str]) -> str:
    """The reason why there is no result if no record was imported; empty if some were.

    Software that imports nothing also has no records that should have been replaced or deleted.
    """
    wanted = [
        (prefix, table.general)
        for means, table in tables
        if (prefix := case.imported_prefix(means, table)) in prefixes and table.general.expected
    ]
    imported = {prefix for prefix, general in wanted if general.found}
    absent = sorted({case.edition.layout(prefix).name for prefix, _ in wanted if prefix not in imported})
    return f"{'・'.join(absent)}が1件も取り込まれていないため、確かめられません。" if absent else ""


def is_among(table: TableOutcome, files: Set[VariantKey]) -> bool:
    """Whether a table belongs to one of some files."""
    return (table.prefix, month_part(table.table[1])) in files

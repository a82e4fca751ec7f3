"""The contents that a kit expects and those of the software, as forms side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from careplan_csv.conformance.harness.comparison import PLACE, Comparison
from careplan_csv.conformance.harness.harness_findings import Means
from careplan_csv.conformance.harness.harness_result import HarnessResult
from careplan_csv.conformance.harness.observed_data import TableRecord
from careplan_csv.conformance.harness.table_comparison import TableOutcome
from careplan_csv.forms.document_differences import ComparedDocument, paired_documents
from careplan_csv.forms.documents import documents
from careplan_csv.forms.located_records import FormRecord, record_of
from careplan_csv.reporting.form_page import FormPage
from careplan_csv.reporting.form_sheet import FormLook
from careplan_csv.standard import Edition, Layout, standard

OTHER = "介護ソフト"
_COMPARING = "キットの期待する内容を、介護ソフトの内容と比べました。"
_NO_FORM = "帳票の無いファイルです（違い {:,}か所）。"
_NOTHING = "比べられる内部データも、出力もありません（確認表の回答は、帳票になりません）。"


def kit_form_page(harness: HarnessResult, made_at: str, look: FormLook) -> FormPage:
    """The page of everything that was compared: the pairs of records are those by which the kit was judged."""
    edition = standard().edition(harness.kit.edition)
    by_means: dict[Means, list[TableOutcome]] = defaultdict(list)
    for means, table in harness.tables:
        by_means[means].append(table)
    compared: list[ComparedDocument] = []
    apart: list[tuple[str, str]] = []
    for means, tables in by_means.items():
        paired = _PairedRecords(edition)
        for table in tables:
            if _has_form(table.whole.layout):
                paired.take(table)
            elif not table.whole.is_same:
                apart.append((table.whole.layout.name, _NO_FORM.format(_differences(table.whole))))
        compared += (replace(one, about=means.label) for one in paired.documents())
    if not by_means:
        apart.append(("このキットの結果", _NOTHING))
    return FormPage(compared, replace(look, other=OTHER), made_at, apart, (), _COMPARING)


def _has_form(layout: Layout) -> bool:
    return not any(variant.deletes for variant in layout.variants)


def _differences(comparison: Comparison) -> int:
    return sum(map(len, (comparison.missing, comparison.surplus, comparison.changes)))


@dataclass
class _PairedRecords:
    """Expected records, the record of the software for each of them, and its other records."""

    edition: Edition
    expected: list[FormRecord] = field(default_factory=list)
    counterparts: dict[int, FormRecord | None] = field(default_factory=dict)
    surplus: list[FormRecord] = field(default_factory=list)

    def take(self, table: TableOutcome) -> None:
        """Take in the records of a table."""
        changed: dict[str, dict[str, str]] = defaultdict(dict)
        for change in table.whole.changes:
            changed[change.record[PLACE]][change.item.id] = change.found
        missing = {record[PLACE] for record in table.whole.missing}
        for values in table.records:
            place = values[PLACE]
            record = self._record(table, values, int(place))
            theirs = replace(record, values={**record.values, **changed.get(place, {})})
            self.expected.append(record)
            self.counterparts[id(record)] = None if place in missing else theirs
        self.surplus += (self._record(table, values, 0) for values in table.whole.surplus)

    def _record(self, table: TableOutcome, values: TableRecord, number: int) -> FormRecord:
        return record_of(table.whole.layout, self.edition, table.table[1], values, number)

    def documents(self) -> Sequence[ComparedDocument]:
        """The documents that the records make."""
        own, theirs = documents(self.expected), documents(self.surplus)
        return paired_documents(own.documents, self.counterparts, theirs.documents, OTHER)

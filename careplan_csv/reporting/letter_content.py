"""What a letter tells: names, what is missing, what to mend, without a value or a name from inside a file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from careplan_csv.findings import Cause, Finding, Severity
from careplan_csv.japanese_dates import japanese_date
from careplan_csv.reporting.text import outcome_sentence
from careplan_csv.results import CheckResult, Status
from careplan_csv.rules.registry import RULES
from careplan_csv.standard import Direction
from careplan_csv.version import __version__

if TYPE_CHECKING:
    from careplan_csv.conformance.requirements.assessment import Assessment, RequirementResult

_TO_OFFICE, _TO_VENDOR = "事業所の方:", "ソフト会社の方:"
"""How remedies address their readers."""

_NAME = re.compile(r"([A-Z][A-Z0-9]*(?:_SUB[0-9])?)_[0-9A-Z_]*_([0-9]{14}\.CSV)", re.IGNORECASE)
ROWS, OFFICE_ROWS = 8, 5
"""Rows of a table, and of the one that says how to mend something: with more, a letter would not fit on its page."""


@dataclass(frozen=True, slots=True)
class LetterFinding:
    """The findings of one rule, for a letter.

    Attributes:
        what: what is wrong with the first of them.
        place: file, line and item of the first place.
        places, files: how many there are.
    """

    rule: str
    severity: str
    consequence: str
    what: str
    place: str
    places: int
    files: int
    remedy: str
    basis: str


@dataclass(frozen=True, slots=True)
class MissingRequirement:
    """A requirement that is not met or not shown."""

    letter: str
    name: str
    direction: str
    result: str
    reason: str


@dataclass(frozen=True)
class LetterContent:
    """What templates can use; every list holds a few rows, and says beside it how many more there are.

    Attributes:
        date: of the letter; until: when the answer is due, empty where nobody said.
        checked_on: day of the check; all three as 令和…年…月…日.
        verdict, office_type: of an assessment; empty for a check.
        by_office: findings that the office mends; by_vendor: those that the software company looks at.
        unexamined: how many files could not be examined.
        steps: what the office does next, each a sentence.
    """

    date: str
    until: str
    checked_on: str
    version: str
    rule_set: str
    outcome: str
    office_name: str = ""
    office_number: str = ""
    product: str = ""
    vendor_name: str = ""
    verdict: str = ""
    office_type: str = ""
    missing: Sequence[MissingRequirement] = ()
    more_missing: int = 0
    missing_imports: Sequence[MissingRequirement] = ()
    by_office: Sequence[LetterFinding] = ()
    more_by_office: int = 0
    by_vendor: Sequence[LetterFinding] = ()
    more_by_vendor: int = 0
    unexamined: int = 0
    steps: Sequence[str] = field(default=())


def letter_content(
    result: CheckResult, assessment: Assessment | None, today: date, until: date | None
) -> LetterContent:
    """Gather what the letters tell of a check, and of the assessment that was made of it."""
    missing = list(map(_missing, _not_shown(assessment))) if assessment else []
    imports = [row for row in missing if row.direction == Direction.IMPORT.label]
    by_office = _by_rule(result, (Cause.INPUT, Cause.HANDLING))
    by_vendor = _by_rule(result, (Cause.SOFTWARE,))
    vendor = assessment.vendor if assessment else None
    unexamined = sum(bool(report.problem) for report in result.inputs)
    return LetterContent(
        date=japanese_date(today),
        until=japanese_date(until) if until else "",
        checked_on=japanese_date(date.fromisoformat(result.checked_at[:10])),
        version=__version__,
        rule_set=result.rule_set,
        outcome=outcome_sentence(result),
        office_name=vendor.applicant.office_name if vendor else "",
        office_number=vendor.applicant.office_number if vendor else "",
        product=" ".join(filter(None, (vendor.software.product_name, vendor.software.version)))
        if vendor
        else "",
        vendor_name=vendor.software.vendor_name if vendor else "",
        verdict=assessment.verdict_label if assessment else "",
        office_type=assessment.office_type.name if assessment else "",
        missing=missing[:ROWS],
        more_missing=max(0, len(missing) - ROWS),
        missing_imports=imports[:ROWS],
        by_office=by_office[:OFFICE_ROWS],
        more_by_office=max(0, len(by_office) - OFFICE_ROWS),
        by_vendor=by_vendor[:ROWS],
        more_by_vendor=max(0, len(by_vendor) - ROWS),
        unexamined=unexamined,
        steps=tuple(_steps(missing, by_office, by_vendor, unexamined)),
    )


def _not_shown(assessment: Assessment) -> list[RequirementResult]:
    rows = [row for row in assessment.required if row.result is not Status.CONFORMANT]
    return sorted(rows, key=lambda row: row.result is not Status.NONCONFORMANT)


def _missing(row: RequirementResult) -> MissingRequirement:
    return MissingRequirement(row.letter, row.name, row.direction.label, row.result.label, row.reason)


def _by_rule(result: CheckResult, causes: Iterable[Cause]) -> list[LetterFinding]:
    """Errors and warnings of some causes that nobody has accepted, one row for each rule, the worst first."""
    groups: dict[tuple[int, str], list[Finding]] = {}
    for finding in result.open:
        told = finding.severity is not Severity.INFO and not finding.rule.startswith("W")
        if told and RULES[finding.rule].cause in causes:
            groups.setdefault((finding.severity.rank, finding.rule), []).append(finding)
    named = {report.file for report in result.inputs if report.kind}
    return [_finding(own, named) for _, own in sorted(groups.items())]


def _finding(own: Sequence[Finding], named: set[str]) -> LetterFinding:
    first, rule = own[0], RULES[own[0].rule]
    # A message may quote a folder, or a name that fits no file: they may be a person's.
    quotes = (
        first.rule.startswith("N") or "/" in first.message or ".csv" in _NAME.sub("", first.message).lower()
    )
    what = rule.title if quotes else first.message
    return LetterFinding(
        rule=first.rule,
        severity=first.severity.label,
        consequence=first.consequence.label,
        what=_shortened(what),
        place=_place(first, named),
        places=sum(finding.count for finding in own),
        files=len({finding.file for finding in own}),
        remedy=first.remedy.partition(_TO_VENDOR)[0].removeprefix(_TO_OFFICE).strip(),
        basis=rule.reference,
    )


def _place(finding: Finding, named: set[str]) -> str:
    name = finding.file.rpartition("/")[2]
    if finding.file not in named or not _NAME.fullmatch(name):
        name = "名前が標準仕様と違うファイル"
    line = f" {finding.first.line:,}行目" if finding.first.line else ""
    item = f" №{finding.item_no}" if finding.item_no else ""
    return _shortened(name) + line + item


def _shortened(text: str) -> str:
    """A text with the names of files cut to their kind and ファイル連番: they fill a table otherwise."""
    return _NAME.sub(r"\1_…_\2", text)


def _steps(
    missing: Sequence[MissingRequirement],
    by_office: Sequence[LetterFinding],
    by_vendor: Sequence[LetterFinding],
    unexamined: int,
) -> Iterable[str]:
    if unexamined:
        yield f"調べられなかったファイルが {unexamined:,}個あります。介護ソフトから出力し直してください。"
    if any(row.direction == Direction.EXPORT.label for row in missing):
        yield "足りない出力は、介護ソフトから出力して加えてください。出力する機能が見当たらないときは、ソフト会社に相談してください。"
    if any(row.direction == Direction.IMPORT.label for row in missing):
        yield "取込は、ソフト会社に、取込キットで確かめた証拠か自己申告を求めてください。"
    if by_office:
        yield "「事業所で直すところ」を介護ソフトの画面で直し、出力し直してください。"
    if by_vendor:
        yield "ソフト会社宛ての文書をソフト会社に渡し、修正か確認を依頼してください。"
    if missing or by_office or by_vendor or unexamined:
        yield "終わったら、もう一度 careplan-csv で確かめてください。"

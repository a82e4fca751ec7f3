"""The registry of formats: a reporter is registered by the decorator above its function, and offered by the commands.

A reporter gets a whole result, masked already, and imports what it needs itself: nothing heavy is loaded before a
format is chosen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from rich.console import RenderableType

    from careplan_csv.conformance.evidence_package.result_differences import ResultDifferences
    from careplan_csv.conformance.evidence_package.signature import Signed
    from careplan_csv.conformance.evidence_package.verification import Verification
    from careplan_csv.conformance.harness.harness_result import HarnessResult
    from careplan_csv.conformance.requirements.assessment import Assessment
    from careplan_csv.findings import Rule
    from careplan_csv.reporting.selection import Selection
    from careplan_csv.results import CheckResult
    from careplan_csv.standard import Edition, Layout


@dataclass(frozen=True, slots=True)
class Pieces:
    """A text that is too long to be held in memory, made piece by piece, once."""

    texts: Iterable[str]


Content: TypeAlias = "str | Pieces | RenderableType"
"""A text, whole or in pieces, or something that a terminal renders."""


def pieces_of(content: Content) -> Iterator[str]:
    """A text in pieces of some length, or whole where it is."""
    if not isinstance(content, Pieces):
        yield str(content)
        return
    texts = iter(content.texts)
    while text := "".join(islice(texts, _AT_A_TIME)):
        yield text


_AT_A_TIME = 512


@dataclass(frozen=True, slots=True)
class CheckReport:
    """A check, and which of its findings are to be shown."""

    result: CheckResult
    selection: Selection


@dataclass(frozen=True, slots=True)
class AssessmentReport:
    """An assessment, what the harness found out where it was used, and the names of files that were written."""

    assessment: Assessment
    harness: HarnessResult | None = None
    written: Sequence[str] = ()
    show_values: bool = False


@dataclass(frozen=True, slots=True)
class VerificationReport:
    """What became of verifying an evidence package, its signature, and what the command has to add."""

    found: Verification
    signed: Signed
    lines: Sequence[str]


@dataclass(frozen=True, slots=True)
class DifferenceReport:
    """What differs between two results."""

    found: ResultDifferences


@dataclass(frozen=True, slots=True)
class RulesReport:
    """Some rules."""

    rules: Sequence[Rule]


@dataclass(frozen=True, slots=True)
class LayoutReport:
    """A file of an edition."""

    edition: Edition
    layout: Layout


@dataclass(frozen=True, slots=True)
class Reporter:
    """A format for one kind of report.

    Attributes:
        shows: the kind of report: `CheckReport` and its like.
        for_people: it is read on a screen, where a progress bar may stand beside it.
    """

    name: str
    shows: type
    run: Callable[[Any], Content]
    for_people: bool = False


REPORTERS: dict[tuple[type, str], Reporter] = {}
"""Every reporter by what it shows and its name; the first one of each kind is the default."""

Function: TypeAlias = Callable[[Any], Content]


def reporter(name: str, shows: type, *, for_people: bool = False) -> Callable[[Function], Function]:
    """Register a format above the function that makes it.

    Raises:
        ValueError: there is such a format for this kind of report.
    """
    if (shows, name) in REPORTERS:
        raise ValueError(f"format {name} of {shows.__name__} is registered twice")

    def decorate(function: Function) -> Function:
        REPORTERS[shows, name] = Reporter(name, shows, function, for_people)
        return function

    return decorate


def formats(shows: type) -> list[str]:
    """The names of the formats for one kind of report, the default first."""
    return [name for kind, name in REPORTERS if kind is shows]


def rendered(report: object, name: str) -> Content:
    """A report in one format."""
    return REPORTERS[type(report), name].run(report)


@reporter("text", CheckReport, for_people=True)
def _check_text(report: CheckReport) -> Content:
    from careplan_csv.reporting.text import check_text

    return check_text(report.result, report.selection)


@reporter("json", CheckReport)
def _check_json(report: CheckReport) -> Content:
    from careplan_csv.reporting.json_report import check_json

    return Pieces(check_json(report.result, report.selection))


@reporter("jsonl", CheckReport)
def _check_jsonl(report: CheckReport) -> Content:
    from careplan_csv.reporting.ci_annotations import json_lines

    return Pieces(json_lines(report))


@reporter("junit", CheckReport)
def _check_junit(report: CheckReport) -> Content:
    from careplan_csv.reporting.junit import junit_xml

    return junit_xml(report)


@reporter("sarif", CheckReport)
def _check_sarif(report: CheckReport) -> Content:
    from careplan_csv.reporting.sarif import sarif_log

    return sarif_log(report)


@reporter("github", CheckReport)
def _check_github(report: CheckReport) -> Content:
    from careplan_csv.reporting.ci_annotations import github_commands

    return github_commands(report)


@reporter("gitlab", CheckReport)
def _check_gitlab(report: CheckReport) -> Content:
    from careplan_csv.reporting.ci_annotations import gitlab_report

    return gitlab_report(report)


@reporter("rdjsonl", CheckReport)
def _check_reviewdog(report: CheckReport) -> Content:
    from careplan_csv.reporting.ci_annotations import reviewdog_lines

    return reviewdog_lines(report)


@reporter("text", AssessmentReport, for_people=True)
def _assessment_text(report: AssessmentReport) -> Content:
    from rich.console import Group

    from careplan_csv.reporting.assessment_text import assessment_text
    from careplan_csv.reporting.harness_text import harness_text

    parts = [harness_text(report.harness, show_values=report.show_values)] if report.harness else []
    return Group(*parts, assessment_text(report.assessment, list(report.written)))


@reporter("json", AssessmentReport)
def _assessment_json(report: AssessmentReport) -> Content:
    from careplan_csv.reporting.json_report import assessment_json

    return assessment_json(report.assessment, report.harness)


@reporter("text", VerificationReport, for_people=True)
def _verification_text(report: VerificationReport) -> Content:
    from careplan_csv.reporting.verification_view import verification_text

    return verification_text(report.found, report.signed, report.lines)


@reporter("json", VerificationReport)
def _verification_json(report: VerificationReport) -> Content:
    from careplan_csv.reporting.verification_view import verification_json

    return verification_json(report.found, report.signed, report.lines)


@reporter("text", DifferenceReport, for_people=True)
def _difference_text(report: DifferenceReport) -> Content:
    from careplan_csv.reporting.difference_view import difference_text

    return difference_text(report.found)


@reporter("json", DifferenceReport)
def _difference_json(report: DifferenceReport) -> Content:
    from careplan_csv.reporting.difference_view import difference_json

    return difference_json(report.found)


@reporter("text", RulesReport, for_people=True)
def _rules_text(report: RulesReport) -> Content:
    from careplan_csv.reporting.rule_view import rule_table

    return rule_table(list(report.rules))


@reporter("json", RulesReport)
def _rules_json(report: RulesReport) -> Content:
    from careplan_csv.reporting.json_report import json_text

    return json_text(
        [
            {
                "id": rule.id,
                "severity": rule.severity.value,
                "consequence": rule.consequence.value,
                "title": rule.title,
                "reference": rule.reference,
            }
            for rule in report.rules
        ]
    )


@reporter("text", LayoutReport, for_people=True)
def _layout_text(report: LayoutReport) -> Content:
    from careplan_csv.reporting.layout_view import layout_table

    return layout_table(report.edition, report.layout)


@reporter("json", LayoutReport)
def _layout_json(report: LayoutReport) -> Content:
    from careplan_csv.reporting.layout_view import layout_json

    return layout_json(report.edition, report.layout)

"""The result of a check as JUnit XML, as Jenkins and GitLab read it: a test for each file and family of rules."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from xml.etree import ElementTree

from careplan_csv.findings import Finding, Severity, compared_words
from careplan_csv.reporting.annotation import UNEXAMINED, one_line, plain_path
from careplan_csv.reporting.reporters import CheckReport
from careplan_csv.reporting.selection import Selection
from careplan_csv.results import InputReport

FAMILIES = {
    "N": "ファイル名",
    "E": "文字コード",
    "C": "CSV の形",
    "F": "項目",
    "R": "記録",
    "T": "ファイル全体",
    "B": "ファイルの組",
}
WAIVERS = "W 承認"
"""The families of rules that a check uses."""


_COUNTS = ("tests", "failures", "errors", "skipped")
_BY_CONTENT = frozenset("CFRTB")
"""Families that look at the content, which may have been left out in part."""


def junit_xml(report: CheckReport) -> str:
    """One testsuite for each file. Errors fail; warnings and information are told in system-out.

    What was not examined or is not shown is never passed: a file that could not be examined is a test with an
    error, and a family is skipped where its errors are hidden or some of the content was not looked at.
    """
    own: dict[str, list[Finding]] = defaultdict(list)
    for finding in report.result.findings:
        own[finding.file].append(finding)
    root = ElementTree.Element("testsuites", name="careplan-csv")
    totals: Counter[str] = Counter()
    for entry in report.result.inputs:
        totals += _suite(root, entry, own.pop(entry.file, []), report.selection)
    for path, findings in own.items():
        totals += _list_of_waivers(root, path, findings, report.selection)
    for name in _COUNTS:
        root.set(name, str(totals[name]))
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=False) + "\n"


def _suite(
    root: ElementTree.Element, entry: InputReport, findings: Sequence[Finding], selection: Selection
) -> Counter[str]:
    """Add the tests of one file, and count their outcomes."""
    path = plain_path(entry.path or entry.file)
    suite = ElementTree.SubElement(root, "testsuite", name=path)
    counts: Counter[str] = Counter()
    if entry.problem:
        case = ElementTree.SubElement(suite, "testcase", classname=path, name="読み取り")
        ElementTree.SubElement(case, "error", message=one_line(entry.problem), type=UNEXAMINED)
        counts.update(("tests", "errors"))
    else:
        for family, title in FAMILIES.items():
            case = ElementTree.SubElement(suite, "testcase", classname=path, name=f"{family} {title}")
            own = [finding for finding in findings if finding.rule.startswith(family)]
            counts.update(("tests", *_outcome(case, own, selection, _left_out(entry, family))))
    return _counted(suite, counts)


def _list_of_waivers(
    root: ElementTree.Element, path: str, findings: Sequence[Finding], selection: Selection
) -> Counter[str]:
    """Add what is wrong with the list of waivers."""
    suite = ElementTree.SubElement(root, "testsuite", name=plain_path(path))
    case = ElementTree.SubElement(suite, "testcase", classname=plain_path(path), name=WAIVERS)
    return _counted(suite, Counter(("tests", *_outcome(case, findings, selection, ""))))


def _counted(suite: ElementTree.Element, counts: Counter[str]) -> Counter[str]:
    for name in _COUNTS:
        suite.set(name, str(counts[name]))
    return counts


def _left_out(entry: InputReport, family: str) -> str:
    """What rules of a family could not look at; empty where they saw everything."""
    return " ".join(entry.skipped_checks) if family in _BY_CONTENT else ""


def _outcome(
    case: ElementTree.Element, findings: Sequence[Finding], selection: Selection, left_out: str
) -> tuple[str, ...]:
    """Tell the findings of one family; returns what it is counted as besides a test."""
    waived = [finding for finding in findings if finding.waiver]
    findings = [finding for finding in findings if not finding.waiver]
    shown = [finding for finding in findings if selection.shows(finding)]
    errors = [finding for finding in shown if finding.severity is Severity.ERROR]
    others = [finding for finding in shown if finding.severity is not Severity.ERROR]
    hidden = [finding for finding in findings if finding.severity is Severity.ERROR and finding not in shown]
    counted: tuple[str, ...] = ()
    if errors:
        first = f"{errors[0].rule} {errors[0].message}"
        failure = ElementTree.SubElement(case, "failure", message=one_line(first), type=errors[0].rule)
        failure.text = "\n".join(map(_told, errors))
        counted = ("failures",)
    elif hidden or left_out or waived:
        why = f"--select・--ignore により、エラー {len(hidden):,}件を示していません。" if hidden else ""
        accepted = f"承認済みの指摘が {len(waived):,}件あります。" if waived else ""
        ElementTree.SubElement(case, "skipped", message=one_line(f"{accepted}{why}{left_out}"))
        counted = ("skipped",)
    if told := [*others, *waived]:
        ElementTree.SubElement(case, "system-out").text = "\n".join(map(_told, told))
    return counted


def _told(finding: Finding) -> str:
    """A finding with its places, a line each."""
    item = f" №{finding.item_no} {finding.item}" if finding.item_no else ""
    lines = [
        f"{finding.severity.label} {finding.rule}【{finding.consequence.label}】{item}: {finding.message}（{finding.count:,}か所）"
    ]
    for example in finding.examples:
        place = f"{example.line:,}行目" if example.line else ""
        words = "、".join(filter(None, (place, example.value, *compared_words(example))))
        lines += [f"  {words}"] if words else []
    lines.append(f"  直し方: {finding.remedy}")
    if finding.waiver:
        lines.insert(1, f"  承認済み: {finding.waiver.words}")
    return "\n".join(map(one_line, lines))

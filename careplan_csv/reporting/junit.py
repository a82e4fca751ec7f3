"""The result of a check as JUnit XML, as Jenkins and GitLab read it: a test for each file and family of rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from xml.etree import ElementTree

from careplan_csv.findings import Finding, Severity, compared_words
from careplan_csv.reporting.annotation import one_line, shown_findings
from careplan_csv.reporting.reporters import CheckReport
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
"""The families of rules that a check uses."""


def junit_xml(report: CheckReport) -> str:
    """One testsuite for each file. Errors fail; warnings and information are told in system-out.

    A file that could not be examined is a test with an error: it is never passed.
    """
    own: dict[str, list[Finding]] = defaultdict(list)
    for finding in shown_findings(report):
        own[finding.file].append(finding)
    root = ElementTree.Element("testsuites", name="careplan-csv")
    totals = [_suite(root, entry, own[entry.file]) for entry in report.result.inputs]
    for place, name in enumerate(("tests", "failures", "errors")):
        root.set(name, str(sum(total[place] for total in totals)))
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=False) + "\n"


def _suite(
    root: ElementTree.Element, entry: InputReport, findings: Sequence[Finding]
) -> tuple[int, int, int]:
    """Add the tests of one file; returns how many there are, how many failed and how many could not be made."""
    path = one_line((entry.path or entry.file).replace("\\", "/"))
    suite = ElementTree.SubElement(root, "testsuite", name=path)
    if entry.problem:
        case = ElementTree.SubElement(suite, "testcase", classname=path, name="読み取り")
        ElementTree.SubElement(case, "error", message=one_line(entry.problem), type="unexamined")
        counts = (1, 0, 1)
    else:
        failed = sum(
            _case(suite, path, family, [one for one in findings if one.rule.startswith(family)])
            for family in FAMILIES
        )
        counts = (len(FAMILIES), failed, 0)
    for name, count in zip(("tests", "failures", "errors"), counts, strict=True):
        suite.set(name, str(count))
    return counts


def _case(suite: ElementTree.Element, path: str, family: str, findings: Sequence[Finding]) -> bool:
    """Add the test of one family; returns whether it failed."""
    case = ElementTree.SubElement(suite, "testcase", classname=path, name=f"{family} {FAMILIES[family]}")
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    others = [finding for finding in findings if finding.severity is not Severity.ERROR]
    if errors:
        failure = ElementTree.SubElement(
            case,
            "failure",
            message=one_line(f"{errors[0].rule} {errors[0].message}"),
            type=errors[0].rule,
        )
        failure.text = "\n".join(map(_told, errors))
    if others:
        ElementTree.SubElement(case, "system-out").text = "\n".join(map(_told, others))
    return bool(errors)


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
    return "\n".join(map(one_line, lines))

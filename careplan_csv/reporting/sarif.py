"""The result of a check as SARIF 2.1.0 (OASIS), for code scanning."""

from __future__ import annotations

from typing import Any

from careplan_csv.findings import Rule, Severity
from careplan_csv.reporting.annotation import Annotation, annotated, one_line, uri
from careplan_csv.reporting.json_report import TOOL, json_text
from careplan_csv.reporting.reporters import CheckReport
from careplan_csv.rules.registry import RULES
from careplan_csv.version import __version__

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def sarif_log(report: CheckReport) -> str:
    """One run; only the rules that were hit are described. Columns count characters (§3.14.17)."""
    found = list(annotated(report))
    rules = sorted({one.finding.rule for one in found})
    unexamined = [entry for entry in report.result.inputs if entry.problem]
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": TOOL,
                "version": __version__,
                "properties": {"ruleSet": report.result.rule_set},
                "rules": [_rule(RULES[rule]) for rule in rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": not unexamined and not report.result.internal_faults,
                "toolExecutionNotifications": [
                    {"level": "error", "message": {"text": one_line(f"{entry.file}: {entry.problem}")}}
                    for entry in unexamined
                ],
            }
        ],
        "results": [_result(one, rules.index(one.finding.rule)) for one in found],
    }
    return json_text(
        {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    )


def _rule(rule: Rule) -> dict[str, Any]:
    help_text = f"何を見るか: {rule.compares}\n\nなぜ: {rule.why}\n\n直し方: {rule.remedy}\n\n誤りではないもの: {rule.friends}\n\n根拠: {rule.reference}"
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.why},
        "help": {"text": help_text, "markdown": help_text},
        "properties": {"consequence": rule.consequence.label},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }


def _result(one: Annotation, index: int) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": uri(one.path)}}
    if one.line:
        place["region"] = {"startLine": one.line} | ({"startColumn": one.column} if one.column else {})
    return {
        "ruleId": one.finding.rule,
        "ruleIndex": index,
        "level": _LEVELS[one.finding.severity],
        "message": {"text": one.message},
        "locations": [{"physicalLocation": place}],
        "partialFingerprints": {"careplanFinding/v1": one.fingerprint},
    }

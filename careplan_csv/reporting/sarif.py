"""The result of a check as SARIF 2.1.0 (OASIS), for code scanning."""

from __future__ import annotations

from typing import Any

from careplan_csv.findings import Rule, Severity
from careplan_csv.reporting.annotation import Annotation, found_places, one_line, unexamined, uri
from careplan_csv.reporting.json_report import TOOL, json_text
from careplan_csv.reporting.reporters import CheckReport
from careplan_csv.rules.registry import RULES
from careplan_csv.version import __version__

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def sarif_log(report: CheckReport) -> str:
    """One run; only the rules that were hit are described. Columns count characters (§3.14.17)."""
    found = list(found_places(report))
    rules = sorted({one.code for one in found})
    not_examined = list(unexamined(report))
    in_part = [(entry.file, why) for entry in report.result.inputs for why in entry.skipped_checks]
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
                "executionSuccessful": not not_examined and not report.result.internal_faults,
                "toolExecutionNotifications": [
                    *(_notification("error", f"{one.path}: {one.message}") for one in not_examined),
                    *(_notification("warning", f"{file}: {why}") for file, why in in_part),
                ],
            }
        ],
        "results": [_result(one, rules.index(one.code)) for one in found],
    }
    return json_text(
        {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    )


def _notification(level: str, text: str) -> dict[str, Any]:
    return {"level": level, "message": {"text": one_line(text)}}


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
        "ruleId": one.code,
        "ruleIndex": index,
        "level": _LEVELS[one.severity],
        "message": {"text": one.message},
        "locations": [{"physicalLocation": place}],
        "partialFingerprints": {"careplanFinding/v1": one.fingerprint},
        **({"suppressions": [_suppression(one.waiver)]} if one.waiver else {}),
    }


def _suppression(waiver: str) -> dict[str, Any]:
    """A finding that a list of waivers accepts (§3.35)."""
    return {"kind": "external", "status": "accepted", "justification": waiver}

"""The result as JSON: the canonical form, described by result.schema.json."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal

from careplan_csv.findings import Example, Finding, Severity, Waiver
from careplan_csv.reporting.harness_json import harness_data
from careplan_csv.reporting.selection import Selection, places_of
from careplan_csv.results import CheckResult, InputReport, Status, UnitReport
from careplan_csv.standard import Need, UnexaminedRequirement
from careplan_csv.version import __version__

if TYPE_CHECKING:
    from careplan_csv.conformance.harness.harness_result import HarnessResult
    from careplan_csv.conformance.requirements.assessment import Assessment, RequirementResult
    from careplan_csv.reporting.result_types import (
        ComparedJson,
        FindingJson,
        InputJson,
        RequirementJson,
        ResultJson,
        SoftwareJson,
        UnexaminedJson,
        UnitJson,
        WaiverJson,
    )

SCHEMA_VERSION: Literal["1.0"] = "1.0"
TOOL = "careplan-csv"


def check_json(result: CheckResult, selection: Selection | None = None) -> Iterator[str]:
    """A check as JSON text in pieces; findings that were not asked for are counted in the summary only.

    A hundred thousand files give hundreds of megabytes: inputs, units and findings are written one by one.
    """
    shown = [finding for finding in result.findings if selection is None or selection.shows(finding)]
    data: dict[str, Any] = {
        **_check_data(result, inputs=[], units=[], findings=[]),
        "inputs": map(input_data, result.inputs),
        "units": map(_unit, result.units),
        "findings": map(finding_data, shown),
    }
    data["summary"]["hidden"] = len(result.findings) - len(shown)
    yield "{"
    for number, (name, value) in enumerate(data.items()):
        yield f'{"," if number else ""}\n  "{name}": '
        yield from _list_pieces(value) if isinstance(value, Iterator) else (_nested(value, "  "),)
    yield "\n}\n"


def _list_pieces(members: Iterator[Any]) -> Iterator[str]:
    """A list as `json_text` writes it as the value of a member, entry by entry."""
    between = "[\n    "
    for member in members:
        yield between + _nested(member, "    ")
        between = ",\n    "
    yield "[]" if between.startswith("[") else "\n  ]"


def _nested(data: Any, indent: str) -> str:
    # A text in JSON holds no line end of its own.
    return json_text(data)[:-1].replace("\n", f"\n{indent}")


def assessment_json(assessment: Assessment, harness: HarnessResult | None = None) -> str:
    """An assessment as JSON text, with what the harness found out where it was used."""
    data = assessment_data(assessment)
    if harness is not None:
        data["harness"] = harness_data(harness)
    return json_text(data)


def schema_text() -> str:
    """The JSON Schema of both."""
    return files("careplan_csv.reporting").joinpath("result.schema.json").read_text(encoding="utf-8")


def check_data(result: CheckResult) -> ResultJson:
    """A check as plain data."""
    return _check_data(
        result,
        inputs=[input_data(report) for report in result.inputs],
        units=[_unit(unit) for unit in result.units],
        findings=[finding_data(finding) for finding in result.findings],
    )


def _check_data(
    result: CheckResult, *, inputs: list[InputJson], units: list[UnitJson], findings: list[FindingJson]
) -> ResultJson:
    counts = result.counts
    data: ResultJson = {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": TOOL, "version": __version__, "rule_set": result.rule_set},
        "edition": result.edition,
        "checked_at": result.checked_at,
        "inputs": inputs,
        "ignored": list(result.ignored),
        "units": units,
        "findings": findings,
        "summary": {
            "errors": counts[Severity.ERROR],
            "warnings": counts[Severity.WARNING],
            "information": counts[Severity.INFO],
            "by_rule": result.by_rule,
            "hidden": 0,
        },
        "verdict": result.verdict,
    }
    if result.waiver_list:
        data["summary"]["waived"] = places_of(result.waived)
    return data


def assessment_data(assessment: Assessment) -> ResultJson:
    """An assessment as plain data: that of its check, with the requirements and the verdict of the office type."""
    data = check_data(assessment.check)
    # The result travels with the evidence: folders of the machine it was made on are nobody's business.
    for entry in (*data["inputs"], *data["findings"]):
        entry["path"] = entry["file"]
    return {
        "schema_version": data["schema_version"],
        "tool": data["tool"],
        "edition": data["edition"],
        "checked_at": data["checked_at"],
        "inputs": data["inputs"],
        "ignored": data["ignored"],
        "units": data["units"],
        "findings": data["findings"],
        "summary": data["summary"],
        "profile": assessment.profile.id,
        "office_type": assessment.office_type.id,
        "requirements": [_requirement(requirement) for requirement in assessment.requirements],
        "reasons": list(assessment.reasons),
        "notes": list(assessment.notes),
        "unexamined": [_unexamined(one) for one in assessment.unexamined],
        "software": _software(assessment),
        "sample": assessment.is_sample,
        "verdict": assessment.verdict,
    }


def _unexamined(one: UnexaminedRequirement) -> UnexaminedJson:
    return {
        "letter": one.letter,
        "name": one.name,
        "required": one.need is Need.REQUIRED,
        "result": Status.UNVERIFIED,
        "shown_by": one.shown_by,
        "show": one.show,
        "missing": one.missing,
        "source": one.source,
        "second_hand": one.second_hand,
    }


def _software(assessment: Assessment) -> SoftwareJson:
    """Which product it is about, as its maker wrote it; empty texts where nobody said."""
    software = assessment.vendor.software if assessment.vendor else None
    return {
        "product_name": software.product_name if software else "",
        "version": software.version if software else "",
        "vendor_name": software.vendor_name if software else "",
    }


def json_text(data: Any) -> str:
    """Plain data as JSON text, indented by two blanks."""
    import orjson

    try:
        return orjson.dumps(data, option=orjson.OPT_INDENT_2).decode() + "\n"
    except orjson.JSONEncodeError:
        # Half a character, which only the name of a damaged file holds; the slower library writes that too.
        return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def json_line(data: Any) -> str:
    """Plain data as JSON on one line."""
    import orjson

    try:
        return orjson.dumps(data).decode() + "\n"
    except orjson.JSONEncodeError:
        return json.dumps(data, ensure_ascii=True) + "\n"


def input_data(report: InputReport) -> InputJson:
    """A file as plain data."""
    return {
        "file": report.file,
        "path": report.path,
        "kind": report.kind,
        "sha256": report.sha256,
        "bytes": report.bytes,
        "encoding": report.encoding,
        "csv_version": report.csv_version,
        "records": report.records,
        "status": report.status,
        "skipped_checks": list(report.skipped_checks),
        "problem": report.problem,
    }


def _unit(unit: UnitReport) -> UnitJson:
    return {
        "serial": unit.serial,
        "unit": unit.unit,
        "name": unit.name,
        "receiver": unit.receiver,
        "month": unit.month,
        "files": list(unit.files),
        "status": unit.status,
    }


def finding_data(finding: Finding) -> FindingJson:
    """A finding as plain data; `waiver` is there only where one accepts it."""
    compared = _compared(finding.first)
    data: FindingJson = {
        "rule": finding.rule,
        "severity": finding.severity,
        "consequence": finding.consequence,
        "file": finding.file,
        "path": finding.path,
        "line": finding.first.line,
        "column": finding.first.column,
        "record": finding.first.record,
        "item_no": finding.item_no,
        "item": finding.item,
        "message": finding.message,
        "remedy": finding.remedy,
        "value": finding.first.value,
        "expected": compared["expected"],
        "found": compared["found"],
        "other": compared["other"],
        "reference": finding.reference,
        "count": finding.count,
        "examples": [
            {
                "line": example.line,
                "column": example.column,
                "record": example.record,
                "value": example.value,
                **_compared(example),
            }
            for example in finding.examples
        ],
    }
    if finding.waiver:
        data["waiver"] = _waiver(finding.waiver)
    return data


def _waiver(waiver: Waiver) -> WaiverJson:
    return {"reason": waiver.reason, "approved_by": waiver.approved_by, "until": waiver.until}


def _compared(example: Example) -> ComparedJson:
    """Both sides of a comparison; null where nothing was compared."""
    other = example.other
    return {
        "expected": example.expected,
        "found": example.found,
        "other": {"file": other.file, "line": other.line, "record": other.record} if other else None,
    }


def _requirement(requirement: RequirementResult) -> RequirementJson:
    return {
        "letter": requirement.letter,
        "file": requirement.file,
        "name": requirement.name,
        "direction": requirement.direction,
        "required": requirement.need == "required",
        "need": requirement.need,
        "result": requirement.result,
        "evidence": requirement.evidence,
        "files": requirement.files,
        "records": requirement.records,
        "reason": requirement.reason,
        "means": requirement.means,
        "rule": requirement.rule,
        "proof": {
            "kind": requirement.proof.kind,
            "by": requirement.proof.by,
            "on": requirement.proof.on,
            "key": requirement.proof.key,
        },
    }

"""Formats in which services for continuous integration take annotations: GitHub, GitLab, reviewdog, JSON Lines."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from careplan_csv.findings import Severity
from careplan_csv.reporting.annotation import Annotation, annotated, shown_findings
from careplan_csv.reporting.json_report import finding_data, input_data, json_line, json_text
from careplan_csv.reporting.reporters import CheckReport

_GITHUB = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_GITLAB = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}
_REVIEWDOG = {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING", Severity.INFO: "INFO"}


def json_lines(report: CheckReport) -> Iterator[str]:
    """One finding as JSON on each line, and before them the files that could not be examined, as in the JSON result."""
    unexamined = (input_data(entry) for entry in report.result.inputs if entry.problem)
    findings = map(finding_data, shown_findings(report))
    return map(json_line, chain(unexamined, findings))


def github_commands(report: CheckReport) -> str:
    """Workflow commands: `::error file=…,line=…,col=…,title=…::message`."""
    return "".join(_command(one) for one in annotated(report))


def _command(one: Annotation) -> str:
    properties: dict[str, str | int | None] = {
        "file": one.path,
        "line": one.line,
        "col": one.column,
        "title": f"careplan-csv {one.code}",
    }
    told = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items() if value)
    return f"::{_GITHUB[one.urgency]} {told}::{_data(one.message)}\n"


def _data(text: str) -> str:
    """A message as the runner reads it back."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def gitlab_report(report: CheckReport) -> str:
    """GitLab's Code Quality report."""
    rows: list[dict[str, Any]] = [
        {
            "description": one.message,
            "check_name": one.code,
            "fingerprint": one.fingerprint,
            "severity": _GITLAB[one.urgency],
            "location": {"path": one.path.removeprefix("./"), "lines": {"begin": one.line or 1}},
        }
        for one in annotated(report)
    ]
    return json_text(rows)


def reviewdog_lines(report: CheckReport) -> str:
    """reviewdog's rdjsonl: a diagnostic on each line."""
    return "".join(json_line(_diagnostic(one)) for one in annotated(report))


def _diagnostic(one: Annotation) -> dict[str, Any]:
    location: dict[str, Any] = {"path": one.path}
    if one.line:
        # No column: reviewdog counts bytes of UTF-8, and the files are in MS932.
        location["range"] = {"start": {"line": one.line}}
    return {
        "message": one.message,
        "location": location,
        "severity": _REVIEWDOG[one.urgency],
        "source": {"name": "careplan-csv"},
        "code": {"value": one.code},
    }

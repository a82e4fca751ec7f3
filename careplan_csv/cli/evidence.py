"""Writes the evidence package of an assessment."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from careplan_csv.cli.messages import Refused
from careplan_csv.cli.output import save

if TYPE_CHECKING:
    from careplan_csv.cli.trying import Trial
    from careplan_csv.conformance.assessment import Assessment


def tool_settings() -> dict[str, str]:
    """Name, version and rule set of this program."""
    from careplan_csv import __version__
    from careplan_csv.checks.registry import rule_set_version
    from careplan_csv.reporting.json_report import TOOL

    return {"tool": TOOL, "version": __version__, "rule_set": rule_set_version()}


def pack_evidence(
    path: Path,
    assessment: Assessment,
    trial: Trial,
    examined: Sequence[str],
    vendor: Path | None,
    personal: bool,
) -> list[str]:
    """Write the package.

    Returns:
        What was written, a line for people.

    Raises:
        Refused: it cannot be made, or would hold people who are not synthetic.
    """
    from careplan_csv.conformance.package import FORM_HTML, RESULT, PackageProblem
    from careplan_csv.conformance.packing import Gathered, gather
    from careplan_csv.reporting.besshi6 import render_html
    from careplan_csv.reporting.json_report import assessment_json

    rendered = {
        RESULT: assessment_json(assessment, trial.harness).encode("utf-8"),
        FORM_HTML: render_html(assessment).encode("utf-8"),
    }
    found = Gathered(examined, trial.dump, trial.after_faults, vendor, trial.answers)
    try:
        package = gather(found, assessment, trial.harness, tool_settings(), rendered, personal=personal)
    except PackageProblem as error:
        raise Refused(str(error)) from error
    save(path, package.data())
    return [f"証拠（ZIP）: {path}"]

"""--baseline: the findings of an earlier result are known; only what came up since then counts."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from careplan_csv.cli.messages import Refused
from careplan_csv.findings import visible

if TYPE_CHECKING:
    from careplan_csv.conformance.evidence_package.result_differences import ReadResult
    from careplan_csv.findings import Severity
    from careplan_csv.results import CheckResult


def read_baseline(path: Path) -> ReadResult:
    """Read the earlier result, before any work is done.

    Raises:
        Refused: it is no result.
    """
    from careplan_csv.conformance.evidence_package.result_differences import UnreadableResult, read_result

    try:
        return read_result(path)
    except UnreadableResult as error:
        raise Refused(str(error)) from error


def tell_differences(known: ReadResult, result: CheckResult, level: Severity) -> bool:
    """Say on standard error what is new and what is gone since the baseline; whether something is worse.

    Standard error, so that a result in JSON or another format stays what it is.
    """
    from careplan_csv.cli.output import plain_text
    from careplan_csv.conformance.evidence_package.result_differences import differences, result_of
    from careplan_csv.reporting.difference_view import difference_text
    from careplan_csv.reporting.json_report import check_data

    found = differences(known, result_of(check_data(result), "今回の結果"))
    print(visible(plain_text(difference_text(found))), file=sys.stderr)
    return found.is_worse(level)

"""The functions that render results, as parameters, because this package must not import JSON layouts or HTML."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from careplan_csv.conformance.harness.harness_result import HarnessResult
from careplan_csv.conformance.requirements.assessment import Assessment


@dataclass(frozen=True, slots=True)
class Rendering:
    """Renders an assessment.

    Attributes:
        tool: name, version and rule set of this program.
        result: renders the JSON result as text; form: renders 別紙6 as HTML.
    """

    tool: Mapping[str, str]
    result: Callable[[Assessment, HarnessResult | None], str]
    form: Callable[[Assessment, HarnessResult | None], str]

    def result_data(self, assessment: Assessment, harness: HarnessResult | None) -> Any:
        """The JSON result as data."""
        import json

        return json.loads(self.result(assessment, harness))

"""How results are written down, handed in from outside: this room knows neither JSON's layout nor HTML."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from careplan_csv.conformance.harness.verdict import HarnessResult
from careplan_csv.conformance.requirements.assessment import Assessment


@dataclass(frozen=True, slots=True)
class Rendering:
    """What is made of an assessment.

    Attributes:
        tool: name, version and rule set of this program.
        result: the JSON result, as text; form: 別紙6 as HTML.
    """

    tool: Mapping[str, str]
    result: Callable[[Assessment, HarnessResult | None], str]
    form: Callable[[Assessment, HarnessResult | None], str]

    def result_data(self, assessment: Assessment, harness: HarnessResult | None) -> Any:
        """The JSON result as plain data."""
        import json

        return json.loads(self.result(assessment, harness))

"""Cases of a test that are longer proofs: `make test-long` runs them, `make test` a smaller version of the same."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


def some(cases: Iterable[Any], kept: Iterable[Any]) -> list[Any]:
    """Cases to parametrise a test with: those of `kept` belong to the suite, all others to the longer proofs.

    Args:
        cases: a tuple holds one value for each argument of the test.

    Raises:
        ValueError: a case of `kept` is none of the cases.
    """
    every, wanted = list(cases), list(kept)
    unknown = [case for case in wanted if case not in every]
    if unknown:
        raise ValueError(f"no cases of this test: {unknown}")
    return [
        case if case in wanted else long(*(case if isinstance(case, tuple) else (case,))) for case in every
    ]


def long(*values: Any) -> Any:
    """One case that is a longer proof: a value for each argument of the test."""
    return pytest.param(*values, marks=pytest.mark.long)

"""T606: which tables software may rightly write, and which sums are wrong."""

from __future__ import annotations

import io

import pytest

from careplan_csv.checker import check
from careplan_csv.reading.sources import Inputs, Origin, Source
from careplan_csv.synthesis.faulting import BASES

FIRST, SECOND, SUBTOTAL, OTHER_KIND, GRAND = range(5)

Change = dict[int, dict[str, str]]


def is_found(changes: Change, more: list[dict[str, str]] | None = None) -> bool:
    """Whether T606 fires on a valid table of two details, their subtotal, another kind and the grand total."""
    draft = next(draft for draft in BASES["schedule"]().drafts if draft.prefix == "UPSIKYU")
    rows = [{**record, **changes.get(place, {})} for place, record in enumerate(draft.records)]
    draft = draft.with_records([*rows, *({**rows[OTHER_KIND], **row} for row in more or ())])
    data = draft.data()
    source = Source(draft.name, draft.name, "", Origin.NAMED, len(data), lambda: io.BytesIO(data))
    return any(finding.rule == "T606" for finding in check(Inputs((source,))).findings)


ROUNDED = {
    FIRST: {"total_cost": "19929", "unit_price": "10.21", "category_limit_within_units": "1952"},
    SECOND: {"total_cost": "9137", "unit_price": "10.21", "category_limit_within_units": "895"},
}
"""⌊1952 × 10.21⌋ and ⌊895 × 10.21⌋, which make one yen less than the subtotal's ⌊2847 × 10.21⌋."""

OUTSIDE = {
    "service_code": "156275",
    "managed_units": "",
    "category_limit_within_units": "",
    "unit_amount": "100",
    "unit_price": "",
    "total_cost": "1014",
    "claimed_amount": "912",
    "copayment": "102",
}
"""A detail outside the limit, without the optional subtotal EEEE."""


@pytest.mark.parametrize(
    ("changes", "more"),
    [
        ({}, []),
        (ROUNDED, []),
        ({SECOND: {"managed_units": ""}}, []),
        (
            {GRAND: {"total_cost": "90130", "claimed_amount": "81116", "copayment": "9014"}},
            [{**OUTSIDE, "provider_office": "3579900113", "service_code": "116275"}],
        ),
        ({GRAND: {"total_cost": "90130", "claimed_amount": "81116", "copayment": "9014"}}, [OUTSIDE]),
        ({OTHER_KIND: {"unit_amount": "6022", "total_cost": "61063"}, GRAND: {"total_cost": "90130"}}, []),
    ],
)
def test_sums_that_are_right(changes: Change, more: list[dict[str, str]]) -> None:
    assert not is_found(changes, more)


@pytest.mark.parametrize(
    "changes",
    [
        {SUBTOTAL: {"managed_units": "2848"}},
        {GRAND: {"total_cost": "89120"}},
        {GRAND: {"category_limit_within_units": "8770"}},
        {SUBTOTAL: {"total_cost": "29068"}, GRAND: {"total_cost": "89117"}},
        {**ROUNDED, FIRST: {**ROUNDED[FIRST], "total_cost": "19926"}},
    ],
)
def test_sums_that_are_wrong(changes: Change) -> None:
    assert is_found(changes)

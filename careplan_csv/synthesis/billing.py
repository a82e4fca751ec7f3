"""第7表: detail rows, subtotals and the grand total, with sums that are right (別紙 第7表)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import ROUND_FLOOR, Decimal
from itertools import groupby

from careplan_csv.standard import Edition
from careplan_csv.synthesis.care import Service
from careplan_csv.synthesis.people import PLANNER, Person

_RATE = 90


def _amounts(units: int, price: str) -> dict[str, int]:
    cost = int((Decimal(units) * Decimal(price)).to_integral_value(ROUND_FLOOR))
    claimed = cost * _RATE // 100
    return {
        "category_limit_excess_units": 0,
        "category_limit_within_units": units,
        "total_cost": cost,
        "claimed_amount": claimed,
        "copayment": cost - claimed,
    }


def table_7(
    edition: Edition, person: Person, services: Sequence[Service], month: str, created_on: str
) -> Iterator[dict[str, str]]:
    """The rows of one user: per office its details, a subtotal where it has several codes, then the total.

    Amounts stand on the subtotal where there is one, else on the detail row (A21).
    """
    common = {
        "creation_date": created_on,
        "service_month": month,
        "over_30_days": "0",
        "entry_code": edition.totals.grand_total_office,
        "updating_office": PLANNER.number,
    }
    totals: dict[str, int] = {}
    managed = 0
    by_office = groupby(sorted(services, key=lambda s: s.office.number), key=lambda s: s.office)
    for office, group in by_office:
        own = list(group)
        details = list(_details(edition, own, month))
        several = len(details) > 1
        units = sum(int(row["managed_units"]) for row in details)
        amounts = _amounts(units, own[0].price)
        priced = {
            **{key: str(value) for key, value in amounts.items()},
            "unit_price": own[0].price,
            "benefit_rate": str(_RATE),
        }
        for row in details:
            yield {**common, **row, **({} if several else priced)}
        if several:
            suffix = next(iter(edition.totals.subtotals))
            yield {
                **common,
                "provider_office": office.number,
                "provider_office_name": office.name,
                "service_code": office.kind + suffix,
                "units": "0",
                "service_count": "0",
                "unit_amount": str(units),
                "managed_units": str(units),
                **priced,
            }
        managed += units
        for key, value in amounts.items():
            totals[key] = totals.get(key, 0) + value
    yield {
        **common,
        "provider_office": edition.totals.grand_total_office,
        "service_code": edition.totals.grand_total_code,
        "units": "0",
        "service_count": "0",
        "unit_amount": str(managed),
        "managed_units": str(managed),
        **{key: str(value) for key, value in totals.items()},
    }


def _details(edition: Edition, services: Sequence[Service], month: str) -> Iterator[dict[str, str]]:
    """One row per service code, and per product in the editions that name products."""
    from careplan_csv.synthesis.planning import product

    counts: dict[tuple[str, ...], int] = {}
    rows: dict[tuple[str, ...], dict[str, str]] = {}
    for service in services:
        named = product(edition, service)
        key = (service.code, str(service.units), *named.values())
        counts[key] = counts.get(key, 0) + len(list(service.days(month)))
        units = str(service.units * counts[key])
        rows[key] = {
            "provider_office_name": service.office.name,
            "provider_office": service.office.number,
            "service_code": service.code,
            "units": str(service.units),
            "service_count": str(counts[key]),
            "unit_amount": units,
            "managed_units": units,
            **named,
        }
    yield from rows.values()

"""第7表: detail rows, subtotals and the grand total, with correct sums (別紙 第7表)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_FLOOR, Decimal
from functools import cache
from typing import Any

from careplan_csv.standard import Edition
from careplan_csv.synthesis.world.months import Month
from careplan_csv.synthesis.world.offices import Office
from careplan_csv.synthesis.world.people import Person
from careplan_csv.synthesis.world.product_items import Products
from careplan_csv.synthesis.world.services import Service, Visit

WITHIN, OUTSIDE, OVER_30 = 0, 1, 2
"""Groups of rows: within 区分支給限度, outside of it, and after 30 consecutive days of a stay."""


@dataclass
class Detail:
    """A row of 第7表: one code (and product) of an office."""

    service: Service
    group: int
    units: int
    count: int = 0
    named: Mapping[str, str] = field(default_factory=dict)

    @property
    def amount(self) -> int:
        """サービス単位."""
        return self.units * self.service.rate // 100 * self.count


@dataclass
class ProviderRows:
    """The rows of an office under one kind."""

    office: Office
    details: list[Detail]

    def of(self, group: int) -> list[Detail]:
        return [detail for detail in self.details if detail.group == group]

    def amount(self, group: int) -> int:
        """The units of the details of a group."""
        return sum(detail.amount for detail in self.details if detail.group == group)

    @property
    def price(self) -> str:
        return self.details[0].service.price


def yen(units: int, price: str) -> int:
    """⌊units × price⌋ in yen."""
    return int((units * _decimal(price)).to_integral_value(ROUND_FLOOR))


@cache
def _decimal(price: str) -> Decimal:
    return Decimal(price)


class Table7:
    """Makes 第7表 of an edition."""

    def __init__(self, edition: Edition) -> None:
        self.products = Products(edition)
        totals = edition.totals
        self._grand = {
            "provider_office": totals.grand_total_office,
            "service_code": totals.grand_total_code,
        }
        self._fixed = totals.grand_total_office
        self._suffixes = tuple(totals.subtotals)

    def rows(self, person: Person, visits: Sequence[Visit], month: Month) -> Iterator[dict[str, str]]:
        """The rows of one user: details and subtotals per office, then the grand total.

        Amounts are on the subtotal if there is one, otherwise on the detail row (A21). Units over the limit
        are those of the last offices, and the user pays them in full.
        """
        blocks = self._blocks(visits, month)
        excess = self._excess(person, blocks)
        sums: dict[str, int] = {"unit_amount": 0}
        for block in blocks:
            several = len(block.details) > 1
            for group in (WITHIN, OUTSIDE, OVER_30):
                details = block.of(group)
                if not details:
                    continue
                paid = self._paid(person, block, group, excess)
                sums["unit_amount"] += block.amount(group)
                _add(sums, paid)
                for detail in details:
                    row = self._detail(detail)
                    yield row if several else row | _written(paid) | self._priced(person, block)
                if several:
                    yield self._subtotal(block, group) | _written(paid) | self._priced(person, block)
        yield self._grand_total(sums) | _stay_days(visits, month)

    def _blocks(self, visits: Iterable[Visit], month: Month) -> list[ProviderRows]:
        found: dict[tuple[str, str], dict[tuple[Any, ...], Detail]] = {}
        offices: dict[tuple[str, str], Office] = {}
        for visit in visits:
            service = visit.service
            where = (service.office.number, service.office.kind)
            offices[where] = service.office
            details = found.setdefault(where, {})
            units = visit.units if service.permille else service.units
            named = self.products.of(service)
            group = OVER_30 if visit.over_30 else WITHIN if service.limited else OUTSIDE
            key = (group, service.code, service.satellite, units, service.rate, *named.values())
            detail = details.get(key)
            if detail is None:
                detail = details[key] = Detail(service, group, units, 0, named)
            billed = service.pattern.billed(month)
            detail.count = detail.count + 1 if billed is None else billed
        return [
            ProviderRows(offices[where], [details[key] for key in sorted(details)])
            for where, details in sorted(found.items())
        ]

    @staticmethod
    def _excess(person: Person, blocks: Sequence[ProviderRows]) -> dict[int, int]:
        """Units over 区分支給限度 by block (its id), beginning with the last blocks."""
        left = sum(block.amount(WITHIN) for block in blocks) - person.limit_units
        excess = {}
        for block in reversed(blocks):
            taken = max(0, min(left, block.amount(WITHIN)))
            excess[id(block)] = taken
            left -= taken
        return excess

    @staticmethod
    def _paid(person: Person, block: ProviderRows, group: int, excess: Mapping[int, int]) -> dict[str, int]:
        """Units and yen of a group of an office."""
        amount = block.amount(group)
        if group == OVER_30:
            return {"full_copayment": yen(amount, block.price)}
        over = excess[id(block)] if group == WITHIN else 0
        cost = yen(amount - over, block.price)
        claimed = cost * person.rate // 100
        paid = {"total_cost": cost, "claimed_amount": claimed, "copayment": cost - claimed}
        if group == OUTSIDE:
            return paid
        if over:
            paid["full_copayment"] = yen(over, block.price)
        limits = {"category_limit_excess_units": over, "category_limit_within_units": amount - over}
        return {"managed_units": amount} | limits | paid

    def _priced(self, person: Person, block: ProviderRows) -> dict[str, str]:
        return {"unit_price": block.price, "benefit_rate": str(person.rate)}

    def _detail(self, detail: Detail) -> dict[str, str]:
        service = detail.service
        row = {
            "provider_office_name": service.office.name,
            "provider_office": service.office.number,
            "satellite_no": service.satellite,
            "service_code": service.code,
            "units": str(detail.units),
            "service_count": str(detail.count),
            "unit_amount": str(detail.amount),
            "over_30_days": "1" if detail.group == OVER_30 else "0",
            **detail.named,
        }
        if service.rate != 100:
            row["discounted_rate"] = str(service.rate)
            row["discounted_units"] = str(detail.units * service.rate // 100)
        if detail.group == WITHIN:
            row["managed_units"] = str(detail.amount)
        return row

    def _subtotal(self, block: ProviderRows, group: int) -> dict[str, str]:
        branches = {detail.service.satellite for detail in block.details}
        return {
            "provider_office_name": block.office.name,
            "provider_office": block.office.number,
            "satellite_no": branches.pop() if len(branches) == 1 else "",
            "service_code": block.office.kind + self._suffixes[group],
            "units": "0",
            "service_count": "0",
            "unit_amount": str(block.amount(group)),
            "over_30_days": "1" if group == OVER_30 else "0",
        }

    def _grand_total(self, sums: Mapping[str, int]) -> dict[str, str]:
        fixed = {"units": "0", "service_count": "0", "over_30_days": "0"}
        return self._grand | fixed | _written(sums)


def _add(sums: dict[str, int], paid: Mapping[str, int]) -> None:
    for item_id, amount in paid.items():
        sums[item_id] = sums.get(item_id, 0) + amount


def _written(amounts: Mapping[str, int]) -> dict[str, str]:
    return {item_id: str(amount) for item_id, amount in amounts.items()}


def _stay_days(visits: Iterable[Visit], month: Month) -> dict[str, str]:
    """前月までの利用日数, 当月の計画利用日数 and their sum, for users with a short stay."""
    days: set[int] = set()
    prior = 0
    for visit in visits:
        before = visit.service.pattern.prior_days(month)
        if before is not None:
            prior = before
            if not visit.over_30:
                days.add(visit.day)
    if not days:
        return {}
    return _written({"prior_days": prior, "planned_days": len(days), "cumulative_days": prior + len(days)})

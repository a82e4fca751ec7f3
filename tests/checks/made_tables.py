"""第7表 made row by row, as software may write it."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence

from careplan_csv.checker import check
from careplan_csv.findings import Finding
from careplan_csv.reading.sources import Inputs, Origin, Source
from careplan_csv.standard import standard
from careplan_csv.writing.writer import Writer

Row = Mapping[str, str]

OFFICE, OTHER, THIRD = "3579900113", "3579900121", "3579900139"
NAME = "UPSIKYU_202504_3579900014_43_3579900113_11_20250325100100.CSV"
_LAYOUT = standard().edition("202407").layout("UPSIKYU")
_HEAD = {
    "csv_version": "202407",
    "insurer_number": "359018",
    "insured_number": "0000000101",
    "creation_date": "20250325",
    "service_month": "202504",
    "provider_office": OFFICE,
    "over_30_days": "0",
    "entry_code": "9999999999",
}
_IDS = {
    "excess": "category_limit_excess_units",
    "within": "category_limit_within_units",
    "kind_excess": "kind_limit_excess_units",
    "kind_within": "kind_limit_within_units",
    "managed": "managed_units",
    "amount": "unit_amount",
    "price": "unit_price",
    "cost": "total_cost",
    "rate": "benefit_rate",
    "claim": "claimed_amount",
    "share": "copayment",
    "fixed": "fixed_copayment_unit",
    "full": "full_copayment",
    "office": "provider_office",
    "branch": "satellite_no",
    "count": "service_count",
    "over": "over_30_days",
    "insured": "insured_number",
}
"""Short words for the items of 第7表."""


def items(**values: object) -> Row:
    """Values by item id, from short words or ids."""
    return {_IDS.get(word, word): str(value) for word, value in values.items()}


def row(code: str, **values: object) -> Row:
    """A row; items by their short words, or by their ids."""
    return {**_HEAD, "service_code": code, **items(**values)}


def changed(rows: Sequence[Row], place: int, **values: object) -> list[Row]:
    """A copy in which one row has other values."""
    return [{**one, **items(**values)} if number == place else one for number, one in enumerate(rows)]


def detail(code: str, units: int, count: int, **values: object) -> Row:
    """A row of a service, with its サービス単位金額."""
    return row(code, units=units, count=count, **{"amount": units * count, **values})


def total(code: str, **values: object) -> Row:
    """A subtotal, or the grand total."""
    office = {"office": "9999999999"} if code == "999999" else {}
    return row(code, units=0, count=0, **{**office, **values})


def money(units: int, price: str = "10.21", rate: int = 90) -> dict[str, str]:
    """Price, cost, rate, claim and share of some units."""
    cost = units * int(price.replace(".", "")) // 100
    claim = cost * rate // 100
    return {
        "price": price,
        "cost": str(cost),
        "rate": str(rate),
        "claim": str(claim),
        "share": str(cost - claim),
    }


def findings(rows: Iterable[Row], name: str = NAME) -> tuple[Finding, ...]:
    """What the checks find in a file of some rows."""
    data = Writer(_LAYOUT).data(tuple(rows))
    source = Source(name, name, "", Origin.NAMED, len(data), lambda: io.BytesIO(data))
    return check(Inputs((source,))).findings


def told(
    rows: Iterable[Row], *rules: str
) -> list[tuple[str, int | None, str | None, str | None, str | None]]:
    """Rule, record, item, expected and found of every place, of some rules."""
    return [
        (finding.rule, example.record, finding.item, example.expected, example.found)
        for finding in findings(rows)
        if finding.rule in (rules or ("T605", "T606"))
        for example in finding.examples
    ]

"""The files of the standard as Pandera schemas, for use with pandas outside this tool.

Importing this module registers every rule on single items as a check of Pandera (`Check.F402` …), so that
schemas can be written to YAML and Python, and be read again.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pandas as pd
import pandera.pandas as pandera
import pyarrow as pa
from pandera.api.extensions import register_check_method

from careplan_csv.checks.items import ITEM_RULES
from careplan_csv.item_checks import BoundCheck, bind
from careplan_csv.reading.values import Values
from careplan_csv.standard import Edition, Item, Layout, MonthPart, Requirement, standard

_REQUIREMENTS = {
    Requirement.REQUIRED: "必須",
    Requirement.EXPECTED: "必要とされている",
    Requirement.UNCLEAR: "必須かどうか明らかでない",
    Requirement.OPTIONAL: "任意",
}


def schema(prefix: str, *, edition: str = "", variant: str = "") -> pandera.DataFrameSchema:
    """The file as the standard has it: a column for every item, a check for every rule on it.

    The columns are named by the ids of the items, in the order of the 別紙, and hold strings; `str`,
    `object` and Arrow-backed columns are all taken. Every check is named by the id of its rule.

    Args:
        prefix: how the file's name begins, for instance `UPPLAN`.
        edition: a CSV version with a layout, for instance `202407`; the newest by default.
        variant: the month part of the file's name (`none`, `zero`, `real`) where the layout has several
            variants with different keys; by default the first.

    Raises:
        KeyError: there is no such edition, file or variant; the message names those that there are.

    Source: 別紙 項目一覧.
    """
    found = _edition(edition)
    layout = _layout(found, prefix)
    unique = _unique(layout, variant)
    return pandera.DataFrameSchema(
        {item.id: _column(item, layout, found) for item in layout.items},
        name=f"{found.csv_version}/{prefix}",
        title=layout.name,
        ordered=True,
        strict=True,
        unique=list(unique) or None,
    )


def _edition(name: str) -> Edition:
    known = standard()
    name = name or known.newest.csv_version
    if name not in known.editions:
        raise KeyError(f"edition {name!r}: choose one of {', '.join(known.editions)}")
    return known.edition(name)


def _layout(edition: Edition, prefix: str) -> Layout:
    if prefix not in edition.prefixes:
        raise KeyError(f"file {prefix!r}: choose one of {', '.join(edition.prefixes)}")
    return edition.layout(prefix)


def _unique(layout: Layout, variant: str) -> tuple[str, ...]:
    names = [one.month.value for one in layout.variants]
    if variant and variant not in names:
        raise KeyError(f"variant {variant!r}: choose one of {', '.join(names)}")
    return (layout.variant(MonthPart(variant)) if variant else layout.variants[0]).unique


def _column(item: Item, layout: Layout, edition: Edition) -> pandera.Column:
    checks = _bound(edition.csv_version, layout.prefix)[item.id]
    return pandera.Column(
        str,
        checks=[_check(one, layout, edition) for one in checks],
        coerce=True,
        title=item.name,
        description=_description(item),
    )


def _description(item: Item) -> str:
    length = f"、項目長 {item.length}" if item.length else ""
    return f"№{item.no} {item.name}（{_REQUIREMENTS[item.required]}、書式 {item.format}{length}）"


def _check(bound: BoundCheck, layout: Layout, edition: Edition) -> pandera.Check:
    rule = ITEM_RULES[bound.check.rule].rule
    make: Callable[..., pandera.Check] = getattr(pandera.Check, rule.id)
    return make(
        edition=edition.csv_version,
        prefix=layout.prefix,
        item=bound.context.item.id,
        error=f"{rule.id} {rule.title}",
    )


@cache
def _bound(csv_version: str, prefix: str) -> dict[str, list[BoundCheck]]:
    """The checks of every item of a layout, by item id: those that the checker itself calls."""
    edition = standard().edition(csv_version)
    checks = [item_rule.check for item_rule in ITEM_RULES.values()]
    return bind(edition.layout(prefix), edition, checks, (csv_version,))


def values_of(series: pd.Series[Any], item: Item) -> Values:
    """A column of pandas as the rules see it; free text as bytes.

    Args:
        series: strings of any dtype that pandas has for them, without missing values, shape (rows,).
    """
    array = pa.array(series, type=pa.string(), from_pandas=True)
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    return Values(array.cast(pa.binary()) if item.is_text else array)


def _register(rule_id: str) -> None:
    def passes(series: pd.Series[Any], *, edition: str, prefix: str, item: str) -> pd.Series[bool]:
        [bound] = [one for one in _bound(edition, prefix)[item] if one.check.rule == rule_id]
        found = bound.passes(values_of(series, bound.context.item))
        return pd.Series(True if found is True else found, index=series.index, dtype=bool)

    passes.__name__ = rule_id
    register_check_method(passes, statistics=["edition", "prefix", "item"], supported_types=pd.Series)


for _rule_id in ITEM_RULES:
    _register(_rule_id)

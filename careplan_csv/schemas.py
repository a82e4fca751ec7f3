"""From a layout to a Pandera schema: one column per item, one check per rule, named by the rule's id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pandera

from careplan_csv.item_checks import BoundCheck, Failure, column_of
from careplan_csv.reading.table import Table
from careplan_csv.reading.values import Values
from careplan_csv.standard import Item, Layout


class CheckRaisedError(RuntimeError):
    """A check raised instead of answering: a fault of this program, not of the file."""


class _Series:
    """A bound check as Pandera calls it: with a series instead of values."""

    def __init__(self, bound: BoundCheck) -> None:
        self._bound = bound

    def __call__(self, series: pd.Series[Any]) -> bool | pd.Series[bool]:
        array = series.array.__arrow_array__()
        chunk = array.chunk(0) if array.num_chunks == 1 else array.combine_chunks()
        passes = self._bound.passes(Values(chunk))
        return True if passes is True else pd.Series(passes, index=series.index)

    def __deepcopy__(self, memo: object) -> _Series:
        # Pandera copies its columns deeply; the standard behind the checks is shared and never changes.
        return self


def build(layout: Layout, bound: Mapping[str, Sequence[BoundCheck]]) -> pandera.DataFrameSchema:
    """The Pandera schema of a layout.

    Args:
        bound: the checks of every item, from `item_checks.bind`.

    Returns:
        A schema over arrow-backed columns named by item id. Columns may be absent: only those in which
        screening has found something are handed to it while checking.
    """
    return pandera.DataFrameSchema(
        {
            item.id: pandera.Column(
                None,
                # The columns are made without nulls; Pandera need not look for them.
                nullable=True,
                required=False,
                title=item.name,
                checks=[
                    pandera.Check(_Series(one), name=one.check.rule, error=one.check.rule, ignore_na=False)
                    for one in bound[item.id]
                ],
            )
            for item in layout.items
        },
        name=f"{layout.csv_version}/{layout.prefix}",
    )


def frame(table: Table, items: Sequence[Item]) -> pd.DataFrame:
    """Some columns of a table as arrow-backed pandas columns."""
    return pd.DataFrame({item.id: pd.arrays.ArrowExtensionArray(column_of(table, item)) for item in items})


def validate(
    schema: pandera.DataFrameSchema, table: Table, items: Sequence[Item] | None = None
) -> list[Failure]:
    """Run a schema over some columns of a table, or over all.

    Raises:
        CheckRaisedError: a check failed to give an answer.
    """
    try:
        schema.validate(frame(table, items or table.layout.items), lazy=True, inplace=True)
    except pandera.errors.SchemaErrors as errors:
        cases = errors.failure_cases
        if cases["index"].isna().any():
            raise CheckRaisedError(str(cases["check"].iloc[0])) from None
        by_id = table.layout.by_id
        return [
            Failure(str(rule), by_id[str(column)], np.sort(group["index"].to_numpy(dtype=np.int64)))
            for (column, rule), group in cases.groupby(["column", "check"], sort=False)
        ]
    return []

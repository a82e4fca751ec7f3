"""From a layout to a Pandera schema: one column per item, one check per rule, named by the rule's id."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pandera

from careplan_csv.item_checks import Failure, ItemCheck, ItemContext
from careplan_csv.reading.table import Table
from careplan_csv.reading.values import Values
from careplan_csv.standard import Edition, Layout


class CheckRaisedError(RuntimeError):
    """A check raised instead of answering: a fault of this program, not of the file."""


class _Shared:
    """Keeps the Values of the column that is being checked, so that its checks share what they compute."""

    def __init__(self) -> None:
        self._key: tuple[int, ...] = ()
        self._values: Values | None = None

    def of(self, series: pd.Series[Any]) -> Values:
        array = series.array.__arrow_array__()
        chunk = array.chunk(0) if array.num_chunks == 1 else array.combine_chunks()
        key = (*(buffer.address if buffer else 0 for buffer in chunk.buffers()), chunk.offset, len(chunk))
        if self._values is None or key != self._key:
            self._key, self._values = key, Values(chunk)
        return self._values


def build(
    layout: Layout, edition: Edition, checks: Sequence[ItemCheck], accepted_versions: tuple[str, ...]
) -> pandera.DataFrameSchema:
    """The Pandera schema of a layout.

    Args:
        checks: the item rules; each stands at every item it applies to.
        accepted_versions: values of CSVバージョン that were asked for; empty for any.
    """
    shared = _Shared()

    def run(check: ItemCheck, context: ItemContext, series: pd.Series[Any]) -> bool | pd.Series[bool]:
        passes = check.passes(shared.of(series), context)
        if passes is True or bool(np.all(passes)):
            return True
        return pd.Series(passes, index=series.index)

    return pandera.DataFrameSchema(
        {
            item.id: pandera.Column(
                None,
                # The columns are made without nulls; Pandera need not look for them.
                nullable=True,
                checks=[
                    pandera.Check(
                        partial(run, check, ItemContext(item, edition, accepted_versions)),
                        name=check.rule,
                        error=check.rule,
                        ignore_na=False,
                    )
                    for check in checks
                    if check.applies(item)
                ],
            )
            for item in layout.items
        }
    )


def frame(table: Table) -> pd.DataFrame:
    """A table's columns as arrow-backed pandas columns; free texts stay bytes, for no check reads them here."""
    return pd.DataFrame(
        {
            item.id: pd.arrays.ArrowExtensionArray(
                table.columns[item.id] if item.is_text else table.text(item.id)
            )
            for item in table.layout.items
        }
    )


def validate(schema: pandera.DataFrameSchema, table: Table) -> list[Failure]:
    """Run a schema over a table.

    Raises:
        CheckRaisedError: a check failed to give an answer.
    """
    try:
        schema.validate(frame(table), lazy=True, inplace=True)
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

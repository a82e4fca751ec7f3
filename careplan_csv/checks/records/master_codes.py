"""The rule on service codes that a user's own master allows (R518)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from careplan_csv.checks.items.total_rows import total_rows
from careplan_csv.checks.records.block_records import Records, record_rule
from careplan_csv.findings import Consequence, Rule, Severity
from careplan_csv.reading.service_codes import ServiceCodes
from careplan_csv.reading.structure import Flags, Positions
from careplan_csv.rules.hits import FileHit

if TYPE_CHECKING:
    import pandas as pd

_KEY = ("service_code", "insurer_number", "service_month", "units")

_EXPIRED = "サービスコードは指定されたコード表にありますが、対象年月が適用期間の外です。"
_UNFIT = "単位数が、指定されたコード表の単位数と合いません。"
_ASIDE = "指定されたコード表に、この種類（総合事業は保険者と種類）の行が無いため、照合していません。"
_NAME_MORE = "事業所の方: 照合したいときは、この種類（総合事業はその市町村）のコード表も --service-codes で指定してください。"


@dataclass(frozen=True)
class _Verdict:
    """What is wrong, per distinct combination or per row, each of shape (values,).

    Attributes:
        absent: the code is in no row of the master.
        expired: no row with the code covers the month.
        unfit: no such row has fitting units.
        aside: the master does not list the kind (for this insurer), so nothing was compared.
    """

    absent: Flags
    expired: Flags
    unfit: Flags
    aside: Flags

    def of_rows(self, which: Positions, where: Flags) -> _Verdict:
        """The verdict of every row by its combination, where `where` is true."""
        parts = (self.absent, self.expired, self.unfit, self.aside)
        return _Verdict(*(part[which] & where for part in parts))


@record_rule(
    Rule(
        id="R518",
        severity=Severity.WARNING,
        consequence=Consequence.REFUSED,
        title="サービスコードが指定したコード表に無い、期間外である、または単位数が合わない",
        compares="サービスコード・保険者番号・対象年月・単位数の組を、指定されたコード表の行（コード、適用期間、単位数）と比べます。単位数は、0、整数倍、第6表では割引後の少ない値も合うものとします。",
        grades=((Severity.INFO, "指定されたコード表に、その種類（総合事業は保険者と種類）の行が無いとき"),),
        why=(
            "コード表に無いコードや期間の切れたコードは、給付管理や請求で受け付けられません。"
            "この規則は、check に --service-codes でコード表を指定したときだけ働きます。"
        ),
        remedy=(
            "事業所の方: 介護ソフトのサービスコードのマスターが最新かを確かめてください。コード表のほうが古いときは、新しいものを指定してください。"
            "住所地特例の方は施設のある市町村のコードを使うので、その市町村のコード表も一緒に指定してください。"
        ),
        reference="別紙 第6表 №8・15、第7表 №9・13（最新版の介護給付費単位数等サービスコード表）",
        friends="--service-codes でコード表を指定したときだけ調べます。単位数の無いコードでは、単位数を比べません。",
    ),
    needs=(*_KEY, "service_count"),
)
def codes_are_in_the_master(rule: Rule, records: Records) -> Iterator[FileHit]:
    """Codes, their periods and units against the user's own master, on one block.

    Units are compared only where they cannot differ rightly: 0 fits, a whole multiple fits, and 第6表,
    whose units are those after a discount, may hold less.
    """
    if records.master is None:
        return
    found = _verdict(records, records.master)
    message = "サービスコードが、指定されたコード表にありません。"
    yield from records.hits(rule, found.absent, message, "service_code")
    yield from records.hits(rule, found.expired, _EXPIRED, "service_code")
    yield from records.hits(rule, found.unfit & _comparable(records), _UNFIT, "units")
    yield from records.hits(rule, found.aside, _ASIDE, "service_code", Severity.INFO, remedy=_NAME_MORE)


def _verdict(records: Records, master: ServiceCodes) -> _Verdict:
    """Judge each combination of code, insurer, month and units once; shape (rows,)."""
    import pandas as pd

    columns = [records.values(item_id).trimmed for item_id in _KEY]
    which = pc.binary_join_element_wise(*columns, ",").dictionary_encode().indices.to_numpy()
    first = pa.array(np.unique(which, return_index=True)[1])
    distinct = pd.DataFrame(
        {name: column.take(first).to_pylist() for name, column in zip(_KEY, columns, strict=True)}
    )
    judged = _judge(distinct, master, discounted=records.has("start_time"))
    return judged.of_rows(which, ~total_rows(records.table, records.edition))


def _judge(distinct: pd.DataFrame, master: ServiceCodes, *, discounted: bool) -> _Verdict:
    """Judge distinct combinations, whose columns are those of `_KEY`; what has no right form is left out."""
    code, insurer = distinct["service_code"], distinct["insurer_number"]
    kind = code.str[:2]
    right = code.str.fullmatch("[0-9A-Z]{6}") & distinct["service_month"].str.fullmatch("[0-9]{6}")
    listed = kind.isin(master.kinds) | (insurer + "," + kind).isin(master.local_kinds)
    pairs = _numbered(distinct[right & listed]).merge(master.rows, left_on="service_code", right_on="code")
    in_time = pairs[(pairs["start"] <= pairs["month"]) & (pairs["month"] <= pairs["end"])]
    known = distinct.index.isin(pairs["row"])
    valid = distinct.index.isin(in_time["row"])
    fits = distinct.index.isin(in_time.loc[_fitting(in_time, discounted=discounted), "row"])
    asked = (right & listed).to_numpy(dtype=np.bool_)
    aside = (right & ~listed).to_numpy(dtype=np.bool_)
    return _Verdict(asked & ~known, known & ~valid, valid & ~fits, aside)


def _numbered(distinct: pd.DataFrame) -> pd.DataFrame:
    """With `row`, the index before merging, and `month` and `recorded`, the units (0 for none), as numbers."""
    units = distinct["units"]
    return distinct[["service_code"]].assign(
        row=distinct.index,
        month=distinct["service_month"].astype("int64"),
        recorded=units.where(units.str.fullmatch("[0-9]{1,9}"), "0").astype("int64"),
    )


def _fitting(pairs: pd.DataFrame, *, discounted: bool) -> pd.Series[bool]:
    """Which pairs of a combination and a row of the master have units that may stand together."""
    recorded, units = pairs["recorded"], pairs["units"]
    fits = (units == 0) | (recorded % units.where(units > 0, 1) == 0)
    return fits | (recorded < units) if discounted else fits


def _comparable(records: Records) -> Flags:
    """Rows whose units are those of one service: with times in 第6表, with a count in 第7表."""
    if not records.has("start_time"):
        return records.values("service_count").matches("0*[1-9][0-9]*")
    return records.values("start_time").filled & ~records.equals("start_time", records.edition.no_time)

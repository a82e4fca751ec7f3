"""The rule on service codes that a user's own master allows (R518)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from careplan_csv.checks.items.dates import numbers
from careplan_csv.checks.records.base import Records
from careplan_csv.checks.registry import Hit, rule
from careplan_csv.checks.totals import total_rows
from careplan_csv.findings import Rule, Severity
from careplan_csv.reading.service_codes import ServiceCodes
from careplan_csv.reading.structure import Flags, Positions

if TYPE_CHECKING:
    import pandas as pd

_ITEMS = ("service_code", "insurer_number", "service_month", "units", "service_count")
_NO_NUMBER = 0


@dataclass(frozen=True)
class _Verdict:
    """What is wrong, per distinct combination or per row, each of shape (values,)."""

    absent: Flags
    expired: Flags
    unfit: Flags
    aside: Flags

    def take(self, positions: Positions, where: Flags) -> _Verdict:
        """The verdict of every row, where `where` is true."""
        parts = (self.absent, self.expired, self.unfit, self.aside)
        return _Verdict(*(part[positions] & where for part in parts))


@rule(
    Rule(
        id="R518",
        severity=Severity.WARNING,
        title="サービスコードが指定したコード表に無い、期間外である、または単位数が合わない",
        why=(
            "コード表に無いコードや期間の切れたコードは、給付管理や請求で受け付けられません。"
            "この規則は、check に --service-codes でコード表を指定したときだけ働きます。"
        ),
        remedy=(
            "ソフトのサービスコードのマスターが最新かを確かめてください。コード表のほうが古いときは、新しいものを指定してください。"
            "住所地特例の方は施設のある市町村のコードを使うので、その市町村のコード表も一緒に指定してください。"
        ),
        reference="別紙 第6表 №8・15、第7表 №9・13（最新版の介護給付費単位数等サービスコード表）",
    )
)
def codes_are_in_the_master(records: Records, master: ServiceCodes) -> Iterator[Hit]:
    """Codes, their periods and units against the master, on one block.

    Units are compared only where they cannot differ rightly: 0 fits, a whole multiple fits, and 第6表,
    whose units are those after a discount, may hold less.
    """
    if not records.has(*_ITEMS) or not len(records.table.rows):
        return
    found = _verdict(records, master)
    yield from _hit(records, found.absent, "サービスコードが、指定されたコード表にありません。")
    yield from _hit(
        records,
        found.expired,
        "サービスコードは指定されたコード表にありますが、対象年月が適用期間の外です。",
    )
    yield from _hit(
        records,
        found.unfit & _comparable(records),
        "単位数が、指定されたコード表の単位数と合いません。",
        "units",
    )
    yield from _hit(
        records,
        found.aside,
        "指定されたコード表に、この種類（総合事業は保険者と種類）の行が無いため、照合していません。",
        severity=Severity.INFO,
    )


def _hit(
    records: Records,
    mask: Flags,
    message: str,
    item_id: str = "service_code",
    severity: Severity = Severity.WARNING,
) -> Iterator[Hit]:
    yield from records.hit("R518", mask, message, item_id, severity)


def _verdict(records: Records, master: ServiceCodes) -> _Verdict:
    """Judge each combination of code, insurer, month, units and count once; shape (rows,)."""
    import pandas as pd

    combined = pa.array(_combined(records)).dictionary_encode().indices.to_numpy()
    _, first, which = np.unique(combined, return_index=True, return_inverse=True)
    distinct = pd.DataFrame(
        {
            "code": records.values("service_code").trimmed.take(pa.array(first)).to_pylist(),
            "insurer": records.values("insurer_number").trimmed.take(pa.array(first)).to_pylist(),
            "month": _number(records, "service_month", first),
            "units": _number(records, "units", first),
        }
    )
    judged = _judge(distinct, master, discounted=records.has("start_time"))
    return judged.take(which, _well_formed(records))

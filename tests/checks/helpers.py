"""Check single files made of bytes, without a command line."""

from __future__ import annotations

import io

from careplan_csv.checker import check
from careplan_csv.reading.sources import Inputs, Origin, Source
from careplan_csv.results import CheckResult

PLAN = "UPPLAN_202504_3570000012_43_3570000103_11_20250401090000.CSV"
SUPPLEMENT = "UPHOSOKU_202504_3570000012_43_3570000103_11_20250401090000.CSV"
SUPPLEMENT_A = "UPHOSOKU_000000_3570000012_43_3570000103_11_20250401090000.CSV"
TABLE_2 = "UP2KYO_3570000012_43_3570000103_11_20250401090000.CSV"


def check_bytes(data: bytes, name: str = PLAN, **options: object) -> CheckResult:
    """Check one file of this name and content."""
    source = Source(name, name, "", Origin.NAMED, len(data), lambda: io.BytesIO(data))
    return check(Inputs((source,)), **options)  # type: ignore[arg-type]  # options are checked by the callee


def rules_of(result: CheckResult, family: str = "") -> dict[str, str]:
    """Rule -> severity of every finding, of one family where given."""
    return {f.rule: str(f.severity) for f in result.findings if f.rule.startswith(family)}


def plan_record(**changes: str) -> list[str]:
    """A valid record of 第6表 as written items, some of them changed (by item id)."""
    from careplan_csv.standard import standard

    layout = standard().edition("202407").layout("UPPLAN")
    record = [
        "202407",
        "352013",
        "0000000001",
        "20250325",
        "202504",
        "3570000012",
        '"計画 担当"',
        "396",
        "",
        "20250401",
        "",
        "0900",
        "1000",
        "1",
        "112211",
        "",
        "",
        "",
        "",
        "3570000103",
        '"訪問介護事業所"',
        "",
        "0",
        "3570000012",
        "",
    ]
    for item_id, value in changes.items():
        record[layout.by_id[item_id].no - 1] = value
    return record


def file_of(*records: list[str], end: str = "\r\n", encoding: str = "cp932") -> bytes:
    """Records as a file."""
    return "".join(",".join(record) + end for record in records).encode(encoding)

"""R518: service codes, their periods and units against a master of one's own."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from helpers import PLAN, check_bytes, file_of, plan_record

from careplan_csv.findings import Finding, Severity
from careplan_csv.reading.service_codes import ServiceCodes, load_service_codes
from careplan_csv.standard import standard

DATA = Path(__file__).parents[1] / "data"
TABLE_7 = PLAN.replace("UPPLAN", "UPSIKYU")
RESULT = "UPJSK_202504_3570000103_11_3570000012_43_20250501090000.CSV"

ABSENT = "サービスコードが、指定されたコード表にありません。"
EXPIRED = "サービスコードは指定されたコード表にありますが、対象年月が適用期間の外です。"
UNFIT = "単位数が、指定されたコード表の単位数と合いません。"
ASIDE = "指定されたコード表に、この種類（総合事業は保険者と種類）の行が無いため、照合していません。"


@cache
def master() -> ServiceCodes:
    return load_service_codes([DATA / "service_codes.csv", DATA / "service_codes_municipality.csv"])


def found(*records: list[str], name: str = PLAN, master: ServiceCodes | None = None) -> list[Finding]:
    result = check_bytes(file_of(*records), name, master=master)
    return [finding for finding in result.findings if finding.rule == "R518"]


def messages(*records: list[str], name: str = PLAN) -> list[str]:
    return [finding.message for finding in found(*records, name=name, master=master())]


def bill_record(**changes: str) -> list[str]:
    """A detail row of 第7表, some of its items changed (by item id)."""
    layout = standard().edition("202407").layout("UPSIKYU")
    values = {
        "csv_version": "202407",
        "insurer_number": "352013",
        "insured_number": "0000000001",
        "creation_date": "20250325",
        "service_month": "202504",
        "provider_office": "3570000103",
        "service_code": "112211",
        "units": "396",
        "service_count": "4",
        "over_30_days": "0",
        **changes,
    }
    return [values.get(item.id, "") for item in layout.items]


def test_without_a_master_nothing_is_said() -> None:
    assert found(plan_record(service_code="119999")) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"service_code": "119999"}, [ABSENT]),
        ({"service_code": "119911", "units": "250"}, [EXPIRED]),
        ({"units": "397"}, [UNFIT]),
        # A whole multiple, nothing, and less (第6表 holds units after a discount) are no fault.
        ({"units": "792"}, []),
        ({"units": "0"}, []),
        ({"units": ""}, []),
        ({"units": "376"}, []),
        # Without times, units may be a month's, or a share of others.
        ({"units": "397", "start_time": "9999", "end_time": "9999"}, []),
        # Additions have no units of their own, whatever the master holds.
        ({"service_code": "114001", "units": "999"}, []),
        ({"service_code": "116275", "units": "999"}, []),
        # What no master lists is not judged, and that is said.
        ({"service_code": "152241", "units": "658"}, [ASIDE]),
        ({"service_code": "A21111", "units": "1180", "insurer_number": "352021"}, [ASIDE]),
        # The municipality's own codes.
        ({"service_code": "A21111", "units": "1180"}, []),
        ({"service_code": "A21111", "units": "1181"}, [UNFIT]),
        ({"service_code": "A29999", "units": "1180"}, [ABSENT]),
        # What has no right form is for other rules to name.
        ({"service_code": "11"}, []),
        ({"service_code": "１１２２１１"}, []),
        ({"service_month": "2025"}, []),
        ({"units": "39.6"}, []),
    ],
)
@pytest.mark.parametrize("name", [PLAN, RESULT])
def test_records_of_the_schedule(changes: dict[str, str], expected: list[str], name: str) -> None:
    assert messages(plan_record(**changes), name=name) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"service_code": "119999"}, [ABSENT]),
        ({"units": "397"}, [UNFIT]),
        ({"units": "376"}, [UNFIT]),
        ({"units": "1584"}, []),
        ({"units": "376", "service_count": "0"}, []),
        ({"service_code": "11AAAA", "units": "0"}, []),
        ({"service_code": "999999", "units": "0"}, []),
        ({"service_code": "171003", "units": "900"}, []),
    ],
)
def test_rows_of_table_7(changes: dict[str, str], expected: list[str]) -> None:
    assert messages(bill_record(**changes), name=TABLE_7) == expected


def test_a_finding_is_a_warning_at_its_place() -> None:
    good = plan_record()
    wrong = plan_record(service_code="119999")
    findings = found(good, wrong, good, wrong, master=master())
    assert [(f.severity, f.count, f.item) for f in findings] == [(Severity.WARNING, 2, "サービスコード")]
    assert [(e.record, e.value) for e in findings[0].examples] == [(2, "119999"), (4, "119999")]


def test_what_is_not_listed_is_information() -> None:
    findings = found(plan_record(service_code="152241"), master=master())
    assert [f.severity for f in findings] == [Severity.INFO]
    assert "--service-codes" in findings[0].remedy


def test_a_code_of_another_municipality_s_master_is_enough_for_those_who_live_there(tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text("352021,A2,2222,202404,999999,みほん独自,500\n", encoding="utf-8")
    both = load_service_codes([DATA / "service_codes_municipality.csv", other])
    assert found(plan_record(service_code="A22222", units="500"), master=both) == []


def test_files_without_service_codes_are_left_alone() -> None:
    name = PLAN.replace("UPPLAN_202504", "UP1KYO")
    assert found(["202407"] * 3, name=name, master=master()) == []

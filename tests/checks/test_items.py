"""Every rule on single items: what it finds, with which severity, and what it leaves alone."""

from __future__ import annotations

import numpy as np
import pytest

from careplan_csv.checks.items import ITEM_RULES
from careplan_csv.checks.soundness import Soundness
from careplan_csv.checks.syntax.spreadsheet import without_consequences
from careplan_csv.item_checks import bind, failures
from careplan_csv.reading.blocks import RawBlock
from careplan_csv.reading.structure import split
from careplan_csv.reading.table import Table
from careplan_csv.rules.hits import Hit
from careplan_csv.standard import standard

VALID = {
    "UPPLAN": (
        '202407,352013,0000000001,20250325,202504,3570000012,"計画 担当",396,,20250401,,0900,1000,1,112211'
        ',,,,,3570000103,"訪問介護事業所",,0,3570000012,'
    ),
    "UPHOSOKU": (
        '202407,352013,H000000001,00000000,"ｶｸｳ","架空",1,19400101,753-0000,"架空町","",0000-00-0000,20250101,'
        "20250101,20260331,2,,23,27048" + "," * 44 + "202504"
    ),
    "UPSIKYU": (
        '202407,352013,0000000001,20250325,202504,"事業所",3570000103,,112211,,,,396,,,10,396,3960,,,,,10.21,'
        "40431,90,36387,,4044,,,,,0,9999999999,,,"
    ),
    "DLTJSK": "202407,352013,0000000001,202504,3570000103,11",
    "UP3KYO": '202407,352013,0000000001,20250325,20250325,"訪問介護",1,0900,2400,,,,',
}


def hits_of(prefix: str, item_id: str, value: str, edition_name: str = "202407") -> list[Hit]:
    """Check one valid record with one item replaced."""
    edition = standard().edition(edition_name)
    layout = edition.layout(prefix)
    record = VALID[prefix].split(",")
    assert len(record) == len(layout.items)
    record[layout.by_id[item_id].no - 1] = value
    data = np.frombuffer((",".join(record) + "\r\n").encode("cp932"), dtype=np.uint8)
    table = Table(RawBlock(data, split(data, final=True)), layout, "cp932")
    bound = bind(layout, edition, [rule.check for rule in ITEM_RULES.values()], ("202407", "202208"))
    found = Soundness(len(table.rows))
    return [
        hit
        for failure in without_consequences(failures(table, bound))
        for _, hit in ITEM_RULES[failure.rule].hits(failure, table, edition, found)
    ]


@pytest.mark.parametrize("prefix", sorted(VALID))
def test_valid_records_pass(prefix: str) -> None:
    assert hits_of(prefix, "csv_version", "202407") == []


FAULTS = [
    ("UPPLAN", "insured_number", "", "F401:error", "空です"),
    ("UPPLAN", "planner_name", "", "F401:warning", "明らかでない"),
    ("UPPLAN", "insured_number", "   ", "F401:error", "空白だけです"),
    ("UPPLAN", "service_count", "100", "F402:error", "項目長"),
    ("UPHOSOKU", "user_telephone", "0000-0000-000000", "F402:error", "項目長"),
    ("UPSIKYU", "prior_days", "123", "F402:info", "2桁を超えて"),
    ("UPSIKYU", "prior_days", "123456", "F402:error", "項目長"),
    ("UPPLAN", "creation_date", "2025032", "F403:error", "足りません"),
    ("UPPLAN", "start_time", "900", "F403:error", "先頭の 0"),
    ("UPPLAN", "insurer_number", "00352013", "F403:error", "請求に使う"),
    ("UPPLAN", "insurer_number", "３５２０１３", "F403:error", "全角"),
    ("UPPLAN", "insurer_number", "35A013", "F403:error", "数字でない"),
    ("UPPLAN", "units", "-5", "F404:info", "減算"),
    ("UPSIKYU", "unit_amount", "-94", "F404:info", "減算"),
    ("UPSIKYU", "full_copayment", "-1", "F404:info", "減算"),
    ("UPPLAN", "units", "－5", "F404:error", "符号"),
    ("UPPLAN", "units", "+5", "F404:error", "符号"),
    ("UPPLAN", "units", "-4.5", "F404:error", "符号"),
    ("UPPLAN", "service_count", "-5", "F404:error", "符号"),
    ("UPSIKYU", "service_count", "-2", "F404:error", "符号"),
    ("UPSIKYU", "kind_limit_excess_units", "-2", "F404:error", "符号"),
    ("UPSIKYU", "benefit_rate", "-90", "F404:error", "符号"),
    ("UPPLAN", "units", "1.5", "F404:error", "小数点"),
    ("UPPLAN", "units", "３９６", "F404:error", "全角"),
    ("UPPLAN", "creation_date", "20250230", "F405:error", "暦に無い"),
    ("UPPLAN", "creation_date", "2025-03-25", "F405:error", "区切り"),
    ("UPPLAN", "creation_date", "R7.3.25", "F405:error", "和暦"),
    ("UPPLAN", "creation_date", "25/03/25", "F405:error", "2桁"),
    ("UPPLAN", "creation_date", "00000000", "F405:error", "日付がない"),
    ("UPPLAN", "service_month", "202513", "F406:error", "暦に無い"),
    ("UPPLAN", "service_month", "2025/04", "F406:error", "区切り"),
    ("UPPLAN", "start_time", "2400", "F407:error", "終了時刻"),
    ("UPPLAN", "start_time", "0960", "F407:error", "0000"),
    ("UPPLAN", "start_time", "9:00", "F407:error", "区切り"),
    ("UP3KYO", "weekly_start_time", "9999", "F407:error", "使えません"),
    ("UPPLAN", "over_30_days", "非該当", "F408:error", "コード 0"),
    ("UPPLAN", "over_30_days", "9", "F408:error", "コード表にない"),
    ("UPHOSOKU", "care_level", "6", "F408:error", "先頭の 0"),
    ("UPHOSOKU", "kind_limit_1_service_kind", "ZZ", "F408:error", "コード表にない"),
    ("UPHOSOKU", "user_postal_code", "7530000", "F409:error", "ハイフン"),
    ("UPHOSOKU", "user_telephone", "０００−０００", "F410:warning", "全角"),
    ("UPHOSOKU", "user_telephone", "00-0000内1", "F410:warning", "電話番号"),
    ("UPPLAN", "insured_number", "h000000001", "F411:error", "小文字"),
    ("UPPLAN", "insured_number", "H00000001", "F411:error", "10桁の数字"),
    ("UPSIKYU", "unit_price", "10,21".replace(",", "．"), "F412:error", "全角"),
    ("UPSIKYU", "unit_price", "10.213", "F412:error", "99.99"),
    ("UPPLAN", "identifier", "1", "F413:warning", "使用しない"),
    ("UPPLAN", "insured_number", " 0000000001", "F414:warning", "前後に空白"),
    ("UPPLAN", "tais_code", " ", "F414:warning", "空白だけ"),
    ("UPPLAN", "prorated_days", "1" * 30, "F415:error", "31"),
    ("UPPLAN", "prorated_days", "2" * 31, "F415:error", "0 と 1"),
    ("UPPLAN", "provider_office", "3570000104", "F416:warning", "検証番号"),
    ("UPPLAN", "provider_office", "357000010a", "F416:error", "小文字"),
    ("UPPLAN", "provider_office", "35700001031", "F416:error", "多すぎ"),
    ("UPPLAN", "service_code", "331111", "F417:error", "対象ではありません"),
    ("UPPLAN", "service_code", "431111", "F417:error", "対象ではありません"),
    ("UPPLAN", "service_code", "991111", "F417:error", "標準仕様にありません"),
    ("UPPLAN", "service_code", "999999", "F417:error", "標準仕様にありません"),
    ("UPPLAN", "service_code", "11221", "F417:error", "足りません"),
    ("UPPLAN", "tais_code", "00001000001", "F418:error", "ハイフン"),
    ("UPPLAN", "csv_version", "202410", "F419:error", "202407"),
    ("UPPLAN", "csv_version", "202504", "F419:warning", "今は使いません"),
    ("UPPLAN", "csv_version", "", "F419:error", "空です"),
    ("UPPLAN", "csv_version", "209901", "F419:error", "標準仕様の値"),
    ("UPPLAN", "insurer_number", "352012", "F420:warning", "検証番号"),
]


FAULTS += [
    ("UPHOSOKU", "user_name", '"　"', "F401:error", "空白だけ"),
    ("UPHOSOKU", "user_name", '" 　\r\n"', "F401:error", "空白だけ"),
    ("UPPLAN", "planner_name", '"　　"', "F401:warning", "空白だけ"),
    ("UPHOSOKU", "certification_date", "00000000", "F405:error", "日付がない"),
    ("UPHOSOKU", "certification_date", "0000/00/00", "F405:error", "日付がない"),
    ("UPHOSOKU", "certification_date", "0", "F403:error", "日付がない"),
    ("UPHOSOKU", "certification_date", "1899/12/30", "F405:error", "日付がない"),
    ("UPHOSOKU", "certification_date", "null", "F405:error", "プログラムの語"),
    ("UPHOSOKU", "certification_date", "なし", "F405:error", "記号や語"),
    ("UPHOSOKU", "certification_date", "-", "F405:error", "記号や語"),
    ("UPPLAN", "units", "NULL", "F404:error", "プログラムの語"),
    ("UPPLAN", "units", "NaN", "F404:error", "プログラムの語"),
    ("UPPLAN", "units", "undefined", "F404:error", "プログラムの語"),
    ("UPPLAN", "over_30_days", "None", "F408:error", "プログラムの語"),
    ("UPHOSOKU", "consent_office", "null", "F416:error", "プログラムの語"),
    ("UPHOSOKU", "user_postal_code", "undefined", "F409:error", "プログラムの語"),
    ("UPHOSOKU", "user_telephone", "null", "F410:warning", "プログラムの語"),
    ("UPPLAN", "insured_number", "null", "F411:error", "プログラムの語"),
    ("UPSIKYU", "unit_price", "NaN", "F412:error", "プログラムの語"),
    ("UPPLAN", "service_code", "null", "F417:error", "プログラムの語"),
    ("DLTJSK", "service_kind", "33", "F417:error", "対象ではありません"),
    ("DLTJSK", "service_kind", "43", "F417:error", "対象ではありません"),
    ("DLTJSK", "service_kind", "ZZ", "F408:error", "コード表にない"),
]


@pytest.mark.parametrize(("prefix", "item_id", "value", "expected", "words"), FAULTS)
def test_one_fault_is_one_finding(prefix: str, item_id: str, value: str, expected: str, words: str) -> None:
    [hit] = hits_of(prefix, item_id, value)
    assert f"{hit.rule}:{hit.severity}" == expected
    assert words in hit.message
    assert hit.item is not None
    assert hit.item.id == item_id
    assert hit.count == 1
    assert [(place.line, place.record) for place in hit.places] == [(1, 1)]


@pytest.mark.parametrize(
    ("item_id", "value"),
    [
        ("insurer_number", "35201"),
        ("insured_number", "1"),
        ("insured_number", "12345"),
        ("provider_office", "570000103"),
        ("creation_date", "2025/3/25"),
        ("service_month", "2025/4"),
        ("insured_number", "4.3E+09"),
    ],
)
def test_a_trace_of_a_spreadsheet_stands_for_what_follows_from_it(item_id: str, value: str) -> None:
    assert {hit.rule: hit.severity for hit in hits_of("UPPLAN", item_id, value)} == {"F421": "error"}


@pytest.mark.parametrize(
    ("prefix", "item_id", "value"),
    [
        ("UPPLAN", "start_time", "9999"),
        ("UPPLAN", "end_time", "2400"),
        ("UPPLAN", "creation_date", "20240229"),
        ("UPPLAN", "detail_no", "1"),
        ("UPPLAN", "service_code", "A62411"),
        ("UPPLAN", "provider_office", ""),
        ("UPSIKYU", "service_code", "999999"),
        ("UPSIKYU", "service_code", "11AAAA"),
        ("UPSIKYU", "office_code", "3570000012"),
        ("UPSIKYU", "unit_price", "10"),
        ("UPHOSOKU", "plan_date", "00000000"),
        ("UPHOSOKU", "service_month", "000000"),
        ("UPHOSOKU", "user_telephone", "(000)0000-0000"),
    ],
)
def test_what_the_standard_allows_is_left_alone(prefix: str, item_id: str, value: str) -> None:
    found = hits_of(prefix, item_id, value)
    if item_id == "provider_office":
        assert [hit.rule for hit in found] == ["F401"]
    else:
        assert found == []


def test_a_missing_count_on_a_total_row_is_a_warning() -> None:
    """A19."""
    edition = standard().edition("202407")
    layout = edition.layout("UPSIKYU")
    record = VALID["UPSIKYU"].split(",")
    record[layout.by_id["service_code"].no - 1] = "11AAAA"
    record[layout.by_id["service_count"].no - 1] = ""
    data = np.frombuffer((",".join(record) + "\r\n").encode("cp932"), dtype=np.uint8)
    table = Table(RawBlock(data, split(data, final=True)), layout, "cp932")
    [failure] = failures(table, bind(layout, edition, [ITEM_RULES["F401"].check], ("202407",)))
    [(_, hit)] = ITEM_RULES["F401"].hits(failure, table, edition, Soundness(len(table.rows)))
    assert hit.severity == "warning"

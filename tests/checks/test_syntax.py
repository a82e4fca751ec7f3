"""C301–C309 on whole files."""

from __future__ import annotations

import pytest
from helpers import check_bytes, file_of, plan_record, rules_of

from careplan_csv.standard import standard

GOOD = plan_record()
OTHER = plan_record(service_date="20250402")


def test_a_good_file_has_no_finding() -> None:
    assert rules_of(check_bytes(file_of(GOOD, OTHER)), "C") == {}


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", {"C301": "error"}),
        (b"\r\n\r\n", {"C301": "error", "C308": "warning"}),
        (file_of(["CSVバージョン", "保険者番号", "被保険者番号"], GOOD), {"C302": "error"}),
        (file_of([*GOOD, ""], OTHER), {"C303": "error"}),
        (file_of(GOOD[:-1], OTHER), {"C303": "error"}),
        (file_of(plan_record(planner_name='"計画"担当"'), OTHER), {"C304": "error"}),
        (file_of(plan_record(planner_name='"計画'), OTHER), {"C304": "error"}),
        (file_of(plan_record(planner_name="計画 担当"), OTHER), {"C305": "error"}),
        (file_of(plan_record(units='"396"'), OTHER), {"C306": "info"}),
        (file_of(GOOD, OTHER, end="\n"), {"C307": "warning"}),
        (file_of(GOOD, OTHER, end="\r"), {"C307": "warning"}),
        (file_of(GOOD) + file_of(OTHER, end="\n"), {"C307": "warning"}),
        (file_of(GOOD) + b"\r\n" + file_of(OTHER), {"C308": "warning"}),
        (file_of(GOOD, OTHER)[:-2], {"C308": "info"}),
        (file_of(GOOD, OTHER).replace(b",", b"\t"), {"C309": "error"}),
        (file_of(GOOD, OTHER).replace(b",", b";"), {"C309": "error"}),
    ],
)
def test_one_fault_is_one_finding(data: bytes, expected: dict[str, str]) -> None:
    assert rules_of(check_bytes(data), "C") == expected


def test_the_other_records_of_a_damaged_file_are_still_checked() -> None:
    data = file_of(plan_record(planner_name='"計画'), plan_record(creation_date="20250230"))
    result = check_bytes(data)
    assert {"C304", "F405"} <= set(rules_of(result))
    [finding] = [f for f in result.findings if f.rule == "F405"]
    assert (finding.first.line, finding.first.record) == (2, 2)
    assert any("形が崩れている" in sentence for sentence in result.inputs[0].skipped_checks)


def test_line_and_record_count_line_breaks_inside_quotes() -> None:
    data = file_of(plan_record(planner_name='"計画\r\n担当"'), plan_record(creation_date="20250230"))
    [finding] = [f for f in check_bytes(data).findings if f.rule == "F405"]
    assert (finding.first.line, finding.first.record) == (3, 2)


@pytest.mark.parametrize(
    "text", ['"計画, 担当"', '"計画""担当"', '""', "", '"計画\n担当"', '"""計画"""', '"\r\n"']
)
def test_legal_texts_are_left_alone(text: str) -> None:
    assert rules_of(check_bytes(file_of(plan_record(planner_name=text), OTHER)), "C") == {}


def test_equal_findings_are_one_group_with_a_count() -> None:
    result = check_bytes(file_of(*[plan_record(planner_name="計画") for _ in range(50)]))
    [finding] = [f for f in result.findings if f.rule == "C305"]
    assert finding.count == 50
    assert len(finding.examples) == 10


HEADERS = [
    ["版", "保険者", "被保険者", "作成日"],
    ["version", "insurer", "insured", "created"],
    ["CSVバージョン値", "保険者番号", "被保険者番号"],
    ["Ver.", "Insurer No", "Insured No"],
    ["csv_version", "insurer_number"],
    ['"CSVﾊﾞｰｼﾞｮﾝ"', '"保険者番号"', '"被保険者番号"'],
    ["A", "B", "C", "D", "E"],
    [item.name for item in standard().edition("202407").layout("UPPLAN").items],
    [item.id for item in standard().edition("202407").layout("UPPLAN").items],
]


@pytest.mark.parametrize("header", HEADERS)
def test_a_header_in_any_words_is_one_finding(header: list[str]) -> None:
    result = check_bytes(file_of(header, GOOD, plan_record(creation_date="20250230")))
    assert rules_of(result) == {"C302": "error", "F405": "error", "B701": "info"}
    assert result.inputs[0].csv_version == "202407"
    [finding] = [f for f in result.findings if f.rule == "C302"]
    assert (finding.first.line, finding.first.record) == (1, 1)


def test_the_edition_of_a_file_with_a_header_is_that_of_its_records() -> None:
    name = "UPPLAN_202503_3570000012_3570000103_20250401090000.CSV"
    record = plan_record(csv_version="202208", service_month="202503", service_date="20250301")
    assert rules_of(check_bytes(file_of(HEADERS[0], record), name), "N") == {}


@pytest.mark.parametrize(
    "record",
    [
        plan_record(csv_version=""),
        plan_record(csv_version="2O2407"),
        plan_record(csv_version="架空"),
        ["null"] * 25,
        ["", '"計画"', '"担当"'],
        ["202407", "保険者", "被保険者"],
    ],
)
def test_a_damaged_record_is_no_header(record: list[str]) -> None:
    assert "C302" not in rules_of(check_bytes(file_of(record, GOOD)))


def test_a_header_alone_is_said() -> None:
    assert rules_of(check_bytes(file_of(HEADERS[0])), "C") == {"C302": "error"}


@pytest.mark.parametrize(("usual", "odd"), [("\r\n", "\n"), ("\n", "\r\n"), ("\r\n", "\r")])
def test_the_record_that_ends_in_another_way_is_named(usual: str, odd: str) -> None:
    text = '"計画\r\n担当"'
    records = [plan_record(service_date=f"202504{day:02}", planner_name=text) for day in range(1, 29)]
    data = file_of(*records[:20], end=usual) + file_of(records[20], end=odd)
    [finding] = [
        f for f in check_bytes(data + file_of(*records[21:], end=usual)).findings if f.rule == "C307"
    ]
    assert (finding.count, finding.first.line, finding.first.record) == (1, 41, 21)


@pytest.mark.parametrize("row", [",".join([""] * 25), ",".join(['""'] * 25), ",,,", " ,,"])
def test_rows_of_separators_are_one_finding(row: str) -> None:
    rows = (row + "\r\n").encode() * 3
    result = check_bytes(file_of(GOOD) + rows + file_of(OTHER) + rows)
    assert rules_of(result) == {"C308": "warning", "B701": "info"}
    [finding] = [f for f in result.findings if f.rule == "C308"]
    assert (finding.count, finding.first.line) == (6, 2)
    assert result.inputs[0].records == 2


def test_rows_of_separators_and_blank_lines_are_one_finding() -> None:
    data = file_of(GOOD) + b"\r\n,,,\r\n" + file_of(OTHER)
    [finding] = [f for f in check_bytes(data).findings if f.rule == "C308"]
    assert finding.count == 2
    assert "空の行と、カンマだけの行" in finding.message


def test_nothing_but_rows_of_separators_is_an_empty_file() -> None:
    assert rules_of(check_bytes(b",,,\r\n,,,\r\n"), "C") == {"C301": "error", "C308": "warning"}


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ([*GOOD[:3], '"架空 太郎"', *GOOD[3:]], "№4「作成年月日」から"),
        ([*GOOD[:6], *GOOD[7:]], "№9「前月までの短期入所利用日数」から"),
        ([*GOOD[:5], *GOOD[6:]], "№6「プラン担当業者コード」から"),
        ([*GOOD, "", ""], "終わりの項目が余分な"),
        (GOOD[:20], "終わりの項目が足りない"),
    ],
)
def test_where_another_layout_begins(record: list[str], words: str) -> None:
    [finding] = [f for f in check_bytes(file_of(record, OTHER)).findings if f.rule == "C303"]
    assert words in finding.remedy
    assert "careplan-csv layout UPPLAN" in finding.remedy

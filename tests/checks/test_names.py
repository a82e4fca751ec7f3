"""N101–N110: what is wrong with a name is said once, and a good name is left alone."""

from __future__ import annotations

import unicodedata

import pytest

from careplan_csv.checks import RULES
from careplan_csv.checks.names.given_names import GivenName, check_name
from careplan_csv.rules.hits import Hit
from careplan_csv.standard import Exchange, standard
from careplan_csv.standard.checkdigits import with_check_digit
from careplan_csv.standard.filenames import parse

PLANNING = with_check_digit("357000001")
SERVICE = with_check_digit("357000002")
SERIAL = "20250401090000"


def name(
    prefix: str = "UPPLAN",
    month: str | None = "202504",
    sender: str = f"{PLANNING}_43",
    receiver: str = f"{SERVICE}_11",
    serial: str = SERIAL,
    extension: str = ".CSV",
) -> str:
    parts = [prefix, *([month] if month is not None else []), sender, receiver, serial]
    return "_".join(parts) + extension


def hits(text: str, csv_version: str | None = "202407") -> list[Hit]:
    return check_name(GivenName(parse(text, standard()), text, standard(), csv_version))


def rules(text: str, csv_version: str | None = "202407") -> list[tuple[str, str]]:
    return [(hit.rule, hit.severity.value) for hit in hits(text, csv_version)]


PLAN_OLD = f"UPPLAN_202504_{PLANNING}_{SERVICE}_{SERIAL}.CSV"
PLAN_40 = f"UPPLAN_202504_{PLANNING}_431_{SERVICE}_112_{SERIAL}.CSV"
RESULT = {"prefix": "UPJSK", "sender": f"{SERVICE}_11", "receiver": f"{PLANNING}_43"}


@pytest.mark.parametrize(
    ("text", "csv_version"),
    [
        (name(), "202407"),
        (name(), None),
        (name(), "202504"),
        (name(), "202410"),
        (name(), "999999"),
        (name("UP1KYO", None), "202407"),
        (name("UP3KYO", None), "202407"),
        (name("UPHOSOKU", "000000"), "202407"),
        (name("UPHOSOKU", "202504"), "202407"),
        (name("DLT1KYO", None), "202407"),
        (name(**RESULT), "202407"),
        (name(serial="20240229235959"), "202407"),
        (PLAN_OLD, "202208"),
        (PLAN_OLD, "202003"),
        (PLAN_OLD, None),
        (PLAN_40, "202504"),
        (PLAN_40, None),
        # plans and results also pass between entrusted offices and community centres
        (name(sender=f"{PLANNING}_46", receiver=f"{SERVICE}_43"), "202407"),
        (name(**(RESULT | {"sender": f"{SERVICE}_43", "receiver": f"{PLANNING}_AF"})), "202407"),
    ],
)
def test_good_names_are_left_alone(text: str, csv_version: str | None) -> None:
    assert hits(text, csv_version) == []


def test_every_kind_that_is_exchanged_can_receive_a_plan() -> None:
    for version in standard().editions:
        for kind in standard().edition(version).kinds.values():
            if kind.exchange is not Exchange.NO:
                assert hits(name(receiver=f"{SERVICE}_{kind.code}")) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("メモ.csv", "「メモ」は標準仕様にありません"),
        ("", "標準仕様にありません"),
        ("UPPLAN.csv", "正しい形は UPPLAN_サービス提供年月_送信元事業所番号_送信元サービス種類_"),
        (
            "UP1KYO_a_b.CSV",
            "正しい形は UP1KYO_送信元事業所番号_送信元サービス種類_送信先事業所番号_送信先サービス種類_年月日時分秒.CSV）",
        ),
        (name() + " (1).CSV", "「(1)」「コピー」"),
        (name(extension=" (1).CSV"), "「(1)」「コピー」"),
        ("コピー ～ " + name(), "「(1)」「コピー」"),
        (f"UPPLAN_202504_{PLANNING}_43_{SERVICE}_{SERIAL}.CSV", "名前に送信先サービス種類がありません"),
    ],
)
def test_names_that_are_none_of_the_standard(text: str, expected: str) -> None:
    (hit,) = hits(text)
    assert (hit.rule, hit.severity.value) == ("N101", "error")
    assert expected in hit.message


def test_the_form_is_that_of_the_contents_edition() -> None:
    (hit,) = hits("UPPLAN_x.CSV", "202208")
    assert (
        "正しい形は UPPLAN_サービス提供年月_送信元事業所番号_送信先事業所番号_年月日時分秒.CSV）"
        in hit.message
    )


def test_a_file_that_the_edition_does_not_have() -> None:
    text = f"UP3KYO_{PLANNING}_{SERVICE}_{SERIAL}.CSV"
    assert rules(text, "202208") == rules(text, None) == [("N101", "error")]
    assert rules(text, "202407") == [("N102", "error")]


def test_lower_case_is_one_warning() -> None:
    assert rules(name("upplan")) == [("N101", "warning")]
    assert rules(name("upplan", extension=".csv")) == [("N101", "warning")]
    assert rules(name("upplan", extension=".txt")) == [("N101", "warning"), ("N103", "warning")]


@pytest.mark.parametrize(
    ("text", "csv_version", "words"),
    [
        (PLAN_OLD, "202407", "202208"),
        (PLAN_OLD, "202410", "202208"),
        (PLAN_OLD, "202504", "202208"),
        (PLAN_40, "202407", "202504"),
        (PLAN_40, "202208", "202504"),
        (name(), "202208", "202407"),
    ],
)
def test_the_name_of_another_edition(text: str, csv_version: str, words: str) -> None:
    (hit,) = hits(text, csv_version)
    assert (hit.rule, hit.severity.value) == ("N102", "error")
    assert words in hit.message


@pytest.mark.parametrize(
    ("extension", "words"),
    [
        (".csv", "小文字"),
        (".Csv", "小文字"),
        (".txt", "「.txt」"),
        ("", "ありません"),
        (".CSV.txt", "「.CSV.txt」"),
    ],
)
def test_other_extensions(extension: str, words: str) -> None:
    (hit,) = hits(name(extension=extension))
    assert (hit.rule, hit.severity.value) == ("N103", "warning")
    assert words in hit.message or (words == "小文字" and "大文字の .CSV" in hit.message)


@pytest.mark.parametrize(
    "serial",
    [
        "20250230090000",
        "20250401240000",
        "20250401096000",
        "202504010900",
        "2025040109000０",
        "00000000000000",
    ],
)
def test_serials_that_are_no_time(serial: str) -> None:
    assert rules(name(serial=serial)) == [("N104", "error")]


@pytest.mark.parametrize(
    ("prefix", "month", "words"),
    [
        ("UPPLAN", "202513", "YYYYMM"),
        ("UPPLAN", "202500", "YYYYMM"),
        ("UPPLAN", "2025-4", "YYYYMM"),
        ("UPPLAN", "20254", "YYYYMM"),
        ("UPPLAN", "199904", "YYYYMM"),
        ("UPPLAN", "R0704", "YYYYMM"),
        ("UPPLAN", "000000", "実際の年月"),
        ("UPSIKYU", "000000", "実際の年月"),
        ("UPPLAN", None, "ありません"),
        ("UPHOSOKU", None, "ありません"),
        ("UPHOSOKU", "202500", "YYYYMM"),
        ("UPHOSOKU", "00000", "YYYYMM"),
        ("UP1KYO", "000000", "書かない"),
        ("UP1KYO", "202504", "書かない"),
    ],
)
def test_months(prefix: str, month: str | None, words: str) -> None:
    (hit,) = hits(name(prefix, month))
    assert (hit.rule, hit.severity.value) == ("N105", "error")
    assert words in hit.message


@pytest.mark.parametrize(
    ("office", "words"),
    [
        ("357000002", "9桁"),
        ("35700000zz", "小文字"),
        ("３５７０００００２０", "10桁では"),
        ("35700-0002", "10桁では"),
    ],
)
def test_office_numbers(office: str, words: str) -> None:
    (hit,) = hits(name(receiver=f"{office}_11"))
    assert (hit.rule, hit.severity.value) == ("N106", "error")
    assert "送信先事業所番号" in hit.message
    assert words in hit.message


@pytest.mark.parametrize(
    ("kind", "severity", "words"),
    [
        ("99", "error", "コード表にありません"),
        ("1", "error", "コード表にありません"),
        ("112", "error", "コード表にありません"),
        ("a1", "error", "小文字"),
        ("33", "warning", "特定施設入居者生活介護"),
    ],
)
def test_service_kinds(kind: str, severity: str, words: str) -> None:
    (hit,) = hits(name(receiver=f"{SERVICE}_{kind}"))
    assert (hit.rule, hit.severity.value) == ("N107", severity)
    assert words in hit.message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (name(sender=f"{SERVICE}_11", receiver=f"{PLANNING}_43"), "送信元サービス種類"),
        (name(sender=f"{SERVICE}_11", receiver=f"{PLANNING}_15"), "送信元サービス種類"),
        (name("UPJSK"), "送信先サービス種類"),
        (name("DLTJSK"), "送信先サービス種類"),
    ],
)
def test_the_wrong_direction(text: str, words: str) -> None:
    (hit,) = hits(text)
    assert (hit.rule, hit.severity.value) == ("N108", "warning")
    assert words in hit.message


def test_from_an_office_to_itself() -> None:
    assert rules(name(receiver=f"{PLANNING}_43")) == [("N109", "warning")]


def test_from_an_office_to_another_service_of_its_own() -> None:
    """A31."""
    assert rules(name(receiver=f"{PLANNING}_11")) == [("N109", "info")]
    assert rules(f"UPPLAN_202504_{PLANNING}_{PLANNING}_{SERIAL}.CSV", "202208") == [("N109", "info")]


@pytest.mark.parametrize("version", ["202407", None])
@pytest.mark.parametrize(
    ("text", "missing"),
    [
        (f"UP1KYO_{PLANNING}_43_{SERIAL}.CSV", "送信先事業所番号・送信先サービス種類"),
        (f"UP1KYO_{PLANNING}_43___{SERIAL}.CSV", "送信先事業所番号・送信先サービス種類"),
        (f"UP1KYO_{PLANNING}_43__11_{SERIAL}.CSV", "送信先事業所番号"),
        (f"UP1KYO_{PLANNING}_43_11_{SERIAL}.CSV", "送信先事業所番号"),
        (f"UP1KYO__43_{SERVICE}_11_{SERIAL}.CSV", "送信元事業所番号"),
        (f"UP1KYO_{PLANNING}_43_{SERVICE}_11.CSV", "年月日時分秒"),
        (f"UP1KYO_{PLANNING}_43_{SERVICE}_11_.CSV", "年月日時分秒"),
        (f"UPPLAN_202504_{PLANNING}_43_{SERIAL}.CSV", "送信先事業所番号・送信先サービス種類"),
        (f"UPHOSOKU_000000_{PLANNING}_43_{SERIAL}.CSV", "送信先事業所番号・送信先サービス種類"),
        (f"UPPLAN_202504_{PLANNING}_{SERVICE}_11_{SERIAL}.CSV", "送信元サービス種類"),
    ],
)
def test_what_a_name_lacks_is_said_with_the_form_of_the_contents_edition(
    text: str, missing: str, version: str | None
) -> None:
    (hit,) = hits(text, version)
    assert (hit.rule, hit.severity.value) == ("N101", "error")
    assert f"名前に{missing}がありません（正しい形は " in hit.message
    assert "_送信元サービス種類_送信先事業所番号_送信先サービス種類_" in hit.message
    assert "3.2版" not in hit.message


@pytest.mark.parametrize("prefix", ["UPYOBO", "UPYOBO_SUB", "UPKIHON", "UPKIHON_SUB1", "DLTYOBO", "DLTKIHON"])
def test_papers_of_prevention_to_a_service_of_another_benefit(prefix: str) -> None:
    (hit,) = hits(name(prefix, None, sender=f"{PLANNING}_46", receiver=f"{SERVICE}_11"))
    assert (hit.rule, hit.severity.value) == ("N108", "warning")
    assert "11（訪問介護）" in hit.message


@pytest.mark.parametrize("sender", ["43", "46", "AF"])
@pytest.mark.parametrize("receiver", ["63", "2B", "A2", "A6", "43", "46", "AF"])
def test_papers_of_prevention_to_services_of_prevention_and_between_planning_offices(
    sender: str, receiver: str
) -> None:
    assert hits(name("UPYOBO", None, sender=f"{PLANNING}_{sender}", receiver=f"{SERVICE}_{receiver}")) == []


def test_a_copy_whose_name_is_written_in_pieces_is_a_copy() -> None:
    text = unicodedata.normalize("NFD", name().replace(".CSV", " のコピー.CSV"))
    (hit,) = hits(text)
    assert hit.rule == "N101"
    assert "コピー" in hit.message


@pytest.mark.parametrize("digit", ["²", "３", "٣", "①", "৪"])
@pytest.mark.parametrize("part", ["sender", "receiver"])
def test_digits_of_other_scripts_are_no_office_number(digit: str, part: str) -> None:
    office = f"{digit}57000001{'2' if part == 'sender' else '3'}"
    (hit,) = hits(name(**{part: f"{office}_{'43' if part == 'sender' else '11'}"}))
    assert (hit.rule, hit.severity.value) == ("N106", "error")


def test_check_digits() -> None:
    wrong = PLANNING[:-1] + str((int(PLANNING[-1]) + 1) % 10)
    (hit,) = hits(name(sender=f"{wrong}_43"))
    assert (hit.rule, hit.severity.value) == ("N110", "warning")
    assert "送信元事業所番号" in hit.message
    assert rules(name(sender=f"{wrong}_43", receiver=f"{wrong}_11")) == [
        ("N109", "info"),
        ("N110", "warning"),
    ]


def test_each_fault_is_said_once_where_there_are_several() -> None:
    text = name("UPPLAN", "202513", receiver=f"{SERVICE}_99", extension=".csv")
    assert sorted(rule for rule, _ in rules(text)) == ["N103", "N105", "N107"]


@pytest.mark.parametrize("odd", ["\x1b[31m", "\n", "\0", "x" * 200])
def test_what_a_name_holds_cannot_harm_a_message(odd: str) -> None:
    for text in (name(receiver=f"{odd}_11"), name(serial=odd), name("UPPLAN", odd), odd + name()):
        for hit in hits(text):
            assert hit.message.isprintable()
            assert len(hit.message) < 250


def test_texts_are_whole_sentences_without_values_of_the_machine() -> None:
    for rule_id, meta in RULES.items():
        if rule_id[0] in "NB":
            assert meta.why.endswith("。")
            assert meta.remedy.endswith("。")
            assert meta.reference
            assert not meta.title.endswith("。")

"""E201–E206 on whole files."""

from __future__ import annotations

import random
import time

import pytest
from helpers import check_bytes, file_of, plan_record, rules_of

from careplan_csv.reading.encoding import diagnose

NAME = "計画 担当".encode("cp932")


def with_name(raw: bytes) -> bytes:
    return file_of(plan_record()).replace(NAME, raw)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"\x81\x20", {"E201": "error"}),
        (b"\x80abc", {"E201": "error"}),
        (b"\xa0", {"E201": "error"}),
        (b"\xff", {"E201": "error"}),
        (b"\xf0\x40", {"E203": "error"}),
        (b"\xf9\xfc", {"E203": "error"}),
        (b"a\x00b", {"E204": "error"}),
        (b"a\x1ab", {"E204": "error"}),
        (b"a\x7fb", {"E204": "error"}),
        (b"a\tb", {"E204": "warning"}),
        ("サービスT".encode("cp932"), {"E205": "warning"}),
        (b"???", {"E205": "warning"}),
        ("加算U".encode("cp932"), {"E205": "warning"}),
        ("①㈱".encode("cp932"), {"E206": "info"}),
        ("髙﨑".encode("cp932"), {"E206": "info"}),
        (b"\xfb\xfc", {"E206": "info"}),
        ("ｶｸｳ".encode("cp932"), {"E206": "info"}),
        ("１０～１２".encode("cp932"), {"E206": "info"}),
    ],
)
def test_one_character_is_one_finding(raw: bytes, expected: dict[str, str]) -> None:
    assert rules_of(check_bytes(with_name(raw)), "E") == expected


@pytest.mark.parametrize(
    "raw",
    [
        b"a\r\nb",
        "表示ソ能".encode("cp932"),
        b"?",
        "サービスＴ".encode("cp932"),
        "処遇改善加算V(1)".encode("cp932"),
        "〓〓".encode("cp932"),
        "要介護TEL".encode("cp932"),
        b"",
    ],
)
def test_legal_characters_are_left_alone(raw: bytes) -> None:
    assert rules_of(check_bytes(with_name(raw)), "E") == {}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "euc_jp", "iso2022_jp"])
def test_another_encoding_is_named_and_the_rest_is_still_checked(encoding: str) -> None:
    records = [plan_record(), plan_record(creation_date="20250230", service_date="20250402")]
    result = check_bytes(file_of(*records, encoding=encoding))
    assert rules_of(result) | {"B701": "info"} == {"E202": "error", "F405": "error", "B701": "info"}
    assert result.inputs[0].records == 2


def test_a_character_that_ms932_does_not_have() -> None:
    data = file_of(plan_record(planner_name='"計画😀担当です"'), encoding="utf-8")
    assert rules_of(check_bytes(data), "E") == {"E201": "error", "E202": "error"}


@pytest.mark.parametrize("sign", ["〜", "−", "‖", "①"])
def test_signs_with_two_code_points_are_no_loss(sign: str) -> None:
    data = file_of(plan_record(planner_name=f'"計画{sign}担当です"'), encoding="utf-8")
    assert rules_of(check_bytes(data), "E201") == {}


def test_the_place_of_a_bad_byte_is_exact() -> None:
    data = file_of(plan_record(planner_name='"一行目\r\n二行X"')).replace(b"X", b"\x81\x20")
    [finding] = [f for f in check_bytes(data).findings if f.rule == "E201"]
    assert finding.first.line == 2
    assert finding.first.value == "行の先頭から5バイト目（81 20）"
    assert finding.item_no == 7


def test_bad_bytes_in_a_damaged_record_are_found_too() -> None:
    data = file_of([*plan_record(), ""]).replace(NAME, b"\xf0\x40")
    assert {"C303", "E203"} <= set(rules_of(check_bytes(data)))


def test_a_nul_in_a_number_names_the_item() -> None:
    data = file_of(plan_record()).replace(b"20250325", b"2025032\x00")
    [finding] = [f for f in check_bytes(data).findings if f.rule == "E204"]
    assert finding.item_no == 4


def test_values_are_masked_unless_asked_for() -> None:
    data = file_of(plan_record(insured_number="00000001"))
    [masked] = [f for f in check_bytes(data).findings if f.rule == "F411"]
    [shown] = [f for f in check_bytes(data, show_values=True).findings if f.rule == "F411"]
    assert masked.first.value == "数字8字"
    assert shown.first.value == "00000001"


def test_an_open_item_shows_only_what_looks_like_a_code() -> None:
    code, name = (
        check_bytes(file_of(plan_record(csv_version=value))).findings[0].first.value
        for value in ("202410", "架空太郎")
    )
    assert (code, name) == ("202410", "漢字4字")


def test_half_width_kana_alone_is_ms932_and_kana_of_euc_jp_is_not() -> None:
    assert diagnose("ﾃﾞｲｻｰﾋﾞｽ･ｱｻﾋ".encode("cp932")).encoding == "cp932"
    assert diagnose("タナカ カナ".encode("euc_jp")).encoding == "euc_jp"


def _many_damaged_records() -> bytes:
    damaged = file_of([*plan_record(), ""]).replace(NAME, b"\xf0\x40")
    return damaged * 5000


@pytest.mark.parametrize(
    "tail",
    [
        b"\x81\x20" * (1 << 19),
        b"\xff" * (1 << 20),
        b"\xf0\x40" * (1 << 19),
        random.Random(1).randbytes(400_000),
        b"\r\n".join(random.Random(2).randbytes(60) for _ in range(10_000)),
    ],
    ids=["undecodable", "no bytes of a character", "user-defined", "random", "random lines"],
)
def test_a_megabyte_of_damage_takes_no_longer_than_a_megabyte(tail: bytes) -> None:
    data = file_of(plan_record()) + tail
    in_one_value = file_of(plan_record(planner_name='"X"')).replace(b"X", tail.replace(b'"', b"'"))
    for damaged in (data, in_one_value):
        started = time.perf_counter()
        assert rules_of(check_bytes(damaged), "E")
        assert time.perf_counter() - started < 4


def test_five_thousand_damaged_records_with_a_user_defined_character_each() -> None:
    started = time.perf_counter()
    [finding] = [f for f in check_bytes(_many_damaged_records()).findings if f.rule == "E203"]
    assert finding.count == 5000
    assert time.perf_counter() - started < 4


def test_half_a_character_at_the_end_of_a_damaged_record_takes_nothing_from_the_next() -> None:
    data = b"\x81\r\n" + file_of(["ab", "cd"])
    [finding] = [f for f in check_bytes(data).findings if f.rule == "E201"]
    assert (finding.count, finding.first.line, finding.first.value) == (
        1,
        1,
        "行の先頭から1バイト目（81 0D）",
    )

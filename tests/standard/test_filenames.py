"""File names taken apart: the standard's own examples, and names that are a little or entirely wrong."""

from __future__ import annotations

import pytest

from careplan_csv.standard import MonthPart, standard
from careplan_csv.standard.filenames import FileName, parse

STEM = "UP1KYO_0300000100_43_0300000005_11_20191025200201"
OFFICES = ("0300000100", "43", "0300000005", "11")


def parsed(text: str) -> FileName:
    name = parse(text, standard())
    assert name is not None
    assert name.text == text
    return name


def parties(name: FileName) -> tuple[str, str, str, str]:
    return name.sender_office, name.sender_kind, name.receiver_office, name.receiver_kind


@pytest.mark.parametrize(
    ("text", "prefix", "month", "part"),
    [
        (f"{STEM}.CSV", "UP1KYO", "", MonthPart.NONE),
        (STEM.replace("UP1KYO", "UPHOSOKU_000000") + ".CSV", "UPHOSOKU", "000000", MonthPart.ZERO),
        (STEM.replace("UP1KYO", "UPHOSOKU_202504") + ".CSV", "UPHOSOKU", "202504", MonthPart.REAL),
        (STEM.replace("UP1KYO", "UPPLAN_201912") + ".CSV", "UPPLAN", "201912", MonthPart.REAL),
        (STEM.replace("UP1KYO", "DLT1KYO") + ".CSV", "DLT1KYO", "", MonthPart.NONE),
    ],
)
def test_examples_of_the_standard(text: str, prefix: str, month: str, part: MonthPart) -> None:
    name = parsed(text)
    assert (name.prefix, name.csv_version, name.month, name.month_part) == (prefix, "202407", month, part)
    assert parties(name) == OFFICES
    assert (name.serial, name.extension, name.copied) == ("20191025200201", ".CSV", False)


def test_the_older_edition_has_no_kinds() -> None:
    name = parsed("UPPLAN_201912_0300000100_0300000005_20191025200201.CSV")
    assert name.csv_version == "202208"
    assert parties(name) == ("0300000100", "", "0300000005", "")
    assert name.month == "201912"


def test_three_digit_codes_are_the_withdrawn_edition() -> None:
    name = parsed("UPPLAN_202504_0300000100_431_0300000005_112_20191025200201.CSV")
    assert (name.csv_version, name.sender_kind, name.receiver_kind) == ("202504", "431", "112")


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("UPPLAN_0300000100_43_0300000005_11_20191025200201.CSV", {"month": ""}),
        ("UP1KYO_000000_0300000100_43_0300000005_11_20191025200201.CSV", {"month": "000000"}),
        ("UPPLAN_2025-4_0300000100_43_0300000005_11_20191025200201.CSV", {"month": "2025-4"}),
        ("UP1KYO_300000100_43_0300000005_11_20191025200201.CSV", {"sender_office": "300000100"}),
        ("UP1KYO_0300000100_43_0300000005_1_20191025200201.CSV", {"receiver_kind": "1"}),
        ("UP1KYO_0300000100_43_0300000005_11_201910252002.CSV", {"serial": "201910252002"}),
        ("UP1KYO__43_0300000005_11_20191025200201.CSV", {"sender_office": ""}),
        ("up1kyo_0300000100_43_0300000005_11_20191025200201.csv", {"extension": ".csv"}),
    ],
)
def test_one_wrong_part_leaves_the_others_in_place(text: str, changed: dict[str, str]) -> None:
    name = parsed(text)
    assert name.csv_version == "202407"
    whole = dict(
        zip(("sender_office", "sender_kind", "receiver_office", "receiver_kind"), OFFICES, strict=True)
    )
    for part, value in (whole | {"serial": "20191025200201"} | changed).items():
        assert getattr(name, part) == value


@pytest.mark.parametrize(
    "text",
    [
        f"{STEM} (1).CSV",
        f"{STEM}(2).CSV",
        f"{STEM} - コピー.CSV",
        f"{STEM} - コピー (3).CSV",
        f"{STEM}のコピー.CSV",
        f"{STEM} - Copy.CSV",
        f"{STEM}-1.CSV",
        f"{STEM} 2.CSV",
        f"コピー ～ {STEM}.CSV",
        f"コピー (2) ～ {STEM}.CSV",
        f"Copy of {STEM}.CSV",
    ],
)
def test_copies_are_recognised(text: str) -> None:
    name = parsed(text)
    assert name.copied
    assert (name.prefix, name.csv_version, name.serial) == ("UP1KYO", "202407", "20191025200201")
    assert parties(name) == OFFICES


@pytest.mark.parametrize(
    ("text", "extension"),
    [(f"{STEM}.CSV.txt", ".CSV.txt"), (f"{STEM}.csv.csv", ".csv.csv"), (STEM, ""), (f"{STEM}.txt", ".txt")],
)
def test_extensions(text: str, extension: str) -> None:
    name = parsed(text)
    assert (name.extension, name.serial) == (extension, "20191025200201")


@pytest.mark.parametrize(
    "text",
    [
        "UP1KYO.CSV",
        "UP1KYO_a_b_c.CSV",
        "UP1KYO_0300000100_43_0300000005_20191025200201.CSV",
        "UP1KYO_0300000100_43_0300000005_11_20191025_200201.CSV",
        "UP1KYO-0300000100-43-0300000005-11-20191025200201.CSV",
        "UP1KYO 第1表.csv",
    ],
)
def test_names_without_a_pattern_keep_their_kind(text: str) -> None:
    name = parsed(text)
    assert (name.prefix, name.csv_version) == ("UP1KYO", "")


def test_what_a_name_without_a_pattern_still_tells() -> None:
    name = parsed("UP1KYO_0300000100_43_0300000005_20191025200201.CSV")
    assert (name.serial, name.sender_office, name.receiver_office) == (
        "20191025200201",
        OFFICES[0],
        OFFICES[2],
    )


@pytest.mark.parametrize(
    "text",
    ["", ".CSV", "メモ.csv", "UP1KYOX_1.CSV", "UPPLAN2025.CSV", "XUP1KYO_1.CSV", "UP1KYO" + "_" * 60_000],
)
def test_other_names_are_of_no_kind(text: str) -> None:
    assert parse(text, standard()) is None


def test_the_longest_prefix_wins() -> None:
    prefixes = {p for v in standard().editions for p in standard().edition(v).prefixes}
    for prefix in prefixes:
        assert parsed(f"{prefix}_x.CSV").prefix == prefix


def test_every_kind_in_every_edition_is_read_by_its_own_pattern() -> None:
    values = {"sender_office": "3570000012", "sender_kind": "43", "receiver_office": "3570000020"}
    values |= {"receiver_kind": "11", "serial": "20250401090000", "month": "202504"}
    for version in standard().editions:
        edition = standard().edition(version)
        for prefix in edition.prefixes:
            has_month = edition.layout(prefix).has_month
            parts = [p for p in edition.file_name[1:] if has_month or p != "month"]
            name = parsed("_".join([prefix, *(values[part] for part in parts)]) + ".CSV")
            assert (name.prefix, name.csv_version) == (prefix, version)
            assert all(getattr(name, part) == values[part] for part in parts)

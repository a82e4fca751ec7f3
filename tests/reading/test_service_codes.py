"""Masters of service codes: what is understood, and what is refused with which words."""

from __future__ import annotations

from pathlib import Path

import pytest

from careplan_csv.reading import service_codes
from careplan_csv.reading.service_codes import ServiceCodeFileError, load_service_codes

DATA = Path(__file__).parents[1] / "data"
HEADER = "サービス種類コード,サービス項目コード,適用開始年月,適用終了年月,サービス名称,単位数"


def file(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "codes.csv"
    path.write_bytes(text.encode(encoding))
    return path


def rows_of(path: Path) -> list[tuple[str, int, int, int]]:
    rows = load_service_codes([path]).rows
    return [
        (code, int(start), int(end), int(units))
        for code, start, end, units in zip(
            rows["code"], rows["start"], rows["end"], rows["units"], strict=True
        )
    ]


def test_a_master_with_a_header_is_understood() -> None:
    path = DATA / "service_codes.csv"
    assert rows_of(path) == [
        ("112211", 202404, 999999, 396),
        ("111111", 202404, 999999, 244),
        ("119911", 202004, 202403, 250),
        ("114001", 202404, 999999, 0),
        ("116275", 202404, 999999, 0),
        ("171003", 201204, 999999, 0),
    ]
    master = load_service_codes([path])
    assert master.kinds == {"11", "17"}
    assert master.local_kinds == frozenset()


def test_a_municipality_s_master_without_a_header_in_ms932_is_understood() -> None:
    path = DATA / "service_codes_municipality.csv"
    assert rows_of(path) == [
        ("A21111", 202104, 202403, 1176),
        ("A21111", 202404, 999999, 1180),
        ("A24001", 202404, 999999, 0),
    ]
    assert load_service_codes([path]).local_kinds == {"352013,A2"}


def test_several_masters_count_together() -> None:
    master = load_service_codes([DATA / "service_codes.csv", DATA / "service_codes_municipality.csv"])
    assert len(master.rows) == 9
    assert (master.kinds, master.local_kinds) == ({"11", "17"}, {"352013,A2"})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Other names, other order, a title above, and columns that are not wanted.
        (
            "令和6年度 みほん\n合成単位数,算定単位,項目,種類,サービス内容略称\n396,1回,2211,11,身体２\n",
            ("112211", 0, 999999, 396),
        ),
        (
            "証記載保険者番号,サービス種類コード,サービス項目コード,サービス名称,単位数\n00352013,A2,1111,独自,10\n",
            ("A21111", 0, 999999, 10),
        ),
        ("サービスコード,適用開始年月日,名称\n112211,20240401,身体\n", ("112211", 202404, 999999, 0)),
        (f"{HEADER}\n11,2211,202404,,身体,396\n", ("112211", 202404, 999999, 396)),
        (f"{HEADER}\n11,2211,,99999999,身体,396\n", ("112211", 0, 999999, 396)),
        # Leading zeros that a spreadsheet took off, and letters of full width.
        (f"{HEADER}\n１１,２２１１,202404,999999,身体,396\n", ("112211", 202404, 999999, 396)),
        (f"{HEADER}\n11,111,202404,999999,身体,396\n", ("110111", 202404, 999999, 396)),
        # Units that are no number of units, or a share of others.
        (f"{HEADER}\n11,2211,202404,999999,身体,\n", ("112211", 202404, 999999, 0)),
        (f"{HEADER}\n11,2211,202404,999999,身体,22.4%\n", ("112211", 202404, 999999, 0)),
        (f"{HEADER}\n11,2211,202404,999999,身体減算,-12\n", ("112211", 202404, 999999, 0)),
        (f"{HEADER}\n11,2211,202404,999999,身体２・同一,356\n", ("112211", 202404, 999999, 0)),
        (f"{HEADER}\n11,2211,202404,999999,,396\n", ("112211", 202404, 999999, 0)),
        # Columns beyond those of the header are nobody's.
        (f"{HEADER}\n11,2211,202404,999999,身体,396,1,2,3\n", ("112211", 202404, 999999, 396)),
        # No header, no insurer.
        ("11,2211,202404,999999,身体,396\n\n,,,,,\n", ("112211", 202404, 999999, 396)),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_what_a_master_may_look_like(
    text: str, expected: tuple[str, int, int, int], encoding: str, tmp_path: Path
) -> None:
    assert rows_of(file(tmp_path, text, encoding)) == [expected]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "列が足りません"),
        ("名前,住所,電話\n甲,乙,丙\n", "どの列がサービスコードか分かりません"),
        ("11\t2211\t202404\n", "カンマ区切りの CSV ではない"),
        (f"{HEADER}\n", "1件もありません"),
        (
            f"{HEADER}\n11,2211,202404,999999,身体,396\n1,2211,202404,999999,身体,396\n",
            "3件目の行のサービスコード",
        ),
        (f"{HEADER}\n11,2211,R6.4,999999,身体,396\n", "2件目の行の適用開始年月"),
        (f"{HEADER}\n11,2211,202404,202413,身体,396\n", "2件目の行の適用終了年月"),
        (f"保険者番号,{HEADER}\n山口市,A2,1111,202404,999999,独自,10\n", "保険者番号（6桁）"),
        (f"{HEADER}\nA2,1111,202404,999999,独自,10\n", "「保険者番号」の列を付けてください"),
        (
            f"{HEADER}\n" + "11,2211,202404,999999,身体,396\n" * 20 + "11,2211,1,2,3,4,5\n",
            "列の数がそろっていない",
        ),
        (f'{HEADER}\n"11,2211,202404,999999,身体,396\n', "引用符が閉じていません"),
        ("\0\0\0,\0,\0", "文字コード"),
    ],
)
def test_a_master_that_cannot_be_used_is_refused_in_words(text: str, said: str, tmp_path: Path) -> None:
    path = file(tmp_path, text)
    with pytest.raises(ServiceCodeFileError, match=str(path)) as refused:
        load_service_codes([path])
    assert said in str(refused.value)
    assert str(refused.value).endswith("。")


def test_bytes_of_no_known_encoding_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "codes.xlsx"
    path.write_bytes(b"PK\x03\x04\x80\xff\xfe\x00\x00")
    with pytest.raises(ServiceCodeFileError, match="CSV で保存し直してください"):
        load_service_codes([path])


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(ServiceCodeFileError, match="読めません"):
            load_service_codes([path])


def test_a_master_that_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = file(tmp_path, f"{HEADER}\n" + "11,2211,202404,999999,身体,396\n" * 4)
    monkeypatch.setattr(service_codes, "MAX_ROWS", 3)
    with pytest.raises(ServiceCodeFileError, match="行が多すぎます"):
        load_service_codes([path])
    monkeypatch.setattr(service_codes, "MAX_BYTES", 100)
    with pytest.raises(ServiceCodeFileError, match="大きすぎます"):
        load_service_codes([path])


def test_one_insurer_s_rows_of_a_national_table_without_insurers_are_left_out(tmp_path: Path) -> None:
    path = file(tmp_path, f"{HEADER}\n11,2211,202404,999999,身体,396\nA2,1111,202404,999999,独自,10\n")
    assert rows_of(path) == [("112211", 202404, 999999, 396)]

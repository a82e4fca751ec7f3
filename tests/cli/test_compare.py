"""compare: several results side by side."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook

from careplan_csv.cli import run


def result(path: Path, product: str, outcomes: dict[str, str]) -> Path:
    data = {
        "software": {"product_name": product, "version": "2.0"},
        "requirements": [
            {"letter": letter, "direction": "export", "result": outcome, "evidence": "machine"}
            for letter, outcome in outcomes.items()
        ],
        "office_type": "service",
        "profile": "yamaguchi-r6",
        "checked_at": "2026-11-26T00:00:00+09:00",
        "verdict": "nonconformant",
    }
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


def test_each_product_is_a_block_of_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = result(tmp_path / "a-result.json", "見本ケア", {"A": "conformant", "B": "nonconformant"})
    second = result(tmp_path / "b-result.json", "試しケア", {"A": "conformant", "B": "conformant"})
    assert run(["compare", str(first), str(second), "--out", str(tmp_path / "out")]) == 0
    blocks = capsys.readouterr().out.split("■ ")[1:]
    assert [block.splitlines()[0] for block in blocks] == [
        "見本ケア 2.0　a-result.json",
        "試しケア 2.0　b-result.json",
    ]
    assert "  適合（機）: A 出力\n  不適合（機）: B 出力\n" in blocks[0]
    assert "  適合（機）: A 出力、B 出力\n" in blocks[1]
    assert "  総合判定: 不適合（確かめていない）\n" in blocks[0]
    assert "  証拠の確かめ: 確かめていない（結果ファイルだけ）\n" in blocks[0]
    assert "  事業所の種類: 居宅サービス事業所" in blocks[0]


def test_what_cannot_be_read_is_a_block_that_says_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = result(tmp_path / "a-result.json", "見本ケア", {"A": "conformant"})
    bad = tmp_path / "b-result.json"
    bad.write_text("{}")
    assert run(["compare", str(good), str(bad), "--out", str(tmp_path / "out")]) == 1
    told = capsys.readouterr().out.split("■ ")[2]
    assert "証拠の確かめ: 読めません" in told
    assert "判定の結果として読めません" in told


VALID = Path(__file__).parents[2] / "sample_data" / "valid" / "202407"
VENDOR = """
[applicant]
office_name = "みほん居宅介護支援事業所"
office_number = "3579900014"
[software]
product_name = "=1+1<script>"
version = "1.0"
vendor_name = "株式会社みほん"
[declared]
declared_by = "ソフト会社"
G = true
"""


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a package that agrees, and one in which the verdict was changed."""
    folder = tmp_path_factory.mktemp("evidence")
    vendor = folder / "vendor.toml"
    vendor.write_text(VENDOR, encoding="utf-8")
    good = folder / "good.zip"
    assert run([
        "assess", str(VALID), "--office-type", "居宅介護支援", "--vendor", str(vendor),
        "--out", str(folder / "out"), "--evidence", str(good), "--include-personal-data",
    ]) == 0  # fmt: skip
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(folder / "bad.zip", "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b'"version": "1.0"', b'"version": "9.9"'))
    return folder


def compared(evidence: Path, out: Path, capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, str]:
    """The blocks by the name of the file."""
    paths = [str(evidence / "good.zip"), str(evidence / "bad.zip")]
    capsys.readouterr()
    assert run(["compare", *paths, "--out", str(out), *options]) == (0 if options else 1)
    blocks = capsys.readouterr().out.split("■ ")[1:]
    return {
        name: block for block in blocks for name in ("good", "bad") if f"{name}.zip" in block.splitlines()[0]
    }


def test_what_is_listed_is_verified(
    evidence: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    blocks = compared(evidence, tmp_path, capsys)
    for part in (
        "証拠の確かめ: 一致", "総合判定: 適合（自己申告を含む）", "申請者: みほん居宅介護支援事業所 3579900014",
        "自己申告: 取込 G", "適合（申）: G 取込",
    ):  # fmt: skip
        assert part in blocks["good"], part
    assert "証拠の確かめ: 合わない" in blocks["bad"]
    assert "総合判定: 証拠が合いません（書かれた判定: 適合（自己申告を含む））" in blocks["bad"]
    assert "書かれた判定: 適合（機）" in blocks["bad"]
    assert "SHA-256" in blocks["bad"]


def test_what_was_not_verified_says_so(
    evidence: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    blocks = compared(evidence, tmp_path, capsys, "--no-verify")
    for block in blocks.values():
        assert "証拠の確かめ: 確かめていない（--no-verify）" in block
        assert "総合判定: 適合（自己申告を含む）（確かめていない）" in block


def test_copied_files_are_told(evidence: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    blocks = compared(evidence, tmp_path, capsys)
    told = r"調べたファイル (\d+)個のうち、\1個は「=1\+1<script> 9\.9」（bad\.zip）と同じ内容です。"
    assert re.search(told, blocks["good"])
    assert "（good.zip）と同じ内容です" in blocks["bad"]
    other = result(tmp_path / "other-result.json", "別のケア", {"A": "conformant"})
    assert run(["compare", str(other), str(other), "--out", str(tmp_path / "t")]) == 0
    assert "同じ内容" not in capsys.readouterr().out.partition("○ 適合")[0]


def test_the_workbook_and_the_page_are_inert_and_print_on_one_page(
    evidence: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    compared(evidence, tmp_path, capsys)
    page = (tmp_path / "compare.html").read_text(encoding="utf-8")
    assert "<script>" not in page
    assert "=1+1&lt;script&gt;" in page
    assert "default-src 'none'" in page
    sheet = load_workbook(tmp_path / "compare.xlsx").active
    assert sheet is not None
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 1)
    assert sheet.print_title_rows == "$3:$3"
    assert sheet.print_area.startswith("'表1'!$A$1:")
    head = [cell.value for cell in sheet[3]]
    assert head[:6] == ["製品", "申請者", "事業所の種類", "調べた日", "証拠の確かめ", "総合判定"]
    good = [cell.value for cell in sheet[4]]
    assert good[head.index("G 取込")] == "○申"
    assert "A 取込" not in head, "どの製品にも求められていない列は要らない"


def test_a_pattern_stands_for_files(
    evidence: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["compare", str(evidence / "g*.zip"), "--out", str(tmp_path)]) == 0
    assert "good.zip" in capsys.readouterr().out
    assert run(["compare", str(evidence / "none*.zip"), "--out", str(tmp_path)]) == 2

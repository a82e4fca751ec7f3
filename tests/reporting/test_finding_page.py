"""The page of findings, as text and in a real browser."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from helpers import PLAN, file_of, plan_record
from test_finding_list import HOSTILE, SAMPLES, hostile_list

from careplan_csv.checker import check
from careplan_csv.checker.near_items import items_around
from careplan_csv.checker.place_list import PlaceList
from careplan_csv.cli import run
from careplan_csv.reading.sources import collect
from careplan_csv.reporting.finding_page import write_page

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
needs_browser = pytest.mark.skipif(not BROWSER, reason="needs Chromium (apt-get install chromium)")
COUNT = (
    "<script>addEventListener('load',()=>{const s=document.getElementById('search');"
    "s.value='F405';s.dispatchEvent(new Event('input'));})</script>"
)
"""What types into the search box."""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "a.html"
    assert (
        run(["check", str(SAMPLES / "faulty"), "--report", str(path), "--output", str(path.parent / "o.txt")])
        == 1
    )
    result = str(path.parent / "result.json")
    run(["check", str(SAMPLES / "faulty"), "--format", "json", "--output", result])
    return path


def document(path: Path) -> str:
    """The page as it is after its scripts ran."""
    assert BROWSER
    command = [
        BROWSER,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        f"--user-data-dir={path.parent}/browser",
        "--virtual-time-budget=5000",
        "--dump-dom",
        path.as_uri(),
    ]
    return subprocess.run(command, capture_output=True, check=True, timeout=120).stdout.decode()


def told(text: str) -> int:
    found = re.search(r'id="shown">([0-9,]+)件', text)
    assert found
    return int(found[1].replace(",", ""))


def test_the_page_needs_nothing_else(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert "default-src 'none'" in text
    assert not re.search(r"(?:src|href)\s*=|@import|url\(|https?://(?!www\.w3\.org)", text)


def test_hostile_values_cannot_leave_their_place() -> None:
    stream = io.BytesIO()
    with PlaceList() as every:
        write_page(hostile_list(every), stream)
    text = stream.getvalue().decode()
    assert text.count("<script") == text.count("</script") == 2
    assert "<script>alert" not in text
    assert len(text) < 500_000
    assert text.count('"rule":"F405"') == len(HOSTILE)


@needs_browser
def test_a_search_leaves_fewer_findings(page: Path, tmp_path: Path) -> None:
    everything = told(document(page))
    typed = tmp_path / "typed.html"
    # The page lets no other script run: for this test alone its policy is taken away.
    text = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page.read_text(encoding="utf-8"))
    typed.write_text(text.replace("</body>", COUNT + "</body>"), encoding="utf-8")
    assert 0 < told(document(typed)) < everything


@needs_browser
def test_the_policy_stops_other_scripts(page: Path, tmp_path: Path) -> None:
    typed = tmp_path / "other.html"
    text = page.read_text(encoding="utf-8")
    typed.write_text(text.replace("</body>", COUNT + "</body>"), encoding="utf-8")
    assert told(document(typed)) == told(document(page))


def test_the_picture_counts_findings_by_what_they_are(page: Path) -> None:
    """A rule that can give errors gives only milder findings here: it must not look like errors."""
    result = json.loads((page.parent / "result.json").read_text(encoding="utf-8"))
    milder = {one["rule"] for one in result["findings"] if one["severity"] != "error"}
    milder -= {one["rule"] for one in result["findings"] if one["severity"] == "error"}
    text = page.read_text(encoding="utf-8")
    shown = {rule: sign for sign, rule in re.findall(r">(\S) ([A-Z]\d{3})</text>", text)}
    assert shown
    assert {rule for rule, sign in shown.items() if sign == "●"}.isdisjoint(milder)
    errors = re.findall(r"エラー ([\d,]+)か所(?:・[^<]*)?</text>", text)
    total = sum(int(count.replace(",", "")) for count in errors)
    assert 0 < total <= result["summary"]["errors"]


def findings_of(path: Path) -> list[dict[str, Any]]:
    """The findings that the page holds for its script."""
    found = re.search(
        r'<script id="data" type="application/json">(.*?)</script>', path.read_text("utf-8"), re.S
    )
    assert found
    told: list[dict[str, Any]] = json.loads(found[1])["findings"]
    return told


def test_the_items_around_a_fault_are_shown_masked(page: Path, tmp_path: Path) -> None:
    own = findings_of(page)
    assert all(one["near"] for one in own if one["rule"] in ("F402", "F405", "R507"))
    for one in own:
        faulty = [f"№{number} {name}" for number, name, _, is_faulty in one["near"] if is_faulty]
        assert faulty == ([one["item"]] if one["near"] else [])
        assert len(one["near"]) <= 7
    folder = tmp_path / "in"
    folder.mkdir()
    record = plan_record(insured_number="秘密花子")
    (folder / PLAN).write_bytes(file_of(record, plan_record()))
    seen = {}
    for option in ((), ("--show-values",)):
        path = tmp_path / f"p{len(option)}.html"
        run(["check", str(folder), "--report", str(path), "--output", str(tmp_path / "o.txt"), *option])
        [one] = [one for one in findings_of(path) if one["rule"] == "F411"]
        seen[len(option)] = [value for *_, value, is_faulty in one["near"] if is_faulty]
        told = json.dumps(findings_of(path), ensure_ascii=False) + path.read_text("utf-8")
        assert ("秘密花子" in told) is bool(option)
    assert seen == {0: ["漢字4字"], 1: ["秘密花子"]}


def test_a_file_that_is_gone_costs_only_its_items(tmp_path: Path) -> None:
    path = tmp_path / PLAN
    path.write_bytes(file_of(plan_record(insured_number="1")))
    sources = {source.name: source for source in collect([str(path)]).sources}
    findings = check(collect([str(path)])).findings
    assert items_around(sources, findings)
    path.unlink()
    assert items_around(sources, findings) == {}


def test_an_assessment_has_its_verdict_on_top(tmp_path: Path) -> None:
    page, sheet = tmp_path / "a.html", tmp_path / "a.xlsx"
    options = ["--office-type", "居宅介護支援", "--out", str(tmp_path / "out")]
    command = ["assess", str(SAMPLES / "valid" / "202407"), *options, "--report", str(page)]
    vendor = tmp_path / "vendor.toml"
    vendor.write_text(
        '[applicant]\noffice_number = "3579900014"\n'
        '[software]\nproduct_name = "<script>"\nversion = "1"\nvendor_name = "みほん"\n',
        encoding="utf-8",
    )
    assert run([*command, "--report", str(sheet), "--vendor", str(vendor)]) == 1
    text = page.read_text(encoding="utf-8")
    assert text.index("判定: 未確認") < text.index("調べたファイル")
    assert "要件ごとの判定" in text
    assert "△ 未確認" in text
    assert text.count("<script") == 2
    book = openpyxl.load_workbook(sheet)
    rows = list(book["要件ごとの判定"].iter_rows(values_only=True))
    assert ("G", "△ 未確認") in [(row[0], row[4]) for row in rows]
    assert ("判定", "未確認") in [row[:2] for row in book["概要"].iter_rows(values_only=True)]
    assert run([*command, "--vendor", str(vendor), "--force"]) == 1
    assert run([*command[:-1], str(sheet), "--vendor", str(vendor)]) == 2, "前の報告を消さない"

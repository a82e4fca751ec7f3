"""The page of findings, as text and in a real browser."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from test_finding_list import HOSTILE, SAMPLES, hostile_list

from careplan_csv.checker.place_list import PlaceList
from careplan_csv.cli import run
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

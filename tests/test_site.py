"""The documentation as a site: no broken link, nothing from a network, and a search that knows Japanese."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder


def test_every_page_is_there(site: Path) -> None:
    pages = {path.stem for path in (ROOT / "docs").glob("*.md")}
    assert {path.stem for path in site.glob("*.html")} == pages | {"404"}
    assert len(list((site / "rules").glob("*.html"))) == len(list((ROOT / "docs" / "rules").glob("*.md")))


def test_a_page_asks_nobody_for_anything(site: Path) -> None:
    for path in site.glob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.findall(r'(?:src|href)="(?:https?:)?//[^"]+\.(?:js|css|woff2?)', text), path.name


def test_each_reader_has_an_entrance() -> None:
    # Its extensions are told by names of Python, which the plain loader does not know.
    text = re.sub(r"!!python/\S+", "", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    entrances = [next(iter(entry)) for entry in yaml.safe_load(text)["nav"]]
    assert {"介護事業所の方", "ソフト会社の方", "都道府県の方"} <= set(entrances)


def test_the_index_of_the_search_holds_japanese(site: Path) -> None:
    index = (site / "search" / "search_index.js").read_text(encoding="utf-8")
    assert index.count("被保険者番号".encode("unicode_escape").decode()) > 1


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: the search is not tried")
@pytest.mark.long
def test_the_search_finds_japanese_without_a_network(site: Path) -> None:
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        page.route("http**", lambda route: route.abort())
        page.goto((site / "index.html").as_uri())
        page.set_default_timeout(20_000)
        search = page.locator("input.md-search__input")
        # The page listens once its own script has begun; until then the field stays closed.
        page.keyboard.press("/")
        while not search.is_visible():
            page.wait_for_timeout(100)
            page.keyboard.press("/")
        # It asks the index at each key.
        search.press_sequentially("被保険者番号", delay=50)
        for _ in range(20):
            if page.locator(".md-search-result__item").count():
                break
            page.wait_for_timeout(500)
            search.press("Space")
        assert page.locator(".md-search-result__item").count() > 1
        browser.close()

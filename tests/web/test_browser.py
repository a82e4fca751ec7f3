"""The local page in a real browser, for each of its three users."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from long_proofs import long
from running_server import Running, right_export, running

from careplan_csv.synthesis.samples.made_submissions import office_list, submissions

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
from axe_playwright_python.sync_playwright import Axe  # noqa: E402

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(
    CHROMIUM is None,
    reason="no Chromium here: the local page is not tried in a browser (apt install chromium)",
)
SAMPLES = Path(__file__).parents[2] / "sample_data"
FAULTY = sorted(next(SAMPLES.glob("faulty/F405-*")).glob("*.CSV"))
WIDTHS = (360, 768, 1920)
SECONDS = 60_000


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return right_export(tmp_path_factory.mktemp("export"))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("server")) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[playwright.Browser]:
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(browser: playwright.Browser, server: Running) -> Iterator[playwright.Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="ja-JP")
    page = context.new_page()
    page.set_default_timeout(SECONDS)
    mistakes: list[str] = []
    page.on("pageerror", lambda error: mistakes.append(str(error)))
    page.on("console", lambda message: mistakes.append(message.text) if message.type == "error" else None)
    page.goto(server.address)
    yield page
    context.close()
    assert mistakes == []


def without_barriers(page: playwright.Page) -> None:
    """No rule of axe-core is broken, and nothing is wider than the window, at any width."""
    # Its policy lets no other script in, so that axe comes through the debugger.
    result = Axe().run(page)
    assert [violation["id"] for violation in result.response["violations"]] == []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
    page.set_viewport_size({"width": 1280, "height": 900})


def fill_in(page: playwright.Page) -> None:
    page.get_by_label("製品名（必須）").fill("架空ケア")
    page.get_by_label("バージョン（必須）").fill("1.0")
    page.get_by_label("ソフト会社名（必須）").fill("架空システム")
    page.get_by_label("事業所名").first.fill("架空ケアプランセンター")


def drop(page: playwright.Page, form: str, paths: list[Path]) -> None:
    """Drop files on a form, as from a window of the system."""
    content = {path.name: base64.b64encode(path.read_bytes()).decode() for path in paths}
    page.evaluate(
        """([form, content]) => {
          const given = new DataTransfer();
          for (const [name, data] of Object.entries(content))
            given.items.add(new File([Uint8Array.from(atob(data), (c) => c.charCodeAt(0))], name));
          document.querySelector(form).dispatchEvent(new DragEvent("drop", {dataTransfer: given, cancelable: true}));
        }""",
        [form, content],
    )
    page.get_by_text(f"{len(paths)}個のファイルを選びました。").wait_for()


def saved_pdf(page: playwright.Page, link: playwright.Locator, path: Path) -> bytes:
    """What a link to a PDF gives."""
    with page.expect_download() as download:
        link.click()
    download.value.save_as(path)
    return path.read_bytes()


def test_an_office_gets_its_form_by_keyboard(
    page: playwright.Page, export: list[Path], tmp_path: Path
) -> None:
    without_barriers(page)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "本文へ"
    drop(page, "form:has(#office-files)", export)
    page.locator("form:has(#office-files) button").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="別紙6 を作る").wait_for()
    without_barriers(page)
    fill_in(page)
    page.get_by_role("button", name="別紙6 を作る").click()
    page.get_by_text("総合判定: 未確認（居宅介護支援事業所）").wait_for()
    link = page.get_by_role("link", name="別紙6（PDF）")
    with page.expect_download() as download, page.context.expect_page():
        link.click()
    download.value.save_as(tmp_path / "besshi6.pdf")
    assert (tmp_path / "besshi6.pdf").read_bytes().startswith(b"%PDF")


def test_an_office_needs_no_script(browser: playwright.Browser, server: Running, export: list[Path]) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(server.address)
    page.locator("#office-files").set_input_files(export)
    page.locator("form:has(#office-files) button").click()
    fill_in(page)
    page.get_by_role("button", name="別紙6 を作る").click()
    page.get_by_role("link", name="別紙6（PDF）").wait_for()
    context.close()


def test_a_vendor_drops_files_and_reads_the_findings(page: playwright.Page, tmp_path: Path) -> None:
    drop(page, "form:has(#vendor-files)", FAULTY)
    page.get_by_role("button", name="指摘を見る").click()
    page.get_by_text("エラー 1か所").wait_for()
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="指摘の一覧（ページ）").click()
    report = opened.value
    report.get_by_text("F405").first.wait_for()
    report.locator("input[type=search]").fill("F405")
    assert report.get_by_text("F405").first.is_visible()
    with page.context.expect_page() as forms:
        page.get_by_role("link", name="中身（第1表・利用票などの帳票）").click()
    assert forms.value.locator("table").count() > 0
    page.get_by_label("事業所の種類").select_option("service")
    fill_in(page)
    page.get_by_role("button", name="別紙6 を作る").click()
    page.get_by_text("総合判定: 不適合").wait_for()
    with page.expect_download() as download, page.context.expect_page():
        page.get_by_role("link", name="別紙6（PDF）").click()
    download.value.save_as(tmp_path / "besshi6.pdf")
    assert (tmp_path / "besshi6.pdf").read_bytes().startswith(b"%PDF")


def test_a_file_that_is_too_large_is_left_out_and_told(page: playwright.Page) -> None:
    page.evaluate("document.querySelector('form:has(#prefecture-files)').dataset.most = '10'")
    form = "form:has(#prefecture-files)"
    page.evaluate(
        """(form) => {
          const given = new DataTransfer();
          given.items.add(new File(["1"], "小さい.zip"));
          given.items.add(new File(["1".repeat(99)], "大きい.zip"));
          document.querySelector(form).dispatchEvent(new DragEvent("drop", {dataTransfer: given, cancelable: true}));
        }""",
        form,
    )
    told = page.locator(f"{form} [role=status]")
    told.filter(has_text="1個のファイルを選びました。 大きすぎるため、外しました: 大きい.zip").wait_for()


@pytest.mark.parametrize("count", [20, long(60)])
def test_a_prefecture_watches_the_table_fill(page: playwright.Page, tmp_path: Path, count: int) -> None:
    made = list(submissions(count))
    for one in made:
        (tmp_path / one.name).write_bytes(one.data)
    (tmp_path / "一覧.csv").write_bytes(office_list(made))
    drop(page, "form:has(#prefecture-files)", [tmp_path / one.name for one in made])
    page.locator("#prefecture-list").set_input_files(tmp_path / "一覧.csv")
    page.get_by_role("button", name="判定する").click()
    seen = set()
    while f"{count}件のうち {count}件を判定しました。" not in (
        told := page.locator("p[role=status]").inner_text()
    ):
        seen.add(told)
        page.wait_for_timeout(200)
    assert len(seen) > 1, "the table did not fill while one looked on"
    assert page.locator("tbody tr").count() == count
    assert page.locator("tbody tr").first.locator("td").nth(1).inner_text() == "読めません"
    without_barriers(page)
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="別紙6（№11）").click()
    opened.value.get_by_text("総合判定").first.wait_for()
    pdf = page.get_by_role("link", name="PDF（№11）", exact=True)
    assert saved_pdf(page, pdf, tmp_path / "11.pdf").startswith(b"%PDF")


def test_two_tabs_do_not_disturb_each_other(
    page: playwright.Page, server: Running, export: list[Path]
) -> None:
    other = page.context.new_page()
    other.goto(server.address)
    page.locator("#office-files").set_input_files(export)
    other.locator("#vendor-files").set_input_files(FAULTY)
    page.get_by_role("button", name="調べる").click()
    other.get_by_role("button", name="指摘を見る").click()
    page.get_by_text("エラー 0か所").wait_for()
    other.get_by_text("エラー 1か所").wait_for()
    assert page.url != other.url


@pytest.mark.long
def test_an_office_learns_the_amount_of_its_subsidy(page: playwright.Page) -> None:
    page.get_by_role("link", name="補助金の額と書類を確かめる").click()
    without_barriers(page)
    page.get_by_role("button", name="経費の欄を増やす").click()
    page.get_by_role("group", name="経費 8件目").wait_for()
    page.get_by_label("何の費用か").first.fill("利用料")
    page.get_by_label("種類", exact=True).first.select_option("介護ソフト")
    page.get_by_label("金額（円）").first.fill("80万円")
    page.get_by_label("この補助金の申請").select_option("1回目")
    # The button that calculates is the one that Enter means.
    page.get_by_label("製品名").press("Enter")
    page.get_by_text("補助の額: 400,000円").wait_for()
    without_barriers(page)
    page.get_by_role("link", name="結果（PDF）").wait_for()
    assert page.get_by_label("何の費用か").first.input_value() == "利用料"

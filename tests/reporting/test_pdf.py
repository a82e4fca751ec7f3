"""別紙6 as PDF: pages, text and fonts."""

from __future__ import annotations

import builtins
import io
import re
import subprocess
import sys
from typing import Any

import pytest
from made_results import finding, judged, planning_exports, profile_offices, report, result
from pypdf import PdfReader

from careplan_csv.conformance.declaration.vendor import Applicant, Declaration, FormHead, Software, Vendor
from careplan_csv.conformance.requirements.assessment import Assessment
from careplan_csv.reporting import fonts, pdf
from careplan_csv.reporting.besshi6 import render_html
from careplan_csv.reporting.pdf import PdfUnavailable, html_to_pdf
from careplan_csv.results import Status


def read(assessment: Assessment) -> PdfReader:
    return PdfReader(io.BytesIO(html_to_pdf(render_html(assessment))))


def words(reader: PdfReader) -> str:
    return re.sub(r"\s+", "", "".join(page.extract_text() for page in reader.pages))


def vendor(length: int = 1, sign: str = "長") -> Vendor:
    long = sign * length
    return Vendor(
        Applicant(long, long, "3579900014", long, long, long, long),
        Software(long, long, long, long, long, long, long, long, True, True),
        FormHead(long, long),
        {letter: Declaration(True, long) for letter in ("G", "⑨")},
    )


@pytest.mark.parametrize(("profile_id", "office"), profile_offices())
def test_form_stands_on_its_pages_with_all_its_text(profile_id: str, office: str) -> None:
    many = [report("UPPLAN", f"2025{month:02}") for month in range(1, 13)] * 3
    assessment = judged(result(*planning_exports(), *many), profile=profile_id, office=office)
    reader = read(assessment)
    shown = words(reader)
    lists = any(one.per_file for one in assessment.unexamined)
    assert len(reader.pages) == (3 if lists else 2)
    assert [round(float(side)) for side in reader.pages[0].mediabox[2:]] == [595, 842]
    for text in (
        "別紙６",
        "最新版のケアプラン標準仕様への対応状況確認書",
        assessment.verdict_label,
        "202407",
    ):
        assert text in shown
    for office_type in assessment.profile.office_types:
        assert office_type.name in shown
    for requirement in assessment.profile.requirements:
        assert requirement.name in shown
    for one in assessment.unexamined:
        assert re.sub(r"\s+", "", one.name) in shown
    assert "厚生労働省や国民健康保険中央会が認証したものではありません" in shown


def test_no_letter_is_lost_on_a_machine_without_japanese_fonts() -> None:
    reader = read(judged(result(*planning_exports()), vendor=vendor(1, "髙﨑①Ⅲ㈱ｶﾅ～―")))
    shown = words(reader)
    assert "髙﨑①Ⅲ㈱ｶﾅ" in shown
    assert "\ufffd" not in shown
    # One font for everything: whatever it lacks, another would have been asked for.
    assert len({font["/BaseFont"] for page in reader.pages for font in _fonts(page)}) == 1


def test_every_font_is_embedded() -> None:
    reader = read(judged(result(*planning_exports()), vendor=vendor()))
    for page in reader.pages:
        for font in _fonts(page):
            assert _descriptor(font) & {"/FontFile", "/FontFile2", "/FontFile3"}


def _fonts(page: Any) -> list[Any]:
    return [font.get_object() for font in page["/Resources"]["/Font"].values()]


def _descriptor(font: Any) -> set[str]:
    inner = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
    return set(inner["/FontDescriptor"].get_object())


@pytest.mark.parametrize("office", ["planning", "service"])
def test_names_of_usual_length_stay_on_two_pages(office: str) -> None:
    assert len(read(judged(result(*planning_exports()), office=office, vendor=vendor(30))).pages) == 2


def test_everything_that_can_be_wrong_stays_on_two_pages() -> None:
    exports = planning_exports(without="UP2KYO")
    older = report("UP2KYO", version="202208")
    rest = [older, report("DLTPLAN", "202504"), report("UPJSK", "202504"), report(None, file="x.CSV")]
    closed = report(None, file="x.zip", status=Status.UNVERIFIED, problem="開けません。")
    months = [report("UPPLAN", f"2025{month:02}") for month in range(1, 13)]
    rules = ("F401", "B701", "E201", "T603", "R501")
    faults = [finding(r.file, rule) for r in [*exports, *rest, *months] for rule in rules]
    check = result(*exports, *rest, closed, *months, findings=tuple(faults))
    assessment = judged(check, profile="mhlw-4.1", vendor=vendor(17))
    reader = read(assessment)
    assert len(reader.pages) == 2
    assert all(re.sub(r"\s+", "", note) in words(reader) for note in assessment.notes)


@pytest.mark.parametrize("sign", ["長", "w", "W"])
def test_names_as_long_as_can_be_grow_by_whole_pages(sign: str) -> None:
    reader = read(judged(result(*planning_exports()), vendor=vendor(100, sign)))
    assert len(reader.pages) <= 4
    assert words(reader).count(sign * 20) > 10


def test_equal_input_gives_equal_bytes() -> None:
    html = render_html(judged(result(*planning_exports())))
    one, two = (html_to_pdf(html, created_at="2026-11-30T14:05:00+09:00") for _ in range(2))
    assert one == two


def test_nothing_but_our_font_is_read(capfd: pytest.CaptureFixture[str]) -> None:
    asked: list[str] = []
    real = pdf._only_our_font

    def watched(engine: Any) -> Any:
        fetcher = real(engine)

        class Watched(engine.ResourceFetcher):  # type: ignore[misc]
            def fetch_url(self, url: str) -> Any:
                data = fetcher.fetch_url(url)
                asked.append(f"{url} {len(bytes(data.get_content()))}")
                return data

        return Watched()

    html = (
        '<html lang="ja"><style>@import url(http://outside.example/x.css);</style>'
        '<img src="http://outside.example/x.png"><img src="file:///etc/hostname">'
        f"<p style=\"font-family: '{fonts.FAMILY}'\">あ</p></html>"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pdf, "_only_our_font", watched)
        html_to_pdf(html)
    sizes = dict(line.rsplit(" ", 1) for line in asked)
    assert int(sizes.pop(fonts.URL)) > 100_000
    assert set(sizes.values()) == {"0"}
    assert "Traceback" not in capfd.readouterr().err


_MANY_DOCUMENTS = """
from careplan_csv.reporting.fonts import FAMILY
from careplan_csv.reporting.pdf import html_to_pdf

lines = "".join(f'<p style="font-size: {8 + size / 7}px">介護</p>' for size in range(20))
others = "".join(f'<p style="font-family: {family}">abc</p>' for family in ("monospace", "serif"))
for _ in range(30):
    html_to_pdf(f'<div style="font-family: {FAMILY}">{lines}</div>{others}')
"""


def test_a_program_ends_well_after_many_documents() -> None:
    """The engine keeps fonts beyond the end of the interpreter."""
    assert subprocess.run([sys.executable, "-c", _MANY_DOCUMENTS], check=False, timeout=120).returncode == 0


def test_a_font_that_the_engine_cannot_open_is_read_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    import plutoprint

    class Unable:
        def fetch_url(self, url: str) -> Any:
            raise plutoprint.Error("Unable to open file")

    expected = html_to_pdf("<p>介護</p>", created_at="2026-01-01")
    monkeypatch.setattr(plutoprint, "default_resource_fetcher", Unable())
    assert html_to_pdf("<p>介護</p>", created_at="2026-01-01") == expected


def test_missing_engine_is_told_with_a_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name == "plutoprint":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(PdfUnavailable, match=r"plutoprint.*ブラウザー"):
        html_to_pdf("<p>x</p>")


def test_missing_font_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "japanese_font", lambda: None)
    with pytest.raises(PdfUnavailable, match="フォント"):
        html_to_pdf("<p>x</p>")


def test_failure_of_the_engine_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> bytes:
        raise RuntimeError

    monkeypatch.setattr(pdf, "_render", fail)
    with pytest.raises(PdfUnavailable, match="RuntimeError"):
        html_to_pdf("<p>x</p>")


@pytest.mark.parametrize(
    ("platform", "first"), [("win32", "BIZ-UDGothicR.ttc"), ("darwin", "ヒラギノ角ゴシック W3.ttc")]
)
def test_system_fonts_come_first_where_there_are_any(
    monkeypatch: pytest.MonkeyPatch, platform: str, first: str
) -> None:
    monkeypatch.setattr(fonts.sys, "platform", platform)
    assert next(fonts._candidates()).name == first

"""別紙6 as HTML: what must stand in it, and what must never."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from made_results import SHA256, finding, judged, planning_exports, profile_offices, report, result

from careplan_csv.conformance.declaration.vendor import Applicant, Declaration, FormHead, Software, Vendor
from careplan_csv.conformance.requirements.assessment import Assessment
from careplan_csv.reporting.besshi6 import FILES_SHOWN, render_html
from careplan_csv.results import Status
from careplan_csv.standard import standard

VENDOR = Vendor(
    Applicant("社会福祉法人あ", "事業所い", "3579900014", "居宅介護支援", "担当う", "083-1", "a@example.jp"),
    Software("製品え", "9.8", "会社お", "住所か", "部署き", "担当く", "083-2", "b@example.jp", True, False),
    FormHead("山口市長", "令和8年11月30日"),
    {"G": Declaration(True)},
)


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.tags: list[str] = []
        self.styled = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.styled = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self.styled = False

    def handle_data(self, data: str) -> None:
        if not self.styled:
            self.parts.append(data)


def parsed(html: str) -> _Text:
    parser = _Text()
    parser.feed(html)
    return parser


def text(assessment: Assessment, **more: str) -> str:
    return re.sub(r"\s+", " ", " ".join(parsed(render_html(assessment, **more)).parts))


def complete() -> Assessment:
    return judged(result(*planning_exports()), vendor=VENDOR)


def test_everything_of_the_vendor_file_is_shown() -> None:
    shown = text(complete())
    values = [*_strings(VENDOR.applicant), *_strings(VENDOR.software), "令和8年11月30日", "山口市長 様"]
    assert [value for value in values if value not in shown] == []
    for choice in (
        "■ 居宅介護支援事業所",
        "□ 居宅サービス事業所",
        "■ はい",
        "□ いいえ",
        "□ はい",
        "■ いいえ",
    ):
        assert choice in shown


def _strings(section: object) -> list[str]:
    values = (getattr(section, name) for name in type(section).__dataclass_fields__)  # type: ignore[attr-defined]
    return [value for value in values if isinstance(value, str)]


def test_without_a_vendor_file_there_are_blanks_to_fill_in() -> None:
    shown = text(judged(result(*planning_exports())))
    assert "山口県知事 様" in shown
    assert "令和 年 月 日" in shown
    assert "■ はい" not in shown
    assert "None" not in shown


@pytest.mark.parametrize(("profile_id", "office"), profile_offices())
def test_tables_hold_every_row_and_mark_of_the_profile(profile_id: str, office: str) -> None:
    profile = standard().profile(profile_id)
    html = render_html(judged(result(report("UPJSK", "202504")), profile=profile_id, office=office))
    rows = re.findall(
        r"<tr[^>]*>\s*<td[^>]*>([^<]+)</td><td[^>]*class=\"file thick\">(.*?)</tr>", html, re.DOTALL
    )
    assert [letter for letter, _ in rows] == [row.letter for row in profile.requirements]
    for (_, cells), row in zip(rows, profile.requirements, strict=True):
        assert cells.startswith(row.name)
        marks = re.findall(r"<td[^>]*>([○△－])</td>", cells)[: len(row.printed)]
        assert marks == list(row.printed.values())


def test_results_stand_beside_the_cells() -> None:
    exports = planning_exports(without="UP2KYO")
    shown = text(judged(result(*exports, findings=(finding(exports[2].file),)), vendor=VENDOR))
    assert re.search(r"UPPLAN\(YYYYMM\) ○ － － ○ 出力 適合 1 3 出力ファイル", shown)
    assert re.search(r"UP1KYO ○ － － ○ 出力 不適合 1 3 出力ファイル", shown)
    assert re.search(r"UP2KYO ○ － － ○ 出力 不適合 0 0 出力ファイル", shown)
    assert re.search(r"UPJSK\(YYYYMM\) － ○ ○ － 取込 適合 0 0 (?:事業所|ソフト会社)の申告", shown)
    assert re.search(r"DLTPLAN\(YYYYMM\) ○ － － ○ 出力 （任意） 未確認 0 0 －", shown)


def test_verdict_with_its_reasons() -> None:
    shown = text(judged(result(*planning_exports(without="UPPLAN"))))
    assert (
        "総合判定 不適合 居宅介護支援事業所として 必要な出力・取込 7件のうち、適合 5件、不適合 1件、未確認 1件"
        in shown
    )
    assert "E（第6表（サービス利用票）予定）の出力は不適合です。ファイルがありません。" in shown


def test_verdict_that_rests_on_the_maker_s_word_says_so() -> None:
    shown = text(complete())
    assert "総合判定 適合 （自己申告を含む）" in shown
    assert "適合 7件（自己申告 1件）" in shown


def test_method_names_tool_rules_time_and_digests() -> None:
    shown = text(
        complete(), tool_name="検査くん", tool_version="1.2", generated_at="2026-12-01T09:03:00+09:00"
    )
    for word in ("検査くん 1.2", "abc123", "令和8年11月30日 14時05分", "令和8年12月1日 9時03分", SHA256[:16]):
        assert word in shown
    assert SHA256 not in shown
    assert "厚生労働省や国民健康保険中央会が認証したものではありません" in shown


def test_list_of_files_is_capped() -> None:
    many = [report("UPPLAN", f"2025{month:02}") for month in range(1, 13)] * 3
    shown = text(judged(result(*many), profile="mhlw-4.1"))
    assert f"ほか {36 - FILES_SHOWN}件" in shown
    assert shown.count(SHA256[:16]) == FILES_SHOWN


@pytest.mark.parametrize(
    "name",
    ["山田太郎様のプラン.CSV", "UPPLAN_YAMADATARO.CSV", "UPPLAN_202504_3579900014_43_3579900113_11_山田.CSV",
     "UPPLAN_202504_3579900014_43_3579900113_11_20250320150000 (1).CSV",
     "UPPLAN_202504_YAMADATARO_43_3579900113_11_20250320150000.CSV",
     "UPPLAN_202504_3579900014_43_3579900113_11_20250320150000.山田"],
)  # fmt: skip
def test_names_outside_the_standard_are_not_shown(name: str) -> None:
    shown = text(judged(result(report("UPPLAN", "202504", file=f"山田/{name}"))))
    assert "（規約外の名前のファイル）" in shown
    assert "山田" not in shown
    assert "YAMADA" not in shown


@pytest.mark.parametrize("folder", ["", "太郎/", "C:\\太郎\\", "太郎.zip/中/"])
def test_names_of_the_standard_are_shown_without_their_folders(folder: str) -> None:
    name = report("UPPLAN", "202504").file
    older = "UPPLAN_201912_0300000100_0300000005_20191025200201.csv"
    shown = text(
        judged(
            result(
                report("UPPLAN", "202504", file=folder + name),
                report("UPPLAN", "201912", file=folder + older),
            )
        )
    )
    assert name in shown
    assert older in shown
    assert "太郎" not in shown


def test_values_are_escaped() -> None:
    evil = '<script>alert("x")</script>'
    vendor = Vendor(
        Applicant(evil, evil),
        Software(evil, evil, evil),
        FormHead(evil, evil),
        {"G": Declaration(True, evil)},
    )
    strange = report("UPPLAN", "202504", file=f"{evil}.CSV", problem=evil)
    html = render_html(judged(result(*planning_exports(), strange), vendor=vendor), tool_name=evil)
    assert "<script" not in html
    assert "script" not in parsed(html).tags
    assert html.count("&lt;script&gt;") >= 8


def test_page_needs_nothing_from_outside() -> None:
    html = render_html(complete())
    assert not re.search(r"https?:|//|src=|href=|@import|url\(|<script|<link|<iframe", html)


def test_equal_assessments_give_equal_bytes() -> None:
    assert render_html(complete()) == render_html(complete())


def test_unexamined_files_are_counted() -> None:
    closed = report(None, file="x.zip", status=Status.UNVERIFIED, problem="開けません。")
    shown = text(judged(result(*planning_exports(), closed)))
    assert "調べたファイル 7個" in shown
    assert "調べられなかったファイルが 1個あります。" in shown

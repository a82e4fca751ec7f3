"""The generated page is up to date, and every rule says everything that people need."""

from __future__ import annotations

from pathlib import Path

import gallery
import pytest

from careplan_csv.checks import in_order
from careplan_csv.findings import Rule
from careplan_csv.reporting.docs import rule_pages, rules_page
from careplan_csv.rules.harness_rules import HARNESS_RULES
from careplan_csv.rules.waiver_rules import WAIVER_RULES

DOCS = Path(__file__).parent.parent / "docs"


def test_the_page_of_rules_is_up_to_date() -> None:
    """Mend with `make docs`."""
    assert (DOCS / "rules.md").read_text(encoding="utf-8") == rules_page()


def test_the_pages_of_the_rules_are_up_to_date() -> None:
    """Mend with `make docs`."""
    written = {path.stem: path.read_text(encoding="utf-8") for path in (DOCS / "rules").glob("*.md")}
    assert written == rule_pages()


PARTS = ("何を見るか", "なぜ", "直し方", "根拠", "例", "誤りではないもの", "ソフト会社へ伝える文")
WITHOUT_EXAMPLE = {"R518", *HARNESS_RULES, *(rule.id for rule in WAIVER_RULES)}
"""Rules that no file of the samples shows: one needs a file of the user's own, the others need software."""


@pytest.mark.parametrize(("rule_id", "page"), rule_pages().items())
def test_every_page_has_every_part(rule_id: str, page: str) -> None:
    for part in PARTS:
        if part == "例" and rule_id in WITHOUT_EXAMPLE:
            continue
        assert f"## {part}\n" in page, f"{rule_id}: 「{part}」を書いてください。"


@pytest.mark.parametrize("rule", in_order(), ids=lambda rule: rule.id)
def test_every_rule_tells_what_why_how_and_where(rule: Rule) -> None:
    for part in (rule.title, rule.why, rule.remedy, rule.reference, rule.friends):
        assert part.strip()
    for sentence in (rule.why, rule.remedy, rule.friends):
        assert sentence.endswith("。"), f"{rule.id}: 文を「。」で終えてください: {sentence}"
    assert not rule.title.endswith("。")


def test_every_ambiguity_that_a_rule_names_is_explained() -> None:
    import re

    page = (DOCS / "ambiguities.md").read_text(encoding="utf-8")
    for rule in in_order():
        for number in re.findall(r"A\d\d", rule.reference):
            assert f"| {number} |" in page


def test_a_letter_asks_for_what_its_reader_can_do() -> None:
    letters = {rule.id: rule.to_vendor for rule in in_order()}
    assert letters["T606"].endswith("出力の修正をお願いします。")
    assert letters["B705"].endswith("入力の誤りか、介護ソフトの不具合かの確認をお願いします。")
    assert letters["C306"].endswith("修正は不要です。参考としてお知らせします。")
    assert "貴社" not in letters["F421"]


def test_the_keys_of_repeated_records_stand_on_the_page_of_their_rule() -> None:
    """Every item that is part of a unique key is named on the page of T603."""
    from careplan_csv.standard import standard

    page = (DOCS / "rules" / "T603.md").read_text(encoding="utf-8")
    named = {
        "insurer_number": "保険者番号",
        "insured_number": "被保険者番号",
        "plan_date": "計画作成（変更）日",
        "service_month": "対象年月",
        "consultation_date": "相談日",
        "need_no": "課題ＮＯ",
        "goal_no": "援助目標ＮＯ",
        "support_no": "援助内容ＮＯ",
        "support_plan_no": "支援計画ＮＯ",
        "service_no": "利用サービスＮＯ",
        "provider_office": "サービス事業者コード",
        "service_kind": "サービス種類コード",
    }
    for csv_version in standard().editions:
        edition = standard().edition(csv_version)
        for prefix in edition.prefixes:
            for variant in edition.layout(prefix).variants:
                assert all(named[item_id] in page for item_id in variant.unique), prefix


MOST_BYTES = 300_000


@pytest.mark.parametrize("name", gallery.PICTURES)
def test_the_pictures_are_there_and_shown(name: str) -> None:
    """What is in them differs from machine to machine: fonts do."""
    picture = DOCS / "gallery" / f"{name}.png"
    data = picture.read_bytes()
    assert data.startswith(b"\x89PNG")
    assert len(data) <= MOST_BYTES
    assert f"](docs/gallery/{name}.png)" in (DOCS.parent / "README.md").read_text(encoding="utf-8")
    assert f"{name}.png " in (DOCS / "gallery" / "pages.txt").read_text(encoding="utf-8")


def test_the_pages_of_the_pictures_can_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(DOCS.parent)
    pages = {name: picture.page() for name, picture in gallery.PICTURES.items()}
    for name, words in (("form", "サービス利用票別表"), ("findings", "エラーが"), ("besshi6", "別紙６")):
        assert words in pages[name].replace(" ", "")
    assert pages["form"] == gallery.form(), "同じものから、同じ頁ができる"


def test_without_a_browser_the_pictures_stay(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(gallery, "BROWSERS", ("no-such-browser",))
    monkeypatch.setattr(gallery, "draw", pytest.fail)
    gallery.main()
    assert "stay as they are" in capsys.readouterr().err

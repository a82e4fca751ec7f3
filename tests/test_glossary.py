"""One word for one thing, in every text for people; what is wrong is told with its place and the word to use."""

from __future__ import annotations

import re

import pytest
from glossary import ROOT, WORDS, Text, texts, wrong_words, wrong_words_of

import careplan_csv
from careplan_csv.checks import in_order
from careplan_csv.findings import Rule


def test_the_words_to_replace_do_not_occur() -> None:
    found = list(wrong_words())
    assert not found, "次の言葉を直してください:\n" + "\n".join(found)


def test_the_texts_are_found() -> None:
    """The test above would pass on nothing."""
    places = {text.place.partition(":")[0] for text in texts()}
    for place in ("README.md", "careplan_csv/cli/check.py", "reports/besshi6.html.j2", "docs/ci.md"):
        assert place in places
    assert len(texts()) > 2_000


@pytest.mark.parametrize(
    "wrong",
    [
        "取込のキットを作ります。", "CSV のレコード", "古い連番の組", "ベンダーに伝える", "チェックシート", "提供年月",
        "サービス事業所が送る", "検証番号（6桁目）", "文字でない項目", "この道具の誤り", "2 個", "1～99",
        "空でないかを見ます", "しました。）", "ソフトが出力した", "取込が断られます", "この版では", "規則を直した版",
        "伝送単位ごと", "別の seed で", "警告は出しません", "| 証拠 |", "検査の道具", "5ファイル", "注意を示す",
        "期待される結果", "（10桁で書きます）", "2 種類", "標準仕様4.1版",
    ],
)  # fmt: skip
def test_a_word_to_replace_is_told(wrong: str) -> None:
    [told] = wrong_words_of(Text("どこか:1", f"ここに、{wrong}"))
    assert told.startswith("どこか:1: 「")


@pytest.mark.parametrize(
    "right",
    [
        "ファイル連番", "ベンダー（ソフト会社）", "サービス提供年月", "居宅サービス事業所等", "サービス事業所コード",
        "ソフト会社", "参照ソフト", "全国地方公共団体コード", "2個", "検証番号（最後の1桁）", "標準仕様 4.1版",
        "標準仕様の版", "最新版のケアプラン標準仕様", "一緒に送るファイルの組（伝送単位）", "--seed 1", "作り方の数（seed）",
        "書き出します", "証拠の ZIP", "5個のファイル", "（正しくは10桁）",
    ],
)  # fmt: skip
def test_official_and_right_words_are_left_alone(right: str) -> None:
    assert list(wrong_words_of(Text("どこか:1", right))) == []


def test_every_word_is_a_pattern_with_an_advice() -> None:
    assert all(re.compile(word.pattern) and word.use for word in WORDS)


ON_FILES = [rule for rule in in_order() if rule.id[0] not in "HW"]


@pytest.mark.parametrize("rule", ON_FILES, ids=lambda rule: rule.id)
def test_a_remedy_says_whom_it_addresses(rule: Rule) -> None:
    """A clerk cannot change what software writes, and a maker cannot change what was entered."""
    office, _, vendor = rule.remedy.partition("ソフト会社の方:")
    assert office.startswith("事業所の方: "), "直し方を「事業所の方: 」で始めてください。"
    assert "事業所の方:" not in vendor, "「事業所の方:」を先に書いてください。"


def test_the_remedy_of_one_message_says_it_too() -> None:
    """What stands in place of a rule's remedy, where the message says more."""
    given = careplan_csv.check(ROOT / "sample_data" / "faulty")
    remedies = {finding.remedy for finding in given.findings}
    assert len(remedies) > len(ON_FILES) / 2
    assert [remedy for remedy in remedies if not remedy.startswith("事業所の方: ")] == []

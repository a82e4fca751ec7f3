"""Texts of plans: simple ones by kind of service, and difficult characters (4.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

LONG = 4_000
"""Characters of the longest texts."""

# All are characters of MS932 and allowed; each of them has caused faults in some software.
HARD = (
    "\r\n次の見直しは、3か月後に行います。",
    '\r\n本人の言葉: "まだ歩けるうちに, 孫に会いたい"',
    "（①朝 ②昼 ③夕、計３㌔まで）",
    "\r\n連絡先: ㈱架空 髙田（仮）・﨑山（仮）",
    "ﾃﾞｲｻｰﾋﾞｽ･ｼｮｰﾄｽﾃｲの日は除く",
    "、9:30～16:30 － 送迎あり",
    "（ソ・十・表・能・予・貼・暴・構・ポ・Ａ）",
    "∥￠￡￢ⅢⅳⅨ№℡㎝㌍∑∟⊿纊彅塚德黑亜熙",
    "\r\n\r\n　１．無理をしない\r\n　２．水分をとる\r\n",
    '"',
    ",",
    "''\\|`{}[]^~<>&=+-@%$#!?;:",
)
"""Line breaks, quotes, commas, characters with a second byte of 5C or 7C, and the edges of MS932."""

_PASSAGE = "長い経過の記録です。昨年の冬に転び、春から少しずつ歩く距離を延ばしてきました。\r\n"


def long_text() -> str:
    """A text of 4,000 characters with line breaks."""
    return (_PASSAGE * (LONG // len(_PASSAGE) + 1))[: LONG - 1].rstrip() + "。"


@dataclass
class Scribe:
    """Writes texts, some of them with difficult characters.

    Attributes:
        random: the random generator.
        hardness: percent of texts with added difficult characters.
    """

    random: Random
    hardness: int = 4

    def write(self, text: str) -> str:
        """The text, sometimes with difficult characters at its end."""
        if self.random.random() * 100 >= self.hardness:
            return text
        return text + self.random.choice(HARD)


@dataclass(frozen=True, slots=True)
class CareWording:
    """The texts of a plan for a kind of service.

    Attributes:
        supports: サービス内容, one 援助内容 each.
    """

    need: str
    long_term: str
    short_term: str
    service_type: str
    supports: tuple[str, ...]


_HOME = CareWording(
    "家事や入浴を手伝ってほしい",
    "住み慣れた家で清潔に暮らす",
    "週に2回以上、安全に入浴する",
    "訪問介護",
    ("入浴の見守りと洗身の一部の手伝い", "居室と台所の掃除", "一緒に行う調理"),
)
_NURSING = CareWording(
    "体調の変化に早く気づいてほしい",
    "入院せずに過ごす",
    "毎週、体調を確かめる",
    "訪問看護",
    ("血圧・体温・むくみの確認", "薬の管理と相談"),
)
_TRAINING = CareWording(
    "足の力を保ちたい",
    "近所まで歩いて買い物に行く",
    "体操に続けて参加する",
    "通所介護",
    ("下肢の体操と歩行の練習", "入浴", "食事と仲間との交流"),
)
_TOOLS = CareWording(
    "自分で起き上がり、家の中を歩きたい",
    "夜も一人でトイレに行く",
    "手すりや歩行器を使って移る",
    "福祉用具貸与",
    ("福祉用具の貸与と点検", "使い方の確認"),
)
_REST = CareWording(
    "家族にも休む日がほしい",
    "家族と共に長く暮らす",
    "毎月、数日を施設で過ごす",
    "短期入所生活介護",
    ("食事・入浴・排せつの手伝い", "夜間の見守り"),
)
_ROUND = CareWording(
    "通いと泊まりと訪問を組み合わせたい",
    "なじみの職員と過ごす",
    "決まった曜日に通う",
    "小規模多機能型居宅介護",
    ("通いでの食事と入浴", "必要なときの訪問"),
)

WORDINGS: Mapping[str, CareWording] = {
    **dict.fromkeys(("11", "12", "71", "76", "62", "A2"), _HOME),
    **dict.fromkeys(("13", "31", "34", "63"), _NURSING),
    **dict.fromkeys(("14", "15", "16", "72", "78", "64", "66", "74", "A6"), _TRAINING),
    **dict.fromkeys(("17", "67"), _TOOLS),
    **dict.fromkeys(("21", "22", "24", "25", "2A", "2B"), _REST),
    **dict.fromkeys(("73", "75", "77"), _ROUND),
}
"""The wording by kind of service."""

WISHES = (
    "本人: できることは自分でしながら、家で暮らしたい。\r\n家族: 転ばないように見守ってほしい。",
    "本人: もう一度、畑に出たい。\r\n家族: 無理のない範囲で手伝いたい。",
    "本人: 人に会うのが楽しみ。\r\n家族: 日中一人になるので心配している。",
)
POLICIES = (
    "本人のできることを大切にし、足りないところを手伝います。\r\n体調が変わったときは、すぐに主治医へ連絡します。",
    "家族の負担を見ながら、通いと訪問を組み合わせます。",
    "転倒を防ぎ、外に出る機会を保ちます。",
)
OPINIONS = ("特に意見はありません。", "", "サービスの種類の指定はありません。")
REASONS = ("家族が遠方に住み、日中の家事ができないため。", "同居の家族に介護が要るため。")
DAILY = (
    ("起床・着替え", "0630", "0700"), ("朝食", "0700", "0730"), ("散歩", "0900", "0930"),
    ("昼食", "1200", "1230"), ("テレビ・新聞", "1500", "1600"), ("夕食", "1800", "1830"),
    ("就寝", "2130", "2400"),
)  # fmt: skip
OCCASIONAL = (
    "福祉タクシーで月1回の受診",
    "3か月に1回の訪問理容",
    "年2回、家族と墓参り",
    "隔週の配食サービス",
)

"""E205: what was lost before the file was written is told of, and what people write is not."""

from __future__ import annotations

import time

import pytest
from helpers import TABLE_2, check_bytes, file_of, plan_record, rules_of

PERSON, PLACE, TEXT = "planner_name", "provider_office_name", "equipment_name"
"""One item each that holds a person's name, an office's, and any words."""


def traces(text: str, item: str = TEXT, *, encoding: str = "cp932") -> list[str]:
    """The messages of E205 on one value."""
    record = plan_record(**{item: '"' + text.replace('"', '""') + '"'})
    # Another record, so that a value never decides by itself which encoding the file is in.
    other = plan_record(service_date="20250402", planner_name='"計画 担当"')
    result = check_bytes(file_of(record, other, encoding=encoding))
    return [f.message for f in result.findings if f.rule == "E205"]


@pytest.mark.parametrize(
    "text",
    [
        "R7.4?R8.3",
        "R7.4.1?R7.9.30",
        "令和7年4月1日?令和7年9月30日",
        "2025/4/1?2025/9/30",
        "９：００?１０：００",
        "9:00?10:00に訪問",
        "9時半?10時",
        "4月?9月",
        "週1?2回",
        "80?85歳",
        "10% ? 20%",
        "月?金",
        "毎週月?金",
        "月曜日?金曜日",
        "午前?午後",
        "毎食後30分?1時間は座位",
    ],
)
def test_a_wave_dash_between_dates_times_and_numbers(text: str) -> None:
    (message,) = traces(text)
    assert "波ダッシュ" in message


@pytest.mark.parametrize(
    "text",
    [
        "「帰れるか?」と聞く",
        "いつ帰れるか?と聞く",
        "何時?10時頃",
        "起床は6時?7時?",
        "体重は50kg?",
        "痛みは5? 6?",
        "今日?日曜",
        "要介護3?",
        "9:00～10:00",
        "本当???",
        "えっ??",
        "トイレ? 入浴?",
        "ポスト?ペット?",
        "いいか?と聞く",
        "行くか?って聞く",
        "それは?いつ?",
        "？？？",
        "?",
        "ケーキ?クッキー?",
        "パット?オムツ",
        "コート?セーター?",
    ],
)
def test_a_question_mark_that_a_person_writes(text: str) -> None:
    assert traces(text) == []


@pytest.mark.parametrize("text", ["R7.4.1?", "?R8.3.31", "令和7年4月1日?", "2025.4.1?"])
def test_the_open_end_of_a_period(text: str) -> None:
    record = [
        "202407", "352013", "0000000001", "20250325", "20250320", "1", '"課題"', "1", '"長期"', '"短期"',
        f'"{text}"', '"R7.4～R7.9"', "1", '"援助"', "Y", '"訪問介護"', "3570000103", '"事業所"', '"週1回"',
        '"R7.4～R7.9"', "3570000012", "",
    ]  # fmt: skip
    result = check_bytes(file_of(record), TABLE_2)
    assert rules_of(result, "E205") == {"E205": "warning"}
    assert traces(text) == []


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("??田 花子", PERSON),
        ("?橋 花子", PERSON),
        ("山? 太郎", PERSON),
        ("山?太郎", PERSON),
        ("山田 ??", PERSON),
        ("???", PERSON),
        ("????????", PLACE),
        ("??会訪問介護", PLACE),
        ("宮?内科", PLACE),
        ("医療法人??田会", PLACE),
        ("????????", TEXT),
        ("訪問介護???サービス", TEXT),
    ],
)
def test_letters_that_became_question_marks(text: str, item: str) -> None:
    (message,) = traces(text, item)
    assert "? に置き換わった" in message


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("?", PERSON),
        ("??", PERSON),
        ("山田 花子?", PERSON),
        ("山田 ?", PERSON),
        ("山田（旧姓?） 花子", PERSON),
        ("山田 花子(?)", PERSON),
        ("なにする?クラブ", PLACE),
        ("なにする??クラブ", PLACE),
        ("〓田 花子", PERSON),
    ],
)
def test_names_of_which_somebody_is_not_sure(text: str, item: str) -> None:
    assert traces(text, item) == []


@pytest.mark.parametrize(
    "text",
    [
        "ヘ?ット?から起き上がり、リハヒ?リを続け、テ?イサーヒ?スに通う",
        "ヘ?ット?",
        "か?んは?る",
        "入浴て?きるようになる",
        "ヘルハ?ーか?訪問する",
        "見守ってくた?さい",
        "手すりのついたヘ?ット",
    ],
)
def test_the_voicing_marks_of_decomposed_kana(text: str) -> None:
    (message,) = traces(text)
    assert "「ﾞ」「ﾟ」" in message


@pytest.mark.parametrize(
    "text",
    [
        "機能\\訓練を十\\分に行い、予\\定表\\を見る",
        "ソ\\ーシャルワーカー",
        "能\\力",
        "可能\\",
        "暴\\言",
        "申\\込",
    ],
)
def test_a_backslash_behind_a_character_that_ends_in_one(text: str) -> None:
    (message,) = traces(text)
    assert "余分な" in message


@pytest.mark.parametrize(
    "text",
    [
        "\\1,000",
        "料金表\\1,000",
        "食費の予\\500円",
        "C:\\共有\\予\\定",
        "表・裏",
        "\\\\server\\表\\計画",
        "\\",
    ],
)
def test_prices_and_paths(text: str) -> None:
    assert traces(text) == []


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("訪問介護サービスT", PLACE),
        ("サービスU", TEXT),
        ("サービスV", TEXT),
        ("特定事業所加算W", TEXT),
        ("特定事業所加算（X）", TEXT),
        ("処遇改善加算TU", TEXT),
        ("サービス提供体制強化加算T", TEXT),
        ("認知症高齢者の日常生活自立度Ub", TEXT),
        ("自立度：V", TEXT),
        ("U型糖尿病", TEXT),
        ("NYHA V度", TEXT),
        ("V度の褥瘡", TEXT),
        ("訪看T5", TEXT),
    ],
)
def test_roman_numerals_of_which_the_second_byte_is_left(text: str, item: str) -> None:
    (message,) = traces(text, item)
    assert "ローマ数字" in message


def test_a_v_among_lost_numerals_is_lost_as_well() -> None:
    records = [plan_record(equipment_name=f'"{text}"') for text in ("特定事業所加算T", "特定事業所加算V")]
    [finding] = [f for f in check_bytes(file_of(*records)).findings if f.rule == "E205"]
    assert finding.count == 2


@pytest.mark.parametrize(
    "text",
    [
        "@起床 A洗面 B朝食",
        "@起床",
        "体操\n@歩行",
        "課題@、A",
        "目標@",
        "毎日（@入浴、A食事）",
    ],
)
def test_circled_digits_of_which_the_second_byte_is_left(text: str) -> None:
    (message,) = traces(text)
    assert "丸数字" in message


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("メゾンみらいV", PLACE),
        ("グループホームサービスV", PLACE),
        ("特定事業所加算V", TEXT),
        ("処遇改善加算V(1)", TEXT),
        ("サービスTEL", TEXT),
        ("通所型サービスA", TEXT),
        ("訪問型サービスB・C", TEXT),
        ("ビタミンA", TEXT),
        ("B型肝炎", TEXT),
        ("U型手すり", TEXT),
        ("T字杖", TEXT),
        ("胸部X線検査", TEXT),
        ("単価@100円", TEXT),
        ("単価@", TEXT),
        ("taro@example.jp", TEXT),
        ("連絡先taro@example.jp", TEXT),
        ("15時 @自宅", TEXT),
        ("A洗面 B朝食", TEXT),
    ],
)
def test_letters_that_a_person_writes(text: str, item: str) -> None:
    assert traces(text, item) == []


@pytest.mark.parametrize(
    "text",
    ["歩行器", "訪問介護", "ベッドから起きる", "日本", "入浴介助", "転倒予防", "見守り", "リハビリ"],
)
def test_utf_8_that_was_read_as_ms932(text: str) -> None:
    garbled = text.encode("utf-8").decode("cp932")
    for encoding in ("cp932", "utf-8"):
        (message,) = traces(garbled, encoding=encoding)
        assert "UTF-8" in message


def test_kana_of_utf_8_of_which_some_bytes_are_gone() -> None:
    garbled = "がんばること".encode().decode("cp932", "ignore")
    (message,) = traces(garbled)
    assert "UTF-8" in message


@pytest.mark.parametrize("text", ["繧", "齋藤 縺", "ｱｲｳ", "譲二", "綱手", "網膜症", "郷ｶﾞ丘", "蟻ｶﾞ崎"])
def test_rare_letters_that_are_what_they_are(text: str) -> None:
    assert traces(text) == []


def test_u_fffd_in_a_file_that_can_hold_it() -> None:
    (message,) = traces("計\ufffd画の\ufffd担当", encoding="utf-8")
    assert "U+FFFD" in message


@pytest.mark.parametrize(
    "text",
    [
        "&#39640;橋",
        "&#x9AD9;橋",
        "A&amp;B",
        "歩行器<br>車いす",
        "歩行器<br />",
        "<p>車いす</p>",
        '<span class="x">車いす</span>',
        "車&nbsp;いす",
        "\\u6b69\\u884c",
        "%E6%AD%A9%E8%A1%8C",
        "1行目_x000D_2行目",
    ],
)
def test_references_and_tags_of_web_software(text: str) -> None:
    (message,) = traces(text)
    assert "Web" in message


@pytest.mark.parametrize(
    "text", ["A&B", "R&D; 他", "<A>型 <B>型", "3<5", "a<b>c", "＜br＞", "100%", "10%20%30%40%"]
)
def test_signs_that_are_no_markup(text: str) -> None:
    assert traces(text) == []


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("null", TEXT),
        ("NULL", TEXT),
        ("Null", PERSON),
        ("undefined", TEXT),
        ("None", TEXT),
        ("NaN", TEXT),
        ("(null)", TEXT),
        ("null null", PERSON),
        ("undefined　undefined", PERSON),
        ("門司 null", PERSON),
        ("山口県下関市undefined", PLACE),
        ("週NaN回", TEXT),
        ("[object Object]", TEXT),
        ("#N/A", TEXT),
    ],
)
def test_words_of_a_program_for_nothing(text: str, item: str) -> None:
    (message,) = traces(text, item)
    assert "プログラム" in message


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("ジョン Null", PERSON),
        ("Null 太郎", PERSON),
        ("Nonezuka", TEXT),
        ("nullify", TEXT),
        ("特になし", TEXT),
    ],
)
def test_names_that_look_like_such_a_word(text: str, item: str) -> None:
    assert traces(text, item) == []


def test_a_value_with_several_traces_is_told_of_once() -> None:
    assert len(traces("R7.4?R8.3 歩行器<br>")) == 1


def test_many_long_texts_take_little_time() -> None:
    texts = [f"ヘ?ット?から起き上がり{number}?R8.3<br>@サービスTソ\\ー" * 40 for number in range(1000)]
    data = file_of(*(plan_record(equipment_name=f'"{text}"') for text in texts))
    started = time.perf_counter()
    assert "E205" in rules_of(check_bytes(data), "E")
    assert time.perf_counter() - started < 8

"""Characters that were lost or changed before the file was written (E205).

Each trace is a shape of text that a known fault of software leaves behind, and that people do not write:
a question mark that a person would put, a price in yen, an ampersand or a V stay silent.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow.compute as pc

from careplan_csv.checks.characters.column_texts import ColumnTexts, text_rule
from careplan_csv.checks.places import row_hits
from careplan_csv.findings import Consequence, Rule, Severity
from careplan_csv.reading import arrays
from careplan_csv.reading.encoding import MS932, UTF8
from careplan_csv.reading.structure import Flags
from careplan_csv.reading.table import content_bytes, offsets_of
from careplan_csv.reading.values import as_flags
from careplan_csv.rules.hits import FileHit

PERSON, PLACE, PERIOD = "person", "place", "period"
"""What a text item holds, as the schemas say behind `text:`."""

_DIGIT = "[0-9０-９]"
_LETTER = "[一-鿿々ぁ-ゖァ-ヺー]"
_KANJI = "[一-鿿々]"
_END = "(?:[^A-Za-z0-9]|$)"


def _in_rows(values: Callable[[ColumnTexts], Flags]) -> Callable[[ColumnTexts], Flags]:
    """From which distinct values show a trace to which rows do."""

    def in_rows(texts: ColumnTexts) -> Flags:
        rows: Flags = values(texts)[texts.indices]
        return rows

    return in_rows


@dataclass(frozen=True, slots=True)
class Trace:
    """One way to lose characters.

    Attributes:
        message: what is said of the item, as the rest of a sentence.
        needs: characters of which the values must hold at least one; empty where that says nothing.
        finds: which rows show it, shape (rows,).
    """

    message: str
    remedy: str
    needs: str
    finds: Callable[[ColumnTexts], Flags]


_CONVERSION = (
    "事業所の方: 介護ソフトの画面で元の文字を確かめ、正しく見えていれば、ソフト会社に伝えてください。"
    "ソフト会社の方: 文字コードの変換に Shift_JIS ではなく MS932（Windows-31J）を使ってください。"
)
_WEB = (
    "事業所の方: 介護ソフトの画面で元の文字を確かめ、ソフト会社に伝えてください。"
    "ソフト会社の方: 画面用の符号を元の文字に戻してから出力してください。"
)
_ABSENT = (
    "事業所の方: 介護ソフトの画面でこの欄を確かめ、空のはずの欄であれば、ソフト会社に伝えてください。"
    "ソフト会社の方: 値がないときは、空で出力してください。"
)

# Question marks ---------------------------------------------------------------------------------

_UNIT = "(?:年|ヶ月|か月|カ月|月|日|時|分|秒|回|歳|才|人|名|週|度|割|番|号|円|単位|％|%|[a-zA-Z]{1,2})?半?"
_ERA = r"(?:[RHSTMrhstm]\.?\s?|令和\s?|平成\s?|昭和\s?|大正\s?|明治\s?|約)?"
_RIGHT = "[0-9０-９][0-9０-９.．:：/／年月日時分回歳半]*"
# A number that is followed by a question mark of its own is one of several questions.
_BETWEEN_NUMBERS = (
    rf"{_DIGIT}{_UNIT}[)）]?[\s　]?\?[\s　]?[(（]?{_ERA}{_RIGHT}(?:[^?？0-9０-９.．:：/／年月日時分回歳半]|$)"
)
_DAY = "[月火水木金土日](?:曜日?)?"
_BETWEEN_DAYS = rf"(?:^|[^一-鿿]|毎週|[(（]){_DAY}\?{_DAY}(?:[^一-鿿?？]|$)"
_BETWEEN_TIMES_OF_DAY = r"(?:朝|昼|夕|夜|午前|午後)\?(?:朝|昼|夕|夜|午前|午後)(?:[^一-鿿?？]|$)"
_DATE = (
    r"(?:(?:[RHSrhs]\.?\s?|令和|平成|昭和)[0-9０-９元]{1,2}|20[0-9]{2})"
    r"[.．/／年-][0-9０-９]{1,2}[0-9０-９.．/／月日-]*"
)
_OPEN_PERIOD = rf"^[\s　]*(?:{_DATE}[\s　]*\?|\?[\s　]*{_DATE})[\s　]*$"


@_in_rows
def _wave_dash(texts: ColumnTexts) -> Flags:
    patterns = [_BETWEEN_NUMBERS, _BETWEEN_DAYS, _BETWEEN_TIMES_OF_DAY]
    if texts.item.argument == PERIOD:
        patterns.append(_OPEN_PERIOD)
    return texts.matching("|".join(f"(?:{pattern})" for pattern in patterns))


# A name that ends in a question mark, or has one in brackets, is one of which somebody is not sure.
_IN_A_PERSONS_NAME = rf"\?[A-Za-z]|\?{_LETTER}|[\s　]\?\?$|{_LETTER}\?{{1,2}}[\s　]+{_LETTER}"
_IN_A_PLACES_NAME = rf"^\?{{1,2}}{_KANJI}|{_KANJI}\?{{1,2}}{_KANJI}|\?\?{_KANJI}|{_KANJI}\?\?[一-鿿ァ-ヺ]"
_MANY = r"^[\s　?]*\?[\s　]*\?[\s　]*\?[\s　?]*$|\?{5,}|\?{3,}[一-鿿々ァ-ヺ]|^\?{3,}[^?\s　]|\?{2,}[^?]+[^?ぁ-ん？]\?{2,}[^?]"


@_in_rows
def _lost_letters(texts: ColumnTexts) -> Flags:
    found = texts.matching(_MANY)
    if texts.item.argument == PERSON:
        found |= texts.matching(_IN_A_PERSONS_NAME)
    elif texts.item.argument == PLACE:
        found |= texts.matching(_IN_A_PLACES_NAME)
    return found


_VOICED = (
    "[がぎぐげござじずぜぞだぢづでどばびぶべぼぱぴぷぺぽガギグゲゴザジズゼゾダヂヅデドバビブベボパピプペポヴ]"
)
_KATAKANA = "[ウカキクケコサシスセソタチツテトハヒフヘホ]"
_HIRAGANA = "[うかきくけこさしすせそたちつてとはひふへほ]"
# No word begins with these, so the question mark stands inside a word. 「って」 may follow a question.
_INSIDE_A_WORD = (
    rf"{_KATAKANA}\?[ッーンァィゥェォャュョ]|{_HIRAGANA}\?[んーぁぃぅぇぉゃゅょ]"
    r"|くた\?さ|て\?き[たてなまるれ]|なか\?ら|こ\?(?:本人|家族|自宅|飯)"
)


@_in_rows
def _lost_voicing(texts: ColumnTexts) -> Flags:
    """The dakuten of decomposed kana: all of a text's, so that no voiced kana is left beside them."""
    inside = texts.matching(_INSIDE_A_WORD)
    marks = texts.counting(r"\?")
    katakana = texts.counting(rf"{_KATAKANA}\?[ァ-ヺー]")
    hiragana = texts.counting(rf"{_HIRAGANA}\?[ぁ-つて-ん一-鿿々]")
    unvoiced = ~texts.matching(_VOICED)
    several = (katakana >= 2) | ((katakana == 1) & (marks == 1)) | (hiragana >= 3)
    found: Flags = inside | (several & unvoiced) | (katakana >= 3)
    return found


# Backslashes ------------------------------------------------------------------------------------


@cache
def _ending_in_a_backslash() -> str:
    """The characters whose second byte is that of a backslash: software of old doubles it."""
    leads = (*range(0x81, 0xA0), *range(0xE0, 0xFD))
    decoded = (bytes((lead, 0x5C)).decode(MS932, "ignore") for lead in leads)
    return "".join(character for character in decoded if len(character) == 1 and character != "\\")


@_in_rows
def _doubled_backslash(texts: ColumnTexts) -> Flags:
    """A backslash behind such characters only; before digits it is a price, and paths have others."""
    behind = texts.counting(rf"[{_ending_in_a_backslash()}]\\(?:[^0-9０-９]|$)")
    others = texts.counting(rf"(?:^|[^{_ending_in_a_backslash()}])\\")
    found: Flags = (behind > 0) & (others == 0)
    return found


# Numerals of NEC row 13 -------------------------------------------------------------------------

_GRADED = "(?:サービス|加算|減算|体制|区分|サービス費|支援費)"
_ROMAN = "|".join(
    (
        rf"{_GRADED}[（(]?(?:[TUW]|[TUV]{{2,}}){_END}",
        rf"{_GRADED}[（(]?X(?:[^A-Za-z0-9線]|$)",
        rf"{_GRADED}(?:\[[^\]]*$|\\(?:[^0-9]|$))",
        # Of these there is no fifth grade that somebody would write as a V.
        r"自立度[はがをも:：\s　（(]*[TUVW][ab]?(?:[^A-Za-z]|$)",
        rf"(?:^|[^A-Za-z])NYHA\s?(?:分類)?[:：]?\s?[TUVW](?:度|群|{_END})",
        r"(?:^|[^A-Za-z])[TU]型糖尿",
        r"(?:^|[^A-Za-z])[TUVW]度(?:[^A-Za-z]|$)",
        r"第[TUVW](?:度|期|群)",
        rf"訪看[TUV](?:[0-9０-９]|{_END})",
        rf"(?:短期生活|単短生|老短|通所リハ|居宅支援|居宅介護支援)[TUV](?:[0-9０-９]|{_END})",
    )
)
_THIRD = r"サービス(?:提供体制(?:強化)?(?:加算)?)?[（(]?V(?:[^A-Za-z0-9（(]|$)"
_PERHAPS_FIFTH = rf"{_GRADED}[（(]?V(?:[^A-Za-z0-9（(]|$)"


def _roman_numerals(texts: ColumnTexts) -> Flags:
    """Rows with Ⅰ–Ⅹ as T–] ; V may be a fifth that a person wrote, unless others of the column are lost too."""
    found: Flags = texts.matching(_ROMAN)[texts.indices]
    if texts.item.argument == PLACE:
        return found
    files = texts.table.files
    lost = np.bincount(files[found], minlength=int(files[-1]) + 1)[files] > 0
    if lost.any():
        found = found | (lost & texts.matching(_PERHAPS_FIFTH)[texts.indices])
    if not lost.all():
        found = found | (~lost & texts.matching(_THIRD)[texts.indices])
    return found


_CIRCLED = "|".join(
    (
        rf"(?m:^)[\s　]*@{_LETTER}",
        rf"(?:[\s　、。，．,・:：;；（(「])@{_LETTER}[^@]*[^A-Za-z0-9]A[.．、\s　]?{_LETTER}",
        rf"{_LETTER}@(?:[、・][AB])?(?:$|[\s　、。）)][^0-9０-９￥¥\\]|[\s　、。）)]$)",
    )
)


@_in_rows
def _circled_digits(texts: ColumnTexts) -> Flags:
    """①② as @A; a price each (単価@100) and a mail address have other neighbours."""
    return texts.matching(_CIRCLED) & ~texts.matching(r"単価@|[A-Za-z0-9._-]@[A-Za-z0-9]")


# Another encoding, web pages and programs -------------------------------------------------------


def _not_in_ms932(error: UnicodeError) -> tuple[bytes, int]:
    """Stands for a character that MS932 cannot write, so that its value is no valid UTF-8 either."""
    assert isinstance(error, UnicodeEncodeError)
    return b"\xff", error.end


codecs.register_error("careplan-invalid", _not_in_ms932)


@_in_rows
def _utf8_read_as_ms932(texts: ColumnTexts) -> Flags:
    """Values whose bytes in MS932 are valid UTF-8 that holds Japanese, and what is left of such values."""
    raw = texts.raw
    if texts.encoding != MS932:
        encoded = "\x1e".join(texts.values.to_pylist()).encode(MS932, "careplan-invalid").split(b"\x1e")
        raw = arrays.strings(encoded, texts.raw.type) if len(encoded) == len(raw) else raw.slice(0, 0)
    found = np.zeros(len(texts.values), dtype=np.bool_)
    if not texts.characters.isdisjoint("縺繧繝"):
        found = texts.matching(r"[縺繧繝].{0,2}[縺繧繝]")
    candidates = np.flatnonzero(_valid_utf8(raw)) if len(raw) == len(found) else np.empty(0, np.int64)
    if len(candidates):
        chosen = raw.take(arrays.int64(candidates))
        texts_again = b"\x1e".join(chosen.to_pylist()).decode(UTF8, "replace").split("\x1e")
        japanese = arrays.strings(texts_again)
        pattern = "[ぁ-ヺ]|[一-鿿]{2}|[一-鿿][、。々]"
        found[candidates] |= as_flags(pc.match_substring_regex(japanese, pattern))
    return found


def _valid_utf8(values: object) -> Flags:
    """Which values hold bytes above ASCII, all of them in well-formed sequences of UTF-8."""
    content, offsets = content_bytes(values), offsets_of(values)
    if not len(content):
        return np.zeros(len(offsets) - 1, dtype=np.bool_)
    following = (content & 0xC0) == 0x80
    padded = np.concatenate((following, np.zeros(3, dtype=np.bool_)))
    second, third, fourth = (padded[n : n + len(content)] for n in (1, 2, 3))
    two = (content >= 0xC2) & (content <= 0xDF) & second
    three = ((content & 0xF0) == 0xE0) & second & third
    four = (content >= 0xF0) & (content <= 0xF4) & second & third & fourth
    high = (content >= 0x80).astype(np.int64)
    explained = 2 * two + 3 * three + 4 * four
    edges = offsets - offsets[0]
    seen = np.concatenate(([0], np.cumsum(high)))
    told = np.concatenate(([0], np.cumsum(explained)))
    above, accounted = np.diff(seen[edges]), np.diff(told[edges])
    valid: Flags = (above > 0) & (above == accounted)
    return valid


@_in_rows
def _replacement(texts: ColumnTexts) -> Flags:
    """U+FFFD written as a character, in a file that can hold it."""
    if texts.encoding == MS932:
        return np.zeros(len(texts.values), dtype=np.bool_)
    return arrays.mask(pc.match_substring(texts.raw, b"\xef\xbf\xbd"))


_TAGS = "br|hr|p|div|span|font|strong|em|li|ul|ol|dl|dt|dd|td|tr|th|table|tbody|img|input|h[1-6]"
_MARKUP = "|".join(
    (
        r"&(?:#[0-9]{2,7}|#[xX][0-9A-Fa-f]{2,6}|amp|lt|gt|quot|apos|nbsp|yen|copy|middot|hellip);",
        rf"(?i:<(?:(?:{_TAGS})(?:\s[^<>]*)?/?|/(?:{_TAGS}|a|b|i|u)\s*)>)",
        r"<a\s+href",
        r"\\u[0-9A-Fa-f]{4}",
        r"%[Ee][2-9](?:%[89ABab][0-9A-Fa-f]){2}",
        r"_x000[DdAa]_",
    )
)


@_in_rows
def _markup(texts: ColumnTexts) -> Flags:
    return texts.matching(_MARKUP)


PROGRAM_WORDS = "null|NULL|Null|undefined|None|NONE|NaN|nan|nil|NIL|DBNull|#N/A|#VALUE!|#REF!|#NAME\\?|#NULL!"
"""What programs write for nothing; a pattern (RE2)."""

_WORD_FOR_NOTHING = "|".join(
    (
        rf"^[\s　]*[(（<\[]?(?:{PROGRAM_WORDS})[)）>\]]?[\s　]*$",
        rf"^[\s　]*(?:{PROGRAM_WORDS})(?:[\s　]*(?:{PROGRAM_WORDS}))+[\s　]*$",
        r"(?:^|[^A-Za-z0-9_-])(?:null|undefined)(?:[^A-Za-z0-9_-]|$)",
        r"(?:^|[^A-Za-z0-9])NaN(?:[^A-Za-z0-9]|$)",
        r"\[object Object\]|System\.(?:String|DBNull|Object)",
    )
)


@_in_rows
def _program_words(texts: ColumnTexts) -> Flags:
    """`null` and its like as a value, or beside other words; `Null` and `None` may be part of a name."""
    return texts.matching(_WORD_FOR_NOTHING)


TRACES = (
    Trace("、UTF-8 の文字を MS932 として読んだ跡があります", _CONVERSION, "", _utf8_read_as_ms932),
    Trace("、文字が読めずに置き換えられた跡（U+FFFD）があります", _CONVERSION, "", _replacement),
    Trace(
        "、「ﾞ」「ﾟ」が ? に置き換わった跡があります（例 ベッド → ヘ?ット?）",
        "事業所の方: 介護ソフトの画面でその文を入力し直し、出力し直してください（Mac で作った文を貼り付けると起こります）。"
        "ソフト会社の方: 文字を NFC にそろえてから MS932 に変換してください。",
        "?",
        _lost_voicing,
    ),
    Trace("、波ダッシュ（～）が ? に置き換わった跡があります（例 9:00?10:00）", _CONVERSION, "?", _wave_dash),
    Trace(
        "、文字が ? に置き換わった跡があります",
        "事業所の方: 介護ソフトで元の文字を確かめ、MS932 に無い文字は、常用の字体やひらがなに書き換えて、出力し直してください。"
        "ソフト会社の方: MS932（Windows-31J）に変換し、無い文字は ? に変えず、画面で知らせてください。",
        "?",
        _lost_letters,
    ),
    Trace(
        "、「表」「能」「ソ」などの後に、余分な ¥（\\）があります",
        "事業所の方: ソフト会社に伝えてください。"
        "ソフト会社の方: 2バイト目が 5C の文字に、¥（\\）を付け足さないでください。",
        "\\",
        _doubled_backslash,
    ),
    Trace(
        "、ローマ数字（Ⅰ・Ⅱ・Ⅲ など）が英字（T・U・V など）に化けた跡があります",
        _CONVERSION,
        "TUVWX[\\",
        _roman_numerals,
    ),
    Trace("、丸数字（①・② など）が @・A などに化けた跡があります", _CONVERSION, "@", _circled_digits),
    Trace("、Web 画面用の符号（&#…; や <br> など）が残っています", _WEB, "&<%\\_", _markup),
    Trace("、プログラムの語（null や undefined など）が書かれています", _ABSENT, "lnNLd#[S", _program_words),
)


@text_rule(
    Rule(
        id="E205",
        severity=Severity.WARNING,
        consequence=Consequence.LOST,
        title="文字化けした跡、または文字が失われた跡がある",
        compares="文字の項目に、変換の誤りで残る形（数字の間の ?、「表\\」、「サービスT」、「&#12345;」、「null」など）を探します。",
        why="出力する前に文字が変わったり、失われたりしています。受け取る側では元に戻せません。",
        remedy=_CONVERSION,
        reference="§4.3 文字コード（MS932）",
        friends=(
            "「…か?と聞く」のような疑問の ?、「¥1,000」のような金額、「A&B」、伏せ字の 〓、建物の名前や"
            "「加算V」のように Ⅴ の代わりに書いた V、名前の一部の Null は、誤りとしません。"
        ),
    )
)
def lost_characters(rule: Rule, texts: ColumnTexts) -> Iterator[FileHit]:
    for trace, rows in traces_in(texts):
        message = f"「{texts.item.name}」に{trace.message}。"
        yield from row_hits(texts.table, rule, rows, message, item=texts.item, remedy=trace.remedy)


def lost_rows(texts: ColumnTexts) -> Flags:
    """Rows of a column that show any trace."""
    lost = np.zeros(len(texts.indices), dtype=np.bool_)
    for _, rows in traces_in(texts):
        lost |= rows
    return lost


def traces_in(texts: ColumnTexts) -> list[tuple[Trace, Flags]]:
    """Which rows of a column show which trace; a value that shows several is told of once."""
    if "traces" not in texts.made:
        texts.made["traces"] = _traces_in(texts) if texts.item.is_text else []
    found: list[tuple[Trace, Flags]] = texts.made["traces"]
    return found


def _traces_in(texts: ColumnTexts) -> list[tuple[Trace, Flags]]:
    found: list[tuple[Trace, Flags]] = []
    told = np.zeros(len(texts.indices), dtype=np.bool_)
    for trace in TRACES:
        if trace.needs and texts.characters.isdisjoint(trace.needs):
            continue
        rows = trace.finds(texts) & ~told
        if rows.any():
            told |= rows
            found.append((trace, rows))
    return found

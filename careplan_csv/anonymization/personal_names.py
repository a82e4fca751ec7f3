"""Invented names of persons, of the same length as the real ones, with kana that read the kanji."""

from __future__ import annotations

import re
import unicodedata
from random import Random

_KANJI_BY_READING = {
    1: "木キ 田タ 手テ 根ネ 野ノ 葉ハ 帆ホ 実ミ 目メ 矢ヤ 湯ユ 世ヨ 名ナ 仁ニ 津ツ 瀬セ 巣ス 路ロ 輪ワ 香カ 久ク 古コ 千チ"
    " 戸ト 井イ 江エ 尾オ 奈ナ 和ワ 利リ 留ル 礼レ 良ラ 美ミ 代ヨ 男オ 子コ 太タ 保ホ 乃ノ 紀キ 志シ 寿ス 知チ",
    2: "山ヤマ 川カワ 森モリ 原ハラ 松マツ 竹タケ 石イシ 岩イワ 西ニシ 北キタ 中ナカ 上ウエ 村ムラ 里サト 島シマ 浜ハマ"
    " 花ハナ 春ハル 秋アキ 冬フユ 夏ナツ 雪ユキ 星ホシ 空ソラ 海ウミ 貝カイ 米ヨネ 糸イト 船フネ 町マチ 道ミチ 谷タニ"
    " 滝タキ 岡オカ 坂サカ 橋ハシ 関セキ 堀ホリ 宮ミヤ 寺テラ 文フミ 幸ユキ 丘オカ 畑ハタ 牧マキ 笠カサ 沖オキ 鳥トリ",
    3: "南ミナミ 桜サクラ 薫カオル 勝マサル 香カオリ 歩アユミ 林ハヤシ 岬ミサキ 蛍ホタル 誠マコト 操ミサオ 要カナメ"
    " 巌イワオ 隆タカシ 清キヨシ 明アキラ 桂カツラ 社ヤシロ 車クルマ 嵐アラシ 霞カスミ 都ミヤコ 命イノチ 翠ミトリ",
}
_READINGS = {
    kana: [(entry[0], entry[1:]) for entry in entries.split()] for kana, entries in _KANJI_BY_READING.items()
}
_KATAKANA = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワ"

_NAME = re.compile("[一-鿿々ぁ-ゖァ-ヺー]+(?:[ 　]+[一-鿿々ぁ-ゖァ-ヺー]+)*")
_KANA = re.compile("[ぁ-ゖァ-ヺーｦ-ﾟ]+(?:[ 　]+[ぁ-ゖァ-ヺーｦ-ﾟ]+)*")
_BLANKS = re.compile("([ 　]+)")
_HIRAGANA = ord("ァ") - ord("ぁ")


def is_name(text: str) -> bool:
    """Whether a text is made like the name of a person, in characters that every software writes."""
    return bool(_NAME.fullmatch(text))


def is_kana(text: str) -> bool:
    """Whether a text is made like the kana of a name."""
    return bool(_KANA.fullmatch(text))


def invented(name: str, kana: str, random: Random) -> tuple[str, str]:
    """A name and its kana, each of the length and with the blanks of the real one.

    Args:
        name: one for which `is_name` is true.
        kana: one for which `is_kana` is true; empty where it is not known.

    Returns:
        The kana read the name wherever a name of this length can be read with kana of that length.
    """
    names, kanas = _BLANKS.split(name), _BLANKS.split(kana)
    if len(names) == len(kanas):
        parts = [
            _part(one, two, random) if place % 2 == 0 else (one, two)
            for place, (one, two) in enumerate(zip(names, kanas, strict=True))
        ]
        return "".join(one for one, _ in parts), "".join(two for _, two in parts)
    bare, read = _part(_BLANKS.sub("", name), _BLANKS.sub("", kana), random)
    return _spread(bare, names), _spread(read, kanas)


def _spread(text: str, parts: list[str]) -> str:
    """Put the blanks of the real text back to where they were."""
    spread, start = [], 0
    for place, part in enumerate(parts):
        if place % 2:
            spread.append(part)
        else:
            spread.append(text[start : start + len(part)])
            start += len(part)
    return "".join(spread)


def _part(name: str, kana: str, random: Random) -> tuple[str, str]:
    lengths = _lengths(name, len(kana), random) if kana else [random.choice((1, 2)) for _ in name]
    letters, read = [], []
    for character, length in zip(name, lengths, strict=True):
        letter, reading = _letter(character, length, random)
        letters.append(letter)
        read.append(reading)
    katakana = "".join(read)
    if kana and len(katakana) != len(kana):
        katakana = "".join(random.choice(_KATAKANA) for _ in kana)
    return "".join(letters), _as_written(katakana, kana)


def _letter(character: str, length: int, random: Random) -> tuple[str, str]:
    if "ァ" <= character <= "ー":
        kana = random.choice(_KATAKANA)
        return kana, kana
    if "ぁ" <= character <= "ゖ":
        kana = random.choice(_KATAKANA)
        return chr(ord(kana) - _HIRAGANA), kana
    return random.choice(_READINGS[length])


def _lengths(name: str, kana: int, random: Random) -> list[int]:
    """How many kana each character is read with, so that all have `kana` together where that is possible."""
    fixed = [not ("一" <= character <= "鿿" or character == "々") for character in name]
    lengths = [1] * len(name)
    free = [place for place, is_fixed in enumerate(fixed) if not is_fixed]
    for _ in range(kana - len(name)):
        open_places = [place for place in free if lengths[place] < 3]
        if not open_places:
            break
        fewest = min(lengths[place] for place in open_places)
        lengths[random.choice([place for place in open_places if lengths[place] == fewest])] += 1
    return lengths


def _as_written(katakana: str, like: str) -> str:
    """Kana in the script of the real ones: character by character, half width or hiragana."""
    return "".join(_in_script(one, two) for one, two in zip(katakana, like, strict=False))


def _in_script(katakana: str, like: str) -> str:
    if "ｦ" <= like <= "ﾟ":
        return _half_width()[katakana]
    if "ぁ" <= like <= "ゖ":
        return chr(ord(katakana) - _HIRAGANA)
    return katakana


def _half_width() -> dict[str, str]:
    return {unicodedata.normalize("NFKC", chr(code)): chr(code) for code in range(0xFF71, 0xFF9E)}


__all__ = ["invented", "is_kana", "is_name"]

"""Characters replaced by others of their class, so that a text keeps its length and its faults and says nothing.

A class holds characters that no rule tells apart: voiced and unvoiced kana are two classes, because a lost
dakuten shows by them; the kanji of the two levels are two, and those whose second byte in MS932 is 5C again.
What is in no class stays: blanks, punctuation, signs, control characters, user-defined characters and bytes
that are no character.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from functools import cache
from random import Random

from careplan_csv.reading.encoding import MS932

_DIGITS = ("0123456789", "０１２３４５６７８９")

_CLASSES = (
    "abcdefghijklmnopqrstuvwxyz",
    "ABCDEFGHJKLMNPRSYZ",
    # The letters that Ⅰ–Ⅴ become, and those that no 事業所番号 has.
    "TUVWX",
    "IOQ",
    "ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ",
    "ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ",
    "あいえおなにぬねのまみむめもやゆよらりるれろわん",
    "うかきくけこさしすせそたちつてとはひふへほ",
    "がぎぐげござじずぜぞだぢづでどばびぶべぼぱぴぷぺぽ",
    "ぁぃぅぇぉっゃゅょ",
    "アイエオナニヌネノマミムメモヤユヨラリルレロワン",
    "ウカキクケコサシスセソタチツテトハヒフヘホ",
    "ガギグゲゴザジズゼゾダヂヅデドバビブベボパピプペポヴ",
    "ァィゥェォッャュョ",
    "ｱｲｴｵﾅﾆﾇﾈﾉﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝ",
    "ｳｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾊﾋﾌﾍﾎ",
    "ｧｨｩｪｫｬｭｮｯ",
    "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ",
    "αβγδεζηθικλμνξοπρστυφχψω",
    "АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ",
    "абвгдежзийклмнопрстуфхцчшщъыьэюя",
    "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳",
    "ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ",
    "ⅰⅱⅲⅳⅴⅵⅶⅷⅸⅹ",
)

_TELLING = frozenset(
    "一年月日時分秒火水木金土曜週毎朝昼夕夜午前後回歳才人名度割番号円単位半令和平成昭大正明治縺繧繝"
)
"""Kanji that rules on lost characters look for: no text gets them that had them not."""

_LEVELS = ((0x889F, 0x9872), (0x989F, 0xEAA4), (0xFA5C, 0xFC4B))
"""First and last code in MS932 of the kanji of level 1, of level 2, and of the extensions."""

_BLOCK = 64


@cache
def _classes() -> dict[str, str]:
    """The class of each character that has one, as a text of its members."""
    found = {character: members for members in _CLASSES for character in members}
    for first, last in _LEVELS:
        kanji = [c for code in range(first, last + 1) if (c := _kanji(code))]
        for in_class in (
            [c for c in kanji if c.encode(MS932)[1] == 0x5C],
            [c for c in kanji if c.encode(MS932)[1] != 0x5C],
        ):
            members = "".join(c for c in in_class if c not in _TELLING)
            found |= dict.fromkeys(in_class, members or "".join(in_class))
    return found


def _kanji(code: int) -> str:
    """The kanji of a code of MS932; empty where there is none, or where it is written by another code."""
    raw = code.to_bytes(2, "big")
    character = raw.decode(MS932, "ignore")
    is_kanji = len(character) == 1 and "一" <= character <= "\ufaff" and character.encode(MS932) == raw
    return character if is_kanji else ""


@cache
def _class_of(character: str) -> str:
    known = _classes().get(character)
    if known is not None:
        return known
    # Of NEC's own codes for the extensions, the class is the same.
    if unicodedata.category(character)[0] not in "LN" or character in "ー々ｰﾞﾟをヲｦゎヮヵヶヱヰゑゐ":
        return ""
    if _in_ms932(character):
        return ""
    first = ord(character) // _BLOCK * _BLOCK
    block = (chr(code) for code in range(first, first + _BLOCK))
    kind = unicodedata.category(character)
    return "".join(c for c in block if unicodedata.category(c) == kind and not _in_ms932(c))


def _in_ms932(character: str) -> bool:
    return bool(character.encode(MS932, "ignore"))


def replaced(text: str, random: Random, kept: Collection[int] = ()) -> str:
    """A text of the same length in which every character with a class is another of it, or by chance the same.

    Zeros at the beginning of a number stay, and no number gets any.

    Args:
        kept: the places of characters that stay.
    """
    result, leading = [], True
    for place, character in enumerate(text):
        digits = next((digits for digits in _DIGITS if character in digits), "")
        if digits:
            members = digits[1:] if leading else digits
            leading = leading and character == digits[0]
            members = "" if leading else members
        else:
            leading, members = True, _class_of(character)
        drawn = random.choice(members) if members else character
        result.append(character if place in kept else drawn)
    return "".join(result)


def has_class(character: str) -> bool:
    """Whether a character can be replaced by another."""
    return character in _DIGITS[0] or character in _DIGITS[1] or bool(_class_of(character))


__all__ = ["has_class", "replaced"]

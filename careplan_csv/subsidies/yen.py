"""Amounts of money as people in Japan write them."""

from __future__ import annotations

import re
import unicodedata

MOST = 9_999_999_999
"""More yen than any office spends: such an amount is a slip of the pen."""

_DIGITS = r"(?:\d{1,3}(?:,\d{3})+|\d+)"
_PLAIN = re.compile(rf"[¥\\]?({_DIGITS})(千)?円?")
_TEN_THOUSANDS = re.compile(rf"[¥\\]?({_DIGITS})(?:\.(\d{{1,4}}))?万(?:円|({_DIGITS})円)?")
_NEGATIVE = re.compile(r"[-−‐–—ー▲△]")
_REMEDY = "「1200000」「1,200,000」「120万円」のように書いてください。"


class NoAmount(Exception):
    """It is no amount of yen; the text says what to write, in Japanese."""


def yen_of(value: object) -> int:
    """An amount of a TOML file in yen: 1200000, "1,200,000", "１２０万円" or "1,200千円".

    Raises:
        NoAmount: it is none, or could be read in two ways; or negative, or more than MOST.
    """
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise NoAmount(f"円の金額として読めません。{_REMEDY}")
    yen = value if isinstance(value, int) else _of_text(value)
    if yen < 0:
        raise NoAmount("金額が負の数です。0 以上の金額を書いてください。値引きがあれば、引いた後の金額です。")
    if yen > MOST:
        raise NoAmount("金額が大きすぎます。桁の数を確かめてください。")
    return yen


def _of_text(text: str) -> int:
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    if _NEGATIVE.match(plain):
        return -1
    if len(plain) > 40:
        raise NoAmount(f"円の金額として読めません。{_REMEDY}")
    if found := _PLAIN.fullmatch(plain):
        return _number(found[1]) * (1_000 if found[2] else 1)
    if (found := _TEN_THOUSANDS.fullmatch(plain)) and (below := _number(found[3] or "0")) < 10_000:
        if found[2] and found[3]:
            raise NoAmount(f"円の金額として読めません。{_REMEDY}")
        return _number(found[1]) * 10_000 + int((found[2] or "0").ljust(4, "0")) + below
    raise NoAmount(f"円の金額として読めません（2通りに読めるものも使えません）。{_REMEDY}")


def _number(digits: str) -> int:
    return int(digits.replace(",", ""))


def shown_yen(yen: int) -> str:
    """1,200,000円"""
    return f"{yen:,}円"

"""Dates, months and times (F405–F407), and the length of numbers (F403)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from careplan_csv.checks.items.item_rules import Wording, has_format, item_rule
from careplan_csv.findings import Consequence, Rule, Severity
from careplan_csv.item_checks import ItemContext, Passes
from careplan_csv.reading.structure import Bytes, Flags
from careplan_csv.reading.values import Values
from careplan_csv.standard import Item

Predicate: TypeAlias = Callable[[Bytes], Flags]
Numbers: TypeAlias = npt.NDArray[np.int64]

WIDTHS = {"ymd": 8, "ym": 6, "hhmm": 4}
_WAREKI = r"(?:[MTSHRmtshr]|明治|大正|昭和|平成|令和).*"
_FULL_WIDTH = r".*[０-９].*"
_DAYS = np.array([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] + [0] * 87, dtype=np.int64)


def numbers(matrix: Bytes, start: int, stop: int) -> Numbers:
    """The numbers that columns `start` to `stop` of rows of ASCII digits write, shape (rows,)."""
    digits = matrix[:, start:stop].astype(np.int64) - 0x30
    powers = 10 ** np.arange(stop - start - 1, -1, -1, dtype=np.int64)
    result: Numbers = digits @ powers
    return result


def real_dates(matrix: Bytes) -> Flags:
    """Which rows of eight digits are days of the calendar."""
    year, month, day = numbers(matrix, 0, 4), numbers(matrix, 4, 6), numbers(matrix, 6, 8)
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    limit = _DAYS[month] - ((month == 2) & ~leap)
    good: Flags = (day >= 1) & (day <= limit) & (year >= 1)
    return good


def days_of_month(months: Numbers) -> Numbers:
    """The last day of months given as numbers YYYYMM; 0 where there is no such month."""
    year, month = months // 100, months % 100
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    result: Numbers = _DAYS[np.clip(month, 0, 99)] - ((month == 2) & ~leap)
    return result


def real_months(matrix: Bytes) -> Flags:
    """Which rows of six digits are months."""
    month = numbers(matrix, 4, 6)
    good: Flags = (month >= 1) & (month <= 12) & (numbers(matrix, 0, 4) >= 1)
    return good


def real_times(matrix: Bytes) -> Flags:
    """Which rows of four digits are times from 0000 to 2359."""
    good: Flags = (numbers(matrix, 0, 2) <= 23) & (numbers(matrix, 2, 4) <= 59)
    return good


def _allowed(matrix: Bytes, item: Item, predicate: Predicate) -> Flags:
    good = predicate(matrix)
    for word in item.also:
        good |= (matrix == np.frombuffer(word.encode(), dtype=np.uint8)).all(axis=1)
    return good


def _calendar(values: Values, item: Item, predicate: Predicate) -> Passes:
    """Judge digits of the right number by `predicate`; digits of another number are left to F403."""
    width = WIDTHS[item.format]
    if values.only_digits and values.has_width(width):
        good = _allowed(values.matrix(width), item, predicate)
        if good.all():
            return True
        passes = ~values.filled
        passes[values.filled] = good
        return passes
    digits = values.matches("[0-9]+")
    passes = digits | ~values.filled
    right = digits & (values.lengths == width)
    passes[right] = _allowed(values.take(right).matrix(width), item, predicate)
    return passes


@item_rule(
    Rule(
        id="F403",
        severity=Severity.ERROR,
        consequence=Consequence.REFUSED,
        title="決められた桁数ではない（番号・年月日・年月・時刻）",
        compares="値の桁数が、決められた桁数（番号は項目長、年月日は8桁、年月は6桁、時刻は4桁）とちょうど同じかを見ます。",
        why="桁数の違う番号や日付は、受け取る側で別の人や別の日として扱われたり、取り込めなかったりします。",
        remedy=(
            "事業所の方: 介護ソフトでその項目を直し、出力し直してください。"
            "ソフト会社の方: 別紙の項目長どおりの桁数の半角数字で、先頭の 0 も出力してください。"
        ),
        reference="別紙 項目長",
        friends="区切り記号や和暦で書かれた日付は日付の規則（F405）で、先頭の 0 がない番号は F421 で示します。",
    ),
    applies=has_format("ymd", "ym", "hhmm", "digits"),
    wordings=lambda item, _: (
        Wording("「{name}」に全角の数字が使われています（正しくは{length}桁の半角数字）。", _FULL_WIDTH),
        *(
            (
                Wording(
                    "「{name}」が8桁です。請求に使う、先頭に 00 を付けた番号と思われます（正しくは{length}桁）。",
                    "00[0-9]{6}",
                ),
            )
            if item.id == "insurer_number"
            else ()
        ),
        *(
            (
                Wording(
                    "「{name}」の先頭の 0 がありません（正しくは{length}桁）。",
                    "[1-9][0-9]{0,2}",
                    yields_to=("F421",),
                ),
            )
            if item.format == "hhmm"
            else ()
        ),
        Wording(
            "「{name}」の桁数が足りません（正しくは{length}桁）。", f"[0-9]{{1,{(item.length or 2) - 1}}}"
        ),
        Wording("「{name}」の桁数が多すぎます（正しくは{length}桁）。", "[0-9]+"),
        Wording("「{name}」に数字でない文字があります（正しくは{length}桁の半角数字）。"),
    ),
)
def exact_length(values: Values, context: ItemContext) -> Passes:
    width = WIDTHS.get(context.item.format, context.item.length or 0)
    if values.has_width(width) and (values.only_digits or context.item.format in WIDTHS):
        return True
    digits = values.matches("[0-9]+")
    right: Flags = digits & (values.lengths == width)
    if context.item.format in WIDTHS:
        # What is no number at all is judged by the rule of the calendar.
        right |= ~digits
    return right | ~values.filled


@item_rule(
    Rule(
        id="F405",
        severity=Severity.ERROR,
        consequence=Consequence.REFUSED,
        title="実在する年月日（YYYYMMDD）ではない",
        compares="値が、暦にある年月日（YYYYMMDD）かを見ます。",
        why="日付として読めない値は、取り込めないか、空や別の日付に変わることがあります。",
        remedy=(
            "事業所の方: 介護ソフトでその日付を直し、出力し直してください。"
            "ソフト会社の方: 西暦の年月日を8桁の半角数字（例 20250401）で出力してください。"
        ),
        reference="別紙 書式 YYYYMMDD",
        friends="利用票に付く利用者補足情報の計画作成（変更）日は 00000000 が正しい値です。",
    ),
    applies=has_format("ymd"),
    wordings=(
        Wording("「{name}」が暦に無い日付です。", "[0-9]{8}"),
        Wording(
            "「{name}」に区切りの記号があります（正しくは YYYYMMDD の8桁）。",
            r"[0-9]{4}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}日?",
        ),
        Wording("「{name}」の年が2桁です（正しくは西暦4桁）。", r"[0-9]{2}[-/.][0-9]{1,2}[-/.][0-9]{1,2}"),
        Wording("「{name}」が和暦で書かれています（正しくは西暦の YYYYMMDD）。", _WAREKI),
        Wording("「{name}」に全角の数字が使われています（正しくは半角）。", _FULL_WIDTH),
        Wording("「{name}」が日付（YYYYMMDD）ではありません。"),
    ),
)
def is_date(values: Values, context: ItemContext) -> Passes:
    return _calendar(values, context.item, real_dates)


@item_rule(
    Rule(
        id="F406",
        severity=Severity.ERROR,
        consequence=Consequence.REFUSED,
        title="実在する年月（YYYYMM）ではない",
        compares="値が、ある年月（YYYYMM、月は 01〜12）かを見ます。",
        why="年月は、利用票や実績をどの月のものとして取り込むかを決める値です。読めないと、取り込めないことがあります。",
        remedy=(
            "事業所の方: 介護ソフトから出力し直し、同じときはソフト会社に伝えてください。"
            "ソフト会社の方: 西暦の年月を6桁の半角数字（例 202504）で出力してください。"
        ),
        reference="別紙 書式 YYYYMM",
        friends="計画書に付く利用者補足情報の対象年月は 000000 が正しい値です。",
    ),
    applies=has_format("ym"),
    wordings=(
        Wording("「{name}」が暦に無い年月です。", "[0-9]{6}"),
        Wording(
            "「{name}」に区切りの記号があります（正しくは YYYYMM の6桁）。", r"[0-9]{4}[-/.年][0-9]{1,2}月?"
        ),
        Wording("「{name}」が和暦で書かれています（正しくは西暦の YYYYMM）。", _WAREKI),
        Wording("「{name}」が年月（YYYYMM）ではありません。"),
    ),
)
def is_month(values: Values, context: ItemContext) -> Passes:
    return _calendar(values, context.item, real_months)


@item_rule(
    Rule(
        id="F407",
        severity=Severity.ERROR,
        consequence=Consequence.REFUSED,
        title="時刻（HHMM）ではない",
        compares="値が、0000〜2359 の時刻かを見ます。終了時刻は 2400、第6表・実績は 9999（時間表示なし）も正しい値です。",
        why="時刻が読めないと、サービスの時間帯が失われたり、取り込めなかったりします。",
        remedy=(
            "事業所の方: 介護ソフトでその時刻を直し、出力し直してください。"
            "ソフト会社の方: 24時間制の4桁の半角数字（例 0930）で出力してください。"
            "時間表示のないサービスでは、開始・終了とも 9999 とします（第6表・実績のみ）。"
        ),
        reference="別紙 書式 HHMM（A14）",
        friends="第6表・実績の 9999（時間表示なし）と、終了時刻の 2400 は正しい値です。",
    ),
    applies=has_format("hhmm"),
    wordings=(
        Wording("「{name}」に 9999 は使えません。", "9999"),
        Wording("「{name}」が 2400 です（24時は終了時刻にだけ使えます）。", "2400"),
        Wording("「{name}」が 0000〜2359 の時刻ではありません。", "[0-9]{4}"),
        Wording(
            "「{name}」に区切りの記号があります（正しくは HHMM の4桁）。", r"[0-9]{1,2}[:：時][0-9]{1,2}分?"
        ),
        Wording("「{name}」が時刻（HHMM）ではありません。"),
    ),
)
def is_time(values: Values, context: ItemContext) -> Passes:
    return _calendar(values, context.item, real_times)

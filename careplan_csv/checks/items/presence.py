"""Empty, filled by mistake, padded, or passed through a spreadsheet (F401, F413, F414, F421)."""

from __future__ import annotations

import numpy as np

from careplan_csv.checks.items.item_dates import WIDTHS
from careplan_csv.checks.items.item_rules import Failed, Wording, item_rule
from careplan_csv.checks.items.total_rows import total_rows
from careplan_csv.checks.syntax.spreadsheet import DATES, EXPONENTS, SPREADSHEET, ZEROS
from careplan_csv.findings import Consequence, Rule, Severity
from careplan_csv.item_checks import ItemContext, Passes
from careplan_csv.reading import arrays
from careplan_csv.reading.structure import Flags
from careplan_csv.reading.table import offsets_of
from careplan_csv.reading.values import Values, as_flags
from careplan_csv.standard import Edition, Item, Requirement


def _on_totals(failed: Failed) -> Flags:
    return total_rows(failed.table, failed.edition)[failed.rows]


_FILL_IN = (
    "事業所の方: 介護ソフトで「{name}」を入力し、出力し直してください。"
    "ソフト会社の方: 画面に入力があるのに空になるときは、出力の処理を直してください。"
)
_BLANKS = r"(?:[ \t\r\n]|\x81\x40|\xe3\x80\x80)+"
"""Nothing but blanks, as bytes of MS932 or of UTF-8."""


def _is_blank(failed: Failed) -> Flags:
    if failed.item.is_text:
        return blank_texts(failed.values)
    blanks: Flags = np.diff(offsets_of(failed.values.array)) > 0
    return blanks


def _missing_wordings(item: Item, edition: Edition) -> list[Wording]:
    if item.required is Requirement.REQUIRED:
        certain = _empty_or_blank("必須の項目「{name}」が", "", Severity.ERROR)
        if item.on_totals is None:
            return certain
        unclear = "小計・全合計の行で「{name}」が空です（標準仕様の記載が明らかでないため警告とします）。"
        return [Wording(unclear, _on_totals, Severity.WARNING, _FILL_IN), *certain]
    if item.required is Requirement.UNCLEAR:
        unclear = "（必須かどうか標準仕様の記載が明らかでないため警告とします）"
        return _empty_or_blank("「{name}」が", unclear, Severity.WARNING)
    return _empty_or_blank("必要とされている項目「{name}」が", "", Severity.WARNING)


def _empty_or_blank(what: str, note: str, severity: Severity) -> list[Wording]:
    return [
        Wording(f"{what}空白だけです{note}。", _is_blank, severity, _FILL_IN),
        Wording(f"{what}空です{note}。", None, severity, _FILL_IN),
    ]


def blank_texts(values: Values) -> Flags:
    """Which free texts hold nothing but blanks, shape (values,)."""
    blank = np.zeros(len(values), dtype=np.bool_)
    filled = np.flatnonzero(values.filled)
    if not len(filled):
        return blank
    first = values.content[offsets_of(values.array)[:-1][filled] - offsets_of(values.array)[0]]
    perhaps = filled[_BEGINS_A_BLANK[first]]
    if len(perhaps):
        blank[perhaps] = Values(values.array.take(arrays.int64(perhaps))).matches(_BLANKS)
    return blank


_BEGINS_A_BLANK = np.zeros(256, dtype=np.bool_)
_BEGINS_A_BLANK[[0x20, 0x09, 0x0D, 0x0A, 0x81, 0xE3]] = True


@item_rule(
    Rule(
        id="F401",
        severity=Severity.ERROR,
        consequence=Consequence.REFUSED,
        title="必須の項目が空である、または空白だけである",
        compares="別紙の必須欄が○の項目に、空の値と空白だけの値を探します。",
        grades=(
            (
                Severity.WARNING,
                "必須かどうか別紙の記載が明らかでない項目（A01）、必要とされている項目、小計・全合計の行の項目（A19）のとき",
            ),
        ),
        why="必須の項目がない記録は、受け取る側で取り込めないか、利用者や予定に結び付けられません。",
        remedy=_FILL_IN.format(name="その項目"),
        reference="別紙 必須欄（A01、A19）",
        friends="任意の項目は、空で構いません。",
    ),
    applies=lambda item: item.required is not Requirement.OPTIONAL and item.id != "csv_version",
    wordings=_missing_wordings,
    about_form=False,
)
def is_filled(values: Values, context: ItemContext) -> Passes:
    filled = values.filled & ~blank_texts(values) if context.item.is_text else values.filled
    return True if filled.all() else filled


@item_rule(
    Rule(
        id="F413",
        severity=Severity.WARNING,
        consequence=Consequence.REFUSED,
        title="使用しない項目（識別子）に値がある",
        compares="使用しないとされた項目が空かを見ます。",
        why="標準仕様で「使用しない」とされた項目です。受け取る側によっては、余分な値で取込が止まります。",
        remedy="事業所の方: 介護ソフトの出力の設定で直せないときは、ソフト会社に伝えてください。ソフト会社の方: この項目は空で出力してください。",
        reference="別紙 識別子（※使用しない）",
        friends="空の値は、引用符があってもなくても構いません。",
    ),
    applies=lambda item: item.format == "unused",
    wordings=(Wording("使用しない項目「{name}」に値があります。"),),
    about_form=False,
)
def is_unused(values: Values, context: ItemContext) -> Passes:
    return ~values.filled if values.filled.any() else True


@item_rule(
    Rule(
        id="F414",
        severity=Severity.WARNING,
        consequence=Consequence.LOST,
        title="番号・コード・日付などの前後に空白がある",
        compares="文字以外の項目の値の前後に、半角・全角の空白やタブを探します。",
        why="空白を取り除かずに比べる介護ソフトでは、別の番号や別のコードとして扱われます。",
        remedy=(
            "事業所の方: 介護ソフトでその欄の前後の空白を消して、出力し直してください。"
            "ソフト会社の方: 前後の空白を取り除いて出力してください。"
        ),
        reference="別紙 書式（文字以外の項目）",
        friends="文字の項目の前後の空白は、誤りとしません。",
    ),
    applies=lambda item: not item.is_text,
    wordings=(
        Wording("「{name}」が空白だけです（正しくは空）。", ""),
        Wording("「{name}」の前後に空白があります。"),
    ),
    about_form=False,
)
def has_no_blanks(values: Values, context: ItemContext) -> Passes:
    if values.trimmed is values.array:
        return True
    import pyarrow.compute as pc

    same = as_flags(pc.equal(values.trimmed, values.array))
    if context.item.required is Requirement.REQUIRED:
        # An item that is nothing but blanks is reported as empty.
        same = same | ~values.filled
    return same


_SCIENTIFIC = r"[0-9](?:\.[0-9]+)?E\+?[0-9]{1,2}"
# Spreadsheets write days and months without a leading zero; padded ones are some software's own notation.
_SLASHED = "[0-9]{4}/(?:[1-9]/[0-9]{1,2}|[0-9]{1,2}/[1-9]|[1-9])|[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}|[A-Z][a-z]{2}-[0-9]{2}"
_NUMBERS = ("digits", "insured", "office")


def _lost_zeros(item: Item) -> str:
    width = item.length or 0
    return f"[1-9][0-9]{{0,{width - 2}}}" if width > 1 else "[^ -~]{99}"


def _spreadsheet_pattern(item: Item) -> str:
    patterns = [_SCIENTIFIC]
    if item.format in ("ymd", "ym"):
        patterns.append(_SLASHED)
    if item.format in _NUMBERS:
        patterns.append(_lost_zeros(item))
    return "|".join(patterns)


@item_rule(
    SPREADSHEET,
    applies=lambda item: item.format in ("ymd", "ym", *_NUMBERS) and item.id != "csv_version",
    wordings=(Wording(EXPONENTS, _SCIENTIFIC), Wording(DATES, _SLASHED), Wording(ZEROS)),
    about_form=False,
)
def has_no_spreadsheet_traces(values: Values, context: ItemContext) -> Passes:
    width = context.item.length or 0
    dated = context.item.format in WIDTHS
    if values.has_width(width) and (values.only_digits or not (dated or (values.content == ord("E")).any())):
        return True
    return ~values.matches(_spreadsheet_pattern(context.item))

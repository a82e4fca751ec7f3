"""Empty, filled by mistake, padded, or passed through a spreadsheet (F401, F413, F414, F421)."""

from __future__ import annotations

from careplan_csv.checks.items.rules import Failed, Variant, item_rule
from careplan_csv.checks.totals import total_rows
from careplan_csv.findings import Cause, Rule, Severity
from careplan_csv.item_checks import ItemContext, Passes
from careplan_csv.reading.structure import Flags
from careplan_csv.reading.table import content_bytes
from careplan_csv.reading.values import Values, as_flags
from careplan_csv.standard import Edition, Item, Requirement


def _on_totals(failed: Failed) -> Flags:
    return total_rows(failed.table, failed.edition)[failed.rows]


def _missing_variants(item: Item, edition: Edition) -> list[Variant]:
    if item.required is Requirement.REQUIRED:
        certain = Variant("必須の項目「{name}」が空です。")
        if item.on_totals is None:
            return [certain]
        unclear = "小計・全合計の行で「{name}」が空です（標準仕様の記載が明らかでないため警告とします）。"
        return [Variant(unclear, _on_totals, Severity.WARNING), certain]
    if item.required is Requirement.UNCLEAR:
        text = "「{name}」が空です（必須かどうか標準仕様の記載が明らかでないため警告とします）。"
        return [Variant(text, None, Severity.WARNING)]
    return [Variant("必要とされている項目「{name}」が空です。", None, Severity.WARNING)]


@item_rule(
    Rule(
        id="F401",
        severity=Severity.ERROR,
        title="必須の項目が空である",
        why="必須の項目が無い記録は、受け取る側のソフトで取込が止まるか、利用者や予定に結び付けられません。",
        remedy="元のソフトでその項目を入力し、出力し直してください。入力してあるのに空になる場合はソフト会社に伝えてください。",
        reference="別紙 必須欄（A01、A19）",
        friends="任意の項目が空のときは出しません。",
    ),
    applies=lambda item: item.required is not Requirement.OPTIONAL and item.id != "csv_version",
    variants=_missing_variants,
)
def is_filled(values: Values, context: ItemContext) -> Passes:
    return True if values.filled.all() else values.filled


@item_rule(
    Rule(
        id="F413",
        severity=Severity.WARNING,
        title="使用しない項目（識別子）に値がある",
        why="標準仕様で「使用しない」とされた項目です。受け取る側によっては、余分な値で取込が止まります。",
        remedy="この項目は空で出力してください。",
        reference="別紙 識別子（※使用しない）",
        friends="空か、引用符だけの空の値は出しません。",
    ),
    applies=lambda item: item.format == "unused",
    variants=(Variant("使用しない項目「{name}」に値があります。", None, Severity.WARNING),),
)
def is_unused(values: Values, context: ItemContext) -> Passes:
    return ~values.filled if values.filled.any() else True


@item_rule(
    Rule(
        id="F414",
        severity=Severity.WARNING,
        title="番号・コード・日付などの前後に空白がある",
        why="空白を取り除かずに比べるソフトでは、別の番号や別のコードとして扱われます。",
        remedy="前後の空白を取り除いて出力してください。",
        reference="別紙 書式（文字以外の項目）",
        friends="文字の項目の前後の空白は出しません。",
    ),
    applies=lambda item: not item.is_text,
    variants=(
        Variant("「{name}」が空白だけです（空で書きます）。", "", Severity.WARNING),
        Variant("「{name}」の前後に空白があります。", None, Severity.WARNING),
    ),
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
_SLASHED = "[0-9]{4}/(?:[1-9]/[0-9]{1,2}|[0-9]{1,2}/[1-9]|[1-9])|[0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4}|[A-Z][a-z]{2}-[0-9]{2}"
_NUMBERS = ("digits", "insured", "office")


def _lost_zeros(item: Item) -> str:
    width = item.length or 0
    return f"[1-9][0-9]{{{max(min(width - 4, 2), 0)},{width - 2}}}" if width > 2 else "[^ -~]{99}"


def _spreadsheet_pattern(item: Item) -> str:
    patterns = [_SCIENTIFIC]
    if item.format in ("ymd", "ym"):
        patterns.append(_SLASHED)
    if item.format in _NUMBERS:
        patterns.append(_lost_zeros(item))
    return "|".join(patterns)


@item_rule(
    Rule(
        id="F421",
        severity=Severity.WARNING,
        title="表計算ソフトで開いて保存した跡がある",
        why="Excel などで CSV を開いて保存すると、先頭の 0 が消え、日付や長い番号が書き換わります。",
        remedy="ソフトから出力し直し、Excel などで開かずに、そのまま渡してください。",
        reference="別紙 書式（番号・年月日）",
        friends="桁をそろえた 2025/04/01 のような日付は、表計算ソフトの跡とはみなしません（F405 で示します）。",
        cause=Cause.HANDLING,
    ),
    applies=lambda item: item.format in ("ymd", "ym", *_NUMBERS) and item.id != "csv_version",
    variants=(
        Variant(
            "「{name}」が 4.3E+11 のような形に変わっています。表計算ソフトで保存した跡と思われます。",
            _SCIENTIFIC,
            Severity.WARNING,
        ),
        Variant(
            "「{name}」の日付の形が変わっています。表計算ソフトで保存した跡と思われます。",
            _SLASHED,
            Severity.WARNING,
        ),
        Variant(
            "「{name}」の先頭の 0 が消えています。表計算ソフトで保存した跡と思われます。",
            None,
            Severity.WARNING,
        ),
    ),
)
def has_no_spreadsheet_traces(values: Values, context: ItemContext) -> Passes:
    width = context.item.length or 0
    if values.has_width(width) and int((content_bytes(values.trimmed) == ord("E")).sum()) == 0:
        return True
    return ~values.matches(_spreadsheet_pattern(context.item))

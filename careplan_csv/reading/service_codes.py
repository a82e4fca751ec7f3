"""A user's own master of service codes: 介護給付費単位数等サービスコード表 or a municipality's 総合事業 master.

None is shipped. Columns are found by their names, or, without a header, by the order that the masters of
municipalities have: 保険者番号, サービス種類コード, サービス項目コード, 適用開始年月, 適用終了年月, サービス名称, 単位数.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from careplan_csv.standard import standard

if TYPE_CHECKING:
    import pandas as pd

MAX_BYTES = 64 * 1024 * 1024
MAX_ROWS = 1_000_000
_MAX_COLUMNS = 200
_HEADER_WITHIN = 20
"""Records among which a header is looked for: titles may stand above it."""

ALIASES = {
    "insurer": ("保険者番号", "証記載保険者番号", "市町村番号"),
    "kind": ("サービス種類コード", "サービス種類", "種類コード", "種類"),
    "item": ("サービス項目コード", "サービス項目", "項目コード", "項目"),
    "code": ("サービスコード",),
    "start": ("適用開始年月", "適用開始年月日", "有効期間開始年月", "適用開始", "開始年月"),
    "end": ("適用終了年月", "適用終了年月日", "有効期間終了年月", "適用終了", "終了年月"),
    "name": ("サービス名称", "サービスコード名称", "サービス内容略称", "サービス略称", "略称", "名称"),
    "units": ("単位数", "合成単位数"),
}
"""What a column may be called, the likeliest first."""

_ORDERS = (
    ("insurer", "kind", "item", "start", "end", "name", "units"),
    ("kind", "item", "start", "end", "name", "units"),
)
_SHAPES = {
    "insurer": r"\d{5,6}|00\d{6}",
    "kind": r"[0-9A-Z]{2}",
    "item": r"[0-9A-Z]{3,4}",
    "start": r"\d{6}|\d{8}",
    "end": r"(?:\d{6}|\d{8})?",
    "name": r".*\D.*",
    "units": r"-?\d*(?:\.\d+)?",
}
_NOT_FIXED = re.compile("加算|減算|割引|率|％|%|処遇|支援等|同一|特別地域|中山間|共生")
"""Names of services whose units are a share of others, or are changed by one."""

ALWAYS, FOREVER = 0, 999999


class ServiceCodeFileError(Exception):
    """A master cannot be used; the text says which one, what is wrong and what to do."""


@dataclass(frozen=True)
class ServiceCodes:
    """One or several masters together.

    Attributes:
        rows: `code` (6 characters), `start` and `end` (YYYYMM as numbers, `end` included), and `units`,
            which is 0 where units are not fixed or not given; each row once.
        kinds: service kinds that a master lists for every insurer.
        local_kinds: `insurer,kind` of those that it lists for one insurer.
    """

    rows: pd.DataFrame
    kinds: frozenset[str]
    local_kinds: frozenset[str]


def load_service_codes(paths: Sequence[Path]) -> ServiceCodes:
    """Read masters; every one counts for all records that it has the kind (and insurer) of.

    Raises:
        ServiceCodeFileError: one cannot be read, has unknown columns, or holds a value that is none.
    """
    import pandas as pd

    tables = [_master(path) for path in paths]
    together = pd.concat(tables, ignore_index=True)
    kind = together["code"].str[:2]
    local = together["insurer"] != ""
    return ServiceCodes(
        rows=together[["code", "start", "end", "units"]].drop_duplicates(ignore_index=True),
        kinds=frozenset(kind[~local]),
        local_kinds=frozenset((together["insurer"] + "," + kind)[local]),
    )


def _master(path: Path) -> pd.DataFrame:
    """The rows of one master: code, insurer ('' for every one), start, end, units."""
    raw = _table(path)
    rows = _columns(raw, path)
    if rows.empty:
        raise _refusal(path, "サービスコードの行が1件もありません。")
    return _for_its_insurers(_coded(rows, path), path)


def _refusal(path: Path, text: str) -> ServiceCodeFileError:
    return ServiceCodeFileError(f"サービスコードのファイル {path} を使えません。{text}")


def _text(path: Path) -> str:
    if path.exists() and not path.is_file():
        raise _refusal(path, "読めません（ふつうのファイルではありません）。CSV ファイルを指定してください。")
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise _refusal(path, "読めません。名前と場所、読み取りの許可を確かめてください。") from error
    if len(data) > MAX_BYTES:
        raise _refusal(path, f"大きすぎます（{MAX_BYTES // 1024 // 1024}MiB まで）。")
    for encoding in ("utf-8-sig", "cp932"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise _refusal(
        path, "文字コードが Shift-JIS（MS932）でも UTF-8 でもありません。CSV で保存し直してください。"
    )


def _table(path: Path) -> pd.DataFrame:
    """Every record as text, columns numbered from 0."""
    import pandas as pd

    text = _text(path)
    width = max((len(record) for record in _first_records(text, path)), default=0)
    if not 3 <= width <= _MAX_COLUMNS:
        raise _refusal(
            path,
            "カンマ区切りの CSV ではないか、列が足りません。Excel の表は CSV で保存し直してください。",
        )
    try:
        table = pd.read_csv(
            io.StringIO(text), header=None, names=range(width), dtype=str, na_filter=False, nrows=MAX_ROWS + 1
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise _refusal(path, "列の数がそろっていないか、引用符が閉じていません。") from error
    if len(table) > MAX_ROWS:
        raise _refusal(path, f"行が多すぎます（{MAX_ROWS:,}件まで）。")
    return table.fillna("")


def _first_records(text: str, path: Path) -> list[list[str]]:
    records: list[list[str]] = []
    # A quote that never closes would make one record of the whole file.
    lines = io.StringIO(text[:200_000])
    try:
        for record in csv.reader(lines):
            records.append(record)
            if len(records) == _HEADER_WITHIN:
                break
    except csv.Error as error:
        raise _refusal(path, "CSV として読めません。引用符の付け方を確かめてください。") from error
    return records


def _narrowed(column: pd.Series[str]) -> pd.Series[str]:
    return column.str.normalize("NFKC").str.strip()


def _heading(cell: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", cell))


def _found(cells: Iterable[str]) -> dict[str, int]:
    """Column number by what the column is, from a header's cells."""
    headings = [_heading(cell) for cell in cells]
    found = {}
    for column, aliases in ALIASES.items():
        numbers = [headings.index(alias) for alias in aliases if alias in headings]
        if numbers:
            found[column] = numbers[0]
    return found


def _columns(table: pd.DataFrame, path: Path) -> pd.DataFrame:
    """The data records with columns named as in ALIASES.

    Raises:
        ServiceCodeFileError: neither a header nor the shape of the first record tells the columns.
    """
    top = table.head(_HEADER_WITHIN).apply(_narrowed)
    for number, cells in enumerate(top.to_numpy()):
        found = _found(cells)
        if "code" in found or {"kind", "item"} <= found.keys():
            return _named(table.iloc[number + 1 :], found)
    filled = top[(top != "").any(axis=1)]
    first = [] if filled.empty else list(filled.iloc[0])
    for order in _ORDERS:
        if len(first) >= len(order) and all(
            re.fullmatch(_SHAPES[column], cell) for column, cell in zip(order, first, strict=False)
        ):
            return _named(table, {column: number for number, column in enumerate(order)})
    raise _refusal(
        path,
        "どの列がサービスコードか分かりません。1行目に「サービス種類コード」「サービス項目コード」"
        "「適用開始年月」「適用終了年月」「サービス名称」「単位数」などの見出しを書いてください。",
    )


def _named(table: pd.DataFrame, found: dict[str, int]) -> pd.DataFrame:
    """The wanted columns, blanks trimmed and full-width letters narrowed, without empty records."""
    if {"kind", "item"} <= found.keys():
        found = {column: number for column, number in found.items() if column != "code"}
    named = table[list(found.values())].apply(_narrowed)
    named.columns = list(found)
    return named[(named != "").any(axis=1)]


def _coded(rows: pd.DataFrame, path: Path) -> pd.DataFrame:
    """The rows with a checked code, insurer and period."""
    import pandas as pd

    blank = pd.Series("", index=rows.index)
    if "code" in rows:
        code = rows["code"].str.upper()
    else:
        code = rows["kind"].str.upper() + rows["item"].str.upper().str.zfill(4)
    _demand(code.str.fullmatch("[0-9A-Z]{6}"), path, "サービスコード（種類2桁と項目4桁）")
    insurer = rows.get("insurer", blank).str.replace(r"^00(\d{6})$", r"\1", regex=True)
    insurer = insurer.where(insurer == "", insurer.str.zfill(6))
    _demand(insurer.str.fullmatch(r"(?:\d{6})?"), path, "保険者番号（6桁）")
    return pd.DataFrame(
        {
            "code": code,
            "insurer": insurer,
            "start": _months(rows.get("start", blank), ALWAYS, "適用開始年月", path),
            "end": _months(rows.get("end", blank), FOREVER, "適用終了年月", path),
            "units": _units(rows.get("units", blank), rows.get("name", blank)),
        }
    )


def _demand(right: pd.Series[Any], path: Path, what: str) -> None:
    """Refuse the file when a value is not what its column should hold."""
    wrong = right.index[~right.astype(bool)]
    if len(wrong):
        raise _refusal(path, f"{wrong[0] + 1}件目の行の{what}が正しくありません。")


def _months(column: pd.Series[str], when_empty: int, what: str, path: Path) -> pd.Series[Any]:
    """YYYYMM or YYYYMMDD as the number YYYYMM; empty, all zeros and all nines mean that there is no bound."""
    import pandas as pd

    open_end = column.str.fullmatch("0*|9+")
    dated = column.str.fullmatch(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:\d\d)?")
    _demand(open_end | dated, path, f"{what}（YYYYMM）")
    months = pd.to_numeric(column.where(~open_end, "0").str[:6])
    return months.where(~open_end, when_empty)


def _units(column: pd.Series[str], name: pd.Series[str]) -> pd.Series[Any]:
    """Units that can be compared; 0 where they are no whole number or depend on other services."""
    import pandas as pd

    fixed = column.str.fullmatch(r"\d{1,6}") & (name != "") & ~name.str.contains(_NOT_FIXED)
    return pd.to_numeric(column.where(fixed, "0"))


def _for_its_insurers(rows: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Rows of 総合事業 kinds only with an insurer: each municipality has its own."""
    local = [kind.code for kind in standard().newest.kinds.values() if kind.category == "総合事業"]
    usable = (rows["insurer"] != "") | ~rows["code"].str[:2].isin(local)
    if not usable.any():
        raise _refusal(
            path, "総合事業のサービスコードは市町村ごとに違います。「保険者番号」の列を付けてください。"
        )
    return rows[usable]

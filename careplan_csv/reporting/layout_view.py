"""A layout for the terminal, as the 別紙 shows it."""

from __future__ import annotations

import json

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from careplan_csv.standard import Edition, Item, Layout, Requirement

_MARKS = {
    Requirement.REQUIRED: "○",
    Requirement.UNCLEAR: "？",
    Requirement.EXPECTED: "△",
    Requirement.OPTIONAL: "",
}
_FORMATS = {
    "ym": "YYYYMM",
    "ymd": "YYYYMMDD",
    "hhmm": "HHMM",
    "int": "整数",
    "digits": "数字（桁数ちょうど）",
    "insured": "数字10桁か H+9桁",
    "office": "事業所番号10桁",
    "text": '文字（" で囲む）',
    "postal": "NNN-NNNN",
    "tel": "電話番号",
    "service_kind": "サービス種類",
    "service_code": "サービスコード6桁",
    "service_code_or_total": "サービスコード・小計・合計",
    "tais": "NNNNN-NNNNNN",
    "flags31": "0と1の31桁",
    "unused": "使用しない",
}


def layout_table(edition: Edition, layout: Layout) -> RenderableType:
    """The items of a file."""
    table = Table(box=None, pad_edge=False)
    for heading in ("№", "項目名", "長さ", "必須", "書式", "コード・備考"):
        table.add_column(heading, overflow="fold")
    for item in layout.items:
        table.add_row(
            str(item.no),
            item.name,
            "―" if item.length is None else str(item.length),
            _MARKS[item.required],
            _format(item),
            _remark(item, edition),
        )
    head = Text(f"{layout.prefix}　{layout.name}（CSVバージョン {edition.csv_version}）\n", style="bold")
    return Group(head, table)


def layout_json(edition: Edition, layout: Layout) -> str:
    """The same as JSON: one object per item, in the order of the file."""
    items = [
        {
            "no": item.no,
            "id": item.id,
            "name": item.name,
            "length": item.length,
            "required": item.required.value,
            "format": item.format,
            "quoted": item.is_text,
            "codes": edition.codes[item.argument] if item.format == "code" else {},
            "also": list(item.also),
            "note": item.note,
        }
        for item in layout.items
    ]
    data = {
        "prefix": layout.prefix,
        "name": layout.name,
        "csv_version": edition.csv_version,
        "items": items,
    }
    return json.dumps(data, ensure_ascii=False, indent=2, default=dict) + "\n"


def _format(item: Item) -> str:
    if item.format == "code":
        return "コード"
    return item.argument if item.format == "decimal" else _FORMATS[item.format]


def _remark(item: Item, edition: Edition) -> str:
    words = []
    if item.format == "code":
        words.append("、".join(f"{code}={label}" for code, label in edition.codes[item.argument].items()))
    if item.also:
        words.append(f"ほかに使える値: {'、'.join(item.also)}")
    if item.note:
        words.append(item.note)
    return "。".join(words)

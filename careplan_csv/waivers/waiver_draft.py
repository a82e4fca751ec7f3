"""Drafts a list of waivers for what was found. Reason, name and date are left empty: a draft accepts nothing."""

from __future__ import annotations

import glob
import json
import re
from collections.abc import Iterable

from careplan_csv.findings import Finding, Severity, printable
from careplan_csv.waivers.waiver_list import TABLE

_HEAD = """\
# 承認の一覧。すぐには直せない指摘を、理由と期限を決めて承認します。
# 使い方: careplan-csv check フォルダー --waivers このファイル
# 承認する指摘ごとに reason（理由）・approved_by（承認した人）・until（期限。例 2027-03-31）を書き、
# 承認しないものは [[waiver]] から次の空行までを消してください。3つがそろうまで、この一覧は使えません。
# 承認しても、判定（適合・不適合）、assess・verify・別紙6 は変わりません。
"""
_SERIAL = re.compile(r"[0-9]{14}(?=\.csv\Z)", re.IGNORECASE)


def waiver_draft(findings: Iterable[Finding]) -> str:
    """A list in TOML with an entry for each kind of error and warning in each file that nobody has accepted."""
    entries = dict.fromkeys(
        _entry(finding)
        for finding in findings
        if finding.waiver is None and finding.severity is not Severity.INFO and finding.rule[0] not in "HW"
    )
    return _HEAD + "".join(entries)


def _entry(finding: Finding) -> str:
    lines = [
        f"\n[[{TABLE}]]",
        f"rule = {_quoted(finding.rule)}",
        f"file = {_quoted(_pattern(finding.file))}",
        *([f"item = {finding.item_no}"] if finding.item_no else []),
        *([f"message = {_quoted(part)}"] if (part := _plain_part(finding.message)) else []),
        'reason = ""',
        'approved_by = ""',
        'until = ""',
        "",
    ]
    return "\n".join(lines)


def _pattern(file: str) -> str:
    """The file's name as a pattern; the next export has another ファイル連番."""
    name = re.split(r"[/\\]", file)[-1]
    parts = (
        "".join(glob.escape(c) if c.isprintable() else "?" for c in part) for part in _SERIAL.split(name)
    )
    return "*".join(parts)


def _plain_part(message: str) -> str:
    """The longest part of a message that can be written as it is, without a ファイル連番."""
    parts = re.split(r"[0-9]{14}", message)
    plain = [
        run for part in parts for run in "".join(c if c.isprintable() else "\n" for c in part).split("\n")
    ]
    return max(plain, key=len, default="").strip()


def _quoted(text: str) -> str:
    """A basic string of TOML; every sign in it can be printed, so that JSON's escapes are enough."""
    return json.dumps(printable(text, 2_000), ensure_ascii=False)

"""Reasons why files are not conformant, worded for a form: what is wrong, where, and what to do."""

from __future__ import annotations

from collections.abc import Sequence

from careplan_csv.checks import RULES
from careplan_csv.findings import Finding
from careplan_csv.standard import Standard
from careplan_csv.standard.filenames import name_for_forms

_SPREADSHEET = ("F421", "C303", "C302")
"""Rules that show that a spreadsheet program saved the file: this causes the other errors as well."""


def reasons_of(findings: Sequence[Finding], known: Standard) -> str:
    """The most informative of some errors in full, and the number of the others.

    Returns:
        Sentences in Japanese, without values, and without file names that the standard does not define.
    """
    if not findings:
        return "内容は検査の結果を見てください。"
    first = min(findings, key=_order)
    same = [finding for finding in findings if finding.rule == first.rule]
    others = {finding.rule for finding in findings} - {first.rule}
    places = sum(finding.count for finding in same)
    count = f"、{places:,}か所" if places > 1 else ""
    sentence = (
        f"{_place(first, known)}（規則 {first.rule}「{RULES[first.rule].title}」{count}）: {first.message}"
    )
    rest = f"ほかに {len(others)}種類の誤りがあります（検査の結果を見てください）。" if others else ""
    return f"{sentence} 直し方: {first.remedy}{rest}"


def _order(finding: Finding) -> tuple[int, int]:
    rank = _SPREADSHEET.index(finding.rule) if finding.rule in _SPREADSHEET else len(_SPREADSHEET)
    return rank, -finding.count


def _place(finding: Finding, known: Standard) -> str:
    name = name_for_forms(finding.file, known)
    line = f" の {finding.first.line:,}行目" if finding.first.line else ""
    return f"{name}{line}"

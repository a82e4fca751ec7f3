"""What differs between two results, for people and as JSON."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import groupby
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from careplan_csv.checks import RULES
from careplan_csv.conformance.evidence_package.result_differences import (
    Change,
    ChangedFinding,
    ReadResult,
    ResultDifferences,
    Told,
    by_rule,
)
from careplan_csv.findings import printable
from careplan_csv.reporting.json_report import json_text
from careplan_csv.resources import changelog
from careplan_csv.results import Status
from careplan_csv.standard import Direction

_STYLES = {Change.NEW: "bold red", Change.CHANGED: "yellow", Change.FIXED: "green", Change.UNKNOWN: "cyan"}
_SHOWN = 200
_NAMES_SHOWN = 10
_LONGEST = 2_000
_ENTRY = re.compile(r"^- ((?:[A-Z][0-9]{3}[・、〜]?)+)(?:（[^）]*）)?: (.+)$", re.MULTILINE)
_RANGE = re.compile(r"([A-Z])([0-9]{3})(?:〜[A-Z]([0-9]{3}))?")


def difference_text(found: ResultDifferences) -> RenderableType:
    """The two results, what is new, changed and gone by file, and what the CHANGELOG says of the rules."""
    parts: list[Text] = [_head(found)]
    parts += [Text(f"※ {note}", style="yellow") for note in notes(found)]
    parts += [_requirement(*row) for row in found.requirements]
    for change in Change:
        parts += _section(change, found.of(change))
    parts += _files("前だけにあるファイル", found.only_before) + _files(
        "後だけにあるファイル", found.only_after
    )
    parts += [Text(f"  {line}") for line in _told_of_rules(found)]
    parts.append(_summary(found))
    return Group(*parts)


def _head(found: ResultDifferences) -> Text:
    lines = [
        f"{label}: {one.source}（{printable(one.checked_at)}、careplan-csv {printable(one.version)}、判定 {one.verdict.label}）"
        for label, one in (("前", found.before), ("後", found.after))
    ]
    return Text("\n".join(lines))


def notes(found: ResultDifferences) -> list[str]:
    """What the reader must know before trusting the comparison, each a sentence."""
    said = []
    if found.before.rule_set != found.after.rule_set:
        said.append(
            "2つの結果は、規則の組が違います。ファイルが同じでも、指摘が変わることがあります"
            "（変更の記録は、下の「規則の変更」と CHANGELOG.md にあります）。"
        )
    hidden = [one.source for one in (found.before, found.after) if one.hidden]
    if hidden:
        said.append(
            f"--select か --ignore で指摘を減らした結果です（{'、'.join(hidden)}）。"
            "減らした指摘は比べていません。"
        )
    if any("＊" in name for name in _compared_names(found)):
        said.append(
            "ファイル連番だけが違うファイルは、同じファイルとして比べました（ファイル連番を ＊ で示します）。"
        )
    return said


def _compared_names(found: ResultDifferences) -> list[str]:
    return [*(one.key.file for one in found.findings), *found.only_before, *found.only_after]


def _requirement(letter: str, direction: str, before: Status | None, after: Status | None) -> Text:
    old, new = (status.label if status else "なし" for status in (before, after))
    style = "bold red" if after is not Status.CONFORMANT else "green"
    return Text(f"要件 {printable(letter)} {Direction(direction).label}: {old} → {new}", style=style)


def _section(change: Change, findings: Sequence[ChangedFinding]) -> list[Text]:
    if not findings:
        return []
    parts = [Text(f"\n【{change.label}】{len(findings):,}件", style=_STYLES[change])]
    if change is Change.UNKNOWN:
        parts.append(Text("  後の結果では、このファイルを調べていません。直ったかどうかは分かりません。"))
    for name, own in groupby(
        sorted(findings[:_SHOWN], key=lambda one: one.key.file), lambda one: one.key.file
    ):
        parts.append(Text(f"■ {printable(name, 200)}", style="bold"))
        parts += map(_finding, own)
    if len(findings) > _SHOWN:
        parts.append(Text(f"  ほか {len(findings) - _SHOWN:,}件（--format json で、すべてを見られます）"))
    return parts


def _finding(finding: ChangedFinding) -> Text:
    key, told = finding.key, finding.after or finding.before
    item = f"　№{key.item_no} {printable(told.item)}" if key.item_no and told else ""
    text = Text(
        f"  {finding.worst.label} {printable(key.rule)}{_consequence(finding)}{item}　{sizes(finding.before, finding.after)}"
    )
    return text.append(f"\n    {printable(key.message, _LONGEST)}")


def _consequence(finding: ChangedFinding) -> str:
    rule = RULES.get(finding.key.rule)
    return f"　{rule.consequence_of(finding.worst).label}" if rule else ""


def sizes(before: Told | None, after: Told | None) -> str:
    """In how many places a finding was and is, and its severities where they differ."""
    if before is None or after is None:
        told = before or after
        return f"{told.count:,}か所{_waived(told)}" if told else ""
    graded = (
        f"{before.severity.label} → {after.severity.label}　" if before.severity != after.severity else ""
    )
    return f"{graded}{before.count:,}か所{_waived(before)} → {after.count:,}か所{_waived(after)}"


def _waived(told: Told) -> str:
    return "（承認済み）" if told.waived else ""


def _files(title: str, names: Sequence[str]) -> list[Text]:
    if not names:
        return []
    shown = [printable(name, 200) for name in names[:_NAMES_SHOWN]]
    rest = f"、ほか {len(names) - _NAMES_SHOWN:,}個" if len(names) > _NAMES_SHOWN else ""
    return [Text(f"\n{title}: {len(names):,}個（{'、'.join(shown)}{rest}）")]


def _told_of_rules(found: ResultDifferences) -> list[str]:
    told = changes_of_rules(found)
    return ["規則の変更:", *(f"  {rule}: {text}" for rule, text in told.items())] if told else []


def changes_of_rules(found: ResultDifferences) -> dict[str, str]:
    """What the CHANGELOG says of the rules with differences; nothing where both have the same rules."""
    if found.before.rule_set == found.after.rule_set:
        return {}
    said = _entries()
    return {rule: said[rule] for rule, _ in by_rule(found) if rule in said}


@cache
def _entries() -> dict[str, str]:
    """The newest entry of the CHANGELOG on each rule."""
    entries: dict[str, str] = {}
    for rules, text in _ENTRY.findall(changelog()):
        for family, first, last in _RANGE.findall(rules):
            for number in range(int(first), int(last or first) + 1):
                entries.setdefault(f"{family}{number:03}", text)
    return entries


def _summary(found: ResultDifferences) -> Text:
    counts = "、".join(f"{change.label} {len(found.of(change)):,}件" for change in Change)
    verdicts = f"{found.before.verdict.label} → {found.after.verdict.label}"
    return Text(f"\n{counts}、同じ {found.same:,}件　判定 {verdicts}", style="bold")


def difference_json(found: ResultDifferences) -> str:
    """Everything as JSON text."""
    return json_text(
        {
            "before": _result_data(found.before),
            "after": _result_data(found.after),
            "notes": notes(found),
            "summary": {change.value: len(found.of(change)) for change in Change} | {"same": found.same},
            "by_rule": {rule: {c.value: n for c, n in counts.items()} for rule, counts in by_rule(found)},
            "changes_of_rules": changes_of_rules(found),
            "only_before": list(found.only_before),
            "only_after": list(found.only_after),
            "requirements": [
                {"letter": letter, "direction": direction, "before": before, "after": after}
                for letter, direction, before, after in found.requirements
            ],
            "findings": list(map(_finding_data, found.findings)),
        }
    )


def _result_data(one: ReadResult) -> dict[str, Any]:
    return {
        "source": one.source,
        "version": one.version,
        "rule_set": one.rule_set,
        "checked_at": one.checked_at,
        "verdict": one.verdict,
        "hidden": one.hidden,
    }


def _finding_data(finding: ChangedFinding) -> dict[str, Any]:
    key = finding.key
    return {
        "change": finding.change,
        "file": key.file,
        "rule": key.rule,
        "item_no": key.item_no or None,
        "message": key.message,
        "before": _told_data(finding.before),
        "after": _told_data(finding.after),
    }


def _told_data(told: Told | None) -> dict[str, Any] | None:
    return {"severity": told.severity, "count": told.count, "waived": told.waived} if told else None

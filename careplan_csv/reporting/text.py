"""A check for people: per file what is wrong, where, and what to do."""

from __future__ import annotations

from itertools import groupby

from rich.console import Group, RenderableType
from rich.text import Text

from careplan_csv.findings import Example, Finding, Severity, compared_words, printable
from careplan_csv.results import CheckResult, InputReport, Status

_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}
_VERDICT_STYLES = {Status.CONFORMANT: "bold green", Status.NONCONFORMANT: "bold red"}
_PLACES_SHOWN = 3


def check_text(result: CheckResult) -> RenderableType:
    """The whole report."""
    parts: list[RenderableType | None] = [_head(result)]
    for file, findings in groupby(result.findings, key=lambda finding: finding.file):
        parts.append(Text(f"\n■ {printable(file, 200)}", style="bold"))
        parts += [_finding(finding) for finding in findings]
    parts += [_problem(report) for report in result.inputs if report.problem]
    parts += [_skipped(report) for report in result.inputs if report.skipped_checks]
    parts += [_units(result), _summary(result)]
    return Group(*(part for part in parts if part))


def _head(result: CheckResult) -> Text:
    records = sum(report.records or 0 for report in result.inputs)
    edition = "自動（ファイルの値に従う）" if result.edition == "auto" else result.edition
    text = Text(f"調べたもの: {len(result.examined)} ファイル、記録 {records:,} 件　　版: {edition}")
    if result.ignored:
        text.append(f"\nCSV ではないため対象にしなかったファイル: {len(result.ignored)} 個")
    return text


def _finding(finding: Finding) -> Text:
    text = Text("  ")
    text.append(f"{finding.severity.label} {finding.rule}", style=_STYLES[finding.severity])
    if finding.item_no:
        text.append(f"　№{finding.item_no}")
    if finding.count > 1:
        text.append(f"　{finding.count:,}か所")
    text.append(f"\n    {finding.message}")
    places = [place for example in finding.examples[:_PLACES_SHOWN] if (place := _place(example))]
    if places:
        rest = finding.count - len(places)
        text.append(f"\n    場所: {'、'.join(places)}" + (f"、ほか {rest:,}か所" if rest > 0 else ""))
    text.append(f"\n    直し方: {finding.remedy}")
    return text


def _place(example: Example) -> str:
    words = []
    if example.line:
        words.append(f"{example.line:,}行目")
    if example.record:
        words.append(f"{example.record:,}件目の記録")
    if example.value is not None:
        words.append(f"値: {example.value}")
    words += compared_words(example)
    if len(words) > 1:
        return f"{words[0]}（{'、'.join(words[1:])}）"
    return "".join(words)


def _problem(report: InputReport) -> Text:
    return Text(
        f"\n■ {printable(report.file, 200)}\n  調べられませんでした: {report.problem}", style="yellow"
    )


def _skipped(report: InputReport) -> Text:
    text = Text(f"\n□ {printable(report.file, 200)}（していない検査）")
    for sentence in report.skipped_checks:
        text.append(f"\n  {sentence}")
    return text


def _units(result: CheckResult) -> Text | None:
    if not result.units:
        return None
    text = Text("\n伝送単位（同じ連番で一緒に送るファイルの組）")
    for unit in result.units:
        text.append(f"\n  {unit.serial}　{unit.name}　{len(unit.files)} ファイル　")
        text.append(unit.status.label, style=_VERDICT_STYLES.get(unit.status, ""))
    return text


def _summary(result: CheckResult) -> Text:
    counts = "・".join(f"{severity.label} {count:,}か所" for severity, count in result.counts.items())
    text = Text(f"\n{counts}\n判定: ")
    text.append(result.verdict.label, style=_VERDICT_STYLES.get(result.verdict, "bold"))
    if result.verdict is Status.UNVERIFIED:
        text.append("（調べられなかったものがあります）" if result.inputs else "（調べる CSV がありません）")
    if result.findings:
        text.append(f"\n規則の説明は「careplan-csv explain {result.findings[0].rule}」のように見られます。")
    return text

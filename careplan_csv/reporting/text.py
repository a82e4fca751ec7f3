"""A check for people: per file what is wrong, where, and what to do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from rich.console import Group, RenderableType
from rich.text import Text

from careplan_csv.checks import RULES
from careplan_csv.findings import Example, Finding, Severity, compared_words, printable, shape
from careplan_csv.reporting.selection import Selection, places_of
from careplan_csv.results import CheckResult, InputReport, Status, UnitReport

_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}
_PLACES_SHOWN = 3
_NAMES_SHOWN = 5
_RULES_NAMED = 3


def check_text(result: CheckResult, selection: Selection | None = None) -> RenderableType:
    """The whole report: files with the worst findings first, a summary by rule and the outcome last."""
    selection = selection or Selection()
    chosen = [finding for finding in result.open if selection.shows(finding)]
    in_full = [finding for finding in chosen if selection.in_full(finding)]
    parts: list[RenderableType | None] = [_head(result)]
    parts += _files(in_full)
    parts += [_problem(report) for report in result.inputs if report.problem]
    parts += [_skipped(report) for report in result.inputs if report.skipped_checks]
    parts.append(_counted([finding for finding in chosen if not selection.in_full(finding)]))
    parts += [_waived(result), _units(result), _by_rule(in_full)]
    parts.append(_summary(result, len(result.open) - len(chosen)))
    return Group(*(part for part in parts if part))


def _head(result: CheckResult) -> Text:
    records = sum(report.records or 0 for report in result.inputs)
    edition = "ファイルに書かれた値" if result.edition == "auto" else result.edition
    text = Text(f"調べたファイル: {len(result.examined):,}個（記録 {records:,}件）　CSVバージョン: {edition}")
    if result.ignored:
        text.append(f"\nCSV ではないので調べなかったファイル: {_named(result.ignored)}")
    return text


def _named(names: Sequence[str]) -> str:
    shown = "、".join(printable(name, 200) for name in names[:_NAMES_SHOWN])
    rest = len(names) - _NAMES_SHOWN
    return f"{len(names):,}個（{shown}{f'、ほか {rest:,}個' if rest > 0 else ''}）"


def _files(findings: Sequence[Finding]) -> Iterator[Text]:
    """The findings file by file; files with errors stand before those with warnings only."""
    files = [(name, list(own)) for name, own in groupby(findings, key=lambda finding: finding.file)]
    files.sort(key=lambda file: min(finding.severity.rank for finding in file[1]))
    for name, own in files:
        yield Text(f"\n■ {printable(name, 200)}", style="bold")
        yield from map(_finding, sorted(own, key=lambda finding: finding.severity.rank))


def _finding(finding: Finding) -> Text:
    text = Text("  ")
    text.append(f"{finding.severity.label} {finding.rule}", style=_STYLES[finding.severity])
    text.append(f"　{finding.consequence.label}")
    if finding.item_no:
        text.append(f"　№{finding.item_no} {finding.item}")
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
        words.append(_value(example))
    words += compared_words(example)
    if len(words) > 1:
        return f"{words[0]}（{'、'.join(words[1:])}）"
    return "".join(words)


def _value(example: Example) -> str:
    if not example.masked or example.value == shape(""):
        return f"値: {example.value}"
    return f"値の形: {example.value}"


def _problem(report: InputReport) -> Text:
    return Text(
        f"\n■ {printable(report.file, 200)}\n  調べられませんでした: {report.problem}", style="yellow"
    )


def _skipped(report: InputReport) -> Text:
    text = Text(f"\n□ {printable(report.file, 200)}（調べられなかったところ）")
    for sentence in report.skipped_checks:
        text.append(f"\n  {sentence}")
    return text


def _counted(findings: Sequence[Finding]) -> Text | None:
    """One line per rule for findings that are not told one by one."""
    if not findings:
        return None
    lowest = max((finding.severity for finding in findings), key=lambda severity: severity.rank)
    text = Text(f"\n{lowest.label}（場所も見るには --level {lowest.value} を付けてください）")
    for line in _rule_lines(findings):
        text.append(f"\n  {line}")
    return text


def _waived(result: CheckResult) -> Text | None:
    """What a list of waivers accepts, waiver by waiver, with the reason."""
    if not result.waived:
        return None
    from careplan_csv.waivers.waiving import waived_groups

    text = Text(f"\n承認済み（{printable(result.waiver_list, 200)}）")
    for group in waived_groups(result):
        first = group.first
        item = f"　№{first.item_no} {first.item}" if first.item_no else ""
        files = f"ほか {group.files - 1:,}個のファイル、" if group.files > 1 else ""
        kinds = f"（ほか {group.kinds - 1:,}種類）" if group.kinds > 1 else ""
        text.append(f"\n  {first.severity.label} {first.rule}{item}　{first.message}{kinds}")
        text.append(f"\n    場所: {printable(first.file, 200)}（{files}{group.places:,}か所）")
        text.append(f"\n    {group.waiver.words}")
    return text


def _by_rule(findings: Sequence[Finding]) -> Text | None:
    """How often each rule was hit, the worst first; for one rule the findings themselves say it."""
    if len({finding.rule for finding in findings}) < 2:
        return None
    text = Text("\n規則ごとの数")
    for line in _rule_lines(findings):
        text.append(f"\n  {line}")
    return text


def _rule_lines(findings: Iterable[Finding]) -> Iterator[str]:
    def key(finding: Finding) -> tuple[int, str]:
        return finding.severity.rank, finding.rule

    for (_, rule), own in groupby(sorted(findings, key=key), key=key):
        same = list(own)
        files = len({finding.file for finding in same})
        where = f"（{files:,}個のファイル）" if files > 1 else ""
        yield f"{same[0].severity.label} {rule}　{RULES[rule].title}　{places_of(same):,}か所{where}"


def _units(result: CheckResult) -> Text | None:
    if not result.units:
        return None
    text = Text("\n一緒に送るファイルの組（伝送単位。ファイル連番ごと）")
    by_file: dict[str, list[Finding]] = defaultdict(list)
    for finding in result.findings:
        by_file[finding.file].append(finding)
    for unit in result.units:
        about = f"（{unit.about}）" if unit.about else ""
        text.append(
            f"\n  {unit.serial}　{unit.name}の組{about}　{len(unit.files):,}個　{_outcome(by_file, unit)}"
        )
    return text


def _outcome(by_file: Mapping[str, Sequence[Finding]], unit: UnitReport) -> str:
    own = [finding for file in unit.files for finding in by_file.get(file, ())]
    counts = {
        severity: places_of(f for f in own if f.severity is severity and not f.waiver)
        for severity in Severity
    }
    waived = places_of(f for f in own if f.waiver)
    told = f"エラー {counts[Severity.ERROR]:,}・警告 {counts[Severity.WARNING]:,}"
    return f"{told}・承認済み {waived:,}" if waived else told


def _summary(result: CheckResult, hidden: int) -> Text:
    counts = "・".join(f"{severity.label} {count:,}か所" for severity, count in result.counts.items())
    if result.waived:
        counts += f"・承認済み {places_of(result.waived):,}か所"
    text = Text(f"\n{counts}\n結果: ")
    text.append(outcome_sentence(result), style=_outcome_style(result))
    if hidden:
        text.append(
            f"\n--select・--ignore の指定により、{hidden:,}件の指摘を示していません（数には含みます）。"
        )
    if any(example.masked for finding in result.findings for example in finding.examples):
        text.append(
            "\n値は伏せて、形だけを示しています（--show-values で値を示します。個人情報に注意してください）。"
        )
    if worst := sorted(result.open, key=lambda finding: finding.severity.rank):
        rules = list(dict.fromkeys(finding.rule for finding in worst))[:_RULES_NAMED]
        text.append(f"\nくわしい説明を見るには: careplan-csv explain {' '.join(rules)}")
    return text


def outcome_sentence(result: CheckResult) -> str:
    """What was found. The word 適合 is the assessment's alone: a file without errors is not yet that."""
    if not result.inputs:
        return "CSV ファイルがありません。フォルダーの場所と、出力したファイルがあるかを確かめてください。"
    errors, warnings = result.counts[Severity.ERROR], result.counts[Severity.WARNING]
    waived = f"ほかに、承認済みの指摘が {places_of(result.waived):,}か所あります。" if result.waived else ""
    return _found_sentence(result, errors, warnings) + waived


def _found_sentence(result: CheckResult, errors: int, warnings: int) -> str:
    unread = (
        "調べられなかったものがあります。" if result.verdict is Status.UNVERIFIED or _unread(result) else ""
    )
    if errors:
        return f"エラーが {errors:,}か所あります。直してから、もう一度調べてください。{unread}"
    if warnings:
        return f"エラーはありません。警告が {warnings:,}か所あります。送る前に確かめてください。{unread}"
    if unread:
        return f"調べたところに、エラーと警告はありません。{unread}上の説明を見てください。"
    return "エラーと警告はありません。"


def _unread(result: CheckResult) -> bool:
    return any(report.problem for report in result.inputs)


def _outcome_style(result: CheckResult) -> str:
    if result.counts[Severity.ERROR]:
        return "bold red"
    sound = result.verdict is Status.CONFORMANT and not result.counts[Severity.WARNING]
    return "bold green" if sound else "bold yellow"

"""Applies a list of waivers to the result of a check: what is accepted is marked, never left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fnmatch import fnmatchcase
from functools import lru_cache

from careplan_csv.findings import Example, Finding, Rule, Waiver, printable
from careplan_csv.results import CheckResult
from careplan_csv.rules.waiver_rules import EXPIRED, TOO_WIDE, UNUSED
from careplan_csv.waivers.waiver_list import WaiverList

_LONGEST = timedelta(days=366)


def waived_result(result: CheckResult, waivers: WaiverList, today: date) -> CheckResult:
    """The result with every accepted finding marked by its waiver, and what is wrong with the waivers.

    A finding belongs to the first waiver that fits it. Statuses of files and the verdict stay what they are.
    """
    valid: dict[str, list[Waiver]] = defaultdict(list)
    for waiver in waivers.waivers:
        if waiver.until >= today.isoformat():
            valid[waiver.rule].append(waiver)
    kinds: dict[int, set[tuple[int | None, str]]] = defaultdict(set)
    findings = []
    for finding in result.findings:
        fitting = [waiver for waiver in valid.get(finding.rule, ()) if _fits(waiver, finding)]
        for waiver in fitting:
            kinds[waiver.number].add((finding.item_no, finding.message))
        findings.append(replace(finding, waiver=fitting[0]) if fitting else finding)
    used = {number: len(own) for number, own in kinds.items()}
    said = [
        _finding(rule, waivers, waiver, message)
        for waiver in waivers.waivers
        for rule, message in _said(waiver, used.get(waiver.number, 0), _was_examined(waiver, result), today)
    ]
    return replace(result, findings=(*findings, *_together(said)), waiver_list=waivers.name)


def _was_examined(waiver: Waiver, result: CheckResult) -> bool:
    """Whether some file that a waiver is for was examined: of any other, nobody knows what it holds."""
    pattern = waiver.file.casefold()
    return any(
        not pattern or any(_matches(name, pattern) for name in _names(report.file, report.path))
        for report in result.examined
    )


def _fits(waiver: Waiver, finding: Finding) -> bool:
    pattern = waiver.file.casefold()
    names = _names(finding.file, finding.path)
    return (
        (not pattern or any(_matches(name, pattern) for name in names))
        and (not waiver.item or waiver.item in (str(finding.item_no), finding.item))
        and waiver.message in finding.message
    )


@lru_cache(maxsize=16384)
def _names(file: str, path: str) -> tuple[str, ...]:
    """What a pattern may be written for: the file's name, its name in an archive, the path as it was given."""
    told = [name.replace("\\", "/").casefold() for name in (file, path)]
    return tuple(dict.fromkeys([*told, told[0].rpartition("/")[2]]))


@lru_cache(maxsize=16384)
def _matches(name: str, pattern: str) -> bool:
    return fnmatchcase(name, pattern)


def _said(waiver: Waiver, kinds: int, was_examined: bool, today: date) -> Iterator[tuple[Rule, str]]:
    """What there is to say of a waiver, one cause once."""
    if waiver.until < today.isoformat():
        yield EXPIRED, f"規則 {waiver.rule} の承認は、期限（{waiver.until}）が過ぎているため使っていません。"
        return
    if not kinds:
        if was_examined:
            yield UNUSED, f"規則 {waiver.rule} の承認に当たる指摘がありません。"
        return
    named = waiver.item or waiver.message or waiver.file.strip("*?")
    if not named and kinds > 1:
        yield (
            TOO_WIDE,
            f"規則 {waiver.rule} の承認は範囲が広すぎます（項目か文の違う {kinds:,}種類の指摘に当たりました）。",
        )
    if date.fromisoformat(waiver.until) > today + _LONGEST:
        yield TOO_WIDE, f"規則 {waiver.rule} の承認の期限（{waiver.until}）が、1年より先です。"


def _finding(rule: Rule, waivers: WaiverList, waiver: Waiver, message: str) -> Finding:
    return Finding(
        rule=rule.id,
        severity=rule.severity,
        file=printable(waivers.name, 200),
        message=message,
        remedy=rule.remedy,
        reference=rule.reference,
        consequence=rule.consequence,
        examples=(Example(line=waiver.line),),
        path=waivers.path,
    )


def _together(findings: list[Finding]) -> list[Finding]:
    """Equal findings as one, as in every result."""
    groups: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        groups[finding.rule, finding.message].append(finding)
    return [
        replace(own[0], count=len(own), examples=tuple(one.first for one in own[:10]))
        for own in groups.values()
    ]


@dataclass(frozen=True, slots=True)
class WaivedGroup:
    """What one waiver accepts: the first finding, and how many places, files and kinds of findings there are."""

    waiver: Waiver
    first: Finding
    places: int
    files: int
    kinds: int


def waived_groups(result: CheckResult) -> list[WaivedGroup]:
    """What each waiver accepts, in the order of the list."""
    groups: dict[Waiver, list[Finding]] = defaultdict(list)
    for finding in result.findings:
        if finding.waiver:
            groups[finding.waiver].append(finding)
    return [
        WaivedGroup(
            waiver,
            own[0],
            sum(finding.count for finding in own),
            len({finding.file for finding in own}),
            len({(finding.item_no, finding.message) for finding in own}),
        )
        for waiver, own in sorted(groups.items(), key=lambda group: group[0].number)
    ]

"""The findings as one page of HTML that needs nothing else: no network, no other file."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, BinaryIO

from markupsafe import Markup

from careplan_csv import resources
from careplan_csv.checker.near_items import NearItem, items_around
from careplan_csv.findings import Finding, Severity, printable
from careplan_csv.reporting.finding_list import FindingList, severity_words
from careplan_csv.reporting.form_excerpt import forms_of_findings
from careplan_csv.reporting.selection import places_of
from careplan_csv.reporting.templates import environment
from careplan_csv.reporting.text import outcome_sentence
from careplan_csv.results import CheckResult, Status, UnitReport
from careplan_csv.rules.registry import RULES
from careplan_csv.version import __version__
from careplan_csv.waivers.waiving import waived_groups

PLACES_SHOWN = 50
"""Places of a finding in the page; a sheet has them all."""

_LONGEST = 2_000
_UNEXAMINED_SHOWN = 200
_BARS_SHOWN = 30
_DOTS_SHOWN = 600
_COLORS = {Severity.ERROR: "#b3261e", Severity.WARNING: "#9a6700", Severity.INFO: "#3d6fa5"}


def write_page(listing: FindingList, file: BinaryIO) -> None:
    """Write the page."""
    result = listing.result
    script = (resources.folder("reports") / "findings.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    unexamined = _unexamined(listing)
    counts = listing.rules
    page = (
        environment()
        .get_template("findings.html.j2")
        .render(
            result=result,
            version=__version__,
            outcome=outcome_sentence(result),
            worst=_urgency(result),
            counts=[(severity_words(severity), count) for severity, count in result.counts.items()],
            records=sum(report.records or 0 for report in result.inputs),
            hidden=listing.hidden,
            judgement=listing.judgement,
            show_values=listing.every.show_values,
            waived=places_of(result.waived),
            waiver_list=printable(result.waiver_list, 1000),
            waived_groups=waived_groups(result) if result.waived else [],
            unexamined=unexamined[:_UNEXAMINED_SHOWN],
            more_unexamined=max(0, len(unexamined) - _UNEXAMINED_SHOWN),
            ignored=[printable(name, 1000) for name in result.ignored[:_UNEXAMINED_SHOWN]],
            bars=_bars(counts, listing.waived),
            more_bars=max(0, len(counts) - _BARS_SHOWN),
            line=_time_line(result.units),
            rules=[RULES[rule] for rule in counts],
            excerpt=forms_of_findings(listing),
            # Safe in a script element: without a less-than sign, nothing in it can end the element.
            data=Markup(_json(_data(listing))),
            script=Markup(script),
            script_hash=Markup(f"sha256-{digest}"),
        )
    )
    file.write(page.encode("utf-8", "replace"))


def _urgency(result: CheckResult) -> str:
    """What the frame of the verdict looks like; a waived error is still one for the verdict on the files."""
    if result.counts[Severity.ERROR]:
        return "error"
    return "" if result.verdict is Status.CONFORMANT and not result.counts[Severity.WARNING] else "warning"


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":")).translate({ord(c): f"\\u{ord(c):04x}" for c in "<>&"})


def _data(listing: FindingList) -> dict[str, Any]:
    rules = {
        rule: {
            "title": RULES[rule].title,
            "why": RULES[rule].why,
            "reference": RULES[rule].reference,
            "vendor": RULES[rule].to_vendor,
        }
        for rule in listing.rules
    }
    near = items_around(listing.every.sources, listing.findings, show_values=listing.every.show_values)
    findings = [
        _finding(listing, finding, near.get(number, ())) for number, finding in enumerate(listing.findings)
    ]
    return {"rules": rules, "findings": findings, "masked": not listing.every.show_values}


def _finding(listing: FindingList, finding: Finding, near: Sequence[NearItem]) -> dict[str, Any]:
    places = listing.places(finding) if finding.count > 1 or finding.examples else iter(())
    return {
        "file": printable(finding.file, _LONGEST),
        "unit": listing.serial(finding),
        "rule": finding.rule,
        "severity": finding.severity.value,
        "consequence": finding.consequence.meaning,
        "item": f"№{finding.item_no} {finding.item}" if finding.item_no else "",
        "message": printable(finding.message, _LONGEST),
        "remedy": printable(finding.remedy, _LONGEST),
        "count": finding.count,
        "waiver": finding.waiver.words if finding.waiver else "",
        "near": [[item.number, item.name, item.value, int(item.is_faulty)] for item in near],
        # The column of the character is of no use to people who look at a page.
        "places": [
            [_cut(value) for value in (*place[:2], *place[3:])]
            for place in islice(places, min(PLACES_SHOWN, listing.every.count(finding)))
        ],
    }


def _cut(value: str | int | None) -> str | int | None:
    return printable(value, _LONGEST) if isinstance(value, str) and len(value) > _LONGEST else value


def _unexamined(listing: FindingList) -> list[tuple[str, str]]:
    """What was not examined, and why; files as a whole stand before parts of files."""
    result = listing.result
    found = [(report.file, report.problem) for report in result.inputs if report.problem]
    found += [(report.file, why) for report in result.inputs for why in report.skipped_checks]
    return [(printable(name, 1000), printable(why, _LONGEST)) for name, why in found]


@dataclass(frozen=True, slots=True)
class BarPart:
    """The findings of one rule that have one severity, in the picture."""

    x: int
    width: int
    color: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One rule in the picture; `sign` is that of its worst finding, `words` say how many there are of which."""

    rule: str
    sign: str
    parts: list[BarPart]
    words: str


def _bars(rules: dict[str, dict[Severity, int]], waived: Mapping[str, int]) -> list[Bar]:
    most = max((sum(counts.values()) for counts in rules.values()), default=1)
    return [
        _bar(rule, counts, waived.get(rule, 0), most) for rule, counts in islice(rules.items(), _BARS_SHOWN)
    ]


def _bar(rule: str, counts: dict[Severity, int], waived: int, most: int) -> Bar:
    parts: list[BarPart] = []
    x = 90
    for severity, count in counts.items():
        width = max(2, 440 * count // most)
        parts.append(BarPart(x, width, _COLORS[severity]))
        x += width
    words = "・".join(f"{severity.label} {count:,}か所" for severity, count in counts.items())
    if waived:
        words += f"（うち承認済み {waived:,}か所）"
    return Bar(rule, severity_words(next(iter(counts)))[0], parts, words)


@dataclass(frozen=True, slots=True)
class Dot:
    """One unit in the picture."""

    x: float
    y: int
    title: str
    bad: bool


@dataclass(frozen=True, slots=True)
class TimeLine:
    """The units by serial and month; `more` are not in the picture."""

    months: list[str]
    dots: list[Dot]
    more: int


def _time_line(units: tuple[UnitReport, ...]) -> TimeLine:
    shown = sorted(units, key=lambda unit: unit.serial)[:_DOTS_SHOWN]
    months = sorted({unit.month for unit in shown})
    serials = {serial: number for number, serial in enumerate(dict.fromkeys(unit.serial for unit in shown))}
    step = 640 / max(1, len(serials) - 1)
    dots = [
        Dot(
            round(100 + serials[unit.serial] * step, 1),
            months.index(unit.month) * 26 + 14,
            printable(f"{unit.serial} {unit.name} {unit.about} {unit.status.label}", 300),
            unit.status is Status.NONCONFORMANT,
        )
        for unit in shown
    ]
    labels = [f"{month[:4]}年{int(month[4:])}月" if month.isdigit() else "月なし" for month in months]
    # Those with faults stand in front.
    return TimeLine(labels, sorted(dots, key=lambda dot: dot.bad), len(units) - len(shown))

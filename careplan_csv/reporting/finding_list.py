"""The list of all places: one row each, the same for a sheet and for CSV."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

from careplan_csv.checker.place_list import PlaceList
from careplan_csv.findings import Example, Finding, OtherPlace, Severity, printable
from careplan_csv.reporting.judgement_tables import Judgement
from careplan_csv.reporting.selection import Selection
from careplan_csv.results import CheckResult

LONGEST = 32_000
"""The most characters of a value: a cell of a sheet takes 32,767."""

Value: TypeAlias = "str | int | None"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the list; `width` in characters of a sheet; `of_place`: it differs from place to place."""

    title: str
    width: int
    of_place: bool = False


COLUMNS = (
    Column("ファイル", 38),
    Column("ファイル連番", 16),
    Column("行", 8, True),
    Column("記録（件目）", 9, True),
    Column("文字目", 8, True),
    Column("項目番号", 8),
    Column("項目名", 20),
    Column("規則", 7),
    Column("重要度", 8),
    Column("受け取る側でのおそれ", 12),
    Column("指摘", 48),
    Column("値（伏せたもの）", 20, True),
    Column("あるべき値・相手の値", 20, True),
    Column("今の値", 16, True),
    Column("比べた相手", 30, True),
    Column("直し方", 60),
    Column("承認", 30),
)


@dataclass(frozen=True)
class FindingList:
    """The findings that a report shows, with all their places.

    Attributes:
        judgement: the verdict on a product, where one was judged.
        told: called with how many more rows were asked for.
    """

    result: CheckResult
    selection: Selection
    every: PlaceList
    judgement: Judgement | None = None
    told: Callable[[int], None] = field(default=lambda rows: None)

    @cached_property
    def findings(self) -> list[Finding]:
        """What is shown, in the order of the files, the worst of each first."""
        return [finding for finding in self.result.findings if self.selection.shows(finding)]

    @cached_property
    def _serials(self) -> dict[str, str]:
        serials: dict[str, str] = {}
        for unit in self.result.units:
            for file in unit.files:
                known = serials.get(file)
                serials[file] = f"{known}、{unit.serial}" if known else unit.serial
        return serials

    def rows_of(self, finding: Finding) -> int:
        """How many rows a finding has."""
        listed = self.every.count(finding)
        return listed + (finding.count > listed or not listed)

    @cached_property
    def rows(self) -> int:
        """How many rows there are in all."""
        return sum(map(self.rows_of, self.findings))

    def serial(self, finding: Finding) -> str:
        return self._serials.get(finding.file, "")

    def shared(self, finding: Finding) -> dict[str, Value]:
        """What all places of a finding have in common, by the titles of the columns."""
        return {
            "ファイル": printable(finding.file, LONGEST),
            "ファイル連番": self.serial(finding),
            "項目番号": finding.item_no,
            "項目名": finding.item or "",
            "規則": finding.rule,
            "重要度": severity_words(finding.severity) + ("（承認済み）" if finding.waiver else ""),
            "受け取る側でのおそれ": finding.consequence.label,
            "指摘": printable(finding.message, LONGEST),
            "直し方": printable(finding.remedy, LONGEST),
            "承認": f"承認済み　{finding.waiver.words}" if finding.waiver else "",
        }

    def places(self, finding: Finding) -> Iterator[tuple[Value, ...]]:
        """What differs from place to place, in the order of the columns that are `of_place`."""
        self.told(self.rows_of(finding))
        listed = 0
        for place in self.every.places(finding):
            listed += 1
            yield _values(place)
        if finding.count > listed and (listed or finding.count > 1):
            more = "ほかに" if listed else "全部で"
            yield (
                None,
                None,
                None,
                f"（{more} {finding.count - listed:,}か所。1つずつの場所は分かりません）",
                "",
                "",
                "",
            )
        elif not listed:
            yield (None, None, None, "", "", "", "")

    @cached_property
    def rules(self) -> dict[str, dict[Severity, int]]:
        """Places per rule and severity, of what is shown; rules with the worst findings stand first.

        A rule's own severity says nothing here: in these files all its findings may be milder.
        """
        counts: dict[str, dict[Severity, int]] = {}
        for finding in self.findings:
            own = counts.setdefault(finding.rule, {})
            own[finding.severity] = own.get(finding.severity, 0) + finding.count
        worst = {rule: min(severity.rank for severity in own) for rule, own in counts.items()}
        return {
            rule: {severity: counts[rule][severity] for severity in Severity if severity in counts[rule]}
            for rule in sorted(counts, key=lambda rule: (worst[rule], rule))
        }

    @cached_property
    def waived(self) -> Counter[str]:
        """Places per rule that a waiver accepts, of what is shown."""
        counts: Counter[str] = Counter()
        for finding in self.findings:
            if finding.waiver:
                counts[finding.rule] += finding.count
        return counts

    @cached_property
    def hidden(self) -> int:
        """How many findings are not shown."""
        return len(self.result.findings) - len(self.findings)


def severity_words(severity: Severity) -> str:
    """A severity with a sign, so that it is seen without colours."""
    return {Severity.ERROR: "● エラー", Severity.WARNING: "▲ 警告", Severity.INFO: "○ 情報"}[severity]


def _values(place: Example) -> tuple[Value, ...]:
    return (
        place.line,
        place.record,
        place.column,
        _text(place.value),
        _text(place.expected),
        _text(place.found),
        _other(place.other) if place.other else "",
    )


def _text(value: str | None) -> str:
    if value is None or (value.isprintable() and len(value) <= LONGEST):
        return value or ""
    return printable(value, LONGEST)


def _other(other: OtherPlace) -> str:
    words = [printable(other.file, 1000)] if other.file else []
    words += [f"{other.line:,}行目"] if other.line else []
    return " ".join(words)

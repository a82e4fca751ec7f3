"""How a rule on single items is written: a function that says what passes, and wordings that word the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from careplan_csv.checks.characters.lost_characters import PROGRAM_WORDS
from careplan_csv.checks.places import row_hits
from careplan_csv.checks.soundness import Soundness
from careplan_csv.findings import Rule, Severity
from careplan_csv.item_checks import Failure, ItemCheck, ItemContext, Passes, column_of
from careplan_csv.reading import arrays
from careplan_csv.reading.structure import Flags, Positions
from careplan_csv.reading.table import Table
from careplan_csv.reading.values import Values
from careplan_csv.rules.hits import FileHit
from careplan_csv.rules.registry import register
from careplan_csv.standard import Edition, Item, Requirement


@dataclass(frozen=True, slots=True)
class Failed:
    """The values that failed one rule on one item, for the wordings to sort."""

    values: Values
    rows: Positions
    item: Item
    edition: Edition
    table: Table


@dataclass(frozen=True, slots=True)
class Wording:
    """One way to fail a rule, with its wording.

    Attributes:
        message, remedy: may hold {name} and {length} of the item.
        matches: which of the failed values it is about: a pattern (RE2, end to end), or a function;
            None for all that are left.
        severity: the rule's own unless given.
        yields_to: rules of which a finding in the same file tells the cause.
        may_be_right: only a check digit is wrong: such a number may exist all the same.
    """

    message: str
    matches: str | Callable[[Failed], Flags] | None = None
    severity: Severity | None = None
    remedy: str = ""
    yields_to: tuple[str, ...] = ()
    may_be_right: bool = False

    def sort(self, failed: Failed) -> Flags:
        """Which of the failed values belong to this wording."""
        if self.matches is None:
            return np.ones(len(failed.rows), dtype=np.bool_)
        if isinstance(self.matches, str):
            return failed.values.matches(self.matches)
        return self.matches(failed)


Wordings = Sequence[Wording] | Callable[[Item, Edition], Sequence[Wording]]


@dataclass(frozen=True, slots=True)
class ItemRule:
    """An item check with the wordings that word its failures."""

    rule: Rule
    check: ItemCheck
    wordings: Wordings
    about_form: bool

    def hits(
        self, failure: Failure, table: Table, edition: Edition, soundness: Soundness
    ) -> Iterator[FileHit]:
        """Word each wording of a failure, and mark its records."""
        item = failure.item
        for wording, rows in self._sorted(failure, table, edition):
            severity = wording.severity or self.rule.severity
            soundness.mark(item.id, rows, severity, doubtful=wording.may_be_right)
            yield from row_hits(
                table,
                self.rule,
                rows,
                wording.message.format(name=item.name, length=item.length),
                severity,
                item=item,
                values_of=item,
                remedy=wording.remedy.format(name=item.name, length=item.length),
                yields_to=wording.yields_to,
            )

    def _sorted(
        self, failure: Failure, table: Table, edition: Edition
    ) -> Iterator[tuple[Wording, Positions]]:
        """The failed rows by wording, first match first."""
        item, rows = failure.item, failure.rows
        values = Values(column_of(table, item).take(arrays.int64(rows)))
        wordings = self.wordings(item, edition) if callable(self.wordings) else self.wordings
        if self.about_form:
            wordings = (*_for_nothing(item), *wordings)
        unmatched = np.ones(len(rows), dtype=np.bool_)
        for wording in wordings:
            failed = Failed(values, rows, item, edition, table)
            matched = unmatched & wording.sort(failed)
            unmatched &= ~matched
            if matched.any():
                yield wording, rows[matched]
            if not unmatched.any():
                return


_NO_DATE = r"0+|0000([-/.])00([-/.])00|1899[-/]?12[-/]?3[01].*|1900[-/]0?1[-/]0?[01].*"
_DASHES = "[-－ー―—−*＊/]+"
_NOTHING_IN_WORDS = "なし|無し|無|不明|未定|未入力|該当なし|空欄"
_LEAVE_EMPTY = (
    "事業所の方: 介護ソフトの「{name}」の欄を確かめ、空のはずの欄であれば、ソフト会社に伝えてください。"
    "ソフト会社の方: 値がないときは、0 や語を書かず、空で出力してください。"
)
_FILL_IN = (
    "事業所の方: 介護ソフトで「{name}」を入力し、出力し直してください。"
    "ソフト会社の方: 値がないことを、0 や語で表さないでください。"
)


def _for_nothing(item: Item) -> tuple[Wording, ...]:
    """What is written where there is no value: it is to be left empty, not to be mended."""
    remedy = _FILL_IN if item.required is Requirement.REQUIRED else _LEAVE_EMPTY
    empty = "（値がないときは空にします）"
    words = f"(?:{PROGRAM_WORDS})"
    found = [
        Wording(f"「{{name}}」にプログラムの語（null など）が書かれています{empty}。", words, remedy=remedy)
    ]
    if item.format in ("ymd", "ym"):
        message = f"「{{name}}」が 0 だけなど、日付がないことを表す値です{empty}。"
        found.append(Wording(message, _NO_DATE, remedy=remedy))
    if item.format != "code":
        message = f"「{{name}}」に、値がないことを表す記号や語が書かれています{empty}。"
        found.append(Wording(message, f"{_DASHES}|{_NOTHING_IN_WORDS}", remedy=remedy))
    return tuple(found)


ITEM_RULES: dict[str, ItemRule] = {}
"""Every item rule by its id."""

CheckFunction = Callable[[Values, ItemContext], Passes]


def item_rule(
    rule: Rule, *, applies: Callable[[Item], bool], wordings: Wordings, about_form: bool = True
) -> Callable[[CheckFunction], CheckFunction]:
    """Register a rule on single items above the function that says which values pass.

    Args:
        about_form: it judges how a value is written, so that it also meets what stands for no value at all.
    """
    register(rule)

    def decorate(function: CheckFunction) -> CheckFunction:
        ITEM_RULES[rule.id] = ItemRule(rule, ItemCheck(rule.id, applies, function), wordings, about_form)
        return function

    return decorate


def has_format(*formats: str) -> Callable[[Item], bool]:
    """Items of some formats; the item CSVバージョン has a rule of its own."""
    return lambda item: item.format in formats and item.id != "csv_version"


def unless_empty(values: Values, good: Flags) -> Passes:
    """Empty values pass every rule but the one on required items."""
    passes = good | ~values.filled
    return True if passes.all() else passes

"""What the rules on characters and on single items find in a value, looked at by itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from careplan_csv.anonymization.personal_cells import Sheet
from careplan_csv.checker.settings import Settings
from careplan_csv.checks.characters.column_texts import column_texts, text_rule
from careplan_csv.checks.items import ITEM_RULES
from careplan_csv.checks.soundness import Soundness
from careplan_csv.checks.stages import block_rule, syntax_rule
from careplan_csv.checks.syntax.spreadsheet import without_consequences
from careplan_csv.item_checks import failures
from careplan_csv.reading.blocks import joined
from careplan_csv.reading.table import Table
from careplan_csv.rules.hits import FileHit
from careplan_csv.standard import Item

ValueFindings: TypeAlias = frozenset[tuple[str, str, str]]
"""Rule, severity and message of everything that is found in a value."""

_AT_A_TIME = 4096
_SIGNS = (b",", b'"', b"\r", b"\n")
_EMPTY = "F401"
"""The rule on required items: all but one are empty here."""


def value_findings(
    sheet: Sheet, values: Sequence[tuple[Item, bytes]], settings: Settings
) -> list[ValueFindings]:
    """Look at each value as the only one of a record, and at each record as the only one of a file.

    Args:
        values: each with the item that it stands in, without quotes around it.
    """
    found: list[ValueFindings] = []
    for start in range(0, len(values), _AT_A_TIME):
        found += _found(sheet, values[start : start + _AT_A_TIME], settings)
    return found


def _found(sheet: Sheet, values: Sequence[tuple[Item, bytes]], settings: Settings) -> list[ValueFindings]:
    raw, unfit = joined([_record(sheet, item, value) for item, value in values])
    table = Table(raw, sheet.layout, sheet.encoding)
    if unfit.any() or not table.sound.all():
        # A value that breaks its record takes no others with it.
        return [frozenset()] if len(values) == 1 else _halves(sheet, values, settings)
    by_value: list[set[tuple[str, str, str]]] = [set() for _ in values]
    for number, hit in _hits(table, sheet, settings):
        if hit.item is None or hit.item.no == values[number][0].no:
            by_value[number].add((hit.rule, hit.severity.value, hit.message))
    return [frozenset(found) for found in by_value]


def _halves(sheet: Sheet, values: Sequence[tuple[Item, bytes]], settings: Settings) -> list[ValueFindings]:
    middle = len(values) // 2
    return _found(sheet, values[:middle], settings) + _found(sheet, values[middle:], settings)


def _record(sheet: Sheet, item: Item, value: bytes) -> bytes:
    cells = [b""] * len(sheet.layout.items)
    cells[0] = sheet.version.encode("ascii", "replace")
    if item.is_text or any(sign in value for sign in _SIGNS):
        value = b'"' + value.replace(b'"', b'""') + b'"'
    cells[item.no - 1] = value
    return b",".join(cells) + b"\r\n"


def _hits(table: Table, sheet: Sheet, settings: Settings) -> Iterator[FileHit]:
    for texts in column_texts(table):
        for of_texts in text_rule:
            yield from of_texts.run(of_texts.rule, texts)
    for of_block in (*block_rule, *syntax_rule):
        yield from of_block.run(of_block.rule, table)
    soundness = Soundness(len(table.rows))
    checks = {
        item_id: [check for check in of_item if check.check.rule != _EMPTY]
        for item_id, of_item in settings.item_checks(sheet.layout, sheet.edition).items()
    }
    for failure in without_consequences(failures(table, checks)):
        yield from ITEM_RULES[failure.rule].hits(failure, table, sheet.edition, soundness)


__all__ = ["ValueFindings", "value_findings"]

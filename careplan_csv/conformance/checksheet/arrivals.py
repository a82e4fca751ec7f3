"""The effect of each file of a kit on the contents of the software (2.5): new, replaced, deleted, outdated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

from careplan_csv.conformance.checksheet.kit_records import INSURED, Opened, SentFile
from careplan_csv.conformance.kit.kit_model import Expectation
from careplan_csv.writing.writer import Record

_PERSON = ("insurer_number", INSURED)


class ArrivalOutcome(Enum):
    """The correct effect of importing a file."""

    NEW = auto()
    REPLACED = auto()
    """It replaces an earlier one."""
    AGAIN = auto()
    """It adds the contents again after a deletion."""
    REPEATED = auto()
    """The same file was imported before."""
    OUTDATED = auto()
    """Contents with a later serial are there already and stay."""
    DELETED = auto()
    """It deletes contents."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """The effect of one file.

    Attributes:
        standing: prefix -> the records that are there afterwards under the file's keys; for a deletion that
            is too late, the files that it did not change.
        gone: the prefixes of the files whose records a deletion removed.
    """

    outcome: ArrivalOutcome
    standing: Mapping[str, tuple[Record, ...]] = field(default_factory=dict)
    gone: tuple[str, ...] = ()


@dataclass(slots=True)
class _Held:
    """The contents under a key; without records they were deleted. `parent`: the prefix of the parent file."""

    serial: str
    parent: str
    records: tuple[Record, ...]


_Key = tuple[str, str, str, tuple[tuple[str, str], ...]]
"""Sender, prefix, kind of month, and the items by which a later file replaces an earlier one."""


@dataclass
class Arrivals:
    """The contents of the software, step by step."""

    held: dict[_Key, _Held] = field(default_factory=dict)

    def take(self, opened: Opened) -> tuple[Arrival, ...]:
        """Import a step that must not be refused, and return the effect of each of its files in order."""
        if opened.step.expectation is Expectation.REFUSE:
            return tuple(
                Arrival(ArrivalOutcome.NEW, {sent.layout.prefix: sent.records}) for sent in opened.csv
            )
        return tuple(self._delete(sent) if sent.variant.deletes else self._put(sent) for sent in opened.csv)

    def _put(self, sent: SentFile) -> Arrival:
        outcomes = set()
        standing: list[Record] = []
        for key, records in _by_key(sent).items():
            before = self.held.get(key)
            outcome = _outcome(before, sent.name.serial)
            if outcome is not ArrivalOutcome.OUTDATED:
                self.held[key] = _Held(sent.name.serial, sent.variant.parent or "", tuple(records))
            outcomes.add(outcome)
            standing += self.held[key].records
        common = outcomes.pop() if len(outcomes) == 1 else ArrivalOutcome.NEW
        return Arrival(common, {sent.layout.prefix: tuple(standing)} if standing else {})

    def _delete(self, sent: SentFile) -> Arrival:
        touched = list(self._touched(sent))
        if touched and all(held.serial > sent.name.serial for _, held, _ in touched):
            # Several records of a deletion can be about the same file.
            left = {key: held.records for key, held, _ in touched if held.records}
            return Arrival(ArrivalOutcome.OUTDATED, _by_prefix(left))
        gone = []
        for key, held, wanted in touched:
            if held.serial <= sent.name.serial:
                held.serial = sent.name.serial
                held.records = tuple(record for record in held.records if not _is_meant(record, wanted))
                gone.append(key[1])
        return Arrival(ArrivalOutcome.DELETED, gone=tuple(dict.fromkeys(gone)))

    def _touched(self, sent: SentFile) -> Iterator[tuple[_Key, _Held, Record]]:
        for record in sent.records:
            wanted = {item: record.get(item, "") for item in sent.variant.unique or _PERSON}
            for key, held in self.held.items():
                sender, prefix, _, values = key
                hangs = sent.variant.deletes in (prefix, held.parent)
                if hangs and sender == sent.name.sender_office and _is_meant(dict(values), wanted):
                    yield key, held, wanted


def _by_prefix(left: Mapping[_Key, tuple[Record, ...]]) -> dict[str, tuple[Record, ...]]:
    found: dict[str, tuple[Record, ...]] = {}
    for (_, prefix, _, _), records in left.items():
        found[prefix] = found.get(prefix, ()) + records
    return found


def _is_meant(record: Record, wanted: Record) -> bool:
    return all(record.get(item, value) == value for item, value in wanted.items())


def _outcome(before: _Held | None, serial: str) -> ArrivalOutcome:
    if before is None:
        return ArrivalOutcome.NEW
    if before.serial > serial:
        return ArrivalOutcome.OUTDATED
    if not before.records:
        return ArrivalOutcome.AGAIN
    return ArrivalOutcome.REPEATED if before.serial == serial else ArrivalOutcome.REPLACED


def _by_key(sent: SentFile) -> dict[_Key, list[Record]]:
    items = sent.variant.replaces or sent.variant.link or _PERSON
    found: dict[_Key, list[Record]] = {}
    for record in sent.records:
        values = tuple((item, record.get(item, "")) for item in items)
        key = (sent.name.sender_office, sent.layout.prefix, sent.month.value, values)
        found.setdefault(key, []).append(record)
    return found


def arrivals(steps: Iterable[Opened]) -> list[tuple[Arrival, ...]]:
    """The effects of the files of each step, if all steps are done in this order."""
    held = Arrivals()
    return [held.take(opened) for opened in steps]

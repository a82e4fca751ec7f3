"""Who sent a file to whom, when and for which month: what its name tells the rules on several files."""

from __future__ import annotations

from typing import Any

from careplan_csv.checks.collected.file_facts import FileFacts
from careplan_csv.checks.names.name_parts import is_serial
from careplan_csv.standard.checkdigits import is_valid_office_number


def name_of(facts: FileFacts) -> Any:
    """The name of a file that fits the standard."""
    return facts.name


def route(facts: FileFacts) -> tuple[str, str]:
    """Both office numbers: sender, receiver."""
    return name_of(facts).sender_office, name_of(facts).receiver_office


def full_route(facts: FileFacts) -> tuple[str, ...]:
    """Both offices with the kinds under which they send and receive; units are told apart by these too."""
    return (*route(facts), name_of(facts).sender_kind, name_of(facts).receiver_kind)


def unit_key(facts: FileFacts) -> tuple[str, ...]:
    """What the files of a transmission unit have in common, apart from the month."""
    return (*full_route(facts), name_of(facts).serial, facts.source.folder)


def month_of(facts: FileFacts) -> str:
    """The サービス提供年月 of a schedule's or result's files; empty for a plan's, whose supplement is named 000000."""
    month = str(name_of(facts).month)
    return "" if set(month) <= {"0"} else month


def day_of(facts: FileFacts) -> str:
    """The day of the serial, YYYYMMDD."""
    return str(name_of(facts).serial)[:8]


def has_sound_name(facts: FileFacts) -> bool:
    """Whether offices, kinds and serial of a name have no fault of their own."""
    name, edition = name_of(facts), facts.edition
    kinds = [kind for kind in (name.sender_kind, name.receiver_kind) if kind]
    return (
        edition is not None
        and all(is_valid_office_number(number) for number in route(facts))
        and all(kind in edition.kinds for kind in kinds)
        and is_serial(name.serial)
    )

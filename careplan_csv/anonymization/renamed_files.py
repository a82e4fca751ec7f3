"""File names with the pseudonyms of the offices, the moved months and serials, and the same faults."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from random import Random

from careplan_csv.anonymization.date_shift import is_month, is_serial
from careplan_csv.anonymization.letter_classes import replaced
from careplan_csv.anonymization.pseudonyms import Pseudonyms, Value, ValueKind
from careplan_csv.checks.names.given_names import GivenName, check_name
from careplan_csv.standard import Standard
from careplan_csv.standard.filenames import FileName, parse

_WORD = re.compile(r"[^\W_]+")
_COPY = re.compile(r"コピー|copy(?: of)?|csv|txt|jpe?g|image", re.IGNORECASE)
_LONGEST_KIND = 3
_SERIAL_LENGTH = 14
_TRIES = 40


def month_of_name(text: str, known: Standard) -> str:
    """The サービス提供年月 in a file name; empty where there is none."""
    name = parse(text, known)
    return name.month if name and is_month(name.month) else ""


def renamed(text: str, pseudonyms: Pseudonyms, known: Standard, csv_version: str | None = None) -> str:
    """A file name in which nothing is left that tells of an office, a month, a moment or a person.

    Args:
        text: the name without its folder.
        csv_version: CSVバージョン of the content.
    """
    before = _findings(text, known, csv_version)
    whole = Value(ValueKind.TEXT, text)
    new = text
    for attempt in range(_TRIES):
        new = "".join(_parts(text, pseudonyms, known, pseudonyms.random(whole, attempt)))
        if _findings(new, known, csv_version) == before:
            break
    return new


def _findings(text: str, known: Standard, csv_version: str | None) -> frozenset[tuple[str, str]]:
    given = GivenName(parse(text, known), text, known, csv_version)
    return frozenset((hit.rule, hit.severity.value) for hit in check_name(given))


def _parts(text: str, pseudonyms: Pseudonyms, known: Standard, random: Random) -> Iterator[str]:
    name = parse(text, known)
    whole = unicodedata.normalize("NFC", text)
    prefix = _prefix(whole, name, known)
    yield prefix
    at = len(prefix)
    for match in _WORD.finditer(whole, at):
        yield whole[at : match.start()]
        yield _word(match[0], name, pseudonyms, random)
        at = match.end()
    yield whole[at:]


def _prefix(text: str, name: FileName | None, known: Standard) -> str:
    """How the name begins, as it is written: the kind of file tells of nobody."""
    if name is not None and text[: len(name.prefix)].upper() == name.prefix:
        return text[: len(name.prefix)]
    pictures = {
        layout.image_prefix
        for version in known.editions
        for prefix in known.edition(version).prefixes
        if (layout := known.edition(version).layout(prefix)).image_prefix
    }
    return next((text[: len(one)] for one in pictures if text.upper().startswith(one.upper())), "")


def _word(word: str, name: FileName | None, pseudonyms: Pseudonyms, random: Random) -> str:
    serial, rest = word[:_SERIAL_LENGTH], word[_SERIAL_LENGTH:]
    if is_serial(serial):
        return pseudonyms.of(Value(ValueKind.SERIAL, serial)) + rest
    if len(word) == 10 and word.isascii():
        return pseudonyms.of(Value(ValueKind.OFFICE, word))
    if is_month(word):
        return pseudonyms.of(Value(ValueKind.MONTH, word))
    if _COPY.fullmatch(word) or not word.strip("0") or not word.strip("9"):
        return word
    short = len(word) <= _LONGEST_KIND and word.isascii()
    if (name is not None and short) or (len(word) == 4 and word.isdigit()):
        # A kind, the number of a copy or that of a picture.
        return word
    return replaced(word, random)

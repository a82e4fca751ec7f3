"""What stands in place of numbers, names, dates and texts: the same value gets the same pseudonym everywhere."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random

from careplan_csv.anonymization.date_shift import DateShift, is_date, is_month, is_serial
from careplan_csv.anonymization.letter_classes import replaced
from careplan_csv.anonymization.personal_names import invented, is_kana, is_name
from careplan_csv.standard.checkdigits import (
    INSURER_LENGTH,
    OFFICE_LENGTH,
    is_valid_office_number,
    with_check_digit,
)

_OFFICE = re.compile(rf"[0-9A-HJ-NPR-Z]{{{OFFICE_LENGTH - 1}}}[0-9]")
_INSURER = re.compile(rf"[0-9]{{{INSURER_LENGTH}}}")
_INSURED = re.compile("(?:[0-9]|H)[0-9]{9}")
_POSTAL = re.compile("[0-9]{3}-[0-9]{4}")
_DIGIT = re.compile("[0-9]")
_FEWEST_TELEPHONE_DIGITS = 9
_MOST_CLASHES = 200


class ValueKind(StrEnum):
    """What a value tells, and so what takes its place."""

    INSURER = "保険者番号"
    INSURED = "被保険者番号"
    OFFICE = "事業所番号"
    DATE = "年月日"
    DAY_OF_MONTH = "利用日"
    MONTH = "年月"
    SERIAL = "ファイル連番"
    PERSON = "氏名"
    KANA = "フリガナ"
    POSTAL = "郵便番号"
    TELEPHONE = "電話番号"
    TEXT = "文字"


_UNIQUE = frozenset({ValueKind.INSURER, ValueKind.INSURED, ValueKind.OFFICE})
"""Of these no two may fall together: persons and offices would."""


@dataclass(frozen=True, slots=True, order=True)
class Value:
    """A value that stands in some file.

    Attributes:
        name: for kana, the name that they read; empty where it is not known.
    """

    kind: ValueKind
    text: str
    name: str = ""


@dataclass
class Pseudonyms:
    """Gives every value its pseudonym.

    Attributes:
        key: whoever has it gets the same pseudonyms from the same values.
        shift: by which dates are moved.
        tries: which of the possible pseudonyms a value gets, where the first did not show the same findings.
        kept: places of characters of a value that stay, because a finding is about them.
        kana_of: the kana of a name, where a record tells both.
    """

    key: bytes
    shift: DateShift
    tries: dict[Value, int] = field(default_factory=dict)
    kept: dict[Value, Collection[int]] = field(default_factory=dict)
    kana_of: dict[str, str] = field(default_factory=dict)
    _given: dict[Value, str] = field(default_factory=dict)
    _taken: dict[ValueKind, set[str]] = field(default_factory=dict)

    def of(self, value: Value) -> str:
        """The pseudonym of a value: as many characters as the value has."""
        if value not in self._given:
            self._given[value] = self._made(value)
        return self._given[value]

    def again(self, value: Value) -> None:
        """Let a value have another pseudonym."""
        self.tries[value] = self.tries.get(value, 0) + 1
        self._given.pop(value, None)

    def keep(self, value: Value, places: Collection[int]) -> None:
        """Let some characters of a value stay."""
        self.kept[value] = places
        self._given.pop(value, None)

    @property
    def table(self) -> list[tuple[Value, str]]:
        """Every value with its pseudonym."""
        return sorted(self._given.items())

    def random(self, value: Value, clashes: int = 0) -> Random:
        """A source of chance of the value's own: without the key nobody can tell what it gives."""
        text = f"{value.kind}\0{value.text}\0{value.name}\0{self.tries.get(value, 0)}\0{clashes}"
        return Random(
            int.from_bytes(
                hmac.new(self.key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).digest(), "big"
            )
        )

    def _made(self, value: Value) -> str:
        if value.kind not in _UNIQUE:
            return self._form(value, self.random(value))
        taken = self._taken.setdefault(value.kind, set())
        for clashes in range(_MOST_CLASHES):
            pseudonym = self._form(value, self.random(value, clashes))
            if pseudonym == value.text or pseudonym not in taken:
                break
        taken.add(pseudonym)
        return pseudonym

    def _form(self, value: Value, random: Random) -> str:
        if value in self.kept:
            return replaced(value.text, random, self.kept[value])
        return _FORMS[value.kind](self, value, random)

    def _insurer(self, value: Value, random: Random) -> str:
        if not _INSURER.fullmatch(value.text):
            return replaced(value.text, random)
        # No municipality has the codes 901–999.
        left = f"{value.text[:2]}9{random.randrange(1, 100):02d}"
        return _with_same_mistake(left, value.text)

    def _insured(self, value: Value, random: Random) -> str:
        if not _INSURED.fullmatch(value.text) or not value.text.strip("0"):
            return replaced(value.text, random)
        first = value.text[0] if value.text[0] == "H" else "9"
        return f"{first}{random.randrange(10**9):09d}"

    def _office(self, value: Value, random: Random) -> str:
        text = value.text
        if not _OFFICE.fullmatch(text) or set(text) in ({"0"}, {"9"}):
            return text if set(text) in ({"0"}, {"9"}) else replaced(text, random)
        # Prefecture and class stay; no district has the numbers 90–99.
        middle = "".join(c if c.isalpha() else str(random.randrange(10)) for c in text[4:9])
        left = f"{text[:3]}{text[3] if text[3].isalpha() else '9'}{middle}"
        right = with_check_digit(left)
        return right if is_valid_office_number(text) else _with_same_mistake(left, text)

    def _date(self, value: Value, random: Random) -> str:
        if is_date(value.text):
            return self.shift.date(value.text)
        return _unless_hollow(value.text, random)

    def _day_of_month(self, value: Value, random: Random) -> str:
        if is_date(value.text):
            return self.shift.day_of_month(value.text)
        return _unless_hollow(value.text, random)

    def _month(self, value: Value, random: Random) -> str:
        if is_month(value.text):
            return self.shift.month(value.text)
        return _unless_hollow(value.text, random)

    def _serial(self, value: Value, random: Random) -> str:
        if is_serial(value.text):
            return self.shift.serial(value.text)
        return _unless_hollow(value.text, random)

    def _person(self, value: Value, random: Random) -> str:
        if not is_name(value.text):
            return replaced(value.text, random)
        return invented(value.text, self.kana_of.get(value.text, ""), random)[0]

    def _kana(self, value: Value, random: Random) -> str:
        name = Value(ValueKind.PERSON, value.name)
        if not (value.name and is_name(value.name) and is_kana(value.text)) or name in self.kept:
            return replaced(value.text, random)
        if self.kana_of.get(value.name, value.text) != value.text:
            return replaced(value.text, random)
        return invented(value.name, value.text, self.random(name))[1]

    def _postal(self, value: Value, random: Random) -> str:
        if not _POSTAL.fullmatch(value.text):
            return replaced(value.text, random)
        # No postal code begins with 000.
        return f"000-{random.randrange(10_000):04d}"

    def _telephone(self, value: Value, random: Random) -> str:
        text = replaced(value.text, random)
        if len(_DIGIT.findall(text)) < _FEWEST_TELEPHONE_DIGITS:
            return text
        # No number of a subscriber begins with 00.
        return _DIGIT.sub("0", text, count=2)

    def _text(self, value: Value, random: Random) -> str:
        return replaced(value.text, random)


_FORMS: dict[ValueKind, Callable[[Pseudonyms, Value, Random], str]] = {
    ValueKind.INSURER: Pseudonyms._insurer,
    ValueKind.INSURED: Pseudonyms._insured,
    ValueKind.OFFICE: Pseudonyms._office,
    ValueKind.DATE: Pseudonyms._date,
    ValueKind.DAY_OF_MONTH: Pseudonyms._day_of_month,
    ValueKind.MONTH: Pseudonyms._month,
    ValueKind.SERIAL: Pseudonyms._serial,
    ValueKind.PERSON: Pseudonyms._person,
    ValueKind.KANA: Pseudonyms._kana,
    ValueKind.POSTAL: Pseudonyms._postal,
    ValueKind.TELEPHONE: Pseudonyms._telephone,
    ValueKind.TEXT: Pseudonyms._text,
}


def _with_same_mistake(left: str, like: str) -> str:
    """A number whose check digit is as far from the right one as that of another number."""
    wrong_by = int(like[-1]) - int(with_check_digit(like[:-1])[-1])
    return f"{left}{(int(with_check_digit(left)[-1]) + wrong_by) % 10}"


def _unless_hollow(text: str, random: Random) -> str:
    """Another text, unless it is nothing but zeros or nines, which stand for no value."""
    return text if set(text) <= {"0"} or set(text) == {"9"} else replaced(text, random)

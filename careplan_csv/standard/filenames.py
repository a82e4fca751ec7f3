"""File names of the standard, taken apart (別紙 ファイル名規約)."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from careplan_csv.standard.loading import Standard
from careplan_csv.standard.model import Layout, MonthPart

SEPARATOR = "_"

PART_LENGTHS = {
    "month": 6,
    "sender_office": 10,
    "sender_kind": 2,
    "sender_service": 3,
    "receiver_office": 10,
    "receiver_kind": 2,
    "receiver_service": 3,
    "serial": 14,
}
"""How many characters each part has; the editions say which parts stand in which order."""

_OFFICES = frozenset({"sender_office", "receiver_office"})
_KINDS = frozenset({"sender_kind", "sender_service", "receiver_kind", "receiver_service"})
_LENGTHS_OF_OTHERS = frozenset({*(PART_LENGTHS[part] for part in _KINDS), PART_LENGTHS["serial"]})
_DIGITS_ONLY = frozenset({"month", "serial"})
_SERIAL = "%Y%m%d%H%M%S"

_LONGEST = 255
"""No file system takes longer names; archives can hold them, and patterns on them would take long."""

# Saving X.CSV as text, or with the extensions hidden, gives X.CSV.txt or X.CSV.csv.
_EXTENSION = re.compile(r"(?:\.csv)?\.[^.]*\Z", re.IGNORECASE)
_EXTENSION_WITHIN = re.compile(r"\.csv\Z", re.IGNORECASE)
_COPY_BEFORE = re.compile(r"\A(?:(?:コピー|copy)\s*(?:[(（]\d+[)）])?\s*(?:[～〜~]|of)\s*)+", re.IGNORECASE)
_COPY_AFTER = re.compile(
    r"(?:\s*[(（]\d+[)）]|\s*-\s*(?:コピー|copy)|\s*の?コピー(?:\s*\d+)?|\s+copy(?:\s*\d+)?|(?<=\d{14})[\s-]\d{1,3})+\Z",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class FileName:
    """The parts of a file name, as they stand, right or wrong.

    Attributes:
        text: the whole name.
        prefix: the prefix of the file's kind, in capitals.
        csv_version: the edition whose pattern the name follows; empty where it follows none.
        month: the サービス提供年月 part, empty where there is none.
        sender_kind, receiver_kind: サービス種類, or the 3-digit code that 4.0版 had in its place.
        serial: the last 14 digits (ファイル連番).
        extension: with its dot.
        copied: the name bears the mark of a copy or of a second download, such as ` (1)`.
    """

    text: str
    prefix: str
    csv_version: str
    month: str
    sender_office: str
    sender_kind: str
    receiver_office: str
    receiver_kind: str
    serial: str
    extension: str
    copied: bool = False

    @property
    def parts(self) -> list[str]:
        """What stands between the prefix and the extension, as it stands."""
        return _parts_of(_stem(_bare(self.text)[0]), self.prefix)

    @property
    def month_part(self) -> MonthPart:
        """Which kind of month part the name has."""
        return month_part(self.month)


def month_part(month: str) -> MonthPart:
    """Which kind of month part the サービス提供年月 part of a name is; NONE for the empty text."""
    if not month:
        return MonthPart.NONE
    return MonthPart.ZERO if set(month) == {"0"} else MonthPart.REAL


def moment_of(serial: str) -> datetime | None:
    """The moment that a ファイル連番 of 14 digits names (2.4); None where it names none."""
    if len(serial) != PART_LENGTHS["serial"] or not (serial.isascii() and serial.isdigit()):
        return None
    try:
        return datetime.strptime(serial, _SERIAL)
    except ValueError:
        return None


def serial_at(moment: datetime) -> str:
    """The ファイル連番 of a moment."""
    return moment.strftime(_SERIAL)


@dataclass(frozen=True, slots=True)
class Pattern:
    """The parts of an edition's file names after the prefix; `csv_version` is the edition's value."""

    csv_version: str
    parts: tuple[str, ...]

    @cache  # noqa: B019  # there are as many patterns as editions
    def wanted(self, *, month: bool) -> tuple[str, ...]:
        """The parts of a file with or without サービス提供年月."""
        return tuple(part for part in self.parts if month or part != "month")


@cache
def patterns(standard: Standard) -> tuple[Pattern, ...]:
    """The file-name patterns of all editions, the newest first, then those of versions without a folder."""
    editions = [(version, standard.edition(version).file_name) for version in reversed(standard.editions)]
    others = [(version.value, version.file_name) for version in standard.versions.values()]
    return tuple(
        Pattern(value, tuple(part for part in file_name if part != "prefix"))
        for value, file_name in (*editions, *others)
        if file_name
    )


@cache
def layout_of(prefix: str, csv_version: str, standard: Standard) -> Layout | None:
    """The layout of a prefix in an edition, else in the newest edition that has such a file."""
    for candidate in (csv_version, *reversed(standard.editions)):
        if candidate in standard.editions and prefix in standard.edition(candidate).prefixes:
            return standard.edition(candidate).layout(prefix)
    return None


def parse(text: str, standard: Standard) -> FileName | None:
    """Take a file name apart, leniently: each part is given as it stands, so that a rule can judge it.

    A name whose parts fit no edition's pattern keeps its kind and whatever can be told by its shape;
    its `csv_version` is empty.

    Args:
        text: the last component of a path.
        standard: the editions whose patterns count.

    Returns:
        None where the name cannot be assigned to a kind of file.

    Source: 別紙 ファイル名規約.
    """
    if len(text) > _LONGEST:
        return None
    bare, extension = _bare(text)
    stem = _stem(bare)
    prefix = _prefix(stem, standard)
    if prefix is None:
        return None
    version, named = _assign(_parts_of(stem, prefix), prefix, standard)
    return FileName(
        text=text,
        prefix=prefix,
        csv_version=version,
        month=named.get("month", ""),
        sender_office=named.get("sender_office", ""),
        sender_kind=named.get("sender_kind", named.get("sender_service", "")),
        receiver_office=named.get("receiver_office", ""),
        receiver_kind=named.get("receiver_kind", named.get("receiver_service", "")),
        serial=named.get("serial", ""),
        extension=extension,
        copied=stem != bare.strip(),
    )


def _bare(text: str) -> tuple[str, str]:
    """A name without its extension, and the extension with its dot."""
    # macOS writes the kana of 「コピー」 in two pieces.
    whole = unicodedata.normalize("NFC", text)
    extension = match[0] if (match := _EXTENSION.search(whole)) else ""
    return whole.removesuffix(extension), sys.intern(extension)


def _stem(bare: str) -> str:
    """A name without its extension, and without the marks of a copy."""
    # A copy of X.CSV can also be called "X.CSV (1).CSV".
    return _EXTENSION_WITHIN.sub("", _COPY_AFTER.sub("", _COPY_BEFORE.sub("", bare)).strip())


def _parts_of(stem: str, prefix: str) -> list[str]:
    rest = stem[len(prefix) :]
    parts = rest.removeprefix(SEPARATOR).split(SEPARATOR) if rest.startswith(SEPARATOR) else []
    # The same offices and serials stand in the names of many files.
    return [sys.intern(part) for part in parts]


@cache
def _prefixes(standard: Standard) -> tuple[str, ...]:
    known = {prefix for version in standard.editions for prefix in standard.edition(version).prefixes}
    return tuple(sorted(known, key=len, reverse=True))


def _prefix(stem: str, standard: Standard) -> str | None:
    """The longest prefix that the name begins with and that is not the beginning of another word."""
    for prefix in _prefixes(standard):
        after = stem[len(prefix) : len(prefix) + 1]
        if stem[: len(prefix)].upper() == prefix and not (after.isascii() and after.isalnum()):
            return prefix
    return None


def _assign(parts: list[str], prefix: str, standard: Standard) -> tuple[str, dict[str, str]]:
    """The pattern that explains the parts with the fewest faults, and the parts by name.

    A name in which more than half of the parts would be wrong follows no pattern.
    """
    candidates = list(_readings(parts, prefix, standard))
    if candidates:
        faults, version, named = min(candidates, key=lambda candidate: candidate[0])
        if 2 * faults <= len(parts):
            return version, named
    return "", _by_shape(parts)


def _readings(parts: list[str], prefix: str, standard: Standard) -> Iterator[tuple[int, str, dict[str, str]]]:
    """Every way to read the parts by number: faults, version and parts by name."""
    for pattern in patterns(standard):
        layout = layout_of(prefix, pattern.csv_version, standard)
        has_month = layout is not None and layout.has_month
        for month in (True, False):
            wanted = pattern.wanted(month=month)
            if len(wanted) == len(parts):
                named = dict(zip(wanted, parts, strict=True))
                if any(_belongs_elsewhere(part, text) for part, text in named.items()):
                    continue
                faults = sum(not has_shape(part, text) for part, text in named.items())
                yield faults + (month != has_month), pattern.csv_version, named


def has_shape(part: str, text: str) -> bool:
    """Whether a text has the length and the characters of a part; what it means is not looked at."""
    if len(text) != PART_LENGTHS[part] or not text.isascii():
        return False
    return text.isdigit() if part in _DIGITS_ONLY else text.isalnum()


def _belongs_elsewhere(part: str, text: str) -> bool:
    """Whether a kind or a serial stands where an office number is due, or an office number in a kind's place."""
    if not text.isascii() or not text.isalnum():
        return False
    if part in _OFFICES:
        return len(text) in _LENGTHS_OF_OTHERS
    return part in _KINDS and len(text) in (PART_LENGTHS["sender_office"], PART_LENGTHS["serial"])


def missing_parts(parts: Sequence[str], wanted: Sequence[str]) -> tuple[str, ...]:
    """Which wanted parts a name lacks, told by the shapes of those that it has, in their order."""
    missing, left = [], list(parts)
    for part in wanted:
        if left and has_shape(part, left[0]):
            left.pop(0)
        else:
            missing.append(part)
            if left and not left[0]:
                left.pop(0)
    return tuple(missing) if not any(left) else ()


def _by_shape(parts: list[str]) -> dict[str, str]:
    """What single parts of a name that follows no pattern tell by their shape."""
    named = {}
    for part, candidates in (("month", parts[:1]), ("serial", parts[-1:])):
        if any(has_shape(part, text) for text in candidates):
            named[part] = candidates[0]
    offices = [text for text in parts if has_shape("sender_office", text)]
    if len(offices) == 2:
        named["sender_office"], named["receiver_office"] = offices
    return named


def table_name(prefix: str, month: str) -> str:
    """The name of a file of a dump: `UP1KYO.CSV`, `UPHOSOKU_000000.CSV`, `UPPLAN_202504.CSV`.

    Args:
        month: the サービス提供年月 part that the file name of the standard would have; empty where it has none.
    """
    return "_".join(part for part in (prefix, month) if part) + ".CSV"


STRANGE_NAME = "（規約外の名前のファイル）"


def name_for_forms(file: str, standard: Standard) -> str:
    """The last part of a name, if it is one of the standard's; any other could hold a person's name."""
    text = file.replace("\\", "/").rpartition("/")[2]
    name = parse(text, standard)
    if name is None or name.copied or not name.csv_version or name.extension.upper() != ".CSV":
        return STRANGE_NAME
    offices = (name.sender_office, name.receiver_office)
    # The first two characters of an 事業所番号 are a prefecture's number.
    sound = all(has_shape("sender_office", office) and office[:2].isdigit() for office in offices)
    kinds = name.sender_kind + name.receiver_kind
    short = len(kinds) <= 6 and (not kinds or (kinds.isascii() and kinds.isalnum()))
    month = not name.month or has_shape("month", name.month)
    return text if sound and short and month and has_shape("serial", name.serial) else STRANGE_NAME

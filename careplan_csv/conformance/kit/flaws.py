"""The faults of the units in `faults/`, and the expected reaction to each."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from careplan_csv.conformance.kit.kit_model import Expectation
from careplan_csv.standard import Edition, standard
from careplan_csv.writing.unit_files import FileContents, Unit

UnitChange: TypeAlias = Callable[[Unit], FileContents]
"""Returns the files of a unit with the fault."""

_END = b"\r\n"
_SIMPLE_TEXT = re.compile(rb'"([^",\r\n]+)"')


@dataclass(frozen=True)
class Flaw:
    """A fault of a unit.

    Attributes:
        rule: the rule that it breaks.
        touches_known: the unit corrects imported contents, which must not change.
        at_least_files: how many files the unit must have.
        needs_texts: whether the unit must have free texts.
        needs_mistake: needs a value that software writes by mistake for the edition (schemas/versions.yaml).
    """

    rule: str
    purpose: str
    apply: UnitChange
    expectation: Expectation = Expectation.REFUSE
    touches_known: bool = False
    at_least_files: int = 1
    needs_texts: bool = False
    needs_mistake: bool = False


def _first(change: Callable[[bytes], bytes]) -> UnitChange:
    """A change of the first file only."""

    def apply(unit: Unit) -> FileContents:
        files, name = unit.files(), unit.drafts[0].name
        return {**files, name: change(files[name])}

    return apply


def _every(change: Callable[[bytes], bytes]) -> UnitChange:
    """A change of all tables."""
    return lambda unit: {draft.name: change(draft.data()) for draft in unit.drafts} | dict(unit.images)


def _without_needed_file(unit: Unit) -> FileContents:
    """The last of the necessary files of the unit is missing."""
    first = unit.drafts[0]
    (members,) = (known.files for known in first.edition.units if known.id == unit.id)
    needed = {member.prefix for member in members if member.missing == "error"}
    gone = [draft.name for draft in unit.drafts if draft.prefix in needed][-1]
    return {name: data for name, data in unit.files().items() if name != gone}


def _header(unit: Unit) -> FileContents:
    """A record of item names at the beginning of the first file."""
    first = unit.drafts[0]
    names = ",".join(item.name for item in first.layout.items).encode("cp932")
    return {**unit.files(), first.name: names + _END + first.data()}


def _small_extension(unit: Unit) -> FileContents:
    """File names that end in .csv."""
    tables = {draft.name.removesuffix(".CSV") + ".csv": draft.data() for draft in unit.drafts}
    return tables | dict(unit.images)


def _utf8(data: bytes) -> bytes:
    return data.decode("cp932").encode("utf-8")


def _cut_off(data: bytes) -> bytes:
    """The last record is incomplete, as after an interrupted transfer."""
    return data.rsplit(b",", 3)[0]


def mistaken_version(edition: Edition) -> str:
    """A CSVバージョン that software writes by mistake for an edition; empty if none is known."""
    mistakes = standard().mistakes.values()
    return next((mistake.value for mistake in mistakes if mistake.meant == edition.csv_version), "")


def _mistaken(unit: Unit) -> FileContents:
    """A mistaken CSVバージョン in every record of all files."""
    edition = unit.drafts[0].edition
    right, wrong = (f"{text},".encode() for text in (edition.csv_version, mistaken_version(edition)))

    def change(data: bytes) -> bytes:
        lines = data.split(_END)
        return _END.join(
            wrong + line.removeprefix(right) if line.startswith(right) else line for line in lines
        )

    return _every(change)(unit)


def _long_record(data: bytes) -> bytes:
    """One item too many in the last record."""
    return data.removesuffix(_END) + b"," + _END


def _gaiji(data: bytes) -> bytes:
    """A 外字 at the end of the first free text."""
    at = data.index(b'",')
    return data[:at] + b"\xf0\x40" + data[at:]


def _no_quotes(data: bytes) -> bytes:
    """Texts without quotes, except texts in which this would change the number of items."""
    return _SIMPLE_TEXT.sub(rb"\1", data)


def _line_feeds(data: bytes) -> bytes:
    """Only LF after each record; line breaks in texts stay CR LF."""
    version = data[:6] + b","
    return data.replace(_END + version, b"\n" + version).removesuffix(_END) + b"\n"


FLAWS = (
    Flaw("B701", "組のファイルが1つ足りません。", _without_needed_file, at_least_files=2),
    Flaw("E202", "文字コードが UTF-8 のファイルです。", _every(_utf8)),
    Flaw("C303", "最後の記録の項目が1つ多いファイルです。", _first(_long_record)),
    Flaw("C302", "先頭に見出しの行があるファイルです。", _header),
    Flaw("F419", "CSVバージョンが、標準仕様に無い値のファイルです。", _mistaken, needs_mistake=True),
    Flaw(
        "C303",
        "訂正の組が、送る途中で切れています。前に取り込んだ内容は変わりません。",
        _first(_cut_off),
        touches_known=True,
    ),
    Flaw("E203", "外字（利用者定義文字）を含むファイルです。", _first(_gaiji), needs_texts=True),
    Flaw("C305", "文章が引用符で囲まれていないファイルです。", _first(_no_quotes), needs_texts=True),
    Flaw(
        "N103",
        "ファイル名の拡張子が小文字です。警告を表示して、取り込みます。",
        _small_extension,
        Expectation.WARN,
    ),
    Flaw(
        "C307",
        "記録の終わりの改行が LF です。警告を表示して、取り込みます。",
        _every(_line_feeds),
        Expectation.WARN,
    ),
)
"""All flaws, in the order in which they are tested."""

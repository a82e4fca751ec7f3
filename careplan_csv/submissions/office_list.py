"""The list of applicants, as a prefecture keeps it: CSV (UTF-8 or MS932) or Excel."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from careplan_csv.conformance.checksheet.workbook_limits import TooMuch, is_too_large, refuse_too_much
from careplan_csv.findings import printable
from careplan_csv.standard import Profile
from careplan_csv.standard.checkdigits import is_valid_office_number

_NAMES = {
    "number": ("事業所番号", "介護保険事業所番号", "指定事業所番号"),
    "name": ("事業所名", "事業所の名称", "事業所名称"),
    "office_type": ("事業所の種類", "種類", "サービス種別", "サービス種類"),
    "file": ("提出物", "ファイル", "ファイル名", "提出ファイル"),
}
"""Names of the columns; the first of each is that which messages use."""
_NUMBER_LENGTH = 10
_OFFICE_NUMBER = re.compile("(?=([0-9A-Z]{10}))")
"""Every ten characters in a row that could be one, in the name of a submission."""
_ENCODINGS = ("utf-8-sig", "cp932")
_MOST_ROWS = 100_000


class OfficeListError(Exception):
    """The list cannot be used; the text says in Japanese where and what to do."""


@dataclass(frozen=True, slots=True)
class ListedOffice:
    """A row of the list.

    Attributes:
        row: its number in the list, the heading being 1.
        office_type: the id of the profile's office type; empty where the list does not say.
        file: the name of the submission; empty where the list does not say.
    """

    row: int
    number: str
    name: str = ""
    office_type: str = ""
    file: str = ""


@dataclass(frozen=True)
class OfficeList:
    """The list.

    Attributes:
        remarks: what is odd in it, each a sentence in Japanese.
    """

    offices: tuple[ListedOffice, ...] = ()
    remarks: tuple[str, ...] = ()

    def of(self, name: str, numbers: Sequence[str]) -> ListedOffice | None:
        """The row of a submission, by its name, else by the office numbers in its files or its name."""
        if found := self._by_file.get(_bare(name)):
            return found
        own = [*numbers, *_OFFICE_NUMBER.findall(name)]
        return next((self._by_number[number] for number in own if number in self._by_number), None)

    def missing(self, names: Iterable[str], numbers: Iterable[str]) -> list[ListedOffice]:
        """The rows that no submission belongs to.

        Args:
            names: of all submissions; numbers: 事業所番号 of all senders.
        """
        names = list(names)
        files = set(map(_bare, names))
        known = {*numbers, *(number for name in names for number in _OFFICE_NUMBER.findall(name))}
        return [one for one in self.offices if one.number not in known and _bare(one.file) not in files]

    @cached_property
    def _by_file(self) -> dict[str, ListedOffice]:
        return {_bare(one.file): one for one in reversed(self.offices) if one.file}

    @cached_property
    def _by_number(self) -> dict[str, ListedOffice]:
        return {one.number: one for one in reversed(self.offices)}


def _bare(name: str) -> str:
    """A name of a submission as it is compared: lists often leave the ending out."""
    return unicodedata.normalize("NFC", name).strip().lower().removesuffix(".zip")


def read_office_list(path: Path, profile: Profile) -> OfficeList:
    """Read a list.

    Raises:
        OfficeListError: it cannot be read, has no column of office numbers, or a row is wrong.
    """
    rows = _sheet(path) if path.suffix.lower() == ".xlsx" else _csv(path)
    filled = [(number, row) for number, row in enumerate(rows, 1) if any(row)]
    if not filled:
        raise OfficeListError(
            f"{_shown(path)}に行がありません。1行目に見出し、2行目から事業所を書いてください。"
        )
    (_, heading), *body = filled
    columns = _columns(heading)
    if "number" not in columns:
        known = "、".join(names[0] for names in _NAMES.values())
        raise OfficeListError(
            f"{_shown(path)}の1行目に「事業所番号」の列がありません。見出しは {known} にしてください（事業所番号のほかは任意です）。"
        )
    offices = tuple(_office(path, number, row, columns, profile) for number, row in body)
    return OfficeList(offices, tuple(_remarks(offices)))


def _shown(path: Path) -> str:
    return f"一覧「{printable(str(path), 200)}」"


def _columns(heading: Sequence[str]) -> dict[str, int]:
    plain = [unicodedata.normalize("NFKC", title).strip() for title in heading]
    return {
        key: plain.index(name) for key, names in _NAMES.items() for name in reversed(names) if name in plain
    }


def _office(
    path: Path, number: int, row: Sequence[str], columns: dict[str, int], profile: Profile
) -> ListedOffice:
    told = {
        key: unicodedata.normalize("NFKC", row[place]).strip() if place < len(row) else ""
        for key, place in columns.items()
    }
    office = told.get("number", "").upper()
    if len(office) != _NUMBER_LENGTH or not office.isalnum() or not office.isascii():
        shape = f"{len(office)}文字です" if office else "空です"
        raise OfficeListError(
            f"{_shown(path)}の {number}行目: 事業所番号が{shape}。10桁で書いてください"
            "（Excel で先頭の 0 が消えていないかも確かめてください）。"
        )
    word = told.get("office_type", "")
    try:
        office_type = profile.office_type(word).id if word else ""
    except KeyError:
        words = "、".join(kind.short for kind in profile.office_types)
        raise OfficeListError(
            f"{_shown(path)}の {number}行目: 事業所の種類「{printable(word, 40)}」は分かりません。{words} のどれかを書いてください。"
        ) from None
    return ListedOffice(number, office, told.get("name", ""), office_type, told.get("file", ""))


def _remarks(offices: Iterable[ListedOffice]) -> Iterable[str]:
    offices = list(offices)
    twice = [number for number, count in Counter(one.number for one in offices).items() if count > 1]
    for number in twice:
        rows = "・".join(str(one.row) for one in offices if one.number == number)
        yield f"一覧に事業所番号 {number} の行が2つ以上あります（{rows}行目）。"
    for one in offices:
        if not is_valid_office_number(one.number):
            yield f"一覧の {one.row}行目: 事業所番号 {one.number} の検証番号（最後の1桁）が合いません。"


def _csv(path: Path) -> list[list[str]]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise OfficeListError(
            f"{_shown(path)}を読めません（{error.strerror}）。場所を確かめ、Excel で開いていれば閉じてください。"
        ) from error
    for encoding in _ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        try:
            return list(csv.reader(io.StringIO(text, newline=""), strict=True))[:_MOST_ROWS]
        except csv.Error as error:
            raise OfficeListError(
                f"{_shown(path)}を表として読めません。Excel で開き、「CSV UTF-8」で保存し直してください。"
            ) from error
    raise OfficeListError(
        f"{_shown(path)}の文字コードが分かりません。Excel で開き、「CSV UTF-8」で保存し直してください。"
    )


def _sheet(path: Path) -> list[list[str]]:
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(path) as archive:
            if is_too_large(archive):
                raise TooMuch
            refuse_too_much(archive)
        book = load_workbook(path, read_only=True, data_only=True)
    except OSError as error:
        raise OfficeListError(
            f"{_shown(path)}を読めません（{error.strerror}）。場所を確かめ、Excel で開いていれば閉じてください。"
        ) from error
    except Exception as error:
        # Whatever openpyxl and the parsers of XML raise on a damaged or harmful workbook.
        raise OfficeListError(
            f"{_shown(path)}を Excel のファイルとして読めません。Excel で開いて、保存し直してください。"
        ) from error
    rows = book.worksheets[0].iter_rows(values_only=True)
    return [[_text(value) for value in row] for row, _ in zip(rows, range(_MOST_ROWS), strict=False)]


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)

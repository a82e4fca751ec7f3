"""The standard as frozen values: editions, layouts, items, codes, units and profiles.

Everything here is loaded from `schemas/`; nothing names a file, an item or a code.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TypeAlias


class Requirement(StrEnum):
    """Whether an item must be filled (別紙 必須欄)."""

    REQUIRED = "required"
    UNCLEAR = "unclear"
    EXPECTED = "expected"
    OPTIONAL = "optional"


class MonthPart(StrEnum):
    """What the サービス提供年月 part of a file name holds."""

    NONE = "none"
    ZERO = "zero"
    REAL = "real"

    @property
    def mark(self) -> str:
        """What the requirement tables write after the name of a file."""
        return {MonthPart.ZERO: "(000000)", MonthPart.REAL: "(YYYYMM)", MonthPart.NONE: ""}[self]


VariantKey: TypeAlias = tuple[str, MonthPart]
"""A kind of file: its prefix and what the month part of its name holds."""


class Exchange(StrEnum):
    """Whether a service kind is exchanged at all (2.6)."""

    YES = "yes"
    NO = "no"
    PLANNING = "planning"


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a layout.

    Attributes:
        no: number in the 別紙, from 1.
        id: the English name that rules use.
        name: the official Japanese name.
        length: 項目長 in half-width characters; None where the 別紙 gives no limit.
        format: kind of value (`ymd`, `int`, `code` …); `argument` its parameter (list name, picture; for
            text what it tells: `person`, `place` or `period`).
        also: values allowed besides those of the format.
        open: the value never tells anything about a person, so it may be shown.
        unclear_beyond: a shorter length that the documents also name; longer values are an information.
        signed: a reduction may stand here with a minus (A25).
        on_totals: whether it must be filled on subtotal and total rows, where that differs.
    """

    no: int
    id: str
    name: str
    length: int | None
    required: Requirement
    format: str
    argument: str = ""
    also: tuple[str, ...] = ()
    open: bool = False
    on_totals: Requirement | None = None
    unclear_beyond: int | None = None
    signed: bool = False
    note: str = ""

    @property
    def is_text(self) -> bool:
        """Free text: always in double quotes, no limit (4.3)."""
        return self.format == "text"

    @property
    def label(self) -> str:
        """№ and Japanese name, as people read it."""
        return f"№{self.no}「{self.name}」"


@dataclass(frozen=True, slots=True)
class Variant:
    """One use of a layout, with its own letter and keys (利用者補足情報 has two).

    Attributes:
        letter: letter in the prefecture's list (A–I) or the form's number.
        month: what the file name's month part holds.
        parent: prefix of the file that this one hangs on, with `link` the items that tie them (2.3).
        unique: items that no two records of a file may share; empty where there is no such key.
        replaces: items by which a later file replaces an earlier one.
        deletes: prefix of the file whose records this one deletes.
        exact_duplicates: warn when two whole records are equal.
    """

    letter: str
    month: MonthPart
    parent: str | None = None
    link: tuple[str, ...] = ()
    unique: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    deletes: str | None = None
    exact_duplicates: bool = False


@dataclass(frozen=True, slots=True)
class NumberLevel:
    """A level of numbering (課題ＮＯ …) and its texts (2.3).

    Attributes:
        texts: of these some must stand on the first record of each number.
        more: texts that belong to the number too, and may all be empty.
    """

    item: str
    texts: tuple[str, ...] = ()
    more: tuple[str, ...] = ()


@dataclass(frozen=True)
class Layout:
    """The items of one kind of file, in order.

    `image_item` names the pictures that go with a file; their names begin with `image_prefix`.
    `either_way` is the ambiguity by which names with sender and receiver exchanged are accepted, or empty.
    """

    csv_version: str
    prefix: str
    name: str
    sender: str
    receiver: str
    variants: tuple[Variant, ...]
    items: tuple[Item, ...]
    numbering: tuple[NumberLevel, ...] = ()
    image_item: str = ""
    image_prefix: str = ""
    either_way: str = ""

    @cached_property
    def by_id(self) -> Mapping[str, Item]:
        return {item.id: item for item in self.items}

    @property
    def has_month(self) -> bool:
        """Whether the file name has a サービス提供年月 part."""
        return any(variant.month is not MonthPart.NONE for variant in self.variants)

    def variant(self, month: MonthPart) -> Variant:
        """The variant of a month part; the first where none fits."""
        return next((v for v in self.variants if v.month is month), self.variants[0])


_PREVENTIVE = ("予防給付", "総合事業")


@dataclass(frozen=True, slots=True)
class ServiceKind:
    """サービス種類コード.

    Attributes:
        equipment: the first character of its product item codes, or empty.
        group: kinds of one group go out together under the name of any of them; empty for a kind by itself.
    """

    code: str
    name: str
    category: str
    exchange: Exchange
    equipment: str = ""
    group: str = ""

    @property
    def is_preventive(self) -> bool:
        """Whether it serves people with 要支援 (予防給付) or of 総合事業."""
        return self.category in _PREVENTIVE


class VersionStatus(StrEnum):
    """Whether a CSVバージョン is in use."""

    CURRENT = "current"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class CsvVersion:
    """A value of the item CSVバージョン. `layout` names the folder of schemas/ that describes it.

    Attributes:
        applies_from, applies_to: the first and the last service month (YYYYMM); None where there is no last one.
        examples_from: the first of the two months (YYYYMM) that samples and import kits are about.
        file_name: the parts of its file names where they differ from those of that folder.
    """

    value: str
    name: str
    status: VersionStatus
    applies_from: str
    applies_to: str | None = None
    examples_from: str = ""
    layout: str | None = None
    replaced_by: str | None = None
    file_name: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VersionMistake:
    """A value that software writes by mistake, and what it means."""

    value: str
    meant: str
    message: str


@dataclass(frozen=True, slots=True)
class UnitFile:
    """A member of a transmission unit.

    Attributes:
        missing: the severity when only this file is absent.
        per_parent: every record of the parent file must have one here.
    """

    prefix: str
    month: MonthPart
    missing: str = "error"
    ambiguity: str = ""
    per_parent: bool = True


@dataclass(frozen=True, slots=True)
class TransmissionUnit:
    """Files that go out together under one serial (2.4–2.6).

    `relation` is the id of the rule on records that lack their partner in another file of the unit.
    `pattern` is the label in 国保中央会's vendor test, `prevention_pattern` that of the same files in 介護予防.
    """

    id: str
    name: str
    sender: str
    files: tuple[UnitFile, ...]
    pattern: str = ""
    prevention_pattern: str = ""
    relation: str = ""

    def pattern_of(self, menu: Menu) -> str:
        """The label in the vendor test; empty if the unit is no part of it."""
        return self.prevention_pattern or self.pattern if menu is Menu.PREVENTION else self.pattern


@dataclass(frozen=True, slots=True)
class Totals:
    """How the subtotal and grand total rows of 第7表 are marked (別紙 №9)."""

    grand_total_office: str
    grand_total_code: str
    subtotals: Mapping[str, str]


@dataclass(frozen=True)
class Edition:
    """One CSV version of the standard: everything under schemas/VERSION/, and its row of versions.yaml."""

    csv_version: str
    name: str
    notice: str
    version: CsvVersion
    file_name: tuple[str, ...]
    totals: Totals
    no_time: str
    no_month: str
    no_date: str
    meanings: Mapping[str, str]
    codes: Mapping[str, Mapping[str, str]]
    kinds: Mapping[str, ServiceKind]
    units: tuple[TransmissionUnit, ...]
    prefixes: tuple[str, ...]
    load_layout: Callable[[str], Layout] = field(repr=False, compare=False)

    def layout(self, prefix: str) -> Layout:
        """The layout of a prefix.

        Raises:
            KeyError: this edition has no such file.
        """
        if prefix not in self.prefixes:
            raise KeyError(prefix)
        return self.load_layout(prefix)


class OfficeSide(StrEnum):
    """Which part an office type has in the exchange of files (2.2, 3.2)."""

    PLANNING = "planning"
    """It sends plans and schedules to service offices and receives their results."""
    ENTRUSTED = "entrusted"
    """It plans for a community support centre, and forwards the results of service offices to it (3.5)."""
    SERVICE = "service"
    """It receives plans and schedules, and sends results."""


class Menu(StrEnum):
    """Which services an office type plans or provides."""

    CARE = "care"
    """介護給付 (part 2 of the standard)."""
    PREVENTION = "prevention"
    """予防給付 and 総合事業 (part 3 of the standard)."""


@dataclass(frozen=True, slots=True)
class OfficeType:
    """An office type of a profile, for instance 居宅介護支援事業所.

    Attributes:
        sends_as: the サービス種類 that stand for it as a sender: codes, or classes of kinds.
        passes_on: those of service offices whose 実績 it forwards under their own names (3.5).
    """

    id: str
    name: str
    short: str
    side: OfficeSide
    menu: Menu
    sends_as: tuple[str, ...] = ()
    passes_on: tuple[str, ...] = ()

    def sends(self, kind: ServiceKind) -> bool:
        """Whether an office of this type sends under a kind."""
        return _is_among(kind, self.sends_as)

    def forwards(self, kind: ServiceKind) -> bool:
        """Whether an office of this type forwards the 実績 of offices of a kind."""
        return _is_among(kind, self.passes_on)


def _is_among(kind: ServiceKind, words: tuple[str, ...]) -> bool:
    return kind.code in words or (kind.category in words and kind.exchange is Exchange.YES)


class Need(StrEnum):
    """What a profile asks of a cell."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    NONE = "none"


class Direction(StrEnum):
    """出力 or 取込."""

    EXPORT = "export"
    IMPORT = "import"

    @property
    def label(self) -> str:
        return "出力" if self is Direction.EXPORT else "取込"


@dataclass(frozen=True)
class ProfileRequirement:
    """A row of a requirement table: one file and what each office type must do with it.

    `needs` decides the verdict; `printed` is the mark of the published table.
    Both are keyed by (office type id, direction). `companions` are the prefixes of further files that
    the same row asks for, such as a form's annexes; they have the same month part.
    """

    letter: str
    table: str
    prefix: str
    month: MonthPart
    name: str
    needs: Mapping[tuple[str, Direction], Need]
    printed: Mapping[tuple[str, Direction], str]
    source: str
    ambiguity: str = ""
    companions: tuple[str, ...] = ()

    @property
    def file(self) -> str:
        """The file as the requirement tables write it, for instance `UPHOSOKU(000000)`."""
        return self.prefix + self.month.mark

    @property
    def prefixes(self) -> tuple[str, ...]:
        """All files that the row asks for."""
        return (self.prefix, *self.companions)


class ShownBy(StrEnum):
    """What shows that a requirement is met which this program does not examine."""

    PUBLISHED_LIST = "published_list"
    OFFICE = "office"
    DOCUMENT = "document"

    @property
    def label(self) -> str:
        return _SHOWN_BY[self]


_SHOWN_BY = {
    ShownBy.PUBLISHED_LIST: "公表された一覧",
    ShownBy.OFFICE: "事業所の取り組み",
    ShownBy.DOCUMENT: "カタログなど",
}


@dataclass(frozen=True, slots=True)
class UnexaminedRequirement:
    """A requirement beside the tables that this program does not examine: it is always 未確認.

    Attributes:
        letter: how the forms call it, for instance `ウ-1` or `一覧1`.
        need: REQUIRED or OPTIONAL.
        office_types: ids of the office types that it is asked of.
        per_file: whether it is about each file of the tables, as a published list of products is.
        show: how it can be shown, a sentence in Japanese.
        missing: the name of the document that this program lacks (DOCUMENT), or a sentence why it cannot examine it.
        second_hand: whether the source quotes the original.
    """

    letter: str
    name: str
    shown_by: ShownBy
    need: Need
    office_types: tuple[str, ...]
    per_file: bool
    show: str
    missing: str
    source: str
    second_hand: bool

    @property
    def why(self) -> str:
        """Why it is not examined, a sentence in Japanese."""
        return f"足りない資料は、{self.missing}です。" if self.shown_by is ShownBy.DOCUMENT else self.missing


@dataclass(frozen=True)
class Profile:
    """A requirement table: what software must be able to do for each office type.

    Attributes:
        unexamined: further requirements, which this program does not examine.
        tables_from: id of the profile whose tables these are; empty if they are its own.
        rehearses: what a kit rehearses that has some of the rows; empty for a profile that is read from a file.
    """

    id: str
    name: str
    csv_version: str
    addressee: str
    office_types: tuple[OfficeType, ...]
    tables: Mapping[str, str]
    requirements: tuple[ProfileRequirement, ...]
    unexamined: tuple[UnexaminedRequirement, ...] = ()
    tables_from: str = ""
    rehearses: str = ""

    def unexamined_of(self, office_type: OfficeType) -> tuple[UnexaminedRequirement, ...]:
        """What is asked of an office type and not examined."""
        return tuple(one for one in self.unexamined if office_type.id in one.office_types)

    def office_type(self, word: str) -> OfficeType:
        """Find an office type by id, name or short name.

        Raises:
            KeyError: no such office type.
        """
        for office_type in self.office_types:
            if word in (office_type.id, office_type.name, office_type.short):
                return office_type
        raise KeyError(word)

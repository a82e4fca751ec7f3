"""Files to be written, and their transmission units (2.4–2.6, 別紙 ファイル名規約)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeAlias

from careplan_csv.standard import Edition, Layout
from careplan_csv.writing.writer import Record, Writer

FileContents: TypeAlias = dict[str, bytes]
"""File name -> bytes."""


@dataclass(frozen=True, slots=True)
class Route:
    """Sender and receiver of a file: office number and service kind of each."""

    sender: str
    sender_kind: str
    receiver: str
    receiver_kind: str


@dataclass(frozen=True)
class Passage:
    """Some records of a file, usually those of one user, encoded once for several receivers."""

    writer: Writer
    records: tuple[Record, ...]

    @cached_property
    def data(self) -> bytes:
        """The records as bytes."""
        return self.writer.data(self.records)


@dataclass(frozen=True)
class Draft:
    """A file to be written.

    Attributes:
        month: the サービス提供年月 part of the name; empty if there is none.
        serial: ファイル連番, 14 digits.
        passages: its records, in order.
    """

    edition: Edition
    prefix: str
    route: Route
    serial: str
    month: str = ""
    passages: tuple[Passage, ...] = ()

    @property
    def layout(self) -> Layout:
        return self.edition.layout(self.prefix)

    @property
    def records(self) -> tuple[Record, ...]:
        """All records, item id -> value."""
        return tuple(record for passage in self.passages for record in passage.records)

    @property
    def name(self) -> str:
        """The file name, as the edition defines it."""
        parts = {
            "prefix": self.prefix,
            "month": self.month,
            "sender_office": self.route.sender,
            "sender_kind": self.route.sender_kind,
            "receiver_office": self.route.receiver,
            "receiver_kind": self.route.receiver_kind,
            "serial": self.serial,
        }
        return "_".join(parts[part] for part in self.edition.file_name if parts[part]) + ".CSV"

    def data(self) -> bytes:
        """The file's bytes."""
        return b"".join(passage.data for passage in self.passages)

    def with_records(self, records: Iterable[Record]) -> Draft:
        """A copy with other records."""
        return replace(self, passages=(Passage(Writer(self.layout), tuple(records)),))

    def with_item(self, record: int, item_id: str, value: str) -> Draft:
        """A copy in which one item of one record (from 0) has another value."""
        records = list(self.records)
        records[record] = {**records[record], item_id: value}
        return self.with_records(records)


@dataclass(frozen=True)
class Unit:
    """A transmission unit: files with one serial.

    Attributes:
        id: of the unit in the edition (`plan`, `schedule`, `result` …).
        images: its pictures, file name -> bytes.
    """

    id: str
    drafts: tuple[Draft, ...]
    images: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def route(self) -> Route:
        return self.drafts[0].route

    @property
    def serial(self) -> str:
        return self.drafts[0].serial

    def files(self) -> dict[str, bytes]:
        """File name -> bytes."""
        return {draft.name: draft.data() for draft in self.drafts} | dict(self.images)

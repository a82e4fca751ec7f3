"""Files as records before they are written, and how they are written (4.2, 4.3, 別紙)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from careplan_csv.standard import Edition, Layout

Record = Mapping[str, str]
"""Item id -> value, without quotes; items that are absent are empty."""


@dataclass(frozen=True, slots=True)
class Route:
    """From whom to whom a file goes: office number and service kind of either side."""

    sender: str
    sender_kind: str
    receiver: str
    receiver_kind: str


@dataclass(frozen=True)
class Draft:
    """A file that is not written yet.

    Attributes:
        month: the 提供年月 part of the name, empty where there is none.
        serial: ファイル連番, 14 digits.
    """

    edition: Edition
    prefix: str
    route: Route
    serial: str
    month: str = ""
    records: tuple[Record, ...] = field(default=())

    @property
    def layout(self) -> Layout:
        return self.edition.layout(self.prefix)

    @property
    def name(self) -> str:
        """The file name by the edition's rule."""
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

    def with_item(self, record: int, item_id: str, value: str) -> Draft:
        """A copy in which one item of one record (from 0) has another value."""
        changed = {**self.records[record], item_id: value}
        return replace(self, records=(*self.records[:record], changed, *self.records[record + 1 :]))

    def data(self) -> bytes:
        """The file's bytes: MS932, CR LF behind every record, texts in double quotes."""
        return write(self.layout, self.records)


def write(layout: Layout, records: Iterable[Record]) -> bytes:
    """Records as bytes of a file.

    Raises:
        KeyError: a record has an item that the layout does not know.
    """
    lines = []
    for record in records:
        unknown = set(record) - set(layout.by_id)
        if unknown:
            raise KeyError(f"{layout.prefix}: {sorted(unknown)}")
        lines.append(
            ",".join(
                _quoted(record.get(item.id, "")) if item.is_text else record.get(item.id, "")
                for item in layout.items
            )
        )
    return "".join(f"{line}\r\n" for line in lines).encode("cp932")


def _quoted(text: str) -> str:
    escaped = text.replace('"', '""')
    return f'"{escaped}"' if text else ""

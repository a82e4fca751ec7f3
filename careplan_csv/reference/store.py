"""The data of the software: a SQLite file with a table for every kind of file, and the state of each form.

A form consists of all records under one key (2.3): those of the first file and of its child files.
`unit_storage` decides which records are replaced.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from careplan_csv.reference.form_tables import FormTable, FormTables
from careplan_csv.reference.office import Misused, OwnOffice, Party
from careplan_csv.standard import Edition, standard
from careplan_csv.writing.writer import Record

_OFFICE = "CREATE TABLE office (number, kind, office_type, edition, serial NOT NULL)"
_FORM = """
CREATE TABLE form (
    own INTEGER NOT NULL, root TEXT NOT NULL, key TEXT NOT NULL, serial TEXT NOT NULL, deleted INTEGER NOT NULL,
    month TEXT NOT NULL, sender TEXT NOT NULL, sender_kind TEXT NOT NULL, PRIMARY KEY (own, root, key)
)
"""
_RECEIVER = """
CREATE TABLE receiver (
    root TEXT NOT NULL, key TEXT NOT NULL, unit TEXT NOT NULL, office TEXT NOT NULL, kind TEXT NOT NULL,
    PRIMARY KEY (root, key, unit, office, kind)
)
"""
_PICTURE = """
CREATE TABLE picture (
    own INTEGER NOT NULL, root TEXT NOT NULL, key TEXT NOT NULL, name TEXT NOT NULL, data BLOB NOT NULL,
    PRIMARY KEY (own, root, key, name)
)
"""
_FIXED = ("own INTEGER NOT NULL", "key TEXT NOT NULL", "position INTEGER NOT NULL", "month TEXT NOT NULL")
"""Columns of every table before those of the items."""


@dataclass(frozen=True, slots=True)
class Stored:
    """The state of a form.

    Attributes:
        serial: ファイル連番 of the unit that stored or deleted it; deleted: whether it is deleted.
        month: the サービス提供年月 part of the file name of its first file.
        sender: the office that sent it.
    """

    serial: str
    deleted: bool
    month: str
    sender: Party


class FormKey(NamedTuple):
    """Identifies a form: own or imported data, prefix of its first file, key."""

    own: bool
    root: str
    key: str


class StoredRow(NamedTuple):
    """A record in a table.

    Attributes:
        key: of its form; position: in its file, from 0; month: the サービス提供年月 part of its file's name.
    """

    key: str
    position: int
    month: str
    values: Record


class Store:
    """One file of SQLite. Every change happens within `transaction`."""

    def __init__(self, path: Path) -> None:
        """Open it.

        Raises:
            Misused: it cannot be opened, or is something else.
        """
        try:
            # Without automatic transactions of the library, because `transaction` begins and ends them.
            self._db = sqlite3.connect(path, isolation_level=None)
            self._db.execute("PRAGMA schema_version")
        except sqlite3.DatabaseError as error:
            raise Misused(
                "データベースを開けません。--store に、書き込める場所の新しいファイルを指定してください。"
            ) from error

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Apply all changes in the context, or none."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def reset(self, office: OwnOffice) -> None:
        """Delete everything and make it the store of an office.

        Raises:
            Misused: it has tables of another program.
        """
        names = [row[0] for row in self._db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        if names and "office" not in names:
            raise Misused("ほかのソフトのデータベースです。別のファイルを --store に指定してください。")
        for name in names:
            self._db.execute(f'DROP TABLE "{name}"')
        for statement in (_OFFICE, _FORM, _RECEIVER, _PICTURE):
            self._db.execute(statement)
        self._db.execute("INSERT INTO office VALUES (?, ?, ?, ?, '')", office)
        for table in FormTables(standard().edition(office.edition)).tables.values():
            columns = (f"{_column(item.id)} TEXT NOT NULL" for item in table.layout.items)
            self._db.execute(f'CREATE TABLE "{table.name}" ({", ".join([*_FIXED, *columns])})')
            self._db.execute(f'CREATE INDEX "{table.name}_key" ON "{table.name}" (own, key)')

    @cached_property
    def office(self) -> OwnOffice:
        """The office of the store.

        Raises:
            Misused: it was never reset.
        """
        try:
            row = self._db.execute("SELECT number, kind, office_type, edition FROM office").fetchone()
        except sqlite3.OperationalError:
            row = None
        if row is None:
            raise Misused("事業所が決まっていません。先に reset を実行してください。")
        return OwnOffice(*row)

    @cached_property
    def edition(self) -> Edition:
        """The edition of all its files."""
        return standard().edition(self.office.edition)

    @cached_property
    def forms(self) -> FormTables:
        return FormTables(self.edition)

    @property
    def serial(self) -> str:
        """The greatest imported or sent serial; empty at first."""
        return str(self._db.execute("SELECT serial FROM office").fetchone()[0])

    def note_serial(self, serial: str) -> None:
        """Store a serial if it is the greatest."""
        self._db.execute("UPDATE office SET serial = max(serial, ?)", (serial,))

    def stored(self, place: FormKey) -> Stored | None:
        """The state of a form; None if there never was one."""
        row = self._db.execute(
            "SELECT serial, deleted, month, sender, sender_kind FROM form WHERE own = ? AND root = ? AND key = ?",
            place,
        ).fetchone()
        return Stored(row[0], bool(row[1]), row[2], Party(row[3], row[4])) if row else None

    def standing(self, root: str, *, own: bool) -> dict[str, Stored]:
        """Key -> state, for all forms with this first file, in the order of the keys."""
        rows = self._db.execute(
            "SELECT key, serial, deleted, month, sender, sender_kind FROM form WHERE own = ? AND root = ? ORDER BY key",
            (own, root),
        )
        return {row[0]: Stored(row[1], bool(row[2]), row[3], Party(row[4], row[5])) for row in rows}

    def note(self, place: FormKey, stored: Stored) -> None:
        """Store the state of a form."""
        self._db.execute(
            "INSERT OR REPLACE INTO form VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (*place, stored.serial, stored.deleted, stored.month, *stored.sender),
        )

    def clear(self, place: FormKey) -> None:
        """Remove the records and pictures of a form, and its deletion."""
        for table in self.forms.tables.values():
            if table.root == place.root:
                self._db.execute(
                    f'DELETE FROM "{table.name}" WHERE own = ? AND key = ?', (place.own, place.key)
                )
        self._db.execute("DELETE FROM picture WHERE own = ? AND root = ? AND key = ?", place)

    def add(self, table: FormTable, rows: Iterable[StoredRow], *, own: bool) -> None:
        """Add records."""
        items = [item.id for item in table.layout.items]
        places = ", ".join("?" * (len(_FIXED) + len(items)))
        self._db.executemany(
            f'INSERT INTO "{table.name}" VALUES ({places})',
            ((own, *row[:-1], *(row.values[item] for item in items)) for row in rows),
        )

    def rows(self, table: FormTable, *, own: bool) -> Iterator[StoredRow]:
        """All records of a kind of file, by key and position."""
        items = [item.id for item in table.layout.items]
        chosen = ", ".join(map(_column, items))
        found = self._db.execute(
            f'SELECT key, position, month, {chosen} FROM "{table.name}" WHERE own = ? ORDER BY key, position, rowid',
            (own,),
        )
        for key, position, month, *values in found:
            yield StoredRow(key, position, month, dict(zip(items, values, strict=True)))

    def forget_receivers(self, root: str, key: str) -> None:
        """Delete the receivers of a form."""
        self._db.execute("DELETE FROM receiver WHERE root = ? AND key = ?", (root, key))

    def note_receiver(self, root: str, key: str, unit: str, receiver: Party) -> None:
        """Store an office as receiver of a form in a kind of unit."""
        self._db.execute(
            "INSERT OR IGNORE INTO receiver VALUES (?, ?, ?, ?, ?)", (root, key, unit, *receiver)
        )

    def receivers(self, root: str, unit: str) -> list[tuple[str, Party]]:
        """Key and receiver, for all forms in a kind of unit."""
        rows = self._db.execute(
            "SELECT key, office, kind FROM receiver WHERE root = ? AND unit = ? ORDER BY key, office, kind",
            (root, unit),
        )
        return [(key, Party(office, kind)) for key, office, kind in rows]

    def add_picture(self, place: FormKey, name: str, data: bytes) -> None:
        """Add a picture of a form."""
        self._db.execute("INSERT OR REPLACE INTO picture VALUES (?, ?, ?, ?, ?)", (*place, name, data))

    def pictures(self, *, own: bool) -> dict[str, bytes]:
        """Name -> bytes."""
        return dict(self._db.execute("SELECT name, data FROM picture WHERE own = ? ORDER BY name", (own,)))


def _column(item_id: str) -> str:
    """The column of an item, whose name differs from the columns of every table."""
    return f'"item_{item_id}"'

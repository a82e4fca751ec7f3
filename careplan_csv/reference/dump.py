"""Writes all imported data, as one file per kind and month."""

from __future__ import annotations

from pathlib import Path

from careplan_csv.reference.store import Store
from careplan_csv.standard.filenames import table_name
from careplan_csv.writing.writer import Record, Writers


def dump(store: Store, folder: Path) -> int:
    """Write the imported records, and the pictures under their names; files without records are not written.

    Deletions are not written, only applied.

    Returns:
        How many files were written.

    Raises:
        OSError: one could not be written.
    """
    files = contents(store)
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return len(files)


def contents(store: Store) -> dict[str, bytes]:
    """File name -> bytes, with the records ordered by key and then by position in their file."""
    writers = Writers(store.edition)
    files: dict[str, bytes] = {}
    for table in store.forms.tables.values():
        months: dict[str, list[Record]] = {}
        for row in () if table.is_deletion else store.rows(table, own=False):
            months.setdefault(row.month, []).append(row.values)
        for month, records in months.items():
            files[table_name(table.prefix, month)] = writers[table.prefix].data(records)
    return files | store.pictures(own=False)

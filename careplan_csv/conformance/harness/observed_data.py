"""Reads the dumps and exports of software as records by table."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from careplan_csv.reading.record_values import read_records
from careplan_csv.reading.sources import Inputs, Source, collect
from careplan_csv.standard import Edition, Standard, standard
from careplan_csv.standard.filenames import parse

TableKey = tuple[str, str]
"""Prefix and month part, for instance (UPPLAN, 202504); the month is empty if the file has none."""

TableRecord = dict[str, str]
"""Item id -> value."""

TableRecords = list[TableRecord]

_NAME = re.compile(r"([A-Z0-9_]+?)(?:_([0-9]{6}))?\.csv", re.IGNORECASE)
_LARGEST = 200 << 20


@dataclass
class Observed:
    """The contents of a dump or an export.

    Attributes:
        tables: records by table.
        images: names of pictures -> their bytes.
        problems: what could not be read: prefix of the file (empty if unknown) and a sentence in Japanese.
        unknown_files: names of files that belong to no table.
        digests: name of each file that was read -> SHA-256 of its bytes, and their number.
    """

    tables: dict[TableKey, TableRecords] = field(default_factory=dict)
    images: dict[str, bytes] = field(default_factory=dict)
    problems: list[tuple[str, str]] = field(default_factory=list)
    unknown_files: list[str] = field(default_factory=list)
    digests: dict[str, tuple[str, int]] = field(default_factory=dict)


class TooLarge(Exception):
    """An output that is much too large for a kit; the text says so, in Japanese."""


def observe(path: str, edition: Edition, largest: int | None = None) -> Observed:
    """Read a folder or ZIP archive of files with names of the standard or of a dump.

    Args:
        largest: the most bytes of all files together (`bounds.largest_output`); nothing is read if there are more.

    Raises:
        NoSuchPath: the path does not exist.
        TooLarge: the files are larger.
    """
    inputs = collect([path])
    if largest is not None:
        _refuse_larger(path, inputs, largest)
    return observed(inputs, edition)


def _refuse_larger(path: str, inputs: Inputs, largest: int) -> None:
    sizes = {source.name: source.size or 0 for source in inputs.sources}
    sizes |= {image.name: _size(image) for image in inputs.images}
    total = sum(sizes.values())
    if total > largest:
        name = max(sizes, key=lambda name: sizes[name])
        raise TooLarge(
            f"「{path}」に書き出されたファイルが合わせて {_megabytes(total)} あり、このキットを取り込んだ介護ソフトから出ることのある"
            f"大きさ（{_megabytes(largest)} まで）を大きく超えているため、読みません（いちばん大きいのは {name} の {_megabytes(sizes[name])}）。"
            "キットのほかの内容が混ざっていないか、同じ内容を何度も書き出していたら、1度だけにしてください。"
        )


def _size(source: Source) -> int:
    """The size of a source in bytes; that of a picture in a folder is looked up."""
    if source.size is not None:
        return source.size
    try:
        with source.open() as stream:
            return stream.seek(0, os.SEEK_END)
    except OSError:
        return 0


def _megabytes(size: int) -> str:
    return f"{size / (1 << 20):,.1f} MB"


def observed(inputs: Inputs, edition: Edition) -> Observed:
    """Read inputs that were collected already and whose size was checked."""
    found = Observed(problems=[("", f"{bad.name}: {bad.problem}") for bad in inputs.unreadable])
    for source in inputs.sources:
        _take(found, source, edition, standard())
    for image in inputs.images:
        data = _bytes(found, image)
        if data is not None:
            found.images[image.file_name] = data
    return found


def of_files(files: Mapping[str, bytes], edition: Edition) -> Observed:
    """Read files in memory: file name -> bytes."""
    found = Observed(images={n: data for n, data in files.items() if not n.upper().endswith(".CSV")})
    for name, data in files.items():
        if name.upper().endswith(".CSV"):
            _add(found, name, name, data, edition, standard())
    return found


def _take(found: Observed, source: Source, edition: Edition, known: Standard) -> None:
    data = _bytes(found, source)
    if data is not None:
        _add(found, source.name, source.file_name, data, edition, known)


def _bytes(found: Observed, source: Source) -> bytes | None:
    if source.size is not None and source.size > _LARGEST:
        found.problems.append(("", f"{source.name}: 大きすぎるため、比べられません。"))
        return None
    try:
        with source.open() as stream:
            return stream.read(_LARGEST)
    except OSError:
        found.problems.append(("", f"{source.name}: 読み出せません。"))
        return None


def _add(found: Observed, name: str, file_name: str, data: bytes, edition: Edition, known: Standard) -> None:
    found.digests[name] = sha256(data).hexdigest(), len(data)
    table = table_of(file_name, edition, known)
    if table is None:
        found.unknown_files.append(name)
        return
    records = read_records(data, edition.layout(table[0]))
    if records.problem:
        found.problems.append((table[0], f"{name}: {records.problem}"))
        return
    if records.damaged:
        text = f"{name}: 項目の数が合わない記録が {records.damaged}件あります。"
        found.problems.append((table[0], text))
    found.tables.setdefault(table, []).extend(records.values)


def table_of(file_name: str, edition: Edition, known: Standard) -> TableKey | None:
    """The table of a file name; None if it is no table of the edition."""
    parsed = parse(file_name, known)
    if parsed is not None and parsed.prefix in edition.prefixes:
        return parsed.prefix, parsed.month
    match = _NAME.fullmatch(file_name)
    if match and match[1].upper() in edition.prefixes:
        return match[1].upper(), match[2] or ""
    return None

"""ZIP archives: read within limits, and never written to disk."""

from __future__ import annotations

import errno
import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import IO, BinaryIO, TypeVar

ArchivePlace = str | Callable[[], BinaryIO]
"""A path, or a function that opens the bytes from their beginning."""

SIGNATURE = b"PK\x03\x04"

T = TypeVar("T")

_MEBIBYTE = 1 << 20
_END = struct.Struct("<4s4H2LH")
_END_64_LOCATOR = struct.Struct("<4sLQL")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_FLAG_ENCRYPTED = 0x1
_FLAG_UTF8 = 0x800
_OFFICE_DOCUMENT = "[Content_Types].xml"
_BROKEN = (
    "ZIP ファイルとして読めません（壊れているか、ZIP ではないファイルです）。"
    "もう一度作るか、送り直してもらってください。"
)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much an archive may hold; far above any export, far below what fills a machine.

    Attributes:
        members: number of members. `directory`: bytes of their list.
        single, total: bytes of one member and of all members, uncompressed.
        ratio: uncompressed to compressed size, for members larger than `ratio_from`.
    """

    members: int = 10_000
    directory: int = 16 * _MEBIBYTE
    single: int = 2048 * _MEBIBYTE
    total: int = 8192 * _MEBIBYTE
    ratio: int = 250
    ratio_from: int = _MEBIBYTE

    def of(self, compressed: int) -> int:
        """How large a member may become that takes `compressed` bytes in the archive."""
        return min(self.single, max(self.ratio_from, self.ratio * compressed))


class ArchiveError(Exception):
    """An archive that is not opened at all; the text says why and what to do, in Japanese."""


@dataclass(frozen=True, slots=True)
class ArchiveMember:
    """A member that can be read; `name` uses `/` and is there to be shown, never to be written to."""

    name: str
    size: int
    open: Callable[[], BinaryIO]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A member that is not read, and why (a sentence in Japanese)."""

    name: str
    problem: str


def is_archive(place: ArchivePlace, extension: str, head: bytes) -> bool:
    """Whether some bytes are a ZIP archive of files: by extension, else by content.

    Documents of office software are ZIP archives inside, but nobody means their parts.
    """
    if extension.lower() == ".zip":
        return True
    if extension.lower() == ".csv" or not head.startswith(SIGNATURE):
        return False
    try:
        _check_directory(place, Limits())
        with _zip_file(place) as archive:
            return _OFFICE_DOCUMENT not in archive.namelist()
    except (ArchiveError, OSError, ValueError, zipfile.BadZipFile):
        return False


class Archive:
    """One ZIP archive, listed once and read as often as needed.

    Args:
        place: its path, or what opens its bytes.
        limits: how much it may hold.
    """

    def __init__(self, place: ArchivePlace, limits: Limits | None = None) -> None:
        self._place = place
        self._limits = limits or Limits()

    def members(self) -> Iterator[ArchiveMember | Refusal]:
        """List the files of the archive, in the order of their names.

        Raises:
            ArchiveError: it is no readable ZIP archive, or holds more than the limits allow.
            OSError: it cannot be opened.
        """
        _check_directory(self._place, self._limits)
        try:
            entries = _opened(self).infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error) as error:
            raise ArchiveError(_BROKEN) from error
        _check_totals(entries, self._limits)
        named = sorted(((_name(entry), entry) for entry in entries), key=lambda pair: pair[0])
        for name, entry in named:
            if name.endswith("/") and not entry.file_size:
                continue
            problem = _problem(name, entry, self._limits)
            if problem:
                yield Refusal(name, problem)
            else:
                yield ArchiveMember(name, entry.file_size, partial(self._open, entry))

    def _open(self, entry: zipfile.ZipInfo) -> BinaryIO:
        """Open a member.

        Raises:
            OSError: it cannot be read; its `strerror` is Japanese.
        """
        stream = _readable(lambda: _opened(self).open(entry))
        return io.BufferedReader(_Bounded(stream, self._limits.of(entry.compress_size)), _MEBIBYTE)

    def open_zip(self) -> zipfile.ZipFile:
        """Open the archive anew."""
        return _zip_file(self._place)


@lru_cache(maxsize=4)
def _opened(archive: Archive) -> zipfile.ZipFile:
    """The open archive: reading its list anew for every member would be slow, keeping all open would be many."""
    return archive.open_zip()


def _zip_file(place: ArchivePlace) -> zipfile.ZipFile:
    return zipfile.ZipFile(place if isinstance(place, str) else place())


def _check_directory(place: ArchivePlace, limits: Limits) -> None:
    """Refuse a huge list of members before it is read into memory."""
    with open(place, "rb") if isinstance(place, str) else place() as file:
        size = file.seek(0, io.SEEK_END)
        file.seek(max(0, size - 0xFFFF - _END.size - _END_64_LOCATOR.size - _END_64.size))
        tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        raise ArchiveError(_BROKEN)
    _, _, _, _, count, directory, _, _ = _END.unpack_from(tail, at)
    before = at - _END_64_LOCATOR.size - _END_64.size
    if before >= 0 and tail[before : before + 4] == b"PK\x06\x06":
        *_, count, directory, _ = _END_64.unpack_from(tail, before)
    if count > limits.members or directory > limits.directory:
        raise ArchiveError(_too_many(limits))


def _check_totals(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(entries) > limits.members:
        raise ArchiveError(_too_many(limits))
    if sum(entry.file_size for entry in entries) > limits.total:
        raise ArchiveError(
            f"ZIP を展開すると大きくなりすぎるため、開きません（合計 {_shown(limits.total)}まで）。"
            "中身に心当たりがあれば、展開したフォルダーを渡してください。"
        )


def _too_many(limits: Limits) -> str:
    return (
        f"ZIP の中のファイルが多すぎるため、開きません（{limits.members:,}個まで）。"
        "いくつかの ZIP に分けてください。"
    )


def _shown(size: int) -> str:
    return f"{size // _MEBIBYTE:,}MB" if size >= _MEBIBYTE else f"{size:,}バイト"


def _name(entry: zipfile.ZipInfo) -> str:
    """The name as it was meant: software in Japan writes MS932 without saying so.

    `orig_filename` is used because 0x5C, the second byte of 表 and others, must not become a separator.
    """
    name = entry.orig_filename
    if not entry.flag_bits & _FLAG_UTF8:
        name = _decoded(name.encode("cp437", "replace")) or name
    return name.replace("\\", "/")


def _decoded(raw: bytes) -> str | None:
    """UTF-8 or MS932; two-byte UTF-8 is taken for half-width kana, since no Japanese letter is one."""
    for encoding in ("utf-8", "cp932"):
        try:
            name = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding != "utf-8" or not any("\x7f" < character < "\u0800" for character in name):
            return name
    return None


def _problem(name: str, entry: zipfile.ZipInfo, limits: Limits) -> str | None:
    """Why a member is not read; None where it can be."""
    if _leads_out(name):
        return (
            "ZIP の外を指す名前（先頭の「/」、「..」、ドライブ名など）のため、読みません。"
            "ZIP を作り直してもらってください。"
        )
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "ZIP の中のリンクは読みません。リンクではなく、元のファイルを ZIP に入れてください。"
    if entry.flag_bits & _FLAG_ENCRYPTED:
        return "パスワード付き（暗号化）のため読めません。パスワードで展開したファイルを渡してください。"
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "この圧縮の方式は読めません。展開したファイルを渡してください。"
    if entry.file_size > limits.single:
        return (
            f"展開すると大きくなりすぎるため、読みません（1つのファイルは {_shown(limits.single)}まで）。"
            "中身に心当たりがあれば、展開したファイルを渡してください。"
        )
    if entry.file_size > limits.of(entry.compress_size):
        return (
            f"圧縮が不自然（展開すると {limits.ratio}倍を超えます）なため、読みません。"
            "中身に心当たりがあれば、展開したファイルを渡してください。"
        )
    return None


def _leads_out(name: str) -> bool:
    return (
        not name
        or name.startswith("/")
        or "\0" in name
        or ".." in name.split("/")
        or re.match(r"[A-Za-z]:", name) is not None
    )


def _readable(action: Callable[[], T]) -> T:
    """Do something with a member; whatever its bytes make zipfile say becomes an OSError in Japanese."""
    try:
        return action()
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, struct.error) as error:
        raise OSError(errno.EIO, "ZIP の中のファイルが壊れています") from error


class _Bounded(io.RawIOBase):
    """A member's bytes, at most `limit` of them: what the archive says of their number may be a lie."""

    def __init__(self, stream: IO[bytes], limit: int) -> None:
        super().__init__()
        self._stream = stream
        self._left = limit

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # any buffer
        chunk = _readable(lambda: self._stream.read(len(buffer)))
        self._left -= len(chunk)
        if self._left < 0:
            raise OSError(errno.EFBIG, "ZIP を展開すると、扱える大きさを超えます")
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
        super().close()

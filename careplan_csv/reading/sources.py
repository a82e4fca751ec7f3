"""Where bytes come from: files, folders, ZIP archives and standard input."""

from __future__ import annotations

import io
import os
import re
import shutil
import stat
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from threading import Lock
from typing import IO, BinaryIO

from careplan_csv.findings import printable
from careplan_csv.japanese import system_reason
from careplan_csv.reading.archives import (
    Archive,
    ArchiveError,
    ArchiveMember,
    ArchivePlace,
    Limits,
    Refusal,
    is_archive,
)
from careplan_csv.reading.steady import open_steady

STREAM = "-"
"""What stands for standard input among the paths."""

_STREAM_NAME = "標準入力"
_TOP = "最上位のフォルダー"
_LITTER = frozenset({"thumbs.db", "desktop.ini"})
_BESIDE_A_FILE = ("~$", "._", ".~lock.")
_RECYCLE_BINS = frozenset(
    {"$recycle.bin", "recycler", "recycled", "__macosx", ".trash", ".trashes", "ごみ箱"}
)
# A kind of file, and a serial of 14 digits at the end; what mail and editors add behind is left on.
_NAMED_LIKE_A_CSV = re.compile(
    r"\A[A-Z][A-Z0-9_]*_.*[0-9]{14}(?:\.csv)?(?:\.txt)?\Z|\.csv\.txt\Z", re.IGNORECASE
)
_IMAGES = frozenset({".jpg", ".jpeg"})
_DEEPEST = 100
_IN_MEMORY = 64 << 20


class Origin(StrEnum):
    """How a file came to be among the inputs."""

    NAMED = "named"
    FOLDER = "folder"
    ARCHIVE = "archive"
    STREAM = "stream"


@dataclass(frozen=True, slots=True)
class Source:
    """One file to examine.

    Attributes:
        name: as people know it: relative to what was given; archive members as `archive.zip/name`.
            It may hold control characters: whoever shows it escapes it.
        path: as it was given, with what lies below it: where a person or an editor finds the file.
        file_name: the last component, the name that the standard speaks of.
        folder: what contains it (folder or archive); files of one unit usually share it.
        size: in bytes; None where it is not known beforehand.
        open: opens the bytes from their beginning, as often as needed; raises OSError.
        given: which of the given paths it came from, from 0.
    """

    name: str
    file_name: str
    folder: str
    origin: Origin
    size: int | None
    open: Callable[[], BinaryIO]
    path: str = ""
    given: int = 0


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An input that could not be examined, and why (a sentence in Japanese)."""

    name: str
    problem: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything that was given.

    Attributes:
        sources: in the order to examine them.
        unreadable: what could not be opened.
        ignored: names of files that are no CSV and were left alone.
        images: pictures, which belong to some kinds of files.
    """

    sources: tuple[Source, ...]
    unreadable: tuple[Unreadable, ...] = ()
    ignored: tuple[str, ...] = ()
    images: tuple[Source, ...] = ()


_STRAY_QUOTE = (
    '終わりに「"」が付いています。フォルダーの名前を「\\」で終わらせず、「C:\\出力」のように書いてください。'
)


class NoSuchPath(Exception):
    """A given path leads nowhere; the text says so in Japanese."""

    def __init__(self, path: str) -> None:
        super().__init__(
            f"「{printable(path, 200)}」が見つかりません。"
            + (_STRAY_QUOTE if path.endswith('"') else "")
            + "名前とフォルダーを確かめてください（空白のある名前は引用符で囲みます）。"
        )
        self.path = path


def collect(paths: Sequence[str], *, stream_name: str | None = None, limits: Limits | None = None) -> Inputs:
    """Find everything that is to be examined.

    A named file is a source whatever its name, unless it is a picture; in folders and archives only
    `*.csv` are. What is given
    twice is examined once. An input that cannot be read becomes an entry of `unreadable`.

    Args:
        paths: files, folders, ZIP archives, or `-` for standard input.
        stream_name: the file name that standard input stands for.
        limits: how much an archive may hold.

    Raises:
        NoSuchPath: a path leads nowhere; nothing was read.
    """
    for path in paths:
        if path != STREAM and not _leads_somewhere(path):
            raise NoSuchPath(path)
    collector = _Collector(paths, stream_name, limits or Limits())
    for path in paths:
        collector.add(path)
    return Inputs(
        tuple(collector.sources),
        tuple(collector.unreadable),
        tuple(collector.ignored),
        tuple(collector.images),
    )


def _leads_somewhere(path: str) -> bool:
    """Whether there is something, even if it cannot be opened."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return False
    except OSError as error:
        return isinstance(error, PermissionError)
    return True


@dataclass(frozen=True, slots=True)
class _Opener:
    """Opens a file of the disk. There may be a hundred thousand of them: they share their folder's path."""

    folder: str
    name: str

    def __call__(self) -> BinaryIO:
        return open_steady(os.path.join(self.folder, self.name))


class _Collector:
    """Gathers the inputs path by path."""

    def __init__(self, paths: Sequence[str], stream_name: str | None, limits: Limits) -> None:
        self.sources: list[Source] = []
        self.unreadable: list[Unreadable] = []
        self.ignored: list[str] = []
        self.images: list[Source] = []
        self._stream_name = stream_name
        self._limits = limits
        self._seen: set[str] = set()
        self._names: set[str] = set()
        self._folders: dict[str, str] = {}
        self._given = ("", "")
        self._number = -1
        given = [Path(os.path.abspath(path)) for path in dict.fromkeys(paths) if path != STREAM]
        self._labels = _labels({path if _is_dir(path) else path.parent for path in given})
        files = Counter(path.name for path in set(given) if not _is_dir(path))
        self._ambiguous = {name for name, count in files.items() if count > 1}

    def add(self, path: str) -> None:
        """Take in one of the given paths."""
        self._number += 1
        if path == STREAM:
            self._add_stream()
            return
        full = Path(os.path.abspath(path))
        if _is_dir(full):
            label = self._labels[full]
            self._given = (label, path.rstrip("/\\") or path)
            self._add_folder(full, label)
        else:
            folder = self._labels[full.parent]
            name = _shown(full.name)
            label = f"{folder}/{name}" if full.name in self._ambiguous else name
            self._given = (label, path)
            add = self._add_image if _is_image(full) else self._add_file
            add(full, label, folder, Origin.NAMED)

    def _add_folder(self, folder: Path, label: str) -> None:
        """Take in a folder and those in it, in the order of their names."""
        if self._known(folder):
            return
        if label.count("/") > _DEEPEST:
            self._refuse(
                label, "フォルダーの入れ子が深すぎるため、開きません。中のフォルダーを直接渡してください。"
            )
            return
        try:
            entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
        except OSError as error:
            self._refuse(label, _unopened(error))
            return
        for entry in entries:
            if _is_litter(entry.name):
                continue
            name = f"{label}/{_shown(entry.name)}"
            if _is_set_aside(entry.name):
                self.ignored.append(name)
            elif _is_dir(entry):
                self._add_folder(entry, name)
            elif entry.suffix.lower() in (".csv", ".zip") or _is_named_like_a_csv(entry.name):
                self._add_file(entry, name, label, Origin.FOLDER)
            elif _is_image(entry):
                self._add_image(entry, name, label, Origin.FOLDER)
            elif not self._known(entry):
                self.ignored.append(name)

    def _add_file(self, file: Path, label: str, folder: str, origin: Origin) -> None:
        if self._known(file):
            return
        try:
            size, head = _look(file)
        except OSError as error:
            self._refuse(label, _unopened(error))
            return
        if size is None:
            self._refuse(
                label, "ふつうのファイルではないため、読みません。ファイルに保存してから渡してください。"
            )
        elif is_archive(str(file), file.suffix, head):
            self._add_archive(str(file), label)
        else:
            self._accept(label, file.name, folder, origin, size, self._opener(file))

    def _add_image(self, file: Path, label: str, folder: str, origin: Origin) -> None:
        if not self._known(file):
            opener = self._opener(file)
            self.images.append(
                Source(
                    self._unique(label), _shown(file.name), folder, origin, None, opener, self._path(label)
                )
            )

    def _opener(self, file: Path) -> _Opener:
        folder = str(file.parent)
        return _Opener(self._folders.setdefault(folder, folder), file.name)

    def _add_archive(self, place: ArchivePlace, label: str) -> None:
        try:
            for member in Archive(place, self._limits).members():
                parts = member.name.split("/")
                if any(map(_is_litter, parts)):
                    continue
                if any(map(_is_set_aside, parts)):
                    self.ignored.append(f"{label}/{member.name}")
                    continue
                self._add_member(f"{label}/{member.name}", member)
        except ArchiveError as error:
            self._refuse(label, str(error))
        except OSError as error:
            self._refuse(label, _unopened(error))

    def _add_member(self, name: str, member: ArchiveMember | Refusal) -> None:
        folder, _, file_name = name.rpartition("/")
        extension = Path(file_name).suffix.lower()
        if extension in _IMAGES and isinstance(member, ArchiveMember):
            label = self._unique(name)
            self.images.append(
                Source(
                    label,
                    _shown(file_name),
                    folder,
                    Origin.ARCHIVE,
                    member.size,
                    member.open,
                    self._path(name),
                )
            )
        elif extension not in (".csv", ".zip") and not _is_named_like_a_csv(file_name):
            self.ignored.append(name)
        elif isinstance(member, Refusal):
            self._refuse(name, member.problem)
        elif extension == ".zip":
            self._refuse(name, "ZIP の中の ZIP は開きません。取り出してから渡してください。")
        else:
            self._accept(name, file_name, folder, Origin.ARCHIVE, member.size, member.open)

    def _add_stream(self) -> None:
        if STREAM in self._seen:
            return
        self._seen.add(STREAM)
        self._given = ("", "")
        name = (self._stream_name or _STREAM_NAME).replace("\\", "/").rpartition("/")[2] or _STREAM_NAME
        try:
            spool = _Spool(sys.stdin.buffer)
        except (OSError, AttributeError) as error:
            reason = system_reason(error) if isinstance(error, OSError) else "閉じられています"
            self._refuse(name, f"標準入力を読めません（{reason}）。もう一度実行してください。")
            return
        if is_archive(spool.open, Path(name).suffix, spool.head):
            self._add_archive(spool.open, name)
        else:
            self._accept(name, name, "", Origin.STREAM, spool.size, spool.open)

    def _accept(
        self,
        name: str,
        file_name: str,
        folder: str,
        origin: Origin,
        size: int,
        opener: Callable[[], BinaryIO],
    ) -> None:
        path = self._path(name)
        unique = self._unique(name)
        self.sources.append(
            Source(unique, _shown(file_name), folder, origin, size, opener, path, self._number)
        )

    def _refuse(self, name: str, problem: str) -> None:
        path = self._path(name)
        self.unreadable.append(Unreadable(self._unique(name), problem, path))

    def _path(self, name: str) -> str:
        """The path as it was given, for a name that begins with what stands for it."""
        label, path = self._given
        # Where both are the same, a hundred thousand files need one text each.
        return path + name[len(label) :] if label and label != path else name

    def _known(self, path: Path) -> bool:
        """Whether this very file or folder was met before, perhaps by another path."""
        real = os.path.normcase(os.path.realpath(path))
        known = real in self._seen
        self._seen.add(real)
        return known

    def _unique(self, name: str) -> str:
        """The name, with a number where another input has it."""
        candidate, number = name, 1
        while candidate in self._names:
            number += 1
            candidate = f"{name} [{number}]"
        self._names.add(candidate)
        return candidate


def _labels(folders: Iterable[Path]) -> dict[Path, str]:
    """A short name for each folder: as few of its last components as tell it from the others."""
    parts = {folder: folder.parts[1:] for folder in folders}
    labels = {}
    for folder, own in parts.items():
        others = [other for key, other in parts.items() if key != folder]
        length = next(
            (n for n in range(1, len(own)) if all(other[-n:] != own[-n:] for other in others)), len(own)
        )
        labels[folder] = "/".join(map(_shown, own[-length:] if length else ())) or _TOP
    return labels


def _is_litter(name: str) -> bool:
    """Hidden files, and what operating systems leave behind."""
    hidden = name.startswith(".") and name not in (".", "..") and not _is_set_aside(name)
    return hidden or name.lower() in _LITTER


def _is_set_aside(name: str) -> bool:
    """What bears the name of a file without being one: owner files, what macOS keeps beside, recycle bins.

    It is told that it was left aside, for its name is that of a file that somebody may miss.
    """
    return name.startswith(_BESIDE_A_FILE) or name.lower() in _RECYCLE_BINS


def _is_named_like_a_csv(name: str) -> bool:
    """Whether a file of another extension bears a name of the standard: X.CSV.txt, or X.txt."""
    return _NAMED_LIKE_A_CSV.search(name) is not None


def _is_image(path: Path) -> bool:
    """Whether it is an ordinary file with a picture's name; devices and pipes are never opened."""
    try:
        return path.suffix.lower() in _IMAGES and path.is_file()
    except OSError:
        return False


def _is_dir(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


def _look(file: Path) -> tuple[int | None, bytes]:
    """Size and first bytes of a file; no size where it is a device or a pipe, which is not opened.

    Raises:
        OSError: it cannot be opened.
    """
    status = file.stat()
    if not stat.S_ISREG(status.st_mode):
        return None, b""
    with file.open("rb") as opened:
        return status.st_size, opened.read(4)


def _unopened(error: OSError) -> str:
    """Why something could not be opened, and what to do."""
    if isinstance(error, PermissionError):
        return (
            "読み取りの許可がないため、読めません。"
            "ファイルの許可を変えるか、ほかのソフトで開いていれば閉じてから、もう一度実行してください。"
        )
    if isinstance(error, FileNotFoundError):
        return "リンク先のファイルがないため、読めません。元のファイルを渡してください。"
    return f"読めません（{system_reason(error)}）。保存し直すか、別の場所に写してから渡してください。"


def _shown(name: str) -> str:
    """A name from the file system as text: bytes that are no UTF-8 are most likely MS932."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        raw = os.fsencode(name)
        try:
            return raw.decode("cp932")
        except UnicodeDecodeError:
            return raw.decode("utf-8", "replace")
    return name


class _Spool:
    """Standard input, kept so that it can be opened more than once; a large one in a nameless file."""

    def __init__(self, stream: IO[bytes]) -> None:
        # It lives as long as the sources that read from it, so no `with` can close it.
        self._file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115
        shutil.copyfileobj(stream, self._file, 1 << 20)
        self.size = self._file.tell()
        self._lock = Lock()
        self.head = self.read_at(0, 4)

    def open(self) -> BinaryIO:
        """Open it from its beginning."""
        return io.BufferedReader(_View(self), 1 << 20)

    def read_at(self, offset: int, size: int) -> bytes:
        with self._lock:
            self._file.seek(offset)
            return self._file.read(size)


class _View(io.RawIOBase):
    """A reader with a position of its own."""

    def __init__(self, spool: _Spool) -> None:
        super().__init__()
        self._spool = spool
        self._offset = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._offset, io.SEEK_END: self._spool.size}[whence]
        self._offset = max(0, start + offset)
        return self._offset

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # any buffer
        chunk = self._spool.read_at(self._offset, len(buffer))
        buffer[: len(chunk)] = chunk
        self._offset += len(chunk)
        return len(chunk)

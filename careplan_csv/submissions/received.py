"""What was received: every ZIP file and every folder is one submission."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from careplan_csv.conformance.evidence_package.package import is_package
from careplan_csv.findings import printable

_LONGEST_NAME = 120
_PIECE = 1 << 20


class SubmissionKind(StrEnum):
    """What a submission is."""

    EXPORT = "出力ファイル"
    PACKAGE = "証拠の ZIP"


@dataclass(frozen=True, slots=True)
class Submission:
    """One submission.

    Attributes:
        number: its place among all, from 1, by name.
        name: of the file or folder, as it is; whoever shows it makes it printable.
    """

    number: int
    name: str
    path: str

    @property
    def label(self) -> str:
        """The name as it can be shown."""
        return printable(self.name, _LONGEST_NAME)

    @property
    def kind(self) -> SubmissionKind:
        return SubmissionKind.PACKAGE if is_package(Path(self.path)) else SubmissionKind.EXPORT

    def digest(self) -> str:
        """Changes when what was received changes.

        Of a folder only the names, sizes and times of its files are looked at.

        Raises:
            OSError: it cannot be read.
        """
        digest = hashlib.sha256()
        path = Path(self.path)
        if path.is_dir():
            for name, size, time in sorted(_files(path)):
                digest.update(f"{name}\0{size}\0{time}\0".encode("utf-8", "surrogateescape"))
            return digest.hexdigest()
        with path.open("rb") as stream:
            while piece := stream.read(_PIECE):
                digest.update(piece)
        return digest.hexdigest()


def _files(folder: Path) -> Iterator[tuple[str, int, int]]:
    for parent, folders, names in os.walk(folder):
        folders.sort()
        for name in names:
            path = Path(parent) / name
            status = path.lstat()
            yield str(path.relative_to(folder)), status.st_size, status.st_mtime_ns


@dataclass(frozen=True, slots=True)
class Received:
    """What lies in the folder of submissions.

    Attributes:
        others: names of files that are no submission by themselves, for instance a single CSV file.
    """

    submissions: tuple[Submission, ...]
    others: tuple[str, ...]


def received_in(folder: Path) -> Received:
    """Every ZIP file and every folder directly in a folder.

    Raises:
        OSError: the folder cannot be read.
    """
    names = sorted(entry.name for entry in folder.iterdir() if not entry.name.startswith((".", "~$")))
    chosen = [name for name in names if (folder / name).is_dir() or name.lower().endswith(".zip")]
    others = tuple(name for name in names if name not in set(chosen))
    submissions = (Submission(number, name, str(folder / name)) for number, name in enumerate(chosen, 1))
    return Received(tuple(submissions), others)

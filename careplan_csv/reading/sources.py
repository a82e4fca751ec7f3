"""Where bytes come from: files, folders, ZIP archives and standard input."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO


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
        file_name: the last component, the name that the standard speaks of.
        folder: what contains it (folder or archive); files of one unit usually share it.
        size: in bytes; None for a stream.
        open: opens the bytes from their beginning, as often as needed.
    """

    name: str
    file_name: str
    folder: str
    origin: Origin
    size: int | None
    open: Callable[[], BinaryIO]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An input that could not be examined, and why (a sentence in Japanese)."""

    name: str
    problem: str


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything that was given.

    Attributes:
        sources: in the order to examine them.
        unreadable: what could not be opened.
        ignored: names of files that are no CSV and were left alone.
    """

    sources: tuple[Source, ...]
    unreadable: tuple[Unreadable, ...] = ()
    ignored: tuple[str, ...] = ()

"""Writes the output of a command to a file, up to a limit; further output is read and discarded."""

from __future__ import annotations

import threading
from pathlib import Path
from types import TracebackType
from typing import IO, BinaryIO

_PIECE = 1 << 16
_PATIENCE = 2.0
"""Seconds to wait for the end of the output after all processes were stopped."""


class OutputLog:
    """A log file with a limit.

    Attributes:
        beginning: the first bytes.
        is_full: whether there was more output than the limit.
    """

    def __init__(self, path: Path, bound: int, kept: int) -> None:
        self._path, self._left, self._kept = path, bound, kept
        self._file: BinaryIO | None = None
        self._thread: threading.Thread | None = None
        self.beginning = b""
        self.is_full = False

    def __enter__(self) -> OutputLog:
        # An earlier command can have put a link here; its target must not be written.
        self._path.unlink(missing_ok=True)
        self._file = self._path.open("xb")
        return self

    def follow(self, stream: IO[bytes]) -> None:
        """Read a stream to its end in a thread, and close it."""
        self._thread = threading.Thread(target=self._drain, args=(stream,), daemon=True)
        self._thread.start()

    def _drain(self, stream: IO[bytes]) -> None:
        with stream:
            while piece := stream.read(_PIECE):
                self._take(piece)

    def _take(self, piece: bytes) -> None:
        if len(piece) > self._left:
            self.is_full = True
        taken = piece[: self._left]
        self._left -= len(taken)
        self.beginning += taken[: max(0, self._kept - len(self.beginning))]
        if taken and self._file is not None and not self._file.closed:
            self._file.write(taken)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._thread is not None:
            self._thread.join(_PATIENCE)
        if self._file is not None:
            self._file.close()

"""A file that must not change while it is read: else nothing true can be said of it."""

from __future__ import annotations

import errno
import io
import os
from pathlib import Path
from typing import BinaryIO

_CHANGED = "調べている間に、中身の長さが変わりました。書き込みが終わってから、もう一度実行してください"
_BUFFER = 1 << 20


def open_steady(file: str | Path) -> BinaryIO:
    """Open a file for reading; a read past its first size, or short of it, raises OSError.

    A file that grows as fast as it is read would never end.

    Raises:
        OSError: it cannot be opened.
    """
    return io.BufferedReader(_Steady(file), _BUFFER)


class _Steady(io.RawIOBase):
    def __init__(self, file: str | Path) -> None:
        super().__init__()
        self._file = open(file, "rb", buffering=0)  # noqa: SIM115  # closed in `close`
        self._left = os.fstat(self._file.fileno()).st_size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # any buffer
        view = memoryview(buffer)
        count = self._file.readinto(view[: self._left]) if self._left else 0
        self._left -= count or 0
        if not count and len(view) and (self._left or self._has_more()):
            raise OSError(errno.EIO, _CHANGED)
        return count or 0

    def _has_more(self) -> bool:
        return bool(self._file.read(1))

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()

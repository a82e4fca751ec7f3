"""Files are written whole or not at all: under a temporary name first, then renamed."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from collections.abc import Iterable
from pathlib import Path


class CannotWrite(Exception):
    """A file could not be written; the text says why and what to do, in Japanese."""


_ELSEWHERE = "別の場所を指定してください"
_REASONS = {
    errno.ENOSPC: "ディスクの空きが足りません。空きを作ってから、もう一度実行してください",
    errno.EDQUOT: "使えるディスクの量を超えました。不要なファイルを消してから、もう一度実行してください",
    errno.EFBIG: f"ファイルが大きすぎて書けない場所です。{_ELSEWHERE}",
    # Windows answers EACCES also where another program holds the file open.
    errno.EACCES: f"書き込む許可がないか、ほかのソフトで開いています。ファイルを閉じるか、{_ELSEWHERE}",
    errno.EPERM: f"書き込む許可がありません。{_ELSEWHERE}",
    errno.EROFS: f"書き込めない場所です。{_ELSEWHERE}",
    errno.ENOTDIR: f"途中にフォルダーではないものがあります。{_ELSEWHERE}",
    errno.EEXIST: f"同じ名前のファイルがあり、フォルダーを作れません。{_ELSEWHERE}",
    errno.EISDIR: "同じ名前のフォルダーがあります。別の名前を指定してください",
    errno.EINVAL: "名前に使えない文字があります。別の名前を指定してください",
    errno.ENAMETOOLONG: "名前が長すぎます。短い名前を指定してください",
}


def write_file(path: Path, data: bytes | Iterable[bytes]) -> None:
    """Write `data`, whole or in pieces, to `path`, making its folder where needed.

    What stood there before stays until the end.

    What is no file, such as /dev/null or a pipe, is written to as it is: it must not be replaced by a file.

    Raises:
        CannotWrite: the disk is full, the place is not writable, or the like; nothing half-written remains.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        pieces = (data,) if isinstance(data, bytes) else data
        if path.exists() and not path.is_file():
            _write_into(path, pieces)
        else:
            # A link stays a link: what it leads to is replaced.
            _replace(Path(os.path.realpath(path)), pieces)
    except (OSError, ValueError) as error:
        raise CannotWrite(f"{path} に書けませんでした（{reason(error)}）。") from error


def reason(error: OSError | ValueError) -> str:
    """Why something could not be written, and what to do."""
    number = error.errno if isinstance(error, OSError) else errno.EINVAL
    return _REASONS.get(number or 0, _ELSEWHERE)


def _write_into(path: Path, pieces: Iterable[bytes]) -> None:
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, "is a directory")
    with path.open("wb") as file:
        file.writelines(pieces)


def _replace(path: Path, pieces: Iterable[bytes]) -> None:
    temporary = path.parent / f".careplan-{secrets.token_hex(6)}.tmp"
    try:
        with temporary.open("xb") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        # Also when somebody presses Ctrl-C meanwhile.
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise

"""Files are written whole or not at all: under a temporary name first, then renamed."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from pathlib import Path


class CannotWrite(Exception):
    """A file could not be written; the text says why and what to do, in Japanese."""


_REASONS = {
    errno.ENOSPC: "ディスクの空きが足りません。空きを作ってから、もう一度実行してください",
    errno.EDQUOT: "使えるディスクの量を超えました。不要なファイルを消してから、もう一度実行してください",
    errno.EACCES: "書き込む許可がありません。別の場所を指定してください",
    errno.EPERM: "書き込む許可がありません。別の場所を指定してください",
    errno.EROFS: "書き込めない場所です。別の場所を指定してください",
    errno.ENOTDIR: "途中にフォルダーではないものがあります。別の場所を指定してください",
    errno.EEXIST: "同じ名前のファイルがあり、フォルダーを作れません。別の場所を指定してください",
    errno.EISDIR: "同じ名前のフォルダーがあります。別の名前を指定してください",
    errno.ENAMETOOLONG: "名前が長すぎます。短い名前を指定してください",
}


def write_file(path: Path, data: bytes) -> None:
    """Write `data` to `path`, making its folder where needed; what stood there before stays until the end.

    Raises:
        CannotWrite: the disk is full, the place is not writable, or the like.
    """
    temporary: str | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, "is a directory")
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".careplan-", suffix=".tmp")
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except OSError as error:
        if temporary:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
        reason = _REASONS.get(error.errno or 0, "別の場所を指定してください")
        raise CannotWrite(f"{path} に書けませんでした（{reason}）。") from error

"""What Japanese text needs wherever it is laid out."""

from __future__ import annotations

import errno
import unicodedata

_REASONS = {
    errno.ENOENT: "ファイルがありません",
    errno.ENOTDIR: "フォルダーではないものが途中にあります",
    errno.EISDIR: "フォルダーです",
    errno.EACCES: "許可がありません",
    errno.EPERM: "許可がありません",
    errno.ENOSPC: "空きがありません",
    errno.EROFS: "書き込めない場所です",
    errno.ENAMETOOLONG: "名前が長すぎます",
    errno.ELOOP: "リンクがたどれません",
    errno.EMFILE: "開いているファイルが多すぎます",
}


def system_reason(error: OSError) -> str:
    """Why the system refused; it says so in its own language, which need not be Japanese."""
    said = error.strerror or ""
    return said if said and not said.isascii() else _REASONS.get(error.errno or 0, "入出力の誤り")


def width_of(text: str) -> int:
    """Columns that a text takes: two for a character of full width, one for any other."""
    return sum(2 if not c.isascii() and unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)

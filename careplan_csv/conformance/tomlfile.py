"""Reading a TOML file that a person has edited, with a sentence for whatever is wrong with it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

_MAX_BYTES = 1_000_000
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_VENDOR = "「careplan-csv init-vendor」で作ったファイルを指定してください。"


class TomlFileError(Exception):
    """A TOML file cannot be used.

    Attributes:
        faults: every fault as a sentence: where it is, what is wrong, what to write.
    """

    def __init__(self, path: Path, faults: Iterable[str]) -> None:
        self.path = path
        self.faults = tuple(faults)
        lines = "\n".join(f"・{fault}" for fault in self.faults)
        super().__init__(f"{path} を使えません。次のところを直してください。\n{lines}")


def read_toml(path: Path, advice: str = _VENDOR) -> dict[str, Any]:
    """Read a TOML file in UTF-8 (with or without a mark), UTF-16 or MS932, as editors on Windows save it.

    Args:
        advice: what to do where it is no such file at all, a sentence in Japanese.

    Raises:
        TomlFileError: it cannot be read or is no TOML; names the line where there is one.
    """
    try:
        return tomllib.loads(_text(path, advice).replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as error:
        raise TomlFileError(path, [_explain(str(error))]) from error
    except RecursionError as error:
        raise TomlFileError(path, [f"かっこの入れ子が深すぎます。{advice}"]) from error


def _text(path: Path, advice: str) -> str:
    raw = _bytes(path, advice)
    encodings = ("utf-16",) if raw.startswith(_UTF16_MARKS) else ("utf-8-sig", "cp932")
    for encoding in encodings:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise TomlFileError(
        path,
        [
            "文字コードが分かりません。メモ帳の「名前を付けて保存」で、文字コードを UTF-8 にして保存し直してください。"
        ],
    )


def _bytes(path: Path, advice: str) -> bytes:
    if not path.exists():
        raise TomlFileError(
            path,
            [f"ファイルがありません。場所と名前を確かめてください。{advice}"],
        )
    if path.is_dir():
        raise TomlFileError(path, [f"フォルダーです。{advice}"])
    try:
        with path.open("rb") as file:
            raw = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise TomlFileError(
            path,
            [
                "ファイルを開けません。ほかのソフトで開いていないか、読み取りの許可があるかを確かめてください。"
            ],
        ) from error
    if len(raw) > _MAX_BYTES:
        raise TomlFileError(path, [f"ファイルが大きすぎます。{advice}"])
    return raw


def _explain(message: str) -> str:
    """The parser's message as a sentence with the line."""
    place = re.search(r"line (\d+)", message)
    where = f"{place[1]} 行目" if place else "ファイルの終わり"
    if "overwrite" in message or "twice" in message:
        return f"{where}: 同じ項目か見出しが2回書かれています。1つだけ残してください。"
    if "Unescaped" in message or "hex" in message:
        return (
            f"{where}: 「\\」（円記号）は、そのままでは使えません。「\\\\」のように2つ続けて書いてください。"
        )
    return (
        f'{where}: 書き方が正しくありません。「項目名 = "内容"」の形で書いてください'
        '（項目名は半角英字、「=」と「"」は半角。内容の前後に「"」が1つずつ要ります）。'
    )

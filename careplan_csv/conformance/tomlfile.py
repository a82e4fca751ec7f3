"""Reads TOML files that people edit, with a sentence for each fault."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from careplan_csv.findings import printable

_MAX_BYTES = 1_000_000
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_VENDOR = "「careplan-csv init-vendor」で作ったファイルを指定してください。"


class TomlFileError(Exception):
    """A TOML file cannot be used.

    Attributes:
        faults: a sentence for each fault: where it is, what is wrong, what to write.
    """

    def __init__(self, path: Path, faults: Iterable[str]) -> None:
        self.path = path
        self.faults = tuple(faults)
        lines = "\n".join(f"・{fault}" for fault in self.faults)
        super().__init__(f"{printable(str(path), 200)} を使えません。次のところを直してください。\n{lines}")


def read_toml(path: Path, advice: str = _VENDOR) -> dict[str, Any]:
    """Read a TOML file in UTF-8 (with or without a mark), UTF-16 or MS932, as editors on Windows save it.

    Args:
        advice: what to do if the file is not such a file at all, a sentence in Japanese.

    Raises:
        TomlFileError: it cannot be read or is no TOML; names the line if there is one.
    """
    return parse_toml(path, _bytes(path, advice), advice)


def read_toml_text(path: Path, advice: str) -> tuple[dict[str, Any], str]:
    """Read a TOML file as `read_toml`, together with its text, in which lines can be looked up.

    Raises:
        TomlFileError: as `read_toml`.
    """
    raw = _bytes(path, advice)
    return parse_toml(path, raw, advice), _text(path, raw).replace("\r\n", "\n")


def parse_toml(path: Path, raw: bytes, advice: str = _VENDOR) -> dict[str, Any]:
    """Parse the bytes of a TOML file; `path` is for the sentences.

    Raises:
        TomlFileError: they are no TOML.
    """
    text = _text(path, raw).replace("\r\n", "\n")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise TomlFileError(path, [_explain(str(error), text)]) from error
    except RecursionError as error:
        raise TomlFileError(path, [f"かっこの入れ子が深すぎます。{advice}"]) from error
    except ValueError as error:
        # Python refuses to read a number of thousands of digits.
        raise TomlFileError(path, [f"桁の多すぎる数があります。{advice}"]) from error


def _text(path: Path, raw: bytes) -> str:
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
    if not path.is_file():
        # A pipe or a device: reading it may never end.
        raise TomlFileError(path, [f"ふつうのファイルではありません。{advice}"])
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


_YES_OR_NO = re.compile(
    r"\s*(?P<key>[A-Za-z0-9_-]+)\s*[=＝]\s*(?P<word>はい|いいえ|有|無|あり|なし|○|〇|×|True|False|TRUE|FALSE|[Yy]es|[Nn]o)\s*(?:#.*)?"
)
_NO_WORDS = ("いいえ", "無", "なし", "×", "False", "FALSE", "No", "no")


def _explain(message: str, text: str) -> str:
    """The parser's message as a sentence with the line."""
    place = re.search(r"line (\d+)", message)
    where = f"{place[1]}行目" if place else "ファイルの終わり"
    lines = text.split("\n")
    line = lines[int(place[1]) - 1] if place and int(place[1]) <= len(lines) else ""
    if found := _YES_OR_NO.fullmatch(line):
        value = "false" if found["word"] in _NO_WORDS else "true"
        return f"{where}: 「{found['key']} = {value}」と、半角の小文字で書いてください（はいは true、いいえは false）。"
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

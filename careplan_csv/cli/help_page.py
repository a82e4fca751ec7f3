"""Help pages in Japanese: headings, default values, and lines that never part a word of ASCII.

Texts of this program mix Japanese, which may be parted anywhere, with identifiers, which may not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import click

from careplan_csv.japanese import width_of

_WIDEST = 100
_LONGEST_TERM = 30
_HEADINGS = {"Options": "オプション", "Commands": "コマンド", "Arguments": "指定するもの"}
_TOKEN = re.compile(r"[!-~]+|\s+|.")
_NOT_FIRST = "、。」）』】！？…ー々ゃゅょっ・"
"""Signs that do not begin a line."""
_NOT_LAST = "「（『【"
"""Signs that do not end a line."""
_USAGE_WORDS = (("[OPTIONS]", "[オプション]"), ("COMMAND [ARGS]...", "コマンド …"))
_TYPES = ((" INTEGER RANGE", " 整数"), (" INTEGER", " 整数"), (" PATH", " 場所"), (" TEXT", " 文字"))
_EXTRAS = (
    (re.compile(r"\[default: ([^;\]]*)"), r"[省略すると \1"),
    (re.compile(r"; required\]|\[required\]"), "[必須]"),
    (re.compile(r"(?<=[;\[] )?(\d+)<=x<=(\d+)"), r"\1から\2まで"),
    (re.compile(r"x>=(\d+)"), r"\1以上"),
)


def wrapped(text: str, width: int) -> list[str]:
    """A paragraph as lines of at most `width` columns; a longer word of ASCII has a line of its own."""
    lines, line = [], ""
    for token in _tokens(text):
        if line and width_of(line + token.rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line += token if line or token.strip() else ""
    return [*lines, line.rstrip()] if line.strip() else lines


def _tokens(text: str) -> list[str]:
    """What must stay together: words of ASCII, and Japanese signs with the punctuation that clings to them."""
    tokens: list[str] = []
    for token in _TOKEN.findall(" ".join(text.split())):
        if tokens and (token in _NOT_FIRST or tokens[-1][-1] in _NOT_LAST):
            tokens[-1] += token
        else:
            tokens.append(token)
    return tokens


class HelpPage(click.HelpFormatter):
    """What click writes, in Japanese and by the width of Japanese characters."""

    def __init__(
        self, indent_increment: int = 2, width: int | None = None, max_width: int | None = None
    ) -> None:
        super().__init__(indent_increment, width, max_width or _WIDEST)

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        for english, japanese in _USAGE_WORDS:
            args = args.replace(english, japanese)
        self.write(f"{'':>{self.current_indent}}{prefix or '使い方: '}{prog} {args}\n")

    def write_heading(self, heading: str) -> None:
        self.write(f"{'':>{self.current_indent}}{_HEADINGS.get(heading, heading)}\n")

    def write_text(self, text: str) -> None:
        """Every line of the text is a paragraph."""
        for line in text.splitlines():
            self._write_lines(wrapped(line, self.width - self.current_indent), self.current_indent)

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        told = [(_term(term), text) for term, text in rows]
        widest = max(width_of(term) for term, _ in told)
        indent = min(widest, _LONGEST_TERM) + self.current_indent + col_spacing
        for term, text in told:
            self.write(" " * self.current_indent + term)
            lines = wrapped(_in_japanese(text), max(self.width - indent, 10))
            room = indent - self.current_indent - width_of(term)
            if room < col_spacing and lines:
                self.write("\n")
                room = indent
            self.write(" " * room + (lines[0] if lines else "") + "\n")
            self._write_lines(lines[1:], indent)

    def _write_lines(self, lines: Sequence[str], indent: int) -> None:
        for line in lines:
            self.write(" " * indent + line + "\n")


def _term(text: str) -> str:
    for english, japanese in _TYPES:
        text = text.removesuffix(english) + japanese if text.endswith(english) else text
    return text


def _in_japanese(text: str) -> str:
    for pattern, replacement in _EXTRAS:
        text = pattern.sub(replacement, text)
    return text

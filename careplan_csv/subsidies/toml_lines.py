"""On which line of a TOML file a key stands; the parser itself does not tell."""

from __future__ import annotations

import re

_HEADING = re.compile(r"\s*(\[\[?)\s*([A-Za-z0-9_-]+)\s*\]")
_KEY = re.compile(r"""\s*["']?([^\s"'=.\[\]#]+)["']?\s*=""")


class TomlLines:
    """The lines of headings and keys.

    Sections are found by their name, those that are written as `[[name]]` by their number from 0 too.
    """

    def __init__(self, text: str) -> None:
        self._lines: dict[tuple[str, int, str], int] = {}
        section, numbers = "", dict[str, int]()
        for line, content in enumerate(text.split("\n"), 1):
            if heading := _HEADING.match(content):
                section = heading[2]
                numbers[section] = numbers.get(section, -1) + 1 if heading[1] == "[[" else 0
                self._lines.setdefault((section, numbers[section], ""), line)
            elif key := _KEY.match(content):
                self._lines.setdefault((section, numbers.get(section, 0), key[1]), line)

    def where(self, section: str, key: str = "", number: int = 0) -> str:
        """「5行目: 」 for a key, else for its heading, else nothing."""
        line = self._lines.get((section, number, key)) or self._lines.get((section, number, ""))
        return f"{line}行目: " if line else ""

"""Writes records as bytes (4.2, 4.3): MS932, CR LF after every record, free texts in double quotes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache

from careplan_csv.standard import Edition, Layout

Record = Mapping[str, str]
"""Item id -> value, without quotes; absent items are empty."""

MS932 = "cp932"
END = "\r\n"


class Writer:
    """Writes the records of one layout."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self._blank = {item.id: "" for item in layout.items}
        self._texts = tuple(item.id for item in layout.items if item.is_text)

    def line(self, record: Record) -> str:
        """A record as text, with its line end.

        Raises:
            KeyError: the record has an item that the layout does not know.
        """
        values = self._blank.copy()
        values.update(record)
        if len(values) != len(self._blank):
            raise KeyError(f"{self.layout.prefix}: {sorted(set(values) - set(self._blank))}")
        for item_id in self._texts:
            if text := values[item_id]:
                values[item_id] = quoted(text)
        return ",".join(values.values()) + END

    def data(self, records: Iterable[Record]) -> bytes:
        """Records as bytes."""
        return encoded("".join(map(self.line, records)))


class Writers:
    """The writers of an edition by prefix, each made at its first use."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self._made: dict[str, Writer] = {}

    def __getitem__(self, prefix: str) -> Writer:
        if prefix not in self._made:
            self._made[prefix] = Writer(self.edition.layout(prefix))
        return self._made[prefix]


def quoted(text: str) -> str:
    """A free text in double quotes; a double quote within it is doubled (4.3)."""
    return '"' + text.replace('"', '""') + '"'


def encoded(text: str) -> bytes:
    """Text in MS932, in the same bytes as Windows writes it.

    Raises:
        UnicodeEncodeError: MS932 has no such character.
    """
    pattern = _extensions_pattern()
    if not pattern.search(text):
        return text.encode(MS932)
    windows = _ibm_extensions()
    return b"".join(windows.get(part) or part.encode(MS932) for part in pattern.split(text))


@cache
def _ibm_extensions() -> dict[str, bytes]:
    """髙, 﨑 and other characters with two codes in MS932: Windows writes the IBM code, Python the NEC code."""
    found = {}
    for lead in (0xFA, 0xFB, 0xFC):
        for trail in range(0x40, 0xFD):
            pair = bytes((lead, trail))
            character = pair.decode(MS932, "ignore")
            if len(character) == 1 and character.encode(MS932)[0] in (0xED, 0xEE):
                found[character] = pair
    return found


@cache
def _extensions_pattern() -> re.Pattern[str]:
    return re.compile(f"([{''.join(_ibm_extensions())}])")

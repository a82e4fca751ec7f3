"""A section of application.toml: takes values by key, and keeps a sentence for each that is wrong."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from careplan_csv.conformance.declaration.vendor_fields import hint, text_fault
from careplan_csv.findings import printable
from careplan_csv.japanese_dates import iso_date
from careplan_csv.subsidies.toml_lines import TomlLines
from careplan_csv.subsidies.yen import NoAmount, yen_of

_YES = frozenset({"はい", "有", "あり", "○", "〇", "true", "yes"})
_NO = frozenset({"いいえ", "無", "なし", "×", "false", "no"})


class TomlSection:
    """The values under one heading. An empty text stands for no answer.

    Args:
        number: which of several headings `[[name]]`, from 0.
        faults: gets a sentence for each wrong value.
    """

    def __init__(
        self,
        name: str,
        values: Mapping[str, Any],
        lines: TomlLines,
        faults: list[str],
        number: int | None = None,
    ) -> None:
        self._name, self._values, self._lines, self._faults = name, values, lines, faults
        self._number = number

    @property
    def keys(self) -> Sequence[str]:
        """What is written here."""
        return list(self._values)

    def has(self, key: str) -> bool:
        """Whether there is an answer."""
        return self._values.get(key, "") not in ("", [], {})

    def fault(self, key: str, sentence: str) -> None:
        """Keep a sentence on the value of a key, with its place."""
        title = "" if not self._name else f"[{self._name}] の "
        if self._number is not None:
            title = f"[[{self._name}]] の {self._number + 1}件目の "
        line = self._lines.where(self._name, key, self._number or 0)
        self._faults.append(f"{line}{title}{printable(key)}: {sentence}")

    def only(self, known: Sequence[str]) -> None:
        """Tell of each key that is not known."""
        for key in self._values:
            if key not in known:
                self.fault(key, f"この項目は使えません{hint(key, known)}。")

    def text(self, key: str) -> str:
        """A text of one line; empty where there is none."""
        value = self._values.get(key, "")
        if not isinstance(value, str):
            self.fault(key, f'「"」で囲んで、「{key} = "内容"」のように書いてください。')
            return ""
        if fault := text_fault(value):
            self.fault(key, fault)
            return ""
        return value.strip()

    def yes_no(self, key: str) -> bool | None:
        """True, False, or None where there is no answer."""
        if not self.has(key):
            return None
        answer = answer_of(self._values[key])
        if answer is None:
            self.fault(key, f"はい なら「{key} = true」、いいえ なら「{key} = false」と書いてください。")
        return answer

    def day(self, key: str) -> date | None:
        """A day, or None where there is none."""
        if not self.has(key):
            return None
        iso = iso_date(self._values[key])
        if iso is None:
            self.fault(key, "日付として読めません。「令和6年8月1日」か「2024-08-01」のように書いてください。")
        return date.fromisoformat(iso) if iso else None

    def yen(self, key: str) -> int | None:
        """An amount in yen, or None where there is none."""
        if not self.has(key):
            return None
        try:
            return yen_of(self._values[key])
        except NoAmount as error:
            self.fault(key, str(error))
            return None

    def value(self, key: str) -> Any:
        """What is written, as it is."""
        return self._values.get(key, "")


def answer_of(value: object) -> bool | None:
    """Yes or no as true, false, はい, いいえ …; None where it is neither."""
    if isinstance(value, bool):
        return value
    word = unicodedata.normalize("NFKC", value).strip().lower() if isinstance(value, str) else ""
    return True if word in _YES else False if word in _NO else None

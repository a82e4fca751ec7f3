"""File names of the standard, taken apart (別紙 ファイル名規約)."""

from __future__ import annotations

from dataclasses import dataclass

from careplan_csv.standard.model import MonthPart


@dataclass(frozen=True, slots=True)
class FileName:
    """The parts of a file name, as they stand, right or wrong.

    Attributes:
        text: the whole name.
        prefix: the prefix of the file's kind, in capitals.
        csv_version: the edition whose pattern the name follows; empty where it follows none.
        month: the 提供年月 part, empty where there is none.
        serial: the last 14 digits (ファイル連番).
        extension: with its dot.
    """

    text: str
    prefix: str
    csv_version: str
    month: str
    sender_office: str
    sender_kind: str
    receiver_office: str
    receiver_kind: str
    serial: str
    extension: str

    @property
    def month_part(self) -> MonthPart:
        """Which kind of month part the name has."""
        if not self.month:
            return MonthPart.NONE
        return MonthPart.ZERO if set(self.month) == {"0"} else MonthPart.REAL

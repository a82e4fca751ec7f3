"""The office that uses the software."""

from __future__ import annotations

from typing import NamedTuple

from careplan_csv.standard import OfficeSide, standard


class Party(NamedTuple):
    """An office in file names: 事業所番号, and サービス種類 if the edition's names have one."""

    number: str
    kind: str


class OwnOffice(NamedTuple):
    """The office that uses the software.

    Attributes:
        number: 事業所番号; kind: サービス種類コード.
        office_type: id of an office type of the profiles.
        edition: CSVバージョン of all its files.
    """

    number: str
    kind: str
    office_type: str
    edition: str

    @property
    def gives_services(self) -> bool:
        """Whether it sends results of its own; the others forward what they received."""
        return standard().office_types[self.office_type].side is OfficeSide.SERVICE

    @property
    def party(self) -> Party:
        return Party(self.number, self.kind)


class UnitRefused(Exception):
    """A unit is not imported; the text says why, in Japanese. Nothing was changed."""


class Misused(Exception):
    """A command that cannot be executed; the text says what to do, in Japanese."""

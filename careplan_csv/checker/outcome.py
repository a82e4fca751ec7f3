"""What the checks of one file found, and the stages that are the same for large and for small files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from careplan_csv.checker.settings import Reading
from careplan_csv.checks.collected.compact import Compact
from careplan_csv.checks.collected.file_facts import FileFacts
from careplan_csv.checks.collected.kept import Keeps
from careplan_csv.checks.names.given_names import GivenName, check_name
from careplan_csv.checks.syntax.file_shape import FileShape, shape_rule
from careplan_csv.checks.syntax.spreadsheet import as_one
from careplan_csv.reading.encoding import MS932, Diagnosis, chardet_hint
from careplan_csv.reading.sources import Source
from careplan_csv.rules.hits import Hit
from careplan_csv.standard import Standard
from careplan_csv.standard.filenames import FileName

BINARY = "binary"
"""The encoding of what is no text."""


@dataclass
class FileOutcome:
    """Result of checking one file.

    Attributes:
        hits: of every stage but that on whole files, whose are `file_hits` until they are concluded.
        encoding: `BINARY`, or Python's name of what it was found to be in.
        records: None where the file is no text.
        damaged: how many records could not be split into items.
        quoted: how many items are in quotes.
        reading: how the content was read; None where it has no record.
        parts: what the collectors have kept of this file, or of several; `number` is its place among them.
    """

    source: Source
    name: FileName | None
    hits: list[Hit] = field(default_factory=list)
    file_hits: list[Hit] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    sha256: str = ""
    size: int = 0
    encoding: str = MS932
    records: int | None = None
    damaged: int = 0
    quoted: int = 0
    reading: Reading | None = None
    parts: Mapping[Keeps, Compact] = field(default_factory=dict)
    number: int = 0

    @property
    def csv_version(self) -> str | None:
        return self.reading.csv_version if self.reading else None

    def conclude(self, standard: Standard, shape: FileShape | None) -> None:
        """The stages on the name and on the shape, and what one cause has caused as one.

        Args:
            shape: None where the file is no text.
        """
        self.hits += check_name(GivenName(self.name, self.source.file_name, standard, self.csv_version))
        if shape is None:
            return
        shape.size, self.records = self.size, shape.records
        self.hits = as_one(self.hits, self.quoted)
        self.hits += [hit for one in shape_rule for hit in one.run(one.rule, shape)]
        self.hits += self.file_hits
        if self.damaged > 0:
            self.skipped.append(
                f"{self.damaged:,}件の記録は形が崩れているため、項目を調べていません。"
                "形の誤りを直して、もう一度調べてください。"
            )

    def facts(self) -> FileFacts:
        """What the rules on several files need to know."""
        reading = self.reading
        return FileFacts(
            source=self.source,
            name=self.name,
            edition=reading.edition if reading else None,
            layout=reading.layout if reading and reading.layout.items else None,
            variant=reading.variant if reading else None,
            csv_version=self.csv_version,
            sha256=self.sha256,
            damaged=self.damaged > 0,
            parts=self.parts,
            number=self.number,
        )


def hint(diagnosis: Diagnosis, hits: Sequence[Hit], head: bytes) -> list[str]:
    """What chardet takes an undecodable file for, as a sentence."""
    if diagnosis.encoding != MS932 or not any(hit.rule == "E201" for hit in hits):
        return []
    guess = chardet_hint(head)
    if not guess:
        return []
    return [f"文字コードの推定: {guess} の可能性があります（推定は外れることがあります）。"]

"""Findings as annotations: one for each place that a finding holds, for formats that point into files."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from careplan_csv.findings import Example, Finding, compared_words, visible
from careplan_csv.reporting.reporters import CheckReport

_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Annotation:
    """One place of a finding, ready to be shown beside a line.

    Attributes:
        path: as the user gave it, with `/` between folders.
        message: what is wrong, both sides of a comparison, and what to do; without line ends.
        line, column: from 1; `column` is None where it is not known, `line` where it is about the whole file.
        fingerprint: stays the same while the file's name and what is wrong stay the same, wherever the line moves.
    """

    finding: Finding
    path: str
    message: str
    line: int | None
    column: int | None
    fingerprint: str


def shown_findings(report: CheckReport) -> list[Finding]:
    """The findings that were asked for."""
    return [finding for finding in report.result.findings if report.selection.shows(finding)]


def annotated(report: CheckReport) -> Iterator[Annotation]:
    """Every place that the findings hold; a finding with more places says how many there are."""
    for finding in shown_findings(report):
        for number, example in enumerate(finding.examples or (Example(),)):
            yield Annotation(
                finding,
                plain_path(finding),
                _message(finding, example),
                example.line,
                example.column,
                _fingerprint(finding, number),
            )


def plain_path(finding: Finding) -> str:
    """The path as it was given, with `/` between folders, on one line and with nothing that steers a terminal."""
    return one_line((finding.path or finding.file).replace("\\", "/"))


def uri(path: str) -> str:
    """A path as a reference of RFC 3986, relative where the path is."""
    if re.match("[A-Za-z]:/", path):
        return f"file:///{path[:2]}{quote(path[2:])}"
    return quote(path) if not path.startswith("/") else f"file://{quote(path)}"


def one_line(text: str) -> str:
    """A text without line ends, and with signs that steer a terminal or that XML forbids made visible."""
    return _NO_XML.sub("�", visible(text)).replace("\n", " ").replace("\t", " ")


def _message(finding: Finding, example: Example) -> str:
    item = f"№{finding.item_no} {finding.item}: " if finding.item_no else ""
    compared = "、".join(compared_words(example))
    places = f"（全部で {finding.count:,}か所）" if finding.count > len(finding.examples) else ""
    consequence = f"【{finding.consequence.label}】"
    words = f"{consequence}{item}{finding.message}{places}{f'（{compared}）' if compared else ''} 直し方: {finding.remedy}"
    return one_line(words)


def _fingerprint(finding: Finding, number: int) -> str:
    told = (finding.file, finding.rule, str(finding.item_no or ""), finding.message, str(number))
    return hashlib.sha256("\0".join(told).encode("utf-8", "surrogatepass")).hexdigest()

"""Findings as annotations: one for each place that a finding holds, for formats that point into files."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from careplan_csv.findings import Example, Finding, Severity, compared_words, visible
from careplan_csv.reporting.reporters import CheckReport

_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


UNEXAMINED = "unexamined"
"""The code of an annotation on a file that could not be examined."""


@dataclass(frozen=True, slots=True)
class Annotation:
    """One place of a finding, or a file that could not be examined, ready to be shown beside a line.

    Attributes:
        code: the rule, or `UNEXAMINED`.
        path: as the user gave it, with `/` between folders.
        message: what is wrong, both sides of a comparison, and what to do; without line ends.
        line, column: from 1; `column` is None where it is not known, `line` where it is about the whole file.
        fingerprint: stays the same while the file's name and what is wrong stay the same, wherever the line moves.
        waiver: why it was accepted, by whom and until when; empty where it was not.
    """

    code: str
    severity: Severity
    path: str
    message: str
    line: int | None
    column: int | None
    fingerprint: str
    waiver: str = ""

    @property
    def urgency(self) -> Severity:
        """As what it is shown where a service knows nothing of waivers: what was accepted is information."""
        return Severity.INFO if self.waiver else self.severity


def shown_findings(report: CheckReport) -> list[Finding]:
    """The findings that were asked for."""
    return [finding for finding in report.result.findings if report.selection.shows(finding)]


def annotated(report: CheckReport) -> Iterator[Annotation]:
    """What could not be examined, and every place that the findings hold."""
    yield from unexamined(report)
    yield from found_places(report)


def unexamined(report: CheckReport) -> Iterator[Annotation]:
    """Files that could not be examined: they must not look like files without findings."""
    for entry in report.result.inputs:
        if entry.problem:
            message = one_line(f"調べられませんでした: {entry.problem}")
            path = plain_path(entry.path or entry.file)
            fingerprint = _fingerprint(entry.file, UNEXAMINED)
            yield Annotation(UNEXAMINED, Severity.ERROR, path, message, None, None, fingerprint)


def found_places(report: CheckReport) -> Iterator[Annotation]:
    """Every place that the findings hold; a finding with more places says how many there are."""
    for finding in shown_findings(report):
        path = plain_path(finding.path or finding.file)
        item = str(finding.item_no or "")
        for number, example in enumerate(finding.examples or (Example(),)):
            yield Annotation(
                finding.rule,
                finding.severity,
                path,
                _message(finding, example),
                example.line,
                example.column,
                _fingerprint(finding.file, finding.rule, item, finding.message, str(number)),
                one_line(finding.waiver.words) if finding.waiver else "",
            )


def plain_path(path: str) -> str:
    """A path with `/` between folders, on one line and with nothing that steers a terminal."""
    return one_line(path.replace(os.sep, "/"))


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
    waiver = f"【承認済み】{finding.waiver.words} " if finding.waiver else ""
    words = f"{waiver}{consequence}{item}{finding.message}{places}{f'（{compared}）' if compared else ''} 直し方: {finding.remedy}"
    return one_line(words)


def _fingerprint(*told: str) -> str:
    return hashlib.sha256("\0".join(told).encode("utf-8", "surrogatepass")).hexdigest()

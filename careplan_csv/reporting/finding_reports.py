"""Which files a list of all places can be written as, by the end of the name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, TypeAlias

from careplan_csv.reporting.finding_list import FindingList

Writer: TypeAlias = Callable[[FindingList, BinaryIO, str], None]

WRITERS: dict[str, Writer] = {}
"""What writes a report, by the end of its name."""


def _written_as(suffix: str) -> Callable[[Writer], Writer]:
    def decorate(writer: Writer) -> Writer:
        WRITERS[suffix] = writer
        return writer

    return decorate


def write_report(listing: FindingList, path: Path, encoding: str, *, force: bool) -> None:
    """Write the file whole or not at all.

    Raises:
        CannotWrite: it cannot be written.
    """
    from careplan_csv.reporting.report_file import report_file

    with report_file(path, force=force) as file:
        WRITERS[path.suffix.lower()](listing, file, encoding)


@_written_as(".xlsx")
def _sheet(listing: FindingList, file: BinaryIO, encoding: str) -> None:
    from careplan_csv.reporting.finding_sheet import write_sheet

    write_sheet(listing, file)


@_written_as(".csv")
def _csv(listing: FindingList, file: BinaryIO, encoding: str) -> None:
    from careplan_csv.reporting.finding_csv import write_csv

    write_csv(listing, file, encoding)


@_written_as(".html")
def _page(listing: FindingList, file: BinaryIO, encoding: str) -> None:
    from careplan_csv.reporting.finding_page import write_page

    write_page(listing, file)

"""--report: files with every place, for `check`."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from careplan_csv.cli.messages import Refused
from careplan_csv.cli.option_group import option_group
from careplan_csv.cli.progress import told_progress
from careplan_csv.findings import printable

if TYPE_CHECKING:
    from careplan_csv.checker.place_list import PlaceList
    from careplan_csv.cli.progress import ProgressDisplay
    from careplan_csv.conformance.harness.harness_result import HarnessResult
    from careplan_csv.conformance.requirements.assessment import Assessment
    from careplan_csv.reporting.finding_list import FindingList
    from careplan_csv.reporting.judgement_tables import Judgement
    from careplan_csv.reporting.selection import Selection
    from careplan_csv.results import CheckResult


_NO_ROOM = "報告のための一時ファイルを書けませんでした（{}）。報告は作っていません。"


report_options = option_group(
    click.option(
        "--report",
        "reports",
        multiple=True,
        type=click.Path(path_type=Path),
        metavar="ファイル",
        help="すべての場所を書いた報告のファイル。名前の終わりで形式が決まります（.html .xlsx .csv）。何度でも書けます。",
    ),
    click.option(
        "--report-encoding",
        type=click.Choice(["utf-8", "cp932"]),
        default="utf-8",
        help="CSV の報告の文字コード。省略すると、BOM の付いた UTF-8 です。",
    ),
)
"""--report and --report-encoding."""


report_force_option = click.option("--force", is_flag=True, help="書くファイルがすでにあれば、上書きします。")


def refuse_twice(files: Iterable[Path]) -> None:
    """Say that two results cannot go into one file.

    Raises:
        Refused: a file is named twice.
    """
    seen: set[str] = set()
    for path in files:
        place = os.path.normcase(os.path.realpath(path))
        if place in seen:
            raise Refused(f"ファイル「{printable(str(path), 200)}」が2度あります。別の名前にしてください。")
        seen.add(place)


@contextlib.contextmanager
def places_for(reports: Sequence[Path], *, force: bool, show_values: bool) -> Iterator[PlaceList | None]:
    """Where a check puts every place, if some report asks for them.

    Raises:
        Refused: a report has a name that it cannot have.
    """
    refuse_reports(reports, force=force)
    if not reports:
        yield None
        return
    with places(show_values=show_values) as every:
        yield every


@contextlib.contextmanager
def places(*, show_values: bool) -> Iterator[PlaceList]:
    """Where a check puts every place.

    Raises:
        Refused: there is no room for them.
    """
    from careplan_csv.checker.place_list import PlaceList
    from careplan_csv.reporting.writing import reason

    try:
        opened = PlaceList(show_values=show_values)
    except OSError as error:
        raise Refused(_NO_ROOM.format(reason(error))) from error
    with opened as every:
        yield every


def refuse_reports(reports: Sequence[Path], *, force: bool, suffixes: Sequence[str] | None = None) -> None:
    """Say what is wrong with the names of reports before any work is done.

    Args:
        suffixes: how the names may end; by default as for findings.

    Raises:
        Refused: a report has a name that it cannot have, or that is taken.
    """
    if not reports:
        return
    from careplan_csv.reporting.finding_reports import WRITERS
    from careplan_csv.reporting.report_file import refuse_taken
    from careplan_csv.reporting.writing import CannotWrite

    known = suffixes if suffixes is not None else list(WRITERS)
    for path in reports:
        if path.suffix.lower() not in known and not path.is_dir():
            raise Refused(
                f"報告のファイル「{printable(str(path), 200)}」の形式が分かりません。"
                f"名前の終わりを {'・'.join(known)} のどれかにしてください。"
            )
        try:
            refuse_taken(path, force=force)
        except CannotWrite as error:
            raise Refused(str(error)) from error


def write_reports(
    reports: Sequence[Path],
    every: PlaceList | None,
    result: CheckResult,
    selection: Selection,
    encoding: str,
    *,
    force: bool,
    bar: bool,
    judgement: Judgement | None = None,
) -> None:
    """Write every report.

    Raises:
        Refused: one of them cannot be written, or there was no room for the places.
    """
    if every is None:
        return
    from careplan_csv.reporting.finding_list import FindingList
    from careplan_csv.reporting.finding_reports import write_report
    from careplan_csv.reporting.writing import CannotWrite, reason

    if every.failure:
        raise Refused(_NO_ROOM.format(reason(every.failure)))
    for path in reports:
        with told_progress("報告を書いています", shown=bar) as told:
            listing = FindingList(result, selection, every, judgement)
            counted = count_rows(listing, told)
            try:
                write_report(counted, path, encoding, force=force)
            except CannotWrite as error:
                raise Refused(str(error)) from error


def count_rows(listing: FindingList, told: ProgressDisplay) -> FindingList:
    """The same list, which tells how many of its rows were taken."""
    done = 0

    def tell(rows: int) -> None:
        nonlocal done
        done += rows
        told(done, listing.rows)

    return replace(listing, told=tell)


def write_assessment_reports(
    reports: Sequence[Path],
    every: PlaceList | None,
    assessment: Assessment,
    harness: HarnessResult | None,
    encoding: str,
    *,
    force: bool,
    bar: bool,
    show_values: bool = False,
) -> list[str]:
    """Write every report of an assessment; returns a line for each.

    Raises:
        Refused: as for `write_reports`.
    """
    if not reports:
        return []
    from careplan_csv.reporting.judgement_tables import judgement_of
    from careplan_csv.reporting.selection import Selection

    judgement = judgement_of(assessment, harness, show_values=show_values)
    write_reports(
        reports, every, assessment.check, Selection(), encoding, force=force, bar=bar, judgement=judgement
    )
    return [f"報告: {path}" for path in reports]

"""--waivers and --write-waivers, for `check` alone: no verdict on a product ever knows a waiver."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from careplan_csv.cli.messages import Refused
from careplan_csv.cli.option_group import option_group
from careplan_csv.findings import printable

if TYPE_CHECKING:
    from careplan_csv.reporting.selection import Selection
    from careplan_csv.results import CheckResult
    from careplan_csv.waivers.waiver_list import WaiverList


waiver_options = option_group(
    click.option(
        "--waivers",
        "waiver_list",
        type=click.Path(path_type=Path),
        metavar="承認の一覧",
        help="承認の一覧（careplan-waivers.toml）に書いた指摘を「承認済み」とし、終了コードに数えません。判定は変わりません。",
    ),
    click.option(
        "--write-waivers",
        "draft",
        type=click.Path(path_type=Path),
        metavar="ファイル",
        help="今ある指摘から、承認の一覧のひな型を作ります。理由・承認した人・期限を書くまで、使えません。",
    ),
)
"""--waivers and --write-waivers."""


@dataclass(frozen=True, slots=True)
class Waiving:
    """What was asked for: a list that was read, and where a draft is to be written."""

    known: WaiverList | None
    draft: Path | None

    @classmethod
    def prepared(cls, waiver_list: Path | None, draft: Path | None, *, force: bool) -> Waiving:
        """Read the list and see whether the draft can be written, before any work is done.

        Raises:
            Refused: the list cannot be used, or the draft must not be written there.
        """
        known = _read(waiver_list) if waiver_list else None
        if draft:
            from careplan_csv.reporting.report_file import refuse_taken
            from careplan_csv.reporting.writing import CannotWrite

            try:
                refuse_taken(draft, force=force)
            except CannotWrite as error:
                raise Refused(str(error)) from error
        return cls(known, draft)

    def applied(self, result: CheckResult) -> CheckResult:
        """The result with what the list accepts marked."""
        if self.known is None:
            return result
        from careplan_csv.waivers.waiving import waived_result

        return waived_result(result, self.known, date.today())

    def write(self, result: CheckResult, selection: Selection, *, force: bool) -> None:
        """Write the draft, if one was asked for, and say so on standard error.

        Raises:
            Refused: it cannot be written.
        """
        if self.draft is None:
            return
        from careplan_csv.reporting.report_file import report_file
        from careplan_csv.reporting.writing import CannotWrite
        from careplan_csv.waivers.waiver_draft import waiver_draft

        text = waiver_draft(finding for finding in result.findings if selection.shows(finding))
        try:
            with report_file(self.draft, force=force) as file:
                file.write(text.encode("utf-8"))
        except CannotWrite as error:
            raise Refused(str(error)) from error
        click.echo(
            f"承認の一覧のひな型を作りました: {printable(str(self.draft), 200)}\n"
            "承認する指摘に reason・approved_by・until を書き、ほかは消してから、--waivers で使ってください。",
            err=True,
        )


def _read(path: Path) -> WaiverList:
    from careplan_csv.conformance.tomlfile import TomlFileError
    from careplan_csv.waivers.waiver_list import read_waivers

    try:
        return read_waivers(path, date.today())
    except TomlFileError as error:
        raise Refused(str(error)) from error

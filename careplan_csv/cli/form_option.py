"""A file of forms: --out of `view`, --forms of the commands on kits."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from careplan_csv.cli.messages import Refused
from careplan_csv.cli.report_option import refuse_reports

if TYPE_CHECKING:
    from careplan_csv.reporting.form_page import FormPage

_PAPER = ".pdf"
MAKING_FORMS = "帳票を作っています"

forms_option = click.option(
    "--forms",
    type=click.Path(path_type=Path),
    metavar="ファイル",
    help="期待する内容と介護ソフトの内容の違いを、第1表や利用票などの帳票の形で書くファイル（.html .pdf）。",
)
"""--forms"""


def refuse_forms(out: Path, *, force: bool) -> None:
    """Say what is wrong with the name of a file of forms before any work is done.

    Raises:
        Refused: it cannot be used, or is taken.
    """
    refuse_reports([out], force=force, suffixes=(".html", _PAPER))


def is_paper(out: Path) -> bool:
    """Whether the file is to be printed rather than looked at."""
    return out.suffix.lower() == _PAPER


def write_forms_of(page: FormPage, out: Path, *, force: bool) -> None:
    """Write a file of forms.

    Raises:
        Refused: it cannot be written, or no PDF can be made here.
    """
    from careplan_csv.reporting.form_page import write_form_file
    from careplan_csv.reporting.pdf import PdfUnavailable
    from careplan_csv.reporting.writing import CannotWrite

    try:
        write_form_file(page, out, force=force)
    except (CannotWrite, PdfUnavailable) as error:
        raise Refused(str(error)) from error

"""--letter: letters to the office and to the software company, for `check` and `assess`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from careplan_csv.cli.messages import Refused
from careplan_csv.cli.option_group import option_group
from careplan_csv.findings import printable

if TYPE_CHECKING:
    from careplan_csv.conformance.requirements.assessment import Assessment
    from careplan_csv.reporting.letters import Addressee, LetterTemplates
    from careplan_csv.results import CheckResult


letter_options = option_group(
    click.option(
        "--letter",
        "letters",
        multiple=True,
        type=click.Path(path_type=Path),
        metavar="ファイル",
        help="結果を知らせる文書のファイル。名前の終わりで形式が決まります（.html .txt .docx）。何度でも書けます。",
    ),
    click.option(
        "--letter-to",
        type=click.Choice(["office", "vendor"]),
        help="文書の宛先（office は事業所、vendor はソフト会社）。省略すると、両方を続けて書きます。",
    ),
    click.option("--letter-until", metavar="日付", help="文書に書く期限（例 2027-03-31、令和9年3月31日）。"),
    click.option(
        "--letter-templates",
        type=click.Path(path_type=Path),
        metavar="フォルダー",
        help="文書のひな型（letter_office.md.j2・letter_vendor.md.j2）を置いたフォルダー。",
    ),
)
"""--letter, --letter-to, --letter-until and --letter-templates, handed on as one `letters`."""


@dataclass(frozen=True, slots=True)
class LetterOrder:
    """The letters that were asked for; everything that can be wrong with the wish is already refused."""

    paths: Sequence[Path]
    addressees: Sequence[Addressee]
    until: date | None
    templates: LetterTemplates

    def write(self, result: CheckResult, assessment: Assessment | None, *, force: bool) -> list[str]:
        """Write the letters; returns a line for each file.

        Raises:
            Refused: a file cannot be written, or a template cannot be used.
        """
        from careplan_csv.reporting.letter_content import letter_content
        from careplan_csv.reporting.letter_docx import WordUnavailable
        from careplan_csv.reporting.letters import LETTER_WRITERS, BadTemplate
        from careplan_csv.reporting.report_file import report_file
        from careplan_csv.reporting.writing import CannotWrite

        content = letter_content(result, assessment, date.today(), self.until)
        try:
            letters = [self.templates.letter(addressee, content) for addressee in self.addressees]
            for path in self.paths:
                data = LETTER_WRITERS[path.suffix.lower()](letters)
                with report_file(path, force=force) as file:
                    file.write(data)
        except (BadTemplate, CannotWrite, WordUnavailable) as error:
            raise Refused(str(error)) from error
        return [f"文書: {path}" for path in self.paths]


def letter_order(
    paths: Sequence[Path], to: str | None, until: str | None, templates: Path | None, *, force: bool
) -> LetterOrder | None:
    """What was asked for, before any work is done; None where it was no letter.

    Raises:
        Refused: a name, a date or a template cannot be used, or a file must not be overwritten.
    """
    if not paths:
        if to or until or templates:
            raise Refused(
                "--letter-to、--letter-until、--letter-templates は、--letter と一緒に指定してください。"
            )
        return None
    from careplan_csv.reporting.letters import LETTER_WRITERS, Addressee, BadTemplate, LetterTemplates
    from careplan_csv.reporting.report_file import refuse_taken
    from careplan_csv.reporting.writing import CannotWrite

    for path in paths:
        if path.suffix.lower() not in LETTER_WRITERS and not path.is_dir():
            raise Refused(
                f"文書のファイル「{printable(str(path), 200)}」の形式が分かりません。"
                f"名前の終わりを {'・'.join(LETTER_WRITERS)} のどれかにしてください。"
            )
        try:
            refuse_taken(path, force=force)
        except CannotWrite as error:
            raise Refused(str(error)) from error
    if templates and not templates.is_dir():
        raise Refused(
            f"文書のひな型のフォルダー「{printable(str(templates), 200)}」がありません。場所を確かめてください。"
        )
    try:
        known = LetterTemplates(templates)
    except BadTemplate as error:
        raise Refused(str(error)) from error
    addressees = [Addressee(to)] if to else list(Addressee)
    return LetterOrder(paths, addressees, day_of(until), known)


def day_of(text: str | None) -> date | None:
    """The day that --letter-until names; None where it was not given.

    Raises:
        Refused: it names no day.
    """
    from careplan_csv.japanese_dates import read_date

    day = read_date(text) if text else None
    if text and day is None:
        raise Refused(
            f"--letter-until の「{printable(text, 40)}」は日付ではありません。"
            "例のように書いてください: --letter-until 2027-03-31"
        )
    return day


def has_letters(folder: Path | None) -> bool:
    """Whether a folder holds templates of letters."""
    from careplan_csv.reporting.letters import Addressee

    return folder is not None and any((folder / one.template).is_file() for one in Addressee)

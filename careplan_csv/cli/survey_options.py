"""--survey: the answers to 介護ソフト機能調査, for `assess`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from careplan_csv.cli.messages import Refused
from careplan_csv.cli.option_group import option_group
from careplan_csv.findings import printable

if TYPE_CHECKING:
    from careplan_csv.conformance.declaration.vendor import Vendor
    from careplan_csv.conformance.requirements.judged_software import JudgedSoftware
    from careplan_csv.standard import OfficeType

_SUFFIX = ".xlsx"

survey_options = option_group(
    click.option(
        "--survey",
        type=click.Path(path_type=Path),
        metavar="ファイル",
        help="介護ソフト機能調査の回答の下書きを書く .xlsx。",
    ),
    click.option(
        "--survey-result",
        "survey_results",
        multiple=True,
        type=click.Path(path_type=Path),
        metavar="ファイル",
        help="--survey に加える、ほかの事業所の種類の result.json。何度でも書けます。",
    ),
)


@dataclass(frozen=True, slots=True)
class SurveyOrder:
    """The sheet that was asked for, and the results of other office types that go into it."""

    path: Path
    others: Sequence[JudgedSoftware]

    def write(self, result: Path, vendor: Vendor | None, *, force: bool) -> list[str]:
        """Write the sheet; returns a line for people.

        Args:
            result: the result.json that was just written.

        Raises:
            Refused: the file cannot be written.
        """
        from careplan_csv.conformance.requirements.judged_software import judged_software
        from careplan_csv.conformance.requirements.survey_answers import survey_of
        from careplan_csv.reporting.report_file import report_file
        from careplan_csv.reporting.survey_sheet import survey_xlsx
        from careplan_csv.reporting.writing import CannotWrite

        survey = survey_of([judged_software(result), *self.others], vendor)
        try:
            with report_file(self.path, force=force) as file:
                file.write(survey_xlsx(survey))
        except CannotWrite as error:
            raise Refused(str(error)) from error
        shown = printable(str(self.path), 200)
        return [f"介護ソフト機能調査の回答（下書き）: {shown}（まだ答えのない欄 {survey.open_count}）"]


def survey_order(
    path: Path | None,
    results: Sequence[Path],
    office_type: OfficeType,
    vendor: Vendor | None,
    *,
    force: bool,
) -> SurveyOrder | None:
    """What was asked for, before any work is done; None where it was no sheet.

    Args:
        office_type: the one that is judged now.

    Raises:
        Refused: a name or a result cannot be used, results do not belong together, or a file must not be
            overwritten.
    """
    from careplan_csv.conformance.requirements.judged_software import NoJudgement, judged_software
    from careplan_csv.conformance.requirements.survey_answers import SurveyNotPossible, refuse_mixture
    from careplan_csv.reporting.report_file import refuse_taken
    from careplan_csv.reporting.writing import CannotWrite

    if path is None:
        if results:
            raise Refused("--survey-result は、--survey と一緒に指定してください。")
        return None
    if path.suffix.lower() != _SUFFIX and not path.is_dir():
        raise Refused(
            f"--survey の「{printable(str(path), 200)}」は使えません。名前の終わりを {_SUFFIX} にしてください。"
        )
    try:
        refuse_taken(path, force=force)
        others = [judged_software(one, "--survey-result") for one in results]
        refuse_mixture(others, vendor, office_type)
        return SurveyOrder(path, others)
    except (CannotWrite, NoJudgement, SurveyNotPossible) as error:
        raise Refused(str(error)) from error

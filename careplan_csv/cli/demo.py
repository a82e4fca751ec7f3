"""careplan-csv demo."""

from __future__ import annotations

from pathlib import Path

import rich_click as click

from careplan_csv.cli.assess import write_results
from careplan_csv.cli.inputs import check_paths
from careplan_csv.cli.output import deliver

_SAMPLE = ("valid", "202407", "planning")


@click.command("demo")
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("careplan-demo"), help="別紙6 を書くフォルダー。"
)
@click.help_option("--help", help="この説明を示します。")
def command(out: Path) -> int:
    """付属の見本（居宅介護支援事業所の出力）を判定し、別紙6 の見本を作ります。"""
    from careplan_csv import resources
    from careplan_csv.conformance.assessment import assess
    from careplan_csv.reporting.assessment_text import assessment_text
    from careplan_csv.standard import standard

    sample = resources.folder("sample_data").joinpath(*_SAMPLE)
    profile = standard().profile("yamaguchi-r6")
    result = check_paths([str(sample)], edition="auto")
    assessment = assess(result, profile, profile.office_type("planning"), None)
    written = write_results(assessment, out)
    deliver(assessment_text(assessment, written), None, color=True)
    return 0

"""careplan-csv synth."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from careplan_csv.cli.codes import ExitCode
from careplan_csv.cli.inputs import new_edition_option
from careplan_csv.cli.messages import Refused, say
from careplan_csv.cli.output import save
from careplan_csv.cli.progress import told_progress

if TYPE_CHECKING:
    from careplan_csv.cli.progress import ProgressDisplay


@click.command("synth")
@click.option("--users", type=click.IntRange(1), default=10, help="利用者の人数。")
@click.option("--months", type=click.IntRange(1, 24), default=1, help="何か月分か。")
@click.option(
    "--offices", type=click.IntRange(1), help="居宅介護支援事業所の数。省略すると、利用者40人に1つ。"
)
@click.option("--seed", type=int, default=0, help="同じ数なら、同じファイルができます。")
@new_edition_option
@click.option("--fault", metavar="規則", help="その規則の誤りを1つだけ含む組を作ります（例 F405）。")
@click.option(
    "--submissions",
    type=click.IntRange(1),
    metavar="件数",
    help="県に提出された ZIP と、申請者の一覧を作ります（batch の試験用。いくつかは、わざと正しくありません）。",
)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="ファイルを書くフォルダー。")
@click.help_option("--help", help="この説明を示します。")
def command(
    users: int,
    months: int,
    offices: int | None,
    seed: int,
    edition: str,
    fault: str | None,
    submissions: int | None,
    out: Path,
) -> int:
    """架空の利用者・事業所の、正しい CSV ファイルを作ります（試験用）。"""
    if fault:
        _refuse_sizes("--fault は、決まった小さな組に誤りを1つ入れます", _SIZES)
    if submissions:
        _refuse_sizes("--submissions は、提出物の数だけを決めます", (*_SIZES[:3], "edition", "fault"))
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise Refused(f"{out} は空のフォルダーではありません。別のフォルダーを指定してください。")
    with told_progress("ファイルを作っています") as told:
        if submissions:
            written = _submissions(submissions, seed, out)
        elif fault:
            written = _faulty(fault, out)
        else:
            written = _valid(users, months, offices, seed, edition, out, told)
    say(f"{out} に {written:,}個のファイルを書きました。すべて架空のデータです。", ExitCode.CONFORMANT)
    return 0


_SIZES = ("users", "months", "offices", "seed", "edition")


def _refuse_sizes(why: str, names: tuple[str, ...]) -> None:
    """What is made has a size of its own: options on it would be left unheard."""
    context = click.get_current_context()
    given = [
        f"--{name}"
        for name in names
        if context.get_parameter_source(name) is not click.core.ParameterSource.DEFAULT
    ]
    if given:
        raise Refused(f"{why}。{'、'.join(given)} は、一緒に指定できません。")


def _submissions(count: int, seed: int, out: Path) -> int:
    from careplan_csv.synthesis.samples.made_submissions import office_list, submissions

    made = list(submissions(count, seed))
    for one in made:
        save(out / "受付" / one.name, one.data)
    save(out / "一覧.csv", office_list(made))
    return len(made) + 1


def _faulty(rule_id: str, out: Path) -> int:
    from careplan_csv.synthesis.faults.fault import make
    from careplan_csv.synthesis.faults.fault_list import FAULTS
    from careplan_csv.synthesis.faults.item_faults import item_faults

    faults = [fault for fault in (*FAULTS, *item_faults()) if fault.rule == rule_id.upper()]
    if not faults:
        raise Refused(f"規則「{rule_id}」の誤りは作れません。一覧は「careplan-csv rules」で見られます。")
    count = 0
    for fault in faults:
        for name, data in make(fault).files.items():
            save(out / fault.folder / name, data)
            count += 1
    return count


def _valid(
    users: int, months: int, offices: int | None, seed: int, edition: str, out: Path, told: ProgressDisplay
) -> int:
    from careplan_csv.standard import standard
    from careplan_csv.synthesis.world.generator import generate
    from careplan_csv.synthesis.world.months import consecutive_months

    known = standard().newest if edition == "auto" else standard().edition(edition)
    start = standard().versions[known.csv_version].applies_from
    try:
        span = consecutive_months(start, months)
        units = generate(users, span, offices, seed, known.csv_version, told=told)
    except ValueError as error:
        raise Refused(
            "人数・月数・事業所の数の組み合わせで作れません。事業所は利用者の数まで、月は CSVバージョンの使える範囲で指定してください。"
        ) from error
    count = 0
    for unit in units:
        for name, data in unit.files().items():
            _write(out / name, data)
            count += 1
    return count


def _write(path: Path, data: bytes) -> None:
    """Write one of very many files straight away; `save` says what is wrong where that fails."""
    try:
        path.write_bytes(data)
    except OSError:
        save(path, data)

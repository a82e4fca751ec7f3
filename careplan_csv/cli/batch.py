"""careplan-csv batch."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from careplan_csv.cli.codes import ExitCode
from careplan_csv.cli.evidence import verified
from careplan_csv.cli.messages import Refused
from careplan_csv.cli.output import deliver, save
from careplan_csv.cli.profiles import profile_of, profile_option
from careplan_csv.cli.progress import told_progress
from careplan_csv.findings import printable

if TYPE_CHECKING:
    from careplan_csv.standard import Profile
    from careplan_csv.submissions.engines import Task
    from careplan_csv.submissions.judgement import BatchOrder
    from careplan_csv.submissions.office_list import OfficeList
    from careplan_csv.submissions.outcome import SubmissionOutcome
    from careplan_csv.submissions.received import Received, Submission

_TABLES = ("一覧.html", "一覧.xlsx")


@click.command("batch")
@click.argument("folder", type=click.Path(path_type=Path), metavar="受付フォルダー")
@profile_option
@click.option(
    "--list",
    "listing",
    type=click.Path(path_type=Path),
    metavar="ファイル",
    help="申請者の一覧（.csv .xlsx）。見出しは、事業所番号・事業所名・事業所の種類・提出物。",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    metavar="フォルダー",
    help="結果を書くフォルダー。途中で止まったときは、同じフォルダーを指定すると、残りから続けます。",
)
@click.option("--pdf", "with_pdf", is_flag=True, help="別紙6 を PDF でも作ります（時間がかかります）。")
@click.option("--letter-until", metavar="日付", help="文書に書く期限（例 2027-03-31、令和9年3月31日）。")
@click.option(
    "--engine",
    type=click.Choice(["processes", "here", "dask"]),
    default="processes",
    help="動かし方。processes はこのパソコンのすべての CPU、here は1つずつ、dask は Dask。",
)
@click.option(
    "--workers", type=click.IntRange(1), help="processes で使う CPU の数。省略すると、すべて使います。"
)
@click.option("--scheduler", metavar="アドレス", help="Dask のスケジューラー（例 tcp://192.0.2.1:8786）。")
@click.option("--no-color", is_flag=True, help="色を付けません。")
@click.help_option("--help", help="この説明を示します。")
def command(
    folder: Path,
    profile: str,
    listing: Path | None,
    out: Path,
    with_pdf: bool,
    letter_until: str | None,
    engine: str,
    workers: int | None,
    scheduler: str | None,
    no_color: bool,
) -> int:
    """受付フォルダーの中の ZIP・フォルダー・証拠の ZIP を、1つずつ提出物として判定し、1つの表にします。

    確かめることのある提出物から順に並べます。提出物ごとに、別紙6・結果・文書を作ります。

    終了コード: 0 すべて適合 / 1 確かめることのある提出物がある / 2 指定の誤り / 3 提出物がない / 4 careplan-csv の不具合
    """
    _refuse_engine(engine, workers, scheduler)
    if with_pdf:
        _refuse_without_pdf()
    known = profile_of(profile)
    offices = _offices(listing, known)
    received = _received(folder, out)
    if not received.submissions:
        raise Refused(
            f"「{printable(str(folder), 200)}」に、ZIP もフォルダーもありません。提出物ごとに、ZIP かフォルダーにまとめて入れてください。",
            ExitCode.NOT_EXAMINED,
        )
    order = _order(known, profile, offices, listing is not None, out, with_pdf, letter_until)
    from careplan_csv.submissions.outcome import Attention
    from careplan_csv.submissions.shared_files import with_shared_files

    outcomes = _outcomes(received, order, out, _Engine(engine, workers, scheduler))
    outcomes = with_shared_files(sorted(outcomes, key=lambda outcome: outcome.number))
    _show(outcomes, received, offices, known, out, color=not no_color)
    if any(outcome.attention is Attention.CRASHED for outcome in outcomes):
        return ExitCode.FAULT
    fine = all(outcome.attention is Attention.NONE for outcome in outcomes)
    return ExitCode.CONFORMANT if fine else ExitCode.FINDINGS


@dataclass(frozen=True, slots=True)
class _Engine:
    name: str
    workers: int | None
    scheduler: str | None

    def run(self, order: BatchOrder, tasks: Sequence[Task]) -> Iterator[SubmissionOutcome]:
        from careplan_csv.submissions import engines
        from careplan_csv.submissions.judgement import Judging

        judge = Judging(order, verified)
        if self.name == "here":
            return engines.run_here(judge, tasks)
        if self.name == "dask":
            return engines.run_dask(judge, tasks, self.scheduler or "")
        return engines.run_processes(judge, tasks, self.workers or 0)


def _refuse_engine(engine: str, workers: int | None, scheduler: str | None) -> None:
    if scheduler and engine != "dask":
        raise Refused("--scheduler は、--engine dask と一緒に指定してください。")
    if workers and engine != "processes":
        raise Refused("--workers は、--engine processes（省略したときと同じ）と一緒に指定してください。")


def _refuse_without_pdf() -> None:
    """Once, and not for every submission."""
    from careplan_csv.reporting.pdf import PdfUnavailable, html_to_pdf

    try:
        html_to_pdf("<p></p>", created_at="2000-01-01T00:00:00+09:00")
    except PdfUnavailable as error:
        raise Refused(f"{error}--pdf を付けずに実行してください。") from error


def _offices(path: Path | None, profile: Profile) -> OfficeList:
    from careplan_csv.submissions.office_list import OfficeList, OfficeListError, read_office_list

    if path is None:
        return OfficeList()
    try:
        return read_office_list(path, profile)
    except OfficeListError as error:
        raise Refused(str(error)) from error


def _received(folder: Path, out: Path) -> Received:
    from careplan_csv.submissions.received import received_in

    if out.resolve() == folder.resolve() or folder.resolve() in out.resolve().parents:
        raise Refused(
            "結果を、受付フォルダーの中に書くことはできません。--out に別の場所を指定してください。"
        )
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refused(
            f"「{printable(str(out), 200)}」を作れません（{error.strerror}）。場所と書き込みの許可を確かめてください。"
        ) from error
    try:
        return received_in(folder)
    except OSError as error:
        raise Refused(
            f"受付フォルダー「{printable(str(folder), 200)}」を読めません（{error.strerror}）。場所を確かめてください。"
        ) from error


def _order(
    profile: Profile,
    given: str,
    offices: OfficeList,
    listed: bool,
    out: Path,
    with_pdf: bool,
    until: str | None,
) -> BatchOrder:
    from careplan_csv.checks import rule_set_version
    from careplan_csv.cli.letter_options import day_of
    from careplan_csv.submissions.judgement import BatchOrder

    return BatchOrder(
        profile.id,
        offices,
        listed,
        str(out),
        with_pdf,
        day_of(until),
        rule_set_version(),
        date.today(),
        given if profile.id != given else "",
    )


def _outcomes(received: Received, order: BatchOrder, out: Path, engine: _Engine) -> list[SubmissionOutcome]:
    """What was judged before and is unchanged, and the rest judged now."""
    from careplan_csv.submissions.engines import DaskUnavailable

    kept: list[SubmissionOutcome] = []
    tasks: list[Task] = []
    for submission in received.submissions:
        key = _key(submission, order)
        before = _before(out, submission, key)
        if before is None:
            tasks.append((submission, key))
        else:
            kept.append(before)
    count = len(received.submissions)
    try:
        with told_progress("提出物を判定しています") as told:
            for outcome in engine.run(order, tasks):
                kept.append(outcome)
                told(len(kept), count)
    except DaskUnavailable as error:
        raise Refused(str(error)) from error
    return kept


def _key(submission: Submission, order: BatchOrder) -> str:
    try:
        received = submission.digest()
    except OSError:
        return ""
    return hashlib.sha256(
        f"{order.mark}\0{submission.name}\0{received}".encode("utf-8", "replace")
    ).hexdigest()


def _before(out: Path, submission: Submission, key: str) -> SubmissionOutcome | None:
    """An outcome of an earlier run, if nothing has changed since and all that it names is there."""
    from careplan_csv.submissions.judgement import OUTCOME, folder_of
    from careplan_csv.submissions.outcome import from_json

    try:
        text = (out / folder_of(submission.number) / OUTCOME).read_text(encoding="utf-8")
    except (OSError, ValueError):
        return None
    outcome = from_json(text)
    if outcome is None or not key or outcome.key != key:
        return None
    return outcome if all((out / name).is_file() for name in outcome.written) else None


def _show(
    outcomes: Sequence[SubmissionOutcome],
    received: Received,
    offices: OfficeList,
    profile: Profile,
    out: Path,
    *,
    color: bool,
) -> None:
    from careplan_csv.reporting.matrix import matrix_html, matrix_text, matrix_xlsx
    from careplan_csv.submissions.batch_table import batch_table, short_table

    matrix = batch_table(outcomes, offices, received.others, profile.name)
    page, sheet = (out / name for name in _TABLES)
    save(page, matrix_html(matrix).encode("utf-8"))
    save(sheet, matrix_xlsx(matrix))
    deliver(matrix_text(short_table(matrix)), None, color=color)
    notes = "\n".join(matrix.notes)
    deliver(f"\n{notes}\n表（HTML）: {page}\n表（Excel）: {sheet}\n", None)

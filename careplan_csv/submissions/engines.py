"""The same function for every submission: here, in worker processes, or on the workers of Dask."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from importlib import import_module
from multiprocessing import get_context
from typing import Any, TypeAlias

from careplan_csv.submissions.outcome import Attention, SubmissionOutcome
from careplan_csv.submissions.received import Submission

Task: TypeAlias = tuple[Submission, str]
"""A submission with the key that is kept with its outcome."""
Judge: TypeAlias = Callable[[Submission, str], SubmissionOutcome]

_WAITING = 2
"""So many tasks wait for each worker: when one dies, few others are lost with it."""
_TASKS_OF_A_PROCESS = 500
"""Then a new process takes over, so that no memory adds up."""


class DaskUnavailable(Exception):
    """Dask is not installed, or its scheduler cannot be reached; the text says so in Japanese."""


def run_here(judge: Judge, tasks: Sequence[Task]) -> Iterator[SubmissionOutcome]:
    """One after another, in this process."""
    for submission, key in tasks:
        yield _guarded(judge, submission, key)


def run_processes(judge: Judge, tasks: Sequence[Task], workers: int = 0) -> Iterator[SubmissionOutcome]:
    """In worker processes; outcomes come as they are done.

    A submission that takes its process down is tried once more in a process of its own, and told as such
    if that dies too.

    Args:
        workers: how many; all processors by default.
    """
    workers = workers or os.cpu_count() or 1
    left = list(reversed(tasks))
    while left:
        lost: list[Task] = []
        yield from _until_one_dies(judge, left, lost, workers)
        for task in lost:
            yield from _alone(judge, task)


def _until_one_dies(
    judge: Judge, left: list[Task], lost: list[Task], workers: int
) -> Iterator[SubmissionOutcome]:
    """Take tasks from the end of `left` until all are done or a process dies; put what it took with it in `lost`."""
    running: dict[Future[SubmissionOutcome], Task] = {}
    with _pool(workers, judge) as pool:
        while (left and not lost) or running:
            while left and not lost and len(running) < workers * _WAITING:
                task = left.pop()
                try:
                    running[pool.submit(_judged, *task)] = task
                except BrokenProcessPool:
                    lost.append(task)
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                task = running.pop(future)
                try:
                    yield future.result()
                except BrokenProcessPool:
                    lost.append(task)


def _alone(judge: Judge, task: Task) -> Iterator[SubmissionOutcome]:
    with _pool(1, judge) as pool:
        try:
            yield pool.submit(_judged, *task).result()
        except BrokenProcessPool:
            yield crashed(*task, "処理が途中で止まりました")


def _pool(workers: int, judge: Judge) -> ProcessPoolExecutor:
    # A new process begins with nothing of this one, on every system alike; what is asked for is sent once.
    return ProcessPoolExecutor(
        workers,
        mp_context=get_context("spawn"),
        initializer=_begin,
        initargs=(judge,),
        max_tasks_per_child=_TASKS_OF_A_PROCESS,
    )


_JUDGES: list[Judge] = []
"""In a worker process: what is asked for."""


def _begin(judge: Judge) -> None:
    _JUDGES[:] = [judge]


def _judged(submission: Submission, key: str) -> SubmissionOutcome:
    return _guarded(_JUDGES[0], submission, key)


def _guarded(judge: Judge, submission: Submission, key: str) -> SubmissionOutcome:
    """Judge; a fault of this program becomes the outcome of its submission."""
    try:
        return judge(submission, key)
    except MemoryError:
        return crashed(submission, key, "メモリーが足りません")
    except Exception as error:
        if os.environ.get("CAREPLAN_CSV_DEBUG"):
            raise
        return crashed(submission, key, f"careplan-csv の不具合（{type(error).__name__}）")


def crashed(submission: Submission, key: str, reason: str) -> SubmissionOutcome:
    """The outcome of a submission that could not be judged."""
    return SubmissionOutcome(submission.number, submission.label, "").noticing(
        Attention.CRASHED,
        f"{reason}。もう一度実行すると、ここからやり直します。続くときは、この提出物だけを check で調べてください。",
    )


CONNECTING = "10s"
"""How long a scheduler may take to answer."""


def run_dask(judge: Judge, tasks: Sequence[Task], scheduler: str = "") -> Iterator[SubmissionOutcome]:
    """On the workers of Dask; a task whose worker dies goes to another.

    Args:
        scheduler: address of a scheduler (`tcp://…`) whose workers see the same folders; by default a
            cluster on this machine.

    Raises:
        DaskUnavailable: there is no Dask, or no such scheduler.
    """
    try:
        # Most of it has no types.
        distributed: Any = import_module("distributed")
    except ImportError as error:
        raise DaskUnavailable(
            'Dask がありません。pip install "careplan-csv[dask]" で入れてください。'
        ) from error
    # Its remarks on every worker would bury the table.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    try:
        cluster = scheduler or distributed.LocalCluster(
            n_workers=os.cpu_count() or 1, threads_per_worker=1, dashboard_address=None
        )
        client = distributed.Client(cluster, timeout=CONNECTING)
    except (OSError, ValueError, TimeoutError) as error:
        raise DaskUnavailable(
            f"Dask のスケジューラー「{scheduler}」につながりません。アドレス（tcp://…:8786 の形）と、動いているかを確かめてください。"
        ) from error
    try:
        # A list of ten thousand offices is sent to each worker once, and not with each submission.
        shared = client.scatter(judge, broadcast=True, hash=False)
        submitted = {
            client.submit(_guarded, shared, *task, pure=False, key=f"submission-{task[0].number}"): task
            for task in tasks
        }
        for future in distributed.as_completed(submitted):
            try:
                yield future.result()
            except distributed.KilledWorker:
                yield crashed(*submitted[future], "処理が途中で止まりました")
    finally:
        client.close()
        if not isinstance(cluster, str):
            cluster.close()

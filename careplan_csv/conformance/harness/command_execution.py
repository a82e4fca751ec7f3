"""Runs one command of an adapter: without a shell, within a time, its output bounded, no child left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from careplan_csv.conformance.harness.output_log import OutputLog
from careplan_csv.conformance.harness.process_family import Family

OUTPUT_KEPT = 64 * 1024
OUTPUT_BYTES = 8 << 20
"""A command that says more than this is stopped; no more of it is written to its log."""
_POLL = 0.05
_IS_WINDOWS = sys.platform == "win32"


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended.

    Attributes:
        code: its exit code; None where it did not end by itself or could not be started.
        output: what it said, at most `OUTPUT_KEPT` bytes of each stream.
        problem: what went wrong besides, a sentence in Japanese.
        seconds: how long it took.
    """

    code: int | None
    output: bytes
    problem: str
    seconds: float


class Terminated(KeyboardInterrupt):
    """This process was told to end while a command ran: what the command started is stopped first."""


def run(
    arguments: Sequence[str], work: Path, timeout: float, environment: Mapping[str, str], log: Path
) -> Ran:
    """Run a command.

    Args:
        work: its working folder.
        timeout: seconds.
        environment: variables besides those of this process.
        log: where its output is kept, whole up to the bound.
    """
    started = time.monotonic()
    family = Family()
    with OutputLog(log, OUTPUT_BYTES, OUTPUT_KEPT) as said, _told_to_end():
        try:
            process = _start(arguments, work, {**environment, **family.mark})
        except (OSError, ValueError) as error:
            return Ran(None, b"", _not_started(arguments[0], error), time.monotonic() - started)
        try:
            family.begin(process.pid)
            assert process.stdout is not None
            said.follow(process.stdout)
            problem = _wait(process, family, said, started + timeout, timeout)
        finally:
            left = _stop(process, family)
    code = None if problem else process.returncode
    if not problem and said.is_full:
        code, problem = None, _too_much()
    if not problem and left:
        problem = "コマンドが終わった後も、動き続けるプログラムが残りました。止めました。"
    return Ran(code, said.beginning, problem, time.monotonic() - started)


def _start(arguments: Sequence[str], work: Path, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        list(arguments),
        cwd=work,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        bufsize=0,
        # A session of its own: what is typed at the terminal does not reach it.
        start_new_session=not _IS_WINDOWS,
    )


def _not_started(program: str, error: OSError | ValueError) -> str:
    if isinstance(error, FileNotFoundError):
        return f"プログラム「{program}」が見つかりません。adapter.toml の名前と場所を確かめてください。"
    return f"プログラム「{program}」を始められません。実行の許可と、adapter.toml の書き方を確かめてください。"


def _too_much() -> str:
    return f"出力が {OUTPUT_BYTES >> 20} MB を超えたため、止めました。"


def _wait(
    process: subprocess.Popen[bytes], family: Family, said: OutputLog, until: float, timeout: float
) -> str:
    while True:
        try:
            process.wait(_POLL)
        except subprocess.TimeoutExpired:
            family.grow()
            if said.is_full:
                return _too_much()
            if time.monotonic() > until:
                return f"{timeout:g} 秒たっても終わらないため、止めました。"
        else:
            return ""


def _stop(process: subprocess.Popen[bytes], family: Family) -> bool:
    """Stop a command and all that it started.

    Returns:
        Whether anything was still running after the command itself had ended.
    """
    ended = process.poll() is not None
    if not ended:
        # Its children are known only while it lives.
        family.grow(at_once=True)
        process.kill()
        process.wait()
    left = family.stop(at_once=not ended)
    return ended and left


@contextmanager
def _told_to_end() -> Iterator[None]:
    """Turn the system's request to end into an exception, so that no child is left behind."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _end)
    try:
        yield
    finally:
        # Nothing is told of a handler that was not set from here.
        signal.signal(signal.SIGTERM, signal.SIG_DFL if before is None else before)


def _end(number: int, frame: FrameType | None) -> None:
    # Once is enough: a second request must not interrupt the stopping.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise Terminated

"""Runs one command of an adapter without a shell, with limits for time and output, and stops all its children."""

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
"""A command with more output is stopped; its log is not longer than this."""
_POLL = 0.05
_IS_WINDOWS = sys.platform == "win32"


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended.

    Attributes:
        code: its exit code; None if it was stopped or could not be started.
        output: its output, at most `OUTPUT_KEPT` bytes of each stream.
        problem: another failure, a sentence in Japanese; otherwise empty.
        seconds: how long it took.
    """

    code: int | None
    output: bytes
    problem: str
    seconds: float


class Terminated(KeyboardInterrupt):
    """The system requested the end of this process during a command; its children are stopped first."""


def run(
    arguments: Sequence[str], work: Path, timeout: float, environment: Mapping[str, str], log: Path
) -> Ran:
    """Run a command.

    Args:
        work: its working folder.
        timeout: seconds.
        environment: environment variables in addition to those of this process.
        log: the file for its output, up to the limit.
    """
    started = time.monotonic()
    family = Family()
    with OutputLog(log, OUTPUT_BYTES, OUTPUT_KEPT) as output_log, _end_requested():
        try:
            process = _start(arguments, work, {**environment, **family.mark})
        except (OSError, ValueError) as error:
            return Ran(None, b"", _not_started(arguments[0], error), time.monotonic() - started)
        try:
            family.begin(process.pid)
            assert process.stdout is not None
            output_log.follow(process.stdout)
            problem = _wait(process, family, output_log, started + timeout, timeout)
        finally:
            left = _stop(process, family)
    code = None if problem else process.returncode
    if not problem and output_log.is_full:
        code, problem = None, _too_much()
    if not problem and left:
        problem = "コマンドが終わった後も、動き続けるプログラムが残りました。止めました。"
    return Ran(code, output_log.beginning, problem, time.monotonic() - started)


def _start(arguments: Sequence[str], work: Path, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        list(arguments),
        cwd=work,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        bufsize=0,
        # A separate session, so that key strokes in the terminal do not reach it.
        start_new_session=not _IS_WINDOWS,
    )


def _not_started(program: str, error: OSError | ValueError) -> str:
    if isinstance(error, FileNotFoundError):
        return f"プログラム「{program}」が見つかりません。adapter.toml の名前と場所を確かめてください。"
    return f"プログラム「{program}」を始められません。実行の許可と、adapter.toml の書き方を確かめてください。"


def _too_much() -> str:
    return f"出力が {OUTPUT_BYTES >> 20} MB を超えたため、止めました。"


def _wait(
    process: subprocess.Popen[bytes], family: Family, output_log: OutputLog, until: float, timeout: float
) -> str:
    while True:
        try:
            process.wait(_POLL)
        except subprocess.TimeoutExpired:
            family.grow()
            if output_log.is_full:
                return _too_much()
            if time.monotonic() > until:
                return f"{timeout:g} 秒たっても終わらないため、止めました。"
        else:
            return ""


def _stop(process: subprocess.Popen[bytes], family: Family) -> bool:
    """Stop a command and all its children.

    Returns:
        Whether any child was still running after the end of the command.
    """
    ended = process.poll() is not None
    if not ended:
        # Its children can be found only while it runs.
        family.grow(at_once=True)
        process.kill()
        process.wait()
    left = family.stop(at_once=not ended)
    return ended and left


@contextmanager
def _end_requested() -> Iterator[None]:
    """Convert the system's request to end to an exception, so that all children are stopped."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _end)
    try:
        yield
    finally:
        # Python does not know a handler that was not set by Python.
        signal.signal(signal.SIGTERM, signal.SIG_DFL if before is None else before)


def _end(number: int, frame: FrameType | None) -> None:
    # A second request must not interrupt the stopping.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise Terminated

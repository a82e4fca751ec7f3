"""Runs one command of an adapter: without a shell, within a time, its output captured and bounded, no child left."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

OUTPUT_KEPT = 64 * 1024
_OUTPUT_BYTES = 8 << 20
"""A command that says more than this is stopped."""
_POLL = 0.02
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
    with log.open("wb") as out:
        try:
            process = _start(arguments, work, environment, out.fileno())
        except (OSError, ValueError) as error:
            return Ran(None, b"", _not_started(arguments[0], error), time.monotonic() - started)
        try:
            problem = _wait(process, log, started + timeout, timeout)
        finally:
            left = _stop(process)
    code = None if problem else process.returncode
    if not problem and left:
        problem = "コマンドが終わった後も、動き続けるプログラムが残りました。止めました。"
    with log.open("rb") as said:
        output = said.read(OUTPUT_KEPT)
    return Ran(code, output, problem, time.monotonic() - started)


def _start(
    arguments: Sequence[str], work: Path, environment: Mapping[str, str], out: int
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        list(arguments),
        cwd=work,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=subprocess.STDOUT,
        # A group of its own, so that whatever it starts can be stopped with it.
        start_new_session=not _IS_WINDOWS,
    )


def _not_started(program: str, error: OSError | ValueError) -> str:
    if isinstance(error, FileNotFoundError):
        return f"プログラム「{program}」が見つかりません。adapter.toml の名前と場所を確かめてください。"
    return f"プログラム「{program}」を始められません。実行の許可と、adapter.toml の書き方を確かめてください。"


def _wait(process: subprocess.Popen[bytes], log: Path, until: float, timeout: float) -> str:
    while process.poll() is None:
        if time.monotonic() > until:
            return f"{timeout:g} 秒たっても終わらないため、止めました。"
        if log.stat().st_size > _OUTPUT_BYTES:
            return f"出力が {_OUTPUT_BYTES >> 20} MB を超えたため、止めました。"
        time.sleep(_POLL)
    return ""


def _stop(process: subprocess.Popen[bytes]) -> bool:
    """Stop a command and all that it started.

    Returns:
        Whether anything was still running after the command itself had ended.
    """
    ended = process.poll() is not None
    if _IS_WINDOWS:
        if not ended:
            subprocess.run(
                ["taskkill", "/T", "/F", "/PID", str(process.pid)], capture_output=True, check=False
            )
            process.wait()
        return False
    left = False
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
        left = ended
    process.wait()
    return left

"""Progress: at a terminal alone, after a second, on standard error, and gone at the end."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from careplan_csv.cli import progress
from careplan_csv.cli.progress import told_progress

ROOT = Path(__file__).parents[2]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def told(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, *, after: float, shown: bool = True) -> str:
    monkeypatch.setattr(progress, "_AFTER_SECONDS", after)
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    with told_progress("検査しています", shown=shown) as tell:
        tell(1, 4, "検査しています（[1]／2個）")
        time.sleep(0.6)
        tell(2, 4)
    return stream.getvalue()


def test_a_long_task_says_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    text = told(monkeypatch, Terminal(), after=0.01)
    for part in ("検査しています（[1]／2個）", "25%", "残り"):
        assert part in text
    assert threading.active_count() < 10


def test_a_short_task_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(monkeypatch, Terminal(), after=5) == ""


def test_nothing_is_shown_in_a_pipe_or_beside_a_result_for_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(monkeypatch, io.StringIO(), after=0.01) == ""
    assert told(monkeypatch, Terminal(), after=0.01, shown=False) == ""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo terminal")
def test_the_result_stays_clean_while_the_terminal_shows_progress(tmp_path: Path) -> None:
    master, slave = pty.openpty()
    code = (
        "from careplan_csv.cli import progress, run; progress._AFTER_SECONDS = 0.0;"
        f"raise SystemExit(run(['synth', '--users', '300', '--out', {str(tmp_path / 'w')!r}]))"
    )
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    done = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=slave, env=environment, cwd=ROOT
    )
    os.close(slave)
    shown = bytearray()
    while True:
        try:
            part = os.read(master, 65536)
        except OSError:
            break
        if not part:
            break
        shown += part
    out = done.communicate(timeout=60)[0].decode()
    assert done.returncode == 0
    assert "ファイルを作っています" in shown.decode("utf-8", "replace")
    assert "ファイルを作っています" not in out

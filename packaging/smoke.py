"""Try a built program: check, 別紙6 as PDF with its fonts, and the local page: `python packaging/smoke.py PROGRAM`."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

SECONDS = 180
SAMPLES = Path(__file__).parents[1] / "sample_data" / "valid" / "202407" / "planning"


def main(program: str) -> None:
    """Run the program as a user does, and stop at the first thing that is wrong."""
    command = [str(Path(program).resolve())] if Path(program).exists() else [program]
    version = _run([*command, "--version"])
    print(version.strip())
    with tempfile.TemporaryDirectory() as folder:
        _run([*command, "check", str(SAMPLES)], cwd=folder)
        _run([*command, "explain", "F405"], cwd=folder)
        out = Path(folder) / "out"
        _run(
            [*command, "assess", str(SAMPLES), "--office-type", "planning", "--out", str(out)],
            cwd=folder,
            code=1,
        )
        pdf = (out / "besshi6.pdf").read_bytes()
        if not pdf.startswith(b"%PDF") or b"/FontFile" not in pdf:
            raise SystemExit("the PDF has no fonts")
        batch = Path(folder) / "submissions"
        _run([*command, "synth", "--submissions", "3", "--out", str(batch)], cwd=folder)
        _run(
            [*command, "batch", str(batch / "受付"), "--out", str(Path(folder) / "table")], cwd=folder, code=1
        )
        _page([*command, "serve", "--no-open"], folder)
    print("all is well")


def _run(command: list[str], *, cwd: str | None = None, code: int = 0) -> str:
    done = subprocess.run(
        command, cwd=cwd, capture_output=True, encoding="utf-8", errors="replace", timeout=SECONDS
    )
    if done.returncode != code:
        raise SystemExit(f"{command[1:3]}: exit code {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def _page(command: list[str], folder: str) -> None:
    flags = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
    process = subprocess.Popen(
        command, cwd=folder, stderr=subprocess.PIPE, encoding="utf-8", errors="replace", creationflags=flags
    )
    assert process.stderr
    try:
        found = None
        for line in process.stderr:
            if found := re.search(r"http://127\.0\.0\.1:\d+/\S+/", line):
                break
        if not found:
            raise SystemExit("the page did not start")
        with urllib.request.urlopen(found[0], timeout=30) as answer:
            if "介護事業所の方" not in answer.read().decode("utf-8"):
                raise SystemExit("the page is another one")
    finally:
        process.send_signal(signal.CTRL_BREAK_EVENT if os.name == "nt" else signal.SIGINT)
        process.wait(timeout=30)


if __name__ == "__main__":
    main(sys.argv[1])

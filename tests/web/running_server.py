"""`careplan-csv serve` as a process of its own, as a user starts it."""

from __future__ import annotations

import io
import os
import re
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from careplan_csv.synthesis.samples.made_submissions import submissions


def right_export(folder: Path) -> list[Path]:
    """The files of an office, all of them right, laid down in a folder."""
    [made] = submissions(1)
    with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
        archive.extractall(folder)
    return sorted(folder.iterdir())


@dataclass(frozen=True)
class Running:
    """A server.

    Attributes:
        address: of its first page, with the token.
    """

    address: str
    process: subprocess.Popen[str]

    @property
    def origin(self) -> str:
        return "/".join(self.address.split("/")[:3])


@contextmanager
def running(folder: Path, *arguments: str) -> Iterator[Running]:
    """Start the server with its temporary files in a folder, and stop it as Ctrl+C does."""
    process = subprocess.Popen(
        [sys.executable, "-m", "careplan_csv", "serve", "--no-open", *arguments],
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, "TMPDIR": str(folder), "PYTHONIOENCODING": "utf-8"},
    )
    assert process.stderr
    try:
        address = ""
        for line in process.stderr:
            if found := re.search(r"http://127\.0\.0\.1:\d+/[\w-]+/", line):
                address = found[0]
                break
        assert address, "the server did not tell its address"
        yield Running(address, process)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)

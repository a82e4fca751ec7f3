"""How far a long task is, on standard error: only at a terminal, and only when it takes longer than a second."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_AFTER_SECONDS = 1.0


class ProgressDisplay:
    """Takes in how far a task is, and shows it with the time left once a second has passed.

    Without a terminal, or where `shown` is false, it shows nothing.
    """

    def __init__(self, description: str, *, shown: bool) -> None:
        self._description = description
        self._done = 0
        self._total: int | None = None
        self._lock = threading.Lock()
        self._display: tuple[Progress, TaskID] | None = None
        self._timer: threading.Timer | None = None
        self._is_closed = False
        if shown and sys.stderr.isatty():
            self._timer = threading.Timer(_AFTER_SECONDS, self._open)
            self._timer.daemon = True
            self._timer.start()

    def __call__(self, done: int, total: int | None, description: str = "") -> None:
        """So much of so much is done; `total` is None where it is not known."""
        with self._lock:
            self._done, self._total = done, total
            self._description = description or self._description
            self._show()

    def _open(self) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            Progress,
            TaskProgressColumn,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )

        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("経過"),
            TimeElapsedColumn(),
            TextColumn("残り"),
            TimeRemainingColumn(),
        )
        with self._lock:
            if self._is_closed:
                return
            progress = Progress(*columns, console=Console(stderr=True), transient=True)
            self._display = (progress, progress.add_task("", total=None))
            self._show()
            progress.start()

    def _show(self) -> None:
        if self._display:
            progress, task = self._display
            progress.update(task, completed=self._done, total=self._total, description=self._description)

    def close(self) -> None:
        """Take the display away."""
        if self._timer:
            self._timer.cancel()
        with self._lock:
            self._is_closed = True
            if self._display:
                self._display[0].stop()


@contextmanager
def told_progress(description: str, *, shown: bool = True) -> Iterator[ProgressDisplay]:
    """While the block runs, show how far it is; what is never told shows only that it goes on."""
    told = ProgressDisplay(description, shown=shown)
    try:
        yield told
    finally:
        told.close()

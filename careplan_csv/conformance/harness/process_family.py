"""Finds and stops all processes that a command has started, including detached ones."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import uuid4

if TYPE_CHECKING:
    import psutil

_MARK = "CAREPLAN_CSV_COMMAND"
_OFTEN = 0.2
"""Seconds between two scans of the processes."""
_GRACE = 0.3
"""Seconds in which a process can end before it is killed."""
_ROUNDS = 50


class Family:
    """A command and its children.

    A child whose parent has ended is found by its session; a child in another session by an environment
    variable; a child without that variable only if an earlier scan found it below its parent.
    """

    def __init__(self) -> None:
        self.mark = {_MARK: uuid4().hex}
        self._since = time.time()
        self._number = 0
        self._known: dict[int, psutil.Process] = {}
        self._looked = 0.0

    def begin(self, number: int) -> None:
        """Start with the process number of the command."""
        import psutil

        self._number = number
        try:
            self._known[number] = psutil.Process(number)
        except psutil.Error:
            return

    def grow(self, *, at_once: bool = False) -> None:
        """Add the processes that were started since the last scan."""
        import psutil

        if not at_once and time.monotonic() - self._looked < _OFTEN:
            return
        for process in list(self._known.values()):
            try:
                children = process.children(recursive=True)
            except psutil.Error:
                continue
            self._known.update({child.pid: child for child in children})
        self._looked = time.monotonic()

    def stop(self, *, at_once: bool = False) -> bool:
        """Stop all running processes.

        Args:
            at_once: kill them without waiting.

        Returns:
            Whether any was running.
        """
        import psutil

        left = self._living()
        if left and not at_once:
            psutil.wait_procs(left, timeout=_GRACE)
            left = self._living()
        found = bool(left)
        for _ in range(_ROUNDS):
            if not left:
                break
            _kill(left)
            psutil.wait_procs(left, timeout=_GRACE)
            # A process can have started another one just before it was stopped.
            left = self._living()
        return found

    def _living(self) -> list[psutil.Process]:
        self.grow(at_once=True)
        self._known.update({process.pid: process for process in self._strays()})
        return [process for process in self._known.values() if _lives(process)]

    def _strays(self) -> Iterable[psutil.Process]:
        import psutil

        for process in psutil.process_iter():
            try:
                # The start times of processes are not exact.
                young = process.create_time() >= self._since - 2
                if young and (self._is_of_session(process.pid) or self._is_marked(process)):
                    yield process
            except (psutil.Error, OSError):
                continue

    def _is_of_session(self, number: int) -> bool:
        return hasattr(os, "getsid") and os.getsid(number) == self._number

    def _is_marked(self, process: psutil.Process) -> bool:
        return process.environ().get(_MARK) == self.mark[_MARK]


def _kill(processes: Iterable[psutil.Process]) -> None:
    import psutil

    for process in processes:
        try:
            process.kill()
        except psutil.Error:
            continue


def _lives(process: psutil.Process) -> bool:
    import psutil

    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False

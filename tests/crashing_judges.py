"""Judges of submissions that die or fail: worker processes import them by name."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass

from careplan_csv.submissions.outcome import SubmissionOutcome
from careplan_csv.submissions.received import Submission


@dataclass(frozen=True)
class Judge:
    """Judges nothing; dies on some submissions, fails on others.

    Attributes:
        deadly: numbers of submissions that take the process down.
        faulty: numbers that raise.
        seconds: how long each takes.
    """

    deadly: tuple[int, ...] = ()
    faulty: tuple[int, ...] = ()
    seconds: float = 0.0

    def __call__(self, submission: Submission, key: str) -> SubmissionOutcome:
        time.sleep(self.seconds)
        if submission.number in self.deadly:
            os._exit(9)
        if submission.number in self.faulty:
            raise RuntimeError("a fault of ours")
        return SubmissionOutcome(submission.number, submission.label, key)

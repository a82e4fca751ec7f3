"""Submissions that were handed in, judged in the background while the page shows how far they are."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from careplan_csv.checks import rule_set_version
from careplan_csv.reporting.matrix import Matrix, matrix_html, matrix_xlsx
from careplan_csv.standard import Profile
from careplan_csv.submissions.batch_table import batch_table
from careplan_csv.submissions.engines import run_processes
from careplan_csv.submissions.judgement import BatchOrder, Judging, Verify
from careplan_csv.submissions.office_list import OfficeList
from careplan_csv.submissions.outcome import SubmissionOutcome
from careplan_csv.submissions.received import received_in
from careplan_csv.submissions.shared_files import with_shared_files

TABLE, SHEET = "table.html", "table.xlsx"


@dataclass
class BatchRun:
    """Submissions and how far they are.

    Attributes:
        count: how many there are; done: how many are judged.
        finished: all are, and the table is written.
        problem: why it ended early, a sentence in Japanese.
    """

    given: Path
    made: Path
    profile: Profile
    offices: OfficeList
    listed: bool
    count: int = 0
    finished: bool = False
    problem: str = ""
    outcomes: list[SubmissionOutcome] = field(default_factory=list)
    _thread: threading.Thread | None = None

    @property
    def done(self) -> int:
        return len(self.outcomes)

    def start(self, verify: Verify) -> None:
        """Judge in the background."""
        self._thread = threading.Thread(target=self._run, args=(verify,), daemon=True)
        self._thread.start()

    def matrix(self) -> Matrix:
        """The table of what is judged so far."""
        outcomes = with_shared_files(sorted(self.outcomes, key=lambda outcome: outcome.number))
        return batch_table(outcomes, self.offices, self._others, self.profile.name)

    def make_pdf(self, name: str) -> None:
        """Make the PDF of a form, beside its page; nothing where no PDF can be made here.

        Args:
            name: of the PDF, relative to the folder of results.
        """
        from careplan_csv.reporting.pdf import PdfUnavailable, html_to_pdf

        out = self.made / name
        page = out.with_suffix(".html").read_text(encoding="utf-8")
        moment = datetime.now().astimezone().isoformat(timespec="seconds")
        with suppress(PdfUnavailable):
            out.write_bytes(html_to_pdf(page, created_at=moment))

    @property
    def _others(self) -> Sequence[str]:
        return received_in(self.given).others

    def _run(self, verify: Verify) -> None:
        order = BatchOrder(
            self.profile.id,
            self.offices,
            self.listed,
            str(self.made),
            False,
            None,
            rule_set_version(),
            date.today(),
        )
        self.made.mkdir(parents=True, exist_ok=True)
        tasks = [(submission, "") for submission in received_in(self.given).submissions]
        self.count = len(tasks)
        try:
            for outcome in run_processes(Judging(order, verify), tasks):
                self.outcomes.append(outcome)
            matrix = self.matrix()
            (self.made / TABLE).write_bytes(matrix_html(matrix).encode("utf-8"))
            (self.made / SHEET).write_bytes(matrix_xlsx(matrix))
        except Exception as error:
            # The page must say that it goes no further.
            self.problem = f"続けられなくなりました（{type(error).__name__}）。もう一度やり直してください。"
        self.finished = True

"""What was handed in since the page was opened."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from pathlib import Path

from careplan_csv.web.batch_run import BatchRun
from careplan_csv.web.examined_files import ExaminedFiles
from careplan_csv.web.tools import WebTools


@dataclass
class Desk:
    """What was handed in since the start, by number.

    Attributes:
        folder: where everything lies.
    """

    folder: Path
    tools: WebTools
    files: dict[str, ExaminedFiles] = field(default_factory=dict)
    batches: dict[str, BatchRun] = field(default_factory=dict)

    def place(self) -> tuple[str, Path]:
        """A number that nobody guesses, and a new folder for it."""
        number = secrets.token_hex(8)
        folder = self.folder / number
        folder.mkdir()
        return number, folder

"""Which values of a block have a finding of their own: what follows from them is not told again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from careplan_csv.findings import Severity
from careplan_csv.reading.structure import Flags, Positions


@dataclass
class Soundness:
    """What the rules on single items found in a block.

    Attributes:
        rows: how many sound records the block has.
        wrong: by item, the records whose value has an error or a warning.
        doubtful: by item, the records whose check digit alone is wrong.
    """

    rows: int
    wrong: dict[str, Flags] = field(default_factory=dict)
    doubtful: dict[str, Flags] = field(default_factory=dict)

    def mark(self, item_id: str, rows: Positions, severity: Severity, *, doubtful: bool = False) -> None:
        """Take in the records of one finding; informations say that a value may be right."""
        if severity is Severity.INFO:
            return
        marks = self.doubtful if doubtful else self.wrong
        marks.setdefault(item_id, np.zeros(self.rows, dtype=np.bool_))[rows] = True

    def also_wrong(self, item_id: str, rows: Flags) -> Soundness:
        """The same, with some more records whose item is wrong."""
        marks = self.wrong.get(item_id, np.zeros(self.rows, dtype=np.bool_)) | rows
        return Soundness(self.rows, {**self.wrong, item_id: marks}, self.doubtful)

    def is_wrong(self, item_ids: Iterable[str]) -> Flags:
        """The records in which any of some items is wrong, shape (rows,)."""
        return self._any(self.wrong, item_ids)

    def is_suspect(self, item_ids: Iterable[str]) -> Flags:
        """The records in which any of some items is wrong or doubtful, shape (rows,)."""
        return self._any(self.wrong, item_ids) | self.is_doubtful(item_ids)

    def is_doubtful(self, item_ids: Iterable[str]) -> Flags:
        """The records in which the check digit of any of some items is wrong, shape (rows,)."""
        return self._any(self.doubtful, item_ids)

    def _any(self, marks: Mapping[str, Flags], item_ids: Iterable[str]) -> Flags:
        result = np.zeros(self.rows, dtype=np.bool_)
        for item_id in item_ids:
            if item_id in marks:
                result |= marks[item_id]
        return result

"""The stages of the rules on a file's encoding, on blocks of bytes, on its opening and on its shape."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from careplan_csv.findings import Rule
from careplan_csv.reading.encoding import Diagnosis
from careplan_csv.reading.table import Table
from careplan_csv.rules.hits import FileHit, Hit
from careplan_csv.rules.registry import Stage

DiagnosisRule: TypeAlias = Callable[[Rule, Diagnosis], Iterator[Hit]]
BlockRule: TypeAlias = Callable[[Rule, Table], Iterator[FileHit]]

diagnosis_rule: Stage[DiagnosisRule] = Stage()
"""Rules on what a file's first bytes say."""

block_rule: Stage[BlockRule] = Stage()
"""Rules on the bytes of a block, whether its records can be split into items or not."""

syntax_rule: Stage[BlockRule] = Stage()
"""Rules on how the records of a block are written, where they can be read by a layout."""

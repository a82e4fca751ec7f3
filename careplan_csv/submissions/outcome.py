"""What became of one submission, and what a person has to look at first."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from enum import IntEnum
from typing import Any


class Attention(IntEnum):
    """What a submission needs, the most urgent first."""

    CRASHED = 0
    UNREADABLE = 1
    NOT_AS_LISTED = 2
    ALIKE = 3
    OTHER_SENDER = 4
    DOUBTFUL_PROOF = 5
    OTHER_VERSION = 6
    NONCONFORMANT = 7
    UNVERIFIED = 8
    NONE = 9

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Attention.CRASHED: "調べられませんでした",
    Attention.UNREADABLE: "読めません",
    Attention.NOT_AS_LISTED: "一覧と合いません",
    Attention.ALIKE: "ほかの提出物と同じ",
    Attention.OTHER_SENDER: "送信元が申請者と違います",
    Attention.DOUBTFUL_PROOF: "証拠になりません",
    Attention.OTHER_VERSION: "古い証拠です",
    Attention.NONCONFORMANT: "不適合",
    Attention.UNVERIFIED: "未確認があります",
    Attention.NONE: "適合",
}


@dataclass(frozen=True)
class SubmissionOutcome:
    """What became of one submission.

    Attributes:
        number, name: of the submission; the name can be shown.
        key: changes with what was received, with what was asked for and with the rules.
        verdict: a status, with `verdict_label` in words; empty where nothing was judged.
        office_types: id and name of the office type, and whether the list or the files say so.
        offices: 事業所番号 of the senders, the most files first.
        files, records, errors, warnings: how many.
        attention: the most urgent of what a person has to look at.
        remarks: what that is, and what else there is to know, each a sentence in Japanese.
        hashes: SHA-256 of every CSV file with records, to find submissions that share files.
        written: the files made of it, relative to the folder of results.
    """

    number: int
    name: str
    key: str
    kind: str = ""
    verdict: str = ""
    verdict_label: str = ""
    office_type: str = ""
    office_type_name: str = ""
    offices: tuple[str, ...] = ()
    files: int = 0
    records: int = 0
    errors: int = 0
    warnings: int = 0
    attention: Attention = Attention.NONE
    remarks: tuple[str, ...] = ()
    hashes: tuple[str, ...] = field(default=(), repr=False)
    written: tuple[str, ...] = ()

    def noticing(self, attention: Attention, *remarks: str, first: bool = False) -> SubmissionOutcome:
        """The outcome with something more that a person has to look at."""
        told = (*remarks, *self.remarks) if first else (*self.remarks, *remarks)
        return replace(self, attention=min(self.attention, attention), remarks=told)

    def to_json(self) -> str:
        """As text; equal outcomes give equal texts."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)


def from_json(text: str) -> SubmissionOutcome | None:
    """An outcome written down before; None where the text is none of this version."""
    try:
        told: dict[str, Any] = json.loads(text)
        told["attention"] = Attention(told["attention"])
        for name in ("offices", "remarks", "hashes", "written"):
            told[name] = tuple(told[name])
        return SubmissionOutcome(**told)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None

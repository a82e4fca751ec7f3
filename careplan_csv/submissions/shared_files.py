"""Submissions that hold the same files: copies of another office's, or the same sent twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from careplan_csv.submissions.outcome import Attention, SubmissionOutcome

_NAMED = 3


def with_shared_files(outcomes: Sequence[SubmissionOutcome]) -> list[SubmissionOutcome]:
    """The outcomes, each with a remark where other submissions hold some of its files."""
    holders: dict[str, list[int]] = defaultdict(list)
    for place, outcome in enumerate(outcomes):
        for digest in dict.fromkeys(outcome.hashes):
            holders[digest].append(place)
    return [_noticed(place, outcomes, holders) for place in range(len(outcomes))]


def _noticed(
    place: int, outcomes: Sequence[SubmissionOutcome], holders: dict[str, list[int]]
) -> SubmissionOutcome:
    own = outcomes[place]
    common: dict[int, int] = defaultdict(int)
    for digest in dict.fromkeys(own.hashes):
        for other in holders[digest]:
            if other != place:
                common[other] += 1
    if not common:
        return own
    most = sorted(common, key=lambda other: (-common[other], other))
    named = "、".join(
        f"№{outcomes[other].number}「{outcomes[other].name}」と {common[other]}個" for other in most[:_NAMED]
    )
    more = f"、ほか {len(most) - _NAMED}件" if len(most) > _NAMED else ""
    return own.noticing(
        Attention.ALIKE,
        f"ほかの提出物と同じ内容のファイルがあります（{named}{more}）。どの事業所のファイルかを、提出者に確かめてください。",
        first=True,
    )

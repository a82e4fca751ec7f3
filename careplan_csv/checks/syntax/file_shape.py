"""Rules on the records and line ends of a whole file (C301, C307, C308, 4.2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeAlias

import numpy as np

from careplan_csv.findings import EXAMPLES_KEPT, Consequence, Rule, Severity
from careplan_csv.reading.blocks import RawBlock
from careplan_csv.reading.structure import CR, LF
from careplan_csv.rules.hits import Hit, Place, hit
from careplan_csv.rules.registry import Stage

CRLF = "CR LF"


@dataclass
class FileShape:
    """The records of a whole file, and how they and its lines end, counted block by block.

    Attributes:
        records, size: how many records and bytes the file has.
        counts: how many records and blank lines end in each way.
        places: the first records that end in each way.
        blank_lines, hollow_rows: how many there are; `empty_places` the first of both.
        again: gives the blocks of the file once more, where every place is wanted.
    """

    counts: dict[str, int] = field(default_factory=lambda: {CRLF: 0, "LF だけ": 0, "CR だけ": 0})
    places: dict[str, tuple[Place, ...]] = field(default_factory=dict)
    records: int = 0
    size: int = 0
    unterminated: bool = False
    blank_lines: int = 0
    hollow_rows: int = 0
    empty_places: tuple[Place, ...] = ()
    again: Callable[[], Iterator[RawBlock]] | None = None

    def add(self, raw: RawBlock) -> None:
        """Count one more block, in the order of the file."""
        structure = raw.structure
        self.records += structure.records
        found = dict(zip(self.counts, (structure.crlf, structure.lf, structure.cr), strict=True))
        for kind, count in found.items():
            self.counts[kind] += count
            if count and len(self.places.get(kind, ())) < EXAMPLES_KEPT:
                self.places[kind] = (self.places.get(kind, ()) + _ending_in(raw, kind))[:EXAMPLES_KEPT]
        self.unterminated = structure.unterminated
        self.blank_lines += len(structure.blank_lines)
        self.hollow_rows += len(structure.hollow_rows)
        if (len(structure.blank_lines) or len(structure.hollow_rows)) and len(
            self.empty_places
        ) < EXAMPLES_KEPT:
            self.empty_places = (self.empty_places + _empty_in(raw))[:EXAMPLES_KEPT]

    @property
    def usual(self) -> str:
        """How most of them end."""
        return max(self.counts, key=lambda kind: self.counts[kind])

    def every(
        self, first: Sequence[Place], of_block: Callable[[RawBlock], Iterable[Place]]
    ) -> Iterator[Place]:
        """The first places, and behind them those that are found when the file is read once more."""
        yield from first
        blocks = self.again() if self.again else iter(())
        yield from islice((place for raw in blocks for place in of_block(raw)), len(first), None)


def _empty_in(raw: RawBlock, most: int | None = EXAMPLES_KEPT) -> tuple[Place, ...]:
    """The first blank lines and rows without a value of a block."""
    empty = np.sort(np.concatenate((raw.structure.blank_lines, raw.structure.hollow_rows)))
    return tuple(Place(line=line) for line in raw.lines(empty[:most]).tolist())


def _by_line(places: Iterable[Place]) -> list[Place]:
    return sorted(places, key=lambda place: place.line or 0)


def _ending_in(raw: RawBlock, kind: str, most: int | None = EXAMPLES_KEPT) -> tuple[Place, ...]:
    """The first records of a block that end in one way."""
    structure, data = raw.structure, raw.data
    ends = structure.ends[: structure.records - structure.unterminated]
    first = data[ends]
    followed = data[np.minimum(ends + 1, len(data) - 1)] == LF
    ended = {CRLF: (first == CR) & followed, "LF だけ": first == LF, "CR だけ": (first == CR) & ~followed}
    records = np.flatnonzero(ended[kind])[:most]
    lines, numbers = raw.lines(structure.starts[records]), raw.numbers(records)
    return tuple(Place(int(line), int(number)) for line, number in zip(lines, numbers, strict=True))


ShapeRule: TypeAlias = Callable[[Rule, FileShape], Iterator[Hit]]

shape_rule: Stage[ShapeRule] = Stage()
"""Rules on the records and line ends of a whole file."""


@shape_rule(
    Rule(
        id="C301",
        severity=Severity.ERROR,
        consequence=Consequence.REFUSED,
        title="ファイルに記録が1件も無い",
        compares="ファイルの記録の数（空の行を除く）が1件以上かを見ます。",
        why="空のファイルを受け取っても、何も取り込めません。",
        remedy=(
            "事業所の方: 出力の対象（利用者・期間）を確かめて、出力し直してください。"
            "ソフト会社の方: 送るものがないときは、ファイルを作らないでください。"
        ),
        reference="§4.2",
        friends="削除するものが無いときなどは、空のファイルではなく、ファイルを作らないのが正しい形です。",
    )
)
def has_records(rule: Rule, shape: FileShape) -> Iterator[Hit]:
    if not shape.records:
        yield hit(
            rule, "ファイルに記録が1件もありません。" if shape.size else "ファイルが空（0バイト）です。"
        )


@shape_rule(
    Rule(
        id="C307",
        severity=Severity.WARNING,
        consequence=Consequence.CHECK,
        title="記録の終わりの改行が CR LF ではない、または混ざっている",
        compares="記録の終わりの改行を、CR LF・LF だけ・CR だけ に分けて数えます（引用符の中の改行は数えません）。",
        why="改行の種類は標準仕様に書かれていませんが、CR LF を前提に読む介護ソフトがあります。",
        remedy=(
            "事業所の方: 介護ソフトから出力し直し、ほかのソフトで開かずに渡してください。同じときはソフト会社に伝えてください。"
            "ソフト会社の方: 記録の終わりを CR LF（Windows の改行）にそろえて出力してください。"
        ),
        reference="§4.2（A04）",
        friends="引用符の中の改行の種類は問いません。",
    )
)
def ends_in_cr_lf(rule: Rule, shape: FileShape) -> Iterator[Hit]:
    """Where endings are mixed, the places are those that end in another way than most."""
    used = {kind: count for kind, count in shape.counts.items() if count}
    if not used or set(used) == {CRLF}:
        return
    listed = "、".join(f"{kind} {count:,}件" for kind, count in used.items())
    if len(used) == 1:
        yield hit(rule, f"記録の終わりの改行が CR LF ではありません（{listed}）。")
        return
    odd = [kind for kind in used if kind != shape.usual]
    first = _by_line(place for kind in odd for place in shape.places.get(kind, ()))[:EXAMPLES_KEPT]
    places = shape.every(first, lambda raw: _by_line(p for kind in odd for p in _ending_in(raw, kind, None)))
    count = sum(used[kind] for kind in odd)
    message = f"記録の終わりの改行が混ざっています（{listed}）。"
    yield hit(rule, message, count=count, places=places)


@shape_rule(
    Rule(
        id="C308",
        severity=Severity.WARNING,
        consequence=Consequence.CHECK,
        title="空の行や、カンマだけの行がある、または最後の記録に改行がない",
        compares="空の行と、カンマだけの行の数を数え、最後の記録の後に改行があるかを見ます。",
        grades=((Severity.INFO, "最後の記録の後に改行がないだけのとき"),),
        why="空の行やカンマだけの行を1件の記録として読み、取り込めない介護ソフトがあります。",
        remedy=(
            "事業所の方: 介護ソフトから出力し直し、Excel などで開かずに渡してください。同じときはソフト会社に伝えてください。"
            "ソフト会社の方: 空の行やカンマだけの行を出力しないでください。"
        ),
        reference="§4.2（A04）",
        friends="引用符の中の空の行は、文章の一部なので、誤りとしません。",
    )
)
def has_no_empty_lines(rule: Rule, shape: FileShape) -> Iterator[Hit]:
    if shape.blank_lines or shape.hollow_rows:
        kinds = {"空の行": shape.blank_lines, "カンマだけの行（値の1つもない行）": shape.hollow_rows}
        named = "と、".join(kind for kind, count in kinds.items() if count)
        message = f"{named}があります。ほかの検査では、ないものとして扱います。"
        count = shape.blank_lines + shape.hollow_rows
        yield hit(
            rule,
            message,
            count=count,
            places=shape.every(shape.empty_places, lambda raw: _empty_in(raw, None)),
        )
    if shape.unterminated:
        yield hit(
            rule,
            "最後の記録の後に改行がありません。",
            Severity.INFO,
            remedy="事業所の方: そのままで構いません。ソフト会社の方: 最後の記録の後にも改行（CR LF）を付けて出力してください。",
        )

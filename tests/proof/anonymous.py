"""Proof that files written again anonymously show the same findings at the same places, and nothing of the original."""

from __future__ import annotations

import io
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from careplan_csv.anonymization.anonymous_files import Anonymization
from careplan_csv.anonymization.same_findings import FindingsCompared, compared
from careplan_csv.reading.sources import Inputs, Origin, Source
from careplan_csv.standard import Item
from careplan_csv.synthesis.faults.fault import Fault, make

KEY = b"key of the proof, not a secret"
_MOST_ATTEMPTS = 4


@dataclass
class AnonymousTally:
    """What was written again, and where the findings were not the same."""

    title: str
    done: int = 0
    findings: int = 0
    attempts: Counter[int] = field(default_factory=Counter)
    unexplained: list[str] = field(default_factory=list)
    seconds: float = 0.0


def inputs_of(files: Mapping[str, bytes], origin: Origin = Origin.FOLDER) -> Inputs:
    """Files of one folder; pictures by their extension."""
    sources = [
        Source(
            name,
            name.rpartition("/")[2],
            name.rpartition("/")[0],
            origin,
            len(data),
            partial(io.BytesIO, data),
            name,
        )
        for name, data in files.items()
    ]
    pictures = [source for source in sources if source.file_name.lower().endswith(".jpg")]
    return Inputs(tuple(s for s in sources if s not in pictures), images=tuple(pictures))


def written_again(inputs: Inputs, tally: AnonymousTally, label: str) -> FindingsCompared:
    """Write some inputs again, and count."""
    comparison = None
    anonymization = Anonymization(inputs, KEY)
    for number, anonymous in enumerate(anonymization.attempts(), 1):
        comparison = compared(anonymous, comparison.original if comparison else None)
        if comparison.same or number == _MOST_ATTEMPTS:
            break
    assert comparison is not None
    tally.done += 1
    tally.findings += sum(comparison.before.values())
    tally.attempts[number] += 1
    if not comparison.same:
        tally.unexplained.append(f"{label}: 失われた {comparison.lost} 増えた {comparison.new}")
    return comparison


def faults_again(faults: Iterable[Fault]) -> AnonymousTally:
    """Every fault, with its unit."""
    tally = AnonymousTally("匿名化: 規則ごとの誤り")
    started = time.monotonic()
    for fault in faults:
        made = make(fault)
        written_again(inputs_of(made.files), tally, fault.folder)
    tally.seconds = time.monotonic() - started
    return tally


def contents_again(title: str, contents: Iterator[tuple[str, bytes, str]]) -> AnonymousTally:
    """Single files: name, bytes and what was done to them."""
    tally = AnonymousTally(title)
    started = time.monotonic()
    for name, data, what in contents:
        written_again(inputs_of({name: data}, Origin.NAMED), tally, f"{name}: {what}")
    tally.seconds = time.monotonic() - started
    return tally


def canary(item: Item, number: int) -> str:
    """A value for an item that is right for it and stands nowhere else; empty where an item takes only known values."""
    forms = {
        "insured": f"{4000000000 + number:010d}",
        "digits": "472916",
        "office": f"13{7}{520000 + number:06d}8",
        "postal": f"7{number % 100:02d}-{4000 + number}",
        "tel": f"0{number % 10}8-5{number % 1000:03d}-7{number % 1000:03d}",
        "tais": f"{48000 + number:05d}-{736000 + number:06d}",
        "ymd": f"19{40 + number % 40}{1 + number % 12:02d}{11 + number % 17}",
    }
    if item.is_text:
        return f"秘匿{'亜哀愛挨曖悪握圧扱宛嵐安案暗'[number % 14]}{'以衣位囲医依委威為畏胃尉異移'[number // 14 % 14]}記録"
    return forms.get(item.format, "")


def proved(
    faults: Sequence[Fault],
    values: Iterator[tuple[str, bytes, str]],
    changes: Iterator[tuple[str, bytes, str]],
) -> list[AnonymousTally]:
    """All parts of the proof."""
    return [
        faults_again(faults),
        contents_again("匿名化: 項目ごとの誤り", values),
        contents_again("匿名化: 無作為の変更", changes),
    ]


def report(tallies: Sequence[AnonymousTally]) -> list[str]:
    """The part of docs/proof.md."""
    lines = ["## 匿名化", ""]
    for tally in tallies:
        lines += [
            f"### {tally.title}",
            "",
            f"{tally.done:,} 回（{tally.seconds:.0f} 秒）。前後で、規則・重要度・項目・件数・場所（行、記録、列）を比べました。",
            "",
            f"- 比べた指摘: {tally.findings:,}",
            *(
                f"- 日付のずらし方を {tries} 回目で決めたもの: {count:,}"
                for tries, count in sorted(tally.attempts.items())
            ),
            f"- 説明の付かないもの: {len(tally.unexplained)}",
            "",
            *(f"  - {line}" for line in tally.unexplained[:30]),
        ]
    return lines

"""Many files in one block give the same result as each file by itself, to the byte."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from functools import cache, partial
from pathlib import Path
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from long_proofs import long

from careplan_csv.checker import check, small_files
from careplan_csv.checker.examination import Examined, examine
from careplan_csv.checker.one_file import OneFile
from careplan_csv.checker.run import Advance
from careplan_csv.checks.tables import whole_files as tables
from careplan_csv.reading.blocks import RawBlock
from careplan_csv.reading.sources import Inputs, Origin, Source, collect
from careplan_csv.results import CheckResult, Status

SAMPLES = Path(__file__).parents[2] / "sample_data"
Content = tuple[str, bytes]


@cache
def pool() -> tuple[Content, ...]:
    """Name and bytes of every sample."""
    paths = sorted(path for path in SAMPLES.rglob("*") if path.suffix.upper() == ".CSV")
    return tuple((path.name, path.read_bytes()) for path in paths)


def inputs(files: Sequence[Content]) -> Inputs:
    """Files in one folder; of equal names each stands in a folder of its own."""
    sources = []
    seen: dict[str, int] = {}
    for name, data in files:
        number = seen[name] = seen.get(name, -1) + 1
        folder = f"in{number or ''}"
        opener = partial(io.BytesIO, data)
        sources.append(Source(f"{folder}/{name}", name, folder, Origin.FOLDER, len(data), opener))
    return Inputs(tuple(sources))


def shown(result: CheckResult) -> str:
    """A result as text, without its time."""
    assert not result.internal_faults
    return json.dumps(asdict(result) | {"checked_at": ""}, ensure_ascii=False, indent=1)


def one_by_one(given: Inputs) -> CheckResult:
    with mock.patch.object(small_files, "SMALL_BYTES", -1):
        return check(given)


def lf(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n")


def utf8(data: bytes) -> bytes:
    return b"\xef\xbb\xbf" + data.decode("cp932", "replace").encode()


def with_header(data: bytes) -> bytes:
    return b"CSV\x83o\x81[\x83W\x83\x87\x83\x93,\x95\xdb\x8c\xaf\x8e\xd2\x94\xd4\x8d\x86,x\r\n" + data


WAYS: list[Callable[[bytes], bytes]] = [
    lf,
    utf8,
    with_header,
    lambda data: data[:-2],
    lambda data: data + b"\x1a",
    lambda data: data + b"\r\n",
    lambda data: data + data,
    lambda data: data.replace(b",", b"\t"),
    lambda data: data.replace(b'"', b"", 1),
    lambda data: data[: len(data) // 2],
    lambda data: b"",
    lambda data: data.replace(b",", b",,", 1),
]
"""What may become of a whole file."""


@st.composite
def contents(draw: st.DrawFn) -> Content:
    name, data = draw(st.sampled_from(pool()))
    how = draw(st.integers(0, 9))
    if how == 0:
        data = draw(st.sampled_from(WAYS))(data)
    elif how < 4 and data:
        changed = bytearray(data)
        for _ in range(draw(st.integers(1, 3))):
            at = draw(st.integers(0, len(changed) - 1))
            changed[at : at + draw(st.integers(0, 2))] = draw(
                st.sampled_from([b'"', b",", b"\r\n", b"\x81", b"0", b"", b"\x00", b"A"])
            )
            changed = changed or bytearray(b"0")
        data = bytes(changed)
    return name, data


@pytest.mark.parametrize("examples", [10, long(100)])
def test_files_together_and_one_by_one(examples: int) -> None:
    @given(st.lists(contents(), min_size=2, max_size=25))
    @settings(max_examples=examples)
    def compared(files: list[Content]) -> None:
        given_files = inputs(files)
        assert shown(check(given_files)) == shown(one_by_one(given_files))

    compared()


@pytest.mark.parametrize("count", [12, long(40)])
@pytest.mark.parametrize("way", WAYS)
def test_one_odd_file_among_many(way: Callable[[bytes], bytes], count: int) -> None:
    files = list(pool()[:count])
    files[7] = files[7][0], way(files[7][1])
    given_files = inputs(files)
    assert shown(check(given_files)) == shown(one_by_one(given_files))


@cache
def faulty_samples_shown() -> str:
    """What is found on all faulty samples with batches of the usual size."""
    return shown(check(collect([str(SAMPLES / "faulty")])))


@pytest.mark.parametrize("size", [long(1), 3000, long(1 << 30)])
def test_batches_of_any_size(size: int) -> None:
    with mock.patch.object(small_files, "BATCH_BYTES", size):
        found = check(collect([str(SAMPLES / "faulty")]))
    assert shown(found) == faulty_samples_shown()


def test_a_batch_that_fails_is_examined_file_by_file() -> None:
    def failing(raw: RawBlock, *arguments: object) -> Examined:
        if raw.files > 1:
            raise MemoryError
        return examine(raw, *arguments)  # type: ignore[arg-type]  # passed on as they are

    given_files = collect([str(SAMPLES / "valid" / "202407")])
    with mock.patch.object(small_files, "examine", failing):
        found = check(given_files)
    assert shown(found) == shown(one_by_one(given_files))


@pytest.mark.parametrize("size", [0, 10, 5000])
def test_a_file_that_changes_between_listing_and_reading_is_read_as_it_is(tmp_path: Path, size: int) -> None:
    name, data = pool()[0]
    path = tmp_path / name
    path.write_bytes(data)
    given_files = collect([str(tmp_path)])
    path.write_bytes((data * 1000)[:size])
    [report] = check(given_files).inputs
    assert report.bytes == size
    assert shown(check(given_files)) == shown(one_by_one(given_files))


def test_a_file_that_vanishes_stops_nobody(tmp_path: Path) -> None:
    for name, data in pool()[:5]:
        (tmp_path / name).write_bytes(data)
    given_files = collect([str(tmp_path)])
    lost = given_files.sources[2]
    (tmp_path / lost.file_name).unlink()
    result = check(given_files)
    assert [bool(report.problem) for report in result.inputs] == [
        source is lost for source in given_files.sources
    ]


@pytest.mark.parametrize("small", [True, False])
def test_records_are_the_same_only_if_their_values_are(small: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fingerprints that agree by design are no duplicates; records that are alike are."""
    name, data = next(content for content in pool() if content[0].startswith("UPPLAN"))
    other = next(content for content in pool() if content[0].startswith("UP1KYO"))
    if not small:
        monkeypatch.setattr(small_files, "SMALL_BYTES", -1)
    monkeypatch.setattr(
        tables, "prints", lambda table, *ids, where=None: np.zeros(len(table.rows), np.uint64)
    )
    result = check(inputs([(name, data), other]))
    assert [finding.rule for finding in result.findings if finding.rule == "T603"] == []
    first = data[: data.index(b"\r\n202407") + 2]
    twice = check(inputs([(name, data + first), other]))
    assert [(f.rule, f.count) for f in twice.findings if f.rule == "T603"] == [("T603", 1)]


def test_a_file_that_cannot_be_read_again_stops_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last rules on a file run beside those between files: what fails there is told of that file alone."""
    name, data = next(content for content in pool() if content[0].startswith("UPPLAN"))
    other = next(content for content in pool() if content[0].startswith("UP1KYO"))
    twice = data + data[: data.index(b"\r\n202407") + 2]
    monkeypatch.setattr(small_files, "SMALL_BYTES", -1)

    def gone(one: OneFile) -> Iterator[RawBlock]:
        raise FileNotFoundError(2, "gone")

    monkeypatch.setattr(OneFile, "_once_more", gone)
    result = check(inputs([other, (name, twice)]))
    assert [(bool(report.problem), report.status) for report in result.inputs if report.kind != "UP1KYO"] == [
        (True, Status.UNVERIFIED)
    ]
    assert not [finding for finding in result.findings if finding.file.endswith(name)]
    assert [report.problem for report in result.inputs if report.kind == "UP1KYO"] == [None]


def test_progress_tells_bytes_and_files() -> None:
    given_files = collect([str(SAMPLES / "valid")])
    told: list[Advance] = []
    check(given_files, progress=told.append)
    size = sum(source.size or 0 for source in given_files.sources)
    assert (told[-1].done_bytes, told[-1].all_bytes) == (size, size)
    assert (told[-1].done_files, told[-1].all_files) == (87, 87)
    assert [one.done_bytes for one in told] == sorted(one.done_bytes for one in told)

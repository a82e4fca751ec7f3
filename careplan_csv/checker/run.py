"""A whole run: every file, then the files together, then the result."""

from __future__ import annotations

import os
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TypeAlias

from careplan_csv.checker.grouping import GroupedHits
from careplan_csv.checker.one_file import OneFile
from careplan_csv.checker.outcome import FileOutcome
from careplan_csv.checker.place_list import PlaceList
from careplan_csv.checker.settings import Settings
from careplan_csv.checker.small_files import Batch, SmallFiles
from careplan_csv.checks import rule_set_version
from careplan_csv.checks.collected.file_facts import FileFacts
from careplan_csv.checks.units.together import BetweenRule, NamedHit, Together, between_rule
from careplan_csv.checks.units.transmission_units import unit_reports
from careplan_csv.japanese import system_reason
from careplan_csv.reading.service_codes import ServiceCodes
from careplan_csv.reading.sources import Inputs, Source
from careplan_csv.results import CheckResult, InputReport, Status, UnitReport
from careplan_csv.rules.registry import Registered
from careplan_csv.standard import Standard, standard

_WORKERS = 2
"""Blocks that are examined at a time; as many more wait: bounds the memory."""

_VERSION_FORM = re.compile("20[0-9]{4}")


def check(
    inputs: Inputs,
    *,
    edition: str = "auto",
    show_values: bool = False,
    progress: Callable[[Advance], None] | None = None,
    known: Standard | None = None,
    master: ServiceCodes | None = None,
    every: PlaceList | None = None,
) -> CheckResult:
    """Check files, each by itself and together as transmission units.

    Args:
        inputs: from `reading.sources.collect`.
        edition: `auto`, or the CSV version that every file should have.
        show_values: put values into the findings as they are, instead of their shapes.
        progress: called with how far the reading is, after every block and every file.
        known: the standard to check by; the package's own by default.
        master: the user's own tables of service codes, from `reading.service_codes`.
        every: takes every place of every finding, where somebody asks for them.
    """
    return _Run(inputs, known or standard(), edition, show_values, progress, master, every).result()


class _Run:
    def __init__(
        self,
        inputs: Inputs,
        known: Standard,
        edition: str,
        show_values: bool,
        progress: Callable[[Advance], None] | None,
        master: ServiceCodes | None,
        every: PlaceList | None,
    ) -> None:
        self.inputs = inputs
        self.known = known
        self.edition = edition
        self.hits = GroupedHits(show_values=show_values, every=every)
        if every is not None:
            every.sources = {source.name: source for source in inputs.sources}
        self.reports: dict[str, InputReport] = {}
        self.facts: dict[str, FileFacts] = {}
        self.faults: dict[str, str] = {}
        self.open: OneFile | None = None
        self.progress = _Progress(inputs.sources, progress)
        self.settings = Settings(
            known,
            edition,
            several=len(inputs.sources) > 1,
            progress=self.progress.read,
            master=master,
            every=every,
        )

    def result(self) -> CheckResult:
        with ThreadPoolExecutor(max_workers=_WORKERS) as pool:
            self._examine(pool)
            return self._result(self._together(pool))

    def _together(self, pool: Executor) -> Together:
        """Run the rules on several files, beside the last rules on a large one where these still run."""
        failed = [name for name in self._names if name not in self.facts]
        together = Together(
            [self.facts[name] for name in self._names if name in self.facts],
            self.known,
            [*failed, *(entry.name for entry in self.inputs.unreadable)],
            self.inputs.images,
        )
        together.share()

        def found(one: Registered[BetweenRule]) -> list[NamedHit]:
            return [*one.run(one.rule, together)]

        # Side by side they need more memory: with many small files that counts for more.
        found_together = pool.map(found, between_rule) if self.open else map(found, between_rule)
        self._conclude()
        for hits in found_together:
            for name, hit in hits:
                if not self.reports[name].problem:
                    self.hits.add(name, [hit])
        return together

    def _result(self, together: Together) -> CheckResult:
        for name, report in self.reports.items():
            if self.hits.has_errors(name):
                self.reports[name] = replace(report, status=Status.NONCONFORMANT)
        unreadable = [
            InputReport(entry.name, Status.UNVERIFIED, problem=entry.problem, path=entry.path)
            for entry in self.inputs.unreadable
        ]
        units = tuple(map(self._unit, unit_reports(together.groups, together.files)))
        ignored = (*self.inputs.ignored, *together.pictures.unconcerned)
        # There may be a hundred thousand files: what was kept of them is let go before findings are made of
        # the hits, and these as they are told.
        del together
        self.facts.clear()
        return CheckResult(
            edition=self.edition,
            checked_at=datetime.now().astimezone().isoformat(timespec="seconds"),
            rule_set=rule_set_version(),
            inputs=(*(self.reports[name] for name in self._names), *unreadable),
            units=units,
            findings=tuple(f for source in self.inputs.sources for f in self.hits.findings(source)),
            ignored=ignored,
            internal_faults=tuple(self.faults[name] for name in self._names if name in self.faults),
        )

    @property
    def _names(self) -> list[str]:
        return [source.name for source in self.inputs.sources]

    def _examine(self, pool: Executor) -> None:
        """Examine every file: small ones many at a time, others by themselves."""
        small, batches = SmallFiles(self.settings), _Batches(pool)
        for source in self.inputs.sources:
            self._guarded(source, partial(self._read, small, batches, pool, source))
            self._take(batches.finished(), pool)
        for batch in small.rest():
            batches.start(batch)
            self._take(batches.finished(), pool)
        self._take(batches.all(), pool)

    def _read(self, small: SmallFiles, batches: _Batches, pool: Executor, source: Source) -> None:
        found = small.read(source)
        if found is None:
            self._examine_alone(source, self.settings, pool)
            self.progress.file()
            return
        self.settings.progress(found[1].size)
        self.progress.file()
        batch = small.add(*found)
        if batch is not None:
            batches.start(batch)

    def _take(self, finished: Iterable[tuple[Batch, Future[Examined]]], pool: Executor) -> None:
        """Take in outcomes; the files of a batch that failed, and those that it left out, are examined one by one."""
        for batch, future in finished:
            try:
                outcomes, alone = future.result()
            except (Exception, MemoryError):
                if os.environ.get("CAREPLAN_CSV_DEBUG"):
                    raise
                outcomes, alone = [], batch.sources
            for outcome in outcomes:
                self._finish(outcome)
            for source in alone:
                self._guarded(source, partial(self._alone, source, pool))

    def _alone(self, source: Source, pool: Executor) -> None:
        # Its bytes were counted when it was read with others.
        settings = replace(self.settings, progress=lambda read: None)
        self._examine_alone(source, settings, pool)

    def _examine_alone(self, source: Source, settings: Settings, pool: Executor) -> None:
        self._conclude()
        one = OneFile(source, settings, pool)
        self.facts[source.name] = one.run().facts()
        self.open = one

    def _conclude(self) -> None:
        """Take in the outcome of the file whose last rules still run."""
        one, self.open = self.open, None
        if one is not None:
            self._guarded(one.source, lambda: self._finish(one.concluded()))

    def _guarded(self, source: Source, action: Callable[[], None]) -> None:
        """Do something with one file; whatever happens to it, the others go on."""
        try:
            action()
        except OSError as error:
            problem = f"ファイルを読めません（{system_reason(error)}）。ほかのソフトで開いていないか、読み取りの許可があるかを確かめてください。"
            self.reports[source.name] = self._unexamined(source, problem)
        except MemoryError:
            problem = "メモリーが足りないため、調べられませんでした。ファイルを分けるか、ほかのソフトを閉じて、もう一度実行してください。"
            self.reports[source.name] = self._unexamined(source, problem)
        except Exception as error:
            # One file must not stop the others; the command still ends with the code for a fault of ours.
            if os.environ.get("CAREPLAN_CSV_DEBUG"):
                raise
            self.faults[source.name] = type(error).__name__
            problem = f"careplan-csv の不具合のため、調べられませんでした（{type(error).__name__}）。"
            self.reports[source.name] = self._unexamined(source, problem)

    def _finish(self, outcome: FileOutcome) -> None:
        source = outcome.source
        self.hits.add(source.name, outcome.hits)
        self.reports[source.name] = self._report(source, outcome)
        self.facts[source.name] = outcome.facts()

    def _unexamined(self, source: Source, problem: str) -> InputReport:
        self.facts.pop(source.name, None)
        return InputReport(source.name, Status.UNVERIFIED, problem=problem, path=source.path)

    def _report(self, source: Source, outcome: FileOutcome) -> InputReport:
        name = outcome.name
        version = outcome.csv_version
        return InputReport(
            file=source.name,
            status=Status.CONFORMANT,
            kind=name.prefix if name else None,
            month=name.month if name else "",
            sender_kind=name.sender_kind if name else "",
            sha256=outcome.sha256,
            bytes=outcome.size,
            encoding=outcome.encoding,
            # Anything but a version's form may be somebody's data in the wrong column.
            csv_version=version if version and _VERSION_FORM.fullmatch(version) else None,
            records=outcome.records,
            skipped_checks=tuple(outcome.skipped),
            path=source.path,
            sender_office=name.sender_office if name else "",
            receiver_office=name.receiver_office if name else "",
            receiver_kind=name.receiver_kind if name else "",
        )

    def _unit(self, unit: UnitReport) -> UnitReport:
        reports = [self.reports[file] for file in unit.files]
        if any(report.status is Status.NONCONFORMANT for report in reports):
            return replace(unit, status=Status.NONCONFORMANT)
        return unit


Examined: TypeAlias = tuple[list[FileOutcome], list[Source]]
"""Outcomes, and sources that must be examined one by one."""


class _Batches:
    """Batches that are being examined, in the order in which they were started."""

    def __init__(self, pool: Executor) -> None:
        self._pool = pool
        self._waiting: deque[tuple[Batch, Future[Examined]]] = deque()

    def start(self, batch: Batch) -> None:
        self._waiting.append((batch, _run_here(batch) if batch.is_tiny else self._pool.submit(batch.run)))

    def finished(self) -> Iterator[tuple[Batch, Future[Examined]]]:
        """What is done, and the oldest while too much waits."""
        while self._waiting and (self._waiting[0][1].done() or len(self._waiting) > 2 * _WORKERS):
            yield self._waiting.popleft()

    def all(self) -> Iterator[tuple[Batch, Future[Examined]]]:
        """All that is left."""
        while self._waiting:
            yield self._waiting.popleft()


def _run_here(batch: Batch) -> Future[Examined]:
    future: Future[Examined] = Future()
    try:
        future.set_result(batch.run())
    except BaseException as error:
        future.set_exception(error)
    return future


@dataclass(frozen=True, slots=True)
class Advance:
    """How far the reading is: bytes and files, done and in all; `all_bytes` is None where it is not known."""

    done_bytes: int
    all_bytes: int | None
    done_files: int
    all_files: int


class _Progress:
    """Adds up what was read, and tells the caller."""

    def __init__(self, sources: Sequence[Source], tell: Callable[[Advance], None] | None) -> None:
        sizes = [source.size for source in sources]
        self._total = None if None in sizes else sum(size or 0 for size in sizes)
        self._tell = tell
        self._all_files = len(sources)
        self._done = self._files = 0

    def read(self, size: int) -> None:
        """Some more bytes were read."""
        self._done += size
        if self._tell:
            self._tell(Advance(self._done, self._total, self._files, self._all_files))

    def file(self) -> None:
        """One more file was read to its end."""
        self._files += 1
        self.read(0)

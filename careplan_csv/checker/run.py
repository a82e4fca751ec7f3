"""A whole run: every file, then the files together, then the result."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from careplan_csv.checker.grouping import FileFindings
from careplan_csv.checker.one_file import OneFile, Outcome, Settings
from careplan_csv.checks import rule_set_version
from careplan_csv.checks.bundles import check_bundle
from careplan_csv.checks.crossfile import check_crossing
from careplan_csv.checks.same_names import names_are_unique
from careplan_csv.reading.service_codes import ServiceCodes
from careplan_csv.reading.sources import Inputs, Source
from careplan_csv.results import CheckResult, InputReport, Status, UnitReport
from careplan_csv.standard import Standard, standard

_VERSION_FORM = re.compile("20[0-9]{4}")


def check(
    inputs: Inputs,
    *,
    edition: str = "auto",
    show_values: bool = False,
    progress: Callable[[int, int | None], None] | None = None,
    known: Standard | None = None,
    master: ServiceCodes | None = None,
) -> CheckResult:
    """Check files, each by itself and together as transmission units.

    Args:
        inputs: from `reading.sources.collect`.
        edition: `auto`, or the CSV version that every file should have.
        show_values: put values into the findings as they are, instead of their shapes.
        progress: called with the bytes done and the bytes in all (None when not known).
        known: the standard to check by; the package's own by default.
        master: the user's own tables of service codes, from `reading.service_codes`.
    """
    return _Run(inputs, known or standard(), edition, show_values, progress, master).result()


class _Run:
    def __init__(
        self,
        inputs: Inputs,
        known: Standard,
        edition: str,
        show_values: bool,
        progress: Callable[[int, int | None], None] | None,
        master: ServiceCodes | None,
    ) -> None:
        self.inputs = inputs
        self.known = known
        self.edition = edition
        self.findings = {
            source.name: FileFindings(source.name, source.path, show_values=show_values)
            for source in inputs.sources
        }
        self.reports: dict[str, InputReport] = {}
        self.faults: list[str] = []
        self.done = 0
        sizes = [source.size for source in inputs.sources]
        total = None if None in sizes else sum(size or 0 for size in sizes)
        self.settings = Settings(
            known,
            edition,
            several=len(inputs.sources) > 1,
            progress=lambda read: progress(self.done + read, total) if progress else None,
            master=master,
        )

    def result(self) -> CheckResult:
        outcomes = [outcome for source in self.inputs.sources if (outcome := self._file(source))]
        failed = [name for name, report in self.reports.items() if report.problem]
        unread = [*failed, *(entry.name for entry in self.inputs.unreadable)]
        bundle = check_bundle([outcome.facts for outcome in outcomes], self.known, unread, self.inputs.images)
        crossing = check_crossing([outcome.facts for outcome in outcomes])
        same = names_are_unique([outcome.facts for outcome in outcomes])
        for name, hit in [*bundle.hits, *crossing, *same]:
            self.findings[name].add([hit])
        for name, report in self.reports.items():
            if self.findings[name].has_errors:
                self.reports[name] = replace(report, status=Status.NONCONFORMANT)
        unreadable = [
            InputReport(entry.name, Status.UNVERIFIED, problem=entry.problem, path=entry.path)
            for entry in self.inputs.unreadable
        ]
        return CheckResult(
            edition=self.edition,
            checked_at=datetime.now().astimezone().isoformat(timespec="seconds"),
            rule_set=rule_set_version(),
            inputs=(*self.reports.values(), *unreadable),
            units=tuple(self._unit(unit) for unit in bundle.units),
            findings=tuple(f for findings in self.findings.values() for f in findings.findings()),
            ignored=(*self.inputs.ignored, *bundle.ignored),
            internal_faults=tuple(self.faults),
        )

    def _file(self, source: Source) -> Outcome | None:
        """Check one file; whatever happens to it, the others go on."""
        try:
            outcome = OneFile(source, self.settings).run()
        except OSError as error:
            problem = f"ファイルを読めません（{error.strerror or '入出力の誤り'}）。ほかのソフトで開いていないか、読み取りの許可があるかを確かめてください。"
            self.reports[source.name] = self._unexamined(source, problem)
            return None
        except MemoryError:
            problem = "メモリーが足りないため、調べられませんでした。ファイルを分けるか、ほかのソフトを閉じて、もう一度実行してください。"
            self.reports[source.name] = self._unexamined(source, problem)
            return None
        except Exception as error:
            # One file must not stop the others; the command still ends with the code for a fault of ours.
            if os.environ.get("CAREPLAN_CSV_DEBUG"):
                raise
            self.faults.append(type(error).__name__)
            problem = f"careplan-csv の不具合のため、調べられませんでした（{type(error).__name__}）。"
            self.reports[source.name] = self._unexamined(source, problem)
            return None
        self.done += outcome.size
        self.findings[source.name].add(outcome.hits)
        self.reports[source.name] = self._report(source, outcome)
        return outcome

    def _unexamined(self, source: Source, problem: str) -> InputReport:
        return InputReport(source.name, Status.UNVERIFIED, problem=problem, path=source.path)

    def _report(self, source: Source, outcome: Outcome) -> InputReport:
        name = outcome.facts.name
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

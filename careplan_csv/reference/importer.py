"""Imports all units of a folder, or none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from careplan_csv.checker import check
from careplan_csv.findings import Finding, Severity, printable
from careplan_csv.reading.sources import Inputs, NoSuchPath, collect
from careplan_csv.reference.defects import Defect
from careplan_csv.reference.incoming_units import named_files, units
from careplan_csv.reference.office import Misused, UnitRefused
from careplan_csv.reference.store import Store
from careplan_csv.reference.unit_storage import UnitStorage
from careplan_csv.results import CheckResult, Status
from careplan_csv.standard import standard

_FOREIGN = "他の事業所あての組です。"


class CheckerFault(Exception):
    """The checker could not finish because of its own fault."""


def import_units(folder: Path, store: Store, defect: Defect) -> list[str]:
    """Import units of other offices.

    Returns:
        The warnings of the checker.

    Raises:
        UnitRefused: it is faulty or for another office; nothing was changed.
        Misused: there is no such folder.
        OSError: a file cannot be read.
    """
    inputs = _inputs(folder)
    if defect.checks_receiver:
        _refuse_foreign(inputs, store)
    warnings = _examine(inputs, store) if defect.checks_content else []
    with store.transaction():
        UnitStorage(store, defect, own=False).take(units(inputs, store, defect))
    return warnings


def load_units(folder: Path, store: Store) -> list[str]:
    """Import the office's own data, as if it were entered, and store its receivers.

    Defects only affect data of other offices.

    Returns, Raises:
        As `import_units`, but for the receiver.
    """
    inputs = _inputs(folder)
    warnings = _examine(inputs, store)
    with store.transaction():
        UnitStorage(store, Defect(), own=True).take(units(inputs, store, Defect()))
    return warnings


def _inputs(folder: Path) -> Inputs:
    if not folder.is_dir():
        raise Misused("フォルダーがありません。取り込むファイルを入れたフォルダーを指定してください。")
    try:
        return collect([str(folder)])
    except NoSuchPath as error:
        raise Misused(str(error)) from error


def _refuse_foreign(inputs: Inputs, store: Store) -> None:
    """Refuse units for other offices; a name without a receiver is left to the checks."""
    me = store.office.party
    with_kind = "receiver_kind" in store.edition.file_name
    for file in named_files(inputs):
        receiver = file.receiver
        other_kind = with_kind and receiver.kind != me.kind
        if receiver.number and (receiver.number != me.number or other_kind):
            raise UnitRefused(_FOREIGN)


def _examine(inputs: Inputs, store: Store) -> list[str]:
    """Check all files and return the warnings.

    Raises:
        UnitRefused: there is an error, or something could not be examined.
    """
    result = check(inputs)
    if result.internal_faults:
        raise CheckerFault
    reasons = [*_reasons(result), *_other_editions(result, store.edition.csv_version)]
    if reasons:
        raise UnitRefused("\n".join(reasons))
    return [_line(finding) for finding in result.findings if finding.severity is Severity.WARNING]


def _reasons(result: CheckResult) -> Iterator[str]:
    """The reasons to refuse it."""
    if not result.inputs:
        yield "取り込む CSV ファイルがありません。"
    for finding in result.findings:
        if finding.severity is Severity.ERROR:
            yield _line(finding)
    for report in result.inputs:
        problems = [report.problem] if report.problem else report.skipped_checks
        for problem in problems:
            yield f"{printable(report.file, 200)}: {problem}"
    if result.verdict is Status.UNVERIFIED and not any(report.problem for report in result.inputs):
        yield "調べられなかったファイルがあります。"


def _other_editions(result: CheckResult, own_version: str) -> Iterator[str]:
    """Reasons for files of other editions; known mistakes for this edition are left to the checks."""
    known = standard()
    for report in result.inputs:
        value = report.csv_version or ""
        meant = known.mistakes[value].meant if value in known.mistakes else value
        version = known.versions.get(meant)
        if version and version.layout not in (None, own_version):
            yield f"{printable(report.file, 200)}: このソフトのCSVバージョン（{own_version}）と違うファイルです。"


def _line(finding: Finding) -> str:
    """A finding without values: the message and the file."""
    return f"{finding.severity.label} {finding.rule} {finding.message}（{printable(finding.file, 200)}）"

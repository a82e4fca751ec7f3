"""Gathers what an evidence package holds, and refuses what must not leave the office."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

from careplan_csv.conformance import package as pack
from careplan_csv.conformance.assessment import Assessment
from careplan_csv.conformance.comparing import plain
from careplan_csv.conformance.judging import HarnessResult
from careplan_csv.conformance.observing import observed
from careplan_csv.conformance.package import Package, PackageProblem, numbered
from careplan_csv.conformance.replaying import inputs_of
from careplan_csv.reading.sources import Inputs, collect
from careplan_csv.standard import standard


@dataclass(frozen=True)
class Gathered:
    """Where everything lies that a verdict rests on.

    Attributes:
        examined: the paths that were checked as export.
        dump, after_faults: the software's data after the inbox and after the faulty units.
        vendor, answers: vendor.toml and the filled checksheet.
    """

    examined: Sequence[str]
    dump: Path | None = None
    after_faults: Path | None = None
    vendor: Path | None = None
    answers: Path | None = None


def gather(
    found: Gathered,
    assessment: Assessment,
    harness: HarnessResult | None,
    tool: Mapping[str, str],
    rendered: Mapping[str, bytes],
    *,
    personal: bool = False,
) -> Package:
    """Make an evidence package.

    Args:
        tool: name, version and rule set of this program.
        rendered: result.json and 別紙6 as they were written.
        personal: take in files about people who are not the kit's synthetic ones.

    Raises:
        PackageProblem: an input could not be examined or has changed since, or there are people in it who
            are not the kit's and `personal` is not given.
    """
    exported = _examined(found.examined, assessment)
    tables = {
        pack.EXPORTED: exported,
        pack.DUMP: _all(found.dump),
        pack.AFTER_FAULTS: _all(found.after_faults),
    }
    if not personal:
        _refuse_others(tables.values(), assessment, harness)
    parts = dict(rendered)
    names: dict[str, str] = {}
    for part, files in tables.items():
        numbered_parts, named = numbered(part, files)
        parts |= numbered_parts
        names |= named
    parts |= _kit(harness, tool) | _documents(found)
    settings = {
        **tool,
        "profile": assessment.profile.id,
        "office_type": assessment.office_type.id,
        "edition": assessment.check.edition,
    }
    return Package(settings, parts, names)


def _examined(paths: Sequence[str], assessment: Assessment) -> dict[str, bytes]:
    """The examined files, unchanged since."""
    closed = [report for report in assessment.check.inputs if report.problem]
    if closed:
        raise PackageProblem(
            f"調べられなかったファイルが {len(closed)}個あるため、証拠の ZIP を作れません。"
            "それを除くか直してから、もう一度実行してください。"
        )
    files = _read(collect(paths)) if paths else {}
    digests = {report.file: report.sha256 for report in assessment.check.inputs}
    for name, digest in digests.items():
        if name not in files or sha256(files[name]).hexdigest() != digest:
            raise PackageProblem("調べている間に、ファイルが変わりました。もう一度実行してください。")
    return files


def _all(path: Path | None) -> dict[str, bytes]:
    if path is None or not path.exists():
        return {}
    inputs = collect([str(path)])
    return _read(inputs)


def _read(inputs: Inputs) -> dict[str, bytes]:
    files = {}
    try:
        for source in (*inputs.sources, *inputs.images):
            with source.open() as stream:
                files[source.name] = stream.read()
    except OSError as error:
        raise PackageProblem("ファイルを読めないため、証拠の ZIP を作れません。") from error
    return files


def _refuse_others(
    tables: Iterable[Mapping[str, bytes]], assessment: Assessment, harness: HarnessResult | None
) -> None:
    """People of the kit may go out; all others may not."""
    edition = standard().edition(assessment.profile.csv_version)
    known = {plain(number) for number in harness.kit.aspects} if harness else set()
    strangers = strange_files = 0
    for files in tables:
        seen = observed(inputs_of(files), edition)
        strange_files += len(seen.strangers) + len(seen.problems)
        strangers += sum(
            plain(record["insured_number"]) not in known
            for records in seen.tables.values()
            for record in records
        )
    if strangers or strange_files:
        raise PackageProblem(
            "キットの架空の利用者でない記録か、中身の分からないファイルが含まれるため、証拠の ZIP を作りません"
            f"（記録 {strangers}件、ファイル {strange_files}個）。"
            "個人情報を含めてよいと確かめたときだけ、--include-personal-data を付けてください。"
        )


def _kit(harness: HarnessResult | None, tool: Mapping[str, str]) -> dict[str, bytes]:
    if harness is None:
        return {}
    attempts = {"attempts": [asdict(attempt) for attempt in harness.attempts]}
    return {
        pack.KIT: harness.kit.description(tool).encode("utf-8"),
        pack.ATTEMPTS: (json.dumps(attempts, ensure_ascii=False, indent=1) + "\n").encode("utf-8"),
        **{f"{pack.INBOX}/{path}": data for path, data in harness.kit.files.items()},
    }


def _documents(found: Gathered) -> dict[str, bytes]:
    documents = {pack.VENDOR: found.vendor, pack.ANSWERS: found.answers}
    return {name: path.read_bytes() for name, path in documents.items() if path}

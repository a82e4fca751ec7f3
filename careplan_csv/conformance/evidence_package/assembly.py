"""Assembles evidence packages, and refuses contents that must not leave the office."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from hashlib import sha256
from pathlib import Path

from careplan_csv.conformance.evidence_package import package as pack
from careplan_csv.conformance.evidence_package.package import Package, PackageProblem, numbered
from careplan_csv.conformance.evidence_package.replay import inputs_of
from careplan_csv.conformance.harness.bounds import largest_output
from careplan_csv.conformance.harness.comparison import plain
from careplan_csv.conformance.harness.harness_result import HarnessResult
from careplan_csv.conformance.harness.observed_data import Observed, observed
from careplan_csv.conformance.kit.kit_model import Kit
from careplan_csv.conformance.requirements.assessment import Assessment
from careplan_csv.reading.sources import Inputs, Origin, collect
from careplan_csv.standard import Edition, Item, standard

EvidenceFiles = dict[str, tuple[bytes, Origin]]
"""Displayed name -> bytes, and how the file was given."""


@dataclass(frozen=True)
class EvidencePaths:
    """The paths of all files behind a verdict.

    Attributes:
        files: the office's own exports; exported: the exports after a kit.
        dump, after_faults: the data of the software after the inbox and after the faulty units.
        vendor, sheet: vendor.toml and the filled-in checksheet; vendor_evidence: the software company's package.
    """

    files: Sequence[str] = ()
    exported: Path | None = None
    dump: Path | None = None
    after_faults: Path | None = None
    vendor: Path | None = None
    sheet: Path | None = None
    vendor_evidence: Path | None = None


def assembled(
    found: EvidencePaths,
    assessment: Assessment,
    harness: HarnessResult | None,
    tool: Mapping[str, str],
    *,
    personal: bool = False,
) -> Package:
    """Make an evidence package without the result and the form, which are made from it.

    Args:
        tool: name, version and rule set of this program.
        personal: include files about other people than the synthetic people of the kit.

    Raises:
        PackageProblem: an input could not be examined or has changed since, or it has other contents than
            those of the kit and `personal` is not set.
    """
    files, exported = _examined(found, assessment)
    tables = {
        pack.FILES: files,
        pack.EXPORTED: exported,
        pack.DUMP: _all(found.dump),
        pack.AFTER_FAULTS: _all(found.after_faults),
    }
    if not personal:
        for some in tables.values():
            _refuse_others(some, assessment, harness)
    parts: dict[str, bytes] = {}
    names: dict[str, pack.Origins] = {}
    for part, some in tables.items():
        numbered_parts, named = numbered(part, some)
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


def _examined(found: EvidencePaths, assessment: Assessment) -> tuple[EvidenceFiles, EvidenceFiles]:
    """The examined files, which must not have changed: the office's own, and the exports after a kit."""
    closed = [report for report in assessment.check.inputs if report.problem]
    if closed:
        raise PackageProblem(
            f"調べられなかったファイルが {len(closed)}個あるため、証拠の ZIP を作れません。"
            "それを除くか直してから、もう一度実行してください。"
        )
    examined = [*found.files, *([str(found.exported)] if found.exported else [])]
    inputs = collect(examined) if examined else Inputs(())
    files = _read(inputs)
    digests = {report.file: report.sha256 for report in assessment.check.inputs}
    for name, digest in digests.items():
        if name not in files or sha256(files[name][0]).hexdigest() != digest:
            raise PackageProblem("調べている間に、ファイルが変わりました。もう一度実行してください。")
    again = _paths(inputs, found.exported)
    own = {name: file for name, file in files.items() if name not in again}
    return own, {name: file for name, file in files.items() if name in again}


def _paths(inputs: Inputs, below: Path | None) -> set[str]:
    """Names of the inputs in a folder or an archive, or of that file."""
    if below is None:
        return set()
    start = str(below).rstrip("/\\")
    return {
        source.name
        for source in (*inputs.sources, *inputs.images)
        if source.path == start or source.path.startswith(start + "/")
    }


def _all(path: Path | None) -> EvidenceFiles:
    if path is None or not path.exists():
        return {}
    return _read(collect([str(path)]))


def _read(inputs: Inputs) -> EvidenceFiles:
    files: EvidenceFiles = {}
    try:
        for source in (*inputs.sources, *inputs.images):
            with source.open() as stream:
                files[source.name] = stream.read(), source.origin
    except OSError as error:
        raise PackageProblem("ファイルを読めないため、証拠の ZIP を作れません。") from error
    return files


def _refuse_others(files: EvidenceFiles, assessment: Assessment, harness: HarnessResult | None) -> None:
    """Refuse records, files and texts that cannot come from the people and values of the kit."""
    edition = standard().edition(assessment.profile.csv_version)
    kit = harness.kit if harness else None
    bytes_of = {name: data for name, (data, _) in files.items()}
    if kit and sum(map(len, bytes_of.values())) > largest_output(kit):
        raise PackageProblem(
            "書き出されたファイルが、キットの内容に比べて大きすぎるため、証拠の ZIP を作りません。"
            "キットのほかの内容が混ざっていたら、取り除いてください。"
        )
    seen = observed(inputs_of(bytes_of), edition)
    known = {plain(number) for number in kit.people} if kit else set()
    unknown_records = sum(
        plain(record["insured_number"]) not in known for records in seen.tables.values() for record in records
    )
    altered = _altered(seen, kit, edition) if kit else 0
    pictures = _pictures(kit)
    unknown_pictures = sum(data not in pictures for data in seen.images.values())
    unknown_files = len(seen.unknown_files) + len(seen.problems) + unknown_pictures
    if unknown_records or unknown_files or altered:
        raise PackageProblem(
            "キットに無い利用者の記録（実在する人かもしれません）か、中身の分からないファイルがあるため、"
            f"証拠の ZIP を作りません（記録 {unknown_records + altered}件、ファイル {unknown_files}個）。"
            "個人情報を含めてよいと確かめたときだけ、--include-personal-data を付けてください。"
        )


_TEXTS = ("text", "postal", "tel")
"""Formats of items that could name a real person or place under a 被保険者番号 of the kit."""
_ALIKE = 0.5


def _altered(seen: Observed, kit: Kit, edition: Edition) -> int:
    """The number of records with a text that is no text of the kit, not even a cut or damaged one."""
    values = _texts(observed(inputs_of({p: d for p, d in kit.files.items() if "/" in p}), edition), edition)
    unknown_texts = _texts(seen, edition) - values
    wrong = {value for value in unknown_texts if not any(_can_come_from(value, known) for known in values)}
    return sum(
        bool(wrong & {plain(record[item.id]) for item in _text_items(edition, prefix)})
        for (prefix, _), records in seen.tables.items()
        for record in records
    )


def _texts(seen: Observed, edition: Edition) -> set[str]:
    """All texts of some tables."""
    return {
        plain(record[item.id])
        for (prefix, _), records in seen.tables.items()
        for record in records
        for item in _text_items(edition, prefix)
    } - {""}


def _text_items(edition: Edition, prefix: str) -> list[Item]:
    return [item for item in edition.layout(prefix).items if item.format in _TEXTS]


def _can_come_from(value: str, known: str) -> bool:
    """Whether a text can be another one that was cut or lost some of its characters."""
    if value in known:
        return True
    if abs(len(value) - len(known)) > max(len(value), len(known)) * _ALIKE:
        return False
    return SequenceMatcher(None, value, known, autojunk=False).ratio() > _ALIKE


def _pictures(kit: Kit | None) -> set[bytes]:
    files = kit.files if kit else {}
    return {data for path, data in files.items() if path.lower().endswith((".jpg", ".jpeg"))}


def _kit(harness: HarnessResult | None, tool: Mapping[str, str]) -> dict[str, bytes]:
    if harness is None:
        return {}
    parts = {
        pack.KIT: harness.kit.description(tool).encode("utf-8"),
        **{f"{pack.INBOX}/{path}": data for path, data in harness.kit.files.items()},
    }
    if harness.run:
        run = json.dumps(harness.run.data(), ensure_ascii=False, indent=1) + "\n"
        parts[pack.RUN] = run.encode("utf-8")
    return parts


def _documents(found: EvidencePaths) -> dict[str, bytes]:
    documents = {
        pack.VENDOR: found.vendor,
        pack.SHEET: found.sheet,
        pack.VENDOR_EVIDENCE: found.vendor_evidence,
    }
    return {name: path.read_bytes() for name, path in documents.items() if path}

"""Makes the verdict of an evidence package once more, from the enclosed files alone."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from careplan_csv.checker import check
from careplan_csv.conformance import package as pack
from careplan_csv.conformance.answering import with_answers
from careplan_csv.conformance.assessment import Assessment, assess
from careplan_csv.conformance.attempts import Attempt, Outcome
from careplan_csv.conformance.judging import HarnessResult, Seen, judge
from careplan_csv.conformance.kit.answers import read_answers
from careplan_csv.conformance.kit.model import Kit
from careplan_csv.conformance.kit.storing import KitProblem, kit_of
from careplan_csv.conformance.kit.workbook import AnswersProblem
from careplan_csv.conformance.observing import Observed, observed
from careplan_csv.conformance.package import Package, PackageProblem
from careplan_csv.conformance.vendor import TomlFileError, Vendor, load
from careplan_csv.reading.sources import Inputs, Origin, Source
from careplan_csv.standard import Edition, OfficeType, Profile, standard

_PICTURES = (".jpg", ".jpeg")


@dataclass(frozen=True)
class Replayed:
    """What comes out when the enclosed files are examined once more."""

    assessment: Assessment
    harness: HarnessResult | None
    kit: Kit | None


def replay(package: Package) -> Replayed:
    """Check, judge and assess the files of a package.

    Raises:
        PackageProblem: the package says nothing from which this could be done.
    """
    profile, office_type = _profile(package)
    kit = _kit(package)
    edition = standard().edition(profile.csv_version)
    harness = judge(kit, _seen(package, edition), profile) if kit else None
    if kit and harness and pack.ANSWERS in package.parts:
        harness = with_answers(harness, _answers(package.parts[pack.ANSWERS]))
    result = check(inputs_of(package.under(pack.EXPORTED)), edition=package.settings.get("edition", "auto"))
    # The moment of the first examination stands in the form and cannot be found out again.
    result = replace(
        result, checked_at=str(_json(package.parts.get(pack.RESULT, b"{}")).get("checked_at", ""))
    )
    evidence = harness.cells if harness else {}
    vendor = _vendor(package, profile)
    office = kit.office_number if kit else ""
    assessment = assess(result, profile, office_type, vendor, evidence, kit_office=office)
    return Replayed(assessment, harness, kit)


def inputs_of(files: Mapping[str, bytes]) -> Inputs:
    """Files in memory as inputs: name as the result shows it -> bytes."""
    sources = [_source(name, data) for name, data in files.items()]
    pictures = tuple(s for s in sources if s.file_name.lower().endswith(_PICTURES))
    return Inputs(tuple(s for s in sources if s not in pictures), images=pictures)


def _source(name: str, data: bytes) -> Source:
    folder, _, file_name = name.rpartition("/")
    return Source(name, file_name, folder, Origin.FOLDER, len(data), partial(_stream, data))


def _stream(data: bytes) -> BinaryIO:
    return io.BytesIO(data)


def _profile(package: Package) -> tuple[Profile, OfficeType]:
    try:
        profile = standard().profile(package.settings["profile"])
        return profile, profile.office_type(package.settings["office_type"])
    except KeyError as error:
        raise PackageProblem(
            "証拠の ZIP に書かれた要件の表か事業所の種類が、この版にありません。新しい版の careplan-csv で確かめてください。"
        ) from error


def _kit(package: Package) -> Kit | None:
    if pack.KIT not in package.parts:
        return None
    try:
        return kit_of(_json(package.parts[pack.KIT]), standard())
    except KitProblem as error:
        raise PackageProblem(f"証拠の ZIP の {pack.KIT}: {error}") from error


def _json(data: bytes) -> dict[str, Any]:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _seen(package: Package, edition: Edition) -> Seen:
    def of(part: str) -> Observed | None:
        files = package.under(part)
        return observed(inputs_of(files), edition) if files else None

    return Seen(of(pack.DUMP), of(pack.AFTER_FAULTS), of(pack.EXPORTED), _attempts(package))


def _attempts(package: Package) -> tuple[Attempt, ...]:
    """What happened at each step: this cannot be done again, so it is taken as it was recorded."""
    recorded = _json(package.parts.get(pack.ATTEMPTS, b"{}")).get("attempts", [])
    try:
        return tuple(
            Attempt(
                str(entry["step"]),
                Outcome(entry["outcome"]),
                bool(entry["said"]),
                str(entry["detail"]),
                float(entry["seconds"]),
            )
            for entry in recorded
        )
    except (KeyError, TypeError, ValueError) as error:
        raise PackageProblem(f"証拠の ZIP の {pack.ATTEMPTS} が正しくありません。") from error


def _answers(data: bytes) -> Any:
    try:
        return read_answers(data)
    except AnswersProblem as error:
        raise PackageProblem(f"証拠の ZIP の {pack.ANSWERS}: {error}") from error


def _vendor(package: Package, profile: Profile) -> Vendor | None:
    if pack.VENDOR not in package.parts:
        return None
    with TemporaryDirectory() as folder:
        path = Path(folder) / pack.VENDOR
        path.write_bytes(package.parts[pack.VENDOR])
        try:
            return load(path, profile)
        except TomlFileError as error:
            raise PackageProblem(f"証拠の ZIP の {pack.VENDOR} を読めません。") from error

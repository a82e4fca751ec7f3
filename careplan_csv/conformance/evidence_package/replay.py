"""Makes the verdict of an evidence package again, only from the enclosed files."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, BinaryIO

from careplan_csv.checker import check
from careplan_csv.checker.run import Advance
from careplan_csv.conformance.checksheet.answer_workbook import AnswersProblem
from careplan_csv.conformance.checksheet.answers import read_answers
from careplan_csv.conformance.declaration.vendor import TomlFileError, Vendor, read_vendor
from careplan_csv.conformance.evidence_package import package as pack
from careplan_csv.conformance.evidence_package.package import Package, PackageProblem
from careplan_csv.conformance.harness.bounds import largest_output
from careplan_csv.conformance.harness.checksheet_evidence import with_answers
from careplan_csv.conformance.harness.harness_result import HarnessResult, Seen
from careplan_csv.conformance.harness.observed_data import Observed, observed
from careplan_csv.conformance.harness.run_record import RunRecord, attempt_of, record_of
from careplan_csv.conformance.harness.verdict import judge
from careplan_csv.conformance.kit.challenge import ChallengeAnswers, ChallengeProblem, answers_of
from careplan_csv.conformance.kit.kit_folder import KitProblem, described_kit, kit_of
from careplan_csv.conformance.kit.kit_model import Kit
from careplan_csv.conformance.requirements.assessment import Assessment, assess
from careplan_csv.conformance.requirements.cell_evidence import Cell, CellEvidence
from careplan_csv.conformance.requirements.file_senders import KitOffice
from careplan_csv.conformance.requirements.proof import ProofKind
from careplan_csv.conformance.strict_json import parse_object
from careplan_csv.findings import printable
from careplan_csv.reading.sources import Inputs, Origin, Source
from careplan_csv.standard import Edition, OfficeType, Profile, standard

_PICTURES = (".jpg", ".jpeg")
_UNKNOWN_MOMENT = "2000-01-01T00:00:00+00:00"


@dataclass(frozen=True)
class Replayed:
    """The result of examining the enclosed files again."""

    assessment: Assessment
    harness: HarnessResult | None
    kit: Kit | None
    issuer: str = ""
    """The issuer of a challenge whose answers were used; otherwise empty."""


@dataclass(frozen=True, slots=True)
class _Opened:
    """The kit of a package, and the answers of a challenge, if they were used."""

    kit: Kit
    answers: ChallengeAnswers | None = None


def replay(
    package: Package,
    checked_at: str,
    answers: ChallengeAnswers | None = None,
    taken_over: Mapping[Cell, CellEvidence] | None = None,
    remarks: Sequence[str] = (),
    progress: Callable[[Advance], None] | None = None,
) -> Replayed:
    """Check, judge and assess the files of a package.

    Args:
        checked_at: the time of the first examination for the form, ISO 8601.
        answers: the answers of the challenge; by default the enclosed ones.
        taken_over, remarks: cells and notes from the enclosed evidence of the software company.
        progress: called with how far the reading of the files is.

    Raises:
        PackageProblem: the contents of the package are not sufficient.
    """
    profile, office_type = _profile(package)
    opened = _kit(package, answers)
    kit = opened.kit if opened else None
    harness = _harness(package, opened, profile) if opened else None
    result = check(
        inputs_of(
            {**package.under(pack.FILES), **package.under(pack.EXPORTED)},
            {**package.origins(pack.FILES), **package.origins(pack.EXPORTED)},
        ),
        edition=package.settings["edition"],
        progress=progress,
    )
    result = replace(result, checked_at=checked_at)
    evidence = harness.cells if harness else {}
    vendor = vendor_of(package, profile)
    office = KitOffice(kit.office_number, harness.proof) if kit and harness else None
    assessment = assess(
        result,
        profile,
        office_type,
        vendor,
        evidence,
        kit=office,
        taken_over=taken_over,
        remarks=remarks,
    )
    issuer = opened.answers.issuer if opened and opened.answers else ""
    return Replayed(assessment, harness, kit, issuer)


def moment_of(package: Package) -> str:
    """The time at which the result was made, as it says itself.

    Raises:
        PackageProblem: the result cannot be read.
    """
    try:
        claimed = parse_object(package.parts[pack.RESULT]).get("checked_at")
    except (KeyError, ValueError) as error:
        raise PackageProblem(f"証拠の ZIP の {pack.RESULT} が無いか、読めません。") from error
    try:
        is_moment = isinstance(claimed, str) and datetime.fromisoformat(claimed).tzinfo is not None
    except ValueError:
        is_moment = False
    return str(claimed) if is_moment else _UNKNOWN_MOMENT


def inputs_of(files: Mapping[str, bytes], origins: Mapping[str, Origin] | None = None) -> Inputs:
    """Files in memory as inputs: displayed name -> bytes, and how each was given."""
    given = origins or {}
    sources = [_source(name, data, given.get(name, Origin.FOLDER)) for name, data in files.items()]
    pictures = tuple(s for s in sources if s.file_name.lower().endswith(_PICTURES))
    return Inputs(tuple(s for s in sources if s not in pictures), images=pictures)


def _source(name: str, data: bytes, origin: Origin) -> Source:
    folder, _, file_name = name.rpartition("/")
    return Source(name, file_name, folder, origin, len(data), partial(_stream, data), name)


def _stream(data: bytes) -> BinaryIO:
    return io.BytesIO(data)


def _profile(package: Package) -> tuple[Profile, OfficeType]:
    try:
        profile = standard().profile(package.settings["profile"])
        return profile, profile.office_type(package.settings["office_type"])
    except KeyError as error:
        raise PackageProblem(
            f"証拠の ZIP に書かれた要件の表（{printable(package.settings['profile'], 80)}）か事業所の種類が、このバージョンの careplan-csv にありません。"
            "都道府県などが作った要件の表であれば、そのファイルを --profile に指定してください。そうでなければ、新しいバージョンで確かめてください。"
        ) from error


def _kit(package: Package, answers: ChallengeAnswers | None) -> _Opened | None:
    if pack.KIT not in package.parts:
        return None
    try:
        described = parse_object(package.parts[pack.KIT])
        if "scenario" in described:
            raise PackageProblem(
                "証拠の ZIP に、予行のキットが入っています。予行は証明になりません。"
                "--scenario の無い「careplan-csv kit make」のキットで、証拠を作り直すよう求めてください。"
            )
        if "challenge" in described:
            sealed = described_kit(described, kit_files(package))
            return _opened(package, sealed, answers)
        if package.format == pack.FIRST_FORMAT:
            # Another version can make another kit from the same seed, so the enclosed files are used.
            return _Opened(described_kit(described, kit_files(package)))
        return _Opened(kit_of(described, standard()))
    except ValueError as error:
        raise PackageProblem(f"証拠の ZIP の {pack.KIT} が正しくありません。") from error
    except (KitProblem, ChallengeProblem) as error:
        raise PackageProblem(f"証拠の ZIP の {pack.KIT}: {error}") from error


def _opened(package: Package, sealed: Kit, answers: ChallengeAnswers | None) -> _Opened:
    enclosed = package.parts.get(pack.CHALLENGE_ANSWERS)
    answers = answers or (answers_of(enclosed) if enclosed else None)
    if answers is None:
        return _Opened(sealed)
    if sealed.commitment != answers.commitment:
        raise ChallengeProblem(
            "答えのファイルは、この証拠の出題キットのものではありません（キットに書かれた約束の値が違います）。"
        )
    whole = answers.whole_kit(standard())
    if sealed.digest != whole.digest:
        raise ChallengeProblem("出題したキットのファイルと違うファイルが入っています。")
    return _Opened(whole, answers)


def kit_files(package: Package) -> dict[str, bytes]:
    """The enclosed files of the kit: path within the kit -> bytes."""
    start = pack.INBOX + "/"
    return {p.removeprefix(start): data for p, data in package.parts.items() if p.startswith(start)}


def _harness(package: Package, opened: _Opened, profile: Profile) -> HarnessResult:
    kit = opened.kit
    if (kit.profile, kit.office_type, kit.edition) != (
        profile.id,
        package.settings["office_type"],
        kit.edition,
    ):
        raise PackageProblem(
            f"同封のキットは、{kit.profile}・{kit.office_type} のためのものです。"
            f"一覧に書かれた {profile.id}・{package.settings['office_type']} の証拠にはなりません。"
        )
    seen = _seen(package, standard().edition(kit.edition), kit)
    harness = judge(kit, seen, profile, ProofKind.CHALLENGE if opened.answers else None)
    if pack.SHEET in package.parts:
        try:
            harness = with_answers(harness, _sheet(package.parts[pack.SHEET]))
        except AnswersProblem as error:
            raise PackageProblem(f"証拠の ZIP の {pack.SHEET}: {error}") from error
    return harness


def _seen(package: Package, edition: Edition, kit: Kit) -> Seen:
    def of(part: str) -> Observed | None:
        files = package.under(part)
        if sum(map(len, files.values())) > largest_output(kit):
            raise PackageProblem(
                f"証拠の ZIP の {part} のファイルが、キットの内容に比べて大きすぎます。キットの結果ではありません。"
            )
        return observed(inputs_of(files), edition) if files else None

    return Seen(of(pack.DUMP), of(pack.AFTER_FAULTS), of(pack.EXPORTED), run_of(package))


def run_of(package: Package) -> RunRecord | None:
    """The record of a run, which cannot be repeated and is therefore used unchanged.

    Raises:
        PackageProblem: it is no record.
    """
    try:
        if pack.RUN in package.parts:
            return record_of(parse_object(package.parts[pack.RUN]))
        if pack.ATTEMPTS in package.parts and package.format == pack.FIRST_FORMAT:
            return _first_record(parse_object(package.parts[pack.ATTEMPTS]))
    except (ValueError, KeyError, TypeError) as error:
        raise PackageProblem("証拠の ZIP の実行の記録が正しくありません。") from error
    return None


def _first_record(data: Mapping[str, Any]) -> RunRecord | None:
    """The record in packages of the first format: attempts without programs."""
    attempts = tuple(attempt_of(entry) for entry in data["attempts"])
    moment = _UNKNOWN_MOMENT
    return RunRecord("", "", (), "", moment, moment, attempts) if attempts else None


def _sheet(data: bytes) -> Any:
    try:
        return read_answers(data)
    except AnswersProblem as error:
        raise PackageProblem(f"証拠の ZIP の {pack.SHEET}: {error}") from error


def vendor_of(package: Package, profile: Profile) -> Vendor | None:
    """The enclosed vendor.toml.

    Raises:
        PackageProblem: it cannot be used.
    """
    if pack.VENDOR not in package.parts:
        return None
    try:
        return read_vendor(package.parts[pack.VENDOR], profile)
    except TomlFileError as error:
        raise PackageProblem(f"証拠の ZIP の {pack.VENDOR} を読めません。") from error

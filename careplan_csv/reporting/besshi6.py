"""別紙6: 最新版のケアプラン標準仕様への対応状況確認書."""

from __future__ import annotations

import re
from dataclasses import dataclass

from careplan_csv import __version__
from careplan_csv.conformance.assessment import Assessment, RequirementResult
from careplan_csv.conformance.vendor import Vendor
from careplan_csv.reporting.templates import environment
from careplan_csv.results import InputReport, Status
from careplan_csv.standard import Direction, Need, OfficeType, Profile, ProfileRequirement, standard

TEMPLATE = "besshi6.html.j2"
_FILES_SHOWN = 24
# Anything else than such a name could hold a person's name.
_PLAIN_NAME = re.compile(r"[A-Z0-9_]{4,100}\.(?:CSV|csv)\Z")
_WORDS = {Direction.EXPORT: "出力", Direction.IMPORT: "取込"}


@dataclass(frozen=True, slots=True)
class Mark:
    """A printed mark of the requirement table."""

    text: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Found:
    """What was found for one needed cell."""

    direction: str
    result: str
    status: str
    evidence: str
    amount: str
    optional: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table of the form."""

    letter: str
    name: str
    file: str
    marks: tuple[Mark, ...]
    found: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class Examined:
    """An examined file, as the form shows it."""

    name: str
    digest: str
    records: str
    result: str


def render_html(assessment: Assessment) -> str:
    """The form as one HTML page that needs nothing from outside."""
    profile, vendor = assessment.profile, assessment.vendor or Vendor()
    edition = standard().edition(profile.csv_version)
    examined = assessment.check.examined
    return (
        environment()
        .get_template(TEMPLATE)
        .render(
            profile=profile,
            office_type=assessment.office_type,
            vendor=vendor,
            addressee=vendor.form.addressee or profile.addressee,
            edition=edition,
            tables=[(key, name, _rows(assessment, key)) for key, name in profile.tables.items()],
            verdict=_verdict(assessment),
            status=assessment.verdict.value,
            reasons=assessment.reasons,
            version=__version__,
            check=assessment.check,
            examined=[_examined(report) for report in examined[:_FILES_SHOWN]],
            more=max(len(examined) - _FILES_SHOWN, 0),
            total=len(examined),
            unexamined=len(assessment.check.inputs) - len(examined),
        )
    )


def _verdict(assessment: Assessment) -> str:
    if assessment.verdict is Status.CONFORMANT and assessment.rests_on_declaration:
        return "適合（自己申告を含む）"
    return assessment.verdict.label


def _rows(assessment: Assessment, table: str) -> list[Row]:
    profile = assessment.profile
    return [
        Row(
            letter=requirement.letter,
            name=requirement.name,
            file=cells[0].file,
            marks=_marks(profile, requirement, assessment.office_type),
            found=tuple(_found(cell) for cell in cells if cell.need is not Need.NONE),
        )
        for requirement in profile.requirements
        if requirement.table == table
        and (cells := [cell for cell in assessment.requirements if cell.letter == requirement.letter])
    ]


def _marks(profile: Profile, requirement: ProfileRequirement, chosen: OfficeType) -> tuple[Mark, ...]:
    return tuple(
        Mark(requirement.printed[office_type.id, direction], office_type.id == chosen.id)
        for office_type in profile.office_types
        for direction in Direction
    )


def _found(cell: RequirementResult) -> Found:
    return Found(
        direction=_WORDS[cell.direction],
        result=cell.result.label,
        status=cell.result.value,
        evidence=cell.evidence.label,
        amount=f"{cell.files:,}ファイル・{cell.records:,}件" if cell.files else "－",
        optional=cell.need is Need.OPTIONAL,
    )


def _examined(report: InputReport) -> Examined:
    name = report.file.rsplit("/", 1)[-1]
    return Examined(
        name=name if _PLAIN_NAME.match(name) else "（規約外の名前のファイル）",
        digest=(report.sha256 or "")[:12],
        records=f"{report.records or 0:,}",
        result=report.status.label,
    )

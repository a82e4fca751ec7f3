"""別紙６ 最新版のケアプラン標準仕様への対応状況確認書: what stands in it, and the HTML of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate

from careplan_csv.conformance.declaration.vendor import Applicant, Software, Vendor
from careplan_csv.conformance.harness.harness_result import HarnessResult
from careplan_csv.conformance.harness.run_record import RunRecord
from careplan_csv.conformance.requirements.assessment import Assessment, RequirementResult
from careplan_csv.conformance.requirements.proof import ProofKind
from careplan_csv.japanese import width_of
from careplan_csv.japanese_dates import japanese_date
from careplan_csv.reporting.form_template import FormTemplate, form_template
from careplan_csv.results import Evidence, InputReport, Status
from careplan_csv.standard import (
    Direction,
    Need,
    OfficeType,
    Profile,
    ProfileRequirement,
    ShownBy,
    VariantKey,
    standard,
)
from careplan_csv.standard.filenames import name_for_forms
from careplan_csv.version import __version__

TOOL = "careplan-csv"

FILES_SHOWN = 13
"""How many examined files are listed, less one for each note and each row of two cells: so much fits on the second page.

All of them are in the JSON result.
"""

_FILES_ALWAYS_SHOWN = 5

REASON_LINES = 7
"""How many lines of reasons the first page has room for."""

_LINE_COLUMNS = 104
_DIGITS_SHOWN = 16
_SENDERS_SHOWN = 3
_JOINED_CELLS = "A11"
_MARKS = {"○": "必要", "△": "任意", "－": "不要"}
_NEEDS = {Need.REQUIRED: "必要", Need.OPTIONAL: "任意"}
_BLANK_ADDRESSEE = "　　　　　　　　　　　　　様"
_BLANK_DATE = "令和　　　年　　　月　　　日"
_HONORIFICS = ("様", "殿", "御中")


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a labelled sheet: pairs of label and value; a single pair takes the whole width."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark of the published table; `chosen`: of the assessed office type."""

    text: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Found:
    """What was found for one needed cell of the assessed office type."""

    direction: str
    optional: bool
    result: str
    status: str
    files: str
    records: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row of table イ) or ロ); without `found` where the office type need not handle the file."""

    letter: str
    name: str
    file: str
    marks: tuple[Mark, ...]
    found: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Table イ) or ロ)."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """A requirement that is not examined."""

    letter: str
    name: str
    need: str
    shown_by: str
    show: str
    missing: str
    why: str
    source: str


@dataclass(frozen=True, slots=True)
class Lists:
    """What published lists tell of each file.

    Attributes:
        titles: the names of the lists.
        rows: cells of the tables, each with what was found and the pattern of the vendor test that it belongs to.
    """

    titles: tuple[str, ...]
    rows: tuple[tuple[RequirementResult, Found, str], ...]


@dataclass(frozen=True, slots=True)
class File:
    """An examined file."""

    name: str
    records: str
    result: str
    digest: str


def render_html(
    assessment: Assessment,
    harness: HarnessResult | None = None,
    *,
    tool_name: str = TOOL,
    tool_version: str = __version__,
    generated_at: str = "",
    template: FormTemplate | None = None,
) -> str:
    """The form as one HTML page that needs nothing from outside, for the screen and for A4 paper.

    Args:
        harness: what a kit showed, where one was used: the form says what was run.
        generated_at: ISO 8601; shown as the day of making where it is given. Without it equal assessments
            give equal bytes.
        template: that of the package by default.

    Raises:
        BadTemplate: a template of somebody else's uses what there is not.
    """
    vendor = assessment.vendor or Vendor()
    examined = _files(assessment)
    tables = _tables(assessment)
    pairs = sum(len(row.found) > 1 for table in tables for row in table.rows)
    # A form with lists has a third page; the heading of the others takes the room of two rows.
    beside = len(assessment.unexamined) + 2 if assessment.unexamined and not _lists(assessment) else 0
    listed = max(FILES_SHOWN - len(assessment.notes) - pairs - beside, _FILES_ALWAYS_SHOWN)
    return (template or form_template()).render(
        addressee=_addressee(vendor.form.addressee or assessment.profile.addressee),
        date=vendor.form.date or _BLANK_DATE,
        blank_date=_BLANK_DATE,
        office_type=assessment.office_type,
        office_types=assessment.profile.office_types,
        applicant=_applicant(vendor.applicant, assessment),
        software=_software(_tested(assessment, vendor)),
        sample=assessment.is_sample,
        basis=_basis(assessment),
        verdict=assessment.verdict.label,
        rider=assessment.verdict_label.removeprefix(assessment.verdict.label),
        status=assessment.verdict.value,
        tally=_tally(assessment),
        reasons=_capped(assessment.reasons),
        notes=(*assessment.notes, *_joined(assessment.profile)),
        whose="　".join(filter(None, (vendor.applicant.office_name, _product(_tested(assessment, vendor))))),
        vendor_name=_tested(assessment, vendor).vendor_name,
        tables=tables,
        legend=_legend(assessment),
        unexamined=_unexamined(assessment),
        papers_only=all(one.shown_by is ShownBy.DOCUMENT for one in assessment.unexamined),
        lists=_lists(assessment),
        method=_method(assessment, harness, f"{tool_name} {tool_version}", generated_at),
        files=examined[:listed],
        more=max(len(examined) - listed, 0),
        digits=_DIGITS_SHOWN,
    )


_REFERENCE = Software(
    product_name="参照ソフト（見本）",
    version=__version__,
    vendor_name="careplan-csv の付属。製品の証明にはなりません",
)


def _tested(assessment: Assessment, vendor: Vendor) -> Software:
    """The software that the form is about: an example never names a product."""
    return _REFERENCE if assessment.is_sample else vendor.software


def _addressee(text: str) -> str:
    if not text:
        return _BLANK_ADDRESSEE
    return text if text.endswith(_HONORIFICS) else f"{text}　様"


def _applicant(applicant: Applicant, assessment: Assessment) -> list[Line]:
    kinds = [
        _choice(office_type.name, office_type == assessment.office_type)
        for office_type in assessment.profile.office_types
    ]
    return [
        Line((("法人名", applicant.corporation_name),)),
        Line((("事業所名", applicant.office_name),)),
        Line((("事業所番号", applicant.office_number), ("サービス種別", applicant.service_type))),
        Line((("事業所の種類", "　　".join(kinds)),)),
        Line((("担当者", applicant.contact_person), ("電話番号", applicant.telephone))),
        Line((("メールアドレス", applicant.email),)),
        Line((("ファイルの送信元", _senders(assessment)),)),
    ]


def _senders(assessment: Assessment) -> str:
    """事業所番号 of those whose files were judged."""
    told = assessment.senders[:_SENDERS_SHOWN]
    rest = len(assessment.senders) - len(told)
    return "、".join(told) + (f"、ほか {rest}か所" if rest else "")


def _software(software: Software) -> list[Line]:
    return [
        Line((("製品名", software.product_name), ("バージョン", software.version))),
        Line((("ソフト会社名", software.vendor_name),)),
        Line((("所在地", software.address),)),
        Line((("担当部署", software.department), ("担当者", software.person))),
        Line((("電話番号", software.telephone), ("メールアドレス", software.email))),
        Line(
            (
                ("日中のサポート体制", _yes_no(software.daytime_support, "はい", "いいえ")),
                ("商用製品", _yes_no(software.commercial_product, "はい", "いいえ")),
            )
        ),
    ]


def _product(software: Software) -> str:
    return f"{software.product_name} {software.version}".strip()


def _yes_no(value: bool | None, yes: str, no: str) -> str:
    return f"{_choice(yes, value is True)}　　{_choice(no, value is False)}"


def _choice(text: str, chosen: bool) -> str:
    return f"{'■' if chosen else '□'} {text}"


def _basis(assessment: Assessment) -> list[Line]:
    profile = assessment.profile
    edition = standard().edition(profile.csv_version)
    return [
        Line((("標準仕様の版", edition.name), ("CSVバージョン", edition.csv_version))),
        Line((("要件の表", f"{profile.name}（{profile.id}）"),)),
    ]


def _tally(assessment: Assessment) -> str:
    """必要な項目 5件のうち 適合 4件、未確認 1件: how many required cells had which result."""
    required = assessment.required
    results = Counter(cell.result for cell in required)
    told = "、".join(f"{status.label} {results[status]}件" for status in Status if results[status])
    said = sum(cell.evidence is Evidence.DECLARED for cell in required)
    return f"必要な出力・取込 {len(required)}件のうち、{told}" + (f"（自己申告 {said}件）" if said else "")


def _capped(reasons: Sequence[str]) -> list[str]:
    """The first reasons, as many as the first page has room for."""
    lines = list(accumulate(-(-width_of(reason) // _LINE_COLUMNS) for reason in reasons))
    if not lines or lines[-1] <= REASON_LINES:
        return list(reasons)
    kept = max(sum(line < REASON_LINES for line in lines), 1)
    rest = len(reasons) - kept
    return [*reasons[:kept], f"ほか {rest}件（内訳は次のページの表のとおり）。"] if rest else list(reasons)


def _tables(assessment: Assessment) -> list[Table]:
    found = {(cell.letter, cell.direction): cell for cell in assessment.requirements}
    return [
        Table(
            f"{key if key.endswith(')') else key + ')'} {name}",
            tuple(
                _row(row, found, assessment) for row in assessment.profile.requirements if row.table == key
            ),
        )
        for key, name in assessment.profile.tables.items()
    ]


def _row(
    row: ProfileRequirement, found: dict[tuple[str, Direction], RequirementResult], assessment: Assessment
) -> Row:
    cells = [found[row.letter, direction] for direction in Direction]
    return Row(
        letter=row.letter,
        name=row.name,
        file=cells[0].file,
        marks=_marks(row, assessment.profile.office_types, assessment.office_type),
        found=tuple(_found(cell) for cell in cells if cell.need is not Need.NONE),
    )


def _marks(row: ProfileRequirement, kinds: Sequence[OfficeType], chosen: OfficeType) -> tuple[Mark, ...]:
    return tuple(
        Mark(row.printed[kind.id, direction], kind == chosen) for kind in kinds for direction in Direction
    )


def _found(cell: RequirementResult) -> Found:
    return Found(
        direction=cell.direction.label,
        optional=cell.need is Need.OPTIONAL,
        result=cell.result.label,
        status=cell.result.value,
        files=f"{cell.files:,}",
        records=f"{cell.records:,}",
        evidence=cell.proof_label or "－",
    )


def _legend(assessment: Assessment) -> list[str]:
    """What the marks and words of the tables mean, as far as they occur."""
    profile = assessment.profile
    marks = {mark for row in profile.requirements for mark in row.printed.values()}
    legend = ["　".join(f"{mark} {meaning}" for mark, meaning in _MARKS.items() if mark in marks)]
    kinds = {cell.proof.kind for cell in assessment.requirements if cell.evidence is not Evidence.NONE}
    legend += [
        f"{kind.label}＝{kind.explanation}" for kind in ProofKind if kind in kinds and kind.explanation
    ]
    return [*legend, "（任意）のものは総合判定に影響しません"]


def _unexamined(assessment: Assessment) -> list[Beside]:
    return [
        Beside(
            letter=one.letter,
            name=one.name,
            need=_NEEDS[one.need],
            shown_by=one.shown_by.label,
            show=one.show,
            missing=one.missing,
            why=one.why,
            source=one.source + ("（引用した資料による）" if one.second_hand else ""),
        )
        for one in assessment.unexamined
    ]


def _lists(assessment: Assessment) -> Lists | None:
    """Each needed cell, with the lists that tell of it; None if the profile names no such list."""
    titles = tuple(one.letter for one in assessment.unexamined if one.per_file)
    if not titles:
        return None
    needed = [cell for cell in assessment.requirements if cell.need is not Need.NONE]
    patterns = _patterns(assessment)
    rows = ((cell, _found(cell), patterns.get((cell.prefix, cell.month), "－")) for cell in needed)
    return Lists(titles, tuple(rows))


def _patterns(assessment: Assessment) -> dict[VariantKey, str]:
    """The pattern of the vendor test by file, for those that are part of one."""
    units = standard().edition(assessment.profile.csv_version).units
    named = [(unit, unit.pattern_of(assessment.office_type.menu)) for unit in units]
    return {(file.prefix, file.month): name for unit, name in named if name for file in unit.files}


def _joined(profile: Profile) -> list[str]:
    """Why a deletion has a line of its own where the published table joins it with what it deletes (A11)."""
    letters = [row.letter for row in profile.requirements if row.ambiguity == _JOINED_CELLS]
    if not letters:
        return []
    return [
        f"都道府県の表で1つの欄になっている {'・'.join(letters)}（削除）は、標準仕様で任意のため、行を分けて"
        "「任意」として判定しました。○ は都道府県の表の印です。"
    ]


def _method(
    assessment: Assessment, harness: HarnessResult | None, tool: str, generated_at: str
) -> list[Line]:
    check = assessment.check
    lines = [
        Line((("検査プログラム", tool), ("規則の組の目印", check.rule_set))),
        Line(
            (
                ("検査の日時", _moment(check.checked_at)),
                ("調べたファイル", f"{len(check.examined):,}個"),
            )
        ),
    ]
    if tried := list(dict.fromkeys(cell.means for cell in assessment.requirements if cell.means)):
        lines.append(Line((("取込の確かめ方", "・".join(tried)),)))
    if harness and harness.run and harness.run.adapter:
        lines += _run(harness.run)
    if generated_at:
        lines.append(Line((("この確認書の作成", _moment(generated_at)),)))
    return lines


def _run(run: RunRecord) -> list[Line]:
    """Which programs were run on a kit, where and when."""
    digests = dict.fromkeys(p.sha256[:_DIGITS_SHOWN] for p in run.programs if p.sha256)
    return [
        Line((("アダプター", f"{run.adapter}（SHA-256 {run.adapter_sha256[:_DIGITS_SHOWN] or '－'}）"),)),
        Line((("動かしたもの", f"SHA-256 {'、'.join(digests) or '－'}（{run.system}）"),)),
        Line((("実行の時間", f"{_moment(run.started_at)} から {_moment(run.ended_at)} まで"),)),
    ]


def _moment(text: str) -> str:
    """ISO 8601 as 令和8年11月30日 14時05分."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return f"{japanese_date(moment)} {moment.hour}時{moment.minute:02}分"


def _files(assessment: Assessment) -> list[File]:
    """The examined files; those that some cell is about first, for the list is cut."""
    about = {(cell.prefix) for cell in assessment.requirements if cell.files}
    reports = sorted(assessment.check.examined, key=lambda report: report.kind not in about)
    return [_file(report) for report in reports]


def _file(report: InputReport) -> File:
    return File(
        name=name_for_forms(report.file, standard()),
        records=f"{report.records:,}" if report.records is not None else "－",
        result=report.status.label,
        digest=(report.sha256 or "")[:_DIGITS_SHOWN],
    )

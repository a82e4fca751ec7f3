"""What 介護ソフト機能調査 asks, answered as far as results of `assess` and vendor.toml answer it.

The questions are known from pages that quote the survey of 厚生労働省: files one by one (edition of 2025-10-20);
edition 4.1, manual, help desk and the plan for edition 5.0 (form `kaigosoft_v2`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from careplan_csv.conformance.declaration.vendor import Software, Vendor
from careplan_csv.conformance.requirements.judged_software import JudgedCell, JudgedSoftware
from careplan_csv.conformance.requirements.proof import ProofKind
from careplan_csv.findings import printable
from careplan_csv.results import Evidence, Status
from careplan_csv.standard import Direction, Need, OfficeType, ProfileRequirement, standard

PROFILES = ("mhlw-4.1", "mhlw-4.1-yobo")
"""The tables whose files are asked for: 居宅介護支援 and 居宅サービス, and 介護予防."""
ABLE = "対応"
_YES, _NO = "あり", "なし"
_BY_VENDOR = "申告（vendor.toml）"


class SurveyNotPossible(Exception):
    """The results do not belong together; the text says what to do, in Japanese."""


@dataclass(frozen=True, slots=True)
class SurveyAnswer:
    """An answer; `text` is empty where nothing proves one, and `remark` then says why.

    Attributes:
        ground: by what it is shown; empty if by nothing.
    """

    text: str
    ground: str = ""
    remark: str = ""

    @property
    def is_open(self) -> bool:
        return not self.text


@dataclass(frozen=True, slots=True)
class SurveyRow:
    """A file and what an office type must do with it; a direction that it does not need is absent."""

    office_type: OfficeType
    requirement: ProfileRequirement
    answers: Mapping[Direction, SurveyAnswer]


@dataclass(frozen=True, slots=True)
class Survey:
    """The whole sheet.

    Attributes:
        questions: the general questions, each with its answer.
    """

    software: Software
    questions: Sequence[tuple[str, SurveyAnswer]]
    rows: Sequence[SurveyRow]

    @property
    def open_count(self) -> int:
        """How many answers are still open."""
        answers = [answer for _, answer in self.questions]
        answers += [answer for row in self.rows for answer in row.answers.values()]
        return sum(answer.is_open for answer in answers)


def refuse_mixture(others: Sequence[JudgedSoftware], vendor: Vendor | None, office_type: OfficeType) -> None:
    """Refuse results that do not belong together, before any work is done.

    Args:
        others: results beside that of `office_type`, which is made now for the product of `vendor`.

    Raises:
        SurveyNotPossible: two results for one office type, or results of different products.
    """
    kinds = [office_type.id, *(one.office_type.id for one in others)]
    for one in others:
        if kinds.count(one.office_type.id) > 1:
            raise SurveyNotPossible(
                f"{one.office_type.name}の結果が2つあります。--survey-result には、ほかの事業所の種類の結果を指定してください。"
            )
    products = {(one.product_name, one.product_version) for one in others}
    if vendor:
        products.add((vendor.software.product_name, vendor.software.version))
    if len(products) > 1:
        listed = "、".join(
            sorted(printable(f"{name} {version}".strip(), 100) or "製品名なし" for name, version in products)
        )
        raise SurveyNotPossible(
            f"別の製品の結果が混ざっています（{listed}）。1つの製品の、同じバージョンの結果だけを指定してください。"
        )


def survey_of(judged: Sequence[JudgedSoftware], vendor: Vendor | None) -> Survey:
    """Answer what can be answered; what is not proved by machine stays open.

    Args:
        judged: results of one product, one for each office type.
    """
    vendor = vendor or Vendor()
    by_type = {one.office_type.id: one for one in judged}
    rows = [row for name in PROFILES for row in _rows(name, by_type)]
    return Survey(vendor.software, tuple(_questions(vendor, rows)), rows)


def _rows(profile_id: str, judged: Mapping[str, JudgedSoftware]) -> Iterator[SurveyRow]:
    profile = standard().profile(profile_id)
    for office_type in profile.office_types:
        found = judged.get(office_type.id)
        cells = {(cell.file, cell.direction): cell for cell in found.cells} if found else {}
        for row in profile.requirements:
            answers = {
                direction: _answer(found, cells.get((row.file, direction)))
                for direction in Direction
                if row.needs[office_type.id, direction] is not Need.NONE
            }
            if answers:
                yield SurveyRow(office_type, row, answers)


def _answer(judged: JudgedSoftware | None, cell: JudgedCell | None) -> SurveyAnswer:
    if judged is None:
        return SurveyAnswer("", remark="この事業所の種類では、まだ確かめていません。")
    if cell is None:
        return SurveyAnswer("", remark=f"結果の要件の表（{judged.profile.name}）に、この欄がありません。")
    if judged.is_sample or cell.evidence is Evidence.SAMPLE:
        return SurveyAnswer("", ProofKind.SAMPLE.label, "参照ソフトの見本です。製品の証明にはなりません。")
    ground = "" if cell.proof is ProofKind.NONE else cell.proof.label
    if cell.result is not Status.CONFORMANT:
        return SurveyAnswer("", ground, f"{cell.result.label}です。{cell.reason}")
    if cell.evidence is not Evidence.MACHINE:
        return SurveyAnswer("", ground, "機械では確かめていません。確かめてから、記入してください。")
    return SurveyAnswer(ABLE, ground)


def _questions(vendor: Vendor, rows: Sequence[SurveyRow]) -> Iterator[tuple[str, SurveyAnswer]]:
    edition = standard().edition(standard().profile(PROFILES[0]).csv_version)
    entries = vendor.survey
    yield f"① {edition.name}への対応", _edition_answer(rows)
    yield "　 対応した日", _entered(entries.edition_since, "edition_since")
    yield "② データ連携のマニュアル", _yes_no(entries.manual, "manual")
    yield "③ データ連携のヘルプデスク", _yes_no(entries.help_desk, "help_desk")
    yield "　 連絡先", _entered(entries.help_desk_contact, "help_desk_contact")
    yield "④ 5.0版への対応の予定", _entered(entries.next_edition, "next_edition")


def _edition_answer(rows: Sequence[SurveyRow]) -> SurveyAnswer:
    """対応 with the office types of which every required cell is proved; the others are told."""
    proved, others = [], []
    for kind in dict.fromkeys(row.office_type.name for row in rows):
        asked = [
            row.answers[direction]
            for row in rows
            if row.office_type.name == kind
            for direction in row.answers
            if row.requirement.needs[row.office_type.id, direction] is Need.REQUIRED
        ]
        count = sum(answer.is_open for answer in asked)
        if count:
            others.append(f"{kind}（{len(asked)}件のうち {count}件）")
        else:
            proved.append(kind)
    remark = f"示せていない必要な出力・取込: {'、'.join(others)}" if others else ""
    if not proved:
        return SurveyAnswer("", remark=remark)
    return SurveyAnswer(f"{ABLE}（{'、'.join(proved)}）", "シート「出力・取込」", remark)


def _entered(text: str, key: str) -> SurveyAnswer:
    return SurveyAnswer(text, _BY_VENDOR) if text else _left_open(key)


def _yes_no(value: bool | None, key: str) -> SurveyAnswer:
    return _left_open(key) if value is None else SurveyAnswer(_YES if value else _NO, _BY_VENDOR)


def _left_open(key: str) -> SurveyAnswer:
    return SurveyAnswer("", remark=f"vendor.toml の [survey] の {key} に書くか、ここに記入してください。")

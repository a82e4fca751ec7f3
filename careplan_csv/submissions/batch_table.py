"""One table of all submissions, what needs a person first, as text, page and workbook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from careplan_csv.reporting.matrix import Matrix, MatrixCell
from careplan_csv.results import Status
from careplan_csv.submissions.office_list import OfficeList
from careplan_csv.submissions.outcome import Attention, SubmissionOutcome

_COLUMNS = (
    "№",
    "提出物",
    "確かめること",
    "総合判定",
    "事業所の種類",
    "送信元",
    "ファイル・記録",
    "エラー・警告",
    "理由・注意",
    "結果",
)
_SHORT_COLUMNS = (0, 1, 2, 3, 5)
_STATUS = {
    Attention.NONE: Status.CONFORMANT,
    Attention.UNVERIFIED: Status.UNVERIFIED,
    Attention.OTHER_VERSION: Status.UNVERIFIED,
}
_NAMED = 10
_REMARKS, _LONGEST = 4, 140


def in_order(outcomes: Sequence[SubmissionOutcome]) -> list[SubmissionOutcome]:
    """What needs a person first; of the same kind, the nearest to right last, then by number."""
    return sorted(outcomes, key=lambda one: (one.attention, -one.errors if one.attention else 0, one.number))


def batch_table(
    outcomes: Sequence[SubmissionOutcome], offices: OfficeList, others: Sequence[str], profile: str
) -> Matrix:
    """The table, with sentences below it on what is not in it."""
    rows = tuple(_row(outcome) for outcome in in_order(outcomes))
    return Matrix(f"提出物の一覧（{profile}）", _COLUMNS, rows, tuple(_notes(outcomes, offices, others)))


def short_table(matrix: Matrix) -> Matrix:
    """The columns that fit on a terminal."""
    return Matrix(
        matrix.title,
        tuple(matrix.columns[place] for place in _SHORT_COLUMNS),
        tuple(tuple(row[place] for place in _SHORT_COLUMNS) for row in matrix.rows),
    )


def _row(outcome: SubmissionOutcome) -> tuple[MatrixCell, ...]:
    status = _STATUS.get(outcome.attention, Status.NONCONFORMANT)
    verdict = Status(outcome.verdict) if outcome.verdict else None
    page = next((name for name in outcome.written if name.endswith("besshi6.html")), "")
    return (
        MatrixCell(str(outcome.number)),
        MatrixCell(outcome.name),
        MatrixCell(outcome.attention.label, status),
        MatrixCell(outcome.verdict_label or "－", verdict),
        MatrixCell(outcome.office_type_name or "－"),
        MatrixCell("\n".join(outcome.offices[:3]) or "－"),
        MatrixCell(f"{outcome.files:,}個\n{outcome.records:,}件"),
        MatrixCell(f"{outcome.errors:,}\n{outcome.warnings:,}"),
        MatrixCell(_told(outcome.remarks)),
        MatrixCell("別紙6" if page else "－", link=page),
    )


def _told(remarks: Sequence[str]) -> str:
    """The first remarks, each as long as a table bears; the form says all of it."""
    lines = [
        one if len(one) <= _LONGEST else f"{one[:_LONGEST]}…（続きは別紙6）" for one in remarks[:_REMARKS]
    ]
    more = [f"ほか {len(remarks) - _REMARKS}件（別紙6）"] if len(remarks) > _REMARKS else []
    return "\n".join([*lines, *more])


def _notes(outcomes: Sequence[SubmissionOutcome], offices: OfficeList, others: Sequence[str]) -> list[str]:
    counts = Counter(outcome.attention for outcome in outcomes)
    summary = "、".join(f"{one.label} {counts[one]:,}件" for one in Attention if counts[one])
    notes = [f"提出物 {len(outcomes):,}件: {summary or 'なし'}。"]
    notes += offices.remarks
    senders = (number for one in outcomes for number in one.offices)
    missing = offices.missing((one.name for one in outcomes), senders)
    if missing:
        listed = "、".join(f"{one.number}（{one.row}行目）" for one in missing[:_NAMED])
        more = f"、ほか {len(missing) - _NAMED:,}件" if len(missing) > _NAMED else ""
        notes.append(f"一覧にあって、提出物が見つからない事業所: {listed}{more}。")
    if others:
        notes.append(
            f"ZIP でもフォルダーでもないため、調べなかったもの {len(others):,}個。1つの提出物ごとに、ZIP かフォルダーにまとめてください。"
        )
    return notes

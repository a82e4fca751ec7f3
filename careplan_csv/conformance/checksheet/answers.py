"""Reads the answers of a filled-in checksheet, in whatever form the spreadsheet program saved them."""

from __future__ import annotations

import unicodedata
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from openpyxl.utils import get_column_letter

from careplan_csv.conformance.checksheet.answer_sheet import (
    ANSWER,
    ANSWERS,
    ENTRY_COLUMN,
    FILLED,
    ID,
    MADE_FOR,
    REMARKS,
)
from careplan_csv.conformance.checksheet.answer_workbook import AnswersProblem, SheetRow, rows_of
from careplan_csv.conformance.checksheet.sheet import Question, Sheet
from careplan_csv.conformance.checksheet.short_sheet import Length

_YES = frozenset({"○", "〇", "◯", "⭕", "o", "0", "ο", "о", "まる", "マル", "はい", "yes", "ok", "true"})
_NO = frozenset(
    {"×", "✕", "✖", "✗", "✘", "❌", "╳", "⨯", "х", "x", "ばつ", "バツ", "ペケ", "いいえ", "no", "ng", "false"}
)
_NAMED = 5
"""How many unknown question ids a message lists."""


@dataclass(frozen=True)
class Answers:
    """The contents of a filled-in checksheet.

    Attributes:
        tester, date, product, version: as written; a date cell is converted to 2026-11-23.
        profile, office_type, edition, seed, office_number: of the kit of the sheet.
        length: whether it is the short or the long sheet of the kit.
        answers: question id -> True (○), False (×) or None (not filled in).
        remarks: question id -> remark, if there is one.
    """

    tester: str = ""
    date: str = ""
    product: str = ""
    version: str = ""
    profile: str = ""
    office_type: str = ""
    edition: str = ""
    seed: str = ""
    office_number: str = ""
    length: str = ""
    answers: Mapping[str, bool | None] = field(default_factory=dict)
    remarks: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answered:
    """A question with its answer; None: not filled in."""

    question: Question
    answer: bool | None
    remark: str = ""


def read_answers(data: bytes) -> Answers:
    """Read a filled-in workbook.

    Raises:
        AnswersProblem: it is no such workbook, or something in it cannot be read.
    """
    with warnings.catch_warnings():
        # openpyxl warns of extensions that other programs add to a workbook.
        warnings.simplefilter("ignore")
        rows = rows_of(data, ANSWERS)
    number, columns = _header(rows)
    above = [row for row in rows if row.number < number]
    head = _head(above)
    _refuse_blanks(above, head)
    answers: dict[str, bool | None] = {}
    remarks: dict[str, str] = {}
    for row in rows:
        question = _id(_at(row, columns[ID]))
        if row.number <= number or not question:
            continue
        answer = _answer(_at(row, columns[ANSWER]), row.number, question)
        if answers.get(question) not in (None, answer) and answer is not None:
            raise AnswersProblem(
                f"シート「{ANSWERS}」に、番号 {question} の行が2つあり、回答が違います（{row.number}行目）。"
                "どちらかの行を消してください。"
            )
        answers[question] = answers.get(question) if answer is None else answer
        if REMARKS in columns and (remark := text_of(_at(row, columns[REMARKS]))):
            remarks[question] = remark
    read = Answers(**head, answers=answers, remarks=remarks)
    length_of(read)
    return read


def length_of(answers: Answers) -> Length:
    """The length of the sheet that was filled in.

    Raises:
        AnswersProblem: the sheet does not say it.
    """
    for length in Length:
        if answers.length == length.label:
            return length
    labels = "か".join(f"「{length.label}」" for length in Length)
    raise AnswersProblem(
        f"シート「{ANSWERS}」の上の欄の「{MADE_FOR['length']}」が{labels}ではありません"
        f"（{answers.length[:20] or '記載なし'}）。このキットの checksheet.xlsx に記入してください。"
    )


def _refuse_blanks(rows: Sequence[SheetRow], head: Mapping[str, str]) -> None:
    """Refuse answers without tester, product or date, because they prove nothing."""
    blank = {label: _cell_of(rows, label) for name, label in FILLED.items() if not head.get(name)}
    if blank:
        places = "、".join(
            f"「{label}」（{cell}）" if cell else f"「{label}」" for label, cell in blank.items()
        )
        raise AnswersProblem(
            f"シート「{ANSWERS}」の上の欄の{places}が空欄です。だれが、いつ、どの介護ソフトのどのバージョンを確かめたかが"
            "分からない回答は使えません。色の付いた欄に書き込んでから、もう一度指定してください。"
        )


def _cell_of(rows: Sequence[SheetRow], label: str) -> str:
    """The cell of an entry, for instance D4; empty if its label is missing."""
    for row in rows:
        for position, value in row.cells:
            if _plain(text_of(value)) == _plain(label):
                return f"{get_column_letter(position + ENTRY_COLUMN)}{row.number}のセル"
    return ""


def answered(sheet: Sheet, answers: Answers) -> tuple[Answered, ...]:
    """Every question of a sheet with its answer; None if the row is empty or missing.

    Raises:
        AnswersProblem: the answers belong to another kit, or to questions that the sheet does not have.
    """
    _refuse_another_kit(sheet, answers)
    known = {question.id for question in sheet.questions}
    unknown = [question for question in answers.answers if question not in known]
    if unknown:
        more = len(unknown) - _NAMED
        named = "、".join(unknown[:_NAMED]) + (f" ほか {more}件" if more > 0 else " ")
        raise AnswersProblem(
            f"シート「{ANSWERS}」の番号 {named}は、このキットにありません。"
            "番号の欄を元に戻すか、行を消すかしてください。"
        )
    return tuple(
        Answered(question, answers.answers.get(question.id), answers.remarks.get(question.id, ""))
        for question in sheet.questions
    )


def _refuse_another_kit(sheet: Sheet, answers: Answers) -> None:
    for name, label in MADE_FOR.items():
        wanted = sheet.length.label if name == "length" else str(getattr(sheet.kit, name))
        written = getattr(answers, name)
        if not written:
            raise AnswersProblem(
                f"シート「{ANSWERS}」の上の欄に「{label}」がありません。"
                f"どのキットの回答か分からないので、「{label}」を {wanted} に戻してください。"
            )
        if _plain(written) != _plain(wanted):
            raise AnswersProblem(
                f"ほかのキットの回答です。「{label}」が、回答では {written}、このキットでは {wanted} です。"
                "このキットの確認表に書き込んだファイルを指定してください。"
            )


def _header(rows: Sequence[SheetRow]) -> tuple[int, dict[str, int]]:
    """Find the header of the table.

    Returns:
        The number of the row with the column names, and name -> position.
    """
    for row in rows:
        names = {_plain(text_of(value)): position for position, value in reversed(row.cells)}
        columns = {name: names[_plain(name)] for name in (ID, ANSWER, REMARKS) if _plain(name) in names}
        if ID in columns and ANSWER in columns:
            return row.number, columns
    raise AnswersProblem(
        f"シート「{ANSWERS}」に、「{ID}」と「{ANSWER}」の見出しの行がありません。"
        "確認表を作り直し、見出しを変えずに書き込んでください。"
    )


def _head(rows: Sequence[SheetRow]) -> dict[str, str]:
    """The fields above the table: the first filled cell to the right of each label."""
    labels = {_plain(label): name for name, label in {**FILLED, **MADE_FOR}.items()}
    found: dict[str, str] = {}
    for row in rows:
        name = ""
        for _, value in row.cells:
            text = text_of(value)
            if name and text:
                found.setdefault(name, text)
                break
            name = labels.get(_plain(text), name)
    return found


def _at(row: SheetRow, position: int) -> object:
    return dict(row.cells).get(position)


def _id(value: object) -> str:
    # Full-width digits occur when somebody types a number again.
    return unicodedata.normalize("NFKC", text_of(value)).replace(" ", "")


def _answer(value: object, number: int, question: str) -> bool | None:
    text = text_of(value)
    plain = _plain(text)
    if not plain:
        return None
    if plain in _YES or plain in _NO:
        return plain in _YES
    raise AnswersProblem(
        f"シート「{ANSWERS}」の {number}行目（{question}）の回答「{text[:20]}」が、○か×か分かりません。"
        "○か×を選ぶか、空欄にしてください。"
    )


def text_of(value: object) -> str:
    """A cell as text: numbers without .0, dates as 2026-11-23, an empty cell as an empty text."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _plain(text: str) -> str:
    """A text without differences of width, case, spaces, and emoji selectors."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in folded if not sign.isspace() and sign not in "\ufe0e\ufe0f\u200b")

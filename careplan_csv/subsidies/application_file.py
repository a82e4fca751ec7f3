"""Reads application.toml; every mistake is told with its line and what to write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from careplan_csv.conformance.declaration.vendor_fields import hint, text_fault
from careplan_csv.conformance.tomlfile import TomlFileError, read_toml_text
from careplan_csv.findings import printable
from careplan_csv.subsidies.application import Answer, Application, Expense
from careplan_csv.subsidies.programme import Programme
from careplan_csv.subsidies.programme_file import (
    DEFAULT,
    is_programme_file,
    own_programme,
    programme,
    programme_ids,
)
from careplan_csv.subsidies.toml_lines import TomlLines
from careplan_csv.subsidies.toml_section import TomlSection, answer_of

ADVICE = "「careplan-csv init-subsidy」で作ったファイルを指定してください。"
_SECTIONS = ("office", "software", "application", "requirements", "rate")
_EXPENSES = "expenses"
_MOST_EXPENSES = 500


def load_application(path: Path) -> Application:
    """Read application.toml.

    Raises:
        TomlFileError: it cannot be read, is no TOML, is empty, or has wrong values; names all of them.
        SchemaFileError: the file of the programme that it names cannot be used.
    """
    data, text = read_toml_text(path, ADVICE)
    return read_application(path, data, TomlLines(text))


def read_application(path: Path, data: Mapping[str, Any], lines: TomlLines | None = None) -> Application:
    """Make an application of what application.toml holds.

    Args:
        path: for the sentences, and where a programme of somebody's own is looked for.
        lines: on which lines it stands; None if it comes from elsewhere.

    Raises:
        TomlFileError, SchemaFileError: as `load_application`.
    """
    lines, faults = lines or TomlLines(""), list[str]()
    known = _programme(path, data, lines, faults)
    if known is None:
        raise TomlFileError(path, faults)
    if not any(_is_filled(value) for key, value in data.items() if key != "programme"):
        raise TomlFileError(
            path, [f"まだ何も書かれていません。開いて、分かるところから書いてください。{ADVICE}"]
        )
    application = _ApplicationReader(known, data, lines, faults).application()
    if faults:
        raise TomlFileError(path, faults)
    return application


def _programme(path: Path, data: Mapping[str, Any], lines: TomlLines, faults: list[str]) -> Programme | None:
    word = data.get("programme", "")
    if word == "":
        word = DEFAULT
    if isinstance(word, str) and word in programme_ids():
        return programme(word)
    if isinstance(word, str) and is_programme_file(word):
        return own_programme(path.parent / word)
    names = "、".join(programme_ids())
    faults.append(
        f"{lines.where('', 'programme')}programme: 「{printable(str(word))}」という補助金はありません"
        f"（使えるもの: {names}、補助金の決まりを書いたファイル（.yaml））。"
    )
    return None


def _is_filled(value: object) -> bool:
    """Whether anything is written in a value or in what it holds; `false` is written too."""
    if isinstance(value, dict):
        return any(map(_is_filled, value.values()))
    if isinstance(value, list):
        return any(map(_is_filled, value))
    return not isinstance(value, str) or bool(value.strip())


class _ApplicationReader:
    """Makes an application of what a file says."""

    def __init__(
        self, known: Programme, data: Mapping[str, Any], lines: TomlLines, faults: list[str]
    ) -> None:
        self._programme, self._data, self._lines, self._faults = known, data, lines, faults

    def application(self) -> Application:
        top = ("programme", *_SECTIONS, _EXPENSES)
        for key in self._data:
            if key not in top:
                where = self._lines.where(key) or self._lines.where("", key)
                self._faults.append(f"{where}「{printable(key)}」は使えません{hint(key, top)}。")
        office, software = self._section("office"), self._section("software")
        request, rate = self._section("application"), self._section("rate")
        questions = [one.key for one in self._programme.questions]
        cases = [case.key for case in (*self._programme.instead, *self._programme.additions)]
        conditions = [one.key for one in self._programme.rate.conditions]
        office.only(["name", "prefecture", "service", *questions])
        software.only(["product_name", "vendor_name"])
        request.only(["first_time", "second_time", "sent_on", "decided_on", *self._ceiling_key, *cases])
        rate.only(conditions)
        sent_on, decided_on = request.day("sent_on"), request.day("decided_on")
        if sent_on and decided_on and decided_on < sent_on:
            request.fault(
                "decided_on", "交付の決定の日が、提出の日（sent_on）より前です。日付を確かめてください。"
            )
        return Application(
            programme=self._programme,
            office_name=office.text("name"),
            prefecture=office.text("prefecture"),
            service=office.text("service"),
            product_name=software.text("product_name"),
            vendor_name=software.text("vendor_name"),
            facts=_answers(office, questions),
            requirements=self._requirements(self._section("requirements")),
            conditions=_answers(rate, conditions),
            cases=_answers(request, cases),
            second_time=_second_time(request),
            sent_on=sent_on,
            decided_on=decided_on,
            ceiling=self._ceiling(request),
            expenses=self._expenses(),
        )

    def _section(self, name: str) -> TomlSection:
        values = self._data.get(name, {})
        if not isinstance(values, dict):
            where = self._lines.where("", name) or self._lines.where(name)
            self._faults.append(f"{where}「{name}」は、[{name}] という見出しにして、その下に書いてください。")
            values = {}
        return TomlSection(name, values, self._lines, self._faults)

    @property
    def _choices(self) -> Sequence[int]:
        return [yen for rule in (*self._programme.first, *self._programme.second) for yen in rule.choices]

    @property
    def _ceiling_key(self) -> Sequence[str]:
        return ["ceiling"] if self._choices else []

    def _ceiling(self, request: TomlSection) -> int | None:
        yen = request.yen("ceiling") if self._choices else None
        if yen is not None and yen not in self._choices:
            words = "、".join(f"{choice:,}円" for choice in self._choices)
            request.fault("ceiling", f"上限は、{words}のどれかを書いてください。")
        return yen

    def _requirements(self, section: TomlSection) -> dict[str, Answer]:
        keys = [one.key for one in self._programme.declared]
        section.only(keys)
        answers = {}
        for key in filter(section.has, keys):
            value = section.value(key)
            is_table = isinstance(value, dict) and set(value) <= {"met", "by"}
            met = answer_of(value.get("met")) if is_table else answer_of(value)
            by = value.get("by", "") if is_table else ""
            if met is None or not isinstance(by, str):
                section.fault(
                    key,
                    "満たすなら true、満たさないなら false と書いてください。"
                    f'示すものを書くなら「{key} = {{ met = true, by = "カタログ 3ページ" }}」の形です。',
                )
            elif fault := text_fault(by):
                section.fault(key, fault)
            else:
                answers[key] = Answer(met, by.strip())
        return answers

    def _expenses(self) -> list[Expense]:
        values = self._data.get(_EXPENSES, [])
        if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
            where = self._lines.where("", _EXPENSES) or self._lines.where(_EXPENSES)
            self._faults.append(
                f"{where}経費は、1件ごとに [[{_EXPENSES}]] という見出しを書き、その下に書いてください。"
            )
            return []
        if len(values) > _MOST_EXPENSES:
            self._faults.append(
                f"経費が {len(values):,}件あります。{_MOST_EXPENSES}件までにまとめてください。"
            )
            return []
        # A heading that nobody filled in is left out.
        filled = [(number, value) for number, value in enumerate(values) if _is_filled(value)]
        sections = [
            TomlSection(_EXPENSES, value, self._lines, self._faults, number) for number, value in filled
        ]
        return [expense for expense in map(self._expense, sections) if expense]

    def _expense(self, section: TomlSection) -> Expense | None:
        conditions = [one.key for one in self._programme.conditions]
        section.only(["name", "kind", "amount", "lease", "contracted_on", *conditions])
        word, yen = section.text("kind"), section.yen("amount")
        kind = self._programme.expense(word)
        if kind is None and isinstance(section.value("kind"), str):
            names = "、".join(f"{one.kind}（{one.name}）" for one in self._programme.expenses)
            said = f"「{printable(word)}」という種類はありません" if word else "種類を書いてください"
            section.fault("kind", f"{said}（書けるもの: {names}）。")
        if not section.has("amount"):
            section.fault("amount", '金額を書いてください。例: amount = "1,200,000"')
        name, lease, day = section.text("name"), section.yes_no("lease"), section.day("contracted_on")
        answers = _answers(section, conditions)
        if kind is None or yen is None:
            return None
        return Expense(name or kind.name, kind, yen, bool(lease), answers, day)


def _answers(section: TomlSection, keys: Sequence[str]) -> dict[str, bool]:
    """The answers that were given."""
    answers = {key: section.yes_no(key) for key in keys}
    return {key: answer for key, answer in answers.items() if answer is not None}


def _second_time(request: TomlSection) -> bool | None:
    first, second = request.yes_no("first_time"), request.yes_no("second_time")
    if first and second:
        request.fault(
            "second_time",
            "1回目（first_time）と 2回目（second_time）の両方が true です。どちらか1つだけを true にしてください。",
        )
    return True if second else False if first else None

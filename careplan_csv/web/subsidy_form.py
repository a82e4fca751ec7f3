"""An application for a subsidy as a form on the page, and the application.toml that it makes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from careplan_csv.subsidies.programme import Programme
from careplan_csv.subsidies.yen import shown_yen

ROWS = 3
"""So many expenses can be written at first."""
MOST_ROWS = 100
_LONGEST = 200
_YES_NO = (("yes", "はい"), ("no", "いいえ"))
_TIMES = (("first_time", "1回目"), ("second_time", "2回目"))
_TIME = "application.time"


@dataclass(frozen=True, slots=True)
class SubsidyField:
    """A field.

    Attributes:
        name: `section.key`, or `expenses.NUMBER.key`.
        choices: value and label of each answer; empty for a text.
        hint: an example, or a remark.
        value: what was entered before.
    """

    name: str
    label: str
    choices: Sequence[tuple[str, str]] = ()
    hint: str = ""
    value: str = ""

    @property
    def id(self) -> str:
        """A name that a page can use."""
        return self.name.replace(".", "-")


@dataclass(frozen=True, slots=True)
class SubsidySection:
    """Fields under one heading."""

    title: str
    fields: Sequence[SubsidyField]


class SubsidyForm:
    """The form of a programme.

    Args:
        entries: what was entered before, by the names of the fields.
        rows: how many expenses can be written.
    """

    def __init__(self, programme: Programme, entries: Mapping[str, str], rows: int = ROWS) -> None:
        self._programme, self._entries = programme, entries
        self.rows = max(1, min(rows, MOST_ROWS))

    @property
    def sections(self) -> list[SubsidySection]:
        """All fields, in the order of application.toml."""
        made = [
            ("申請する事業所", self._office()),
            ("介護ソフト", self._software()),
            ("申請", self._request()),
            ("要件", self._requirements()),
            ("補助率（1つでも当てはまれば、補助率が上がります）", self._rate()),
            *((f"経費 {number + 1}件目", self._expense(number)) for number in range(self.rows)),
        ]
        return [SubsidySection(title, fields) for title, fields in made if fields]

    def data(self) -> dict[str, Any]:
        """The entries as application.toml holds them; what nobody entered is left out."""
        names = [field.name for section in self.sections for field in section.fields]
        texts = {name: value for name in names if (value := self._entries.get(name, "").strip()[:_LONGEST])}
        data: dict[str, Any] = {"programme": self._programme.id}
        for name, value in texts.items():
            section, *place = name.split(".")
            if section != "expenses" and len(place) == 1:
                data.setdefault(section, {})[place[0]] = _answer(value)
        request = data.get("application", {})
        if time := request.pop("time", ""):
            request[time] = True
        data["requirements"] = dict(self._answers(texts))
        rows = [_under(texts, f"expenses.{number}.") for number in range(self.rows)]
        # Answers alone are no expense: a form sends what is chosen at first too.
        data["expenses"] = [row for row in rows if any(isinstance(value, str) for value in row.values())]
        return {key: value for key, value in data.items() if value}

    def _answers(self, texts: Mapping[str, str]) -> Iterator[tuple[str, object]]:
        for requirement in self._programme.declared:
            name = f"requirements.{requirement.key}"
            if met := texts.get(name, ""):
                by = texts.get(f"{name}.by", "")
                yield requirement.key, {"met": met == "yes", "by": by} if by else met == "yes"

    def _field(
        self, name: str, label: str, choices: Sequence[tuple[str, str]] = (), hint: str = ""
    ) -> SubsidyField:
        return SubsidyField(name, label, choices, hint, self._entries.get(name, ""))

    def _office(self) -> list[SubsidyField]:
        return [
            self._field("office.name", "事業所名"),
            self._field("office.prefecture", "事業所の都道府県", hint="例 山口県"),
            self._field("office.service", "サービスの種類", hint="例 居宅介護支援、訪問介護"),
            *(self._field(f"office.{one.key}", one.text, _YES_NO) for one in self._programme.questions),
        ]

    def _software(self) -> list[SubsidyField]:
        return [
            self._field("software.product_name", "製品名"),
            self._field("software.vendor_name", "ソフト会社名"),
        ]

    def _request(self) -> list[SubsidyField]:
        programme = self._programme
        fields = [self._field(_TIME, "この補助金の申請", _TIMES)] if programme.second else []
        if programme.deadline:
            fields.append(self._field("application.sent_on", "提出する日", hint="例 令和6年8月1日"))
        fields.append(
            self._field(
                "application.decided_on",
                "交付の決定の日",
                hint="決定の後に書きます。まだなら、空のままです。",
            )
        )
        for rule in programme.first:
            if rule.choices:
                choices = [(str(yen), shown_yen(yen)) for yen in rule.choices]
                fields.append(self._field("application.ceiling", rule.text, choices))
        cases = (*programme.instead, *programme.additions)
        fields += [
            self._field(f"application.{case.key}", f"{case.text}（{shown_yen(case.yen)}）", _YES_NO)
            for case in cases
        ]
        return fields

    def _requirements(self) -> list[SubsidyField]:
        fields = []
        for one in self._programme.declared:
            optional = "" if one.needed else "（任意）"
            name = f"requirements.{one.key}"
            fields.append(self._field(name, f"{one.group} {one.text}{optional}", _YES_NO))
            fields.append(self._field(f"{name}.by", "何で示すか", hint="例 カタログ 3ページ"))
        return fields

    def _rate(self) -> list[SubsidyField]:
        return [self._field(f"rate.{one.key}", one.text, _YES_NO) for one in self._programme.rate.conditions]

    def _expense(self, number: int) -> list[SubsidyField]:
        place = f"expenses.{number}."
        kinds = [
            (one.kind, one.name if one.eligible else f"{one.name}（対象外）")
            for one in self._programme.expenses
        ]
        return [
            self._field(f"{place}name", "何の費用か", hint="例 介護ソフトの利用料 1年分"),
            self._field(f"{place}kind", "種類", kinds),
            self._field(f"{place}amount", "金額（円）", hint="例 1,200,000、120万円"),
            self._field(f"{place}lease", "リースである", _YES_NO),
            *(self._field(f"{place}{one.key}", one.text, _YES_NO) for one in self._programme.conditions),
            self._field(f"{place}contracted_on", "契約した日", hint="まだなら、空のままです。"),
        ]


def application_toml(data: Mapping[str, Any]) -> str:
    """What a form holds, as application.toml."""
    return "".join(_toml_lines(data))


def _toml_lines(data: Mapping[str, Any]) -> Iterator[str]:
    for key, value in data.items():
        if isinstance(value, str):
            yield f"{key} = {_toml_value(value)}\n"
    for key, value in data.items():
        for table in value if isinstance(value, list) else [value] if isinstance(value, dict) else []:
            yield f"\n[[{key}]]\n" if isinstance(value, list) else f"\n[{key}]\n"
            for name, entry in table.items():
                yield f"{name} = {_toml_value(entry)}\n"


def _toml_value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml_value(one)}" for key, one in value.items()) + " }"
    # A JSON text is a basic string of TOML, but for one character.
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "")


def _under(texts: Mapping[str, str], place: str) -> dict[str, object]:
    return {
        name.removeprefix(place): _answer(value) for name, value in texts.items() if name.startswith(place)
    }


def _answer(value: str) -> object:
    return {"yes": True, "no": False}.get(value, value)

"""vendor.toml: the applicant, the software, and the declarations of its maker (別紙6)."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from string import Template
from typing import Any

from careplan_csv import resources
from careplan_csv.conformance.declaration.vendor_fields import entry, fill, hint, text_fault, where_to
from careplan_csv.conformance.tomlfile import TomlFileError, parse_toml, read_toml
from careplan_csv.japanese_dates import iso_date
from careplan_csv.standard import Direction, Need, Profile, ProfileRequirement, standard

__all__ = [
    "Applicant",
    "Declaration",
    "FormHead",
    "Software",
    "SurveyEntries",
    "TomlFileError",
    "Vendor",
    "load",
    "template",
    "write_template",
]

_TEMPLATE = "vendor.toml"
_DECLARED = "declared"
_BY, _ON = "declared_by", "declared_on"
DECLARANTS = ("事業所", "ソフト会社")
"""Who may declare: the office that applies, or the maker of the software."""


@dataclass(frozen=True, slots=True)
class Applicant:
    """The applying office. Empty if a maker tests without an applicant: the form then has blank fields."""

    corporation_name: str = entry("法人名", '"社会福祉法人○○会"')
    office_name: str = entry("事業所名", '"○○居宅介護支援事業所"')
    office_number: str = entry("事業所番号", '"3570000000"', kind="office")
    service_type: str = entry("サービス種別", '"居宅介護支援"')
    contact_person: str = entry("担当者", '"介護 花子"')
    telephone: str = entry("電話番号", '"083-000-0000"', kind="phone")
    email: str = entry("メールアドレス", '"office@example.jp"')


@dataclass(frozen=True, slots=True)
class Software:
    """The software and its maker. None: no entry."""

    product_name: str = entry("製品名", '"○○ケア"', needed=True)
    version: str = entry("バージョン", '"5.2.1"', needed=True)
    vendor_name: str = entry("ソフト会社名", '"株式会社○○システム"', needed=True)
    address: str = entry("所在地", '"山口県山口市○○町1-1"')
    department: str = entry("担当部署", '"サポート部"')
    person: str = entry("担当者", '"介護 太郎"')
    telephone: str = entry("電話番号", '"083-000-0000"', kind="phone")
    email: str = entry("メールアドレス", '"support@example.jp"')
    daytime_support: bool | None = entry("日中のサポート体制", "true", kind="yes_no")
    commercial_product: bool | None = entry("商用製品", "true", kind="yes_no")


@dataclass(frozen=True, slots=True)
class SurveyEntries:
    """What only the maker can answer of 介護ソフト機能調査. None or empty: no entry."""

    edition_since: str = entry("4.1版に対応した日", '"令和7年4月1日"', kind="date")
    manual: bool | None = entry("データ連携のマニュアル", "true", kind="yes_no")
    help_desk: bool | None = entry("ヘルプデスク", "true", kind="yes_no")
    help_desk_contact: str = entry("ヘルプデスクの連絡先", '"083-000-0000（平日 9時〜17時）"')
    next_edition: str = entry("5.0版への対応の予定", '"令和9年4月に対応する予定"')


@dataclass(frozen=True, slots=True)
class FormHead:
    """The head of the form. Without an addressee, that of the profile; without a date, a blank field."""

    addressee: str = entry("宛先", '"山口県知事"')
    date: str = entry("日付", "2026-11-30", kind="date")


@dataclass(frozen=True, slots=True)
class Declaration:
    """The declaration for one file: whether the software can import it."""

    able: bool
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Vendor:
    """The whole of vendor.toml. `declared` is keyed by the letter of the profile's row.

    `declared_by` names who declares, `declared_on` (ISO 8601 date) since when; both may be empty.
    """

    applicant: Applicant = field(default_factory=Applicant)
    software: Software = field(default_factory=Software)
    form: FormHead = field(default_factory=FormHead)
    declared: Mapping[str, Declaration] = field(default_factory=dict)
    declared_by: str = ""
    declared_on: str = ""
    survey: SurveyEntries = field(default_factory=SurveyEntries)

    @property
    def declarant(self) -> str:
        """Who declares: the entry if there is one, the office if its name is filled in, else the maker."""
        is_office = bool(self.applicant.office_name or self.applicant.office_number)
        return self.declared_by or (DECLARANTS[0] if is_office else DECLARANTS[1])

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences on entries that are allowed but probably wrong."""
        from careplan_csv.standard.checkdigits import is_valid_office_number

        number = self.applicant.office_number
        if not number or is_valid_office_number(number):
            return ()
        return (f"[applicant] の事業所番号 {number} は検証番号が合いません。番号を確かめてください。",)


_SECTIONS: dict[str, type[Any]] = {
    "applicant": Applicant,
    "software": Software,
    "form": FormHead,
    "survey": SurveyEntries,
}


def load(path: Path, profile: Profile) -> Vendor:
    """Read vendor.toml.

    Args:
        profile: its letters may be declared; letters of other profiles are ignored.

    Raises:
        TomlFileError: it cannot be read, is no TOML, or has wrong or missing keys; names all of them.
    """
    return _vendor(path, read_toml(path), profile)


def read_vendor(raw: bytes, profile: Profile) -> Vendor:
    """Read the bytes of a vendor.toml.

    Raises:
        TomlFileError: as `load`.
    """
    path = Path(_TEMPLATE)
    return _vendor(path, parse_toml(path, raw), profile)


def _vendor(path: Path, data: Mapping[str, Any], profile: Profile) -> Vendor:
    faults = [
        f"「{name}」{'という見出し' if isinstance(value, dict) else ''}は使えません{where_to(name, '', _SECTIONS) or hint(name, [*_SECTIONS, _DECLARED])}。"
        for name, value in data.items()
        if name not in _SECTIONS and name != _DECLARED
    ]
    applicant = fill("applicant", Applicant, data.get("applicant", {}), _SECTIONS, faults)
    software = fill("software", Software, data.get("software", {}), _SECTIONS, faults)
    form = fill("form", FormHead, data.get("form", {}), _SECTIONS, faults)
    survey = fill("survey", SurveyEntries, data.get("survey", {}), _SECTIONS, faults)
    section = data.get(_DECLARED, {})
    declared = _declarations(section, profile, faults)
    by, on = _declarant(section, faults)
    if faults:
        raise TomlFileError(path, faults)
    return Vendor(applicant, software, form, declared, by, on, survey)


def _declarant(section: object, faults: list[str]) -> tuple[str, str]:
    """Who declares, and since when."""
    values = section if isinstance(section, dict) else {}
    by, on = values.get(_BY, ""), values.get(_ON, "")
    if by not in ("", *DECLARANTS):
        faults.append(f'[{_DECLARED}] の {_BY}: "{DECLARANTS[0]}" か "{DECLARANTS[1]}" と書いてください。')
    day = iso_date(on) if on else ""
    if day is None:
        faults.append(
            f'[{_DECLARED}] の {_ON}: 申告した日を "2026-10-01" か "令和8年10月1日" のように書いてください。'
        )
    return str(by), day or ""


def _declarations(values: object, profile: Profile, faults: list[str]) -> dict[str, Declaration]:
    if not isinstance(values, dict):
        faults.append(f"「{_DECLARED}」は、[{_DECLARED}] という見出しにして、その下に書いてください。")
        return {}
    letters = [requirement.letter for requirement in profile.requirements]
    elsewhere = {requirement.letter for other in _profiles() for requirement in other.requirements}
    good = {}
    for letter, value in values.items():
        if letter in (_BY, _ON):
            continue
        if letter in letters:
            declaration = _declaration(letter, value, faults)
            if declaration:
                good[letter] = declaration
        elif letter not in elsewhere:
            faults.append(
                f"[{_DECLARED}] の「{letter}」は要件の表にない記号です（書けるもの: {'、'.join(letters)}）。"
            )
    return good


def _declaration(letter: str, value: object, faults: list[str]) -> Declaration | None:
    if isinstance(value, bool):
        return Declaration(value)
    able = value.get("import") if isinstance(value, dict) else None
    remark = value.get("remark", "") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(able, bool) or not isinstance(remark, str):
        faults.append(
            f"[{_DECLARED}] の {letter}: 取り込めるなら true、取り込めないなら false と書いてください。"
            f'備考を付けるなら「{letter} = {{ import = true, remark = "備考" }}」の形です。'
        )
        return None
    faults += [
        f"[{_DECLARED}] の {letter} の「{key}」は使えません{hint(key, ['import', 'remark'])}。"
        for key in value
        if key not in ("import", "remark")
    ]
    if fault := text_fault(remark):
        faults.append(f"[{_DECLARED}] の {letter} の備考（remark）: {fault}")
    return Declaration(able, remark.strip())


def template() -> str:
    """The commented file that `init-vendor` writes, with the letters of every profile's imports."""
    text = (resources.folder("reports") / _TEMPLATE).read_text(encoding="utf-8")
    return Template(text).substitute(declared="\n".join(_declared_lines()))


def _declared_lines() -> list[str]:
    lines = []
    for profile in _profiles():
        if profile.tables_from:
            continue
        ids = "、".join(one.id for one in _profiles() if profile.id in (one.id, one.tables_from))
        lines += ["", f"# {profile.name}（{ids}）"]
        for row in profile.requirements:
            takers = [
                office.short
                for office in profile.office_types
                if row.needs[office.id, Direction.IMPORT] is not Need.NONE
            ]
            if takers:
                lines.append(f"# {_key(row)} = true".ljust(16) + f"# {row.name}（{'、'.join(takers)}）")
    return lines


def _key(row: ProfileRequirement) -> str:
    """A letter as a TOML key: in quotes unless it is ASCII."""
    return row.letter if row.letter.isascii() else f'"{row.letter}"'


def _profiles() -> list[Profile]:
    known = standard()
    return [known.profile(profile_id) for profile_id in known.profiles]


def write_template(path: Path) -> None:
    """Write the commented file; an existing file is not overwritten.

    Raises:
        TomlFileError: there is such a file already, or it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("x", encoding="utf-8", newline="\n")
    except FileExistsError as error:
        raise TomlFileError(
            path, ["すでにあります。上書きはしません。別の名前を指定してください。"]
        ) from error
    except OSError as error:
        raise TomlFileError(path, ["ここには書けません。別の場所を指定してください。"]) from error
    try:
        with file:
            file.write(template())
    except OSError as error:
        with contextlib.suppress(OSError):
            path.unlink()
        raise TomlFileError(
            path, ["書けませんでした。ディスクの空きを確かめてから、もう一度実行してください。"]
        ) from error

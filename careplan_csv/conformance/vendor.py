"""vendor.toml: who applies, which software, and what its maker declares (別紙6)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from careplan_csv import resources
from careplan_csv.standard import Profile
from careplan_csv.standard.checkdigits import is_valid_office_number

_MAX_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Applicant:
    """The office that applies; empty where the form is filled in by hand."""

    corporation_name: str = ""
    office_name: str = ""
    office_number: str = ""
    service_type: str = ""
    contact_person: str = ""
    telephone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Software:
    """The software and its maker."""

    product_name: str = ""
    version: str = ""
    vendor_name: str = ""
    address: str = ""
    department: str = ""
    person: str = ""
    telephone: str = ""
    email: str = ""
    daytime_support: bool | None = None
    commercial_product: bool | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """The head of the form. An empty addressee means the profile's."""

    addressee: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class Vendor:
    """The whole of vendor.toml. `declared_imports`: letter of a row -> the maker says that it imports the file."""

    applicant: Applicant = field(default_factory=Applicant)
    software: Software = field(default_factory=Software)
    form: Form = field(default_factory=Form)
    declared_imports: Mapping[str, bool] = field(default_factory=dict)


class VendorFileError(Exception):
    """vendor.toml cannot be used. The text names every fault: where, what, and what to write."""


_SECTIONS: dict[str, type[Any]] = {"applicant": Applicant, "software": Software, "form": Form}
_NEEDED = ("product_name", "version", "vendor_name")


def template() -> str:
    """The commented file that `init-vendor` writes."""
    return (resources.folder("reports") / "vendor.toml").read_text(encoding="utf-8")


def load(path: Path, profile: Profile) -> Vendor:
    """Read vendor.toml.

    Raises:
        VendorFileError: it cannot be read, is no TOML, or has wrong or missing keys.
    """
    data = _parse(path, _decode(path))
    faults = [*_unknown_sections(data), *_missing(data)]
    parts = {name: _section(name, kind, data.get(name, {}), faults) for name, kind in _SECTIONS.items()}
    declared = _declared(data.get("declared", {}), profile, faults)
    number = parts["applicant"].office_number if parts["applicant"] else ""
    if number and not is_valid_office_number(number):
        faults.append(
            "[applicant] の office_number: 事業所番号は10桁で書いてください（検査数字が合わないか、桁数が違います）。"
        )
    if faults:
        lines = "\n".join(f"・{fault}" for fault in faults)
        raise VendorFileError(f"{path} を直してください。\n{lines}")
    return Vendor(parts["applicant"], parts["software"], parts["form"], declared)


def _decode(path: Path) -> str:
    try:
        raw = path.read_bytes()[: _MAX_BYTES + 1]
    except OSError as error:
        raise VendorFileError(
            f"{path} を読めません。名前を確かめるか、「careplan-csv init-vendor」で作ってください。"
        ) from error
    if len(raw) > _MAX_BYTES:
        raise VendorFileError(f"{path} が大きすぎます。init-vendor で作ったファイルを指定してください。")
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise VendorFileError(f"{path} の文字コードが分かりません。UTF-8 で保存し直してください。")


def _parse(path: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        where = f" の {line.group(1)} 行目" if line else ""
        raise VendorFileError(
            f'{path}{where} を読めません。「名前 = "値"」の形で、値を半角の " で囲んであるか確かめてください。'
        ) from error


def _unknown_sections(data: Mapping[str, Any]) -> list[str]:
    known = [*_SECTIONS, "declared"]
    return [f"「{name}」という見出しは使えません{_hint(name, known)}。" for name in data if name not in known]


def _missing(data: Mapping[str, Any]) -> list[str]:
    software = data.get("software")
    if not isinstance(software, dict):
        return ["[software] の見出しがありません。製品名（product_name）などを書いてください。"]
    return [
        f"[software] の {key} がありません、または空です。" for key in _NEEDED if software.get(key, "") == ""
    ]


def _section(name: str, kind: type[Any], values: object, faults: list[str]) -> Any:
    if not isinstance(values, dict):
        faults.append(f"「{name}」は [{name}] という見出しにして、その下に項目を書いてください。")
        return kind()
    fields = kind.__dataclass_fields__
    good = {}
    for key, value in values.items():
        if key not in fields:
            faults.append(f"[{name}] の「{key}」という項目は使えません{_hint(key, list(fields))}。")
            continue
        wanted = bool if "bool" in str(fields[key].type) else str
        if not isinstance(value, wanted):
            how = "true か false" if wanted is bool else '"…" で囲んだ文字'
            faults.append(f"[{name}] の {key} は {how} で書いてください。")
        else:
            good[key] = value.strip() if isinstance(value, str) else value
    return kind(**good)


def _declared(values: object, profile: Profile, faults: list[str]) -> dict[str, bool]:
    letters = [requirement.letter for requirement in profile.requirements]
    if not isinstance(values, dict):
        faults.append("「declared」は [declared] という見出しにして、その下に書いてください。")
        return {}
    good = {}
    for letter, able in values.items():
        if letter not in letters:
            faults.append(
                f"[declared] の「{letter}」は要件の表にありません（あるもの: {'、'.join(letters)}）。"
            )
        elif not isinstance(able, bool):
            faults.append(f"[declared] の {letter} は true か false で書いてください。")
        else:
            good[letter] = able
    return good


def _hint(word: str, known: list[str]) -> str:
    near = get_close_matches(word, known, 1)
    return f"（「{near[0]}」ではありませんか）" if near else f"（使えるもの: {'、'.join(known)}）"

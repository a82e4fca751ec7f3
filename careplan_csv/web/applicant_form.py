"""The fields of the paper, as a form on the page, and the vendor.toml that they make."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import Field, dataclass, fields
from typing import Any

from careplan_csv.conformance.declaration.vendor import Applicant, FormHead, Software

_SECTIONS: tuple[tuple[str, str, type[Any]], ...] = (
    ("applicant", "申請する事業所", Applicant),
    ("software", "介護ソフトとソフト会社", Software),
    ("form", "用紙", FormHead),
)
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class FormField:
    """A field.

    Attributes:
        name: `section.key`.
        kind: `text`, `office`, `phone`, `date` or `yes_no`.
        example: what could stand there.
    """

    name: str
    label: str
    kind: str
    needed: bool
    example: str
    value: str = ""


def form_sections(entries: Mapping[str, str]) -> list[tuple[str, list[FormField]]]:
    """The fields of each section, with what was entered before."""
    return [
        (title, [_field(section, one, entries) for one in fields(kind)]) for section, title, kind in _SECTIONS
    ]


def _field(section: str, one: Field[Any], entries: Mapping[str, str]) -> FormField:
    told, name = one.metadata, f"{section}.{one.name}"
    example = "" if told["kind"] == "yes_no" else told["example"].strip('"')
    return FormField(name, told["label"], told["kind"], told["needed"], example, entries.get(name, ""))


def vendor_toml(entries: Mapping[str, str]) -> str:
    """The entries as a vendor.toml; what nobody entered is left out."""
    return "".join(_lines(entries))


def _lines(entries: Mapping[str, str]) -> Iterator[str]:
    for section, title, kind in _SECTIONS:
        yield f"# {title}\n[{section}]\n"
        for one in fields(kind):
            value = entries.get(f"{section}.{one.name}", "").strip()[:_LONGEST]
            if not value:
                continue
            if one.metadata["kind"] == "yes_no":
                yield f"{one.name} = {'true' if value == 'yes' else 'false'}\n"
            else:
                # A JSON text is a basic string of TOML, but for one character.
                yield f"{one.name} = {json.dumps(value, ensure_ascii=False).replace(chr(0x7F), '')}\n"
        yield "\n"

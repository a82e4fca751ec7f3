"""Copies of schemas/ with an invented edition or office type, made by editing YAML alone."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from careplan_csv import resources
from careplan_csv.standard import standard

LIKE = "202407"
NEXT = "202704"
"""An invented edition that applies from the month of its name on."""

PROFILES = {"mhlw-4.1": "invented", "mhlw-4.1-yobo": "invented-yobo"}
"""The profiles of the invented edition, by those that they are copies of."""


def copied(folder: Path) -> Path:
    """A copy of schemas/ to be edited."""
    schemas = folder / "schemas"
    shutil.copytree(resources.folder("schemas"), schemas)
    return schemas


def edited(path: Path, old: str, new: str) -> None:
    """Replace a text that stands in a file."""
    text = path.read_text(encoding="utf-8")
    assert old in text, (path, old)
    path.write_text(text.replace(old, new), encoding="utf-8")


def with_edition(schemas: Path) -> Path:
    """Add the invented edition with its profiles, and end the one before it."""
    shutil.copytree(schemas / LIKE, schemas / NEXT)
    edited(schemas / NEXT / "edition.yaml", f'csv_version: "{LIKE}"', f'csv_version: "{NEXT}"')
    versions = schemas / "versions.yaml"
    row = f'  - {{value: "{NEXT}", name: 試しの版, status: current, layout: "{NEXT}", applies_from: "{NEXT}"}}\n'
    edited(
        versions,
        'status: current,    layout: "202407", applies_from: "202504"}',
        'status: superseded, layout: "202407", applies_from: "202504", applies_to: "202703"}',
    )
    edited(versions, "# よくある書き間違い", f"{row}# よくある書き間違い")
    for old, new in PROFILES.items():
        path = schemas / "profiles" / f"{new}.yaml"
        shutil.copyfile(schemas / "profiles" / f"{old}.yaml", path)
        edited(path, f"id: {old}", f"id: {new}")
        edited(path, f'csv_version: "{LIKE}"', f'csv_version: "{NEXT}"')
    return schemas


def use(schemas: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the package read these schemas until the test or module ends."""
    own = resources.folder

    def folder(name: str) -> Path:
        return schemas if name == "schemas" else own(name)

    monkeypatch.setattr(resources, "folder", folder)
    standard.cache_clear()


def with_office_type(schemas: Path, like: str, new: str, **changes: str) -> Path:
    """Add an office type to the profile mhlw-4.1: a copy of another one, with other values of some keys.

    Args:
        changes: key of the office type -> its value as YAML.
    """
    path = schemas / "profiles" / "mhlw-4.1.yaml"
    lines = []
    for line in path.read_text(encoding="utf-8").splitlines(keepends=True):
        if line.startswith(f"  {like}: {{name:"):
            copy = line.replace(f"  {like}:", f"  {new}:")
            for key, value in changes.items():
                copy, count = re.subn(rf"\b{key}: (\[[^]]*\]|[^,}}]*)", f"{key}: {value}", copy)
                assert count == 1, (key, line)
            line += copy
        elif line.lstrip().startswith(("cells:", "printed:")):
            cell = re.search(rf"\b{like}: (\{{[^}}]*\}})", line)
            assert cell, line
            line = line.rstrip()[:-1] + f", {new}: {cell[1]}}}\n"
        lines.append(line)
    path.write_text("".join(lines), encoding="utf-8")
    return schemas

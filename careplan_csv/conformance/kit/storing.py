"""A kit on the disk: written as files, and read again only if nothing in it was changed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from careplan_csv.conformance.kit.making import KitNotPossible, make_kit
from careplan_csv.conformance.kit.model import DESCRIPTION, Kit
from careplan_csv.standard import Standard, standard

_LARGEST_DESCRIPTION = 4 << 20
_NAMED = 5


class KitProblem(Exception):
    """A kit that cannot be used; the text says what, where and what to do, in Japanese."""


def read_kit(folder: Path, known: Standard | None = None) -> Kit:
    """The kit of a folder, made anew from what its kit.json says; the files must be those.

    Raises:
        KitProblem: it is no kit, was made by another version, or a file was changed, added or removed.
    """
    described = _description(folder)
    kit = kit_of(described, known or standard())
    wrong = _differences(folder, kit)
    if wrong:
        more = f" ほか{len(wrong) - _NAMED}件" if len(wrong) > _NAMED else ""
        raise KitProblem(
            f"キット「{folder}」は、作った後で変わっています（{'、'.join(wrong[:_NAMED])}{more}）。"
            "「careplan-csv kit make」で作り直してください。"
        )
    return kit


def kit_of(described: dict[str, Any], known: Standard) -> Kit:
    """The kit that a kit.json describes.

    Raises:
        KitProblem: it describes none that this version can make.
    """
    try:
        profile = known.profile(str(described["profile"]))
        office_type = profile.office_type(str(described["office_type"]))
        edition = known.edition(str(described["edition"]))
        return make_kit(profile, office_type, edition, int(described["seed"]))
    except (KeyError, TypeError, ValueError, KitNotPossible) as error:
        raise KitProblem(
            f"{DESCRIPTION} の内容が正しくないか、この版では作れないキットです。"
            "「careplan-csv kit make」で作り直してください。"
        ) from error


def _description(folder: Path) -> dict[str, Any]:
    path = folder / DESCRIPTION
    try:
        if path.stat().st_size > _LARGEST_DESCRIPTION:
            raise ValueError("too large")
        described = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise KitProblem(
            f"「{folder}」に {DESCRIPTION} がありません。「careplan-csv kit make」で作ったフォルダーを指定してください。"
        ) from None
    except (OSError, ValueError, RecursionError) as error:
        raise KitProblem(
            f"「{path}」を読めません。「careplan-csv kit make」で作り直してください。"
        ) from error
    if not isinstance(described, dict):
        raise KitProblem(f"「{path}」は、キットの説明ではありません。")
    return described


def _differences(folder: Path, kit: Kit) -> list[str]:
    """What is not as it was made, each in a few words; the checksheets may be filled in."""
    wrong = []
    for path, data in kit.files.items():
        try:
            if (folder / path).read_bytes() != data:
                wrong.append(f"{path} の内容が違う")
        except OSError:
            wrong.append(f"{path} が無い")
    for part in sorted({path.split("/")[0] for path in kit.files}):
        for file in sorted((folder / part).rglob("*")):
            name = file.relative_to(folder).as_posix()
            if file.is_file() and name not in kit.files:
                wrong.append(f"{name} が加わっている")
    return wrong

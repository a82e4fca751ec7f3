"""The folder of a kit, which is only read if nothing in it was changed."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from careplan_csv.conformance.kit.builder import KitNotPossible, make_kit
from careplan_csv.conformance.kit.kit_model import DESCRIPTION, Aspect, Expectation, Kit, Step
from careplan_csv.conformance.strict_json import parse
from careplan_csv.standard import Standard, standard

_LARGEST_DESCRIPTION = 4 << 20
_NAMED = 5


class KitProblem(Exception):
    """A kit that cannot be used; the text says what, where and what to do, in Japanese."""


def read_kit(folder: Path, known: Standard | None = None) -> Kit:
    """The kit of a folder: made again from the arguments in kit.json and compared with the files.

    Raises:
        KitProblem: it is no kit, was made by another version, or files were changed, added or removed.
    """
    described = _description(folder)
    if "challenge" in described:
        kit = described_kit(described, _files(folder, described))
    else:
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
        KitProblem: this version cannot make such a kit.
    """
    try:
        profile = known.profile(str(described["profile"]))
        office_type = profile.office_type(str(described["office_type"]))
        edition = known.edition(str(described["edition"]))
        seed = described["seed"]
        if isinstance(seed, bool) or not isinstance(seed, int):
            raise ValueError("no seed")
        return make_kit(profile, office_type, edition, seed, _text(described.get("scenario", "")))
    except (KeyError, TypeError, ValueError, KitNotPossible) as error:
        raise KitProblem(
            f"{DESCRIPTION} の内容が正しくないか、このバージョンの careplan-csv では作れないキットです。"
            "「careplan-csv kit make」で作り直してください。"
        ) from error


def described_kit(described: Mapping[str, Any], files: Mapping[str, bytes]) -> Kit:
    """The kit that a kit.json and its files describe, without making it again: a challenge, or of another version.

    Raises:
        KitProblem: they do not describe a kit.
    """
    try:
        if files.keys() != {p for p in described["files"] if "/" in p}:
            raise ValueError("other files")
        if any(sha256(data).hexdigest() != described["files"][path] for path, data in files.items()):
            raise ValueError("changed files")
        return Kit(
            profile=_text(described["profile"]),
            office_type=_text(described["office_type"]),
            edition=_text(described["edition"]),
            seed=described["seed"] if isinstance(described.get("seed"), int) else None,
            office_number=_text(described["office_number"]),
            office_kind=_text(described["office_kind"]),
            inbox=tuple(map(_step, described["inbox"])),
            own=tuple(map(_step, described["own"])),
            faults=tuple(map(_step, described["faults"])),
            aspects={_text(number): Aspect(aspect) for number, aspect in described["aspects"].items()},
            files=dict(files),
            commitment=_text(described["challenge"]["commitment"]) if "challenge" in described else "",
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise KitProblem(
            f"{DESCRIPTION} の内容が正しくないか、キットのファイルが変わっています。"
            "キットを作った人から、もう一度受け取ってください。"
        ) from error


def _step(data: Mapping[str, Any]) -> Step:
    texts = {name: _text(data[name]) for name in ("folder", "unit", "pattern", "purpose", "rule")}
    users = tuple(_text(number) for number in data["users"])
    return Step(
        **texts, aspect=Aspect(data["aspect"]), expectation=Expectation(data["expectation"]), users=users
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("no text")
    return value


def _files(folder: Path, described: Mapping[str, Any]) -> dict[str, bytes]:
    """The files in the folder that kit.json names, without the checksheets at the top."""
    names = described.get("files")
    if not isinstance(names, dict):
        raise KitProblem(f"「{folder / DESCRIPTION}」は、kit make で作った kit.json ではありません。")
    files = {}
    for name in names:
        path = folder / name
        if "/" in name and ".." not in name.split("/") and not Path(name).is_absolute():
            with contextlib.suppress(OSError):
                files[name] = path.read_bytes()
    return files


def _description(folder: Path) -> dict[str, Any]:
    path = folder / DESCRIPTION
    try:
        if path.stat().st_size > _LARGEST_DESCRIPTION:
            raise ValueError("too large")
        described = parse(path.read_bytes())
    except FileNotFoundError:
        raise KitProblem(
            f"「{folder}」に {DESCRIPTION} がありません。「careplan-csv kit make」で作ったフォルダーを指定してください。"
        ) from None
    except (OSError, ValueError) as error:
        raise KitProblem(
            f"「{path}」を読めません。「careplan-csv kit make」で作り直してください。"
        ) from error
    if not isinstance(described, dict):
        raise KitProblem(f"「{path}」は、kit make で作った kit.json ではありません。")
    return described


def _differences(folder: Path, kit: Kit) -> list[str]:
    """Changed, missing and added files, each in a few Japanese words; checksheets may be filled in."""
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

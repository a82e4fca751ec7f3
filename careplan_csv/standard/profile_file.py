"""Reads the profiles of schemas/profiles, and those of others; a mistake is told with its file and line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from careplan_csv.standard.model import (
    Direction,
    Edition,
    Menu,
    MonthPart,
    Need,
    OfficeSide,
    OfficeType,
    Profile,
    ProfileRequirement,
    ShownBy,
    UnexaminedRequirement,
)
from careplan_csv.standard.yamlfile import Node, choice, read

_TABLES = ("csv_version", "office_types", "tables", "requirements")
"""What a profile takes over from another with `tables_from`."""
_DIGITS = 12


def own_id(path: Path) -> str:
    """The id of a file that somebody else wrote: its name and its contents (`kakuu-r8@1f6f0c2a9d3e`).

    Results, forms and evidence then name exactly this file.
    """
    return f"{path.stem}@{sha256(path.read_bytes()).hexdigest()[:_DIGITS]}"


def read_profile(
    path: Path, edition: Callable[[str], Edition | None], model: Callable[[str], Profile | None]
) -> Profile:
    """Read a profile.

    Args:
        edition: the edition of a CSV version; None if there is none.
        model: the profile that `tables_from` names; None if there is none.

    Raises:
        SchemaFileError: the file has a mistake.
    """
    node = read(path)
    if node.take("id", str) != path.stem:
        raise node.error(f"「id」がファイル名 {path.name} と違います。")
    if "tables_from" in node:
        node.only("id", "name", "addressee", "tables_from", "unexamined")
        profile = _with_tables_of(node, model)
    else:
        node.only("id", "name", "addressee", *_TABLES, "unexamined")
        profile = _with_own_tables(node, edition)
    return replace(
        profile,
        id=path.stem,
        name=node.take("name", str),
        addressee=node.take("addressee", str),
        unexamined=tuple(_unexamined_all(node, profile.office_types)),
    )


def _with_tables_of(node: Node, model: Callable[[str], Profile | None]) -> Profile:
    name = node.take("tables_from", str)
    profile = model(name)
    if profile is None or profile.tables_from:
        raise node.error(
            f"「tables_from」の {name!r} は使えません。careplan-csv の要件の表のうち、自分の表のあるものを書いてください。"
        )
    return replace(profile, tables_from=name)


def _with_own_tables(node: Node, edition: Callable[[str], Edition | None]) -> Profile:
    csv_version = node.take("csv_version", str)
    known = edition(csv_version)
    if known is None:
        raise node.error(f"「csv_version」のCSVバージョン {csv_version!r} のフォルダーがありません。")
    kinds = node.take("office_types", Node)
    office_types = tuple(_office_type(key, kinds.take(key, Node), known) for key in kinds)
    return Profile(
        id="",
        name="",
        csv_version=csv_version,
        addressee="",
        office_types=office_types,
        tables={child.take("id", str): child.take("name", str) for child in node.nodes("tables")},
        requirements=tuple(_requirement(child, office_types) for child in node.nodes("requirements")),
    )


def _unexamined_all(node: Node, office_types: tuple[OfficeType, ...]) -> Iterator[UnexaminedRequirement]:
    seen: set[str] = set()
    for child in node.nodes("unexamined") if "unexamined" in node else ():
        one = _unexamined(child, office_types)
        if one.letter in seen:
            raise child.error(f"「letter」の {one.letter!r} が2つあります。")
        seen.add(one.letter)
        yield one


def _unexamined(node: Node, office_types: tuple[OfficeType, ...]) -> UnexaminedRequirement:
    node.only(
        "letter", "name", "shown_by", "need", "office_types", "per_file", "show", "missing", "source", "second_hand"
    )  # fmt: skip
    known = tuple(one.id for one in office_types)
    kinds = node.words("office_types") or known
    for word in kinds:
        if word not in known:
            raise node.error(
                f"「office_types」の {word!r} は、この表の事業所の種類にありません（あるもの: {'、'.join(known)}）。"
            )
    need = choice(node, "need", Need, Need.REQUIRED)
    if need is Need.NONE:
        raise node.error("「need」は required（必要）か optional（任意）です。")
    return UnexaminedRequirement(
        letter=node.take("letter", str),
        name=node.take("name", str),
        shown_by=choice(node, "shown_by", ShownBy),
        need=need,
        office_types=kinds,
        per_file=node.take("per_file", bool, False),
        show=node.take("show", str),
        missing=node.take("missing", str),
        source=node.take("source", str),
        second_hand=node.take("second_hand", bool, False),
    )


Cells = dict[tuple[str, Direction], str]


def _cells(node: Node, office_types: tuple[OfficeType, ...]) -> Cells:
    cells: Cells = {}
    node.only(*(office_type.id for office_type in office_types))
    for office_type in office_types:
        child = node.take(office_type.id, Node)
        for direction in Direction:
            cells[office_type.id, direction] = child.take(direction.value, str)
    return cells


def _requirement(node: Node, office_types: tuple[OfficeType, ...]) -> ProfileRequirement:
    node.only("letter", "table", "file", "name", "cells", "printed", "source", "ambiguity")
    file = node.take("file", Node)
    file.only("prefix", "month", "with")
    needs = {}
    for key, word in _cells(node.take("cells", Node), office_types).items():
        if word not in set(Need):
            raise node.error(f"「cells」の値 {word!r} は使えません（使えるもの: {'、'.join(Need)}）。")
        needs[key] = Need(word)
    return ProfileRequirement(
        letter=node.take("letter", str),
        table=node.take("table", str),
        prefix=file.take("prefix", str),
        month=choice(file, "month", MonthPart),
        name=node.take("name", str),
        needs=needs,
        printed=_cells(node.take("printed", Node), office_types),
        source=node.take("source", str),
        ambiguity=node.take("ambiguity", str, ""),
        companions=file.words("with"),
    )


def _office_type(key: str, node: Node, edition: Edition) -> OfficeType:
    node.only("name", "short", "side", "menu", "sends_as", "passes_on")
    known = {*edition.kinds, *(kind.category for kind in edition.kinds.values())}
    for word in (*node.words("sends_as"), *node.words("passes_on")):
        if word not in known:
            raise node.error(
                f"サービス種類 {word!r} は、CSVバージョン {edition.csv_version} の service_kinds.yaml にありません。"
            )
    return OfficeType(
        id=key,
        name=node.take("name", str),
        short=node.take("short", str),
        side=choice(node, "side", OfficeSide),
        menu=choice(node, "menu", Menu),
        sends_as=node.words("sends_as"),
        passes_on=node.words("passes_on"),
    )

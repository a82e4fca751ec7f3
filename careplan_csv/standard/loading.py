"""From schemas/ to the model. Each file is read once, and only when it is asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache, cached_property
from pathlib import Path

from careplan_csv import resources
from careplan_csv.standard.model import (
    CsvVersion,
    Edition,
    Exchange,
    Item,
    Layout,
    MonthPart,
    NumberLevel,
    OfficeType,
    Profile,
    Requirement,
    ServiceKind,
    Totals,
    TransmissionUnit,
    UnitFile,
    Variant,
    VersionMistake,
    VersionStatus,
)
from careplan_csv.standard.profile_file import own_id, read_profile
from careplan_csv.standard.yamlfile import Node, SchemaFileError, choice, read

FORMATS = frozenset(
    """
    ym ymd hhmm int digits insured office text postal tel code service_kind service_code
    service_code_or_total tais flags31 decimal unused
    """.split()  # noqa: SIM905  # a list of words reads better than a list of quotes
)

TEXTS = frozenset({"", "person", "place", "period"})
"""What a text tells: a person's name, an office or an address, a period of time, or anything."""


class Standard:
    """All editions and profiles under one folder of schemas."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._added: dict[str, Profile] = {}

    @cached_property
    def editions(self) -> tuple[str, ...]:
        """The CSV versions that have a folder, oldest first."""
        return tuple(sorted(path.parent.name for path in self.folder.glob("*/edition.yaml")))

    @property
    def profiles(self) -> tuple[str, ...]:
        """The ids of all profiles."""
        own = sorted(path.stem for path in (self.folder / "profiles").glob("*.yaml"))
        return (*own, *self._added)

    def add_profile(self, path: Path) -> Profile:
        """Take in a profile that somebody else wrote, for as long as the program runs.

        Its id tells the file's name and its contents (`kanagawa-r8@1f6f0c2a9d3e`), so that results, forms and
        evidence name exactly this profile.

        Raises:
            SchemaFileError: the file cannot be used; names file and line.
        """
        profile = _read_profile(path, self.folder)
        if profile.id in self.profiles:
            raise read(path).error(
                f"「id」の {profile.id} は、もとからある要件の表と同じです。別の名前にしてください。"
            )
        added = replace(profile, id=own_id(path))
        self._added[added.id] = added
        return added

    @property
    def newest(self) -> Edition:
        """The edition whose CSV version is current."""
        current = [v for v in self.versions.values() if v.status is VersionStatus.CURRENT]
        return self.edition(current[-1].value if current else self.editions[-1])

    @property
    def versions(self) -> Mapping[str, CsvVersion]:
        """Every value that CSVバージョン ever had."""
        return _versions(self.folder)[0]

    @property
    def mistakes(self) -> Mapping[str, VersionMistake]:
        """Values that software writes by mistake."""
        return _versions(self.folder)[1]

    def edition(self, csv_version: str) -> Edition:
        """The edition of a CSV version.

        Raises:
            KeyError: schemas/ has no such edition.
            SchemaFileError: a file of it is broken.
        """
        if csv_version not in self.editions:
            raise KeyError(csv_version)
        return _edition(self.folder, csv_version)

    def profile(self, profile_id: str) -> Profile:
        """A requirement profile.

        Raises:
            KeyError: no such profile.
            SchemaFileError: its file is broken.
        """
        if profile_id in self._added:
            return self._added[profile_id]
        if profile_id not in self.profiles:
            raise KeyError(profile_id)
        return _profile(self.folder, profile_id)

    @property
    def office_types(self) -> Mapping[str, OfficeType]:
        """The office types of all profiles by their ids, which mean the same in every profile.

        Raises:
            SchemaFileError: two profiles give one id to different sides or menus.
        """
        own = tuple(one for one in self.profiles if one not in self._added)
        added = {kind.id: kind for profile in self._added.values() for kind in profile.office_types}
        return {**added, **_office_types(self.folder, own)}


@cache
def standard(folder: Path | None = None) -> Standard:
    """The standard as data; from `folder` instead of the package's own where given."""
    return Standard(folder or resources.folder("schemas"))


def _item(node: Node, known_lists: Mapping[str, object]) -> Item:
    node.only(
        "no",
        "id",
        "name",
        "length",
        "required",
        "format",
        "also",
        "open",
        "on_totals",
        "unclear_beyond",
        "signed",
        "note",
    )
    kind, _, argument = node.take("format", str).partition(":")
    if kind not in FORMATS:
        raise node.error(f"「format」の値 {kind!r} は使えません。")
    if kind == "code" and argument not in known_lists:
        raise node.error(f"コード一覧「{argument}」が codes.yaml にありません。")
    if kind == "text" and argument not in TEXTS:
        raise node.error(f"「format」の値 text:{argument} は使えません。")
    length = None if node.get("length") == "none" else node.take("length", int)
    return Item(
        no=node.take("no", int),
        id=node.take("id", str),
        name=node.take("name", str),
        length=length,
        required=choice(node, "required", Requirement),
        format=kind,
        argument=argument,
        also=node.words("also"),
        open=node.take("open", bool, False),
        on_totals=choice(node, "on_totals", Requirement) if "on_totals" in node else None,
        unclear_beyond=node.take("unclear_beyond", int) if "unclear_beyond" in node else None,
        signed=node.take("signed", bool, False),
        note=node.take("note", str, ""),
    )


def _variant(node: Node, ids: frozenset[str]) -> Variant:
    node.only("letter", "month", "parent", "link", "unique", "replaces", "deletes", "exact_duplicates")
    for key in ("link", "unique", "replaces"):
        for word in node.words(key):
            if word not in ids:
                raise node.error(f"「{key}」の {word!r} は items にありません。")
    return Variant(
        letter=node.take("letter", str),
        month=choice(node, "month", MonthPart),
        parent=node.take("parent", str, "") or None,
        link=node.words("link"),
        unique=node.words("unique"),
        replaces=node.words("replaces"),
        deletes=node.take("deletes", str, "") or None,
        exact_duplicates=node.take("exact_duplicates", bool, False),
    )


def _numbering(node: Node, ids: frozenset[str]) -> tuple[NumberLevel, ...]:
    if "numbering" not in node:
        return ()
    levels = []
    for child in node.nodes("numbering"):
        child.only("item", "texts", "more")
        level = NumberLevel(child.take("item", str), child.words("texts"), child.words("more"))
        for word in (level.item, *level.texts, *level.more):
            if word not in ids:
                raise child.error(f"{word!r} は items にありません。")
        levels.append(level)
    return tuple(levels)


def _layout(path: Path, csv_version: str, known_lists: Mapping[str, object]) -> Layout:
    node = read(path)
    node.only(
        "prefix", "name", "sender", "receiver", "either_way", "variants", "numbering", "images", "items"
    )
    if node.take("prefix", str) != path.stem:
        raise node.error(f"「prefix」がファイル名 {path.name} と違います。")
    items = []
    for number, child in enumerate(node.nodes("items"), start=1):
        item = _item(child, known_lists)
        if item.no != number:
            raise child.error(f"「no」は {number} のはずですが {item.no} です。")
        items.append(item)
    ids = [item.id for item in items]
    doubled = next((word for word in ids if ids.count(word) > 1), None)
    if doubled:
        raise node.error(f"id「{doubled}」が2つの項目にあります。")
    images = node.take("images", Node) if "images" in node else None
    if images is not None and images.take("item", str) not in ids:
        raise images.error(f"「item」の {images.take('item', str)!r} は items にありません。")
    return Layout(
        csv_version=csv_version,
        prefix=path.stem,
        name=node.take("name", str),
        sender=node.take("sender", str),
        receiver=node.take("receiver", str),
        variants=tuple(_variant(child, frozenset(ids)) for child in node.nodes("variants")),
        items=tuple(items),
        numbering=_numbering(node, frozenset(ids)),
        image_item=images.take("item", str) if images else "",
        image_prefix=images.take("prefix", str) if images else "",
        either_way=node.take("either_way", str, ""),
    )


def _unit(node: Node, prefixes: frozenset[str]) -> TransmissionUnit:
    node.only("id", "name", "pattern", "prevention_pattern", "sender", "relation", "files")
    files = []
    for child in node.nodes("files"):
        child.only("prefix", "month", "missing", "ambiguity", "per_parent")
        prefix = child.take("prefix", str)
        if prefix not in prefixes:
            raise child.error(f"ファイル {prefix} の定義が files/ にありません。")
        files.append(
            UnitFile(
                prefix=prefix,
                month=choice(child, "month", MonthPart),
                missing=child.take("missing", str, "error"),
                ambiguity=child.take("ambiguity", str, ""),
                per_parent=child.take("per_parent", bool, True),
            )
        )
    return TransmissionUnit(
        id=node.take("id", str),
        name=node.take("name", str),
        sender=node.take("sender", str),
        files=tuple(files),
        pattern=node.take("pattern", str, ""),
        prevention_pattern=node.take("prevention_pattern", str, ""),
        relation=node.take("relation", str, ""),
    )


def _kind(node: Node) -> ServiceKind:
    node.only("code", "exchange", "class", "name", "group", "equipment")
    return ServiceKind(
        code=node.take("code", str),
        name=node.take("name", str),
        category=node.take("class", str),
        exchange=choice(node, "exchange", Exchange),
        equipment=node.take("equipment", str, ""),
        group=node.take("group", str, ""),
    )


def _codes(node: Node) -> dict[str, dict[str, str]]:
    codes: dict[str, dict[str, str]] = {}
    for name in node:
        entries = node.take(name, Node)
        if not all(isinstance(code, str) and isinstance(label, str) for code, label in entries.items()):
            raise entries.error('コードと意味は文字列で書いてください（例 "1": 男性）。')
        codes[name] = dict(entries)
    return codes


def _meanings(node: Node) -> dict[str, str]:
    return {name: node.take(name, str) for name in node}


def _totals(node: Node) -> Totals:
    return Totals(
        grand_total_office=node.take("grand_total_office", str),
        grand_total_code=node.take("grand_total_code", str),
        subtotals={child.take("suffix", str): child.take("name", str) for child in node.nodes("subtotals")},
    )


@cache
def _edition(folder: Path, csv_version: str) -> Edition:
    base = folder / csv_version
    head = read(base / "edition.yaml")
    if head.take("csv_version", str) != csv_version:
        raise head.error(f"「csv_version」がフォルダー名 {csv_version} と違います。")
    codes = _codes(read(base / "codes.yaml"))
    prefixes = frozenset(path.stem for path in (base / "files").glob("*.yaml"))
    units = read(base / "transmission_units.yaml").nodes("units")

    @cache
    def load(prefix: str) -> Layout:
        return _layout(base / "files" / f"{prefix}.yaml", csv_version, codes)

    return Edition(
        csv_version=csv_version,
        name=head.take("name", str),
        notice=head.take("notice", str),
        version=_own_version(folder, csv_version),
        file_name=head.words("file_name"),
        totals=_totals(head.take("totals", Node)),
        no_time=head.take("no_time", str),
        no_month=head.take("no_month", str),
        no_date=head.take("no_date", str),
        meanings=_meanings(head.take("meanings", Node)),
        codes=codes,
        kinds={kind.code: kind for kind in map(_kind, read(base / "service_kinds.yaml").nodes("kinds"))},
        units=tuple(_unit(child, prefixes) for child in units),
        prefixes=tuple(sorted(prefixes)),
        load_layout=load,
    )


def _own_version(folder: Path, csv_version: str) -> CsvVersion:
    """The row of versions.yaml that says when an edition applies."""
    try:
        return _versions(folder)[0][csv_version]
    except KeyError:
        raise SchemaFileError(
            folder / "versions.yaml",
            1,
            f"「versions」に、フォルダー {csv_version} の版の行がありません。",
        ) from None


def _version(node: Node) -> CsvVersion:
    node.only(
        "value",
        "name",
        "status",
        "applies_from",
        "applies_to",
        "examples_from",
        "layout",
        "replaced_by",
        "file_name",
    )
    first = _month(node, "applies_from")
    last = _month(node, "applies_to") if "applies_to" in node else None
    examples = _month(node, "examples_from") if "examples_from" in node else first
    if examples < first or (last and _next_month(examples) > last):
        raise node.error(
            f"見本とキットの2か月（{examples} と {_next_month(examples)}）が、そのCSVバージョンを使う期間の中にありません。"
            "「applies_from」「applies_to」「examples_from」を確かめてください。"
        )
    return CsvVersion(
        value=node.take("value", str),
        name=node.take("name", str),
        status=choice(node, "status", VersionStatus),
        applies_from=first,
        applies_to=last,
        examples_from=examples,
        layout=node.take("layout", str, "") or None,
        replaced_by=node.take("replaced_by", str, "") or None,
        file_name=node.words("file_name"),
    )


def _month(node: Node, key: str) -> str:
    """A month, YYYYMM."""
    text = node.take(key, str)
    if not re.fullmatch("[0-9]{4}(0[1-9]|1[0-2])", text):
        raise node.error(f"「{key}」の値 {text!r} は、年月（YYYYMM）ではありません。")
    return text


def _next_month(month: str) -> str:
    year, number = divmod(int(month[:4]) * 12 + int(month[4:]), 12)
    return f"{year:04d}{number + 1:02d}"


@cache
def _versions(folder: Path) -> tuple[dict[str, CsvVersion], dict[str, VersionMistake]]:
    node = read(folder / "versions.yaml")
    versions = {version.value: version for version in map(_version, node.nodes("versions"))}
    mistakes = {
        child.take("value", str): VersionMistake(
            child.take("value", str), child.take("meant", str), child.take("message", str)
        )
        for child in node.nodes("mistakes")
    }
    return versions, mistakes


@cache
def _profile(folder: Path, profile_id: str) -> Profile:
    return _read_profile(folder / "profiles" / f"{profile_id}.yaml", folder)


def _read_profile(path: Path, folder: Path) -> Profile:
    """A profile; only those of the same folder can be what another takes its tables from."""

    def edition(csv_version: str) -> Edition | None:
        known = (folder / csv_version / "edition.yaml").is_file()
        return _edition(folder, csv_version) if known else None

    def model(profile_id: str) -> Profile | None:
        known = {found.stem for found in (folder / "profiles").glob("*.yaml")} - {path.stem}
        return _profile(folder, profile_id) if profile_id in known else None

    return read_profile(path, edition, model)


@cache
def _office_types(folder: Path, profiles: tuple[str, ...]) -> dict[str, OfficeType]:
    found: dict[str, OfficeType] = {}
    for profile_id in profiles:
        for office_type in _profile(folder, profile_id).office_types:
            first = found.setdefault(office_type.id, office_type)
            if (first.side, first.menu) != (office_type.side, office_type.menu):
                path = folder / "profiles" / f"{profile_id}.yaml"
                raise (
                    read(path)
                    .take("office_types", Node)
                    .take(office_type.id, Node)
                    .error(
                        f"「{office_type.id}」の「side」か「menu」が、ほかの要件の表と違います。別の名前にしてください。"
                    )
                )
    return found


__all__ = ["FORMATS", "SchemaFileError", "Standard", "standard"]

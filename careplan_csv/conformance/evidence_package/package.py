"""The evidence package: all files behind a verdict in one ZIP file, with the hash of every part.

The same contents give the same bytes. Nothing in a package is trusted when it is read: only the parts of this
format may be inside, each once, and the manifest must not have unknown entries. The package may have been
unpacked and zipped again, also inside a folder.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from careplan_csv.conformance.strict_json import parse_object
from careplan_csv.findings import printable
from careplan_csv.reading.archives import Archive, ArchiveError, ArchiveMember, Limits, Refusal
from careplan_csv.reading.sources import Origin

FORMAT, FIRST_FORMAT = "2.0", "1.0"
"""The format that is written, and the older one that can be read: packages of version 0.1.0."""
MANIFEST, SIGNATURE = "manifest.json", "signature.json"
RESULT, FORM_HTML = "result.json", "besshi6.html"
VENDOR, KIT, SHEET, RUN = "vendor.toml", "kit.json", "answers.xlsx", "run.json"
CHALLENGE_ANSWERS, VENDOR_EVIDENCE = "challenge-answers.json", "vendor-evidence.zip"
ATTEMPTS = "attempts.json"
"""In packages of the first format instead of run.json."""
INBOX = "kit"
FILES, EXPORTED, DUMP, AFTER_FAULTS = "files", "exported", "dump", "dump-after-faults"
"""Parts: an office's own exports; exports and data of software after a kit; data after the faulty units."""

_NUMBERED = (FILES, EXPORTED, DUMP, AFTER_FAULTS)
_ALONE = (RESULT, FORM_HTML, VENDOR, KIT, SHEET, RUN, CHALLENGE_ANSWERS, VENDOR_EVIDENCE)
_SETTINGS = ("tool", "version", "rule_set", "profile", "office_type", "edition")
_FIXED_TIME = (2020, 1, 1, 0, 0, 0)
_MEBIBYTE = 1 << 20
_LIMITS = Limits(members=20_000, single=512 * _MEBIBYTE, total=1024 * _MEBIBYTE)
_PART_NAME = re.compile(r"[0-9]{4}-[0-9A-Za-z_.]{1,120}\Z")
_DIGEST = re.compile(r"[0-9a-f]{64}\Z")
_SIGNATURE_BYTES = 1 << 20
_LITTER = frozenset({"__macosx", ".ds_store", "thumbs.db", "desktop.ini"})


class PackageProblem(Exception):
    """A package that cannot be read or made; the text says why and what to do, in Japanese."""


@dataclass(frozen=True, slots=True)
class Origins:
    """The origin of a part: its displayed name, and how it was given."""

    name: str
    origin: Origin = Origin.FOLDER


@dataclass(frozen=True)
class Package:
    """The contents of an evidence package.

    Attributes:
        settings: tool, version, rule set, profile, office type, edition of the verdict.
        parts: path -> bytes, without manifest and signature.
        names: path of an examined file -> its displayed name, and how it was given.
        claimed: path -> SHA-256 in the manifest; for a new package, that of its parts.
        manifest: the signed bytes; empty for a new package.
        signature: of the manifest, or empty.
        format: of the manifest.
        remarks: notes on the ZIP file itself, sentences in Japanese.
    """

    settings: Mapping[str, str]
    parts: Mapping[str, bytes]
    names: Mapping[str, Origins]
    claimed: Mapping[str, str] = field(default_factory=dict)
    manifest: bytes = b""
    signature: bytes = b""
    format: str = FORMAT
    remarks: tuple[str, ...] = ()

    def under(self, part: str) -> dict[str, bytes]:
        """Displayed name -> bytes, for the files of one part."""
        start = part + "/"
        return {
            self.names[path].name if path in self.names else path.removeprefix(start): data
            for path, data in self.parts.items()
            if path.startswith(start)
        }

    def origins(self, part: str) -> dict[str, Origin]:
        """Displayed name -> how it was given, for the files of one part."""
        return {o.name: o.origin for path, o in self.names.items() if path.startswith(part + "/")}

    def manifest_bytes(self) -> bytes:
        """The bytes of the manifest."""
        manifest = {
            "format": FORMAT,
            **{key: self.settings[key] for key in _SETTINGS},
            "files": {path: self._entry(path, data) for path, data in sorted(self.parts.items())},
        }
        return (json.dumps(manifest, ensure_ascii=False, indent=2) + "\n").encode("utf-8")

    def _entry(self, path: str, data: bytes) -> dict[str, Any]:
        entry: dict[str, Any] = {"sha256": sha256(data).hexdigest(), "bytes": len(data)}
        if path in self.names:
            entry |= {"name": self.names[path].name, "origin": self.names[path].origin.value}
        return entry

    def data(self, signature: bytes = b"") -> bytes:
        """The bytes of the ZIP file.

        Args:
            signature: of `manifest_bytes`.
        """
        members = {**self.parts, MANIFEST: self.manifest_bytes()}
        if signature:
            members[SIGNATURE] = signature
        stream = io.BytesIO()
        # Not compressed, because different versions of zlib give different bytes.
        with zipfile.ZipFile(stream, "w") as archive:
            for path, data in sorted(members.items()):
                entry = zipfile.ZipInfo(path, _FIXED_TIME)
                entry.create_system = 0
                archive.writestr(entry, data)
        return stream.getvalue()

    @property
    def identity(self) -> str:
        """SHA-256 of the manifest, which does not depend on the ZIP file."""
        return sha256(self.manifest or self.manifest_bytes()).hexdigest()

    def tampered(self) -> list[str]:
        """Parts that differ from the manifest, each as a sentence in Japanese."""
        wrong = [
            f"{printable(path)}: 一覧（{MANIFEST}）にあるのに、ありません。"
            for path in self.claimed
            if path not in self.parts
        ]
        for path, data in self.parts.items():
            if path not in self.claimed:
                wrong.append(f"{printable(path)}: 一覧（{MANIFEST}）に無いファイルです。")
            elif sha256(data).hexdigest() != self.claimed[path]:
                wrong.append(
                    f"{printable(path)}: 中身が、作成時の記録（SHA-256）と違います。書き換えられたか、壊れています。"
                )
        return sorted([*wrong, *self._unknown_parts(), *self._shadowed()])

    def _unknown_parts(self) -> list[str]:
        """Parts that this format does not have and that nobody examined."""
        return [
            f"{printable(path)}: 証拠の ZIP に入れるものではないファイルです（調べていません）。"
            for path in self.parts
            if not _is_known(path, self.format)
        ]

    def _shadowed(self) -> list[str]:
        """Two examined files with one name in one part, or a name without a file."""
        wrong = []
        for part in _NUMBERED:
            names = [o.name for path, o in self.names.items() if path.startswith(part + "/")]
            doubled = {name for name in names if names.count(name) > 1}
            wrong += [f"{printable(name)}: 同じ名前のファイルが2つあります（{part}）。" for name in doubled]
            lacking = [p for p in self.parts if p.startswith(part + "/") and p not in self.names]
            wrong += [
                f"{printable(path)}: もとの名前が、一覧（{MANIFEST}）にありません。" for path in lacking
            ]
        return wrong


def _is_known(path: str, format_: str) -> bool:
    alone = {*_ALONE, ATTEMPTS} if format_ == FIRST_FORMAT else set(_ALONE)
    if path in alone:
        return True
    part, _, rest = path.partition("/")
    if part in _NUMBERED:
        return bool(_PART_NAME.match(rest))
    # The files of the kit are compared with the kit one by one.
    return part == INBOX and bool(rest)


def numbered(
    part: str, files: Mapping[str, tuple[bytes, Origin]]
) -> tuple[dict[str, bytes], dict[str, Origins]]:
    """Give files names that are safe on every system.

    Returns:
        Path in the package -> bytes, and path -> its original name and how it was given.
    """
    parts: dict[str, bytes] = {}
    names: dict[str, Origins] = {}
    for number, (name, (data, origin)) in enumerate(files.items(), start=1):
        last = name.replace("\\", "/").rsplit("/", 1)[-1]
        safe = last.isascii() and last.replace("_", "").replace(".", "").isalnum() and len(last) <= 120
        path = f"{part}/{number:04d}-{last if safe else 'file'}"
        parts[path], names[path] = data, Origins(name, origin)
    return parts, names


def is_package(path: Path) -> bool:
    """Whether a path is a ZIP file with the manifest of an evidence package."""
    if path.suffix.lower() != ".zip" or not path.is_file():
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name.replace("\\", "/") for name in archive.namelist()]
    except (OSError, ValueError, zipfile.BadZipFile, NotImplementedError):
        return False
    return any(name == MANIFEST or name.endswith("/" + MANIFEST) for name in names)


def read_package(path: Path) -> Package:
    """Read an evidence package.

    Raises:
        PackageProblem: it is no package, is damaged, or is larger than any package.
    """
    shown = f"「{printable(str(path), 200)}」"
    try:
        if path.exists() and not path.is_file():
            raise PackageProblem(f"{shown}は、ZIP ファイルではありません。証拠の ZIP を指定してください。")
        parts = _members(list(Archive(str(path), _LIMITS).members()), shown)
    except ArchiveError as error:
        raise PackageProblem(f"{shown}を開けません。{error}") from error
    except FileNotFoundError:
        raise PackageProblem(f"{shown}が見つかりません。名前と場所を確かめてください。") from None
    except OSError as error:
        raise PackageProblem(f"{shown}を読めません。読み取りの許可を確かめてください。") from error
    return package_of(parts, shown)


def open_package(data: bytes, shown: str) -> Package:
    """Read an evidence package from its bytes.

    Args:
        shown: its name in the sentences.

    Raises:
        PackageProblem: as `read_package`.
    """
    try:
        archive = Archive(lambda: io.BytesIO(data), _LIMITS)
        return package_of(_members(list(archive.members()), shown), shown)
    except (ArchiveError, OSError) as error:
        raise PackageProblem(f"{shown}を開けません。もう一度受け取ってください。") from error


def _members(members: Sequence[ArchiveMember | Refusal], shown: str) -> dict[str, bytes]:
    parts: dict[str, bytes] = {}
    for member in members:
        if isinstance(member, Refusal):
            raise PackageProblem(f"{shown}の中に、読めないものがあります（{member.problem}）。")
        if _is_system_file(member.name):
            continue
        if member.name in parts:
            raise PackageProblem(f"{shown}の中に、同じ名前のファイルが2つあります。")
        with member.open() as stream:
            parts[member.name] = stream.read()
    return parts


def _is_system_file(name: str) -> bool:
    """Whether a member is a file that operating systems add when a folder is zipped."""
    return any(part.lower() in _LITTER or part.startswith("._") for part in name.split("/"))


def package_of(parts: dict[str, bytes], shown: str) -> Package:
    """A package from the members of its ZIP file.

    Args:
        shown: its name in the sentences.

    Raises:
        PackageProblem: there is no manifest, or it has another format.
    """
    parts, remarks = _unfolded(parts)
    manifest = parts.pop(MANIFEST, None)
    signature = parts.pop(SIGNATURE, b"")
    problem = (
        f"{shown}は、証拠の ZIP ではないか、{MANIFEST} が壊れています。"
        "「careplan-csv assess --evidence」で作った ZIP を指定してください。"
    )
    if manifest is None or len(signature) > _SIGNATURE_BYTES:
        raise PackageProblem(problem)
    try:
        data = parse_object(manifest)
        format_ = data.get("format")
        if format_ not in (FORMAT, FIRST_FORMAT):
            raise PackageProblem(
                f"{shown}は、このバージョンの careplan-csv では読めない形式です。新しいバージョンで確かめてください。"
            )
        settings, claimed, names = _read_manifest(data)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise PackageProblem(problem) from error
    return Package(settings, parts, names, claimed, manifest, signature, format_, remarks)


def _unfolded(parts: dict[str, bytes]) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """The parts without the folder in which they were zipped again."""
    if MANIFEST in parts or not parts:
        return parts, ()
    folders = {path.partition("/")[0] for path in parts}
    if len(folders) != 1 or any("/" not in path for path in parts):
        return parts, ()
    (folder,) = folders
    remark = "ZIP は、展開して圧縮し直されています（中身の確認には影響しません）。"
    return {path.removeprefix(folder + "/"): data for path, data in parts.items()}, (remark,)


Manifest = tuple[dict[str, str], dict[str, str], dict[str, Origins]]


def _read_manifest(data: Mapping[str, Any]) -> Manifest:
    """Settings, hashes and names; raises ValueError, KeyError or TypeError if anything is invalid."""
    if set(data) != {"format", "files", *_SETTINGS}:
        raise ValueError("other settings")
    settings = {key: _text(data[key]) for key in _SETTINGS}
    claimed, names = {}, {}
    for path, entry in data["files"].items():
        if not {"sha256", "bytes"} <= set(entry) <= {"sha256", "bytes", "name", "origin"}:
            raise ValueError("other entries")
        claimed[path] = _text(entry["sha256"])
        if not _DIGEST.match(claimed[path]) or isinstance(entry["bytes"], bool) or entry["bytes"] < 0:
            raise ValueError("no hash or no size")
        if entry.get("name"):
            names[path] = Origins(_text(entry["name"]), Origin(entry.get("origin", Origin.FOLDER)))
    return settings, claimed, names


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("no text")
    return value

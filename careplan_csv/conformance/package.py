"""The evidence package: everything that a verdict rests on, in one ZIP file with the hash of every part.

The same contents give the same bytes. Reading trusts nothing in it: not a name, a size or a path.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from careplan_csv.reading.archives import Archive, ArchiveError, Limits, Refusal

FORMAT = "1.0"
MANIFEST = "manifest.json"
RESULT, FORM_HTML = "result.json", "besshi6.html"
VENDOR, KIT, ANSWERS, ATTEMPTS = "vendor.toml", "kit.json", "answers.xlsx", "attempts.json"
INBOX = "kit"
EXPORTED, DUMP, AFTER_FAULTS = "exported", "dump", "dump-after-faults"
"""Parts: what was examined as export, the data after the inbox of a kit, and after its faulty units."""

_FIXED_TIME = (2020, 1, 1, 0, 0, 0)
_MEBIBYTE = 1 << 20
_LIMITS = Limits(members=20_000, single=512 * _MEBIBYTE, total=1024 * _MEBIBYTE)


class PackageProblem(Exception):
    """A package that cannot be read or made; the text says why and what to do, in Japanese."""


@dataclass(frozen=True)
class Package:
    """The contents of an evidence package.

    Attributes:
        settings: what the verdict was made with: tool, version, rule set, profile, office type, edition.
        parts: path -> bytes, the manifest not among them.
        names: path of an examined file -> its name as the result shows it.
        claimed: path -> SHA-256 as the manifest says; of a package that is made anew, that of its parts.
        whole: SHA-256 of the file that was read; empty for a package that is made anew.
    """

    settings: Mapping[str, str]
    parts: Mapping[str, bytes]
    names: Mapping[str, str]
    claimed: Mapping[str, str] = field(default_factory=dict)
    whole: str = ""

    def under(self, part: str) -> dict[str, bytes]:
        """Name as the result shows it -> bytes, of one part."""
        start = part + "/"
        return {
            self.names.get(path, path.removeprefix(start)): data
            for path, data in self.parts.items()
            if path.startswith(start)
        }

    def data(self) -> bytes:
        """The ZIP file."""
        manifest = {
            "format": FORMAT,
            **self.settings,
            "files": {
                path: {
                    "sha256": sha256(data).hexdigest(),
                    "bytes": len(data),
                    "name": self.names.get(path, ""),
                }
                for path, data in sorted(self.parts.items())
            },
        }
        text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
        stream = io.BytesIO()
        # Not compressed: compressed bytes differ from one zlib to the next.
        with zipfile.ZipFile(stream, "w") as archive:
            for path, data in sorted({**self.parts, MANIFEST: text.encode("utf-8")}.items()):
                entry = zipfile.ZipInfo(path, _FIXED_TIME)
                entry.create_system = 0
                archive.writestr(entry, data)
        return stream.getvalue()

    def tampered(self) -> list[str]:
        """Parts that are not what the manifest says, each as a sentence in Japanese."""
        wrong = [
            f"{path}: 一覧（{MANIFEST}）にあるのに、ありません。"
            for path in self.claimed
            if path not in self.parts
        ]
        for path, data in self.parts.items():
            if path not in self.claimed:
                wrong.append(f"{path}: 一覧（{MANIFEST}）に無いファイルです。")
            elif sha256(data).hexdigest() != self.claimed[path]:
                wrong.append(
                    f"{path}: 中身が、作成時の記録（SHA-256）と違います。書き換えられたか、壊れています。"
                )
        if not wrong and self.whole != sha256(self.data()).hexdigest():
            wrong.append(
                "作成時の ZIP と違います（展開して圧縮し直したときも、こうなります）。元の ZIP を送ってもらってください。"
            )
        return sorted(wrong)


def numbered(part: str, files: Mapping[str, bytes]) -> tuple[dict[str, bytes], dict[str, str]]:
    """Files under names that are safe on every system.

    Returns:
        Path in the package -> bytes, and path -> the name that it had.
    """
    parts: dict[str, bytes] = {}
    names: dict[str, str] = {}
    for number, (name, data) in enumerate(files.items(), start=1):
        last = name.replace("\\", "/").rsplit("/", 1)[-1]
        plain = last if last.isascii() and last.replace("_", "").replace(".", "").isalnum() else "file"
        path = f"{part}/{number:04d}-{plain}"
        parts[path], names[path] = data, name
    return parts, names


def read_package(path: Path) -> Package:
    """Read an evidence package.

    Raises:
        PackageProblem: it is none, is damaged, or holds more than any package does.
    """
    try:
        members = list(Archive(str(path), _LIMITS).members())
        refused = next((member for member in members if isinstance(member, Refusal)), None)
        if refused:
            raise PackageProblem(f"「{path}」の中に、読めないものがあります（{refused.problem}）。")
        parts: dict[str, bytes] = {}
        for member in members:
            if isinstance(member, Refusal) or member.name in parts:
                raise PackageProblem(f"「{path}」の中に、同じ名前のファイルが2つあります。")
            with member.open() as stream:
                parts[member.name] = stream.read()
    except ArchiveError as error:
        raise PackageProblem(f"「{path}」を開けません。{error}") from error
    except FileNotFoundError:
        raise PackageProblem(f"「{path}」が見つかりません。名前と場所を確かめてください。") from None
    except OSError as error:
        raise PackageProblem(
            f"「{path}」を読めません。{error.strerror or '許可を確かめてください。'}"
        ) from error
    return _package(path, parts, sha256(path.read_bytes()).hexdigest())


def _package(path: Path, parts: dict[str, bytes], whole: str) -> Package:
    manifest = parts.pop(MANIFEST, None)
    problem = (
        f"「{path}」は、証拠の ZIP ではないか、{MANIFEST} が壊れています。"
        "「careplan-csv assess --evidence」で作った ZIP を指定してください。"
    )
    if manifest is None:
        raise PackageProblem(problem)
    try:
        data: Any = json.loads(manifest)
        settings = {key: str(value) for key, value in data.items() if key not in ("files", "format")}
        claimed = {str(name): str(entry["sha256"]) for name, entry in data["files"].items()}
        names = {str(n): str(e["name"]) for n, e in data["files"].items() if e.get("name")}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise PackageProblem(problem) from error
    if data.get("format") != FORMAT:
        raise PackageProblem(
            f"「{path}」は、この版の careplan-csv では読めない形式です。新しい版で確かめてください。"
        )
    return Package(settings, parts, names, claimed, whole)

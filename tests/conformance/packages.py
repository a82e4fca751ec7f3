"""Evidence packages for tests: honest ones of every kind, and functions that change them."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from in_process import run_here

from careplan_csv.cli import run
from careplan_csv.conformance.evidence_package.package import MANIFEST, Package, package_of
from careplan_csv.conformance.harness import kit_run

VENDOR = """[software]
product_name = "見本ケア"
version = "5.2.1"
vendor_name = "見本システム"
"""
ADAPTER = """name = "見本ケア 5.2.1"
[commands]
reset = ["mycare", "-q", "-b", "--store", "{work}/r.db", "reset", "--office", "{office}", "--kind", "{office_kind}", "--office-type", "{office_type}", "--edition", "{edition}"]
load = ["mycare", "-q", "-b", "--store", "{work}/r.db", "load", "{unit}"]
import = ["mycare", "-q", "-b", "--store", "{work}/r.db", "import", "{unit}"]
export = ["mycare", "-q", "-b", "--store", "{work}/r.db", "export", "{kind}", "{out}"]
dump = ["mycare", "-q", "-b", "--store", "{work}/r.db", "dump", "{out}"]
"""
"""The reference software in the part of a product; `run_here` takes the words after the third."""


def call(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Run a command line in this process: its exit code and its output."""
    code = run(arguments)
    said = capsys.readouterr()
    return code, said.out + said.err


class Workshop:
    """A folder with a product, its vendor.toml, and whatever is made there."""

    def __init__(self, folder: Path, office: str = "planning") -> None:
        self.folder, self.office = folder, office
        folder.mkdir(parents=True, exist_ok=True)
        self.vendor, self.adapter = folder / "vendor.toml", folder / "adapter.toml"
        self.vendor.write_text(VENDOR, encoding="utf-8")
        self.adapter.write_text(ADAPTER, encoding="utf-8")

    def path(self, name: str) -> str:
        return str(self.folder / name)

    def make_kit(self, name: str = "kit", *more: str) -> str:
        assert run(["kit", "make", "--office-type", self.office, "--out", self.path(name), *more]) == 0
        return self.path(name)

    def assess(self, evidence: str, *more: str) -> int:
        out = ["--out", self.path(evidence + "-out"), "--evidence", self.path(evidence)]
        return run(["assess", "--office-type", self.office, "--vendor", str(self.vendor), *out, *more])

    def run_kit(self, evidence: str, kit: str, *more: str) -> int:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(kit_run, "run", run_here)
            return self.assess(evidence, "--kit", kit, "--adapter", str(self.adapter), *more)


def members(path: Path | str) -> dict[str, bytes]:
    """Every member of a ZIP file."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """A ZIP file of some members."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return stream.getvalue()


def forged(path: Path | str, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """A package whose parts were changed by somebody who also makes all hashes fit again.

    Parts that the manifest names and that are gone are taken out of it; new ones are entered.
    """
    read = package_of(members(path), "x")
    parts = dict(read.parts)
    change(parts)
    names = {path: origin for path, origin in read.names.items() if path in parts}
    made: Package = replace(read, parts=parts, names=names)
    return made.data(read.signature)


def with_manifest(path: Path | str, change: Callable[[dict], None]) -> bytes:  # type: ignore[type-arg]  # JSON
    """A package whose manifest was changed."""
    parts = members(path)
    manifest = json.loads(parts[MANIFEST])
    change(manifest)
    parts[MANIFEST] = json.dumps(manifest, ensure_ascii=False).encode("utf-8")
    return zipped(parts)

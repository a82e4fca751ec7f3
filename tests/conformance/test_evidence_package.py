"""Evidence packages: the same contents give the same bytes, and whatever was changed in them is named."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from in_process import kit_for, tried

from careplan_csv.checker import check
from careplan_csv.cli.evidence import tool_settings
from careplan_csv.conformance import package as pack
from careplan_csv.conformance.assessment import assess
from careplan_csv.conformance.package import Package, PackageProblem, read_package
from careplan_csv.conformance.packing import Gathered, gather
from careplan_csv.conformance.replaying import replay
from careplan_csv.conformance.running import AFTER_FAULTS, DUMP, EXPORT
from careplan_csv.conformance.verifying import verify
from careplan_csv.reading.sources import collect
from careplan_csv.reporting.besshi6 import render_html
from careplan_csv.reporting.json_report import assessment_json
from careplan_csv.results import Status
from careplan_csv.standard import standard

WHICH = ("yamaguchi-r6", "planning", "202407")
SAMPLES = Path(__file__).parent.parent.parent / "sample_data"


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Package:
    folder = tmp_path_factory.mktemp("evidence") / "run"
    with pytest.MonkeyPatch.context() as monkeypatch:
        harness, _ = tried(kit_for(*WHICH), "reference", folder, monkeypatch)
    return packed(harness, folder)


def packed(harness, folder: Path) -> Package:  # type: ignore[no-untyped-def]  # a helper of these tests
    profile = standard().profile("yamaguchi-r6")
    examined = [str(folder / EXPORT)]
    assessment = assess(
        check(collect(examined)), profile, profile.office_type("planning"), None, harness.cells
    )
    rendered = {
        pack.RESULT: assessment_json(assessment, harness).encode(),
        pack.FORM_HTML: render_html(assessment).encode(),
    }
    found = Gathered(examined, folder / DUMP, folder / AFTER_FAULTS)
    return gather(found, assessment, harness, tool_settings(), rendered)


def differences(path: Path) -> tuple[str, ...]:
    read = read_package(path)
    replayed = replay(read)
    result = json.loads(assessment_json(replayed.assessment, replayed.harness))
    return verify(
        read, replayed, tool_settings(), result, lambda: render_html(replayed.assessment)
    ).differences


def test_a_package_agrees_with_its_files(package: Package, tmp_path: Path) -> None:
    path = tmp_path / "e.zip"
    path.write_bytes(package.data())
    assert differences(path) == ()
    assert replay(read_package(path)).assessment.verdict is Status.CONFORMANT
    assert package.data() == path.read_bytes()


Change = Callable[[dict[str, bytes]], None]


def changed(package: Package, tmp_path: Path, change: Change, honest: bool) -> tuple[str, ...]:
    """What is named when some parts were changed; an honest manifest fits the changed parts."""
    parts = dict(package.parts)
    change(parts)
    path = tmp_path / "changed.zip"
    if honest:
        path.write_bytes(replace(package, parts=parts).data())
    else:
        manifest = json.loads(zipfile.ZipFile(_written(package, tmp_path)).read(pack.MANIFEST))
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in {**parts, pack.MANIFEST: json.dumps(manifest).encode()}.items():
                archive.writestr(name, data)
    return differences(path)


def _written(package: Package, tmp_path: Path) -> Path:
    path = tmp_path / "whole.zip"
    path.write_bytes(package.data())
    return path


def _first(parts: dict[str, bytes], part: str) -> str:
    return next(name for name in sorted(parts) if name.startswith(part + "/"))


@pytest.mark.parametrize(
    "part", [pack.EXPORTED, pack.DUMP, pack.AFTER_FAULTS, pack.INBOX], ids=lambda part: part
)
def test_a_changed_byte_is_named(package: Package, tmp_path: Path, part: str) -> None:
    def change(parts: dict[str, bytes]) -> None:
        name = _first(parts, part)
        parts[name] = parts[name].replace(b"2025", b"2024", 1)

    found = changed(package, tmp_path, change, honest=False)
    assert any("書き換えられたか、壊れています" in line for line in found)


def test_any_byte_of_the_file_counts(package: Package, tmp_path: Path) -> None:
    whole = package.data()
    path = tmp_path / "byte.zip"
    source = Random(5)
    for _ in range(12):
        at = source.randrange(len(whole))
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        try:
            found = read_package(path).tampered()
        except PackageProblem:
            continue
        assert found, at
    path.write_bytes(whole + b"x")
    assert read_package(path).tampered()


def test_lost_and_added_parts_are_named(package: Package, tmp_path: Path) -> None:
    def change(parts: dict[str, bytes]) -> None:
        del parts[_first(parts, pack.EXPORTED)]
        parts["added.txt"] = b"x"

    found = changed(package, tmp_path, change, honest=False)
    assert any("一覧（manifest.json）にあるのに、ありません" in line for line in found)
    assert any(line.startswith("added.txt: 一覧") for line in found)


def _verdict(parts: dict[str, bytes]) -> None:
    result = json.loads(parts[pack.RESULT])
    result["verdict"] = "nonconformant"
    result["requirements"][0]["result"] = "unverified"
    parts[pack.RESULT] = json.dumps(result).encode()


def _form(parts: dict[str, bytes]) -> None:
    parts[pack.FORM_HTML] = parts[pack.FORM_HTML].replace("適合".encode(), "不適合".encode(), 1)


def _dump(parts: dict[str, bytes]) -> None:
    name = _first(parts, pack.DUMP)
    parts[name] = parts[name].split(b"\r\n", 1)[1]


def _kit(parts: dict[str, bytes]) -> None:
    parts[_first(parts, pack.INBOX)] += b"x"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_verdict, "総合判定が、同封のファイルから得られるものと違います"),
        (_verdict, "A の出力の判定が"),
        (_form, "別紙6）が、同封のファイルから作ったものと違います"),
        (_dump, "G の取込の判定が"),
        (_kit, "キットのファイルが、seed から作ったものと違います"),
    ],
)
def test_what_does_not_follow_from_the_files_is_named_even_with_fitting_hashes(
    package: Package, tmp_path: Path, change: Change, said: str
) -> None:
    assert any(said in line for line in changed(package, tmp_path, change, honest=True))


def test_another_version_or_rule_set_is_named(package: Package, tmp_path: Path) -> None:
    path = tmp_path / "old.zip"
    settings = {**package.settings, "version": "0.0.1", "rule_set": "older"}
    path.write_bytes(replace(package, settings=settings).data())
    found = differences(path)
    assert any(line.startswith("道具の版が違います") for line in found)
    assert any(line.startswith("規則の組が違います") for line in found)


def test_people_who_are_not_the_kits_do_not_go_out() -> None:
    profile = standard().profile("yamaguchi-r6")
    examined = [str(SAMPLES / "valid/202407/planning")]
    assessment = assess(check(collect(examined)), profile, profile.office_type("planning"))
    with pytest.raises(PackageProblem, match="--include-personal-data"):
        gather(Gathered(examined), assessment, None, tool_settings(), {})
    package = gather(Gathered(examined), assessment, None, tool_settings(), {}, personal=True)
    assert len(package.under(pack.EXPORTED)) == len(assessment.check.inputs)


@pytest.mark.parametrize(
    "entries",
    [
        {"../out.txt": b"x", pack.MANIFEST: b"{}"},
        {"/etc/x": b"x", pack.MANIFEST: b"{}"},
        {"a.txt": b"x"},
        {pack.MANIFEST: b"[1]"},
        {pack.MANIFEST: b'{"format": "1.0", "files": {"a": 1}}'},
        {pack.MANIFEST: b'{"format": "9.9", "files": {}}'},
        {pack.MANIFEST: b'{"format": "1.0", "files": {}, "profile": "x", "office_type": "y"}'},
        {"bomb": b"0" * 400_000_000, pack.MANIFEST: b"{}"},
    ],
    ids=["up", "absolute", "bare", "list", "shape", "format", "profile", "bomb"],
)
def test_what_is_no_package_is_refused_in_a_sentence(entries: dict[str, bytes], tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    with pytest.raises(PackageProblem, match="。"):
        replay(read_package(path))

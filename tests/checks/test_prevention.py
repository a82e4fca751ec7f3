"""B711: pictures by name and by what they hold, in folders and archives."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pytest

from careplan_csv.checker import check
from careplan_csv.findings import Finding, Severity
from careplan_csv.reading.jpeg import hidden_metadata
from careplan_csv.reading.sources import collect
from careplan_csv.standard import standard
from careplan_csv.synthesis.faults.prevention_faults import with_gps
from careplan_csv.synthesis.world.people import PLANNER
from careplan_csv.synthesis.world.prevention_forms import CenterDesk, blank_jpeg, sample_client

UNIT = CenterDesk(standard().edition("202407"), PLANNER).information_unit(
    sample_client(2025), "20250310", "20250310160030"
)
FILES = UNIT.files()
IMAGE = next(iter(UNIT.images))
FORM = UNIT.drafts[0].name


def segment(marker: int, payload: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(payload) + 2) + payload


def written(folder: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


def found(*paths: Path) -> list[Finding]:
    result = check(collect([str(path) for path in paths]))
    return [finding for finding in result.findings if finding.rule == "B711"]


def test_a_sound_unit_in_a_folder_and_in_an_archive(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    written(folder, FILES)
    packed = tmp_path / "unit.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in FILES.items():
            archive.writestr(f"中/{name}", data)
    for path in (folder, packed):
        result = check(collect([str(path)]))
        assert [f for f in result.findings if f.severity is not Severity.INFO] == []
        assert result.ignored == ()


def test_a_picture_in_an_archive_is_opened(tmp_path: Path) -> None:
    packed = tmp_path / "unit.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in {**FILES, IMAGE: with_gps(blank_jpeg())}.items():
            archive.writestr(name, data)
    (finding,) = found(packed)
    assert finding.severity is Severity.WARNING
    assert "撮影した場所" in finding.message


def test_an_absent_picture_is_an_information_when_files_were_named_one_by_one(tmp_path: Path) -> None:
    written(tmp_path, FILES)
    tables = [tmp_path / name for name in FILES if name != IMAGE]
    (finding,) = found(*tables)
    assert finding.severity is Severity.INFO
    assert found(*tables, tmp_path / IMAGE) == []


def test_without_a_name_there_is_no_picture_to_miss(tmp_path: Path) -> None:
    form = UNIT.drafts[0].with_item(0, "family_image", "")
    written(tmp_path, {**{n: d for n, d in FILES.items() if n != IMAGE}, FORM: form.data()})
    assert found(tmp_path) == []


def test_other_pictures_are_left_aside(tmp_path: Path) -> None:
    written(tmp_path, {**FILES, "IMG_0001.jpg": b"", "memo.txt": b""})
    result = check(collect([str(tmp_path)]))
    assert {Path(name).name for name in result.ignored} == {"IMG_0001.jpg", "memo.txt"}
    assert [finding for finding in result.findings if finding.rule == "B711"] == []


def test_a_picture_without_any_form_is_left_aside(tmp_path: Path) -> None:
    written(tmp_path, {IMAGE: blank_jpeg()})
    result = check(collect([str(tmp_path)]))
    assert [Path(name).name for name in result.ignored] == [IMAGE]


@pytest.mark.parametrize("extension", [".JPG", ".jpg"])
def test_the_extension_may_be_in_capitals(tmp_path: Path, extension: str) -> None:
    files = {name.replace(".jpg", extension): data for name, data in FILES.items()}
    written(tmp_path, files)
    assert found(tmp_path) == []


def test_a_picture_of_another_unit_is_no_error_of_this_one(tmp_path: Path) -> None:
    other = IMAGE.replace("20250310160030", "20250310160031")
    written(tmp_path, {**FILES, other: blank_jpeg()})
    (finding,) = found(tmp_path)
    assert finding.severity is Severity.WARNING
    assert other in finding.message


def test_a_second_picture_that_is_not_named_is_surplus(tmp_path: Path) -> None:
    second = IMAGE.replace("_0001", "_0002")
    written(tmp_path, {**FILES, second: blank_jpeg()})
    (finding,) = found(tmp_path)
    assert finding.severity is Severity.ERROR
    assert second in finding.message


METADATA = [
    (segment(0xE1, b"Exif\0\0" + b"II*\0" + struct.pack("<IH", 8, 0) + b"\0\0\0\0"), ()),
    (segment(0xE1, b"Exif\0\0" + b"II*\0" + struct.pack("<IHH10x", 8, 1, 0x0112)), ("Exif",)),
    (segment(0xE1, b"Exif\0\0" + b"II*\0" + struct.pack("<I", 9000)), ("Exif",)),
    (segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x/>"), ("XMP",)),
    (segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0  "), ()),
    (segment(0xED, b"Photoshop 3.0\x008BIM"), ("IPTC",)),
    (segment(0xFE, b"Taro"), ("コメント",)),
    (segment(0xFE, b"\0"), ()),
    (segment(0xE2, b"ICC_PROFILE\0\x01\x01abc"), ()),
    (b"\xff" + segment(0xFE, b"filled"), ("コメント",)),
]


@pytest.mark.parametrize(("before", "kinds"), METADATA)
def test_what_a_picture_tells(before: bytes, kinds: tuple[str, ...]) -> None:
    jpeg = blank_jpeg()
    assert hidden_metadata(io.BytesIO(jpeg[:2] + before + jpeg[2:])) == kinds


@pytest.mark.parametrize("length", range(0, len(blank_jpeg()) - 16, 7))
def test_a_cut_picture_is_no_jpeg(length: int) -> None:
    assert hidden_metadata(io.BytesIO(blank_jpeg()[:length])) is None


def test_endless_segments_come_to_an_end() -> None:
    assert hidden_metadata(io.BytesIO(b"\xff\xd8" + segment(0xE0, b"") * 2000)) is None
    assert hidden_metadata(io.BytesIO(b"\xff\xd8" + b"\xff" * 5000)) is None


def test_the_place_is_named() -> None:
    assert hidden_metadata(io.BytesIO(with_gps(blank_jpeg()))) == ("撮影した場所を含む Exif",)


def test_a_name_that_may_be_a_person_s_is_not_shown(tmp_path: Path) -> None:
    written(tmp_path, {**FILES, "UPKIHON_IMAGE_例示千代.jpg": blank_jpeg()})
    (finding,) = found(tmp_path)
    assert "例示" not in finding.message

"""--pictures: only what is asked for, really a JPEG and not too large stands on the page."""

from __future__ import annotations

import base64
import re
import shutil
from pathlib import Path

import pytest

from careplan_csv.cli import run
from careplan_csv.reporting import pictures

SAMPLE = Path(__file__).parents[2] / "sample_data" / "valid" / "202407" / "prevention"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(SAMPLE, tmp_path / "in")
    return tmp_path / "in"


def page_of(folder: Path, *options: str) -> str:
    out = folder.parent / "f.html"
    assert run(["view", str(folder), "--out", str(out), "--force", *options]) == 0
    return out.read_text(encoding="utf-8")


def first_picture(folder: Path) -> Path:
    return sorted(folder.rglob("*.jpg"))[0]


def test_a_picture_stands_in_its_cell_where_it_is_asked_for(folder: Path) -> None:
    data = base64.b64encode(first_picture(folder).read_bytes()).decode()
    page = page_of(folder, "--show-values", "--pictures")
    assert f'src="data:image/jpeg;base64,{data}"' in page
    assert "img-src data:" in page
    assert page.count("<img") == len(list(folder.rglob("*.jpg")))
    without = page_of(folder, "--show-values")
    assert "<img" not in without
    assert "img-src" not in without


def test_a_picture_cannot_be_masked(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = folder.parent / "f.html"
    assert run(["view", str(folder), "--out", str(out), "--pictures"]) == 2
    assert "--show-values と一緒に" in capsys.readouterr().err
    assert not out.exists()


@pytest.mark.parametrize(("data", "said"), [
    (b"<svg onload=alert(1)>", "JPEG ではないため"), (b"\xff\xd8\xff", "JPEG ではないため"), (b"", "JPEG ではないため"),
    (b"\xff\xd8" + b"\0" * pictures.LARGEST, "大きすぎるため"), (None, "画像が一緒にありません"),
])  # fmt: skip
def test_what_is_no_picture_is_told_and_not_shown(data: bytes | None, said: str, folder: Path) -> None:
    picture = first_picture(folder)
    if data is None:
        picture.unlink()
    else:
        picture.write_bytes(data)
    page = page_of(folder, "--show-values", "--pictures")
    assert said in page
    assert page.count("<img") == len(list(SAMPLE.rglob("*.jpg"))) - 1
    assert "<svg" not in page


def test_a_page_takes_only_so_many(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MOST", first_picture(folder).stat().st_size)
    page = page_of(folder, "--show-values", "--pictures")
    assert page.count("<img") == 1
    assert re.search("画像が多いため", page)

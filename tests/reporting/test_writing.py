"""Files are written whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from careplan_csv.reporting.writing import CannotWrite, write_file


def fail_with(number: int) -> object:
    def fail(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    return fail


def test_folders_are_made_and_bytes_arrive(tmp_path: Path) -> None:
    path = tmp_path / "新しい" / "フォルダー" / "別紙6.html"
    write_file(path, "内容".encode())
    assert path.read_text(encoding="utf-8") == "内容"
    assert [entry.name for entry in path.parent.iterdir()] == ["別紙6.html"]


def test_file_is_as_readable_as_any_other(tmp_path: Path) -> None:
    write_file(tmp_path / "ours", b"")
    (tmp_path / "theirs").write_bytes(b"")
    assert stat.S_IMODE((tmp_path / "ours").stat().st_mode) == stat.S_IMODE(
        (tmp_path / "theirs").stat().st_mode
    )


@pytest.mark.parametrize("step", ["fsync", "replace"])
@pytest.mark.parametrize(
    ("number", "told"),
    [
        (errno.ENOSPC, "ディスクの空き"),
        (errno.EACCES, "ほかのソフト"),
        (errno.EROFS, "書き込めない場所"),
        (errno.EIO, "別の場所"),
    ],
)
def test_failure_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, number: int, told: str
) -> None:
    path = tmp_path / "besshi6.html"
    path.write_bytes(b"old")
    monkeypatch.setattr(os, step, fail_with(number))
    with pytest.raises(CannotWrite, match=told) as caught:
        write_file(path, b"new")
    assert "besshi6.html" in str(caught.value)
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["besshi6.html"]


def test_interruption_leaves_no_temporary_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_file(tmp_path / "x", b"new")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("folder", "同じ名前のフォルダー"),
        ("file/x.html", "フォルダーを作れません|フォルダーではないもの"),
        ("x" * 300, "名前が長すぎます"),
        ("nul\0.html", "使えない文字"),
    ],
)
def test_impossible_places_are_refused(tmp_path: Path, name: str, told: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(CannotWrite, match=told):
        write_file(tmp_path / name, b"x")


@pytest.mark.skipif(os.name == "nt", reason="no such things on Windows")
def test_devices_and_links_stay_what_they_are(tmp_path: Path) -> None:
    write_file(Path(os.devnull), b"x")
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)
    link, real = tmp_path / "link", tmp_path / "real"
    link.symlink_to(real)
    write_file(link, b"x")
    assert link.is_symlink()
    assert real.read_bytes() == b"x"

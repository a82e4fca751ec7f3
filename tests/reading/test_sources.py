"""Inputs of every kind: what becomes a source, how it is called, and what is refused with which words."""

from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import BinaryIO

import pytest

from careplan_csv.reading import sources
from careplan_csv.reading.archives import Limits, _Bounded
from careplan_csv.reading.sources import Inputs, NoSuchPath, Origin, Source, collect


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(path: str, data: bytes = b"x") -> Path:
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    return file


def archive(path: str, members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return Path(path)


def names(inputs: Inputs) -> list[str]:
    return [source.name for source in inputs.sources]


def read(source: Source) -> bytes:
    with source.open() as file:
        return file.read()


def problems(inputs: Inputs) -> dict[str, str]:
    return {entry.name: entry.problem for entry in inputs.unreadable}


def feed(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))


# --- files and folders --------------------------------------------------------------------------------


def test_a_named_file_is_a_source_whatever_its_name() -> None:
    write("a/UPPLAN.CSV", b"one")
    write("a/memo.txt")
    inputs = collect(["a/UPPLAN.CSV", "a/memo.txt"])
    assert names(inputs) == ["UPPLAN.CSV", "memo.txt"]
    first = inputs.sources[0]
    assert (first.file_name, first.folder, first.origin, first.size) == ("UPPLAN.CSV", "a", Origin.NAMED, 3)
    assert read(first) == read(first) == b"one"


def test_a_folder_is_walked_in_order_and_without_litter() -> None:
    for name in ("b.csv", "a.CSV", "sub/c.Csv", ".hidden.csv", ".git/d.csv", "Thumbs.db", "desktop.ini"):
        write(f"出力/{name}")
    for name in ("memo.txt", "__MACOSX/e.csv", "無題.xlsx"):
        write(f"出力/{name}")
    inputs = collect(["出力"])
    assert names(inputs) == ["出力/a.CSV", "出力/b.csv", "出力/sub/c.Csv"]
    assert {source.origin for source in inputs.sources} == {Origin.FOLDER}
    assert [source.folder for source in inputs.sources] == ["出力", "出力", "出力/sub"]
    assert inputs.ignored == ("出力/__MACOSX", "出力/memo.txt", "出力/無題.xlsx")
    assert inputs.unreadable == ()


def test_a_folder_named_like_a_file_is_a_folder() -> None:
    write("X.CSV/inner.csv")
    assert names(collect(["X.CSV"])) == ["X.CSV/inner.csv"]


def test_the_current_folder_has_its_own_name(here: Path) -> None:
    write("a.csv")
    assert names(collect(["."])) == [f"{here.name}/a.csv"]
    assert names(collect([str(here)])) == [f"{here.name}/a.csv"]


def test_an_empty_folder_gives_nothing() -> None:
    Path("empty").mkdir()
    assert collect(["empty"]) == Inputs(())


@pytest.mark.parametrize("path", ["nowhere.csv", "no/where", "a.csv/b.csv", "nul\0.csv"])
def test_a_path_that_leads_nowhere(path: str) -> None:
    write("a.csv")
    with pytest.raises(NoSuchPath, match="見つかりません") as caught:
        collect(["a.csv", path])
    assert caught.value.path == path
    assert "\0" not in str(caught.value)


def test_what_is_given_twice_is_examined_once() -> None:
    write("a/x.csv")
    archive("a/z.zip", {"y.csv": b"y"})
    inputs = collect(["a/x.csv", "a", "./a/../a/x.csv", "a/z.zip", "a"])
    assert names(inputs) == ["x.csv", "a/z.zip/y.csv"]


def test_different_inputs_never_share_a_name() -> None:
    for folder in ("p/one", "q/one", "p/two"):
        write(f"{folder}/x.csv", folder.encode())
    inputs = collect(["p/one/x.csv", "q/one/x.csv", "p/two/x.csv"])
    assert names(inputs) == ["p/one/x.csv", "q/one/x.csv", "two/x.csv"]
    assert len({source.folder for source in inputs.sources}) == 3
    assert names(collect(["p/one", "q/one"])) == ["p/one/x.csv", "q/one/x.csv"]


def test_no_absolute_path_is_shown(here: Path) -> None:
    write("in/x.csv")
    inputs = collect([str(here / "in" / "x.csv")])
    assert (inputs.sources[0].name, inputs.sources[0].folder) == ("x.csv", "in")


@pytest.mark.parametrize(
    "name", ["第1表 控え.csv", "a b.csv", "esc\x1b[31m.csv", "new\nline.csv", "'quote\".csv"]
)
def test_odd_names_are_kept_as_they_are(name: str) -> None:
    write(f"in/{name}")
    assert names(collect(["in"])) == [f"in/{name}"]


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="only there are names plain bytes")
def test_names_in_ms932_bytes_are_read_as_such() -> None:
    Path("in").mkdir()
    Path("in", os.fsdecode("第1表.csv".encode("cp932"))).write_bytes(b"x")
    source = collect(["in"]).sources[0]
    assert (source.name, source.file_name) == ("in/第1表.csv", "第1表.csv")
    assert read(source) == b"x"


def test_a_dangling_link_does_not_stop_the_others() -> None:
    write("in/good.csv")
    Path("in/bad.csv").symlink_to("gone.csv")
    inputs = collect(["in"])
    assert names(inputs) == ["in/good.csv"]
    assert "リンク先" in problems(inputs)["in/bad.csv"]
    assert "リンク先" in problems(collect(["in/bad.csv"]))["bad.csv"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="everything is readable to root")
def test_a_file_without_permission() -> None:
    write("in/good.csv")
    write("in/bad.csv").chmod(0)
    inputs = collect(["in"])
    assert names(inputs) == ["in/good.csv"]
    assert "許可" in problems(inputs)["in/bad.csv"]


@pytest.mark.parametrize("call", ["stat", "iterdir"])
def test_what_the_system_refuses_is_named(call: str, monkeypatch: pytest.MonkeyPatch) -> None:
    write("in/x.csv")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    if call == "iterdir":
        monkeypatch.setattr(Path, "iterdir", refuse)
    else:
        monkeypatch.setattr(sources, "_look", refuse)
    inputs = collect(["in"])
    assert inputs.sources == ()
    assert all("許可" in problem for problem in problems(inputs).values())
    assert len(problems(inputs)) == 1


def test_links_in_a_circle_end() -> None:
    write("in/x.csv")
    Path("in/again").symlink_to(Path("in").resolve(), target_is_directory=True)
    assert names(collect(["in"])) == ["in/x.csv"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
def test_a_pipe_is_not_waited_for() -> None:
    os.mkfifo("pipe.csv")
    assert "ふつうのファイル" in problems(collect(["pipe.csv"]))["pipe.csv"]


def test_folders_nested_without_end_are_left() -> None:
    deep = Path("in", *["d"] * 120)
    write(str(deep / "x.csv"))
    inputs = collect(["in"])
    assert inputs.sources == ()
    assert ["深すぎる" in problem for problem in problems(inputs).values()] == [True]


# --- archives -----------------------------------------------------------------------------------------


def test_the_members_of_an_archive() -> None:
    members = {"2025/b.CSV": b"bb", "a.csv": b"a", "memo.txt": b"m", "__MACOSX/a.csv": b"x", ".x/a.csv": b"x"}
    archive("in.zip", members)
    inputs = collect(["in.zip"])
    assert names(inputs) == ["in.zip/2025/b.CSV", "in.zip/a.csv"]
    first = inputs.sources[0]
    assert (first.file_name, first.folder, first.origin, first.size) == (
        "b.CSV",
        "in.zip/2025",
        Origin.ARCHIVE,
        2,
    )
    assert [read(source) for source in (*inputs.sources, first)] == [b"bb", b"a", b"bb"]
    assert inputs.ignored == ("in.zip/__MACOSX/a.csv", "in.zip/memo.txt")


_NAME = "UPPLAN_202504_3570000012_43_3570000103_11_20250401090000"


@pytest.mark.parametrize("name", [f"{_NAME}.CSV.txt", f"{_NAME}.txt", f"{_NAME}", f"{_NAME}.csv.TXT"])
def test_a_csv_whose_extension_was_changed_is_examined(name: str) -> None:
    write(f"in/{name}")
    archive("in.zip", {name: b"x"})
    assert names(collect(["in"])) == [f"in/{name}"]
    assert names(collect(["in.zip"])) == [f"in.zip/{name}"]


@pytest.mark.parametrize(
    "name", [f"{_NAME}.xlsx", f"{_NAME}.CSV.bak", f"{_NAME}.CSV.crdownload", "議事録_20250401090000.txt"]
)
def test_a_file_of_another_kind_is_left_aside(name: str) -> None:
    write(f"in/{name}")
    inputs = collect(["in"])
    assert (inputs.sources, inputs.ignored) == ((), (f"in/{name}",))


@pytest.mark.parametrize(
    "name",
    [
        f"~${_NAME}.CSV",
        f"._{_NAME}.CSV",
        f".~lock.{_NAME}.CSV#",
        f"$RECYCLE.BIN/{_NAME}.CSV",
        f".Trashes/{_NAME}.CSV",
        f"__MACOSX/._{_NAME}.CSV",
    ],
)
def test_what_only_bears_the_name_of_a_csv_is_left_aside_and_named(name: str) -> None:
    write(f"in/{name}")
    archive("in.zip", {name: b"x"})
    inputs = collect(["in"])
    assert (inputs.sources, inputs.ignored) == ((), (f"in/{name.split('/')[0]}",))
    assert collect(["in.zip"]).ignored == (f"in.zip/{name}",)


def read_on(opened: BinaryIO, also: Callable[[], object] = lambda: None) -> None:
    while opened.read(10):
        also()


@pytest.mark.parametrize("change", [b"", b"x" * 5, b"x" * 5_000_000])
def test_a_file_that_changes_while_it_is_read_is_not_judged(change: bytes) -> None:
    file = write("a.csv", b"1" * 3_000_000)
    [source] = collect(["a.csv"]).sources
    with source.open() as opened:
        assert opened.read(10) == b"1" * 10
        file.write_bytes(change)
        with pytest.raises(OSError, match="長さが変わりました"):
            read_on(opened)


def test_a_file_that_grows_without_end_does_not_keep_the_reader() -> None:
    write("a.csv", b"1" * 100)
    [source] = collect(["a.csv"]).sources
    with (
        source.open() as opened,
        Path("a.csv").open("ab", buffering=0) as growing,
        pytest.raises(OSError, match="長さが変わりました"),
    ):
        read_on(opened, lambda: growing.write(b"2" * 20))


def test_a_file_that_vanishes_while_it_is_read_is_read_to_its_end() -> None:
    file = write("a.csv", b"1" * 3_000_000)
    [source] = collect(["a.csv"]).sources
    with source.open() as opened:
        file.unlink()
        assert len(opened.read()) == 3_000_000


def test_archives_in_folders_are_opened() -> None:
    Path("in").mkdir()
    archive("in/batch.ZIP", {"a.csv": b"a"})
    assert names(collect(["in"])) == ["in/batch.ZIP/a.csv"]


def test_an_archive_without_the_extension_is_known_by_its_content() -> None:
    archive("download", {"a.csv": b"a"})
    assert names(collect(["download"])) == ["download/a.csv"]


def test_a_workbook_is_a_file_and_so_is_a_csv_that_is_none() -> None:
    archive("book.xlsx", {"[Content_Types].xml": b"<x/>", "a.csv": b"a"})
    archive("x.csv", {"a.csv": b"a"})
    assert names(collect(["book.xlsx", "x.csv"])) == ["book.xlsx", "x.csv"]


def test_two_members_of_one_name_get_numbers() -> None:
    with zipfile.ZipFile("in.zip", "w") as file:
        file.writestr("a.csv", b"1")
        with pytest.warns(UserWarning, match="Duplicate"):
            file.writestr("a.csv", b"2")
    inputs = collect(["in.zip"])
    assert names(inputs) == ["in.zip/a.csv", "in.zip/a.csv [2]"]
    assert {source.file_name for source in inputs.sources} == {"a.csv"}
    assert [read(source) for source in inputs.sources] == [b"1", b"2"]


def patched(path: str, change: Callable[[bytearray, int, int], None]) -> None:
    """Change the headers of the only member: (data, offset of the local one, of the one in the list)."""
    data = bytearray(Path(path).read_bytes())
    change(data, data.find(b"PK\x03\x04"), data.find(b"PK\x01\x02"))
    Path(path).write_bytes(data)


@pytest.mark.parametrize("name", ["第1表.csv", "ソ連表示.csv", "居宅/第6表 予定.csv", "ﾐｷ.csv"])
def test_names_in_ms932_without_the_flag(name: str) -> None:
    raw = name.encode("cp932")
    archive("in.zip", {"a" * len(raw): b"x"})
    Path("in.zip").write_bytes(Path("in.zip").read_bytes().replace(b"a" * len(raw), raw))
    inputs = collect(["in.zip"])
    assert names(inputs) == [f"in.zip/{name}"]
    assert read(inputs.sources[0]) == b"x"


def test_names_in_utf_8_with_and_without_the_flag() -> None:
    archive("in.zip", {"第1表.csv": b"x"})
    assert names(collect(["in.zip"])) == ["in.zip/第1表.csv"]

    def clear_flag(data: bytearray, local: int, listed: int) -> None:
        data[local + 7] = data[listed + 9] = 0

    patched("in.zip", clear_flag)
    assert names(collect(["in.zip"])) == ["in.zip/第1表.csv"]


@pytest.mark.parametrize(
    "name",
    ["../evil.csv", "/etc/evil.csv", "a/../../evil.csv", "C:/evil.csv", "..\\evil.csv", "\\\\host\\x.csv"],
)
def test_names_that_lead_out_are_refused(name: str, here: Path) -> None:
    archive("in.zip", {name: b"x", "good.csv": b"g"})
    inputs = collect(["in.zip"])
    assert names(inputs) == ["in.zip/good.csv"]
    (problem,) = problems(inputs).values()
    assert "外を指す名前" in problem
    assert [read(source) for source in inputs.sources] == [b"g"]
    assert sorted(entry.name for entry in here.rglob("*")) == ["in.zip"]


def test_links_in_archives_are_refused() -> None:
    info = zipfile.ZipInfo("link.csv")
    info.external_attr = 0o120777 << 16
    with zipfile.ZipFile("in.zip", "w") as file:
        file.writestr(info, "/etc/passwd")
    assert "リンク" in problems(collect(["in.zip"]))["in.zip/link.csv"]


def test_encrypted_members_are_named_as_such() -> None:
    archive("in.zip", {"secret.csv": b"x"})

    def encrypt(data: bytearray, local: int, listed: int) -> None:
        data[local + 6] |= 1
        data[listed + 8] |= 1

    patched("in.zip", encrypt)
    write("good.csv")
    inputs = collect(["in.zip", "good.csv"])
    assert "パスワード" in problems(inputs)["in.zip/secret.csv"]
    assert names(inputs) == ["good.csv"]


def test_a_bomb_is_not_opened() -> None:
    archive("in.zip", {"bomb.csv": b"0" * (4 << 20), "good.csv": b"g"})
    inputs = collect(["in.zip"])
    assert names(inputs) == ["in.zip/good.csv"]
    assert "圧縮が不自然" in problems(inputs)["in.zip/bomb.csv"]


def test_a_repetitive_export_is_no_bomb() -> None:
    record = '202504,352013,{:010d},"訪問介護",20250401,0900,1000,111111,1\r\n'
    data = "".join(record.format(user // 30) for user in range(60_000)).encode("cp932")
    archive("in.zip", {"a.csv": data})
    inputs = collect(["in.zip"])
    assert problems(inputs) == {}
    assert read(inputs.sources[0]) == data


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (Limits(members=2), "多すぎる"),
        (Limits(directory=20), "多すぎる"),
        (Limits(total=250), "合計"),
    ],
)
def test_limits_of_the_whole_archive(limits: Limits, words: str) -> None:
    archive("in.zip", {f"{n}.csv": b"x" * 100 for n in range(3)})
    write("good.csv")
    inputs = collect(["in.zip", "good.csv"], limits=limits)
    assert words in problems(inputs)["in.zip"]
    assert names(inputs) == ["good.csv"]


def test_the_limit_of_one_member() -> None:
    archive("in.zip", {"a.csv": b"x" * 100, "b.csv": b"x" * 10})
    inputs = collect(["in.zip"], limits=Limits(single=50))
    assert names(inputs) == ["in.zip/b.csv"]
    assert "大きくなりすぎる" in problems(inputs)["in.zip/a.csv"]


def declare(size: int) -> Callable[[bytearray, int, int], None]:
    """What makes the only member's size a lie."""

    def lie(data: bytearray, local: int, listed: int) -> None:
        struct.pack_into("<L", data, local + 22, size)
        struct.pack_into("<L", data, listed + 24, size)

    return lie


def test_a_size_declared_too_small_is_not_believed() -> None:
    archive("in.zip", {"a.csv": bytes(range(256)) * 20})
    patched("in.zip", declare(10))
    (source,) = collect(["in.zip"]).sources
    with pytest.raises(OSError, match="壊れています"):
        read(source)


def test_a_size_declared_too_large_does_no_harm() -> None:
    archive("in.zip", {"a.csv": bytes(range(256)) * 20})
    patched("in.zip", declare(100_000))
    assert read(collect(["in.zip"]).sources[0]) == bytes(range(256)) * 20


def test_a_member_never_gives_more_than_the_limit() -> None:
    with _Bounded(io.BytesIO(b"x" * 5000), 1000) as file:
        assert len(file.read(1000)) == 1000
        with pytest.raises(OSError, match="大きさを超えます"):
            file.read(1)


@pytest.mark.parametrize(
    "data", [b"", b"P", b"PK\x03\x04", b"not a zip at all", b"PK\x05\x06" + b"\xff" * 18, b"\0" * 70_000]
)
def test_broken_archives(data: bytes) -> None:
    write("in.zip", data)
    write("good.csv")
    inputs = collect(["in.zip", "good.csv"])
    assert list(problems(inputs)) == ["in.zip"]
    assert names(inputs) == ["good.csv"]


def test_a_truncated_archive() -> None:
    data = archive("whole.zip", {"a.csv": b"x" * 100}).read_bytes()
    for length in range(len(data)):
        write("in.zip", data[:length])
        assert "ZIP ファイルとして読めません" in problems(collect(["in.zip"]))["in.zip"]


def test_a_damaged_member_says_so_when_it_is_read() -> None:
    archive("in.zip", {"a.csv": b"x" * 100}, zipfile.ZIP_STORED)
    Path("in.zip").write_bytes(Path("in.zip").read_bytes().replace(b"xxx", b"xyx", 1))
    (source,) = collect(["in.zip"]).sources
    with pytest.raises(OSError, match="壊れています"):
        read(source)


def test_an_archive_in_an_archive_is_named() -> None:
    archive("inner.zip", {"a.csv": b"a"})
    archive("in.zip", {"inner.zip": Path("inner.zip").read_bytes()})
    assert "ZIP の中の ZIP" in problems(collect(["in.zip"]))["in.zip/inner.zip"]


def test_other_compressions_are_refused() -> None:
    archive("in.zip", {"a.csv": b"x" * 100}, zipfile.ZIP_LZMA)
    assert "圧縮の方式" in problems(collect(["in.zip"]))["in.zip/a.csv"]


def test_a_changed_archive_is_read_anew() -> None:
    archive("in.zip", {"a.csv": b"old"})
    assert read(collect(["in.zip"]).sources[0]) == b"old"
    archive("in.zip", {"a.csv": b"newer"})
    assert read(collect(["in.zip"]).sources[0]) == b"newer"


def test_many_archives_do_not_exhaust_the_open_files() -> None:
    Path("in").mkdir()
    for number in range(40):
        archive(f"in/{number:02d}.zip", {"a.csv": str(number).encode()})
    inputs = collect(["in"])
    assert [read(source) for source in inputs.sources] == [str(number).encode() for number in range(40)]


# --- standard input -----------------------------------------------------------------------------------


def test_standard_input_can_be_opened_again(monkeypatch: pytest.MonkeyPatch) -> None:
    feed(monkeypatch, b"data")
    (source,) = collect(["-", "-"], stream_name="UPPLAN.CSV").sources
    assert (source.name, source.file_name, source.origin) == ("UPPLAN.CSV", "UPPLAN.CSV", Origin.STREAM)
    assert source.size == 4
    with source.open() as one, source.open() as other:
        assert (one.read(2), other.read(), one.read()) == (b"da", b"data", b"ta")


def test_standard_input_without_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    feed(monkeypatch, b"")
    (source,) = collect(["-"]).sources
    assert (source.name, source.size, read(source)) == ("標準入力", 0, b"")


def test_a_large_stream_goes_to_a_nameless_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "_IN_MEMORY", 1000)
    feed(monkeypatch, bytes(range(256)) * 100)
    (source,) = collect(["-"], stream_name="/tmp/x/UPPLAN.CSV").sources
    assert source.name == "UPPLAN.CSV"
    assert read(source) == bytes(range(256)) * 100


def test_an_archive_on_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    feed(monkeypatch, archive("in.zip", {"a.csv": b"a", "b.csv": b"b"}).read_bytes())
    inputs = collect(["-"], stream_name="batch.zip")
    assert names(inputs) == ["batch.zip/a.csv", "batch.zip/b.csv"]
    assert [read(source) for source in inputs.sources] == [b"a", b"b"]


@pytest.mark.parametrize("stdin", [None, SimpleNamespace(buffer=None)])
def test_a_closed_standard_input(stdin: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", stdin)
    assert "標準入力" in problems(collect(["-"]))["標準入力"]


def test_looking_for_inputs_loads_no_tables() -> None:
    code = (
        "import sys, careplan_csv.reading.sources; print({'numpy', 'pandas', 'pyarrow'} & set(sys.modules))"
    )
    root = str(Path(sources.__file__).parents[2])
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root, check=True)
    assert done.stdout.strip() == "set()"

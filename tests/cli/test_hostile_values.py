"""Values from outside on their way to the terminal, and surroundings in which a program may find itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from careplan_csv.cli import COMMANDS, run
from careplan_csv.findings import visible

SAMPLES = Path(__file__).parents[2] / "sample_data"
VALID = SAMPLES / "valid"
HOSTILE = "\x1b[2J\x1b]0;pwn\x07[bold]\x9b31m\u202egpj.\u2066"
"""Sequences that clear a terminal or set its title, markup, C1 codes, and signs that turn the direction."""
STEERING = ("\x1b", "\x07", "\x9b", "\u202e", "\u2066")


def test_every_command_is_tried(tmp_path: Path) -> None:
    tried = commands(tmp_path)
    assert list(tried) == NAMES
    assert {words[0] for words in tried.values()} >= set(COMMANDS) - {"demo", "schema"}


def said_by(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    code = run(arguments)
    told = capsys.readouterr()
    return code, told.out + told.err


def hostile_folder(tmp_path: Path) -> Path:
    """A folder whose name, files and values steer terminals."""
    folder = tmp_path / f"出力{HOSTILE}"
    folder.mkdir()
    valid = next((VALID / "202407/planning").glob("UP1KYO*.CSV"))
    data = valid.read_bytes()
    (folder / f"UP1KYO{HOSTILE}.CSV").write_bytes(data)
    (folder / valid.name).write_bytes(data.replace(b"202407,", b"\x1b[31m7,", 1))
    (folder / f"{HOSTILE}.txt").write_bytes(b"x")
    return folder


def hostile_toml(tmp_path: Path) -> Path:
    path = tmp_path / f"v{HOSTILE}.toml"
    key = '"\\u001b[2J\\u009b\\u202e"'
    path.write_text(
        f'[software]\nproduct_name = "x"\nversion = "1"\nvendor_name = "v"\n{key} = 1\n', encoding="utf-8"
    )
    return path


def hostile_application(tmp_path: Path) -> str:
    """An application that can be used; its name and what is shown of it hold markup."""
    path = tmp_path / f"a{HOSTILE}.toml"
    path.write_text(
        '[office]\nname = "[bold]x[/bold]"\n[requirements]\none_through = { met = true, by = "[/red]" }\n'
        '[[expenses]]\nname = "[red]"\nkind = "software"\namount = 1\n',
        encoding="utf-8",
    )
    return str(path)


def hostile_result(tmp_path: Path) -> Path:
    folder = tmp_path / "results"
    folder.mkdir()
    path = folder / "result.json"
    cell = {"letter": HOSTILE, "direction": "export", "result": "conformant", "evidence": "machine"}
    data = {
        "software": {"product_name": HOSTILE, "version": "[/red]"},
        "requirements": [cell],
        "office_type": HOSTILE,
        "profile": HOSTILE,
        "checked_at": HOSTILE,
        "verdict": "conformant",
    }
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


def hostile_results(tmp_path: Path) -> list[str]:
    """Two results of a check that differ."""
    paths = [tmp_path / f"{number}{HOSTILE}.json" for number in range(2)]
    finding = {"rule": HOSTILE, "severity": "error", "file": HOSTILE, "item_no": 1, "item": HOSTILE}
    for number, path in enumerate(paths):
        data = {
            "schema_version": "1.0",
            "tool": {"version": HOSTILE, "rule_set": f"{HOSTILE}{number}"},
            "checked_at": HOSTILE,
            "verdict": "nonconformant",
            "inputs": [{"file": f"{HOSTILE}{number}", "problem": None}],
            "findings": [finding | {"message": f"{HOSTILE}{number}", "count": 1}],
            "summary": {"hidden": 1},
        }
        path.write_text(json.dumps(data), encoding="utf-8")
    return [str(path) for path in paths]


def commands(tmp_path: Path) -> dict[str, list[str]]:
    folder, toml = str(hostile_folder(tmp_path)), str(hostile_toml(tmp_path))
    result, out = str(hostile_result(tmp_path)), str(tmp_path / "out")
    office = ["--office-type", "planning"]
    return {
        "check": ["check", folder, "--show-values"],
        "check json": ["check", folder, "--format", "json", "--show-values"],
        "check nothing": ["check", HOSTILE],
        "check option": ["check", folder, f"--{HOSTILE}"],
        "check edition": ["check", folder, "--edition", HOSTILE],
        "check select": ["check", folder, "--select", HOSTILE],
        "check output": ["check", folder, "--output", str(tmp_path)],
        "check codes": ["check", folder, "--service-codes", toml],
        "command": [HOSTILE],
        "assess": ["assess", folder, *office, "--out", out],
        "assess vendor": ["assess", folder, *office, "--vendor", toml],
        "assess type": ["assess", folder, "--office-type", HOSTILE],
        "assess profile": ["assess", folder, *office, "--profile", HOSTILE],
        "assess kit": ["assess", folder, *office, "--kit", HOSTILE, "--adapter", HOSTILE],
        "assess evidence": ["assess", folder, *office, "--vendor-evidence", toml],
        "verify": ["verify", toml],
        "verify trusted": ["verify", toml, "--trusted", HOSTILE],
        "check waivers": ["check", folder, "--waivers", toml],
        "check letter": ["check", folder, "--letter", HOSTILE, "--letter-until", HOSTILE],
        "view": ["view", folder, "--out", str(tmp_path / f"{HOSTILE}.html"), "--show-values"],
        "view name": ["view", folder, "--out", HOSTILE],
        "anonymize": [
            "anonymize",
            folder,
            "--out",
            f"{out}-{HOSTILE.replace('/', '_')}",
            "--table",
            f"{out}.csv",
        ],
        "anonymize rule": ["anonymize", folder, "--out", out, "--minimize", HOSTILE],
        "batch": ["batch", str(tmp_path), "--out", f"{tmp_path}-batch", "--list", toml],
        "batch folders": ["batch", str(tmp_path), "--out", f"{tmp_path}-batch", "--engine", "here"],
        "init-profile": ["init-profile", HOSTILE],
        "assess own profile": ["assess", folder, *office, "--profile", f"{HOSTILE}.yaml"],
        "assess template": ["assess", folder, *office, "--template", HOSTILE],
        "serve": ["serve", "--port", HOSTILE],
        "compare": ["compare", result, "--out", out],
        "diff": ["diff", *hostile_results(tmp_path)],
        "interop": ["interop", HOSTILE, toml, "--out", out],
        "kit run": ["kit", "run", HOSTILE, "--adapter", toml],
        "kit make": ["kit", "make", *office, "--out", str(tmp_path / "results")],
        "explain": ["explain", HOSTILE],
        "rules": ["rules", HOSTILE],
        "layout": ["layout", HOSTILE],
        "synth": ["synth", "--fault", HOSTILE, "--out", out],
        "init-vendor": ["init-vendor", toml],
        "init-subsidy": ["init-subsidy", toml],
        "init-subsidy programme": ["init-subsidy", out, "--programme", HOSTILE],
        "subsidy": ["subsidy", toml],
        "subsidy result": ["subsidy", hostile_application(tmp_path), "--result", result],
        "subsidy values": ["subsidy", hostile_application(tmp_path)],
        "key": ["key", "make", str(tmp_path / "no" / "folder" / HOSTILE), "--no-passphrase"],
    }


NAMES = [
    "check", "check json", "check nothing", "check option", "check edition", "check select", "check output", "check codes",
    "command", "assess", "assess vendor", "assess type", "assess profile", "assess kit", "assess evidence", "verify",
    "verify trusted", "check waivers", "check letter", "view", "view name", "anonymize", "anonymize rule",
    "batch", "batch folders", "init-profile", "assess own profile", "assess template", "serve", "compare", "diff", "interop", "kit run", "kit make", "explain", "rules", "layout", "synth", "init-vendor",
    "init-subsidy", "init-subsidy programme", "subsidy", "subsidy result", "subsidy values", "key",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_nothing_from_outside_steers_the_terminal(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = said_by([*commands(tmp_path)[name]], capsys)
    assert code in (0, 1, 2, 3)
    assert said.strip()
    for sign in STEERING:
        assert sign not in said.replace("\x1b[1m", "").replace("\x1b[0m", ""), repr(said)


def test_what_is_made_visible_stays_the_same_json() -> None:
    values = {"a": HOSTILE, "b": "\U000e0001\ue000", "c": "漢字\n\t"}
    text = json.dumps(values, ensure_ascii=False)
    assert json.loads(visible(text)) == values
    assert not any(sign in visible(text) for sign in STEERING)
    assert visible("変わらない文\n") == "変わらない文\n"
    assert visible("\ud800") == "\\ud800"


def called(arguments: list[str], **more: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # type: ignore[call-overload, no-any-return]  # the options of some tests only
        [sys.executable, "-m", "careplan_csv", *arguments], text=True, check=False, timeout=120, **more
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_a_full_output_is_said(tmp_path: Path) -> None:
    with open("/dev/full", "w") as full:
        done = called(["check", str(VALID / "202208")], stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 2
    assert "結果を出力できませんでした" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="descriptors are closed by the shell of POSIX here")
def test_a_closed_output_leaves_the_exit_code() -> None:
    script = f'"{sys.executable}" -m careplan_csv check "{SAMPLES / "faulty/F405-no-such-day"}" >&- 2>&-'
    assert subprocess.run(script, shell=True, check=False).returncode == 1


@pytest.mark.skipif(os.name != "posix", reason="locales of this kind are those of POSIX")
def test_an_ascii_locale_understands_japanese(tmp_path: Path) -> None:
    surroundings = {
        **{key: value for key, value in os.environ.items() if not key.startswith(("LC_", "LANG"))},
        "LC_ALL": "C",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
    }
    folder = tmp_path / "出力"
    folder.mkdir()
    sample = next((VALID / "202407/service").glob("UPJSK*.CSV"))
    (folder / sample.name).write_bytes(sample.read_bytes())
    arguments = ["assess", str(folder), "--office-type", "居宅サービス", "--out", str(tmp_path / "結果")]
    done = called(arguments, capture_output=True, env=surroundings)
    assert done.returncode == 1, done.stderr
    assert "居宅サービス事業所としての判定" in done.stdout
    assert (tmp_path / "結果/besshi6.html").exists()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes are files on POSIX only")
@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "{pipe}"],
        ["check", str(VALID), "--service-codes", "{pipe}"],
        ["assess", str(VALID), "--office-type", "planning", "--vendor", "{pipe}"],
        ["assess", str(VALID), "--office-type", "planning", "--vendor-evidence", "{pipe}"],
        ["assess", "--office-type", "planning", "--kit", "{pipe}", "--adapter", "{pipe}"],
        ["verify", "{pipe}"],
        ["verify", "{pipe}", "--challenge", "{pipe}"],
        ["compare", "{pipe}", "--out", "{out}"],
        ["kit", "run", "{pipe}", "--adapter", "{pipe}"],
        ["interop", "{pipe}", "{pipe}", "--out", "{out}"],
    ],
    ids=lambda words: " ".join(words[:4:3]),
)
def test_a_pipe_in_the_place_of_a_file_does_not_hang(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    places = {"{pipe}": str(pipe), "{out}": str(tmp_path / "out")}
    codes: list[int] = []
    worker = threading.Thread(
        target=lambda: codes.append(run([places.get(word, word) for word in arguments])), daemon=True
    )
    worker.start()
    worker.join(60)
    assert not worker.is_alive()
    assert codes[0] in (2, 3)
    assert "不具合" not in capsys.readouterr().err


def test_too_little_memory_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def no_room(*_: object, **__: object) -> None:
        raise MemoryError

    from careplan_csv.checker import one_file, small_files
    from careplan_csv.cli import check as command

    with monkeypatch.context() as patch:
        patch.setattr(one_file, "examine", no_room)
        patch.setattr(small_files, "examine", no_room)
        code, said = said_by(["check", str(VALID / "202208")], capsys)
    assert code == 3
    assert "メモリーが足りないため" in said
    monkeypatch.setattr(command, "check_paths", no_room)
    code, said = said_by(["check", str(VALID)], capsys)
    assert (code, "メモリーが足りないため" in said) == (3, True)


def test_a_full_disk_is_said_by_whatever_writes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from careplan_csv.reporting import writing

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing.os, "fsync", full)
    for arguments in (
        ["kit", "make", "--office-type", "planning", "--out", str(tmp_path / "kit")],
        ["kit", "make", "--office-type", "planning", "--challenge", "--out", str(tmp_path / "challenge")],
        [
            "assess",
            str(VALID / "202407/planning"),
            "--office-type",
            "planning",
            "--out",
            str(tmp_path / "out"),
        ],
        ["check", str(VALID), "--output", str(tmp_path / "result.txt")],
        ["key", "make", str(tmp_path / "key"), "--no-passphrase"],
    ):
        code, said = said_by(arguments, capsys)
        assert code == 2, arguments
        assert "空き" in said
        assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_patterns_are_understood_where_the_shell_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for sample in (VALID / "202407/service").glob("*.CSV"):
        (tmp_path / sample.name).write_bytes(sample.read_bytes())
    odd = tmp_path / "a[1].CSV"
    odd.write_bytes(sample.read_bytes())
    monkeypatch.chdir(tmp_path)
    code, said = said_by(["check", "UPJSK*.CSV"], capsys)
    assert code == 0
    assert f"調べたファイル: {len(list(tmp_path.glob('UPJSK*.CSV')))}個" in said
    assert said_by(["check", "a[1].CSV"], capsys)[0] == 1
    code, said = said_by(["check", "NOTHING*.CSV"], capsys)
    assert (code, "「NOTHING*.CSV」に当たるファイルがありません" in said) == (2, True)


def test_a_stray_quote_of_windows_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    code, said = said_by(["check", 'C:\\出力"'], capsys)
    assert code == 2
    assert '終わりに「"」が付いています' in said


@pytest.mark.parametrize(
    "arguments",
    [["rules"], ["explain", "F405"], ["layout", "UPPLAN"], ["schema"], ["check", str(VALID)]],
    ids=lambda words: words[0],
)
def test_every_result_can_go_into_a_file(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "result.txt"
    code, said = said_by([*arguments, "--output", str(path)], capsys)
    assert (code, said) == (0, "")
    assert len(path.read_text(encoding="utf-8")) > 100

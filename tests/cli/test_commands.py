"""The command line: results, exit codes and bad usage."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import zipfile
from functools import cache
from pathlib import Path

import jsonschema
import jsonschema_rs
import pytest
from in_process import run_here
from long_proofs import some

from careplan_csv.cli import COMMANDS, run
from careplan_csv.conformance.harness import kit_run
from careplan_csv.reporting.json_report import schema_text

SAMPLES = Path(__file__).parents[2] / "sample_data"
VALID = str(SAMPLES / "valid")
FAULTY = SAMPLES / "faulty"
FAULTY_NAMES = sorted(path.name for path in FAULTY.iterdir())


@cache
def schema() -> jsonschema_rs.Validator:
    """The schema of results; they are validated hundreds of times, for which `jsonschema` takes half of the time."""
    return jsonschema_rs.validator_for(json.loads(schema_text()))


def json_of(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict]:
    code = run([*arguments, "--format", "json"])
    data = json.loads(capsys.readouterr().out)
    schema().validate(data)
    return code, data


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(schema_text()))


def test_valid_samples_are_conformant(capsys: pytest.CaptureFixture[str]) -> None:
    code, data = json_of(capsys, "check", VALID)
    assert (code, data["verdict"]) == (0, "conformant")
    assert data["summary"]["errors"] == 0
    assert len(data["inputs"]) == len(list(Path(VALID).rglob("*.CSV")))


@pytest.mark.parametrize("folder", some(FAULTY_NAMES, FAULTY_NAMES[1::4]))
def test_faulty_samples_end_with_one(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    rule = folder.split("-")[0]
    code, data = json_of(capsys, "check", str(FAULTY / folder), "--level", "info")
    assert code == 1
    assert rule in {finding["rule"] for finding in data["findings"]}
    assert sum(finding["count"] for finding in data["findings"]) == sum(data["summary"]["by_rule"].values())


@pytest.mark.parametrize(
    ("folder", "level", "code"),
    [
        ("F405-no-such-day", "error", 1),
        ("F413-identifier-used", "error", 0),
        ("F413-identifier-used", "warning", 1),
        ("C306-quoted-number", "warning", 0),
        ("C306-quoted-number", "info", 1),
    ],
)
def test_the_level_decides_the_exit_code(folder: str, level: str, code: int) -> None:
    assert run(["check", str(FAULTY / folder), "--level", level]) == code


def test_text_names_rule_place_and_remedy(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", str(FAULTY / "F405-no-such-day"), "--no-color"]) == 1
    out = capsys.readouterr().out
    for words in ("F405", "№4", "1行目", "直し方", "結果: エラーが 1か所", "careplan-csv explain F405"):
        assert words in out
    assert "\x1b" not in out


@pytest.mark.parametrize("command", list(COMMANDS))
def test_every_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([command, "--help"]) == 0
    assert "この説明を示します" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["chek"], "「check」ではありませんか"),
        (["check"], "指定してください"),
        (["check", "/no/such/path"], "見つかりません"),
        (["check", VALID, "--format", "yaml"], "text、json"),
        (["check", VALID, "--edition", "209901"], "202407"),
        (["check", VALID, "--levle", "error"], "--level"),
        (["check", "-"], "--name"),
        (["assess", VALID], "--office-type"),
        (["assess", VALID, "--office-type", "病院"], "居宅介護支援"),
        (["assess", VALID, "--office-type", "planning", "--profile", "x"], "yamaguchi-r6"),
        (["assess", VALID, "--office-type", "planning", "--vendor", "/no/vendor.toml"], "vendor.toml"),
        (["explain", "F999"], "近いもの"),
        (["layout", "UPPLUN"], "UPPLAN"),
    ],
)
def test_bad_usage_is_explained(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 2
    captured = capsys.readouterr()
    assert words in captured.err
    assert captured.out == ""
    assert "Traceback" not in captured.err


def test_a_folder_without_csv_is_not_conformant(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "readme.txt").write_text("memo", encoding="utf-8")
    code, data = json_of(capsys, "check", str(tmp_path))
    assert (code, data["verdict"]) == (3, "unverified")
    assert len(data["ignored"]) == 1


def test_one_unreadable_input_does_not_stop_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 nothing more")
    valid = next(Path(VALID).rglob("UPJSK*.CSV"))
    code, data = json_of(capsys, "check", str(tmp_path / "broken.zip"), str(valid))
    assert (code, data["verdict"]) == (3, "unverified")
    assert sorted(report["status"] for report in data["inputs"]) == ["conformant", "unverified"]


@pytest.mark.parametrize("data", [b"", b"x", b"\x00" * 100, b"," * 1000, b'"' * 1001, b"\xff\xfe"])
def test_hostile_files_end_with_findings(
    data: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / next(Path(VALID).rglob("UPJSK*.CSV")).name
    path.write_bytes(data)
    code, result = json_of(capsys, "check", str(path))
    assert (code, result["verdict"]) == (1, "nonconformant")


def test_a_name_with_escapes_is_shown_harmlessly(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "利用票 [red]\x1b[31m.CSV"
    path.write_bytes(b"202407,1\r\n")
    assert run(["check", str(path), "--no-color"]) == 1
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "[red]" in out


def test_standard_input_with_a_name() -> None:
    valid = next(Path(VALID).rglob("UPJSK_202504*.CSV"))
    done = subprocess.run(
        [sys.executable, "-m", "careplan_csv", "check", "-", "--name", valid.name, "--format", "json"],
        input=valid.read_bytes(),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["inputs"][0]["kind"] == "UPJSK"


def test_output_goes_to_a_file_whole_or_not_at_all(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "deep" / "result.json"
    assert run(["check", VALID, "--format", "json", "--output", str(target)]) == 0
    before = target.read_bytes()
    assert json.loads(before)["verdict"] == "conformant"

    def full(descriptor: int) -> None:
        import errno

        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr("os.fsync", full)
    assert run(["check", VALID, "--format", "json", "--output", str(target)]) == 2
    assert "空きが足りません" in capsys.readouterr().err
    assert target.read_bytes() == before
    assert [path.name for path in target.parent.iterdir()] == ["result.json"]


def test_values_are_masked(capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(FAULTY / "F411-insured-number-11-digits")
    run(["check", folder])
    assert "00000001011" not in capsys.readouterr().out
    run(["check", folder, "--show-values"])
    assert "00000001011" in capsys.readouterr().out


def test_a_fault_of_ours_is_said_and_has_its_own_code(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*arguments: object) -> None:
        raise ZeroDivisionError("0000000101")

    monkeypatch.setattr("careplan_csv.checker.small_files.diagnose", broken)
    assert run(["check", VALID]) == 4
    captured = capsys.readouterr()
    assert "ZeroDivisionError" in captured.out
    assert "0000000101" not in captured.out + captured.err


def test_assess_writes_the_form_and_the_result(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    planning = str(SAMPLES / "valid" / "202407" / "planning")
    code, data = json_of(
        capsys, "assess", planning, "--office-type", "居宅介護支援", "--out", str(tmp_path / "out")
    )
    assert (code, data["verdict"]) == (1, "unverified")
    cells = {(r["letter"], r["direction"]): r for r in data["requirements"]}
    assert cells["A", "export"]["result"] == "conformant"
    assert cells["A", "export"]["evidence"] == "machine"
    assert cells["A", "import"]["result"] == "not_applicable"
    assert cells["G", "import"]["result"] == "unverified"
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [
        "besshi6.html",
        "besshi6.pdf",
        "result.json",
    ]
    assert (
        json.loads((tmp_path / "out" / "result.json").read_text(encoding="utf-8"))["verdict"] == "unverified"
    )


def test_init_vendor_never_overwrites(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "vendor.toml"
    assert run(["init-vendor", str(path)]) == 0
    before = path.read_bytes()
    assert run(["init-vendor", str(path)]) == 2
    assert path.read_bytes() == before
    assert "すでに" in capsys.readouterr().err


def test_demo_proves_export_and_import(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # The reference software runs in this process, which is faster.
    monkeypatch.setattr(kit_run, "run", run_here)
    assert run(["demo", "--out", str(tmp_path)]) == 0
    result = json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))
    asked = [cell for cell in result["requirements"] if cell["result"] != "not_applicable"]
    assert {(cell["result"], cell["evidence"]) for cell in asked} == {("conformant", "machine")}
    assert {cell["direction"] for cell in asked} == {"export", "import"}
    proofs = {(cell["direction"], cell["proof"]["kind"]) for cell in asked}
    assert proofs == {("export", "files"), ("import", "challenge")}
    said = capsys.readouterr().out
    for words in (
        "出題キット",
        "署名: 「ソフト会社」",
        "判定: 適合",
        "架空の製品",
        str(tmp_path / "besshi6.html"),
    ):
        assert words in said
    assert (tmp_path / "besshi6.pdf").read_bytes().startswith(b"%PDF")
    # A second demo takes the place of the first; a folder of somebody else's stays.
    (tmp_path / ".careplan-demo").unlink()
    assert run(["demo", "--out", str(tmp_path)]) == 2


def test_rules_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rules", "--format", "json"]) == 0
    rules = json.loads(capsys.readouterr().out)
    assert {"id", "severity", "consequence", "title", "reference"} == set(rules[0])
    assert [rule["id"] for rule in rules][:2] == ["N101", "N102"]


def test_help_is_fast_and_imports_nothing_heavy() -> None:
    script = (
        "import sys; from careplan_csv.cli import run; run(['--help']); "
        "heavy = {'pandas', 'pandera', 'pyarrow', 'numpy'} & set(sys.modules); sys.exit(len(heavy))"
    )
    started = time.perf_counter()
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, check=False).returncode == 0
    # The target is 0.3 s; other tests may keep the machine busy.
    assert time.perf_counter() - started < 1.5


def test_json_has_the_path_as_it_was_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "build" / "out" / "exports"
    folder.mkdir(parents=True)
    sample = next((FAULTY / "F405-no-such-day").glob("*.CSV"))
    (folder / sample.name).write_bytes(sample.read_bytes())
    with zipfile.ZipFile(folder / "sent.zip", "w") as archive:
        archive.write(sample, f"in/{sample.name}")
    monkeypatch.chdir(tmp_path)
    for given, file, path in (
        ("build/out/exports", f"exports/{sample.name}", f"build/out/exports/{sample.name}"),
        ("build/out/exports/", f"exports/{sample.name}", f"build/out/exports/{sample.name}"),
        (f"build/out/exports/{sample.name}", sample.name, f"build/out/exports/{sample.name}"),
        ("./build/out/exports/sent.zip", None, f"./build/out/exports/sent.zip/in/{sample.name}"),
    ):
        _, data = json_of(capsys, "check", given)
        entry = next(entry for entry in data["inputs"] if entry["path"] == path)
        assert file is None or entry["file"] == file
        assert path in {finding["path"] for finding in data["findings"]}


def test_json_has_the_column_of_an_item(capsys: pytest.CaptureFixture[str]) -> None:
    sample = next((FAULTY / "F405-no-such-day").glob("*.CSV"))
    _, data = json_of(capsys, "check", str(sample))
    finding = next(finding for finding in data["findings"] if finding["rule"] == "F405")
    line = sample.read_bytes().decode("cp932").splitlines()[finding["line"] - 1]
    before = line[: finding["column"] - 1]
    assert before.endswith(",")
    assert before.count(",") == finding["item_no"] - 1


def test_a_check_never_says_conformant(capsys: pytest.CaptureFixture[str]) -> None:
    """The word is the assessment's; a warning may be about a person's data that goes to a stranger."""
    assert run(["check", str(FAULTY / "B707-user-of-another-office"), "--no-color"]) == 0
    out = capsys.readouterr().out
    assert "結果: エラーはありません。警告が 1か所あります。送る前に確かめてください。" in out
    assert "2025年4月分）　3個　エラー 0・警告 1" in out
    assert run(["check", VALID, "--no-color"]) == 0
    out += capsys.readouterr().out
    assert "結果: エラーと警告はありません。" in out
    assert "適合" not in out


def test_informations_are_counted_unless_they_are_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(FAULTY / "E206-fragile-characters")
    assert run(["check", folder, "--no-color"]) == 0
    short = capsys.readouterr().out
    assert "情報 E206" in short
    assert "--level info" in short
    assert "直し方" not in short
    assert run(["check", folder, "--no-color", "--level", "info"]) == 1
    assert "直し方" in capsys.readouterr().out


def test_files_with_errors_stand_first_and_rules_are_summed_up(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for target, fault in (
        ("a", "F413-identifier-used"),
        ("b", "F405-no-such-day"),
        ("c", "F405-no-such-day"),
    ):
        (tmp_path / target).mkdir()
        sample = next((FAULTY / fault).glob("*.CSV"))
        (tmp_path / target / sample.name).write_bytes(sample.read_bytes())
    run(["check", *(str(tmp_path / name) for name in "abc"), "--no-color"])
    out = capsys.readouterr().out
    assert out.index("エラー F405") < out.index("警告 F413")
    summary = out[out.index("規則ごとの数") :]
    assert "エラー F405　" in summary
    assert "2か所（2個のファイル）" in summary
    assert summary.index("F405") < summary.index("F413")


def test_select_and_ignore_change_what_is_shown_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    folders = [str(FAULTY / "F405-no-such-day"), str(FAULTY / "F413-identifier-used")]
    code, everything = json_of(capsys, "check", *folders)
    for options, shown in (
        (["--select", "F413"], {"F413"}),
        (["--ignore", "f405"], {"F413"}),
        (["--select", "F", "--ignore", "F413"], {"F405"}),
        (["--select", "F405,F413"], {"F405", "F413"}),
    ):
        other_code, data = json_of(capsys, "check", *folders, *options)
        assert {finding["rule"] for finding in data["findings"]} == shown
        assert other_code == code == 1
        assert data["verdict"] == everything["verdict"]
        assert data["summary"]["errors"] == everything["summary"]["errors"]
        assert data["summary"]["hidden"] == len(everything["findings"]) - len(data["findings"])
    assert run(["check", *folders, "--ignore", "F405", "--no-color"]) == 1
    out = capsys.readouterr().out
    assert "--select・--ignore の指定により、1件の指摘を示していません" in out
    assert "エラー F405" not in out


@pytest.mark.parametrize("option", ["--select", "--ignore"])
def test_an_unknown_rule_is_refused(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", VALID, option, "F499"]) == 2
    assert "規則「F499」はありません" in capsys.readouterr().err


def test_rules_and_explain_take_several_ids(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "F405", "b701", "R501"]) == 0
    out = capsys.readouterr().out
    assert out.index("F405　") < out.index("B701　") < out.index("R501　")
    assert run(["rules", "F405", "B", "--format", "json"]) == 0
    rules = [rule["id"] for rule in json.loads(capsys.readouterr().out)]
    assert "F405" in rules
    assert "B701" in rules
    assert {rule[0] for rule in rules} == {"F", "B"}
    assert run(["explain", "F405", "X999"]) == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["check"], "ファイルやフォルダーを指定してください。例: careplan-csv check 出力フォルダー"),
        (["kit", "make", "--office-type", "planning", "--out", "x", "a b"], "余分な指定「a b」があります"),
        (["schema", "x", "y"], "余分な指定「x y」があります"),
        (
            ["synth", "--users", "0", "--out", "x"],
            "オプション「--users」には 1 以上の整数を指定してください。",
        ),
        (["synth", "--users", "many", "--out", "x"], "整数を指定してください。"),
        (["synth", "--months", "25", "--out", "x"], "1 以上 24 以下の整数"),
        (["check", VALID, "--output", str(FAULTY)], "同じ名前のフォルダーがあります"),
        (["check", VALID, "--level"], "オプション「--level」の後に、値を書いてください。"),
        (["check", VALID, "--level"], "使い方は「careplan-csv check --help」で"),
        (["check", VALID, "--no-color=1"], "オプション「--no-color」に値は付けられません。"),
        (["check", VALID, "--level", "x"], "に使える値は error、warning、info です。"),
        (["kit", "make", "--seed"], "使い方は「careplan-csv kit make --help」で"),
        (["kit", "foo"], "使えるのは make、run、compare、defects です。"),
        (["kit", "mak"], "「make」ではありませんか。"),
        (["foo"], "使えるのは check、assess、"),
        (["kit", "run"], "キットを指定してください。例: careplan-csv kit run キット"),
        (["kit"], "コマンドを指定してください。"),
        ([], "コマンドを指定してください。"),
        (["diff", "ありません.json", "ありません.json"], "（ファイルがありません）"),
        (["check", VALID, "--edition", "3.2"], "202208 のことですか。"),
        (["check", VALID, "--edition", "202410"], "202407 のことですか。"),
        (["check", VALID, "--edition", "４.１版"], "202407 のことですか。"),
        (
            ["synth", "--fault", "F405", "--users", "3", "--seed", "0", "--out", "x"],
            "--users、--seed は、一緒に",
        ),
        (["layout", "UPXXX"], "「UPXXX」というファイルは"),
    ],
)
def test_a_wrong_command_line_is_worded_in_japanese(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 2
    said = capsys.readouterr().err
    assert words in said
    for english in ("Got", "Is a directory", "Usage", "Invalid", "Error", "must be", "No such", "option"):
        assert english not in said


def test_a_layout_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["layout", "UPPLAN", "--format", "json"]) == 0
    layout = json.loads(capsys.readouterr().out)
    assert layout["prefix"] == "UPPLAN"
    assert [item["no"] for item in layout["items"]] == list(range(1, len(layout["items"]) + 1))
    assert layout["items"][0] | {"name": "CSVバージョン", "length": 6} == layout["items"][0]
    assert any(item["codes"] for item in layout["items"])

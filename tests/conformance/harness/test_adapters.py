"""Adapters: what is wrong with adapter.toml, and commands that behave badly."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from click.testing import CliRunner
from in_process import kit_for, run_here
from long_proofs import long

from careplan_csv.cli.kit import command as kit_command
from careplan_csv.cli.messages import Refused
from careplan_csv.conformance.harness import kit_run
from careplan_csv.conformance.harness.adapters import Adapter, UnknownAdapter, adapter_of
from careplan_csv.conformance.harness.attempts import AttemptOutcome
from careplan_csv.conformance.harness.command_execution import OUTPUT_BYTES, run
from careplan_csv.conformance.harness.kit_assessment import profile_of
from careplan_csv.conformance.harness.kit_run import STATE, RunProblem, run_kit
from careplan_csv.conformance.harness.verdict import judge
from careplan_csv.reporting.kit_files import kit_files
from careplan_csv.results import Status

PLANNING = ("yamaguchi-r6", "planning", "202407")

GOOD = """\
name = "試しのソフト"
timeout_seconds = 5
refused_exit_codes = [3]
[commands]
reset = ["tool", "reset", "{office}"]
import = ["tool", "import", "{unit}"]
"""


def refusal(tmp_path: Path, text: str) -> str:
    path = tmp_path / "adapter.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UnknownAdapter) as caught:
        adapter_of(str(path))
    return str(caught.value)


def test_a_good_adapter(tmp_path: Path) -> None:
    path = tmp_path / "adapter.toml"
    path.write_text(GOOD, encoding="utf-8")
    adapter = adapter_of(str(path))
    assert adapter.arguments("import", {"unit": "/a b/{x}"}) == ["tool", "import", "/a b/{x}"]
    assert (adapter.name, adapter.timeout, adapter.refused) == ("試しのソフト", 5, (3,))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('import = ["tool", "import", "{unit}"]\n', "", "「import」がありません"),
        ("{unit}", "unit", "{unit} がありません"),
        ('["tool", "reset", "{office}"]', '"tool reset"', "文字の並び"),
        ("timeout_seconds = 5", "timeout_seconds = 0", "timeout_seconds"),
        ("timeout_seconds = 5", 'timeout = "5"', "「timeout」という項目はありません"),
        ("[3]", "[0]", "refused_exit_codes"),
        ("[commands]", "[command]", "[commands] がありません"),
        ('name = "試しのソフト"', "name = ", "1行目"),
        ('reset = [', 'delete = ["x"]\nreset = [', "「delete」は使えません"),
    ],
)  # fmt: skip
def test_a_faulty_adapter_is_reported_with_the_place(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert said in refusal(tmp_path, GOOD.replace(old, new))


@pytest.mark.parametrize(
    ("command", "written"),
    [
        ("reset", "{ofice}"),
        ("reset", "--office={Office}"),
        ("reset", "{unit}"),
        ("reset", "{ office }"),
        ("import", "{事業所}"),
        ("import", "{out}"),
    ],
)
def test_a_word_that_a_command_does_not_have_is_named(tmp_path: Path, command: str, written: str) -> None:
    start = f'"{command}", '
    said = refusal(tmp_path, GOOD.replace(start, f'{start}"{written}", '))
    assert f"[commands] の「{command}」の {written[written.index('{') :]} は使えません" in said
    usable = said.split("ここで使えるのは ")[1].split(" です")[0].split("、")
    assert {"{office}", "{work}", "{adapter}"} <= set(usable)
    assert ("{unit}" in usable) == (command == "import")


def test_braces_that_are_no_placeholder_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "adapter.toml"
    given = """'{"a": {"b": 1}}', "& { exit 3 }", "{{ofice}}", "{}", "${env:HOME}", """
    path.write_text(GOOD.replace('"import", ', f'"import", {given}'), encoding="utf-8")
    filled = adapter_of(str(path)).arguments("import", {"unit": "{adapter}"})
    assert filled == [
        "tool", "import", '{"a": {"b": 1}}', "& { exit 3 }", "{ofice}", "{}", "${env:HOME}", "{adapter}"
    ]  # fmt: skip


def test_a_wrong_word_ends_before_the_first_step(tmp_path: Path) -> None:
    kit, out, ran_ = tmp_path / "kit", tmp_path / "run", tmp_path / "ran"
    for path, data in kit_files(kit_for(*PLANNING), "test").items():
        (kit / path).parent.mkdir(parents=True, exist_ok=True)
        (kit / path).write_bytes(data)
    file = tmp_path / "adapter.toml"
    words = json.dumps([*python(f"open({str(ran_)!r}, 'w')"), "{ofice}"])
    file.write_text(f'[commands]\nreset = {words}\nimport = ["x", "{{unit}}"]\n', encoding="utf-8")
    done = CliRunner().invoke(
        kit_command, ["run", str(kit), "--adapter", str(file), "--out", str(out)], standalone_mode=False
    )
    assert isinstance(done.exception, Refused)
    assert "{ofice}" in str(done.exception)
    assert "{office}" in str(done.exception)
    assert not ran_.exists()
    assert not out.exists()


def test_no_adapter_and_no_defect(tmp_path: Path) -> None:
    with pytest.raises(UnknownAdapter, match="ファイルがありません"):
        adapter_of(str(tmp_path / "nothing.toml"))
    with pytest.raises(UnknownAdapter, match="kit defects"):
        adapter_of("reference:no-such-defect")


def python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


def ran(tmp_path: Path, code: str, timeout: float = 10):  # type: ignore[no-untyped-def]  # a helper of these tests
    return run(python(code), tmp_path, timeout, {}, tmp_path / "log.txt")


def test_a_command_that_hangs_is_stopped(tmp_path: Path) -> None:
    started = time.monotonic()
    result = ran(tmp_path, "import time; time.sleep(60)", timeout=0.5)
    assert result.code is None
    assert "終わらないため、止めました" in result.problem
    assert time.monotonic() - started < 10


def test_a_command_that_floods_its_output_is_stopped(tmp_path: Path) -> None:
    result = ran(tmp_path, "import sys\nwhile True: sys.stdout.write('x' * 65536)")
    assert "MB を超えたため、止めました" in result.problem
    assert len(result.output) <= 64 * 1024


def test_a_command_that_is_not_there(tmp_path: Path) -> None:
    result = run(("no-such-program-anywhere",), tmp_path, 5, {}, tmp_path / "log.txt")
    assert result.code is None
    assert "見つかりません" in result.problem


@pytest.mark.skipif(sys.platform == "win32", reason="process groups are asked about on POSIX only")
def test_children_that_are_left_behind_are_stopped(tmp_path: Path) -> None:
    child = f"import time; place = {str(tmp_path)!r}; time.sleep(60)"
    result = ran(tmp_path, f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {child!r}])")
    assert result.code == 0
    assert "動き続けるプログラムが残りました" in result.problem
    assert within(5, lambda: living(tmp_path) == 0)


_GET_AWAY = """
import os, subprocess, sys, time
for number in range(19):
    subprocess.Popen([sys.executable, "-c", {child!r}], start_new_session=True, {more})
time.sleep({wait})
"""


def escaping(tmp_path: Path, wait: float, more: str = "") -> str:
    """Code that starts 19 children in sessions of their own, which name the folder in their command lines."""
    child = f"import time; place = {str(tmp_path)!r}; time.sleep(60)"
    return _GET_AWAY.format(child=child, wait=wait, more=more)


def living(place: Path) -> int:
    """How many processes have a folder in their command lines: adapters and what these have started."""
    lines = (process.info["cmdline"] or () for process in psutil.process_iter(["cmdline"]))
    return sum(any(str(place) in word for word in line) for line in lines)


def within(seconds: float, condition: Callable[[], bool]) -> bool:
    """Whether a condition becomes true in some time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


@pytest.mark.skipif(sys.platform == "win32", reason="there are no sessions")
def test_children_in_sessions_of_their_own_are_stopped(tmp_path: Path) -> None:
    result = ran(tmp_path, escaping(tmp_path, 0))
    assert "動き続けるプログラムが残りました" in result.problem
    assert within(5, lambda: living(tmp_path) == 0)


@pytest.mark.skipif(sys.platform == "win32", reason="there are no sessions")
def test_children_without_the_environment_are_stopped_too(tmp_path: Path) -> None:
    result = ran(tmp_path, escaping(tmp_path, 60, "env={}"), timeout=1.5)
    assert "終わらないため、止めました" in result.problem
    assert within(5, lambda: living(tmp_path) == 0)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGTERM to be caught")
def test_no_process_is_left_when_the_run_itself_is_terminated(tmp_path: Path) -> None:
    code = escaping(tmp_path, 60)
    caller = (
        "import sys, pathlib\n"
        "from careplan_csv.conformance.harness.command_execution import run\n"
        f"here = pathlib.Path({str(tmp_path)!r})\n"
        f"run((sys.executable, '-c', {code!r}), here, 60, {{}}, here / 'log.txt')\n"
    )
    process = subprocess.Popen([sys.executable, "-c", caller], stderr=subprocess.DEVNULL)
    # The caller, the adapter and its children.
    assert within(30, lambda: living(tmp_path) == 21)
    process.terminate()
    assert process.wait(10) != 0
    assert within(5, lambda: living(tmp_path) == 0)


def test_a_log_never_grows_beyond_its_bound(tmp_path: Path) -> None:
    # A writer so fast that checking the size of the file at intervals would be too late.
    code = "import os\nblock = b'x' * (1 << 20)\nwhile True: os.write(1, block)"
    result = ran(tmp_path, code)
    assert "8 MB を超えたため、止めました" in result.problem
    assert (tmp_path / "log.txt").stat().st_size <= OUTPUT_BYTES


def test_a_command_with_too_much_output_that_ends_at_once_is_reported(tmp_path: Path) -> None:
    result = ran(tmp_path, "import sys; sys.stdout.buffer.write(b'x' * (9 << 20))")
    assert result.code is None
    assert "8 MB を超えた" in result.problem
    assert (tmp_path / "log.txt").stat().st_size == OUTPUT_BYTES


def test_output_within_the_limit_is_kept_completely(tmp_path: Path) -> None:
    result = ran(tmp_path, "import sys; sys.stdout.write('a' * 70000); sys.stderr.write('b')")
    assert result.problem == ""
    assert len(result.output) == 64 * 1024
    assert sorted({*(tmp_path / "log.txt").read_text()}) == ["a", "b"]
    assert (tmp_path / "log.txt").stat().st_size == 70001


def test_what_a_command_is_given_does_not_pass_through_a_shell(tmp_path: Path) -> None:
    code = "import sys; print(sys.argv[1])"
    result = run((*python(code), "$(echo x); 'a b' && c"), tmp_path, 10, {}, tmp_path / "log.txt")
    assert result.output.decode().strip() == "$(echo x); 'a b' && c"


def adapter(tmp_path: Path, **commands: str) -> Adapter:
    needed = {"reset": "pass", "import": "pass", **commands}
    ends = {"import": ("{unit}",), "load": ("{unit}",), "export": ("{kind}", "{out}"), "dump": ("{out}",)}
    return Adapter(
        "試し", {name: (*python(code), *ends.get(name, ())) for name, code in needed.items()}, tmp_path, 20
    )


def test_software_that_cannot_be_reset_is_not_tried(tmp_path: Path) -> None:
    with pytest.raises(RunProblem, match="初めの状態にできません"):
        run_kit(kit_for(*PLANNING), adapter(tmp_path, reset="raise SystemExit(7)"), tmp_path / "run")


def test_a_folder_may_be_named_from_where_one_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    written = "import pathlib, sys; pathlib.Path(sys.argv[1], 'note.txt').write_text('x')"
    seen = run_kit(kit_for(*PLANNING), adapter(tmp_path, dump=written), Path("run"))
    assert [attempt for attempt in seen.attempts if attempt.outcome is AttemptOutcome.FAILED] == []
    assert (tmp_path / "run/dump/note.txt").exists()


def test_imports_that_fail_are_recorded_and_nothing_is_proved(tmp_path: Path) -> None:
    kit = kit_for(*PLANNING)
    seen = run_kit(kit, adapter(tmp_path, **{"import": "raise SystemExit(9)"}), tmp_path / "run")
    failed = [attempt for attempt in seen.attempts if attempt.outcome is AttemptOutcome.FAILED]
    assert {attempt.step for attempt in failed} == {step.folder for step in kit.inbox}
    assert all("終了コード 9" in attempt.detail for attempt in failed)
    harness = judge(kit, seen, profile_of(kit))
    assert {cell.result for cell in harness.cells.values()} == {Status.UNVERIFIED}
    assert {cell.result for cell in harness.aspects} == {Status.UNVERIFIED}


def test_software_that_keeps_nothing_proves_nothing(tmp_path: Path) -> None:
    kit = kit_for(*PLANNING)
    empty = "import pathlib, sys; pathlib.Path(sys.argv[1], 'note.txt').write_text('x')"
    seen = run_kit(kit, adapter(tmp_path, dump=empty), tmp_path / "run")
    harness = judge(kit, seen, profile_of(kit))
    assert {cell.rule for cell in harness.cells.values() if cell.result is Status.NONCONFORMANT} >= {"H803"}
    # What was never taken in is neither replaced nor deleted: that it is not there shows nothing.
    assert Status.CONFORMANT not in {cell.result for cell in [*harness.cells.values(), *harness.aspects]}


def test_files_outside_of_the_folder_are_reported(tmp_path: Path) -> None:
    stray = "import pathlib; pathlib.Path('../stray').mkdir(exist_ok=True)"
    seen = run_kit(kit_for(*PLANNING), adapter(tmp_path, **{"import": stray}), tmp_path / "run")
    assert "stray" in seen.attempts[-1].detail
    assert "作業フォルダーの外" in seen.attempts[-1].detail


def test_what_others_do_beside_a_run_is_no_fault_of_its_own(tmp_path: Path) -> None:
    """Another run, and its redirected result, appear meanwhile in the folder next to this one."""
    other = (
        "import pathlib; p = pathlib.Path('../../other'); p.mkdir(exist_ok=True); "
        "(p / 'run.json').touch(); pathlib.Path('../../other.json').touch()"
    )
    seen = run_kit(kit_for(*PLANNING), adapter(tmp_path, **{"import": other}), tmp_path / "run")
    assert (tmp_path / "other.json").exists()
    assert "outside" not in {attempt.step for attempt in seen.attempts}


def precious(tmp_path: Path) -> Path:
    """A folder that is no business of the run, laid out like the run's own."""
    place = tmp_path / "precious"
    for part in ("01-plan", "plan", "inbox/01-plan", "plan/deep"):
        (place / part).mkdir(parents=True)
        (place / part / "UP1KYO.CSV").write_text("secret", encoding="utf-8")
    return place


def contents(place: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(place.rglob("*")) if path.is_file()}


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
@pytest.mark.parametrize("part", [long("units"), "units/inbox", "export", long("dump"), long("logs"), "work"])
def test_nothing_is_removed_or_written_behind_a_link(tmp_path: Path, part: str) -> None:
    place = precious(tmp_path)
    before = contents(place)
    link = (
        f"import os, shutil; p = os.path.join('..', *{part!r}.split('/'))\n"
        "if not os.path.islink(p):\n"
        f"    shutil.rmtree(p, ignore_errors=True); os.symlink({str(place)!r}, p)"
    )
    commands = {"import": link, "dump": "pass", "export": "pass"}
    run_kit(kit_for(*PLANNING), adapter(tmp_path, **commands), tmp_path / "run")
    assert contents(place) == before


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
@pytest.mark.parametrize("command", ["dump", "export"])
def test_a_link_out_of_the_folder_is_not_read_but_named(tmp_path: Path, command: str) -> None:
    place = precious(tmp_path)
    link = (
        f"import os, sys; os.symlink({str(place)!r}, sys.argv[-1] + '/all'); "
        f"os.symlink({str(place / 'plan/UP1KYO.CSV')!r}, sys.argv[-1] + '/UP1KYO.CSV'); "
        "open(sys.argv[-1] + '/note.txt', 'w'); os.symlink('note.txt', sys.argv[-1] + '/own')"
    )
    seen = run_kit(kit_for(*PLANNING), adapter(tmp_path, **{command: link}), tmp_path / "run")
    told = [attempt for attempt in seen.attempts if attempt.step.split("/")[0] == command]
    assert told
    for attempt in told:
        assert attempt.outcome is AttemptOutcome.FAILED
        assert f"{attempt.step}/all" in attempt.detail
        assert f"{attempt.step}/UP1KYO.CSV" in attempt.detail
        assert "own" not in attempt.detail
    out = tmp_path / "run" / told[0].step
    assert sorted(entry.name for entry in out.iterdir()) == ["note.txt", "own"]
    assert seen.dump is None
    assert contents(place)


def test_an_interrupted_run_continues_where_it_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kit, done = kit_for(*PLANNING), []

    def interrupted(arguments, work, *rest):  # type: ignore[no-untyped-def]  # passes everything on
        if len(done) == 8 and not (work / "resumed").exists():
            (work / "resumed").write_text("x")
            raise KeyboardInterrupt
        done.append(arguments)
        return run_here(arguments, work, *rest)

    monkeypatch.setattr(kit_run, "run", interrupted)
    reference, folder = adapter_of("reference"), tmp_path / "run"
    with pytest.raises(KeyboardInterrupt):
        run_kit(kit, reference, folder)
    assert len(json.loads((folder / STATE).read_text(encoding="utf-8"))["attempts"]) == 8
    with pytest.raises(RunProblem, match="空のフォルダーではありません"):
        run_kit(kit, reference, folder)
    seen = run_kit(kit, reference, folder, resume=True)
    assert len(done) == len(seen.attempts) == len({attempt.step for attempt in seen.attempts})
    assert judge(kit, seen, profile_of(kit)).findings == ()


def test_a_run_of_another_kit_cannot_be_resumed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kit_run, "run", run_here)
    reference, folder = adapter_of("reference"), tmp_path / "run"
    with pytest.raises(RunProblem, match="途中までの記録がありません"):
        run_kit(kit_for(*PLANNING), reference, folder, resume=True)
    run_kit(kit_for(*PLANNING), reference, folder)
    with pytest.raises(RunProblem, match="別のキットか別のアダプター"):
        run_kit(kit_for(*PLANNING, 2), reference, folder, resume=True)

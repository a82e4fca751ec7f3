"""Results that are far larger than anything a kit can lead to: refused before they are read."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from in_process import kit_for
from long_proofs import long

from careplan_csv.conformance.harness.bounds import largest_output
from careplan_csv.conformance.kit.kit_model import EXPECTED_DUMP
from careplan_csv.reporting.kit_files import kit_files

resource = pytest.importorskip("resource", reason="peaks of memory are asked about on POSIX only")
SERVICE = ("yamaguchi-r6", "service", "202407")
MOST = 500 << 20
CHILD = ("sh", "-c", '"$0" "$@"; exit $?')
"""A shell between: a process inherits the peak of the one that it was forked from."""

MEASURED = """
import resource
import sys
from careplan_csv.cli import run
code = run({arguments!r})
scale = 1 if sys.platform == "darwin" else 1024
print(code, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a kit."""
    place = tmp_path_factory.mktemp("bounds")
    for path, data in kit_files(kit_for(*SERVICE), "test").items():
        (place / "kit" / path).parent.mkdir(parents=True, exist_ok=True)
        (place / "kit" / path).write_bytes(data)
    return place


def measured(arguments: list[str], place: Path) -> tuple[int, int, str]:
    """Run the program in a process: exit code, peak memory in bytes, and output."""
    code = MEASURED.format(arguments=arguments)
    done = subprocess.run(
        [*CHILD, sys.executable, "-X", "utf8", "-c", code],
        capture_output=True,
        cwd=place,
        check=True,
        encoding="utf-8",
    )
    *_, last = done.stdout.splitlines()
    ended, peak = map(int, last.split())
    return ended, peak, done.stdout + done.stderr


def written(place: Path, size: int) -> Path:
    """The data of a software that has written every record over and over, up to a size."""
    kit = kit_for(*SERVICE)
    place.mkdir()
    for name, data in kit.under(EXPECTED_DUMP).items():
        (place / name).write_bytes(data)
    name, data = max(kit.under(EXPECTED_DUMP).items(), key=lambda file: len(file[1]))
    left = size - sum(file.stat().st_size for file in place.iterdir())
    with (place / name).open("ab") as file:
        for _ in range(left // len(data)):
            file.write(data)
    return place


def test_data_of_150_megabytes_are_refused_and_named(folder: Path) -> None:
    dump = written(folder / "large", 150 << 20)
    code, peak, said = measured(["kit", "compare", "kit", "--dump", str(dump), "--out", "result-1"], folder)
    assert code == 2
    assert "大きく超えているため、読みません" in said
    assert "UPPLAN" in said.replace("\n", "")
    assert peak < MOST


def test_data_as_large_as_may_be_are_compared_within_bounds(folder: Path) -> None:
    dump = written(folder / "just", largest_output(kit_for(*SERVICE)) - 1000)
    code, peak, said = measured(["kit", "compare", "kit", "--dump", str(dump), "--out", "result-2"], folder)
    assert (code, "余分な記録" in said or "無いはずの記録" in said) == (1, True)
    assert peak < MOST


@pytest.mark.parametrize("megabytes", [9, long(150)])
@pytest.mark.parametrize(("command", "ended"), [("dump", 3), long("export", 1)])
def test_an_adapter_that_writes_too_much_leaves_it_open(
    folder: Path, command: str, ended: int, megabytes: int
) -> None:
    assert megabytes << 20 > largest_output(kit_for(*SERVICE))
    script = folder / f"{command}.py"
    script.write_text(
        "import pathlib, sys\n"
        f"from_, out = pathlib.Path({str(folder / 'kit' / EXPECTED_DUMP)!r}), pathlib.Path(sys.argv[-1])\n"
        "for file in from_.iterdir():\n"
        "    data = file.read_bytes()\n"
        "    with (out / file.name).open('wb') as to:\n"
        f"        for _ in range(({megabytes} << 20) // len(data) + 1 if file.name.startswith('UPPLAN_') else 1):\n"
        "            to.write(data)\n",
        encoding="utf-8",
    )
    quiet = [sys.executable, "-c", "pass"]
    words = {"reset": quiet, "import": [*quiet, "{unit}"]}
    words |= {command: [sys.executable, str(script), *(["{kind}"] if command == "export" else []), "{out}"]}
    adapter = folder / f"{command}.toml"
    adapter.write_text(
        "[commands]\n" + "".join(f"{name} = {json.dumps(line)}\n" for name, line in words.items()),
        encoding="utf-8",
    )
    run = [
        "kit",
        "run",
        "kit",
        "--adapter",
        str(adapter),
        "--out",
        f"run-{command}-{megabytes}",
        "--format",
        "json",
    ]
    code, peak, _ = measured(run, folder)
    assert code == ended
    assert peak < MOST
    out = folder / f"run-{command}-{megabytes}"
    result = json.loads(next(out.rglob("*.json")).read_text(encoding="utf-8"))
    assert result
    text = "".join(file.read_text("utf-8") for file in (out / "result").glob("*.json"))
    assert "大きく超えているため、読みません" in text
    assert '"conformant"' not in json.dumps([one["result"] for one in json.loads(text)["harness"]["aspects"]])

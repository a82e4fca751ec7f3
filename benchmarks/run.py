"""Whole process against whole process: `careplan-csv check` and plain `pandas.read_csv` on the same files.

Measured are one large 第6表, one whole unit (第6表, 第7表, 利用者補足情報), to which all rules on several files
apply, and a folder of many small files. Both programs run in turn, several times; medians, and the median of the
ratios of each turn, are reported. Peak memory is the operating system's figure for the finished process (not
measured on Windows). For small inputs, processor time is reported alone.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import generate
import unit

READ_CSV = (
    "import pathlib, sys, pandas\n"
    "for name in sorted(pathlib.Path(sys.argv[1]).glob('*.CSV')):\n"
    "    table = pandas.read_csv(name, encoding='cp932', dtype=str, header=None, keep_default_na=False)\n"
    "    del table\n"
)


CHECK = [sys.executable, "-m", "careplan_csv", "check"]
SAMPLES = Path(__file__).parent.parent / "sample_data"


@dataclass(frozen=True)
class Run:
    """One finished process: seconds, processor seconds and peak memory in MB (0 where unknown), exit code."""

    seconds: float
    processor: float
    megabytes: float
    code: int
    output: bytes


def _as_installed() -> dict[str, str]:
    """The environment in which Python keeps what it compiled, as pip does: else every start compiles all modules."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def run(command: list[str]) -> Run:
    """Run a command to its end and measure it."""
    started = time.perf_counter()
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.DEVNULL, env=_as_installed())
        megabytes = processor = 0.0
        if sys.platform != "win32":
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            processor = usage.ru_utime + usage.ru_stime
            # Linux counts kilobytes, macOS bytes.
            megabytes = usage.ru_maxrss / (1024 if sys.platform == "linux" else 1024 * 1024)
        code = process.wait()
        seconds = time.perf_counter() - started
        output.seek(0)
        return Run(seconds, processor, megabytes, code, output.read())


def summary(label: str, runs: list[Run]) -> str:
    seconds = [one.seconds for one in runs]
    return (
        f"{label:<28} 中央値 {statistics.median(seconds):6.2f} 秒"
        f"（{min(seconds):.2f}〜{max(seconds):.2f}）  最大メモリー {max(one.megabytes for one in runs):6.0f} MB"
    )


def compare(title: str, folder: Path, rounds: int, records: int) -> None:
    """Measure both programs on all files of a folder.

    Args:
        records: how many must have been examined, all files together.
    """
    files = sorted(folder.glob("*.CSV"))
    size = sum(file.stat().st_size for file in files)
    print(f"\n{title}: {len(files):,} ファイル、{records:,} 件、{size / 1e6:.0f} MB、{rounds} 回")
    given = str(files[0] if len(files) == 1 else folder)
    check = [*CHECK, given, "--format", "json"]
    read = [sys.executable, "-c", READ_CSV, str(folder)]
    run(read)
    pairs = [(run(check), run(read)) for _ in range(rounds)]
    result = json.loads(pairs[-1][0].output)
    if pairs[-1][0].code != 0 or sum(entry["records"] for entry in result["inputs"]) != records:
        raise SystemExit(f"検査が最後まで終わっていません（{result['summary']}）。")
    print(summary("careplan-csv check", [pair[0] for pair in pairs]))
    print(summary("pandas.read_csv", [pair[1] for pair in pairs]))
    ratio = statistics.median(checked.seconds / read.seconds for checked, read in pairs)
    print(f"比（check ÷ read_csv、同じ回どうしの中央値） {ratio:.2f}", flush=True)


def small_inputs(rounds: int) -> None:
    """Measure the processor time of the samples: all valid ones, and three with one fault each."""
    faulty = [next((SAMPLES / "faulty").glob(f"{rule}-*")) for rule in ("R501", "F405", "T606")]
    print(f"\n小さいもの（プロセッサーの時間、{rounds} 回の中央値）")
    run([*CHECK, str(SAMPLES / "valid")])
    for folder in (SAMPLES / "valid", *faulty):
        times = [run([*CHECK, str(folder)]).processor for _ in range(rounds)]
        print(f"{folder.name:<44} {statistics.median(times):5.2f} 秒（{min(times):.2f}〜{max(times):.2f}）")


def many_files(users: int, rounds: int) -> None:
    """Measure a folder of small files, as `synth` writes it: a planning office for every hundred users."""
    with tempfile.TemporaryDirectory() as temporary:
        office = ["--months", "1", "--offices", str(max(1, users // 100)), "--seed", "3", "--out", temporary]
        run([sys.executable, "-m", "careplan_csv", "synth", "--users", str(users), *office])
        result = json.loads(run([*CHECK, temporary, "--format", "json"]).output)
        records = sum(entry["records"] for entry in result["inputs"])
        compare("小さいファイルのフォルダー", Path(temporary), rounds, records)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, nargs="*", default=[1_000_000, 5_000_000], help="第6表の件数")
    parser.add_argument("--users", type=int, nargs="*", default=[3000], help="小さいファイルの利用者の人数")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    small_inputs(arguments.rounds)
    for users in arguments.users:
        many_files(users, arguments.rounds if users <= 10_000 else 1)
    for records in arguments.records:
        # Five times as many records take five times as long: fewer turns tell as much.
        rounds = arguments.rounds if records <= 1_000_000 else max(1, arguments.rounds // 3)
        with tempfile.TemporaryDirectory() as temporary:
            generate.write(Path(temporary) / generate.file_name(), records)
            compare("第6表1つ", Path(temporary), rounds, records)
        with tempfile.TemporaryDirectory() as temporary:
            counts = unit.write_unit(Path(temporary), records)
            compare(
                "利用票の組（第6表・第7表・利用者補足情報）", Path(temporary), rounds, sum(counts.values())
            )


if __name__ == "__main__":
    main()

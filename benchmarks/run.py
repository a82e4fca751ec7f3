"""Whole process against whole process: `careplan-csv check` and plain `pandas.read_csv` on the same files.

Two things are measured: one large 第6表, and one whole unit (第6表, 第7表, 利用者補足情報), to which all rules on
several files apply. Both programs run in turn, several times; medians, and the median of the ratios of each turn,
are reported. Peak memory is the operating system's figure for the finished process (not measured on Windows).
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
    "import sys, pandas\n"
    "for name in sys.argv[1:]:\n"
    "    table = pandas.read_csv(name, encoding='cp932', dtype=str, header=None, keep_default_na=False)\n"
    "    del table\n"
)


@dataclass(frozen=True)
class Run:
    """One finished process: wall-clock seconds, peak memory in MB (0 where unknown), exit code."""

    seconds: float
    megabytes: float
    code: int
    output: bytes


def run(command: list[str]) -> Run:
    """Run a command to its end and measure it."""
    started = time.perf_counter()
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.DEVNULL)
        megabytes = 0.0
        if sys.platform != "win32":
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            # Linux counts kilobytes, macOS bytes.
            megabytes = usage.ru_maxrss / (1024 if sys.platform == "linux" else 1024 * 1024)
        code = process.wait()
        seconds = time.perf_counter() - started
        output.seek(0)
        return Run(seconds, megabytes, code, output.read())


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
    print(f"\n{title}: {records:,} 件、{size / 1e6:.0f} MB、{rounds} 回")
    check = [sys.executable, "-m", "careplan_csv", "check", str(folder), "--format", "json"]
    if len(files) == 1:
        check[4] = str(files[0])
    read = [sys.executable, "-c", READ_CSV, *map(str, files)]
    run(read)
    pairs = [(run(check), run(read)) for _ in range(rounds)]
    result = json.loads(pairs[-1][0].output)
    if pairs[-1][0].code != 0 or sum(entry["records"] for entry in result["inputs"]) != records:
        raise SystemExit(f"検査が最後まで終わっていません（{result['summary']}）。")
    print(summary("careplan-csv check", [pair[0] for pair in pairs]))
    print(summary("pandas.read_csv", [pair[1] for pair in pairs]))
    ratio = statistics.median(checked.seconds / read.seconds for checked, read in pairs)
    print(f"比（check ÷ read_csv、同じ回どうしの中央値） {ratio:.2f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, nargs="+", default=[1_000_000, 5_000_000], help="第6表の件数")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
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

"""Whole process against whole process: `careplan-csv check` and plain `pandas.read_csv` on one large file.

Both run in turn, several times; the medians and the median of the ratios of each turn are reported.
Peak memory is the operating system's figure for the finished process (not measured on Windows).
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import generate

READ_CSV = (
    "import sys, pandas; "
    "pandas.read_csv(sys.argv[1], encoding='cp932', dtype=str, header=None, keep_default_na=False)"
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
        if hasattr(process, "pid") and sys.platform != "win32":
            import os

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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path, help="where the file is kept; a temporary folder by default")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / generate.file_name()
        if not path.exists():
            generate.write(path, arguments.records)
        print(f"{arguments.records:,} 件、{path.stat().st_size / 1e6:.0f} MB、{arguments.rounds} 回")
        check = [sys.executable, "-m", "careplan_csv", "check", str(path), "--format", "json"]
        read = [sys.executable, "-c", READ_CSV, str(path)]
        run(read)
        pairs = [(run(check), run(read)) for _ in range(arguments.rounds)]
    checks, reads = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    result = json.loads(checks[-1].output)
    if checks[-1].code != 0 or result["inputs"][0]["records"] != arguments.records:
        raise SystemExit("検査が最後まで終わっていません。")
    print(summary("careplan-csv check", checks))
    print(summary("pandas.read_csv", reads))
    ratio = statistics.median(a.seconds / b.seconds for a, b in pairs)
    print(f"比（check ÷ read_csv、同じ回どうしの中央値） {ratio:.2f}")


if __name__ == "__main__":
    main()

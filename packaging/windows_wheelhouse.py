"""A ZIP for Windows machines without internet: wheels for two versions of Python, and a start by double click.

`python packaging/windows_wheelhouse.py dist/careplan-csv-windows.zip` (`make windows-wheelhouse`). The wheels are
resolved for Windows here, and it is tried that pip finds all of them in the ZIP alone; nothing was run on Windows.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGING = ROOT / "packaging"
EXTRAS = ("web", "word")
PYTHONS = ("3.12", "3.13")
PLATFORM = "x86_64-pc-windows-msvc"
TEXTS = ("start.bat", "はじめにお読みください.txt")
_MOMENT = (2026, 1, 1, 0, 0, 0)


def main(out: Path) -> None:
    """Write the ZIP."""
    with tempfile.TemporaryDirectory() as folder:
        wheels = Path(folder) / "wheels"
        wheels.mkdir()
        _run("-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(wheels), str(ROOT))
        for python in PYTHONS:
            _download(wheels, _resolved(python), python)
            _try(wheels, python)
        out.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
            for path in sorted(wheels.iterdir()):
                archive.write(path, f"careplan-csv/wheels/{path.name}")
            for name in TEXTS:
                text = (PACKAGING / "windows" / name).read_text(encoding="utf-8").replace("\n", "\r\n")
                # Notepad on Windows knows by the mark that it is UTF-8; a batch file must not begin with it.
                encoding = "utf-8" if name.endswith(".bat") else "utf-8-sig"
                archive.writestr(zipfile.ZipInfo(f"careplan-csv/{name}", _MOMENT), text.encode(encoding))
    print(f"{out}: {len(zipfile.ZipFile(out).namelist())} files, {out.stat().st_size / 1e6:.0f} MB")


def _resolved(python: str) -> str:
    """The exact versions for Windows, one requirement a line."""
    extras = [word for extra in EXTRAS for word in ("--extra", extra)]
    return _run(
        *("-m", "uv", "pip", "compile", "--quiet", "--no-header", "--no-annotate", *extras),
        *("--python-platform", PLATFORM, "--python-version", python, "--only-binary", ":all:"),
        *("--constraints", str(ROOT / "constraints.txt"), str(ROOT / "pyproject.toml")),
    )


def _download(wheels: Path, requirements: str, python: str) -> None:
    listed = wheels.parent / "requirements.txt"
    # What is for Windows has been chosen already; pip would ask this machine.
    listed.write_text("\n".join(line.partition(";")[0].strip() for line in requirements.splitlines()))
    _run(
        *(
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--only-binary",
            ":all:",
            "--platform",
            "win_amd64",
        ),
        *("--python-version", python, "--implementation", "cp", "--dest", str(wheels)),
        *("--requirement", str(listed)),
    )


def _try(wheels: Path, python: str) -> None:
    """Whether everything is there: nothing else is looked at."""
    _run(
        *("-m", "uv", "pip", "install", "--quiet", "--dry-run", "--no-index", "--find-links", str(wheels)),
        *(
            "--python-platform",
            PLATFORM,
            "--python-version",
            python,
            "--target",
            str(wheels.parent / "target"),
        ),
        f"careplan-csv[{','.join(EXTRAS)}]",
    )


def _run(*arguments: str) -> str:
    done = subprocess.run([sys.executable, *arguments], capture_output=True, encoding="utf-8")
    if done.returncode:
        raise SystemExit(f"{' '.join(arguments[:5])}: {done.stderr.strip()[-2000:]}")
    return done.stdout


if __name__ == "__main__":
    main(Path(sys.argv[1]))

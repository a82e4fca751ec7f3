"""What is published: complete, checked, and able to do everything without the source beside it."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
import yaml
from check_jsonschema import main as check_jsonschema
from click.testing import CliRunner

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "sample_data" / "valid" / "202407" / "planning"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the source distribution and the wheel that is made of it."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with nothing but what is in the wheel."""
    folder = tmp_path_factory.mktemp("installed")
    [wheel] = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def run(
    installed: Path, cwd: Path, *arguments: str, module: str = "careplan_csv"
) -> subprocess.CompletedProcess[str]:
    """Run a program of the wheel; what it depends on comes from this environment."""
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(installed), "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )


def test_the_metadata_are_complete(built: Path) -> None:
    command = [sys.executable, "-m", "twine", "check", "--strict", *map(str, built.iterdir())]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_the_source_distribution_can_be_built_and_tested(built: Path) -> None:
    [source] = built.glob("*.tar.gz")
    with tarfile.open(source) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    for needed in (
        "pyproject.toml",
        "constraints.txt",
        "Makefile",
        "schemas/versions.yaml",
        "tests/conftest.py",
    ):
        assert needed in names


def test_the_wheel_does_everything_without_the_source(installed: Path, tmp_path: Path) -> None:
    where = run(installed, tmp_path, "check", str(SAMPLES))
    assert where.returncode == 0, where.stderr
    code = "import careplan_csv, pathlib; print(pathlib.Path(careplan_csv.__file__).parent.parent)"
    told = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(installed)}, cwd=tmp_path, capture_output=True, text=True
    )  # fmt: skip
    assert Path(told.stdout.strip()) == installed
    defects = run(installed, tmp_path, "defects", module="careplan_csv.reference")
    assert defects.returncode == 0, defects.stderr
    arguments = ("assess", str(SAMPLES), "--office-type", "planning", "--out", "out", "--report", "r.html")
    assert run(installed, tmp_path, *arguments).returncode == 1
    assert (tmp_path / "out" / "besshi6.pdf").read_bytes().startswith(b"%PDF")
    for words in (("rules",), ("layout", "UPPLAN"), ("schema",), ("init-vendor", "v.toml"), ("profiles",)):
        done = run(installed, tmp_path, *words)
        assert done.returncode == (2 if words == ("profiles",) else 0), done.stderr


@pytest.mark.long
def test_the_demonstration_of_the_wheel_needs_no_source(installed: Path, tmp_path: Path) -> None:
    done = run(installed, tmp_path, "demo", "--out", "demo")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "demo" / "besshi6.pdf").read_bytes().startswith(b"%PDF")


def test_the_workflow_of_releases_is_one() -> None:
    path = ROOT / ".github" / "workflows" / "release.yml"
    done = CliRunner().invoke(check_jsonschema, ["--builtin-schema", "vendor.github-workflows", str(path)])
    assert done.exit_code == 0, done.output
    jobs = yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"]
    assert set(jobs["program"]["strategy"]["matrix"]["os"]) == {
        "ubuntu-latest", "windows-latest", "macos-latest",
    }  # fmt: skip


@pytest.mark.skipif(sys.platform != "linux", reason="hadolint comes as a package for Linux alone")
def test_the_container_has_no_lint() -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "hadolint", ROOT / "Dockerfile"], capture_output=True, text=True
    )
    assert done.stdout == ""


def test_the_container_is_not_root_and_takes_only_what_it_needs() -> None:
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    words = [line.split()[0] for line in lines if line and line[0].isupper()]
    assert words.index("USER") < words.index("ENTRYPOINT")
    copied = [line.split()[1:-1] for line in lines if line.startswith("COPY") and "--from" not in line]
    for name in (name for names in copied for name in names):
        assert (ROOT / name).exists(), name
        assert f"!{name}" in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()

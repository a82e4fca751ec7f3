"""What docs/ci.md, action.yml and the hook offer, given to those who read it: pre-commit, schemas, a shell."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import pytest
import yaml
from long_proofs import some

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
VALID = ROOT / "sample_data" / "valid" / "202407"
FAULTY = ROOT / "sample_data" / "faulty" / "F401-required-item-empty"
COMMANDS = sorted(set(re.findall(r"careplan-csv check export[^\n'\"]*", PAGE)))
needs_git = pytest.mark.skipif(
    not (ROOT / ".git").exists() or not shutil.which("git"), reason="pre-commit works on repositories alone"
)


def fence(title: str) -> str:
    """The example below a heading of the page."""
    found = re.search(rf"^## {title}\n.*?^```\w+\n(.*?)^```", PAGE, re.M | re.S)
    assert found, title
    return found[1]


def validate(kind: str, path: Path) -> None:
    """By the schema of the service, as check-jsonschema brings it along."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{kind}", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


def pre_commit(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "PRE_COMMIT_HOME": str(folder.parent / "pre-commit"),
        # The hook is installed from the checkout without the network; what it needs is there already.
        "PIP_NO_INDEX": "1",
        "PIP_NO_DEPS": "1",
        "PIP_NO_BUILD_ISOLATION": "0",
        "PYTHONPATH": sysconfig.get_path("purelib"),
    }
    command = [sys.executable, "-m", "pre_commit", *words]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=300
    )


def checkout(folder: Path) -> Path:
    """What would be committed now, as a repository: pre-commit takes no file that git does not know."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True).stdout.decode().split("\0")
    for name in filter(None, names):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    author = ["-c", "user.name=test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"]
    for words in (
        ("init", "--quiet"),
        ("add", "--all"),
        (*author, "commit", "--quiet", "--message", "state"),
    ):
        subprocess.run(["git", *words], cwd=folder, check=True)
    return folder


@needs_git
@pytest.mark.long
def test_the_hook_runs_in_a_repository_of_a_product(tmp_path: Path) -> None:
    folder = tmp_path / "product"
    shutil.copytree(VALID, folder / "export")
    for words in (("init", "--quiet"), ("add", "--all")):
        subprocess.run(["git", *words], cwd=folder, check=True)
    own = checkout(tmp_path / "own")
    revision = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=own, check=True, capture_output=True, text=True
    )
    config = {"repo": str(own), "rev": revision.stdout.strip(), "hooks": [{"id": "careplan-csv"}]}
    (folder / ".pre-commit-config.yaml").write_text(yaml.safe_dump({"repos": [config]}), encoding="utf-8")
    run = ("run", "careplan-csv", "--all-files", "--verbose")
    passed = pre_commit(*run, folder=folder)
    assert passed.returncode == 0, passed.stdout + passed.stderr
    assert "Passed" in passed.stdout
    assert "エラーと警告はありません" in passed.stdout
    for path in FAULTY.glob("*.CSV"):
        shutil.copy(path, folder / "export")
    subprocess.run(["git", "add", "--all"], cwd=folder, check=True)
    failed = pre_commit(*run, folder=folder)
    assert failed.returncode == 1
    assert "F401" in failed.stdout


def test_the_hook_and_its_example_are_what_pre_commit_reads(tmp_path: Path) -> None:
    assert (
        pre_commit("validate-manifest", str(ROOT / ".pre-commit-hooks.yaml"), folder=tmp_path).returncode == 0
    )
    config = tmp_path / "config.yaml"
    config.write_text(fence("pre-commit"), encoding="utf-8")
    assert pre_commit("validate-config", str(config), folder=tmp_path).returncode == 0
    [hook] = yaml.safe_load(fence("pre-commit"))["repos"][0]["hooks"]
    [own] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert hook["id"] == own["id"]


def test_the_action_is_one() -> None:
    validate("github-actions", ROOT / "action.yml")


def test_the_steps_for_github_make_a_workflow(tmp_path: Path) -> None:
    steps = yaml.safe_load(fence("GitHub Actions"))
    job: dict[str, Any] = {"runs-on": "ubuntu-latest", "steps": steps}
    path = tmp_path / "workflow.yml"
    path.write_text(json.dumps({"on": "push", "jobs": {"careplan": job}}), encoding="utf-8")
    validate("github-workflows", path)


def test_the_example_for_gitlab_is_a_pipeline(tmp_path: Path) -> None:
    path = tmp_path / ".gitlab-ci.yml"
    path.write_text(fence("GitLab CI"), encoding="utf-8")
    validate("gitlab-ci", path)


@pytest.mark.skipif(os.name == "nt", reason="the commands are run by a POSIX shell here")
@pytest.mark.parametrize(
    "command",
    some(COMMANDS, [one for one in COMMANDS if "baseline" in one or "waivers" in one or "github" in one]),
    ids=lambda text: text[24:60],
)
def test_every_command_of_the_page_runs(command: str, tmp_path: Path) -> None:
    """On a faulty export: each tells the fault (1), or has accepted what a baseline or a list says (0)."""
    shutil.copytree(FAULTY, tmp_path / "export")
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}

    def run(text: str) -> int:
        return subprocess.run(text, shell=True, cwd=tmp_path, env=environment, capture_output=True).returncode

    (tmp_path / "careplan-waivers.toml").write_text(
        fence("理由と期限を決めて、指摘を承認する"), encoding="utf-8"
    )
    if "--write-waivers" in command:
        (tmp_path / "careplan-waivers.toml").unlink()
    if "--baseline" in command:
        run("careplan-csv check export --format json --output baseline.json")
    assert run(command) == (0 if "--baseline" in command or "--waivers" in command else 1)

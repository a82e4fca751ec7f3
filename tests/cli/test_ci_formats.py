"""Formats that services for continuous integration read."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema_rs
import pytest
import xmlschema
import yaml
from defusedxml import ElementTree
from helpers import PLAN, file_of, plan_record
from sarif_pydantic import Sarif

from careplan_csv.cli import run
from careplan_csv.reporting.annotation import uri

FAULTY = str(Path(__file__).parents[2] / "sample_data" / "faulty")
FORMATS = ("jsonl", "junit", "sarif", "github", "gitlab", "rdjsonl")
HOSTILE = "\x1b[2J]]><script>alert(1)</script>&%\r::error::\u202e\ufffe"


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    def of(path: str, form: str, *options: str) -> str:
        run(["check", path, "--format", form, *options])
        return capsys.readouterr().out

    return of


@pytest.fixture(scope="module")
def findings(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    path = tmp_path_factory.mktemp("json") / "result.json"
    run(["check", FAULTY, "--format", "json", "--output", str(path)])
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["findings"]
    return found


def validate_sarif(data: Any) -> None:
    """By the part of the specification that is used, written down strictly."""
    schema = json.loads((Path(__file__).parents[1] / "data" / "sarif.schema.json").read_text("utf-8"))
    jsonschema_rs.validator_for(schema).validate(data)


def places(findings: list[dict[str, Any]]) -> int:
    return sum(max(len(finding["examples"]), 1) for finding in findings)


def test_json_lines_are_the_findings(told: Callable[..., str], findings: list[dict[str, Any]]) -> None:
    assert [json.loads(line) for line in told(FAULTY, "jsonl").splitlines()] == findings


def test_junit_has_a_test_for_each_file_and_family(
    told: Callable[..., str], findings: list[dict[str, Any]]
) -> None:
    text = told(FAULTY, "junit")
    xmlschema.XMLSchema(str(Path(__file__).parents[1] / "data" / "junit.xsd")).validate(text)
    root = ElementTree.fromstring(text)
    errors = {(one["path"], one["rule"][0]) for one in findings if one["severity"] == "error"}
    failed = {
        (case.get("classname"), (case.get("name") or "")[0])
        for case in root.iter("testcase")
        if case.find("failure") is not None
    }
    assert failed == errors
    assert int(root.get("failures", "")) == len(errors)
    assert int(root.get("tests", "")) == len(list(root.iter("testcase")))


def test_what_was_not_examined_is_an_error_in_every_format(tmp_path: Path, told: Callable[..., str]) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(b"PK\x03\x04broken")
    [case] = ElementTree.fromstring(told(str(path), "junit")).iter("testcase")
    assert case.find("error") is not None
    [one] = json.loads(told(str(path), "sarif"))["runs"]
    assert one["invocations"][0]["executionSuccessful"] is False
    [row] = json.loads(told(str(path), "gitlab"))
    assert row["severity"] == "major"
    assert told(str(path), "github").startswith("::error file=")
    assert json.loads(told(str(path), "rdjsonl"))["severity"] == "ERROR"
    assert json.loads(told(str(path), "jsonl"))["problem"]


def test_no_test_of_junit_passes_on_what_was_hidden_or_left_out(told: Callable[..., str]) -> None:
    def outcomes(*options: str) -> dict[str, str]:
        root = ElementTree.fromstring(told(FAULTY, "junit", *options))
        xmlschema.XMLSchema(str(Path(__file__).parents[1] / "data" / "junit.xsd")).validate(root)
        return {
            f"{case.get('classname')} {case.get('name')}": child.tag
            for case in root.iter("testcase")
            for child in case
            if child.tag != "system-out"
        }

    every, fewer = outcomes(), outcomes("--ignore", "F")
    failed = {name for name, outcome in every.items() if outcome == "failure"}
    assert failed <= set(fewer)
    hidden = {name for name in failed if name.endswith("F 項目")}
    assert hidden
    assert {fewer[name] for name in hidden} == {"skipped"}
    assert any("C303" in name and outcome == "skipped" for name, outcome in every.items())


def test_sarif_names_every_place_and_describes_its_rules(
    told: Callable[..., str], findings: list[dict[str, Any]]
) -> None:
    data = json.loads(told(FAULTY, "sarif"))
    Sarif.model_validate(data)
    validate_sarif(data)
    [one] = data["runs"]
    rules = [rule["id"] for rule in one["tool"]["driver"]["rules"]]
    assert len(one["results"]) == places(findings)
    assert set(rules) == {finding["rule"] for finding in findings}
    for result in one["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
    paths = {
        unquote(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].removeprefix("file://"))
        for result in one["results"]
    }
    assert paths == {finding["path"] for finding in findings}


def test_fingerprints_differ_and_stay(told: Callable[..., str], tmp_path: Path) -> None:
    def prints(*records: str) -> list[str]:
        (tmp_path / PLAN).write_bytes(file_of(*records))
        rows = json.loads(told(str(tmp_path / PLAN), "gitlab"))
        return [row["fingerprint"] for row in rows if row["check_name"].startswith("F")]

    wrong, right = plan_record(service_month="2025-4"), plan_record()
    assert prints(wrong) == prints(right, wrong) != []
    every = [row["fingerprint"] for row in json.loads(told(FAULTY, "gitlab"))]
    assert len(every) == len(set(every))


def test_github_commands_hold_one_line_each(told: Callable[..., str], findings: list[dict[str, Any]]) -> None:
    lines = told(FAULTY, "github").splitlines()
    assert len(lines) == places(findings)
    form = re.compile(
        r"::(error|warning|notice) file=[^,:]+(,line=\d+)?(,col=\d+)?,title=careplan-csv [A-Z]\d{3}::.+"
    )
    assert all(map(form.fullmatch, lines))


def test_diagnostics_of_reviewdog(told: Callable[..., str], findings: list[dict[str, Any]]) -> None:
    rows = [json.loads(line) for line in told(FAULTY, "rdjsonl").splitlines()]
    assert len(rows) == places(findings)
    assert {row["severity"] for row in rows} == {"ERROR", "WARNING", "INFO"}
    assert {row["code"]["value"] for row in rows} == {finding["rule"] for finding in findings}


@pytest.mark.parametrize("form", FORMATS)
def test_hostile_names_and_values_are_inert(tmp_path: Path, form: str, told: Callable[..., str]) -> None:
    folder = tmp_path / "a\x1b,b:c%d\u202e"
    folder.mkdir()
    (folder / PLAN).write_bytes(
        file_of(plan_record(service_code="<!]]>\x1b&::%0A", satellite_no='"' + "x" * 1_000_000 + '"'))
    )
    text = told(str(folder), form, "--show-values")
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert len(text) < 100_000
    if form == "junit":
        ElementTree.fromstring(text)
    if form == "gitlab":
        json.loads(text)
    if form == "sarif":
        validate_sarif(json.loads(text))
    if form == "github":
        assert all(line.startswith("::") for line in text.splitlines())


def test_paths_as_references() -> None:
    assert uri("出力/a b.CSV") == "%E5%87%BA%E5%8A%9B/a%20b.CSV"
    assert uri("C:/x/%.CSV") == "file:///C:/x/%25.CSV"
    assert uri("/x/a#b") == "file:///x/a%23b"


def test_several_formats_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / PLAN
    path.write_bytes(file_of(plan_record(service_code="1")))
    options = [f"--output-format={form}={tmp_path / form}" for form in FORMATS]
    assert run(["check", str(path), *options]) == 1
    assert "直し方" in capsys.readouterr().out
    for form in FORMATS:
        run(["check", str(path), "--format", form])
        written = (tmp_path / form).read_text(encoding="utf-8")
        assert re.sub("[0-9a-f]{64}", "", written) == re.sub("[0-9a-f]{64}", "", capsys.readouterr().out)


@pytest.mark.parametrize("given", ["junit", "junit=", "text=x.txt", "html=x", "=x", HOSTILE])
def test_what_cannot_be_written_is_refused_before_the_check(
    tmp_path: Path, given: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["check", FAULTY, "--output-format", given]) == 2
    told = capsys.readouterr()
    assert "形式=ファイル" in told.err
    assert "\x1b" not in told.err
    assert not told.out


def test_files_are_not_overwritten_unasked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / PLAN
    path.write_bytes(file_of(plan_record()))
    taken = tmp_path / "x.xml"
    taken.write_text("kept")
    assert run(["check", str(path), "--output-format", f"junit={taken}"]) == 2
    assert "--force" in capsys.readouterr().err
    assert taken.read_text() == "kept"
    assert run(["check", str(path), "--output-format", f"junit={tmp_path}"]) == 2
    assert "フォルダーです" in capsys.readouterr().err
    twice = ["--output-format", f"junit={taken}", "--output-format", f"sarif={taken}"]
    assert run(["check", str(path), *twice, "--force"]) == 2
    assert "2度" in capsys.readouterr().err
    assert run(["check", str(path), *twice[:2], "--force"]) == 0
    assert taken.read_text().startswith("<testsuites")


def test_the_problem_matcher_of_the_page_reads_the_commands(told: Callable[..., str]) -> None:
    page = (Path(__file__).parents[2] / "docs" / "ci.md").read_text(encoding="utf-8")
    [task] = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    pattern = json.loads(task)["problemMatcher"]["pattern"]
    form = re.compile(pattern["regexp"])
    lines = [line for line in told(FAULTY, "github").splitlines() if ",line=" in line]
    found = [form.fullmatch(line) for line in lines]
    assert lines
    assert all(found)
    assert {match[pattern["code"]][0] for match in found if match} >= set("ECFRTB")


def test_the_action_and_the_hook_name_options_that_exist(capsys: pytest.CaptureFixture[str]) -> None:
    top = Path(__file__).parents[2]
    action = yaml.safe_load((top / "action.yml").read_text(encoding="utf-8"))
    [command] = re.findall(r"careplan-csv (check .+)", action["runs"]["steps"][-1]["run"])
    run(["check", "--help"])
    options = capsys.readouterr().out
    assert set(re.findall(r"--[a-z][a-z-]+", command)) <= set(re.findall(r"--[a-z][a-z-]+", options))
    [hook] = yaml.safe_load((top / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert hook["entry"] == "careplan-csv check"
    assert hook["pass_filenames"] is False


@pytest.mark.skipif(os.name == "nt", reason="the step is written for bash")
def test_the_step_of_the_action_runs(tmp_path: Path) -> None:
    """What the runner does: inputs become environment variables of a shell."""
    action = yaml.safe_load((Path(__file__).parents[2] / "action.yml").read_text(encoding="utf-8"))
    (tmp_path / PLAN).write_bytes(file_of(plan_record(service_code="1")))
    (tmp_path / "a b").mkdir()
    (tmp_path / "a b" / PLAN).write_bytes(file_of(plan_record(service_code="1")))
    (tmp_path / "x y.sarif").write_text("old")
    folder = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {
        "PATH": folder,
        "PATHS": f"{PLAN}\n \na b\n",
        "LEVEL": "error",
        "SARIF": "x y.sarif",
    }
    done = subprocess.run(
        ["bash", "-e", "-c", action["runs"]["steps"][-1]["run"]],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1, done.stderr
    assert f"::error file={PLAN},line=1" in done.stdout
    assert f"::error file=a b/{PLAN},line=1" in done.stdout
    assert json.loads((tmp_path / "x y.sarif").read_text(encoding="utf-8"))["version"] == "2.1.0"

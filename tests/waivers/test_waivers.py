"""Lists of waivers: what they accept is said everywhere, changes no verdict, and never outlives its reason."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import openpyxl
import pytest
import xmlschema
from sarif_pydantic import Sarif

import careplan_csv
from careplan_csv.cli import run, waiver_options
from careplan_csv.conformance.tomlfile import TomlFileError
from careplan_csv.results import Status
from careplan_csv.waivers.waiver_list import read_waivers

ROOT = Path(__file__).parents[2]
FAULTY = str(ROOT / "sample_data" / "faulty" / "F401-required-item-empty")
TODAY = date.today()
LATER = (TODAY + timedelta(days=100)).isoformat()
REASON = "=1+1 <script>alert(1)</script> 次の版で直す"


def entry(rule: str = "F401", until: str = LATER, **more: str | int) -> str:
    keys = {"rule": rule, "reason": REASON, "approved_by": "品質の係", "until": until, **more}
    return "\n[[waiver]]\n" + "".join(
        f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in keys.items()
    )


class OneDay(date):
    """A calendar that stands still: the tests may run over midnight."""

    @classmethod
    def today(cls) -> date:
        return TODAY


@pytest.fixture(autouse=True)
def one_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiver_options, "date", OneDay)


@pytest.fixture
def listed(tmp_path: Path) -> Callable[..., str]:
    def write(*entries: str) -> str:
        path = tmp_path / "careplan-waivers.toml"
        path.write_text("".join(entries), encoding="utf-8")
        return str(path)

    return write


@pytest.fixture
def result(capsys: pytest.CaptureFixture[str]) -> Callable[..., dict[str, Any]]:
    def of(*options: str) -> dict[str, Any]:
        run(["check", FAULTY, "--format", "json", *options])
        told: dict[str, Any] = json.loads(capsys.readouterr().out)
        return told

    return of


def rules(result: dict[str, Any]) -> list[str]:
    return [finding["rule"] for finding in result["findings"]]


def test_what_is_accepted_fails_no_run_and_changes_no_verdict(
    listed: Callable[..., str], result: Callable[..., dict[str, Any]]
) -> None:
    known = listed(entry(file="UPJSK_*.csv", item=4))
    before, after = result(), result("--waivers", known)
    assert (run(["check", FAULTY]), run(["check", FAULTY, "--waivers", known])) == (1, 0)
    assert after["verdict"] == before["verdict"] == "nonconformant"
    assert [one["status"] for one in after["inputs"]] == [one["status"] for one in before["inputs"]]
    [finding] = after["findings"]
    assert finding.pop("waiver") == {"reason": REASON, "approved_by": "品質の係", "until": LATER}
    assert [finding] == before["findings"]
    assert (before["summary"]["errors"], after["summary"]["errors"], after["summary"]["waived"]) == (1, 0, 1)


@pytest.mark.parametrize(
    "other",
    [{"file": "UPPLAN_*"}, {"item": 5}, {"item": "被保険者番号"}, {"message": "別の文"}],
    ids=["file", "item", "item name", "message"],
)
def test_every_part_of_a_waiver_must_fit(
    other: dict[str, Any], listed: Callable[..., str], result: Callable[..., dict[str, Any]]
) -> None:
    found = result("--waivers", listed(entry(**other)))
    # Of a file that was not examined nobody knows whether it has the finding.
    assert rules(found) == (["F401"] if "file" in other else ["F401", "W902"])
    assert "waiver" not in found["findings"][0]


def test_a_waiver_for_other_files_is_not_called_unused(
    listed: Callable[..., str], result: Callable[..., dict[str, Any]]
) -> None:
    """A run may examine a part of the files only; among those examined, an unused waiver is told."""
    assert rules(result("--waivers", listed(entry(item=4), entry(file="OTHER_*")))) == ["F401"]
    assert rules(result("--waivers", listed(entry(item=4), entry("F402", file="upjsk_*")))) == [
        "F401",
        "W902",
    ]


def test_the_page_is_not_green_where_only_waivers_hide_errors(
    listed: Callable[..., str], tmp_path: Path
) -> None:
    path = tmp_path / "r.html"
    assert run(["check", FAULTY, "--waivers", listed(entry(item=4)), "--report", str(path)]) == 0
    assert '<section class="verdict warning">' in path.read_text(encoding="utf-8")


def test_an_expired_waiver_accepts_nothing_and_is_told_with_its_line(
    listed: Callable[..., str], result: Callable[..., dict[str, Any]]
) -> None:
    known = listed("# 承認\n", entry(until=(TODAY - timedelta(days=1)).isoformat()))
    found = result("--waivers", known)
    assert rules(found) == ["F401", "W901"]
    assert (found["findings"][1]["line"], found["findings"][1]["path"]) == (3, known)
    assert rules(result("--waivers", listed(entry(until=TODAY.isoformat())))) == ["F401"]
    assert run(["check", FAULTY, "--waivers", known]) == 0, "期限の日までは有効"


def test_a_waiver_for_everything_or_for_years_is_too_wide(
    listed: Callable[..., str], capsys: pytest.CaptureFixture[str]
) -> None:
    every = str(ROOT / "sample_data" / "faulty")
    run(["check", every, "--format", "json", "--waivers", listed(entry(file="*"))])
    found = json.loads(capsys.readouterr().out)
    assert "W903" in rules(found)
    assert all("waiver" in one for one in found["findings"] if one["rule"] == "F401")
    long = (TODAY + timedelta(days=700)).isoformat()
    run(["check", FAULTY, "--format", "json", "--waivers", listed(entry(until=long, item=4))])
    assert rules(json.loads(capsys.readouterr().out)) == ["F401", "W903"]


def test_every_format_says_what_is_accepted_and_why(
    listed: Callable[..., str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    known = listed(entry(item=4), entry("F402"))
    told = {}
    for form in ("text", "json", "jsonl", "junit", "sarif", "github", "gitlab", "rdjsonl"):
        run(["check", FAULTY, "--format", form, "--waivers", known])
        told[form] = capsys.readouterr().out
        assert "次の版で直す" in told[form], form
        assert "W902" in told[form], form
    assert "承認済み 1か所" in told["text"]
    xmlschema.XMLSchema(str(ROOT / "tests" / "data" / "junit.xsd")).validate(told["junit"])
    assert "<failure" not in told["junit"]
    assert told["junit"].count("<skipped") == 1
    Sarif.model_validate_json(told["sarif"])
    schema = json.loads((ROOT / "tests" / "data" / "sarif.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(json.loads(told["sarif"]))
    assert [one["status"] for one in json.loads(told["sarif"])["runs"][0]["results"][0]["suppressions"]] == [
        "accepted"
    ]
    assert "::error" not in told["github"]
    assert '"severity": "major"' not in told["gitlab"]
    assert '"ERROR"' not in told["rdjsonl"]


def test_the_reports_list_what_is_accepted(listed: Callable[..., str], tmp_path: Path) -> None:
    reports = [tmp_path / f"r.{suffix}" for suffix in ("html", "xlsx", "csv")]
    options = [word for path in reports for word in ("--report", str(path))]
    assert run(["check", FAULTY, "--waivers", listed(entry(item=4)), *options]) == 0
    page = reports[0].read_text(encoding="utf-8")
    assert "承認済みの指摘（careplan-waivers.toml）" in page
    assert "<script>alert" not in page
    book = openpyxl.load_workbook(reports[1])
    assert book["一覧"].cell(2, 17).value.startswith("承認済み　理由: =1+1")
    assert book["規則"].cell(2, 6).value == 1
    rows = list(csv.DictReader(reports[2].read_text(encoding="utf-8-sig").splitlines()))
    assert [row["重要度"] for row in rows] == ["● エラー（承認済み）"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (entry(rule="F4O1"), "3行目|規則「F4O1」はありません"),
        (entry(rule="H801"), "規則 H801 は承認できません"),
        (entry().replace(f"reason = {json.dumps(REASON, ensure_ascii=False)}\n", ""), "2行目: 承認する理由"),
        (entry(reason=" "), "4行目: 承認する理由（reason）がありません"),
        (entry(approved_by=""), "5行目: 承認した人"),
        (entry(until="来年"), "6行目: 期限（until）「来年」は日付ではありません"),
        (entry(until="2020-01-01"), "6行目: 期限（until）2020-01-01 を30日以上過ぎています"),
        (entry(fil="a"), "「file」の書き誤り"),
        (entry(item=0), "項目（item）"),
        ("waiver = 1\n", "承認がありません"),
        ("", "承認がありません"),
        ("[[waivers]]\nrule = 'F401'\n", "「waivers」という項目はありません"),
        ("[[waiver]]\nrule = F401\n", "2行目: 書き方が正しくありません"),
    ],
)
def test_a_list_that_cannot_be_used_stops_the_run(
    text: str, said: str, listed: Callable[..., str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["check", FAULTY, "--waivers", listed(text)]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert all(part in told.err for part in said.split("|")), told.err


def test_a_list_that_is_not_there_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", FAULTY, "--waivers", str(tmp_path / "none.toml")]) == 2
    assert "ファイルがありません" in capsys.readouterr().err


def test_a_draft_accepts_nothing_until_somebody_has_filled_it_in(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draft = tmp_path / "careplan-waivers.toml"
    every = str(ROOT / "sample_data" / "faulty")
    assert run(["check", every, "--write-waivers", str(draft)]) == 1
    assert "ひな型を作りました" in capsys.readouterr().err
    assert run(["check", every, "--waivers", str(draft)]) == 2
    assert "reason" in capsys.readouterr().err
    text = draft.read_text(encoding="utf-8")
    for key in ("reason", "approved_by"):
        text = text.replace(f'{key} = ""', f'{key} = "確かめた"')
    filled = tmp_path / "filled.toml"
    filled.write_text(text.replace('until = ""', f"until = {LATER}"), encoding="utf-8")
    run(["check", every, "--waivers", str(filled), "--format", "json"])
    found = json.loads(capsys.readouterr().out)["findings"]
    assert [one["rule"] for one in found if "waiver" not in one and one["severity"] != "info"] == []
    assert run(["check", every, "--waivers", str(filled)]) == 0
    assert run(["check", every, "--write-waivers", str(draft)]) == 2, "前の一覧を消さない"


def test_what_could_not_be_examined_cannot_be_accepted(listed: Callable[..., str], tmp_path: Path) -> None:
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"PK\3\4 no archive")
    assert run(["check", FAULTY, str(broken), "--waivers", listed(entry())]) == 3


def test_a_baseline_and_a_waiver_know_of_each_other(
    listed: Callable[..., str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clean = tmp_path / "clean.json"
    valid = str(ROOT / "sample_data" / "valid")
    run(["check", valid, "--format", "json", "--output", str(clean)])
    command = ["check", FAULTY, "--baseline", str(clean)]
    assert run(command) == 1
    assert run([*command, "--waivers", listed(entry(item=4))]) == 0
    accepted = tmp_path / "accepted.json"
    run(["check", FAULTY, "--waivers", listed(entry(item=4)), "--format", "json", "--output", str(accepted)])
    capsys.readouterr()
    assert run(["check", FAULTY, "--baseline", str(accepted)]) == 1, "承認が消えた指摘は、また数える"
    assert "（承認済み）" in capsys.readouterr().err


def test_no_other_command_takes_a_list(listed: Callable[..., str], tmp_path: Path) -> None:
    for command in ("assess", "verify"):
        assert run([command, FAULTY, "--waivers", listed(entry())]) == 2


def test_python_programs_can_use_a_list(listed: Callable[..., str]) -> None:
    found = careplan_csv.check(FAULTY, waivers=listed(entry(item=4)))
    assert (found.verdict, len(found.waived), found.open) == (Status.NONCONFORMANT, 1, ())
    assert found.to_dataframe()["waiver"].tolist() == [REASON]
    with pytest.raises(TomlFileError):
        careplan_csv.check(FAULTY, waivers=listed(""))


def test_a_list_as_editors_on_windows_save_it(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes("\ufeff".encode() + entry(until="2026-13-01").replace("\n", "\r\n").encode())
    with pytest.raises(TomlFileError, match="6行目"):
        read_waivers(path, TODAY)
    path.write_bytes(entry().encode("cp932"))
    assert read_waivers(path, TODAY).waivers[0].approved_by == "品質の係"

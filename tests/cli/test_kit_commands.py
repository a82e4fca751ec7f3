"""kit, assess with a kit, verify, compare and interop, as they are called."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import jsonschema
import pytest
from in_process import run_here
from packages import ADAPTER

from careplan_csv.cli import run
from careplan_csv.conformance.harness import kit_run, pair_runs
from careplan_csv.reporting.json_report import schema_text


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kits") / "kit"
    assert run(["kit", "make", "--office-type", "planning", "--seed", "1", "--out", str(folder)]) == 0
    return folder


@pytest.fixture
def product(tmp_path: Path) -> str:
    """The reference software in the part of a product, as processes of their own."""
    (tmp_path / "mycare.py").write_text(
        "import sys\nfrom careplan_csv.reference.__main__ import main\nsys.exit(main(sys.argv[1:]))\n"
    )
    path = tmp_path / "adapter.toml"
    start = f'["{sys.executable}", "{{adapter}}/mycare.py"'
    text = ADAPTER.replace('["mycare", "-q", "-b"', start).replace("\\", "/")
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reference software runs in this process, which is faster."""
    monkeypatch.setattr(kit_run, "run", run_here)
    monkeypatch.setattr(pair_runs, "run", run_here)


def test_a_kit_holds_what_people_and_programs_need(kit: Path) -> None:
    described = json.loads((kit / "kit.json").read_text(encoding="utf-8"))
    assert {"inbox", "own", "faults", "expected", "checksheet.html", "checksheet.xlsx"} < {
        path.name for path in kit.iterdir()
    }
    assert described["seed"] == 1
    assert set(described["files"]) == {
        path.relative_to(kit).as_posix() for path in kit.rglob("*") if path.is_file() and path.name != "kit.json"
    }  # fmt: skip


def test_a_kit_is_not_written_over(kit: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["kit", "make", "--office-type", "planning", "--out", str(kit)]) == 2
    assert "空のフォルダーではありません" in capsys.readouterr().err


def test_a_real_run_of_a_rehearsal(product: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Commands of a software as processes of their own, as vendors' adapters run; a kit of one exchange."""
    kit, out = tmp_path / "kit", tmp_path / "run"
    made = ["--office-type", "planning", "--scenario", "D3", "--seed", "1", "--out", str(kit)]
    assert run(["kit", "make", *made]) == 0
    capsys.readouterr()
    assert run(["kit", "run", str(kit), "--adapter", product, "--out", str(out), "--format", "json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["verdict"] == "conformant"
    assert {cell["means"] for cell in result["requirements"] if cell["direction"] == "import"} >= {
        "内部データ"
    }
    assert len(list((out / "logs").iterdir())) >= 4


@pytest.mark.long
def test_a_real_run_from_kit_to_verified_evidence(kit: Path, product: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    """Commands of a software as processes of their own, as vendors' adapters run."""
    evidence = tmp_path / "evidence.zip"
    arguments = ["--office-type", "planning", "--kit", str(kit), "--adapter", product]
    out = ["--out", str(tmp_path / "out"), "--evidence", str(evidence), "--format", "json"]
    assert run(["assess", *arguments, *out]) == 0
    result = json.loads(capsys.readouterr().out)
    jsonschema.validate(result, json.loads(schema_text()))
    assert result["verdict"] == "conformant"
    assert {cell["means"] for cell in result["requirements"] if cell["direction"] == "import"} >= {
        "内部データ"
    }
    assert run(["verify", str(evidence)]) == 0
    assert capsys.readouterr().out.startswith("一致: ")


def test_a_defect_fails_the_run(kit: Path, tmp_path: Path, here: None, capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    arguments = ["--adapter", "reference:ignore-corrections", "--out", str(tmp_path / "run")]
    assert run(["kit", "run", str(kit), *arguments]) == 1
    said = capsys.readouterr().out
    assert "訂正後の内容に置き換わっていません" in said
    assert "不適合" in said


def test_data_written_out_by_hand_is_compared(kit: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    dump = tmp_path / "dump"
    shutil.copytree(kit / "expected/dump", dump)
    for table in dump.iterdir():
        # A product writes its records in an order of its own.
        table.write_bytes(b"".join(reversed(table.read_bytes().splitlines(keepends=True))))
    out = ["--out", str(tmp_path / "out"), "--format", "json"]
    assert run(["kit", "compare", str(kit), "--dump", str(dump), *out]) == 1
    cells = {(c["letter"], c["direction"]): c for c in json.loads(capsys.readouterr().out)["requirements"]}
    assert cells["G", "import"]["result"] == "conformant"
    assert cells["A", "export"]["result"] == "unverified"
    table = dump / "UPJSK_202504.CSV"
    table.write_bytes(b"".join(table.read_bytes().splitlines(keepends=True)[:-1]))
    report = tmp_path / "report.html"
    assert run(["kit", "compare", str(kit), "--dump", str(dump), "--report", str(report), *out]) == 1
    page = report.read_text(encoding="utf-8")
    assert "期待する内容との違い" in page
    assert "H803" in page
    cells = {(c["letter"], c["direction"]): c for c in json.loads(capsys.readouterr().out)["requirements"]}
    assert (cells["G", "import"]["result"], cells["G", "import"]["rule"]) == ("nonconformant", "H803")


def test_an_answered_checksheet_is_a_declaration(kit: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    from openpyxl import load_workbook

    path = tmp_path / "answers.xlsx"
    book = load_workbook(kit / "checksheet.xlsx")
    sheet = book["回答"]
    column = next(cell.column for row in sheet.iter_rows() for cell in row if cell.value == "回答（○/×）")
    first = next(cell.row for row in sheet.iter_rows() for cell in row if cell.value == "回答（○/×）")
    for row in range(first + 1, sheet.max_row + 1):
        if sheet.cell(row, 1).value:
            sheet.cell(row, column).value = "○"
    book.save(path)
    # Nobody has said who looked, when, and at what.
    assert run(["kit", "compare", str(kit), "--answers", str(path), "--out", str(tmp_path / "x")]) == 2
    assert "「検査した人」（D4のセル）" in capsys.readouterr().err.replace("\n", "")
    for row in (4, 5, 6, 7):
        sheet.cell(row, 4).value = "試験"
    book.save(path)
    out = ["--out", str(tmp_path / "out"), "--format", "json"]
    assert run(["kit", "compare", str(kit), "--answers", str(path), *out]) == 1
    result = json.loads(capsys.readouterr().out)
    jsonschema.validate(result, json.loads(schema_text()))
    cells = {(c["letter"], c["direction"]): c for c in result["requirements"]}
    assert (cells["G", "import"]["result"], cells["G", "import"]["evidence"]) == ("conformant", "declared")
    for row in range(first + 1, sheet.max_row + 1):
        sheet.cell(row, column).value = None
    book.save(path)
    assert run(["kit", "compare", str(kit), "--answers", str(path), *out]) == 3
    cells = {(c["letter"], c["direction"]): c for c in json.loads(capsys.readouterr().out)["requirements"]}
    assert cells["G", "import"]["result"] == "unverified"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["kit", "compare", "{kit}"], "どれかを指定してください"),
        (["kit", "compare", "{kit}", "--dump", "{tmp}/none"], "見つかりません"),
        (["kit", "compare", "{kit}", "--dump", "{other}"], "このキットの利用者の記録がありません"),
        (["kit", "compare", "{kit}", "--answers", "{kit}/kit.json"], "確認表"),
        (["kit", "run", "{kit}", "--adapter", "{tmp}/none.toml"], "ファイルがありません"),
        (["kit", "run", "{tmp}", "--adapter", "reference"], "kit.json がありません"),
        (["assess", "--office-type", "planning", "--adapter", "reference"], "--kit と一緒に"),
        (["assess", "--office-type", "service", "--kit", "{kit}", "--dump", "{other}"], "のキットを"),
        (["assess", "--office-type", "planning"], "調べるファイルかフォルダーを指定してください"),
        (["verify", "{tmp}/none.zip"], "見つかりません"),
        (["verify", "{kit}/kit.json"], "開けません"),
        (["compare", "{tmp}/none"], "見つかりません"),
        (["interop", "reference"], "2つ以上"),
    ],
)
def test_what_cannot_be_done_is_said(
    arguments: list[str], said: str, kit: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = Path(__file__).parent.parent.parent / "sample_data/valid/202407/service"
    places = {"{kit}": str(kit), "{tmp}": str(tmp_path), "{other}": str(other)}
    filled = list(arguments)
    for name, place in places.items():
        filled = [argument.replace(name, place) for argument in filled]
    assert run(filled) == 2
    assert said in capsys.readouterr().err


def test_a_changed_kit_is_refused(kit: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    changed = tmp_path / "kit"
    shutil.copytree(kit, changed)
    victim = next((changed / "inbox").rglob("*.CSV"))
    victim.write_bytes(victim.read_bytes() + b"x")
    (changed / "faults" / "added.txt").write_text("x")
    assert run(["kit", "run", str(changed), "--adapter", "reference", "--out", str(tmp_path / "run")]) == 2
    said = capsys.readouterr().err
    assert "作った後で変わっています" in said
    assert "added.txt が加わっている" in said


def test_results_of_several_products_stand_in_one_table(kit: Path, tmp_path: Path, here: None, capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    for name in ("reference", "reference:skip-tais"):
        folder = tmp_path / name.replace(":", "-")
        run(["kit", "run", str(kit), "--adapter", name, "--out", str(folder)])
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 broken")
    evil = tmp_path / "evil"
    evil.mkdir()
    data = json.loads((tmp_path / "reference/result/result.json").read_text(encoding="utf-8"))
    data["software"] = {"product_name": "=1+1<script>alert(1)</script>", "version": "1"}
    (evil / "result.json").write_text(json.dumps(data), encoding="utf-8")
    out = tmp_path / "table"
    paths = [str(tmp_path / part) for part in ("reference", "reference-skip-tais", "evil", "broken.zip")]
    assert run(["compare", *paths, "--out", str(out)]) == 1
    html = (out / "compare.html").read_text(encoding="utf-8")
    assert "<script>" not in html
    assert "×見" in html
    assert 'title="不適合（見）"' in html
    assert "broken.zip" in html
    from openpyxl import load_workbook

    cells = [cell for row in load_workbook(out / "compare.xlsx").active.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert run(["compare", paths[3], "--out", str(out)]) == 3


def test_two_programs_with_each_other(tmp_path: Path, here: None, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "pair"
    assert run(["interop", "reference", "reference:skip-tais", "--out", str(out)]) == 1
    said = capsys.readouterr().out
    assert "「TAISコード」失われた" in said
    assert "適合" in (out / "interop.html").read_text(encoding="utf-8")


def test_the_names_of_the_defects(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["kit", "defects"]) == 0
    said = capsys.readouterr().out
    assert "drop-table-3　第3表を取り込まない\n" in said
    names = [line.partition("　")[0] for line in said.splitlines()]
    assert len(names) == len(set(names)) >= 15

"""Reports with every place: as a workbook and as CSV."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import openpyxl
import pytest
from helpers import PLAN, file_of, plan_record
from long_proofs import some
from openpyxl.utils import get_column_letter

from careplan_csv.checker import check
from careplan_csv.checker.place_list import PlaceList
from careplan_csv.cli import run
from careplan_csv.findings import Consequence, Example, Finding, Severity
from careplan_csv.reading.sources import collect
from careplan_csv.reporting.finding_csv import write_csv
from careplan_csv.reporting.finding_list import COLUMNS, FindingList
from careplan_csv.reporting.finding_sheet import write_sheet
from careplan_csv.reporting.report_file import report_file
from careplan_csv.reporting.selection import Selection
from careplan_csv.results import CheckResult
from careplan_csv.rules.hits import Hit, Place

SAMPLES = Path(__file__).parents[2] / "sample_data"
FAULTY = sorted((SAMPLES / "faulty").iterdir())
HOSTILE = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    '=HYPERLINK("http://x")',
    "<script>alert(1)</script>",
    "]]></t>",
    "\x00\x1b[2J\ufffe",
    "\ud800x",
    "_x0041_",
    "{0}{bad}",
    "長" * 1_000_000,
)
TITLES = [column.title for column in COLUMNS]


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A file of 300 records, each of which has the same broken value."""
    source = next((SAMPLES / "valid").rglob("UPPLAN_*.CSV"))
    record = source.read_bytes().split(b"\r\n")[0]
    path = tmp_path / source.name
    path.write_bytes(b"".join(record + b"x\r\n" for _ in range(300)))
    return path


def hostile_list(every: PlaceList) -> FindingList:
    findings = []
    for number, text in enumerate(HOSTILE):
        finding = Finding(
            "F405",
            Severity.ERROR,
            f"{text[:40]}.CSV",
            f"{text[:99]}{number}",
            text,
            "§",
            Consequence.REFUSED,
            examples=(Example(1, 1, text, expected=text, found=text),),
        )
        every.take(
            finding,
            every.keep(
                Hit(
                    "F405",
                    Severity.ERROR,
                    "",
                    places=(Place(1, 1, text, safe=True, expected=text, found=text),),
                )
            ).chunks,
        )
        findings.append(finding)
    result = CheckResult("auto", "2026-01-01T00:00:00+09:00", "x", (), (), tuple(findings))
    return FindingList(result, Selection(), every)


def test_every_place_is_listed_and_counted(broken: Path) -> None:
    with PlaceList() as every:
        result = check(collect([str(broken)]), every=every)
        large = [finding for finding in result.findings if finding.count == 300]
        assert large
        for finding in large:
            places = list(every.places(finding))
            assert [place.record for place in places] == list(range(1, 301))
            assert tuple(places[:10]) == finding.examples
    assert check(collect([str(broken)])).findings == result.findings


@pytest.mark.parametrize("sample", some(FAULTY, FAULTY[::4]), ids=lambda path: path.name)
def test_the_list_begins_with_what_the_finding_holds(sample: Path) -> None:
    with PlaceList() as every:
        result = check(collect([str(sample)]), every=every)
        for finding in result.findings:
            places = list(every.places(finding))
            assert len(places) == every.count(finding) <= finding.count
            if finding.rule != "F421":
                assert tuple(places[: len(finding.examples)]) == finding.examples


def test_the_sheet_has_a_row_for_each_place(broken: Path, tmp_path: Path) -> None:
    report = tmp_path / "報告.xlsx"
    assert (
        run(
            [
                "check",
                str(broken),
                "--report",
                str(report),
                "--output",
                str(tmp_path / "out.txt"),
                "--level",
                "warning",
            ]
        )
        == 1
    )
    result = check(collect([str(broken)]))
    book = openpyxl.load_workbook(report)
    assert book.sheetnames == ["概要", "一覧", "規則"]
    sheet = book["一覧"]
    header, *rows = sheet.iter_rows(values_only=True)
    assert list(header) == TITLES
    assert len(rows) == sum(finding.count for finding in result.findings)
    marked = [cell.column for cell in sheet[2] if cell.font.b]
    assert marked == [TITLES.index("重要度") + 1]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == f"A1:{get_column_letter(len(TITLES))}{len(rows) + 1}"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.print_title_rows == "$1:$1"


def test_too_many_rows_go_on_in_another_sheet(broken: Path) -> None:
    with PlaceList() as every:
        listing = FindingList(check(collect([str(broken)]), every=every), Selection(), every)
        stream = io.BytesIO()
        write_sheet(listing, stream, most=100)
    book = openpyxl.load_workbook(stream)
    lists = [book[name] for name in book.sheetnames if name.startswith("一覧")]
    assert len(lists) == -(-listing.rows // 100) > 1
    assert sum(sheet.max_row - 1 for sheet in lists) == listing.rows
    assert any("枚のシートに分けました" in str(row[1]) for row in book["概要"].iter_rows(values_only=True))


def test_a_finding_and_its_places_fill_every_column() -> None:
    with PlaceList() as every:
        listing = hostile_list(every)
        finding = listing.findings[0]
        of_place = [column.title for column in COLUMNS if column.of_place]
        assert set(listing.shared(finding)) | set(of_place) == set(TITLES)
        assert len(next(listing.places(finding))) == len(of_place)


def test_the_summary_lists_what_was_not_examined_first_and_not_without_end(
    broken: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("careplan_csv.reporting.finding_sheet._FILES_LISTED", 2)
    (broken.parent / "z.zip").write_bytes(b"PK\x03\x04")
    (broken.parent / "a.CSV").write_bytes(b"")
    stream = io.BytesIO()
    with PlaceList() as every:
        write_sheet(
            FindingList(check(collect([str(broken.parent)]), every=every), Selection(), every), stream
        )
    rows = list(openpyxl.load_workbook(stream)["概要"].iter_rows(values_only=True))
    [start] = [number for number, row in enumerate(rows) if row[0] == "ファイル"]
    assert str(rows[start + 1][0]).endswith("z.zip")
    assert str(rows[-1][0]).startswith("ほか 1個")


def test_hostile_values_are_inert_in_the_sheet() -> None:
    stream = io.BytesIO()
    with PlaceList() as every:
        write_sheet(hostile_list(every), stream)
    book = openpyxl.load_workbook(stream)
    assert book["一覧"].max_row == len(HOSTILE) + 1
    for sheet in book:
        for row in sheet.iter_rows():
            assert all(
                cell.data_type in ("s", "n", "inlineStr") and len(str(cell.value)) < 32_767 for cell in row
            )


@pytest.mark.parametrize("encoding", ["utf-8", "cp932"])
def test_hostile_values_are_inert_in_csv(encoding: str) -> None:
    stream = io.BytesIO()
    with PlaceList() as every:
        write_csv(hostile_list(every), stream, encoding)
    data = stream.getvalue()
    assert data.startswith(b"\xef\xbb\xbf") == (encoding == "utf-8")
    rows = list(
        csv.reader(io.StringIO(data.decode("utf-8-sig" if encoding == "utf-8" else encoding), newline=""))
    )
    assert len(rows) == len(HOSTILE) + 1
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_a_report_is_refused_where_it_cannot_be(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sample = str(SAMPLES / "valid/202407/planning")
    taken = tmp_path / "taken.csv"
    taken.write_text("mine")
    for path, words in (
        (tmp_path, "フォルダー"),
        (taken, "--force"),
        (tmp_path / "a.doc", "形式"),
        (taken / "a.csv", "フォルダーを作れません"),
    ):
        assert run(["check", sample, "--report", str(path)]) == 2
        assert words in capsys.readouterr().err
    assert taken.read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["taken.csv"]
    assert run(["check", sample, "--report", str(taken), "--force"]) == 0
    assert taken.read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_full_disk_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    report = tmp_path / "a.csv"
    assert run(["check", str(SAMPLES / "valid/202407/planning"), "--report", str(report)]) == 2
    told = capsys.readouterr()
    assert "空き" in told.err
    assert "結果:" in told.out
    assert not list(tmp_path.iterdir())


def test_no_room_for_the_places_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def none() -> None:
        raise FileNotFoundError(2, "No usable temporary directory found")

    monkeypatch.setattr("careplan_csv.checker.place_list.TemporaryFile", none)
    sample = str(SAMPLES / "valid/202407/planning")
    assert run(["check", sample, "--report", str(tmp_path / "a.csv")]) == 2
    assert "一時ファイル" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_fault_of_a_writer_is_not_told_as_one_of_the_disk(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="fault"), report_file(tmp_path / "a.csv", force=False):
        raise ValueError("fault")
    assert not list(tmp_path.iterdir())


def test_one_file_cannot_take_two_results(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sample, path = str(SAMPLES / "valid/202407/planning"), str(tmp_path / "a.csv")
    for options in (
        ["--report", path, "--report", path],
        ["--report", path, "--output", path],
        ["--output-format", f"junit={path}", "--report", path],
    ):
        assert run(["check", sample, *options]) == 2
        assert "2度" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("several", [True, False], ids=["small files", "one file"])
def test_rules_that_remember_first_places_list_every_place_too(several: bool, tmp_path: Path) -> None:
    """T601 and T602 keep each value once: for a list, the file is read once more."""
    records = [
        plan_record(
            service_month="202505" if n % 2 else "202504", csv_version="202208" if n == 7 else "202407"
        )
        for n in range(40)
    ]
    (tmp_path / PLAN).write_bytes(file_of(*records))
    if several:
        (tmp_path / PLAN.replace("090000", "090001")).write_bytes(file_of(plan_record()))
    with PlaceList() as every:
        result = check(collect([str(tmp_path)]), every=every)
        listing = FindingList(result, Selection(), every)
        found = {
            finding.rule: [place.record for place in every.places(finding)]
            for finding in listing.findings
            if finding.rule in ("T601", "T602")
        }
        counts = {finding.rule: finding.count for finding in listing.findings}
    assert found["T602"] == list(range(2, 41, 2))
    assert found["T601"] == [8]
    assert {rule: len(places) for rule, places in found.items()} == {rule: counts[rule] for rule in found}

"""Sixty submissions in one go: every line of the table is right, and nothing stops the others."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import threading
import time
import zipfile
from pathlib import Path

import in_process
import pytest
from crashing_judges import Judge
from long_proofs import long
from openpyxl import Workbook, load_workbook

from careplan_csv.cli import run
from careplan_csv.conformance.harness import kit_run
from careplan_csv.standard import standard
from careplan_csv.submissions import engines
from careplan_csv.submissions.engines import DaskUnavailable, run_dask, run_here, run_processes
from careplan_csv.submissions.office_list import OfficeListError, read_office_list
from careplan_csv.submissions.outcome import Attention, SubmissionOutcome, from_json
from careplan_csv.submissions.received import Submission, received_in
from careplan_csv.submissions.shared_files import with_shared_files
from careplan_csv.synthesis.samples.made_submissions import COPY, FLAWS, OTHER_TYPE, office_list, submissions

PROFILE = standard().profile("yamaguchi-r6")
TASKS = [(Submission(number, f"{number}.zip", ""), f"key {number}") for number in range(1, 13)]

EXPECTED = {
    "cut": (Attention.UNREADABLE, "ZIP"),
    "spreadsheet": (Attention.NONCONFORMANT, "F421"),
    "utf-8": (Attention.NONCONFORMANT, "E202"),
    "no-table-7": (Attention.NONCONFORMANT, "第7表"),
    "document-only": (Attention.UNREADABLE, "CSV ファイルがありません"),
    "zip-in-zip": (Attention.UNREADABLE, "ZIP の中の ZIP は開きません"),
    "password": (Attention.UNREADABLE, "パスワード"),
    OTHER_TYPE: (Attention.NOT_AS_LISTED, "ファイルは居宅サービス事業所のものです"),
    COPY: (Attention.ALIKE, "ほかの提出物と同じ内容のファイルがあります"),
}
"""What each flaw is told as, and words of the sentence."""


@pytest.fixture(scope="module", params=[16, long(60)])
def count(request: pytest.FixtureRequest) -> int:
    """How many submissions there are."""
    found: int = request.param
    return found


@pytest.fixture(scope="module")
def folder(count: int, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with submissions, and the list of the applicants."""
    folder = tmp_path_factory.mktemp("submissions")
    assert run(["synth", "--submissions", str(count), "--out", str(folder)]) == 0
    return folder


@pytest.fixture(scope="module")
def results(folder: Path) -> Path:
    out = folder / "結果"
    arguments = ["batch", str(folder / "受付"), "--list", str(folder / "一覧.csv"), "--out", str(out)]
    assert run(arguments) == 1
    return out


def outcomes_in(out: Path) -> dict[int, SubmissionOutcome]:
    found = {}
    for path in sorted(out.glob("*/outcome.json")):
        outcome = from_json(path.read_text(encoding="utf-8"))
        assert outcome
        found[outcome.number] = outcome
    return found


def test_every_line_of_the_table_is_right(results: Path, count: int) -> None:
    made = dict(enumerate(submissions(count), 1))
    outcomes = with_shared_files(list(outcomes_in(results).values()))
    assert [outcome.number for outcome in outcomes] == list(range(1, count + 1))
    copied = next(number for number, one in made.items() if one.flaw == COPY) + 1
    for outcome in outcomes:
        one = made[outcome.number]
        assert outcome.name == one.name
        if one.flaw:
            attention, words = EXPECTED[one.flaw]
            assert outcome.attention is attention, one.flaw
            assert any(words in remark for remark in outcome.remarks), (one.flaw, outcome.remarks)
        elif outcome.number == copied:
            assert outcome.attention is Attention.ALIKE
        else:
            # Nobody has shown that the software imports.
            assert outcome.attention is Attention.UNVERIFIED
            assert outcome.offices == (one.office,)
            assert all("取込" in remark for remark in outcome.remarks)
            assert (outcome.errors, outcome.warnings) == (0, 0)
    assert {one.flaw for one in made.values()} == {"", OTHER_TYPE, COPY, *FLAWS}


def test_what_needs_a_person_comes_first(results: Path, count: int) -> None:
    page = (results / "一覧.html").read_text(encoding="utf-8")
    labels = re.findall(r'<td class="(?:non)?(?:conformant|unverified)">([^<]+)</td><td', page)
    order = [label for label in labels if label in {one.label for one in Attention}]
    ranks = [next(one for one in Attention if one.label == label) for label in order]
    assert len(ranks) >= count
    book = load_workbook(results / "一覧.xlsx")
    rows = list(book.worksheets[0].iter_rows(min_row=4, max_row=3 + count, values_only=True))
    told = [next(one for one in Attention if one.label == row[2]) for row in rows]
    assert told == sorted(told)
    assert told[0] is Attention.UNREADABLE
    assert 'href="00011/besshi6.html"' in page


def test_each_submission_has_its_form_and_its_letter(results: Path) -> None:
    for number, outcome in outcomes_in(results).items():
        folder = results / f"{number:05d}"
        assert {path.name for path in folder.iterdir()} == {
            "outcome.json",
            *(n.split("/")[1] for n in outcome.written),
        }
        if outcome.verdict:
            assert "別紙６" in (folder / "besshi6.html").read_text(encoding="utf-8")
            assert json.loads((folder / "result.json").read_text(encoding="utf-8"))["verdict"]
            assert (folder / "letter.html").is_file()


def test_a_second_run_judges_only_what_has_changed(
    folder: Path,
    results: Path,
    count: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    judged: list[int] = []
    own = tmp_path / "結果"
    shutil.copytree(results, own)
    from careplan_csv.submissions.judgement import Judging

    real = Judging.__call__
    monkeypatch.setattr(
        Judging, "__call__", lambda self, one, key: judged.append(one.number) or real(self, one, key)
    )
    before = (own / "一覧.xlsx").read_bytes()
    (own / "00007" / "outcome.json").unlink()
    (own / "00012" / "besshi6.html").unlink()
    (own / "00013" / "outcome.json").write_text("{", encoding="utf-8")
    arguments = ["batch", str(folder / "受付"), "--list", str(folder / "一覧.csv"), "--out", str(own)]
    assert run([*arguments, "--engine", "here"]) == 1
    assert judged == [7, 12, 13]
    assert (own / "一覧.xlsx").read_bytes() == before
    judged.clear()
    # With another list all are judged again: what comes out of it is of no interest here.
    found = outcomes_in(own)
    monkeypatch.setattr(
        Judging, "__call__", lambda self, one, key: judged.append(one.number) or found[one.number]
    )
    assert run([*arguments[:2], "--out", str(own), "--engine", "here"]) == 1
    assert judged == list(range(1, count + 1))
    capsys.readouterr()


def test_a_folder_and_a_package_are_submissions_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # The reference software runs in this process, which is faster.
    monkeypatch.setattr(kit_run, "run", in_process.run_here)
    received, out = tmp_path / "受付", tmp_path / "結果"
    [one] = list(submissions(1))
    (received / "紙の申請").mkdir(parents=True)
    with zipfile.ZipFile(received / "a.zip", "w") as archive:
        archive.writestr("x.csv", b"")
    (received / "読んでください.txt").write_text("x")
    (received / "b.zip").write_bytes(one.data)
    with zipfile.ZipFile(received / "b.zip") as archive:
        archive.extractall(received / "紙の申請")
    (received / "c.zip").write_bytes(b"PK\x03\x04" + bytes(30))
    assert run(["kit", "make", "--office-type", "planning", "--out", str(tmp_path / "kit")]) == 0
    evidence = received / "証拠.zip"
    kit = ["--office-type", "planning", "--kit", str(tmp_path / "kit"), "--adapter", "reference"]
    run(["assess", *kit, "--out", str(tmp_path / "own"), "--evidence", str(evidence)])
    assert evidence.is_file()
    assert run(["batch", str(received), "--out", str(out), "--engine", "here"]) == 1
    told = capsys.readouterr().out
    assert "ZIP でもフォルダーでもないため、調べなかったもの 1個" in told
    outcomes = {outcome.name: outcome for outcome in with_shared_files(list(outcomes_in(out).values()))}
    assert outcomes["証拠.zip"].attention is Attention.DOUBTFUL_PROOF
    assert outcomes["証拠.zip"].remarks[0].startswith("参照ソフト（見本）の結果です。")
    assert outcomes["紙の申請"].attention is outcomes["b.zip"].attention is Attention.ALIKE
    assert outcomes["c.zip"].attention is Attention.UNREADABLE


def test_the_kits_own_files_are_no_evidence(tmp_path: Path) -> None:
    received, kit = tmp_path / "受付", tmp_path / "kit"
    received.mkdir()
    assert run(["kit", "make", "--office-type", "service", "--out", str(kit)]) == 0
    arguments = ["assess", "--office-type", "service", "--kit", str(kit)]
    own = ["--dump", str(kit / "expected" / "dump"), "--out", str(tmp_path / "own")]
    run([*arguments, *own, "--evidence", str(received / "証拠.zip")])
    assert run(["batch", str(received), "--out", str(tmp_path / "結果"), "--engine", "here"]) == 1
    [outcome] = outcomes_in(tmp_path / "結果").values()
    assert outcome.attention is Attention.DOUBTFUL_PROOF
    assert "キットのファイルが、そのまま結果として使われています（H809）。" in outcome.remarks[0]


@pytest.mark.parametrize("engine", [run_here, run_processes])
def test_a_fault_of_ours_is_one_line(engine: object) -> None:
    outcomes = sorted(engine(Judge(faulty=(3,)), TASKS), key=lambda one: one.number)  # type: ignore[operator]  # both are engines
    assert [one.number for one in outcomes if one.attention is Attention.CRASHED] == [3]
    assert len(outcomes) == len(TASKS)


def test_a_submission_that_takes_its_process_down_is_one_line() -> None:
    judge = Judge(deadly=(4, 9))
    outcomes = sorted(run_processes(judge, TASKS, workers=2), key=lambda one: one.number)
    assert [one.number for one in outcomes] == [submission.number for submission, _ in TASKS]
    crashed = [one for one in outcomes if one.attention is Attention.CRASHED]
    assert [one.number for one in crashed] == [4, 9]
    # What is written down for it is never taken for an outcome.
    assert all(one.key == "" for one in crashed)


def test_dask_gives_the_same_table_though_a_worker_dies(folder: Path, results: Path, tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed", reason="the extra dask is not installed")
    out = tmp_path / "dask"
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        workers = [worker.process.process.pid for worker in cluster.workers.values()]

        def kill() -> None:
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline and len(list(out.glob("*/outcome.json"))) < 5:
                time.sleep(0.02)
            os.kill(workers[0], signal.SIGKILL)

        killer = threading.Thread(target=kill)
        killer.start()
        arguments = ["batch", str(folder / "受付"), "--list", str(folder / "一覧.csv"), "--out", str(out)]
        assert run([*arguments, "--engine", "dask", "--scheduler", cluster.scheduler_address]) == 1
        killer.join()
    for name in ("一覧.html", "一覧.xlsx"):
        assert (out / name).read_bytes() == (results / name).read_bytes()


def test_a_scheduler_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed", reason="the extra dask is not installed")
    monkeypatch.setattr(engines, "CONNECTING", "1s")
    with pytest.raises(DaskUnavailable, match="つながりません"):
        list(run_dask(Judge(), TASKS, "tcp://127.0.0.1:9"))


class TestList:
    def write(self, tmp_path: Path, text: str, encoding: str = "utf-8-sig") -> Path:
        path = tmp_path / "一覧.csv"
        path.write_bytes(text.encode(encoding))
        return path

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
    def test_a_list_in_the_encodings_of_spreadsheets(self, encoding: str, tmp_path: Path) -> None:
        path = self.write(
            tmp_path, "事業所番号,種類\r\n３５７９４０００１５,居宅サービス事業所\r\n\r\n", encoding
        )
        [office] = read_office_list(path, PROFILE).offices
        assert (office.row, office.number, office.office_type) == (2, "3579400015", "service")

    def test_a_list_of_excel(self, tmp_path: Path) -> None:
        book = Workbook()
        book.active.append(["提出物", "事業所番号"])  # type: ignore[union-attr]  # a new book has a sheet
        book.active.append(["A.zip", 3579400015])  # type: ignore[union-attr]  # as above
        book.save(tmp_path / "一覧.xlsx")
        listed = read_office_list(tmp_path / "一覧.xlsx", PROFILE)
        assert listed.of("a.ZIP", []) == listed.offices[0]
        assert listed.of("x.zip", ["3579400015"]) == listed.offices[0]
        assert listed.of("x.zip", []) is None

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("", "行がありません"),
            ("名前\nA\n", "「事業所番号」の列がありません"),
            ("事業所番号\n357940001\n", "2行目: 事業所番号が9文字です"),
            ("事業所番号,種類\n3579400015,病院\n", "2行目: 事業所の種類「病院」は分かりません"),
            ('事業所番号\n"3579400015\n', "表として読めません"),
        ],
    )
    def test_a_list_that_cannot_be_used(self, text: str, words: str, tmp_path: Path) -> None:
        with pytest.raises(OfficeListError, match=words):
            read_office_list(self.write(tmp_path, text), PROFILE)

    def test_no_sheet_and_no_encoding(self, tmp_path: Path) -> None:
        (tmp_path / "a.xlsx").write_bytes(b"x")
        (tmp_path / "a.csv").write_bytes(b"\xff\xff\x81")
        with pytest.raises(OfficeListError, match="Excel のファイルとして読めません"):
            read_office_list(tmp_path / "a.xlsx", PROFILE)
        with pytest.raises(OfficeListError, match="文字コードが分かりません"):
            read_office_list(tmp_path / "a.csv", PROFILE)
        with pytest.raises(OfficeListError, match="読めません"):
            read_office_list(tmp_path / "none.csv", PROFILE)

    def test_rows_twice_and_offices_without_submission_are_told(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        [one] = list(submissions(1))
        (tmp_path / "受付").mkdir()
        (tmp_path / "受付" / one.name).write_bytes(one.data)
        rows = f"事業所番号\n{one.office}\n{one.office}\n3579999999\n"
        path = self.write(tmp_path, rows)
        arguments = ["batch", str(tmp_path / "受付"), "--list", str(path), "--out", str(tmp_path / "結果")]
        assert run([*arguments, "--engine", "here"]) == 1
        told = capsys.readouterr().out
        assert "行が2つ以上あります（2・3行目）" in told
        assert "検証番号（最後の1桁）が合いません" in told
        assert "一覧にあって、提出物が見つからない事業所: 3579999999（4行目）" in told

    def test_the_list_that_is_made_can_be_read(self, tmp_path: Path) -> None:
        made = list(submissions(3))
        (tmp_path / "一覧.csv").write_bytes(office_list(made))
        assert [one.number for one in read_office_list(tmp_path / "一覧.csv", PROFILE).offices] == [
            one.office for one in made
        ]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["empty", "--out", "out"], 3, "ZIP もフォルダーもありません"),
        (["none", "--out", "out"], 2, "読めません"),
        (["full", "--out", "full/out"], 2, "受付フォルダーの中に書くことはできません"),
        (["full", "--out", "full"], 2, "受付フォルダーの中に書くことはできません"),
        (["full", "--out", "file"], 2, "作れません"),
        (["full", "--out", "out", "--list", "none.csv"], 2, "読めません"),
        (["full", "--out", "out", "--profile", "x"], 2, "--profile"),
        (["full", "--out", "out", "--scheduler", "tcp://x:1"], 2, "--engine dask"),
        (["full", "--out", "out", "--engine", "here", "--workers", "2"], 2, "--workers"),
        (["full", "--out", "out", "--letter-until", "明日"], 2, "日付ではありません"),
    ],
)
def test_what_cannot_be_is_refused(
    arguments: list[str],
    code: int,
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "full").mkdir()
    (tmp_path / "file").write_text("x")
    [one] = list(submissions(1))
    (tmp_path / "full" / one.name).write_bytes(one.data)
    assert run(["batch", *arguments]) == code
    assert words in capsys.readouterr().err


def test_hostile_names_do_no_harm(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    received = tmp_path / "受付"
    received.mkdir()
    for name in ("<script>alert(1)</script>.zip", "=HYPERLINK(1).zip", "\x1b[31m赤.zip", "a\nb.zip"):
        name = name.replace("/", "_")
        (received / name).write_bytes(b"")
    assert run(["batch", str(received), "--out", str(tmp_path / "結果"), "--engine", "here"]) == 1
    told = capsys.readouterr().out
    assert "\x1b" not in told
    page = (tmp_path / "結果" / "一覧.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page
    sheet = load_workbook(tmp_path / "結果" / "一覧.xlsx").worksheets[0]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert len(received_in(received).submissions) == 4

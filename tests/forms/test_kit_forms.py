"""`kit run` and `kit compare` with --forms: what a software lost is marked where it stands in the form."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from in_process import run_here
from pypdf import PdfReader

from careplan_csv.cli import run
from careplan_csv.conformance.harness import kit_run


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kits") / "kit"
    assert run(["kit", "make", "--office-type", "居宅サービス", "--seed", "5", "--out", str(folder)]) == 0
    return folder


def tried(kit: Path, folder: Path, defect: str, *options: str) -> str:
    """The page of forms after a run of the reference software with a defect."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(kit_run, "run", run_here)
        out = folder / "forms.html"
        command = ["kit", "run", str(kit), "--adapter", f"reference:{defect}" if defect else "reference"]
        run([*command, "--out", str(folder / "run"), "--forms", str(out), *options])
    return out.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def good(kit: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run without a defect."""
    folder = tmp_path_factory.mktemp("good")
    tried(kit, folder, "")
    return folder


def test_a_software_that_keeps_everything_has_no_marks(good: Path) -> None:
    page = (good / "forms.html").read_text(encoding="utf-8")
    assert "違いは 0か所" in page
    assert "<ins" not in page
    assert page.count("<article") > 10
    assert "<details open>" not in page
    assert "内部データ" in page
    assert "再出力" in page


def test_values_are_masked_unless_asked(kit: Path, good: Path, tmp_path: Path) -> None:
    page = (good / "forms.html").read_text(encoding="utf-8")
    dump = ["kit", "compare", str(kit), "--dump", str(good / "run" / "dump"), "--out", str(tmp_path / "c")]
    out = tmp_path / "f.html"
    run([*dump, "--forms", str(out), "--show-values"])
    shown = out.read_text(encoding="utf-8")
    names = set(re.findall(r"<option value=\"[0-9]+\">[0-9]+: ([^<]+)</option>", shown))
    assert names
    assert not any(name in page for name in names)
    assert "値は伏せています" in page


def test_moved_times_are_marked_and_what_is_equal_folds(kit: Path, tmp_path: Path) -> None:
    page = tried(kit, tmp_path, "move-times", "--show-values")
    assert re.search(r">9:30<ins>→ 10:30</ins>", page)
    assert re.search(r"違いの無い [0-9]+行", page)
    assert "第７表: 違いはありません" in page
    assert '<tbody class="same">' in page


def test_a_lost_table_is_told(kit: Path, tmp_path: Path) -> None:
    page = tried(kit, tmp_path, "drop-table-3")
    assert "介護ソフトに無い記録" in page
    assert "第１表: 違いはありません" in page


def test_what_was_not_deleted_stands_alone(kit: Path, tmp_path: Path) -> None:
    page = tried(kit, tmp_path, "ignore-deletions")
    assert "介護ソフトだけにある書類です。" in page


def test_forms_on_paper_show_every_row(kit: Path, good: Path, tmp_path: Path) -> None:
    out = tmp_path / "f.pdf"
    run(["kit", "compare", str(kit), "--dump", str(good / "run" / "dump"), "--out", str(tmp_path / "c"), "--forms", str(out)])  # fmt: skip
    text = "".join(page.extract_text() for page in PdfReader(out).pages)
    assert "週間サービス計画表" in text
    assert "値は伏せています" in text


@pytest.mark.parametrize(
    ("name", "said"), [("f.txt", "形式が分かりません"), ("there.html", "すでにあります")]
)
def test_a_name_that_cannot_be_used_is_refused_before_the_run(
    name: str, said: str, kit: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "there.html").write_text("前の帳票")
    out = tmp_path / "run"
    assert run(["kit", "run", str(kit), "--adapter", "reference", "--out", str(out), "--forms", str(tmp_path / name)]) == 2  # fmt: skip
    assert said in capsys.readouterr().err
    assert not out.exists()
    assert (tmp_path / "there.html").read_text() == "前の帳票"


def test_a_challenge_has_nothing_to_compare_with(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sealed = tmp_path / "sealed"
    assert run(["kit", "make", "--office-type", "居宅サービス", "--challenge", "--out", str(sealed)]) == 0
    code = run(["kit", "run", str(sealed), "--adapter", "reference", "--out", str(tmp_path / "r"), "--forms", str(tmp_path / "f.html")])  # fmt: skip
    assert code == 2
    assert "--forms は使えません" in capsys.readouterr().err


def test_what_a_software_put_into_its_data_is_inert(kit: Path, good: Path, tmp_path: Path) -> None:
    """Values of the software are shown where they differ: as text, never as a part of the page."""
    dump, out = tmp_path / "dump", tmp_path / "f.html"
    shutil.copytree(good / "run" / "dump", dump)
    plan = dump / "UP2KYO.CSV"
    data = plan.read_bytes()
    hostile = data.replace("訪問介護".encode("cp932"), b"</ins><script>alert(1)</script>")
    assert hostile != data
    plan.write_bytes(hostile)
    run(["kit", "compare", str(kit), "--dump", str(dump), "--out", str(tmp_path / "c"), "--forms", str(out), "--show-values"])  # fmt: skip
    page = out.read_text(encoding="utf-8")
    assert "&lt;script&gt;alert(1)" in page
    assert page.count("<script>") == 1


def test_documents_that_are_not_there_are_told(kit: Path, good: Path, tmp_path: Path) -> None:
    dump, out = tmp_path / "dump", tmp_path / "f.html"
    dump.mkdir()
    shutil.copy(good / "run" / "dump" / "UP1KYO.CSV", dump)
    run(["kit", "compare", str(kit), "--dump", str(dump), "--out", str(tmp_path / "c"), "--forms", str(out)])
    page = out.read_text(encoding="utf-8")
    assert "介護ソフトに、この書類がありません。" in page

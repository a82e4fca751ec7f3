"""Letters: what they tell, what they never tell, and templates of one's own."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document
from helpers import PLAN, file_of, plan_record

from careplan_csv.cli import run
from careplan_csv.reporting.letter_blocks import Bullets, Grid, Heading, Paragraph, blocks_of, plain_letter
from careplan_csv.reporting.letters import LETTER_WRITERS

ROOT = Path(__file__).parents[2]
FAULTY = str(ROOT / "sample_data" / "faulty")
ONE = str(ROOT / "sample_data" / "faulty" / "F401-required-item-empty")
VENDOR = """
[software]
product_name = "<b>けあ*くん*|"
version = "1.0"
vendor_name = "株式会社みほん"
[applicant]
office_name = "みほん居宅介護支援事業所"
office_number = "3579900014"
"""


def word_text(path: Path) -> str:
    word = Document(str(path))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in word.paragraphs), *cells])


READ: dict[str, Callable[[Path], str]] = {
    ".html": lambda path: path.read_text(encoding="utf-8"),
    ".txt": lambda path: path.read_text(encoding="utf-8-sig"),
    ".docx": word_text,
}


@pytest.fixture(params=LETTER_WRITERS)
def letter(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., str]:
    """What a letter of each form says; the first words are the command."""

    def of(*words: str) -> str:
        path = tmp_path / f"letter{request.param}"
        assert run([*words, "--letter", str(path)]) in (0, 1)
        return READ[request.param](path)

    return of


def test_both_letters_of_a_check(letter: Callable[..., str]) -> None:
    text = letter("check", FAULTY, "--letter-until", "令和9年3月31日")
    for part in ("御中", "事業所で直すところ", "令和9年3月31日", "B705", "貴社の介護ソフト", "B701", "§2.3"):
        assert part in text, part


def test_the_letters_of_an_assessment(letter: Callable[..., str], tmp_path: Path) -> None:
    vendor = tmp_path / "vendor.toml"
    vendor.write_text(VENDOR, encoding="utf-8")
    text = letter(
        "assess", str(ROOT / "sample_data" / "valid" / "202407"), "--office-type", "居宅介護支援",
        "--vendor", str(vendor), "--out", str(tmp_path / "out"),
    )  # fmt: skip
    for part in ("足りないもの", "未確認", "みほん居宅介護支援事業所", "株式会社みほん", "取込について"):
        assert part in text, part
    assert "<b>けあ" not in text if text.startswith("<!DOCTYPE") else "<b>けあ*くん*|" in text


@pytest.mark.parametrize(("to", "there", "not_there"), [
    ("office", "次にすること", "貴社"), ("vendor", "貴社", "次にすること"),
])  # fmt: skip
def test_only_one_letter(to: str, there: str, not_there: str, letter: Callable[..., str]) -> None:
    text = letter("check", ONE, "--letter-to", to)
    assert there in text
    assert not_there not in text


def test_no_value_and_no_name_of_one_s_own_is_told(letter: Callable[..., str], tmp_path: Path) -> None:
    folder = tmp_path / "鈴木花子"
    folder.mkdir()
    (folder / "鈴木花子の予定.csv").write_bytes(file_of(plan_record()))
    copied = PLAN.replace(".CSV", " - 鈴木花子.CSV")
    (folder / copied).write_bytes(file_of(plan_record(insured_number="1"), plan_record(service_code="1")))
    (folder / PLAN).write_bytes(
        file_of(plan_record(insured_number="鈴木花子", service_month="鈴木"), plan_record())
    )
    text = letter("check", str(folder), "--show-values")
    assert "名前が標準仕様と違うファイル" in text
    assert "鈴木" not in text


def test_what_was_accepted_is_not_asked_for(letter: Callable[..., str], tmp_path: Path) -> None:
    waivers = tmp_path / "careplan-waivers.toml"
    waivers.write_text(
        '[[waiver]]\nrule = "F401"\nreason = "済"\napproved_by = "係"\nuntil = 9999-01-01\n', encoding="utf-8"
    )
    assert "F401" not in letter("check", ONE, "--waivers", str(waivers))


def test_a_letter_without_faults_asks_for_nothing(letter: Callable[..., str]) -> None:
    text = letter("check", str(ROOT / "sample_data" / "valid" / "202407"))
    assert "していただくことはありません" in text
    assert "修正をお願いするところは見つかりませんでした" in text


def test_templates_can_be_replaced(letter: Callable[..., str], tmp_path: Path) -> None:
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "letter_office.md.j2").write_text(
        "# 県からのお知らせ\n\n> {{ letter.date }}\n\n{% for row in letter.by_vendor %}- {{ row.rule }}\n{% endfor %}",
        encoding="utf-8",
    )
    text = letter("check", ONE, "--letter-templates", str(folder))
    assert "県からのお知らせ" in text
    assert "次にすること" not in text
    assert "貴社" in text


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("\n{% if %}", "letter_office.md.j2 の 2行目"),
        ("{{ letter.nothing }}", "使える名前は docs/letters.md"),
        ("{{ ''.__class__.__mro__ }}", "使える名前は docs/letters.md"),
        ("{% include '/etc/passwd' %}", "文書を作れませんでした"),
        ("{{ 1 / 0 }}", "文書を作れませんでした"),
        ("{% include 'letter_office.md.j2' %}", "文書を作れませんでした"),
    ],
)
def test_a_template_that_cannot_be_used_is_refused(
    template: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "letter_office.md.j2").write_text(template, encoding="utf-8")
    path = tmp_path / "a.txt"
    assert run(["check", ONE, "--letter", str(path), "--letter-templates", str(tmp_path)]) == 2
    assert said in capsys.readouterr().err
    assert not path.exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--letter", "a.pdf"], "形式が分かりません"),
        (["--letter", "."], "フォルダーです"),
        (["--letter", "there.txt"], "すでにあります"),
        (["--letter", "a.txt", "--letter", "./a.txt"], "2度あります"),
        (["--letter", "a.txt", "--letter-until", "来月"], "日付ではありません"),
        (["--letter", "a.txt", "--letter-templates", "none"], "ひな型のフォルダー"),
        (["--letter-to", "vendor"], "--letter と一緒に"),
        (
            ["--letter", "a.txt", "--letter-templates", "."],
            "ひな型（letter_office.md.j2・letter_vendor.md.j2）がありません",
        ),
        (["--letter", "there.txt/a.txt", "--force"], "書けませんでした"),
    ],
)
def test_a_wish_that_cannot_be_met_is_refused(
    options: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("there.txt").write_text("前の文書", encoding="utf-8")
    assert run(["check", ONE, *options]) == 2
    assert said in capsys.readouterr().err
    assert Path("there.txt").read_text(encoding="utf-8") == "前の文書"
    assert [path.name for path in tmp_path.iterdir()] == ["there.txt"]


def test_without_python_docx_the_user_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "docx", None)
    path = tmp_path / "a.docx"
    assert run(["check", ONE, "--letter", str(path)]) == 2
    assert "pip install python-docx" in capsys.readouterr().err
    assert not path.exists()


def test_markdown_becomes_blocks_and_markup_stays_text() -> None:
    blocks = blocks_of(
        "# 件名\n\n> 右\n\n一行\n二行 **太字** <script>\n\n- 甲\n- 乙\n\n|a|b|\n|-|-|\n|1\\|2|3|\n"
    )
    assert blocks == [
        Heading(1, "件名"),
        Paragraph("右", right=True),
        Paragraph("一行\n二行 太字 <script>"),
        Bullets(("甲", "乙")),
        Grid((("a", "b"), ("1|2", "3"))),
    ]
    assert "・a: 1|2\n　b: 3" in plain_letter(blocks)
    page = LETTER_WRITERS[".html"]([blocks]).decode()
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    hostile = [Paragraph("=1+1 \x00\x1b\ud800\uffff"), Grid((("\x07",), ("\ud800",)))]
    assert Document(io.BytesIO(LETTER_WRITERS[".docx"]([hostile]))).paragraphs[0].text == "=1+1 "
    assert LETTER_WRITERS[".docx"]([hostile]) == LETTER_WRITERS[".docx"]([hostile])

"""The result in every format; every one of them says who decides."""

from __future__ import annotations

import json
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path

import pytest
from subsidies.conftest import HEADS, Write, application_text, result_text

from careplan_csv.cli import run
from careplan_csv.reporting import subsidy_report
from careplan_csv.reporting.pdf import PdfUnavailable
from careplan_csv.subsidies.subsidy_calculation import DECISION

SECOND = "second_time = true\nsent_on = 2024-08-01\n"


def told(arguments: list[object], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    code = run(["subsidy", *map(str, arguments)])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_the_terminal_shows_all(write: Write, result: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = told([write(), "--result", result], capsys)
    assert (code, err) == (0, "")
    assert "補助の額: 600,000円" in out
    assert "すべてそろっています" in out
    assert "800,000円 × 3/4" in out
    assert "別紙３ 経費所要額調書: 電子メールで送ります。" in out
    assert "欄の対応は確実ではありません" in out
    assert "令和6年7月10日から令和6年9月10日まで" in out
    assert out.rstrip("\n").endswith(DECISION)


def test_the_exit_code_says_what_is_missing(
    write: Write, result: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write()
    assert told([path], capsys)[0] == 1
    assert told([path, "--result", result], capsys)[0] == 0
    assert told([path, "--result", path], capsys)[0] == 2
    path.write_text("", encoding="utf-8")
    assert told([path, "--result", result], capsys)[0] == 2
    assert told([path.parent / "nothing.toml"], capsys)[0] == 2


def test_sources_that_differ_are_both_told(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = told([write(request=SECOND)], capsys)
    assert "出典によって違います（概要では 400,000円、市のページでは 600,000円）" in out
    assert "市のページ（この補助金の案内）（原本を確かめていない、間接の資料）による計算" in out


@pytest.mark.parametrize("programme", ["yamaguchi-r6", "national-r8"])
@pytest.mark.parametrize("suffix", [".html", ".json", ".txt"])
def test_every_file_ends_with_who_decides(
    programme: str, suffix: str, write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / f"r{suffix}"
    text = application_text(
        programme, request="sent_on = 2024-08-01\n" if programme == "yamaguchi-r6" else "", rate=""
    )
    code, shown, said = told([write(text), "--out", out], capsys)
    assert (code, shown) == (1, "")
    assert said.rstrip("\n").endswith(DECISION)
    written = out.read_text(encoding="utf-8-sig")
    assert DECISION in written[-60:]
    if programme == "national-r8":
        assert "間接の資料" in written or '"second_hand": true' in written


def test_a_pdf_is_made(write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "r.pdf"
    told([write(), "--out", out], capsys)
    assert out.read_bytes().startswith(b"%PDF-")
    assert len(out.read_bytes()) > 10_000


def test_without_the_engine_it_is_told(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(html: str) -> bytes:
        raise PdfUnavailable("試験")

    monkeypatch.setattr(subsidy_report, "html_to_pdf", fail)
    code, _, said = told([write(), "--out", tmp_path / "r.pdf"], capsys)
    assert code == 2
    assert "PDF を作れませんでした" in said
    assert not (tmp_path / "r.pdf").exists()


def test_a_file_is_not_overwritten_unasked(
    write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "r.json"
    out.write_text("mine", encoding="utf-8")
    code, _, said = told([write(), "--out", out], capsys)
    assert code == 2
    assert "--force" in said
    assert out.read_text(encoding="utf-8") == "mine"
    assert told([write(), "--out", out, "--force"], capsys)[0] == 1
    assert json.loads(out.read_text(encoding="utf-8"))["decision"] == DECISION
    assert told([write(), "--out", tmp_path / "r.docx"], capsys)[0] == 2
    assert told([write(), "--out", tmp_path], capsys)[0] == 2


def test_json_is_stable_and_adds_up(write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    texts = []
    for number in range(2):
        out = tmp_path / f"{number}.json"
        told([write(request=SECOND), "--out", out], capsys)
        texts.append(out.read_text(encoding="utf-8"))
    assert texts[0] == texts[1]
    data = json.loads(texts[0])
    assert list(data) == [
        "schema_version", "tool", "programme", "office", "software", "requirements", "expenses", "eligible_yen", "rate",
        "amounts", "amount_yen", "complete", "missing", "not_met", "documents", "deadline", "notes", "decision",
    ]  # fmt: skip
    assert data["amount_yen"] == 400000 == min(amount["yen"] for amount in data["amounts"])
    assert all(amount["steps"][-1]["yen"] == amount["yen"] for amount in data["amounts"])
    share = data["eligible_yen"] * Fraction(data["rate"]["value"])
    assert all(amount["steps"][1]["yen"] == int(share) for amount in data["amounts"])
    assert {one["source"] for one in data["requirements"]} == {"outline"}


def test_the_example_of_the_page_is_true(
    write: Write, result: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (Path(__file__).parents[2] / "docs" / "subsidy.md").read_text(encoding="utf-8")
    text = page.partition("```toml\n")[2].partition("```")[0]
    code, out, _ = told([write(text), "--result", result], capsys)
    assert code == 0
    assert "補助の額: 577,000円\n" in out
    assert "33,000円 ＋ 55,000円 ＋ 22,000円）: 770,000円" in out
    assert "対象外: プリンター" in out


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


def test_a_page_escapes_everything(write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hostile = '<script>x</script><img src=q onerror=\\"y\\">'
    head = HEADS["yamaguchi-r6"].replace("○○事業所", hostile).replace("居宅介護支援", hostile)
    head = head.replace("山口県", hostile).replace(
        "commercial = true", f'commercial = {{ met = true, by = "{hostile}" }}'
    )
    expenses = f'[[expenses]]\nname = "{hostile}"\nkind = "notebook"\namount = 1\n'
    out = tmp_path / "r.html"
    told(
        [
            write(
                head=head + f'[software]\nproduct_name = "{hostile}"\nvendor_name = "{hostile}"\n',
                expenses=expenses,
            ),
            "--out",
            out,
        ],
        capsys,
    )
    text = out.read_text(encoding="utf-8")
    page = _Page()
    page.feed(text)
    assert text.count("&lt;script&gt;") >= 6
    assert not page.tags & {"script", "img"}
    assert "onerror" not in page.attributes


def test_what_steers_a_terminal_is_made_visible(
    write: Write, result: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    result.write_text(result_text({"software": {"product_name": "\x1b[2J\u202e\n偽の行"}}), encoding="utf-8")
    path = write(head=HEADS["yamaguchi-r6"] + '[software]\nproduct_name = "○○ケア"\n')
    shown = told([path, "--result", result], capsys)[1]
    for suffix in (".html", ".txt"):
        told([path, "--result", result, "--out", tmp_path / f"r{suffix}"], capsys)
        shown += (tmp_path / f"r{suffix}").read_text(encoding="utf-8-sig")
    assert shown.count("偽の行") >= 3
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "\n偽の行" not in shown


def test_a_result_is_not_overwritten_by_the_answer(
    write: Write, result: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = result.read_bytes()
    assert told([write(), "--result", result, "--out", result, "--force"], capsys)[0] == 2
    assert result.read_bytes() == before

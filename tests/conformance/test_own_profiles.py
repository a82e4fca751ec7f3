"""Profiles and templates that a prefecture owns: checked, and named so that nobody can take another for them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from careplan_csv.cli import run
from careplan_csv.standard import SchemaFileError, standard
from careplan_csv.synthesis.samples.made_submissions import submissions

SAMPLES = Path(__file__).parents[2] / "sample_data" / "valid" / "202407" / "planning"


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    """What a test adds is not known to the next."""
    yield
    standard.cache_clear()


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    """A prefecture's own table that asks for less: no import."""
    path = tmp_path / "kakuu-r8.yaml"
    assert run(["init-profile", str(path)]) == 0
    text = path.read_text(encoding="utf-8").replace("import: required", "import: optional")
    path.write_text(
        text.replace("name: 山口県介護テクノロジー", "name: 架空県介護テクノロジー"), encoding="utf-8"
    )
    return path


def marked(path: Path) -> str:
    return f"{path.stem}@{sha256(path.read_bytes()).hexdigest()[:12]}"


def test_the_copy_says_the_same_as_its_model(tmp_path: Path) -> None:
    path = tmp_path / "copy.yaml"
    assert run(["init-profile", str(path), "--from", "mhlw-4.1"]) == 0
    own, model = standard().add_profile(path), standard().profile("mhlw-4.1")
    assert own.requirements == model.requirements
    assert own.id == marked(path)
    assert "#" in path.read_text(encoding="utf-8")


def test_a_result_and_a_form_name_exactly_this_profile(profile: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    arguments = [
        "assess",
        str(SAMPLES),
        "--office-type",
        "planning",
        "--profile",
        str(profile),
        "--out",
        str(out),
    ]
    assert run(arguments) == 0
    result = json.loads((out / "result.json").read_text(encoding="utf-8"))
    assert result["profile"] == marked(profile)
    form = (out / "besshi6.html").read_text(encoding="utf-8")
    assert f"架空県介護テクノロジー導入支援事業（令和6年度）（{marked(profile)}）" in form


def test_evidence_is_verified_with_the_same_profile_alone(
    profile: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    evidence = tmp_path / "証拠.zip"
    arguments = ["assess", str(SAMPLES), "--office-type", "planning", "--profile", str(profile)]
    assert (
        run(
            [
                *arguments,
                "--out",
                str(tmp_path / "out"),
                "--evidence",
                str(evidence),
                "--include-personal-data",
            ]
        )
        == 0
    )
    standard.cache_clear()
    assert run(["verify", str(evidence)]) in (1, 2)
    assert "そのファイルを --profile に指定してください" in capsys.readouterr().err
    assert run(["verify", str(evidence), "--profile", str(profile)]) == 0
    standard.cache_clear()
    other = tmp_path / "other" / profile.name
    other.parent.mkdir()
    other.write_text(profile.read_text(encoding="utf-8") + "# あとで直した\n", encoding="utf-8")
    assert run(["verify", str(evidence), "--profile", str(other)]) in (1, 2)


def test_a_kit_is_made_and_compared_with_it(profile: Path, tmp_path: Path) -> None:
    kit = tmp_path / "kit"
    assert (
        run(["kit", "make", "--office-type", "planning", "--profile", str(profile), "--out", str(kit)]) == 0
    )
    standard.cache_clear()
    compared = [
        "kit",
        "compare",
        str(kit),
        "--dump",
        str(kit / "expected" / "dump"),
        "--out",
        str(tmp_path / "r"),
    ]
    assert run(compared) == 2
    assert run([*compared, "--profile", str(profile)]) in (0, 1, 3)


def test_worker_processes_learn_of_it(profile: Path, tmp_path: Path) -> None:
    received = tmp_path / "受付"
    received.mkdir()
    for one in submissions(2):
        (received / one.name).write_bytes(one.data)
    arguments = ["batch", str(received), "--out", str(tmp_path / "結果"), "--profile", str(profile)]
    assert run([*arguments, "--workers", "2"]) == 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("id: kakuu-r8", "id: yamaguchi-r6"), "「id」がファイル名 kakuu-r8.yaml と違います"),
        (('csv_version: "202407"', 'csv_version: "209912"'), "のフォルダーがありません"),
        (("export: required", "export: yes"), "行目"),
        (("name: ", "naem: "), "「naem」という項目は使えません"),
        (("tables:", "tables: ["), "YAML として読めません"),
    ],
)
def test_what_is_wrong_in_it_is_told_with_its_line(
    change: tuple[str, str], words: str, profile: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = profile.read_text(encoding="utf-8")
    assert change[0] in text
    profile.write_text(text.replace(*change, 1), encoding="utf-8")
    assert run(["assess", str(SAMPLES), "--office-type", "planning", "--profile", str(profile)]) == 2
    told = capsys.readouterr().err
    assert words in told
    assert re.search(r"\d+ ?行目", told)


def test_a_file_that_is_not_there_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--office-type", "planning", "--profile", str(tmp_path / "none.yaml")]
    assert run(["assess", str(SAMPLES), *arguments]) == 2
    assert "ファイルを読めません" in capsys.readouterr().err


def test_no_profile_takes_the_place_of_one_of_the_package(tmp_path: Path) -> None:
    path = tmp_path / "yamaguchi-r6.yaml"
    path.write_bytes((standard().folder / "profiles" / path.name).read_bytes())
    with pytest.raises(SchemaFileError, match="別の名前にしてください"):
        standard().add_profile(path)


@pytest.mark.parametrize("name", ["yamaguchi-r6.yaml", "山口.yaml", "a.txt", "A.yaml", "-a.yaml"])
def test_names_that_cannot_be_are_refused(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["init-profile", str(tmp_path / name)]) == 2
    assert "使えません" in capsys.readouterr().err
    assert run(["init-profile", str(tmp_path / "a.yaml"), "--from", "x"]) == 2


class TestTemplates:
    def assess(self, tmp_path: Path, folder: Path, *more: str) -> int:
        arguments = ["assess", str(SAMPLES), "--office-type", "planning", "--template", str(folder)]
        return run([*arguments, "--out", str(tmp_path / "out"), "--force", *more])

    def test_the_form_and_the_letters_are_those_of_the_prefecture(
        self, profile: Path, tmp_path: Path
    ) -> None:
        folder = tmp_path / "ひな型"
        assert run(["init-profile", str(tmp_path / "b.yaml"), "--template", str(folder)]) == 0
        form, letter = folder / "besshi6.html.j2", folder / "letter_office.md.j2"
        form.write_text(
            form.read_text(encoding="utf-8").replace("</h1>", "（架空県版）</h1>", 1), encoding="utf-8"
        )
        letter.write_text("# 架空県からのお知らせ\n", encoding="utf-8")
        assert self.assess(tmp_path, folder, "--letter", str(tmp_path / "l.html")) == 1
        page = (tmp_path / "out" / "besshi6.html").read_text(encoding="utf-8")
        assert "（架空県版）" in page
        digest = sha256(form.read_bytes()).hexdigest()[:12]
        assert f"差し替えたひな型（besshi6.html.j2、SHA-256 {digest}）で作りました。" in page
        result = json.loads((tmp_path / "out" / "result.json").read_text(encoding="utf-8"))
        assert any(digest in note for note in result["notes"])
        assert "架空県からのお知らせ" in (tmp_path / "l.html").read_text(encoding="utf-8")

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("{% if %}", "1行目が、Jinja の書き方に合いません"),
            ("\n\n{{ nothing }}", "を使えません"),
            ("{{ ''.__class__.__mro__ }}", "を使えません"),
            ("{{ notes[999].x }}", "を使えません"),
        ],
    )
    def test_a_template_that_cannot_be_is_told(
        self, text: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "besshi6.html.j2").write_text(text, encoding="utf-8")
        assert self.assess(tmp_path, tmp_path) == 2
        assert words in capsys.readouterr().err
        assert not (tmp_path / "out" / "besshi6.html").exists()

    def test_it_escapes_and_reads_nothing_else(self, tmp_path: Path) -> None:
        (tmp_path / "besshi6.html.j2").write_text("{{ addressee }}{{ '<b>' }}", encoding="utf-8")
        assert self.assess(tmp_path, tmp_path) == 1
        assert (tmp_path / "out" / "besshi6.html").read_text(encoding="utf-8").endswith("&lt;b&gt;")

    def test_a_folder_that_is_none_or_holds_no_template(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert self.assess(tmp_path, tmp_path / "none") == 2
        assert "がありません" in capsys.readouterr().err
        (tmp_path / "besshi6.html.j2").write_bytes(b"\xff\xfe\x81")
        assert self.assess(tmp_path, tmp_path) == 2
        assert "UTF-8" in capsys.readouterr().err

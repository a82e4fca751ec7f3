"""Programmes are data: those of the package can be used, and mistakes in one are told with file and line."""

from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path

import pytest
from subsidies.conftest import application_text

from careplan_csv import resources
from careplan_csv.cli import run
from careplan_csv.conformance.tomlfile import TomlFileError
from careplan_csv.standard import standard
from careplan_csv.standard.yamlfile import SchemaFileError
from careplan_csv.subsidies import programme_file
from careplan_csv.subsidies.application_file import load_application
from careplan_csv.subsidies.application_template import application_template
from careplan_csv.subsidies.programme_file import DEFAULT, programme, programme_ids
from careplan_csv.subsidies.subsidy_calculation import DECISION

FOLDER = resources.folder("schemas") / "subsidies"
R6 = (FOLDER / "yamaguchi-r6.yaml").read_text(encoding="utf-8")


def test_the_programmes_of_the_package() -> None:
    assert programme_ids() == ("national-r8", "yamaguchi-r6")
    assert DEFAULT in programme_ids()
    for programme_id in programme_ids():
        known = programme(programme_id)
        assert set(known.profiles) <= set(standard().profiles)
        assert known.notes
    assert all(source.second_hand for source in programme("national-r8").sources)
    assert [source.second_hand for source in programme("yamaguchi-r6").sources] == [False, True]


def test_an_unknown_programme() -> None:
    with pytest.raises(KeyError):
        programme("../profiles/yamaguchi-r6")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("id: yamaguchi-r6", "id: other", "ファイルの名前と同じ"),
        ("rounding: 1000", "rounding: 0", "1 以上"),
        ("rounding: 1000", "rounding: true", "1 以上"),
        ("rounding: 1000", "roundin: 1000", "「roundin」という項目は使えません"),
        ("rounding: 1000", "", "「rounding」がありません"),
        ("default: 1/2", "default: 0.5", "3/4 のような"),
        ("default: 1/2", "default: 3/2", "3/4 のような"),
        ("  raised: 3/4\n", "", "一緒に書いて"),
        ("{yen: 400000, source: outline}", "{source: outline}", "どちらか1つ"),
        ("{yen: 400000, source: outline}", "{yen: 1, choices: [1], source: outline}", "どちらか1つ"),
        ("{yen: 400000, source: outline}", "{choices: [], source: outline}", "数で並べて"),
        ("{yen: 400000, source: outline}", "{choices: [x], source: outline}", "数で並べて"),
        ("{yen: 400000, source: outline}", "{yen: 400000, source: nobody}", "sources にありません"),
        ("applies: exchange", "applies: nothing", "questions にありません"),
        ("proof: prefecture, value: 山口県", "proof: prefecture", "「value」がありません"),
        ("proof: service", "proof: faith", "proof の「faith」は使えません"),
        ("need: optional", "need: maybe", "need の「maybe」は使えません"),
        ("unexamined: ウ-1", "unexamined: ウ-9", "あるもの: ウ-1、ウ-2、ウ-3、別紙７"),
        ("profiles: [yamaguchi-r6]", "profiles: [hiroshima]", "「hiroshima」という要件の表はありません"),
        ("key: commercial", "key: designated", "ほかで使われています"),
        ("key: commercial", "key: 商用", "半角の英小文字"),
        ("kind: printer", "kind: desktop", "ほかで使われています"),
        ("key: carried", "key: amount", "ほかで使われています"),
        ("key: life,", "key: name,", "ほかで使われています"),
        ("id: city", "id: outline", "ほかで使われています"),
        ("second_hand: true}", "second_hand: いいえ}", "bool ではありません"),
        ("eligible: true", "eligible: yes", "bool ではありません"),
        ('from: "2024-07-10"', 'from: "2024-13-10"', "日付で書いて"),
        ('from: "2024-07-10"', 'from: "2024-10-10"', "後です"),
        ("lease_second_time: false", "lease_second_time: 0", "bool ではありません"),
        ("rounding: 1000", "rounding: 1000\nrounding: 1000", "2回書かれています"),
        ("profiles: [yamaguchi-r6]", "profiles: [yamaguchi-r6", "YAML として読めません"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_file_and_line(old: str, new: str, words: str, tmp_path: Path) -> None:
    assert old in R6
    path = tmp_path / "yamaguchi-r6.yaml"
    path.write_text(R6.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SchemaFileError, match=words) as told:
        programme("yamaguchi-r6", tmp_path)
    assert f"{path} の {told.value.line} 行目" in str(told.value)


def test_a_prefecture_adds_its_own(tmp_path: Path) -> None:
    (tmp_path / "ours.yaml").write_text(R6.replace("id: yamaguchi-r6", "id: ours", 1), encoding="utf-8")
    assert programme_ids(tmp_path) == ("ours",)
    assert programme("ours", tmp_path).rounding == 1000


@pytest.mark.parametrize("programme_id", programme_ids())
def test_the_template_can_be_filled_in(programme_id: str, tmp_path: Path) -> None:
    """Every line that may be used is one that is understood."""
    text = application_template(programme(programme_id), "a.toml", programme_id)
    assert max(map(len, text.split("\n"))) < 130
    path = tmp_path / "a.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TomlFileError, match="まだ何も書かれていません"):
        load_application(path)
    filled = re.sub(r"^# ([a-z_]+ = true)", r"\1", text, flags=re.MULTILINE).replace("\nsecond_time", "\n# ")
    filled = filled.replace('kind = ""', 'kind = "介護ソフト"').replace('amount = ""', 'amount = "120万円"')
    path.write_text(filled, encoding="utf-8")
    application = load_application(path)
    assert len(tomllib.loads(filled)["requirements"]) == len(application.requirements) > 4
    assert all(question.key in application.facts for question in application.programme.questions)


def test_the_command_writes_it_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "new" / "a.toml"
    assert run(["init-subsidy", str(path), "--programme", "national-r8"]) == 0
    said = capsys.readouterr().err
    assert f"careplan-csv subsidy {path}" in said
    assert said.rstrip("\n").endswith(DECISION)
    assert 'programme = "national-r8"' in path.read_text(encoding="utf-8")
    assert run(["init-subsidy", str(path)]) == 2
    assert "すでにあります" in capsys.readouterr().err
    assert run(["init-subsidy", str(tmp_path / "b.toml"), "--programme", "tokyo"]) == 2
    assert "national-r8、yamaguchi-r6" in capsys.readouterr().err
    assert run(["init-subsidy", str(path / "c.toml")]) == 2


def test_the_commands_tell_of_a_broken_programme(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever adds a programme is told where it is wrong, and no file is made."""
    (tmp_path / "ours.yaml").write_text("id: ours\nnane: x\n", encoding="utf-8")
    monkeypatch.setattr(programme_file, "_folder", lambda: tmp_path)
    assert run(["init-subsidy", str(tmp_path / "a.toml"), "--programme", "ours"]) == 2
    assert "ours.yaml の 1 行目: 「nane」という項目は使えません" in capsys.readouterr().err
    assert not (tmp_path / "a.toml").exists()
    (tmp_path / "a.toml").write_text('programme = "ours"\n[office]\nname = "x"\n', encoding="utf-8")
    assert run(["subsidy", str(tmp_path / "a.toml")]) == 2
    assert "ours.yaml の 1 行目" in capsys.readouterr().err


def test_subsidies_do_not_change_the_mark_of_the_rules(tmp_path: Path) -> None:
    """They decide nothing that a check finds."""
    from careplan_csv.rules import registry

    before = registry.rule_set_version()
    shutil.copytree(resources.folder("schemas"), tmp_path / "schemas")
    other = tmp_path / "schemas" / "subsidies" / "other.yaml"
    other.write_text("id: other\n", encoding="utf-8")
    copied = standard(tmp_path / "schemas")
    registry.rule_set_version.cache_clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry, "standard", lambda: copied)
        assert registry.rule_set_version() == before
    registry.rule_set_version.cache_clear()


def test_an_application_names_the_file_of_a_prefecture(tmp_path: Path) -> None:
    ours = tmp_path / "ours.yaml"
    ours.write_text(R6.replace("id: yamaguchi-r6", "id: ours", 1), encoding="utf-8")
    made = tmp_path / "made.toml"
    assert run(["init-subsidy", str(made), "--programme", str(ours)]) == 0
    assert tomllib.loads(made.read_text(encoding="utf-8"))["programme"] == str(ours.resolve())

    beside = tmp_path / "beside.toml"
    beside.write_text(application_text().replace("yamaguchi-r6", "ours.yaml", 1), encoding="utf-8")
    known = load_application(beside).programme
    assert re.fullmatch("ours@[0-9a-f]{12}", known.id)
    assert known.rounding == 1000


@pytest.mark.parametrize("form", [".txt", ".html"])
def test_a_result_by_the_rules_of_others_says_so(form: str, tmp_path: Path) -> None:
    (tmp_path / "ours.yaml").write_text(R6.replace("id: yamaguchi-r6", "id: ours", 1), encoding="utf-8")
    said = {}
    for word in ("ours.yaml", "yamaguchi-r6"):
        path, out = tmp_path / "application.toml", tmp_path / f"{word}{form}"
        path.write_text(application_text().replace("yamaguchi-r6", word, 1), encoding="utf-8")
        assert run(["subsidy", str(path), "--out", str(out)]) == 1
        said[word] = out.read_text(encoding="utf-8")
    assert "指定されたファイル（ours@" in said["ours.yaml"]
    assert "指定されたファイル（" not in said["yamaguchi-r6"]


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("ours.yaml", None, "ファイルがありません"),
        ("ours.yaml", "id: [", "YAML として読めません"),
        ("ours.yaml", "id: \x1b[31m", "使えない文字があります"),
        ("ours.yaml", "id: " + "[" * 300_000, "入れ子が深すぎます"),
        ("ours.yaml", "id: " + "- " * 300_000, "YAML として読めません"),
        ("ours.yaml", "id: &a [x]\nname: [*a, *a]", "2 行目: YAML の別名"),
        ("ours.yaml", "id: theirs", "がありません|同じ"),
        ("yamaguchi-r6.yaml", "id: yamaguchi-r6", "もとからある補助金と同じ"),
    ],
)
def test_a_file_of_a_prefecture_that_cannot_be_used_is_refused(
    name: str, text: str | None, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / name
    if text is not None:
        path.write_text(text, encoding="utf-8")
    assert run(["init-subsidy", str(tmp_path / "made.toml"), "--programme", str(path)]) == 2
    said = capsys.readouterr()
    assert re.search(words, (said.out + said.err).replace("\n", ""))
    assert not (tmp_path / "made.toml").exists()


def test_line_ends_in_the_words_of_a_prefecture_stay_in_their_comment(tmp_path: Path) -> None:
    ours = tmp_path / "ours.yaml"
    text = R6.replace("id: yamaguchi-r6", "id: ours", 1)
    assert "text: SECURITY ACTION の宣言をしている" in text
    assert "name: プリンター" in text
    text = text.replace("text: SECURITY ACTION の宣言をしている", r'text: "宣言\nlife = 1"')
    text = text.replace("name: プリンター", r'name: "プリンター\nlife = 1"')
    text = re.sub(r"(?m)^name: .*$", r'name: "補助金\\nprogramme = 1"', text)
    ours.write_text(text, encoding="utf-8")
    made = tmp_path / "made.toml"
    assert run(["init-subsidy", str(made), "--programme", str(ours)]) == 0
    data = tomllib.loads(made.read_text(encoding="utf-8"))
    assert data["programme"] == str(ours.resolve())
    assert "life" not in data["requirements"]

"""What a profile asks beside its tables: always 未確認, told everywhere, and no part of the verdict."""

from __future__ import annotations

import html
import io
import json
import re
from pathlib import Path

import jsonschema
import pytest
from made_results import judged, planning_exports, result
from rich.console import Console

from careplan_csv.conformance.requirements.assessment import Assessment, CellEvidence
from careplan_csv.reporting.assessment_text import assessment_text
from careplan_csv.reporting.besshi6 import render_html
from careplan_csv.reporting.json_report import assessment_data
from careplan_csv.results import Evidence, Status
from careplan_csv.standard import Direction, Need, SchemaFileError, ShownBy, Standard, standard

PROFILES = Path(__file__).parents[3] / "schemas" / "profiles"
PROVED = CellEvidence(Status.CONFORMANT, Evidence.MACHINE)


def complete(profile: str) -> Assessment:
    """A planning office whose exports are all there and whose import is proved."""
    rows = standard().profile(profile).requirements
    proofs = {(row.letter, Direction.IMPORT): PROVED for row in rows}
    return judged(result(*planning_exports()), profile=profile, evidence=proofs)


def form_of(assessment: Assessment) -> str:
    """The words of the form."""
    page = re.sub(r"<style>.*?</style>", "", render_html(assessment), flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub("<[^>]+>", " ", page)))


def screen_of(assessment: Assessment) -> str:
    """What the terminal shows."""
    shown = io.StringIO()
    Console(file=shown, width=1000).print(assessment_text(assessment, ()))
    return shown.getvalue()


def test_the_national_outline_takes_the_tables_of_the_standard() -> None:
    national, model = standard().profile("national-r8"), standard().profile("mhlw-4.1")
    assert national.requirements == model.requirements
    assert (national.csv_version, national.office_types) == (model.csv_version, model.office_types)
    assert any(row.prefix == "UP3KYO" for row in national.requirements)


def test_the_national_outline_names_lists_and_what_the_office_begins() -> None:
    asked = standard().profile("national-r8").unexamined
    assert [one.shown_by for one in asked].count(ShownBy.PUBLISHED_LIST) == 2
    assert [one.shown_by for one in asked].count(ShownBy.OFFICE) == 1
    assert all(one.second_hand and one.need is Need.REQUIRED for one in asked)


def test_the_prefecture_s_optional_functions_name_the_missing_document() -> None:
    asked = standard().profile("yamaguchi-r6").unexamined
    assert [one.letter for one in asked] == ["ウ-1", "ウ-2", "ウ-3", "別紙７"]
    for one in asked:
        assert one.need is Need.OPTIONAL
        assert one.why == f"足りない資料は、{one.missing}です。"


def test_a_verdict_says_what_it_leaves_out() -> None:
    national, prefecture = complete("national-r8"), complete("yamaguchi-r6")
    assert national.verdict is prefecture.verdict is Status.CONFORMANT
    assert national.verdict_label == "適合（表のファイルだけ）"
    assert prefecture.verdict_label == "適合"


@pytest.mark.parametrize("profile", ["national-r8", "yamaguchi-r6"])
def test_screen_form_and_json_tell_every_one_of_them(profile: str) -> None:
    assessment = complete(profile)
    screen = screen_of(assessment)
    form = form_of(assessment)
    data = assessment_data(assessment)["unexamined"]
    assert [one["letter"] for one in data] == [one.letter for one in assessment.unexamined]
    for one in assessment.unexamined:
        assert one.letter in screen
        assert one.name in form
        assert one.missing in form
        assert one.show in form
    assert {one["result"] for one in data} == {Status.UNVERIFIED}


def test_the_national_form_says_of_each_cell_what_shows_it() -> None:
    assessment = complete("national-r8")
    form = form_of(assessment)
    table = form[form.index("９ 何で確かめる欄か") :]
    for cell in assessment.requirements:
        if cell.need is not Need.NONE:
            assert f"{cell.letter} {cell.name} {cell.file} {cell.direction.label}" in table
    cells = [cell for cell in assessment.requirements if cell.need is not Need.NONE]
    assert table.count("未確認 未確認") == len(cells)
    assert "引用した資料による" in form


def test_a_form_without_lists_has_no_such_table() -> None:
    assert "何で確かめる欄か" not in render_html(complete("yamaguchi-r6"))
    assert "確かめられない要件" not in render_html(complete("mhlw-4.1"))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("need: optional", "need: none", "required（必要）か optional（任意）"),
        ("need: optional", "need: often", "使えるもの"),
        ("shown_by: document", "shown_by: rumour", "使えるもの"),
        ("letter: ウ-2", "letter: ウ-1", "2つあります"),
        ("    need: optional\n", "    office_types: [hospital]\n", "この表の事業所の種類にありません"),
        ("    show:", "    shows:", "使えません"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = tmp_path / "own.yaml"
    text = (PROFILES / "yamaguchi-r6.yaml").read_text(encoding="utf-8")
    path.write_text(text.replace("id: yamaguchi-r6", "id: own").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SchemaFileError, match=said) as caught:
        Standard(standard().folder).add_profile(path)
    assert caught.value.line > 90


@pytest.mark.parametrize("model", ["nobody", "national-r8", "own", "../profiles/mhlw-4.1"])
def test_tables_come_only_from_a_profile_of_the_package_that_has_some(tmp_path: Path, model: str) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(f'id: own\nname: 試し\naddressee: ""\ntables_from: {model}\n', encoding="utf-8")
    with pytest.raises(SchemaFileError, match="自分の表のあるもの"):
        Standard(standard().folder).add_profile(path)


def test_an_own_profile_can_take_the_tables_of_the_package(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text('id: own\nname: 試し\naddressee: ""\ntables_from: mhlw-4.1\n', encoding="utf-8")
    own = Standard(standard().folder).add_profile(path)
    assert own.requirements == standard().profile("mhlw-4.1").requirements
    assert own.unexamined == ()


def test_json_of_the_result_is_as_its_schema_says() -> None:
    schema = json.loads(
        (PROFILES.parents[1] / "careplan_csv/reporting/result.schema.json").read_text(encoding="utf-8")
    )
    jsonschema.validate(json.loads(json.dumps(assessment_data(complete("national-r8")))), schema)

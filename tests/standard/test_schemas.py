"""The standard as data: complete, consistent, and the same as the facts it was taken from."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest
from made_standards import NEXT, edited, with_edition

from careplan_csv import resources
from careplan_csv.standard import MonthPart, SchemaFileError, Standard, standard

FACTS = Path(__file__).parents[3] / "shared" / "spec"
needs_facts = pytest.mark.skipif(
    not FACTS.is_dir(), reason="the transcribed facts do not lie beside this checkout"
)
MARKS = {"required": "○", "unclear": "?", "expected": "△", "optional": ""}


def layouts() -> list[tuple[str, str]]:
    return [
        (edition, prefix)
        for edition in standard().editions
        for prefix in standard().edition(edition).prefixes
    ]


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


@needs_facts
@pytest.mark.parametrize(("edition", "prefix"), layouts())
def test_every_item_is_that_of_the_facts(edition: str, prefix: str) -> None:
    layout = standard().edition(edition).layout(prefix)
    expected = rows(FACTS / "layouts" / edition / f"{prefix}.tsv")
    found = [
        {
            "no": str(item.no),
            "name_ja": item.name,
            "length": "―" if item.length is None else str(item.length),
            "required": MARKS[item.required],
            # What a text tells (a person's name, a place, a period) is no column of the facts.
            "format": item.format + (f":{item.argument}" if item.argument and not item.is_text else ""),
            "note": item.note,
        }
        for item in layout.items
    ]
    assert found == expected


@needs_facts
def test_codes_and_service_kinds_are_those_of_the_facts() -> None:
    for csv_version in standard().editions:
        edition = standard().edition(csv_version)
        known = {(row["list"], row["code"]): row["label"] for row in rows(FACTS / "codes.tsv")}
        for name, codes in edition.codes.items():
            assert codes == {code: label for (lst, code), label in known.items() if lst == name}
        words = {"yes": "対象", "no": "対象外", "planning": "－"}
        kinds = {row["code"]: (row["name"], row["exchange"]) for row in rows(FACTS / "service_kinds.tsv")}
        assert {k.code: (k.name, words[k.exchange]) for k in edition.kinds.values()} == kinds


@needs_facts
def test_the_versions_are_those_of_the_facts() -> None:
    known = {row["csv_version"]: row["applies_from_service_month"] for row in rows(FACTS / "versions.tsv")}
    for value, version in standard().versions.items():
        assert known[value] == version.applies_from


@needs_facts
@pytest.mark.parametrize("profile_id", ["yamaguchi-r6", "mhlw-4.1"])
def test_the_profiles_ask_what_the_facts_say(profile_id: str) -> None:
    profile = standard().profile(profile_id)
    expected = {
        row["letter"]: row for row in rows(FACTS / "requirements.tsv") if row["profile"] == profile_id
    }
    assert [requirement.letter for requirement in profile.requirements] == list(expected)
    words = {"required": "必要", "optional": "任意", "none": "-"}
    for requirement in profile.requirements:
        row = expected[requirement.letter]
        assert row["file"].split("(")[0] == requirement.prefix
        for (office_type, direction), need in requirement.needs.items():
            fact = row[f"{'plan' if office_type == 'planning' else 'service'}_{direction}"]
            if requirement.ambiguity == "A11":
                # The table joins these cells; the standard makes deletions optional.
                assert (need == "none") == (fact == "-")
                assert need != "required"
            else:
                assert words[need] == fact


@needs_facts
def test_the_profile_of_prevention_asks_what_the_facts_say() -> None:
    profile = standard().profile("mhlw-4.1-yobo")
    expected = rows(FACTS / "requirements_yobo.tsv")
    columns = {"community": "center", "entrusted": "entrusted", "prevention": "service"}
    words = {"required": "必要", "optional": "任意", "none": "-"}
    marks = {"required": "○", "optional": "△", "none": "－"}
    assert [requirement.letter for requirement in profile.requirements] == [
        f"予{row['no']}" for row in expected
    ]
    for requirement, row in zip(profile.requirements, expected, strict=True):
        assert row["file"].split("(")[0] == requirement.prefix
        annexes = ["UPKIHON_SUB1", "UPKIHON_SUB2"] if requirement.prefix == "UPKIHON" else []
        annexes += ["UPYOBO_SUB"] if requirement.prefix == "UPYOBO" else []
        assert list(requirement.companions) == annexes
        for (office_type, direction), need in requirement.needs.items():
            assert words[need] == row[f"{columns[office_type]}_{direction}"]
            assert requirement.printed[office_type, direction] == marks[need]


def test_every_member_of_a_unit_and_every_requirement_has_a_layout() -> None:
    for csv_version in standard().editions:
        edition = standard().edition(csv_version)
        for unit in edition.units:
            for file in unit.files:
                months = {variant.month for variant in edition.layout(file.prefix).variants}
                assert file.month in months
    for profile_id in standard().profiles:
        profile = standard().profile(profile_id)
        edition = standard().edition(profile.csv_version)
        for requirement in profile.requirements:
            for prefix in requirement.prefixes:
                assert requirement.month in {variant.month for variant in edition.layout(prefix).variants}
            assert requirement.table in profile.tables


def test_parents_are_linked_by_items_that_both_have() -> None:
    for csv_version, prefix in layouts():
        edition = standard().edition(csv_version)
        for variant in edition.layout(prefix).variants:
            if variant.parent:
                parent = edition.layout(variant.parent)
                assert set(variant.link) <= set(parent.by_id)
            if variant.deletes:
                assert variant.deletes in edition.prefixes


def test_the_supplement_has_two_variants() -> None:
    layout = standard().edition("202407").layout("UPHOSOKU")
    assert layout.variant(MonthPart.ZERO).letter == "A"
    assert layout.variant(MonthPart.REAL).letter == "D"


def test_the_newest_edition_is_the_current_one() -> None:
    assert standard().newest.csv_version == "202407"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(resources.folder("schemas"), tmp_path / "schemas")
    return tmp_path / "schemas"


BREAKS = [
    ("202407/files/UPPLAN.yaml", "format: ym, ", "format: yearmonth, ", "format"),
    ("202407/files/UPPLAN.yaml", "id: creation_date", "id: insurer_number", "2つの項目"),
    ("202407/files/UPPLAN.yaml", "no: 4,", "no: 5,", "「no」は 4"),
    ("202407/files/UPPLAN.yaml", "required: required", "requird: required", "requird"),
    ("202407/files/UPPLAN.yaml", "code:該当区分", "code:無い一覧", "無い一覧"),
    ("202407/files/UPPLAN.yaml", "prefix: UPPLAN", "prefix: UPPLAM", "prefix"),
    ("202407/files/UPPLAN.yaml", "sender: planning", "sender: planning\nsender: planning", "2回"),
    ("202407/files/UPPLAN.yaml", "items:", "items: [", "YAML"),
    ("202407/codes.yaml", '"1": 男性', "1: 男性", "文字列"),
    ("202407/transmission_units.yaml", "prefix: UP2KYO", "prefix: UP9KYO", "UP9KYO"),
    ("profiles/yamaguchi-r6.yaml", "export: required", "export: must", "must"),
    (
        "profiles/yamaguchi-r6.yaml",
        "side: service, ",
        "side: services, ",
        "使えるもの: planning、entrusted、service",
    ),
    ("profiles/yamaguchi-r6.yaml", "side: service, ", "", "「side」がありません"),
    ("profiles/yamaguchi-r6.yaml", "menu: care, ", "menu: cares, ", "使えるもの: care、prevention"),
    ("profiles/yamaguchi-r6.yaml", "sends_as: [介護給付]", "sends_as: [介護]", "サービス種類 '介護' は"),
    ("profiles/yamaguchi-r6.yaml", "sends_as: [介護給付]", "passes_on: [ZZ]", "サービス種類 'ZZ' は"),
    ("profiles/yamaguchi-r6.yaml", 'csv_version: "202407"', 'csv_version: "202409"', "202409"),
    ("versions.yaml", "status: current, ", "status: now, ", "使えるもの: current、superseded、withdrawn"),
    ("versions.yaml", 'applies_from: "202504"}', 'applies_from: "202513"}', "年月（YYYYMM）ではありません"),
    ("versions.yaml", 'examples_from: "202502"', 'examples_from: "202503"', "202503 と 202504"),
    ("versions.yaml", 'examples_from: "202502"', 'examples_from: "202212"', "202212 と 202301"),
    ("versions.yaml", 'applies_from: "202504"}', 'applies: "202504"}', "applies"),
]


def load_all(broken: Standard) -> None:
    broken.profile("yamaguchi-r6")
    broken.edition("202407").layout("UPPLAN")


@pytest.mark.parametrize(("file", "old", "new", "words"), BREAKS)
def test_a_broken_schema_file_is_named_with_its_line(
    copy: Path, file: str, old: str, new: str, words: str
) -> None:
    path = copy / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SchemaFileError) as caught:
        load_all(Standard(copy))
    message = str(caught.value)
    assert words in message
    assert path.name in message
    assert f"{caught.value.line} 行目" in message


def test_a_new_edition_is_a_new_folder_and_a_row_of_versions(copy: Path) -> None:
    with_edition(copy)
    assert NEXT in Standard(copy).editions
    edition = Standard(copy).edition(NEXT)
    assert edition.layout("UPPLAN").csv_version == NEXT
    assert (edition.version.applies_from, edition.version.examples_from) == ("202704", "202704")


def test_a_folder_without_a_row_of_versions_is_refused(copy: Path) -> None:
    with_edition(copy)
    edited(copy / "versions.yaml", f'value: "{NEXT}"', 'value: "202705"')
    with pytest.raises(
        SchemaFileError, match=r"versions\.yaml の 1 行目: .*フォルダー 202704 の版の行がありません"
    ):
        Standard(copy).edition(NEXT)


def test_one_id_for_office_types_of_two_sides_is_refused(copy: Path) -> None:
    path = copy / "profiles" / "yamaguchi-r6.yaml"
    edited(path, "side: service, menu: care", "side: planning, menu: care")
    with pytest.raises(SchemaFileError, match=r"yamaguchi-r6\.yaml の 14 行目: 「service」の「side」"):
        _ = Standard(copy).office_types


def test_every_office_type_has_the_side_and_the_menu_of_its_table() -> None:
    assert {key: (kind.side.value, kind.menu.value) for key, kind in standard().office_types.items()} == {
        "planning": ("planning", "care"),
        "service": ("service", "care"),
        "community": ("planning", "prevention"),
        "entrusted": ("entrusted", "prevention"),
        "prevention": ("service", "prevention"),
    }

"""vendor.toml: what is read, and a sentence for everything that is wrong."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from careplan_csv.conformance.declaration.vendor import (
    Declaration,
    TomlFileError,
    Vendor,
    load,
    template,
    write_template,
)
from careplan_csv.standard import Direction, Need, standard

SOFTWARE = '[software]\nproduct_name = "けあ㈱ネオ"\nversion = "1"\nvendor_name = "髙﨑システム"\n'
PROFILE = standard().profile("yamaguchi-r6")


def read(folder: Path, text: str | bytes, profile: str = "yamaguchi-r6") -> Vendor:
    path = folder / "vendor.toml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return load(path, standard().profile(profile))


def faults(folder: Path, text: str | bytes) -> str:
    with pytest.raises(TomlFileError) as caught:
        read(folder, text)
    assert "vendor.toml" in str(caught.value)
    return "\n".join(caught.value.faults)


def test_everything_is_read(tmp_path: Path) -> None:
    vendor = read(
        tmp_path,
        '[applicant]\noffice_name = " 事業所 "\noffice_number = "3579900014"\n'
        + SOFTWARE
        + "daytime_support = true\n[form]\ndate = 2026-11-30\n"
        + '[declared]\nG = true\nH = { import = false, remark = "来年度" }\n',
    )
    assert vendor.applicant.office_name == "事業所"
    assert vendor.software.daytime_support is True
    assert vendor.software.commercial_product is None
    assert vendor.form.date == "令和8年11月30日"
    assert vendor.declared == {"G": Declaration(True), "H": Declaration(False, "来年度")}
    assert vendor.warnings == ()


def test_only_the_software_is_needed(tmp_path: Path) -> None:
    vendor = read(tmp_path, SOFTWARE)
    assert vendor.applicant.corporation_name == ""
    assert vendor.form.date == ""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_encodings_of_windows_editors_are_understood(tmp_path: Path, encoding: str) -> None:
    vendor = read(tmp_path, SOFTWARE.replace("\n", "\r\n").encode(encoding))
    assert vendor.software.vendor_name == "髙﨑システム"


def test_other_encodings_are_refused_with_advice(tmp_path: Path) -> None:
    assert "UTF-8" in faults(tmp_path, b"\xff\x81" + SOFTWARE.encode())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (SOFTWARE + "address = 住所\n", "5行目"),
        (SOFTWARE + "address = “住所”\n", "半角"),
        (SOFTWARE + 'version = "2"\n', "2回"),
        (SOFTWARE + SOFTWARE, "2回"),
        (SOFTWARE + 'address = "C:\\s"\n', "5行目: 「\\」"),
        (SOFTWARE + 'address = "住所', "ファイルの終わり"),
        (SOFTWARE + "x = " + "[" * 5000, "入れ子"),
        (SOFTWARE + "x = " + "9" * 5000, "桁の多すぎる数"),
        (SOFTWARE + "daytime_support = はい\n", "5行目: 「daytime_support = true」と、"),
        (SOFTWARE + "daytime_support = True\n", "5行目: 「daytime_support = true」と、"),
        (SOFTWARE + "daytime_support = ○\n", "5行目: 「daytime_support = true」と、"),
        (SOFTWARE + "[declared]\nG = いいえ\n", "6行目: 「G = false」と、"),
    ],
)
def test_broken_toml_names_the_line(tmp_path: Path, text: str, expected: str) -> None:
    assert expected in faults(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "product_name（製品名）"),
        ('[software]\nproduct_name = ""\nversion = "1"\nvendor_name = "x"', "product_name（製品名）"),
        (SOFTWARE + 'adress = "住所"', "「address」ではありませんか"),
        (SOFTWARE + 'office_name = "x"', "[applicant] の下"),
        ('product_name = "x"\n' + SOFTWARE, "[software] の下"),
        (SOFTWARE + "[softwear]\nx = 1", "「software」ではありませんか"),
        (SOFTWARE + 'daytime_support = "たぶん"', "「daytime_support = true」（はい）か"),
        (SOFTWARE + '[form]\ndate = "来月"', "令和8年11月30日"),
        (SOFTWARE + '[form]\ndate = "令和8年2月30日"', "日付として読めません"),
        (SOFTWARE + '[declared]\ndeclared_by = "県"', '"事業所" か "ソフト会社"'),
        (SOFTWARE + '[declared]\ndeclared_on = "きのう"', "2026-10-01"),
        (SOFTWARE + "telephone = 83", '「"」で囲んで'),
        (SOFTWARE + '[applicant]\noffice_number = "357990001"', "10桁"),
        (SOFTWARE + '[applicant]\noffice_number = "３５７９９０００１"', "10桁"),
        (SOFTWARE + "[applicant]\noffice_number = 3579900014", '「"」で囲んで'),
        (SOFTWARE + 'address = "一\\n二"', "1行で"),
        (SOFTWARE + f'address = "{"長" * 101}"', "100字まで"),
        ("applicant = 1\n" + SOFTWARE, "[applicant] という見出し"),
        (SOFTWARE + "[declared]\nZ = true", "A、B-1"),
        (SOFTWARE + '[declared]\nG = "はい"', "true"),
        (SOFTWARE + "[declared]\nG = { import = true, remarks = 1 }", "「remark」ではありませんか"),
        (SOFTWARE + '[declared]\nG = { remark = "x" }', "取り込めるなら true"),
        ("declared = 1\n" + SOFTWARE, "[declared] という見出し"),
    ],
)
def test_wrong_keys_and_values_are_named(tmp_path: Path, text: str, expected: str) -> None:
    assert expected in faults(tmp_path, text)


@pytest.mark.parametrize(
    ("word", "value"), [("はい", True), ("○", True), ("True", True), ("いいえ", False), ("無", False)]
)
def test_words_for_yes_and_no_are_understood(tmp_path: Path, word: str, value: bool) -> None:
    assert read(tmp_path, SOFTWARE + f'daytime_support = "{word}"').software.daytime_support is value


@pytest.mark.parametrize(
    "day", ["2026-11-30", "2026/11/30", "令和8年11月30日", "R8.11.30", "２０２６年１１月３０日", "20261130"]
)
def test_dates_are_understood_as_people_write_them(tmp_path: Path, day: str) -> None:
    vendor = read(tmp_path, SOFTWARE + f'[form]\ndate = "{day}"\n[declared]\ndeclared_on = "{day}"\n')
    assert (vendor.form.date, vendor.declared_on) == ("令和8年11月30日", "2026-11-30")


def test_numbers_in_full_width_become_half_width(tmp_path: Path) -> None:
    vendor = read(
        tmp_path,
        SOFTWARE
        + 'telephone = "０８３－０００－００００"\n[applicant]\noffice_number = "３５７９９０００１４"',
    )
    assert vendor.applicant.office_number == "3579900014"
    assert vendor.software.telephone == "083-000-0000"


def test_who_declares_follows_from_who_fills_in(tmp_path: Path) -> None:
    assert read(tmp_path, SOFTWARE + "[declared]\nG = true").declarant == "ソフト会社"
    office = '[applicant]\noffice_name = "見本事業所"\n'
    assert read(tmp_path, office + SOFTWARE + "[declared]\nG = true").declarant == "事業所"
    said = '[declared]\ndeclared_by = "ソフト会社"\nG = true'
    assert read(tmp_path, office + SOFTWARE + said).declarant == "ソフト会社"


def test_all_faults_are_reported_at_once(tmp_path: Path) -> None:
    text = "[software]\nversion = 1\n[form]\ndate = true\nfoo = 1\n[declared]\nZ = true\n"
    with pytest.raises(TomlFileError) as caught:
        read(tmp_path, text)
    assert len(caught.value.faults) == 6
    assert str(caught.value).count("\n・") == 6


def test_missing_file_folder_and_huge_file(tmp_path: Path) -> None:
    with pytest.raises(TomlFileError, match="init-vendor"):
        load(tmp_path / "none.toml", PROFILE)
    with pytest.raises(TomlFileError, match="フォルダー"):
        load(tmp_path, PROFILE)
    assert "大きすぎ" in faults(tmp_path, b"#" * 1_000_001)


def test_wrong_check_digit_is_only_a_warning(tmp_path: Path) -> None:
    vendor = read(tmp_path, SOFTWARE + '[applicant]\noffice_number = "3579900010"')
    assert "3579900010" in vendor.warnings[0]


def test_letters_of_another_profile_are_left_aside(tmp_path: Path) -> None:
    text = SOFTWARE + '[declared]\nG = true\n"⑨" = false\n'
    assert read(tmp_path, text).declared == {"G": Declaration(True)}
    assert read(tmp_path, text, "mhlw-4.1").declared == {"⑨": Declaration(False)}


def test_template_is_refused_only_for_what_must_be_filled_in(tmp_path: Path) -> None:
    with pytest.raises(TomlFileError) as caught:
        read(tmp_path, template())
    assert len(caught.value.faults) == 3
    filled = template()
    for key in ("product_name", "version", "vendor_name"):
        filled = filled.replace(f'{key} = ""', f'{key} = "x"')
    assert read(tmp_path, filled).software.version == "x"


@pytest.mark.parametrize("profile_id", standard().profiles)
def test_template_offers_every_import_of_the_profiles(tmp_path: Path, profile_id: str) -> None:
    uncommented = "\n".join(
        line.removeprefix("# ") if " = true " in line else line for line in template().splitlines()
    )
    known = standard().profile(profile_id)
    letters = {
        row.letter
        for row in known.requirements
        for office in known.office_types
        if row.needs[office.id, Direction.IMPORT] is not Need.NONE
    }
    data = tomllib.loads(uncommented)
    assert letters <= data["declared"].keys()
    assert data["software"]["daytime_support"] is True


def test_every_key_of_the_template_is_explained() -> None:
    for line in template().splitlines():
        if "=" in line and not line.startswith("#"):
            assert "# " in line


def test_template_is_never_written_over_a_file(tmp_path: Path) -> None:
    path = tmp_path / "new" / "vendor.toml"
    write_template(path)
    assert path.read_text(encoding="utf-8") == template()
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(TomlFileError, match="上書き"):
        write_template(path)
    assert path.read_text(encoding="utf-8") == "mine"


def test_place_for_the_template_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(TomlFileError, match=r"書けません|すでに"):
        write_template(tmp_path / "file" / "vendor.toml")

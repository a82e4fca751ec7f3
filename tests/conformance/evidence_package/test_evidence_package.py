"""Evidence packages: honest ones of every route agree with their files, and say who was tested."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from pathlib import Path
from random import Random

import pytest
from in_process import run_here
from long_proofs import long
from packages import Workshop, call, forged, members

from careplan_csv.checker import check
from careplan_csv.cli import run
from careplan_csv.cli.evidence import tool_settings
from careplan_csv.conformance.evidence_package import package as pack
from careplan_csv.conformance.evidence_package.assembly import EvidencePaths, assembled
from careplan_csv.conformance.evidence_package.package import PackageProblem, read_package
from careplan_csv.conformance.harness import kit_run
from careplan_csv.conformance.requirements.assessment import assess
from careplan_csv.reading.sources import collect
from careplan_csv.standard import standard

SAMPLES = Path(__file__).parents[3] / "sample_data"
PLANNING = SAMPLES / "valid/202407/planning"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    shop = Workshop(tmp_path_factory.mktemp("evidence") / "shop")
    kit = shop.make_kit("kit", "--seed", "3")
    assert shop.run_kit("run.zip", kit) == 0
    return shop


def verdict(shop: Workshop, evidence: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    return call(["verify", shop.path(evidence)], capsys)


def test_the_record_of_a_run_names_adapter_programs_and_machine(shop: Workshop) -> None:
    parts = members(shop.path("run.zip"))
    result, record = json.loads(parts[pack.RESULT]), json.loads(parts[pack.RUN])
    assert result["software"] == {
        "product_name": "見本ケア",
        "version": "5.2.1",
        "vendor_name": "見本システム",
    }
    told = result["harness"]["run"]
    assert told == {key: value for key, value in record.items() if key != "attempts"}
    assert told["adapter"] == "見本ケア 5.2.1"
    assert len(told["adapter_sha256"]) == 64
    assert {program["command"] for program in told["programs"]} == {
        "reset",
        "load",
        "import",
        "export",
        "dump",
    }
    assert told["system"]
    assert told["started_at"] <= told["ended_at"]
    form = parts[pack.FORM_HTML].decode()
    for words in ("見本ケア 5.2.1（SHA-256", "動かしたもの", "実行の時間", "自己実施"):
        assert words in form
    assert str(shop.folder) not in form + parts[pack.RESULT].decode() + parts[pack.RUN].decode()


def exported_by_hand(shop: Workshop, name: str) -> Path:
    """What a run wrote out, as if somebody had laid it there; and its dump."""
    folder = shop.folder / name
    if not folder.exists():
        shutil.copytree(shop.folder / "run.zip-out/kit-run/export", folder / "exported")
        shutil.copytree(shop.folder / "run.zip-out/kit-run/dump", folder / "dump")
        for file in [*(folder / "exported").rglob("*.CSV")]:
            # A product sends at its own time, and writes the day of it.
            lines = file.read_bytes().split(b"\r\n")
            dated = [re.sub(rb"\A((?:[^,]*,){3})[0-9]{8}", rb"\g<1>20250624", line) for line in lines]
            file.write_bytes(b"\r\n".join(dated))
            file.rename(file.with_name(re.sub(r"_2025(\d{4})(\d{6})\.CSV", r"_20250625\2.CSV", file.name)))
    return folder


@pytest.mark.parametrize(
    ("name", "options", "proof"),
    [
        ("exported", ["--exported", "{hand}/exported"], "reexport"),
        long("dump", ["--dump", "{hand}/dump"], "dump"),
        ("both", ["--exported", "{hand}/exported", "--dump", "{hand}/dump"], "dump"),
        ("with-folder", ["{own}", "--exported", "{hand}/exported", "--dump", "{hand}/dump"], "dump"),
        long("folder-of-the-same-people", ["{hand}/exported/plan", "--exported", "{hand}/exported", "--dump", "{hand}/dump"], "dump"),
        ("single-files", ["{file}", "--dump", "{hand}/dump"], "dump"),
    ],
)  # fmt: skip
def test_honest_packages_by_hand_agree(
    name: str, options: list[str], proof: str, shop: Workshop, capsys: pytest.CaptureFixture[str]
) -> None:
    hand = exported_by_hand(shop, "hand")
    own = shop.folder / "own"
    if not own.exists():
        # The office's own exports happen to hold the kit's people.
        shutil.copytree(hand / "exported/schedule", own)
    file = next((hand / "exported/schedule").glob("UPPLAN*.CSV"))
    places = {"{hand}": str(hand), "{own}": str(own), "{file}": str(file)}
    filled = [_filled(option, places) for option in options]
    code = shop.assess(f"{name}.zip", "--kit", shop.path("kit"), *filled)
    assert code in (0, 1)
    capsys.readouterr()
    found, said = verdict(shop, f"{name}.zip", capsys)
    assert (found, said[:2]) == (0, "一致"), said
    result = json.loads(members(shop.path(f"{name}.zip"))[pack.RESULT])
    assert result["harness"]["proof"] == proof
    imports = [
        row for row in result["requirements"] if row["evidence"] == "machine" and row["direction"] == "import"
    ]
    assert {row["proof"]["kind"] for row in imports} <= {proof}


def _filled(option: str, places: dict[str, str]) -> str:
    for name, place in places.items():
        option = option.replace(name, place)
    return option


def test_a_run_beside_an_offices_folder_agrees(shop: Workshop, capsys: pytest.CaptureFixture[str]) -> None:
    """The folder and what the software wrote out after the kit are two things, also in the package."""
    hand = exported_by_hand(shop, "hand")
    shop.run_kit("beside.zip", shop.path("kit"), str(hand / "exported/plan"))
    capsys.readouterr()
    code, said = verdict(shop, "beside.zip", capsys)
    assert (code, said[:2]) == (0, "一致"), said
    parts = members(shop.path("beside.zip"))
    assert any(name.startswith(pack.FILES + "/") for name in parts)
    assert any(name.startswith(pack.EXPORTED + "/") for name in parts)


def test_another_version_has_an_outcome_of_its_own(
    shop: Workshop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    read = read_package(Path(shop.path("run.zip")))
    path = tmp_path / "other.zip"
    settings = {**read.settings, "version": "0.0.9", "rule_set": "older"}
    path.write_bytes(pack.Package(settings, read.parts, read.names).data())
    code, said = call(["verify", str(path)], capsys)
    assert code == 5
    assert said.startswith("別のバージョンの証拠")
    assert "careplan-csv のバージョンが違います（証拠: 0.0.9" in said
    assert "規則の組が違います" in said

    def worse(parts: dict[str, bytes]) -> None:
        result = json.loads(parts[pack.RESULT])
        cell = next(row for row in result["requirements"] if row["result"] == "conformant")
        cell["result"] = "nonconformant"
        parts[pack.RESULT] = json.dumps(result).encode()

    path.write_bytes(forged(path, worse))
    code, said = call(["verify", str(path)], capsys)
    assert (code, said[:2]) == (1, "相違")


def first_format(path: Path | str) -> bytes:
    """The package as version 0.1.0 would have written it: without the record of the programs."""
    read = read_package(Path(path))
    parts = {name: data for name, data in read.parts.items() if name != pack.RUN}
    record = json.loads(read.parts[pack.RUN])
    parts[pack.ATTEMPTS] = json.dumps({"attempts": record["attempts"]}).encode()
    data = pack.Package({**read.settings, "version": "0.1.0"}, parts, read.names).data()
    stream = members_of(data)
    manifest = json.loads(stream[pack.MANIFEST])
    manifest["format"] = pack.FIRST_FORMAT
    for entry in manifest["files"].values():
        entry.pop("origin", None)
        entry.setdefault("name", "")
    stream[pack.MANIFEST] = json.dumps(manifest).encode()
    return zipped(stream)


def members_of(data: bytes) -> dict[str, bytes]:
    import io

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts: dict[str, bytes]) -> bytes:
    from packages import zipped as made

    return made(parts)


def test_packages_of_the_first_format_are_read(
    shop: Workshop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "old.zip"
    path.write_bytes(first_format(shop.path("run.zip")))
    code, said = call(["verify", str(path)], capsys)
    assert code == 5, said
    assert "どのプログラムを動かしたかの記録がありません" in said


def test_the_reference_software_is_an_example_everywhere(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(kit_run, "run", run_here)
    kit, out = shop.path("kit"), shop.path("sample-out")
    evidence = shop.path("sample.zip")
    arguments = ["assess", "--office-type", "planning", "--kit", kit, "--adapter", "reference"]
    code, said = call([*arguments, "--vendor", str(shop.vendor), "--out", out], capsys)
    assert code == 2
    assert "製品「見本ケア」の証拠にはなりません" in said
    call([*arguments, "--out", out, "--evidence", evidence], capsys)
    parts = members(evidence)
    result = json.loads(parts[pack.RESULT])
    assert result["sample"] is True
    assert result["verdict"] == "unverified"
    assert {row["evidence"] for row in result["requirements"]} <= {"sample", "none"}
    form = parts[pack.FORM_HTML].decode()
    assert "見本　― 参照ソフトの結果です。製品の証明にはなりません ―" in form
    code, said = call(["verify", evidence], capsys)
    assert code == 1
    assert said.startswith("見本: 参照ソフト")

    def claim(parts: dict[str, bytes]) -> None:
        parts[pack.VENDOR] = shop.vendor.read_bytes()

    Path(evidence).write_bytes(forged(evidence, claim))
    code, said = call(["verify", evidence], capsys)
    assert code == 1
    assert "見本ケア" not in said


def test_the_kits_own_files_prove_nothing(
    shop: Workshop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kit = Path(shop.path("kit"))
    dump, exported = tmp_path / "dump", tmp_path / "exported"
    shutil.copytree(kit / "expected/dump", dump)
    exported.mkdir()
    for file in (kit / "inbox/01-result").iterdir():
        shutil.copy(file, exported)
    code = shop.assess("copied.zip", "--kit", str(kit), "--dump", str(dump), "--exported", str(exported))
    said = capsys.readouterr().out
    assert code == 1
    assert "1バイトも違いません" in said
    result = json.loads(members(shop.path("copied.zip"))[pack.RESULT])
    cell = next(r for r in result["requirements"] if (r["letter"], r["direction"]) == ("G", "import"))
    assert (cell["result"], cell["rule"]) == ("unverified", "H809")
    rules = {finding["rule"] for finding in result["harness"]["findings"]}
    assert "H809" in rules
    code, said = verdict(shop, "copied.zip", capsys)
    assert code == 0


def test_software_that_keeps_the_kits_serial_is_named(
    shop: Workshop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The contents may be anything: serial, 作成年月日 and 更新業者コード must be the software's own."""
    kit = Path(shop.path("kit"))
    exported = tmp_path / "exported"
    exported.mkdir()
    for file in next(kit.glob("own/*-schedule")).iterdir():
        (exported / file.name).write_bytes(file.read_bytes() + b"")
    shop.assess("kept.zip", "--kit", str(kit), "--exported", str(exported))
    said = capsys.readouterr().out
    assert "ファイル連番が、キットのファイルと同じです" in said
    shop.assess("own.zip", "--kit", str(kit), "--exported", str(exported_by_hand(shop, "hand") / "exported"))
    assert "ファイル連番が、キットのファイルと同じです" not in capsys.readouterr().out


def test_any_byte_of_the_parts_counts(shop: Workshop, tmp_path: Path) -> None:
    whole = Path(shop.path("run.zip")).read_bytes()
    path = tmp_path / "byte.zip"
    source = Random(5)
    for _ in range(12):
        at = source.randrange(len(whole))
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        try:
            read = read_package(path)
        except PackageProblem:
            continue
        original = members(shop.path("run.zip"))
        assert read.tampered() or {**read.parts, pack.MANIFEST: read.manifest} == original, at


def test_people_who_are_not_the_kits_do_not_go_out() -> None:
    profile = standard().profile("yamaguchi-r6")
    examined = [str(PLANNING)]
    assessment = assess(check(collect(examined)), profile, profile.office_type("planning"))
    with pytest.raises(PackageProblem, match="--include-personal-data"):
        assembled(EvidencePaths(examined), assessment, None, tool_settings())
    package = assembled(EvidencePaths(examined), assessment, None, tool_settings(), personal=True)
    assert len(package.under(pack.FILES)) == len(assessment.check.inputs)


@pytest.mark.parametrize("what", ["picture", "address", "stranger", "note"])
def test_what_the_kit_cannot_have_led_to_does_not_go_out(
    what: str, shop: Workshop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kit = shop.make_kit(f"kit-{what}", "--seed", "3", "--profile", "mhlw-4.1")
    dump = tmp_path / "dump"
    shutil.copytree(exported_by_hand(shop, "hand") / "dump", dump)
    table = next(dump.glob("UPJSK_*.CSV"))
    if what == "picture":
        (dump / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0" + b"holiday")
    elif what == "note":
        (dump / "memo.csv").write_bytes("連絡先".encode("cp932"))
    else:
        lines = table.read_bytes().split(b"\r\n")
        items = lines[0].split(b",")
        if what == "stranger":
            items[2] = b"0000099999"
        else:
            texts = [i for i, item in enumerate(items) if item.startswith(b'"') and len(item) > 4]
            items[texts[0]] = '"とある町1-2-3 本物さん宅"'.encode("cp932")
        table.write_bytes(b"\r\n".join([b",".join(items), *lines[1:]]))
    code = run(
        [
            *("assess", "--profile", "mhlw-4.1", "--office-type", "planning", "--kit", kit),
            *("--dump", str(dump), "--out", shop.path(f"{what}-out"), "--evidence", shop.path(f"{what}.zip")),
        ]
    )
    assert code == 2
    assert "--include-personal-data" in capsys.readouterr().err
    assert not Path(shop.path(f"{what}.zip")).exists()


def test_data_that_software_has_cut_or_damaged_is_packed(
    shop: Workshop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Evidence must be able to show defects: a cut text, or one with lost characters, still comes from the kit."""
    dump = tmp_path / "dump"
    shutil.copytree(exported_by_hand(shop, "hand") / "dump", dump)
    for table in dump.glob("UPJSK_*.CSV"):
        lines = table.read_bytes().decode("cp932").split("\r\n")
        cut = [line.replace("ステーション", "ステ") for line in lines]
        table.write_bytes("\r\n".join(cut).encode("cp932"))
    code = shop.assess("cut.zip", "--kit", shop.path("kit"), "--dump", str(dump))
    assert code == 1
    assert Path(shop.path("cut.zip")).exists()
    code, said = verdict(shop, "cut.zip", capsys)
    assert (code, "一致" in said) == (0, True)


def test_nothing_is_written_over_in_silence(shop: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    arguments = ["assess", str(PLANNING), "--office-type", "planning"]
    assert call([*arguments, "--out", "out"], capsys)[0] == 1
    first = (tmp_path / "out/besshi6.html").read_bytes()
    code, said = call([*arguments, "--out", "out"], capsys)
    assert (code, "前の別紙6 があります" in said) == (2, True)
    assert (tmp_path / "out/besshi6.html").read_bytes() == first
    assert call([*arguments, "--out", "out", "--force"], capsys)[0] == 1
    for number in ("", "-2", "-3"):
        code, said = call(arguments, capsys)
        assert code == 1
        assert f"careplan-result{number}/besshi6.html" in said
    evidence = ["--evidence", "e.zip", "--include-personal-data"]
    assert call([*arguments, *evidence], capsys)[0] == 1
    code, said = call([*arguments, *evidence], capsys)
    assert (code, "すでにあります" in said) == (2, True)


@pytest.mark.parametrize(
    "entries",
    [
        {"../out.txt": b"x", pack.MANIFEST: b"{}"},
        {"/etc/x": b"x", pack.MANIFEST: b"{}"},
        {"a.txt": b"x"},
        {pack.MANIFEST: b"[1]"},
        {pack.MANIFEST: b'{"format": "1.0", "files": {"a": 1}}'},
        {pack.MANIFEST: b'{"format": "9.9", "files": {}}'},
        {pack.MANIFEST: b'{"format": "1.0", "files": {}, "profile": "x", "office_type": "y"}'},
        {"bomb": b"0" * 400_000_000, pack.MANIFEST: b"{}"},
    ],
    ids=["up", "absolute", "bare", "list", "shape", "format", "profile", "bomb"],
)
def test_what_is_no_package_is_refused_in_a_sentence(
    entries: dict[str, bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    code, said = call(["verify", str(path)], capsys)
    assert code in (1, 2)
    assert said.strip().endswith("。")

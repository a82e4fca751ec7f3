"""Forged evidence packages: every change is named, and none of them passes as 一致."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from packages import Workshop, call, forged, members, with_manifest, zipped

from careplan_csv.cli import run
from careplan_csv.conformance.evidence_package import package as pack
from careplan_csv.conformance.kit.challenge import answers_of

Parts = dict[str, bytes]
Change = Callable[[Parts], None]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """A self-made package and one for a challenge; both were also signed."""
    shop = Workshop(tmp_path_factory.mktemp("forger") / "shop")
    for name in ("maker", "issuer", "stranger"):
        assert run(["key", "make", shop.path(name), "--no-passphrase"]) == 0
    for name in ("maker", "issuer"):
        trusted = shop.folder / "trusted"
        trusted.mkdir(exist_ok=True)
        (trusted / f"{name}.pub.pem").write_bytes((shop.folder / f"{name}.pub.pem").read_bytes())
    kit = shop.make_kit("kit", "--seed", "11")
    assert shop.run_kit("self.zip", kit, "--sign", shop.path("maker.pem")) == 0
    challenge = shop.make_kit("challenge", "--challenge", "--issuer", "見本県")
    assert shop.run_kit("sealed.zip", challenge, "--sign", shop.path("maker.pem")) == 1
    answers = shop.path("challenge-answers.json")
    judged = ["--challenge", answers, "--out", shop.path("judged.zip"), "--sign", shop.path("issuer.pem")]
    run(["verify", shop.path("sealed.zip"), *judged])
    return shop


def edit(name: str, change: Callable[[dict], None]) -> Change:  # type: ignore[type-arg]  # JSON
    def apply(parts: Parts) -> None:
        data = json.loads(parts[name])
        change(data)
        parts[name] = json.dumps(data, ensure_ascii=False).encode("utf-8")

    return apply


def result(**values: object) -> Change:
    return edit(pack.RESULT, lambda data: data.update(values))


def cells(change: Callable[[list], None]) -> Change:  # type: ignore[type-arg]  # JSON
    return edit(pack.RESULT, lambda data: change(data["requirements"]))


def raw(name: str, old: bytes, new: bytes) -> Change:
    def apply(parts: Parts) -> None:
        assert old in parts[name], old
        parts[name] = parts[name].replace(old, new, 1)

    return apply


def first(parts: Parts, part: str) -> str:
    return next(name for name in sorted(parts) if name.startswith(part + "/"))


def drop(part: str) -> Change:
    def apply(parts: Parts) -> None:
        for name in [name for name in parts if name == part or name.startswith(part + "/")]:
            del parts[name]

    return apply


def add(name: str, data: bytes = b"x") -> Change:
    return lambda parts: parts.update({name: data})


def cut(part: str) -> Change:
    def apply(parts: Parts) -> None:
        name = first(parts, part)
        parts[name] = parts[name].split(b"\r\n", 1)[1]

    return apply


def step(change: Callable[[list], None]) -> Change:  # type: ignore[type-arg]  # JSON
    return edit(pack.RUN, lambda data: change(data["attempts"]))


OTHER_VENDOR = '[software]\nproduct_name = "べつケア"\nversion = "9"\nvendor_name = "べつ"\n'.encode()

FORGERIES: dict[str, Change] = {
    "another product in the result": edit(pack.RESULT, lambda d: d["software"].update(product_name="べつケア")),
    "another version in the result": edit(pack.RESULT, lambda d: d["software"].update(version="9.9")),
    "another maker in the result": edit(pack.RESULT, lambda d: d["software"].update(vendor_name="べつ")),
    "another product in vendor.toml": lambda parts: parts.update({pack.VENDOR: OTHER_VENDOR}),
    "vendor.toml gone": drop(pack.VENDOR),
    "checked at some words": result(checked_at="きのう"),
    "checked at a number": result(checked_at=20261126),
    "checked in 1999": result(checked_at="1999-01-01T00:00:00+09:00"),
    "checked in the future": result(checked_at="2999-01-01T00:00:00+09:00"),
    "checked at a moment without offset": result(checked_at="2026-11-26T00:00:00"),
    "an extra key": result(certified="厚生労働省"),
    "a key twice": raw(pack.RESULT, b'{\n  "schema_version"', b'{\n  "verdict": "conformant",\n  "schema_version"'),
    "a key gone": edit(pack.RESULT, lambda d: d.pop("units")),
    "other units": result(units=[]),
    "other inputs": result(inputs=[]),
    "other findings": result(findings=[]),
    "another tool": edit(pack.RESULT, lambda d: d["tool"].update(name="official")),
    "another summary": edit(pack.RESULT, lambda d: d["summary"].update(warnings=99)),
    "another verdict": result(verdict="nonconformant"),
    "another schema": result(schema_version="9"),
    "a sample": result(sample=True),
    "no reasons": result(reasons=["すばらしい製品です。"]),
    "other notes": result(notes=["認証済みです。"]),
    "a row twice": cells(lambda rows: rows.append(dict(rows[0]))),
    "a row gone": cells(lambda rows: rows.pop()),
    "a row of its own": cells(lambda rows: rows.append({**rows[0], "letter": "Z"})),
    "a better cell": cells(lambda rows: rows[0].update(result="conformant", files=99)),
    "a stronger proof": cells(lambda rows: rows[0]["proof"].update(kind="challenge", by="厚生労働省")),
    "a cell with more": cells(lambda rows: rows[0].update(seal="○")),
    "requirements of another kind": result(requirements={"A": 1}),
    "an infinite number": raw(pack.RESULT, b'"schema_version": "1.0"', b'"schema_version": 1e999'),
    "no number": raw(pack.RESULT, b'"schema_version": "1.0"', b'"schema_version": NaN'),
    "half a surrogate": raw(pack.RESULT, b'"schema_version": "1.0"', b'"schema_version": "\\ud800"'),
    "a result that is a list": lambda parts: parts.update({pack.RESULT: b"[]"}),
    "a result nested deep": lambda parts: parts.update({pack.RESULT: b"[" * 9000}),
    "the result gone": drop(pack.RESULT),
    "a harness that found nothing": edit(pack.RESULT, lambda d: d["harness"].update(findings=[{"rule": "H808"}])),
    "another adapter in the result": edit(pack.RESULT, lambda d: d["harness"]["run"].update(adapter="べつ")),
    "words on the form": raw(pack.FORM_HTML, "別紙６".encode(), "認証書".encode()),
    "the form gone": drop(pack.FORM_HTML),
    "a PDF besides": add("besshi6.pdf", b"%PDF-1.7"),
    "a certificate besides": add("認証書.html", "<h1>認証</h1>".encode()),
    "a program besides": add("kit.exe"),
    "a file in a folder besides": add("exported/readme.txt"),
    "the dump cut": cut(pack.DUMP),
    "the data after the faults cut": cut(pack.AFTER_FAULTS),
    "the dump gone": drop(pack.DUMP),
    "the data after the faults gone": drop(pack.AFTER_FAULTS),
    "the exports gone": drop(pack.EXPORTED),
    "an export cut": cut(pack.EXPORTED),
    "the kit's description gone": drop(pack.KIT),
    "the kit's files gone": drop(pack.INBOX),
    "a file of the kit changed": cut(pack.INBOX),
    "a file of the kit added": add("kit/inbox/99-plan/extra.CSV"),
    "another office type in the kit": edit(pack.KIT, lambda d: d.update(office_type="service")),
    "another profile in the kit": edit(pack.KIT, lambda d: d.update(profile="mhlw-4.1")),
    "another edition in the kit": edit(pack.KIT, lambda d: d.update(edition="202208")),
    "a rehearsal for a kit": edit(pack.KIT, lambda d: d.update(scenario="D1")),
    "a list for an office type": edit(pack.KIT, lambda d: d.update(office_type=["planning"])),
    "the record of the run gone": drop(pack.RUN),
    "a step of the run gone": step(lambda steps: steps.pop(3)),
    "the faulty units gone from the run": step(
        lambda steps: steps.__setitem__(slice(None), [s for s in steps if not s["step"].startswith("faults/")])
    ),
    "the last dump gone from the run": step(lambda steps: steps.pop()),
    "no steps at all": step(lambda steps: steps.clear()),
    "an outcome that is none": step(lambda steps: steps[0].update(outcome="wonderful")),
    "a record with more": edit(pack.RUN, lambda d: d.update(seal="○")),
    "a run without times": edit(pack.RUN, lambda d: d.update(started_at="")),
    "another adapter in the record": edit(pack.RUN, lambda d: d.update(adapter="べつ")),
    "other hashes of the programs": edit(pack.RUN, lambda d: d.update(adapter_sha256="0" * 64)),
}  # fmt: skip


def written(shop: Workshop, tmp_path: Path, data: bytes) -> str:
    path = tmp_path / "forged.zip"
    path.write_bytes(data)
    return str(path)


ON_A_CHALLENGE = (
    "another product in the result", "another product in vendor.toml", "checked in 1999", "an extra key",
    "another verdict", "a better cell", "words on the form", "a certificate besides", "the dump cut", "the dump gone",
    "the kit's files gone", "a file of the kit changed", "another edition in the kit", "a step of the run gone",
)  # fmt: skip


@pytest.mark.parametrize(
    ("forgery", "package"),
    [*((name, "self.zip") for name in FORGERIES), *((name, "sealed.zip") for name in ON_A_CHALLENGE)],
)
def test_whatever_was_changed_is_named(
    forgery: str, package: str, shop: Workshop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        data = forged(shop.path(package), FORGERIES[forgery])
    except (AssertionError, KeyError, StopIteration):
        pytest.fail(f"{forgery}: the package has not what is to be changed")
    path = written(shop, tmp_path, data)
    code, said = call(["verify", path, "--trusted", shop.path("trusted")], capsys)
    assert code == 1, said
    # Whoever makes the hashes fit again breaks the signature. That the data of a challenge was changed, only
    # its answers tell, and the signature.
    is_sealed = (forgery, package) == ("the dump cut", "sealed.zip")
    assert "相違" in said or is_sealed
    assert "署名: 正しくありません" in said or "相違: " in said.splitlines()[0]


def test_honest_packages_agree(shop: Workshop, capsys: pytest.CaptureFixture[str]) -> None:
    for package, words in (
        ("self.zip", "証拠の種類: 自己実施"),
        ("sealed.zip", "出題キット（まだ"),
        ("judged.zip", "出題キット（答えを"),
    ):
        code, said = call(["verify", shop.path(package), "--trusted", shop.path("trusted")], capsys)
        assert (code, said.startswith("一致")) == (0, True), said
        assert words in said
        assert "分からないこと: " in said
        assert "製品: 見本ケア 5.2.1（見本システム）" in said


MANIFESTS: dict[str, Callable[[dict], None]] = {  # type: ignore[type-arg]  # JSON
    "an extra setting": lambda m: m.update(certified="yes"),
    "a setting gone": lambda m: m.pop("rule_set"),
    "a setting of another kind": lambda m: m.update(profile=["yamaguchi-r6"]),
    "an unknown profile": lambda m: m.update(profile="x"),
    "another profile": lambda m: m.update(profile="mhlw-4.1"),
    "another office type": lambda m: m.update(office_type="service"),
    "an unknown edition": lambda m: m.update(edition="209912"),
    "an unknown format": lambda m: m.update(format="9.9"),
    "files as a list": lambda m: m.update(files=[]),
    "a hash that is none": lambda m: next(iter(m["files"].values())).update(sha256="x"),
    "another hash": lambda m: next(iter(m["files"].values())).update(sha256="0" * 64),
    "an entry with more": lambda m: next(iter(m["files"].values())).update(seal="○"),
    "two files of one name": lambda m: [e.update(name="dump/a.CSV") for p, e in m["files"].items() if p.startswith("dump/")],
    "a name that is none": lambda m: [e.update(name=7) for p, e in m["files"].items() if p.startswith("dump/")],
    "names gone": lambda m: [e.pop("name") for p, e in m["files"].items() if p.startswith("exported/")],
    "an origin that is none": lambda m: [e.update(origin="moon") for p, e in m["files"].items() if p.startswith("exported/")],
    "a file that is not there": lambda m: m["files"].update({"dump/0099-x.CSV": {"sha256": "0" * 64, "bytes": 1}}),
    "escape sequences": lambda m: m.update(version="\x1b[2J\x1b]0;pwn\x07"),
}  # fmt: skip


@pytest.mark.parametrize("change", MANIFESTS)
def test_a_changed_manifest_is_named(
    change: str, shop: Workshop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(shop, tmp_path, with_manifest(shop.path("self.zip"), MANIFESTS[change]))
    code, said = call(["verify", path], capsys)
    assert code in (1, 2, 5), said
    assert code != 5 or "署名: 正しくありません" in said
    assert not said.startswith("一致")
    assert "\x1b" not in said
    assert "Traceback" not in said


def test_a_certificate_beside_the_parts_is_named_in_every_package(
    shop: Workshop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for package in ("self.zip", "sealed.zip", "judged.zip"):
        path = written(shop, tmp_path, zipped({**members(shop.path(package)), "認証書.html": b"x"}))
        code, said = call(["verify", path], capsys)
        assert code == 1
        assert "認証書.html" in said


def test_how_a_package_was_zipped_does_not_matter(
    shop: Workshop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    parts = members(shop.path("self.zip"))
    folded = {f"証拠/{name}": data for name, data in parts.items()}
    for made in (
        parts,
        dict(reversed(parts.items())),
        folded,
        {**folded, "__MACOSX/x": b"x", "証拠/.DS_Store": b"x"},
    ):
        path = written(shop, tmp_path, zipped(made))
        code, said = call(["verify", path, "--trusted", shop.path("trusted")], capsys)
        assert code == 0, said
        assert "「maker」" in said


def test_four_outcomes_of_a_signature(
    shop: Workshop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    parts = members(shop.path("self.zip"))
    unsigned = {name: data for name, data in parts.items() if name != pack.SIGNATURE}
    other = {**parts, pack.SIGNATURE: members(shop.path("judged.zip"))[pack.SIGNATURE]}
    trusted = ["--trusted", shop.path("trusted")]
    for made, options, code, words in (
        (unsigned, trusted, 0, "署名: ありません"),
        (parts, [], 0, "署名: 知らない鍵"),
        (parts, trusted, 0, "署名: 「maker」"),
        (other, trusted, 1, "署名: 正しくありません"),
        ({**parts, pack.SIGNATURE: b"{}"}, trusted, 1, "署名: 正しくありません"),
        ({**parts, pack.SIGNATURE: b"\xff"}, trusted, 1, "署名: 正しくありません"),
    ):
        found, said = call(["verify", written(shop, tmp_path, zipped(made)), *options], capsys)
        assert (found, words in said) == (code, True), said


def test_a_challenge_is_judged_by_its_own_answers_only(
    shop: Workshop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = Path(shop.path("challenge-answers.json")).read_bytes()
    sealed = shop.path("sealed.zip")
    other = shop.make_kit(f"other-{tmp_path.name}", "--challenge")
    code, said = call(["verify", sealed, "--challenge", other + "-answers.json"], capsys)
    assert code == 1
    assert "この証拠の出題キットのものではありません" in said

    changed = tmp_path / "answers.json"
    for wrong in (
        re.sub(rb'"seed": \d+', b'"seed": 1', answers),
        answers.replace(b'"nonce": "', b'"nonce": "0'),
        answers.replace(b'"commitment": "', b'"commitment": "0'),
        b"{}",
        b"\xff\xfe",
    ):
        changed.write_bytes(wrong)
        code, said = call(["verify", sealed, "--challenge", str(changed)], capsys)
        assert code == 2
        assert "答えのファイルではないか、書き換えられています" in said

    def commitment(parts: Parts) -> None:
        edit(pack.KIT, lambda d: d["challenge"].update(commitment="0" * 64))(parts)

    path = written(shop, tmp_path, forged(sealed, commitment))
    code, said = call(["verify", path, "--challenge", shop.path("challenge-answers.json")], capsys)
    assert code == 1
    assert "約束の値" in said


def test_a_kit_that_was_judged_before_is_named(
    shop: Workshop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "answers.json"
    own.write_bytes(Path(shop.path("challenge-answers.json")).read_bytes())
    _, said = call(["verify", shop.path("sealed.zip"), "--challenge", str(own)], capsys)
    assert "判定済み" not in said
    assert len(answers_of(own.read_bytes()).judged) == 1
    again = "again.zip"
    assert shop.run_kit(again, shop.path("challenge")) == 1
    _, said = call(["verify", shop.path(again), "--challenge", str(own)], capsys)
    assert "この出題キットは、" in said
    assert "判定済みです" in said


def test_a_challenge_is_packed_without_its_answers(shop: Workshop) -> None:
    kit = Path(shop.path("challenge"))
    answers = answers_of(Path(shop.path("challenge-answers.json")).read_bytes())
    assert not (kit / "expected").exists()
    assert not list(kit.glob("checksheet*"))
    told = b"".join(path.read_bytes() for path in kit.rglob("*") if path.is_file())
    assert str(answers.seed).encode() not in told
    assert answers.nonce.encode() not in told
    assert answers.commitment.encode() in told
    whole = b"".join(members(shop.path("sealed.zip")).values())
    assert str(answers.seed).encode() not in whole


def test_a_challenge_shows_what_software_lost(
    shop: Workshop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The dump of a package for a challenge is judged: a record that is not in it makes 不適合."""

    def lose(parts: Parts) -> None:
        cut(pack.DUMP)(parts)

    path = written(shop, tmp_path, forged(shop.path("sealed.zip"), lose))
    own = tmp_path / "answers.json"
    own.write_bytes(Path(shop.path("challenge-answers.json")).read_bytes())
    code, said = call(["verify", path, "--challenge", str(own)], capsys)
    assert code == 1
    assert "総合判定（計算し直したもの）: 不適合" in said


@pytest.mark.parametrize("sheet", ["other kit", "no workbook"])
def test_a_sheet_that_is_not_this_kits_is_named(
    sheet: str, shop: Workshop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = Path(shop.make_kit(f"sheet-{tmp_path.name}", "--seed", "12"))
    data = (other / "checksheet.xlsx").read_bytes() if sheet == "other kit" else b"x"
    path = written(shop, tmp_path, forged(shop.path("self.zip"), add(pack.SHEET, data)))
    capsys.readouterr()
    code, said = call(["verify", path], capsys)
    assert code == 1
    assert said.startswith("相違")
    assert "不具合" not in said

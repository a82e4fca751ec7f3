"""The software company's package at an office: when it is used, and when it is not."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from packages import VENDOR, Workshop, call, members, zipped

from careplan_csv.cli import run
from careplan_csv.conformance.evidence_package import package as pack

PLANNING = Path(__file__).parents[3] / "sample_data/valid/202407/planning"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    shop = Workshop(tmp_path_factory.mktemp("office") / "shop")
    assert run(["key", "make", shop.path("issuer"), "--no-passphrase"]) == 0
    assert shop.run_kit("self.zip", shop.make_kit("kit", "--seed", "4")) == 0
    challenge = shop.make_kit("challenge", "--challenge", "--issuer", "見本県")
    assert shop.run_kit("sealed.zip", challenge) == 1
    judge = ["verify", shop.path("sealed.zip"), "--challenge", shop.path("challenge-answers.json"), "--out"]
    assert run([*judge, shop.path("judged.zip"), "--sign", shop.path("issuer.pem")]) == 0
    assert run([*judge, shop.path("unsigned.zip")]) == 0
    return shop


def imported(
    shop: Workshop, evidence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], vendor: str = VENDOR
) -> tuple[dict, str]:  # type: ignore[type-arg]  # JSON
    """The cell of the import that an office needs, and all notes."""
    path, out = tmp_path / "vendor.toml", tmp_path / "out"
    path.write_text(vendor, encoding="utf-8")
    arguments = ["--vendor", str(path), "--vendor-evidence", evidence, "--out", str(out), "--force"]
    code, _ = call(["assess", str(PLANNING), "--office-type", "planning", *arguments], capsys)
    result = json.loads((out / "result.json").read_text(encoding="utf-8"))
    cell = next(r for r in result["requirements"] if (r["letter"], r["direction"]) == ("G", "import"))
    assert (code == 0) is (cell["result"] == "conformant")
    return cell, " ".join(result["notes"])


@pytest.mark.parametrize(
    ("evidence", "kind"),
    [("self.zip", "self_run"), ("judged.zip", "challenge"), ("unsigned.zip", "self_run")],
)
def test_the_kind_of_proof_depends_on_the_signer(
    evidence: str, kind: str, shop: Workshop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The maker of the software can have issued an unsigned challenge."""
    cell, notes = imported(shop, shop.path(evidence), tmp_path, capsys)
    assert (cell["result"], cell["proof"]["kind"]) == ("conformant", kind)
    assert "見本システム" in cell["proof"]["by"]
    assert "使った判定: G の取込" in notes


def test_only_a_trusted_key_identifies_the_issuer_of_a_challenge(
    shop: Workshop, capsys: pytest.CaptureFixture[str]
) -> None:
    trusted = shop.folder / "trusted"
    trusted.mkdir(exist_ok=True)
    (trusted / "issuer.pub.pem").write_bytes((shop.folder / "issuer.pub.pem").read_bytes())
    for evidence, options, warned in (
        ("judged.zip", ["--trusted", str(trusted)], False),
        ("judged.zip", [], True),
        ("unsigned.zip", ["--trusted", str(trusted)], True),
        ("self.zip", [], False),
    ):
        _, said = call(["verify", shop.path(evidence), *options], capsys)
        assert ("自分で出題して判定したものかもしれません" in said) is warned


@pytest.mark.parametrize(
    ("evidence", "is_trusted", "kind", "other"),
    [
        ("judged.zip", True, "出題キット", "自己実施"),
        ("judged.zip", False, "自己実施", "出題キット"),
        ("unsigned.zip", True, "自己実施", "出題キット"),
    ],
)
def test_a_comparison_shows_no_challenge_of_an_unknown_issuer(
    evidence: str,
    is_trusted: bool,
    kind: str,
    other: str,
    shop: Workshop,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    trusted = tmp_path / "trusted"
    trusted.mkdir()
    (trusted / "issuer.pub.pem").write_bytes((shop.folder / "issuer.pub.pem").read_bytes())
    options = ["--trusted", str(trusted)] if is_trusted else []
    _, said = call(["compare", shop.path(evidence), *options, "--out", str(tmp_path / "t")], capsys)
    assert re.search(rf"{kind}: [^　\n]*取込 G", said), said
    assert other not in said.partition("理由・注意")[0]


@pytest.mark.parametrize("key", ["product_name", "version"])
def test_evidence_of_another_product_is_not_used(
    key: str, shop: Workshop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [f'{key} = "べつ"' if line.startswith(key) else line for line in VENDOR.splitlines()]
    cell, notes = imported(shop, shop.path("self.zip"), tmp_path, capsys, "\n".join(lines))
    assert cell["result"] == "unverified"
    assert "が違います（vendor.toml: べつ" in notes


def test_a_package_of_the_first_format_is_not_used(
    shop: Workshop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its kit cannot be made again and compared."""
    parts = members(shop.path("self.zip"))
    record = json.loads(parts.pop(pack.RUN))
    attempts = [{k: v for k, v in a.items() if k != "log"} for a in record["attempts"]]
    parts[pack.ATTEMPTS] = json.dumps({"attempts": attempts}).encode()
    manifest = json.loads(parts.pop(pack.MANIFEST))
    names = {path: pack.Origins(e["name"]) for path, e in manifest["files"].items() if "name" in e}
    settings = {
        key: manifest[key] for key in ("tool", "version", "rule_set", "profile", "office_type", "edition")
    }
    made = json.loads(pack.Package(settings, parts, names).manifest_bytes())
    parts[pack.MANIFEST] = json.dumps({**made, "format": pack.FIRST_FORMAT}).encode()
    path = tmp_path / "old.zip"
    path.write_bytes(zipped(parts))
    cell, notes = imported(shop, str(path), tmp_path, capsys)
    assert cell["result"] == "unverified"
    assert "証拠の形式が前のもの" in notes

"""A new edition is a new folder under schemas/: files of an invented one are checked by it."""

from __future__ import annotations

import io
import shutil

import pytest

from careplan_csv import resources
from careplan_csv.checker import check
from careplan_csv.findings import Severity
from careplan_csv.reading.sources import Inputs, Origin, Source
from careplan_csv.results import CheckResult
from careplan_csv.standard import Standard
from careplan_csv.synthesis.faults.fault import BASES

INVENTED = "209904"


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Standard:
    """The editions as they are, and one more in which サービス回数 has three digits and 実績 one item more."""
    schemas = tmp_path_factory.mktemp("editions") / "schemas"
    shutil.copytree(resources.folder("schemas"), schemas)
    shutil.copytree(schemas / "202407", schemas / INVENTED)
    edition = schemas / INVENTED / "edition.yaml"
    edition.write_text(edition.read_text(encoding="utf-8").replace("202407", INVENTED), encoding="utf-8")
    result = schemas / INVENTED / "files" / "UPJSK.yaml"
    text = result.read_text(encoding="utf-8")
    text = text.replace(
        "name: サービス回数,               length: 2,", "name: サービス回数,               length: 3,"
    )
    text += "  - {no: 26, id: weather, name: 天気, length: 1, required: required, format: int}\n"
    result.write_text(text, encoding="utf-8")
    versions = schemas / "versions.yaml"
    row = f'  - {{value: "{INVENTED}", name: 試しの版, status: current, layout: "{INVENTED}", applies_from: "202504"}}\n'
    versions.write_text(
        versions.read_text(encoding="utf-8").replace("mistakes:", row + "mistakes:"), encoding="utf-8"
    )
    return Standard(schemas)


def invented(data: bytes, weather: bytes = b"1", count: bytes = b"100") -> bytes:
    """Results of 202407 as the invented edition writes them."""
    records = data.replace(b"202407,", f"{INVENTED},".encode()).split(b"\r\n")[:-1]
    lines = []
    for record in records:
        items = record.split(b",")
        items[13] = count
        lines.append(b",".join([*items, weather]) + b"\r\n")
    return b"".join(lines)


def checked(data: bytes, known: Standard) -> CheckResult:
    ((name, _),) = BASES["result"]().files().items()
    source = Source(name, name, "", Origin.NAMED, len(data), lambda: io.BytesIO(data))
    return check(Inputs((source,)), known=known)


def errors(result: CheckResult) -> set[tuple[str, int | None]]:
    return {(f.rule, f.item_no) for f in result.findings if f.severity is Severity.ERROR}


def test_a_file_of_the_new_edition_is_checked_by_it(known: Standard) -> None:
    ((_, data),) = BASES["result"]().files().items()
    result = checked(invented(data), known)
    assert errors(result) == set()
    assert result.inputs[0].csv_version == INVENTED
    assert result.inputs[0].records == data.count(b"\r\n")


def test_what_is_wrong_in_the_new_edition_alone_is_found(known: Standard) -> None:
    ((_, data),) = BASES["result"]().files().items()
    assert errors(checked(invented(data, weather=b""), known)) == {("F401", 26)}
    assert errors(checked(invented(data, weather=b"12"), known)) == {("F402", 26)}
    assert errors(checked(invented(data, count=b"1000"), known)) == {("F402", 14)}


def test_the_other_editions_stay_as_they_are(known: Standard) -> None:
    ((_, data),) = BASES["result"]().files().items()
    assert errors(checked(data, known)) == set()
    long = invented(data).replace(f"{INVENTED},".encode(), b"202407,")
    assert ("C303", None) in errors(checked(long, known))

"""Folders as offices have them: what is told once, at the right file, and what is left alone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from careplan_csv.checker import check
from careplan_csv.findings import Severity
from careplan_csv.reading.sources import collect
from careplan_csv.results import CheckResult
from careplan_csv.synthesis.faults.fault import BASES

Files = dict[str, bytes]


def checked(folder: Path, files: Files) -> CheckResult:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    result = check(collect([str(folder)]))
    assert result.internal_faults == ()
    return result


def told(result: CheckResult) -> list[tuple[str, str, str]]:
    """Rule, severity and prefix of every finding above information."""
    return [
        (f.rule, f.severity.value, Path(f.file).name.split("_")[0])
        for f in result.findings
        if f.severity is not Severity.INFO
    ]


def rules(result: CheckResult) -> set[str]:
    return {rule for rule, _, _ in told(result)}


def renamed(files: Files, change: Callable[[str], str]) -> Files:
    return {change(name): data for name, data in files.items()}


# --- damaged names --------------------------------------------------------------------------------------


def _receiver(name: str) -> re.Match[str]:
    match = re.search(r"(\d{10})(?=_\d\d_\d{14})", name)
    assert match
    return match


def _in_receiver(name: str, digit: str) -> str:
    at = _receiver(name).start()
    return name[:at] + digit + name[at + 1 :]


@pytest.mark.parametrize("digit", ["３", "²", "٣", "é"])
@pytest.mark.parametrize("base", ["plan", "deletion"])
def test_other_digits_in_an_office_number_do_not_stop_the_checks(
    tmp_path: Path, base: str, digit: str
) -> None:
    files = renamed(BASES[base]().files(), lambda name: _in_receiver(name, digit))
    result = checked(tmp_path, files)
    assert told(result) == [("N106", "error", name.split("_")[0]) for name in sorted(files)]
    assert all(report.records for report in result.inputs)


@pytest.mark.parametrize("base", ["plan", "schedule"])
@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (lambda name: name.replace("_11_", "_ZZ_"), "N107"),
        (lambda name: name.replace("_11_", "_33_"), "N107"),
        (lambda name: name.replace("_2025032", "_2025132"), "N104"),
        (lambda name: name.replace("_43_", "_").replace("_11_", "_"), "N102"),
        (lambda name: re.sub(r"_\d{10}_\d\d(?=_\d{14})", "", name), "N101"),
        (lambda name: name.replace(_receiver(name)[0], _receiver(name)[0][1:]), "N106"),
        (lambda name: _in_receiver(name, "9"), "N110"),
        (lambda name: name.replace(".CSV", " (1).CSV"), "N101"),
    ],
)
def test_one_damaged_name_of_a_unit_is_one_finding(
    tmp_path: Path, base: str, change: Callable[[str], str], rule: str
) -> None:
    files = BASES[base]().files()
    last = list(files)[-1]
    assert rules(checked(tmp_path, renamed(files, lambda name: change(name) if name == last else name))) == {
        rule
    }


# --- copies and same names ------------------------------------------------------------------------------

MARKS = (
    lambda name: name.replace(".CSV", " (1).CSV"),
    lambda name: name.replace(".CSV", " - コピー.CSV"),
    lambda name: unicodedata.normalize("NFD", name.replace(".CSV", " のコピー.CSV")),
    lambda name: "コピー ～ " + name,
    lambda name: name + " (1).CSV",
    lambda name: name.replace(".CSV", ".csv.txt"),
)


@pytest.mark.parametrize("mark", MARKS)
def test_a_copy_with_other_content_loses_nothing(tmp_path: Path, mark: Callable[[str], str]) -> None:
    [(name, data)] = BASES["result"]().files().items()
    other = data.replace(b"20250402", b"20250403")
    result = checked(tmp_path, {name: data, mark(name): other + data})
    [finding] = [f for f in result.findings if f.rule == "B709"]
    assert finding.severity is Severity.ERROR
    assert finding.file.endswith(mark(name))
    assert name in finding.message
    assert "どちらも消さないで" in finding.remedy
    assert "N101" not in rules(result)
    assert "B701" not in rules(result)


@pytest.mark.parametrize("mark", MARKS)
def test_a_copy_with_the_same_content_is_an_information(tmp_path: Path, mark: Callable[[str], str]) -> None:
    [(name, data)] = BASES["result"]().files().items()
    result = checked(tmp_path, {name: data, mark(name): data})
    [finding] = [f for f in result.findings if f.rule == "B709"]
    assert finding.severity is Severity.INFO
    assert rules(result) <= {"N103"}


def test_a_copy_alone_is_the_names_fault(tmp_path: Path) -> None:
    [(name, data)] = BASES["result"]().files().items()
    assert told(checked(tmp_path, {MARKS[0](name): data})) == [("N101", "error", "UPJSK")]


def test_the_same_name_in_two_folders_of_one_input(tmp_path: Path) -> None:
    """A30."""
    [(name, data)] = BASES["result"]().files().items()
    changed = data.replace(b",179,", b",178,")
    assert changed != data
    result = checked(tmp_path, {f"a/{name}": data, f"b/{name}": changed})
    assert told(result) == [("B709", "warning", "UPJSK")]
    assert told(checked(tmp_path, {f"b/{name}": data})) == []


def test_the_same_name_in_two_inputs_is_left_alone(tmp_path: Path) -> None:
    [(name, data)] = BASES["result"]().files().items()
    for folder, content in (("a", data), ("b", data.replace(b",179,", b",178,"))):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / name).write_bytes(content)
    result = check(collect([str(tmp_path / "a"), str(tmp_path / "b")]))
    assert "B709" not in rules(result)


# --- other files in the folder --------------------------------------------------------------------------


def test_a_csv_saved_as_text_is_examined_under_its_name(tmp_path: Path) -> None:
    files = renamed(
        BASES["schedule"]().files(), lambda name: name + ".txt" if name.startswith("UPPLAN") else name
    )
    assert told(checked(tmp_path, files)) == [("N103", "warning", "UPPLAN")]


def test_owner_files_and_recycle_bins_disturb_nothing(tmp_path: Path) -> None:
    files = BASES["schedule"]().files()
    beside = {f"~${name}": b"\x05owner" for name in files} | {f"._{name}": b"\0\5" for name in files}
    old = {f"$RECYCLE.BIN/{name}": b"x" for name in files}
    result = checked(tmp_path, files | beside | old)
    assert told(result) == []
    assert len(result.ignored) == 2 * len(files) + 1


# --- a file that passed through a spreadsheet -----------------------------------------------------------


def _without_zeros(line: bytes) -> bytes:
    items = line.replace(b'"', b"").split(b",")
    return b",".join(item.lstrip(b"0") if item.isdigit() and len(item) in (4, 10) else item for item in items)


def resaved(data: bytes, *, drop: int = 0) -> bytes:
    """What a spreadsheet makes of a file: no quotes, no zeros, the last empty items gone."""
    lines = [_without_zeros(line) for line in data.split(b"\r\n")]
    return b"\r\n".join(line[: len(line) - drop] if drop else line for line in lines)


def test_a_spreadsheet_that_drops_the_last_item_is_one_finding_beside_the_count(tmp_path: Path) -> None:
    files = {
        name: resaved(data, drop=1) if name.startswith("UPPLAN") else data
        for name, data in BASES["schedule"]().files().items()
    }
    result = checked(tmp_path, files)
    assert told(result) == [("C303", "error", "UPPLAN"), ("F421", "error", "UPPLAN")]
    [trace] = [f for f in result.findings if f.rule == "F421"]
    assert "引用符" in trace.message
    assert "被保険者番号" in trace.message


def test_a_spreadsheet_that_keeps_the_items_is_one_finding(tmp_path: Path) -> None:
    files = {
        name: resaved(data) if name.startswith("UPHOSOKU") else data
        for name, data in BASES["schedule"]().files().items()
    }
    result = checked(tmp_path, files)
    assert [finding for finding in told(result) if finding[0][0] in "CF"] == [("F421", "error", "UPHOSOKU")]
    [trace] = [f for f in result.findings if f.rule == "F421"]
    assert "引用符もなくなっています" in trace.message


def test_records_that_lack_quotes_and_zeros_for_another_reason(tmp_path: Path) -> None:
    [(name, data)] = BASES["result"]().files().items()
    unquoted = data.replace(b'"', b"")
    assert rules(checked(tmp_path, {name: unquoted})) == {"C305"}
    short = b"\r\n".join(line[:-1] for line in data.split(b"\r\n"))
    assert rules(checked(tmp_path, {name: short})) == {"C303"}


def _texts(data: bytes) -> list[bytes]:
    return data.split(b'"')[1::2]


@pytest.mark.parametrize("base", ["plan", "schedule", "equipment", "result", "deletion", "result_deletion"])
def test_lost_zeros_are_one_finding_wherever_they_are(tmp_path: Path, base: str) -> None:
    """No table lacks a partner, no sum is wrong and no key repeats because of them."""
    files = BASES[base]().files()
    for number, name in enumerate(files):
        if any(mark in text for text in _texts(files[name]) for mark in (b",", b"\n")):
            continue  # a comma or a line break in a text takes the record apart, which is another finding
        changed = {other: resaved(data) if other == name else data for other, data in files.items()}
        assert told(checked(tmp_path / str(number), changed)) == [("F421", "error", name.split("_")[0])]


# --- units of one second --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        lambda name: name.replace("_11_", "_15_"),
        lambda name: name.replace("_43_", "_46_"),
        lambda name: name.replace("_43_", "_AF_"),
    ],
)
def test_two_units_of_one_second_with_other_kinds_are_two(
    tmp_path: Path, change: Callable[[str], str]
) -> None:
    files = BASES["schedule"]().files()
    other = {change(name): data.replace(b"0000000101", b"0000000202") for name, data in files.items()}
    assert not set(files) & set(other)
    result = checked(tmp_path, files | other)
    assert told(result) == []
    assert len(result.units) == 2
    gap = next(name for name in other if name.startswith("UPSIKYU"))
    (tmp_path / gap).unlink()
    [finding] = [f for f in check(collect([str(tmp_path)])).findings if f.rule == "B701"]
    assert Path(finding.file).name in other

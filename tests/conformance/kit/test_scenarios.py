"""Rehearsals of the vendor test: one pattern, both sides, run against the reference software; and no proof."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest
from in_process import kit_for, tried
from long_proofs import some

from careplan_csv.cli import run
from careplan_csv.conformance.harness.kit_assessment import REHEARSAL
from careplan_csv.conformance.kit.builder import KitNotPossible, make_kit
from careplan_csv.conformance.kit.kit_folder import KitProblem, read_kit
from careplan_csv.conformance.kit.kit_model import Aspect, Kit
from careplan_csv.conformance.kit.scenario import PROFILES, Rehearsal, rehearsals, scenario_names
from careplan_csv.conformance.requirements.judged_software import NoJudgement, judged_software
from careplan_csv.reporting.kit_files import RUN_SHEET, kit_files
from careplan_csv.reporting.reference_forms import SENT_FORMS, TAKEN_FORMS
from careplan_csv.results import Evidence, Status
from careplan_csv.standard import Direction, standard

PATTERNS = ("D1", "D2", "D3", "D4", "D5", "D6", "D7")
UNITS = {
    "D1": "plan",
    "D2": "schedule",
    "D3": "result",
    "D4": "basic_information",
    "D5": "prevention_plan",
    "D6": "schedule",
    "D7": "result",
}
SENDERS = {
    "D1": {"planning"},
    "D2": {"planning"},
    "D3": {"service"},
    "D4": {"community", "entrusted"},
    "D5": {"community", "entrusted"},
    "D6": {"community", "entrusted"},
    "D7": {"entrusted", "prevention"},
}
RECEIVERS = {
    "D1": {"service"},
    "D2": {"service"},
    "D3": {"planning"},
    "D4": {"community", "entrusted", "prevention"},
    "D5": {"community", "entrusted", "prevention"},
    "D6": {"community", "entrusted", "prevention"},
    "D7": {"community", "entrusted"},
}


def parts_of(scenario: str) -> list[Rehearsal]:
    return rehearsals(scenario, [standard().profile(one) for one in PROFILES])


def every_part() -> list[tuple[str, str, str]]:
    """Scenario, profile and office type of every part."""
    return [
        (scenario, part.profile.id, part.office_type.id)
        for scenario in scenario_names()
        for part in parts_of(scenario)
    ]


def one_part_of_each() -> list[tuple[str, str, str]]:
    """One part of every scenario, of another office type each time."""
    groups = [[part for part in every_part() if part[0] == scenario] for scenario in scenario_names()]
    return [parts[number % len(parts)] for number, parts in enumerate(groups)]


@cache
def scenario_kit(scenario: str, profile: str, office: str, seed: int = 5) -> Kit:
    known = standard().profile(profile)
    return make_kit(known, known.office_type(office), standard().edition(known.csv_version), seed, scenario)


def test_the_scenarios_are_the_patterns_and_the_enhanced_test() -> None:
    assert scenario_names() == (*PATTERNS, "enhanced")


@pytest.mark.parametrize("scenario", PATTERNS)
def test_a_pattern_is_exactly_its_exchange_on_both_sides(scenario: str) -> None:
    senders, receivers = set(), set()
    for part in parts_of(scenario):
        kit = scenario_kit(scenario, part.profile.id, part.office_type.id)
        for steps, offices in ((kit.own, senders), (kit.inbox, receivers)):
            assert [(step.unit, step.pattern) for step in steps] in ([], [(UNITS[scenario], scenario)])
            if steps:
                offices.add(part.office_type.id)
        assert kit.faults == ()
        assert set(kit.aspects.values()) == {Aspect.IMPORT}
    assert (senders, receivers) == (SENDERS[scenario], RECEIVERS[scenario])


@pytest.mark.parametrize(
    ("scenario", "profile", "office"), some(every_part(), one_part_of_each()), ids="-".join
)
def test_the_reference_software_passes(
    scenario: str, profile: str, office: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kit = scenario_kit(scenario, profile, office)
    harness, assessment = tried(kit, "reference", tmp_path / "run", monkeypatch)
    assert [finding.message for finding in harness.findings] == []
    asked = [cell for cell in assessment.requirements if cell.result is not Status.NOT_APPLICABLE]
    assert {(cell.result, cell.evidence) for cell in asked} == {(Status.CONFORMANT, Evidence.MACHINE)}
    assert {cell.direction for cell in asked} == {
        direction
        for direction, steps in ((Direction.EXPORT, kit.own), (Direction.IMPORT, kit.inbox))
        if steps
    }
    assert assessment.verdict is Status.CONFORMANT
    assert assessment.verdict_label == "適合（予行）"
    assert REHEARSAL in assessment.notes
    assert "予行" in assessment.profile.name


@pytest.mark.parametrize(
    ("defect", "scenario", "office", "verdict"),
    [
        ("move-times", "D2", "service", Status.NONCONFORMANT),
        ("move-times", "D3", "planning", Status.NONCONFORMANT),
        ("move-times", "D1", "service", Status.CONFORMANT),
        ("drop-table-3", "D1", "service", Status.NONCONFORMANT),
        ("drop-table-3", "D2", "service", Status.CONFORMANT),
        ("header-record", "D3", "service", Status.NONCONFORMANT),
        ("header-record", "D1", "planning", Status.NONCONFORMANT),
    ],
)
def test_a_defect_fails_the_pattern_that_it_is_about(
    defect: str,
    scenario: str,
    office: str,
    verdict: Status,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kit = scenario_kit(scenario, "mhlw-4.1", office)
    _, assessment = tried(kit, f"reference:{defect}", tmp_path / "run", monkeypatch)
    assert assessment.verdict is verdict


def test_every_person_counts_as_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is deleted in a rehearsal, so that no lost person is excused."""
    kit = scenario_kit("D3", "mhlw-4.1", "planning")
    harness, _ = tried(kit, "reference", tmp_path / "run", monkeypatch)
    [table] = [table for _, table in harness.tables]
    assert table.whole.expected == sum(data.count(b"\r\n") for data in kit.under("inbox/01-result").values())


def test_the_same_seed_gives_the_same_kit() -> None:
    one = scenario_kit("D5", "mhlw-4.1-yobo", "community")
    scenario_kit.cache_clear()
    assert one == scenario_kit("D5", "mhlw-4.1-yobo", "community")
    assert one != scenario_kit("D5", "mhlw-4.1-yobo", "community", 6)


def test_who_has_no_part_gets_no_kit() -> None:
    with pytest.raises(KitNotPossible, match="送るものも受け取るものもありません"):
        scenario_kit("D4", "mhlw-4.1", "planning")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--scenario", "D8"], "オプション「--scenario」に使える値は D1、D2"),
        (["--scenario", "\x1b[2J"], "オプション「--scenario」に使える値は"),
        (
            ["--scenario", "D4", "--office-type", "居宅介護支援"],
            "「居宅介護支援」は、D4 で送るものも受け取るもの",
        ),
        (["--scenario", "D4", "--profile", "mhlw-4.1"], "別の要件の表（--profile）"),
        (["--scenario", "D1", "--challenge"], "--scenario は指定できません"),
        (["--scenario", "D1", "--issuer", "県"], "--scenario は指定できません"),
        (["--scenario", "enhanced", "--edition", "202208"], "4.1版"),
        ([], "--office-type"),
    ],
)
def test_what_cannot_be_made_is_told(
    words: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["kit", "make", *words, "--out", str(tmp_path / "kit")]) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "kit").exists()


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The kits of D1, as a user makes them: a folder for each side."""
    out = tmp_path_factory.mktemp("rehearsal") / "D1"
    assert run(["kit", "make", "--scenario", "D1", "--seed", "5", "--out", str(out)]) == 0
    return out


def test_both_sides_are_made_at_once(folders: Path) -> None:
    assert sorted(path.name for path in folders.iterdir()) == ["居宅サービス", "居宅介護支援"]
    for folder in folders.iterdir():
        assert json.loads((folder / "kit.json").read_text(encoding="utf-8"))["scenario"] == "D1"
        assert read_kit(folder).scenario == "D1"
        raw = (folder / RUN_SHEET).read_bytes()
        assert raw.startswith(b"\xef\xbb\xbf")
        assert raw.count(b"\n") == raw.count(b"\r\n") > 10
    taken = (folders / "居宅サービス" / TAKEN_FORMS).read_text(encoding="utf-8")
    assert "居宅サービス計画書" in taken
    assert not (folders / "居宅サービス" / SENT_FORMS).exists()
    assert (folders / "居宅介護支援" / SENT_FORMS).exists()


def test_one_side_goes_into_the_folder_itself(tmp_path: Path) -> None:
    words = ["kit", "make", "--scenario", "D7", "--office-type", "介護予防サービス"]
    assert run([*words, "--out", str(tmp_path / "kit")]) == 0
    assert read_kit(tmp_path / "kit").office_type == "prevention"


def test_the_run_sheet_of_the_enhanced_test_has_its_order_and_weeks() -> None:
    kit = scenario_kit("enhanced", "mhlw-4.1", "service")
    text = kit_files(kit, "x")[RUN_SHEET].decode("utf-8-sig")
    places = [
        text.index(word)
        for word in (
            "準備（1〜2週）",
            "作業（4週）",
            "終了まで（1〜2週）",
            "2. 取り込む",
            "3. 参照用の帳票",
            "5. 出力する",
            "7. 送る",
        )
    ]
    assert places == sorted(places)
    assert "計画書（D1）" in text
    assert "利用票（D2）" in text
    assert "国民健康保険中央会の試験ではなく" in text
    assert "引用した資料によります" in text


def test_a_kit_without_scenario_is_as_before() -> None:
    kit = kit_for("mhlw-4.1", "service", "202407")
    assert "scenario" not in json.loads(kit.description({}))
    assert RUN_SHEET not in kit_files(kit, "x")


@pytest.mark.parametrize("value", ["D9", "", 1, None])
def test_another_scenario_in_the_description_is_refused(value: object, folders: Path, tmp_path: Path) -> None:
    folder = tmp_path / "kit"
    described = json.loads((folders / "居宅サービス" / "kit.json").read_text(encoding="utf-8"))
    for path in (folders / "居宅サービス").rglob("*"):
        if path.is_file():
            target = folder / path.relative_to(folders / "居宅サービス")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    (folder / "kit.json").write_text(json.dumps(described | {"scenario": value}), encoding="utf-8")
    with pytest.raises(KitProblem, match="kit make"):
        read_kit(folder)


def test_a_rehearsal_is_no_proof(folders: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kit = str(folders / "居宅サービス")
    words = ["--office-type", "service", "--profile", "mhlw-4.1", "--kit", kit, "--adapter", "reference"]
    assert run(["assess", *words, "--out", str(tmp_path / "out")]) == 2
    assert "予行は判定や証拠に使えません" in capsys.readouterr().err
    out = tmp_path / "run"
    # What is expected, handed back as if a software had written it, shows nothing.
    assert run(["kit", "compare", kit, "--dump", kit + "/expected/dump", "--out", str(out)]) == 3
    shown = capsys.readouterr().out
    assert "これは予行の結果です" in shown
    assert "1バイトも違いません" in shown
    assert [path.name for path in out.iterdir()] == ["result.json"]
    data = json.loads((out / "result.json").read_text(encoding="utf-8"))
    assert data["profile"] == "mhlw-4.1:D1"
    assert data["harness"]["kit"]["scenario"] == "D1"
    with pytest.raises(NoJudgement):
        judged_software(out / "result.json")

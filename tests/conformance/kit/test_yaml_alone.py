"""Kits and harness for an edition, and for office types, that were added as YAML alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from in_process import check_once, tried
from long_proofs import some
from made_standards import NEXT, copied, use, with_office_type

from careplan_csv.conformance.kit.builder import KitNotPossible, make_kit
from careplan_csv.conformance.kit.kit_model import Aspect, Kit
from careplan_csv.findings import Severity
from careplan_csv.reading.sources import collect
from careplan_csv.results import Evidence, Status
from careplan_csv.standard import Direction, Need, standard


def kit_of(profile_id: str, office_type: str, edition: str) -> Kit:
    profile = standard().profile(profile_id)
    return make_kit(profile, profile.office_type(office_type), standard().edition(edition), 1)


def assert_sound(kit: Kit, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The checker finds nothing in the sound units, and the reference software passes."""
    for step in (*kit.own, *kit.inbox):
        place = folder / step.folder
        place.mkdir(parents=True)
        for name, data in kit.under(step.folder).items():
            (place / name).write_bytes(data)
        found = [f for f in check_once(collect([str(place)])).findings if f.severity is not Severity.INFO]
        assert [f"{step.folder}: {f.rule} {f.message}" for f in found] == []
    harness, assessment = tried(kit, "reference", folder / "run", monkeypatch)
    assert [finding.message for finding in harness.findings] == []
    assert {cell.result for cell in harness.aspects} == {Status.CONFORMANT}
    asked = [cell for cell in assessment.requirements if cell.result is not Status.NOT_APPLICABLE]
    assert {cell.direction for cell in asked} == set(Direction)
    assert {(cell.letter, cell.result, cell.evidence) for cell in asked} == {
        (cell.letter, Status.CONFORMANT, Evidence.MACHINE) for cell in asked
    }
    assert assessment.verdict is Status.CONFORMANT


@pytest.mark.usefixtures("next_edition")
@pytest.mark.parametrize(
    ("profile", "office_type"),
    some(
        [
            ("invented", "planning"),
            ("invented", "service"),
            ("invented-yobo", "community"),
            ("invented-yobo", "entrusted"),
            ("invented-yobo", "prevention"),
        ],
        [("invented", "service")],
    ),
)
def test_the_kit_of_a_new_edition(
    profile: str, office_type: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kit = kit_of(profile, office_type, NEXT)
    assert all(
        f"_{month}_" not in name for name in kit.files for month in ("202504", "202505", "202502", "202503")
    )
    assert_sound(kit, tmp_path, monkeypatch)


DAY_CARE, HIRE, DENTAL, PLANS = "day_care", "hire", "advice", "plans"


@pytest.fixture(scope="module")
def office_types(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Office types of the service side for some kinds of service, and one more of the planning side."""
    schemas = copied(tmp_path_factory.mktemp("office-types"))
    with_office_type(
        schemas, "service", DAY_CARE, name="小規模な通所介護事業所", short="小規模通所", sends_as='["78"]'
    )
    with_office_type(schemas, "service", HIRE, name="福祉用具事業所", short="福祉用具", sends_as='["17"]')
    with_office_type(schemas, "service", DENTAL, name="療養管理指導", short="療養管理", sends_as='["31"]')
    with_office_type(schemas, "planning", PLANS, name="計画だけの事業所", short="計画だけ")
    with pytest.MonkeyPatch.context() as patch:
        use(schemas, patch)
        yield
    standard.cache_clear()


@pytest.mark.usefixtures("office_types")
@pytest.mark.parametrize(
    ("office_type", "kind"),
    some([(DAY_CARE, "78"), (HIRE, "17"), (PLANS, "43")], [(DAY_CARE, "78")]),
)
@pytest.mark.parametrize("edition", ["202407", "202208"])
def test_the_kit_of_a_new_office_type(
    office_type: str, kind: str, edition: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kit = kit_of("mhlw-4.1", office_type, edition)
    assert kit.office_kind == kind
    model = kit_of("mhlw-4.1", "planning" if office_type == PLANS else "service", edition)
    assert [(step.unit, step.aspect) for step in kit.inbox] == [(s.unit, s.aspect) for s in model.inbox]
    assert Aspect.REPLACEMENT in {step.aspect for step in kit.inbox}
    if edition == "202407":
        assert_sound(kit, tmp_path, monkeypatch)


@pytest.mark.usefixtures("office_types")
def test_exports_of_a_new_office_type_are_evidence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, assessment = tried(kit_of("mhlw-4.1", DAY_CARE, "202407"), "reference", tmp_path, monkeypatch)
    exports = {
        cell.letter: cell.result
        for cell in assessment.requirements
        if cell.direction is Direction.EXPORT and cell.need is not Need.NONE
    }
    assert exports == {"⑨": Status.CONFORMANT, "⑩": Status.CONFORMANT}


@pytest.mark.usefixtures("office_types")
def test_an_office_type_without_a_possible_office_is_refused() -> None:
    with pytest.raises(KitNotPossible, match="療養管理指導のサービス種類（31）の事業所では"):
        kit_of("mhlw-4.1", DENTAL, "202407")

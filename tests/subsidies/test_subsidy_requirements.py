"""Whether each requirement is met, and by what."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from subsidies.conftest import HEADS, REQUESTS, Write, result_text

from careplan_csv.cli import run
from careplan_csv.conformance.requirements.judged_software import JudgedSoftware, NoJudgement, judged_software
from careplan_csv.subsidies.application_file import load_application
from careplan_csv.subsidies.subsidy_calculation import SubsidyCalculation, calculated
from careplan_csv.subsidies.subsidy_requirements import Outcome, RequirementOutcome

HEAD = HEADS["yamaguchi-r6"]
VALID = Path(__file__).parents[2] / "sample_data" / "valid" / "202407" / "planning"


def outcome_of(found: SubsidyCalculation, key: str) -> RequirementOutcome:
    return next(one for one in found.requirements if one.requirement.key == key)


def outcome(path: Path, key: str, judged: JudgedSoftware | None = None) -> RequirementOutcome:
    return outcome_of(calculated(load_application(path), judged), key)


@pytest.mark.parametrize(
    ("old", "new", "key", "expected"),
    [
        ("", "", "designated", Outcome.MET),
        ("designated = true", "designated = false", "designated", Outcome.NOT_MET),
        ("designated = true", "", "designated", Outcome.OPEN),
        ("", "", "hospital_exchange", Outcome.OPEN),
        ("山口県", "山口", "in_prefecture", Outcome.MET),
        ("山口県", "山口県宇部市", "in_prefecture", Outcome.MET),
        ("山口県", "広島県", "in_prefecture", Outcome.NOT_MET),
        ("山口県", "", "in_prefecture", Outcome.OPEN),
        ("居宅介護支援", "特定福祉用具販売", "service", Outcome.NOT_MET),
        ("居宅介護支援", "特定（介護予防）福祉用具販売事業所", "service", Outcome.NOT_MET),
        ("居宅介護支援", "特定介護予防福祉用具販売", "service", Outcome.NOT_MET),
        ("居宅介護支援", "特定福祉用具販売・特定介護予防福祉用具販売", "service", Outcome.NOT_MET),
        ("居宅介護支援", "福祉用具貸与、特定福祉用具販売", "service", Outcome.OPEN),
        ("居宅介護支援", "・", "service", Outcome.OPEN),
        ("居宅介護支援", "福祉用具貸与", "service", Outcome.MET),
        ("居宅介護支援", "", "service", Outcome.OPEN),
        ("exchange = true", "exchange = false", "standard", Outcome.NOT_ASKED),
        ("exchange = true", "", "standard", Outcome.OPEN),
    ],
)
def test_an_answer_decides(old: str, new: str, key: str, expected: Outcome, write: Write) -> None:
    assert outcome(write(head=HEAD.replace(old, new, 1)), key).outcome is expected


def test_what_shows_it_is_told(write: Write) -> None:
    path = write(
        head=HEAD.replace("one_through = true", 'one_through = { met = true, by = "カタログ 3ページ" }')
    )
    assert outcome(path, "one_through").by == "申請者の回答（カタログ 3ページ）によります。"


def test_an_answer_on_what_is_not_examined_says_so(write: Write) -> None:
    path = write(head=HEAD + 'hospital_exchange = { met = true, by = "カタログ" }\n')
    found = outcome(path, "hospital_exchange")
    assert found.label == "満たす（回答）"
    assert found.by == (
        "申請者の回答（カタログ）によります。careplan-csv では未確認です。"
        "足りない資料は、入退院時情報連携標準仕様の、ファイルの項目の一覧です。"
    )
    assert "未確認" not in outcome(path, "daytime_support").by
    assert outcome(path, "in_prefecture").label == "満たす"


@pytest.mark.parametrize("key", ["vendor_test", "function_survey", "exchange_started"])
def test_what_the_nation_publishes_is_not_examined(key: str, write: Write) -> None:
    found = outcome(write(programme="national-r8", request="ceiling = 1000000\n", rate=""), key)
    assert found.outcome is Outcome.MET
    assert "careplan-csv では未確認です。" in found.by


@pytest.mark.parametrize(
    ("changes", "expected", "words"),
    [
        ({}, Outcome.MET, "居宅介護支援事業所）は、適合です"),
        ({"verdict": "nonconformant"}, Outcome.NOT_MET, "不適合です"),
        ({"verdict": "unverified"}, Outcome.OPEN, "未確認です"),
        ({"sample": True}, Outcome.OPEN, "見本"),
        ({"profile": "mhlw-4.1"}, Outcome.OPEN, "別の要件の表"),
        ({"office_type": "service"}, Outcome.OPEN, "別の事業所の種類（居宅サービス事業所）"),
        ({"software": {"product_name": "別のケア"}}, Outcome.OPEN, "別の製品（別のケア）"),
        ({"software": {"product_name": ""}}, Outcome.MET, "適合です"),
        ({"software": None}, Outcome.MET, "適合です"),
        (
            {
                "requirements": [
                    {
                        "file": "UP1KYO",
                        "direction": "export",
                        "required": True,
                        "result": "conformant",
                        "evidence": "declared",
                    }
                ]
            },
            Outcome.MET,
            "適合（自己申告を含む）です",
        ),
        (
            {
                "requirements": [
                    {
                        "file": "UP1KYO",
                        "direction": "export",
                        "required": False,
                        "result": "conformant",
                        "evidence": "declared",
                    }
                ]
            },
            Outcome.MET,
            "適合です",
        ),
    ],
)
def test_a_verdict_decides(
    changes: dict[str, object], expected: Outcome, words: str, write: Write, result: Path
) -> None:
    result.write_text(result_text(changes), encoding="utf-8")
    path = write(head=HEAD + '[software]\nproduct_name = "○○ ケア"\n')
    found = outcome(path, "standard", judged_software(result))
    assert found.outcome is expected
    assert words in found.by


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        ("居宅介護支援", Outcome.MET),
        ("介護予防支援（地域包括支援センター）", Outcome.MET),
        ("小規模多機能型居宅介護", Outcome.MET),
        ("", Outcome.MET),
        ("訪問介護", Outcome.OPEN),
        ("介護予防・日常生活支援総合事業", Outcome.OPEN),
    ],
)
def test_a_verdict_is_for_its_kind_of_office(
    service: str, expected: Outcome, write: Write, judged: JudgedSoftware
) -> None:
    path = write(head=HEAD.replace("居宅介護支援", service))
    assert outcome(path, "standard", judged).outcome is expected


def test_what_assess_writes_is_read(write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["assess", str(VALID), "--office-type", "planning", "--out", str(tmp_path / "out")])
    capsys.readouterr()
    result = tmp_path / "out" / "result.json"
    verdict = json.loads(result.read_text(encoding="utf-8"))["verdict"]
    assert judged_software(result).verdict.value == verdict == "unverified"
    found = outcome(write(), "standard", judged_software(result))
    assert found.outcome is Outcome.OPEN


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "{", "null", '{"verdict": "conformant"}', '{"a": 1, "a": 2}', result_text({"verdict": "good"}),
        result_text({"verdict": "not_applicable"}), result_text({"profile": "x"}), result_text({"profile": []}),
        result_text({"office_type": "x"}), result_text({"requirements": 1}), result_text({"requirements": [1]}),
        result_text({"sample": "no"}), result_text({"verdict": None}), "[" * 10_000, "\ud83d"[:0] + "\x00",
    ],
)  # fmt: skip
def test_what_is_no_result_of_assess_is_refused(text: str, result: Path) -> None:
    result.write_text(text, encoding="utf-8")
    with pytest.raises(NoJudgement, match=r"result\.json を指定してください"):
        judged_software(result)


def test_a_result_that_is_not_there_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nothing.json"):
        with pytest.raises(NoJudgement):
            judged_software(path)


def test_national_lists_are_not_replaced_by_a_verdict(write: Write, result: Path) -> None:
    """A self-check shows nothing of what is published."""
    result.write_text(result_text({"profile": "mhlw-4.1", "verdict": "conformant"}), encoding="utf-8")
    head = HEADS["national-r8"].replace("vendor_test = true\n", "")
    path = write(programme="national-r8", head=head, request="ceiling = 1000000\n", rate="")
    found = calculated(load_application(path), judged_software(result))
    assert outcome_of(found, "standard").outcome is Outcome.MET
    assert outcome_of(found, "vendor_test").outcome is Outcome.OPEN
    assert any("ベンダ試験結果" in sentence for sentence in found.missing)


@pytest.mark.parametrize(
    ("day", "is_met"),
    [("2024-07-09", False), ("2024-07-10", True), ("2024-09-10", True), ("2024-09-11", False)],
)
def test_the_days_of_the_deadline(day: str, is_met: bool, write: Write, judged: JudgedSoftware) -> None:
    path = write(request=REQUESTS["yamaguchi-r6"].replace("2024-08-01", day))
    found = calculated(load_application(path), judged)
    assert found.is_complete is is_met
    assert is_met or "令和6年7月10日から令和6年9月10日まで" in found.not_met[0]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"request": "first_time = true\n"}, "sent_on"),
        ({"request": "sent_on = 2024-08-01\n"}, "first_time か second_time"),
        ({"rate": ""}, "life_data"),
        ({"rate": "life_data = false\n"}, "plans_exchanged"),
        ({"expenses": ""}, "経費を書いてください"),
        ({"expenses": '[[expenses]]\nkind = "notebook"\namount = 1000000\n'}, "持ち運んで使いますか"),
        ({"head": HEAD.replace("life = false\n", "")}, "[office] の life"),
        ({"head": HEAD.replace("security_action = true\n", "")}, "security_action"),
    ],
)
def test_what_is_missing_is_told(
    changes: dict[str, str], words: str, write: Write, judged: JudgedSoftware
) -> None:
    found = calculated(load_application(write(**changes)), judged)
    assert any(words in sentence for sentence in found.missing)
    assert not found.is_complete


def test_documents_follow_the_answers(write: Write) -> None:
    def names(head: str) -> dict[str, bool]:
        found = calculated(load_application(write(head=head)))
        return {one.document.name.split()[0]: one.is_certain for one in found.documents}

    assert len(names(HEAD)) == 8
    assert "別紙７（LIFE）" not in names(HEAD)
    assert names(HEAD.replace("life = false", "life = true"))["別紙７（LIFE）"]
    assert "別紙６" not in names(HEAD.replace("exchange = true", "exchange = false"))
    assert names(HEAD.replace("exchange = true\n", ""))["別紙６"] is False

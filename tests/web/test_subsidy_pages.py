"""Subsidies on the local page: the form, what it makes, and what it keeps."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import pytest
from running_server import Running, right_export, running

from careplan_csv.subsidies.application_file import load_application, read_application
from careplan_csv.subsidies.programme_file import programme
from careplan_csv.subsidies.subsidy_calculation import calculated
from careplan_csv.web.subsidy_form import MOST_ROWS, SubsidyForm, application_toml

ENTRIES = {
    "office.name": "みほん<b>事業所",
    "office.prefecture": "山口県",
    "office.service": "居宅介護支援",
    "office.exchange": "yes",
    "office.life": "no",
    "software.product_name": "架空ケア",
    "application.time": "first_time",
    "application.sent_on": "令和6年8月1日",
    "requirements.designated": "yes",
    "requirements.one_through": "yes",
    "requirements.one_through.by": 'カタログ "3" ページ',
    "requirements.commercial": "no",
    "rate.life_data": "yes",
    "expenses.0.name": "利用料",
    "expenses.0.kind": "software",
    "expenses.0.amount": "８０万円",
    "expenses.0.lease": "no",
    "expenses.1.lease": "no",
    "expenses.2.kind": "notebook",
    "expenses.2.amount": "100,000",
    "expenses.2.carried": "yes",
}
FORM = {"programme": "yamaguchi-r6", "rows": "3", "judged": "", "do": "calculate"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("server")) as found:
        yield found


def post(server: Running, path: str, data: Mapping[str, str], **files: bytes) -> httpx.Response:
    given = {name: (f"{name}.json", content) for name, content in files.items()}
    return httpx.post(
        server.address + path,
        headers={"origin": server.origin},
        data=dict(data),
        files=given or {"result": ("", b"")},
        timeout=120,
        follow_redirects=True,
    )


def test_the_entries_make_the_same_application_as_the_file(tmp_path: Path) -> None:
    data = SubsidyForm(programme("yamaguchi-r6"), ENTRIES).data()
    path = tmp_path / "application.toml"
    path.write_text(application_toml(data), encoding="utf-8")
    assert tomllib.loads(path.read_text(encoding="utf-8")) == data
    application = load_application(path)
    assert application == read_application(path, data)
    assert application.requirements["one_through"].by == 'カタログ "3" ページ'
    assert [one.yen for one in application.expenses] == [800_000, 100_000]
    assert application.second_time is False


@pytest.mark.parametrize("name", ["yamaguchi-r6", "national-r8"])
def test_every_question_of_a_programme_has_a_field(name: str) -> None:
    known = programme(name)
    fields = {field.name for section in SubsidyForm(known, {}).sections for field in section.fields}
    asked = [f"requirements.{one.key}" for one in known.declared]
    asked += [f"rate.{one.key}" for one in known.rate.conditions]
    asked += [f"office.{one.key}" for one in known.questions]
    asked += [f"application.{one.key}" for one in (*known.instead, *known.additions)]
    asked += [f"expenses.0.{one.key}" for one in known.conditions]
    assert fields >= {*asked, "expenses.2.amount"}


def test_all_answers_together_leave_nothing_missing_but_the_proof() -> None:
    known = programme("national-r8")
    entries = {
        field.name: field.choices[0][0]
        for section in SubsidyForm(known, {}).sections
        for field in section.fields
        if field.choices
    }
    entries |= {"expenses.0.amount": "1000000", "expenses.1.kind": "", "expenses.2.kind": ""}
    found = calculated(read_application(Path("x"), SubsidyForm(known, entries).data()))
    assert list(found.missing) == []
    assert found.yen == 800_000


def test_the_form_gives_the_amount_and_the_papers(server: Running) -> None:
    page = post(server, "subsidy", FORM | ENTRIES)
    assert page.status_code == 200
    assert "補助の額: 600,000円" in page.text
    assert "商用の製品である（一般に販売されている）」を満たしていません" in page.text
    assert "交付を決めるのは都道府県です。" in page.text
    assert 'value="みほん&lt;b&gt;事業所"' in page.text
    made = str(page.url) + "/made/"
    assert httpx.get(made + "subsidy.pdf").content.startswith(b"%PDF")
    assert json.loads(httpx.get(made + "subsidy.json").text)["amount_yen"] == 600_000
    assert "みほん&lt;b&gt;事業所" in httpx.get(made + "subsidy.html").text
    assert tomllib.loads(httpx.get(made + "application.toml").text)["office"]["name"] == "みほん<b>事業所"
    for name in ("x", "..%2Fapplication.toml", "given/result.json"):
        assert httpx.get(made + name).status_code == 404


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ({"expenses.0.amount": "-1"}, "[[expenses]] の 1件目の amount: 金額が負の数です"),
        ({"expenses.0.amount": ""}, "金額を書いてください"),
        ({"application.sent_on": "きのう"}, "[application] の sent_on: 日付として読めません"),
        ({"application.decided_on": "令和6年7月1日"}, "提出の日（sent_on）より前です"),
        ({"office.name": "一\n二"}, "改行"),
        ({"expenses.0.kind": "car"}, "「car」という種類はありません"),
    ],
)
def test_a_wrong_entry_is_told_and_nothing_is_lost(
    server: Running, entries: dict[str, str], said: str
) -> None:
    page = post(server, "subsidy", FORM | ENTRIES | entries)
    assert page.status_code == 400
    assert said in page.text
    assert "行目" not in page.text
    assert "/tmp" not in page.text
    assert 'value="架空ケア"' in page.text


def test_nothing_entered_is_told(server: Running) -> None:
    page = post(server, "subsidy", FORM)
    assert page.status_code == 400
    assert "まだ何も書かれていません" in page.text


def test_more_rows_keep_what_was_entered(server: Running) -> None:
    page = post(server, "subsidy", FORM | ENTRIES | {"do": "more"})
    assert page.status_code == 200
    assert 'name="expenses.7.amount"' in page.text
    assert 'name="expenses.8.amount"' not in page.text
    assert 'value="８０万円"' in page.text
    again = post(server, "subsidy", FORM | ENTRIES | {"do": "more", "rows": "999"})
    assert f'name="expenses.{MOST_ROWS - 1}.amount"' in again.text
    assert f'name="expenses.{MOST_ROWS}.amount"' not in again.text


@pytest.mark.parametrize(
    "path",
    ["subsidy?programme=x", "subsidy?programme=../../x.yaml", "subsidy/0", "subsidy/0/made/subsidy.pdf"],
)
def test_what_is_not_there(server: Running, path: str) -> None:
    assert httpx.get(server.address + path).status_code == 404


def test_a_programme_of_a_path_is_not_taken(server: Running) -> None:
    assert post(server, "subsidy", FORM | {"programme": "/etc/x.yaml"}).status_code == 404


def test_a_result_that_is_none_is_told(server: Running) -> None:
    page = post(server, "subsidy", FORM | ENTRIES, result=b"{}")
    assert page.status_code == 400
    assert "「result.json」を使えません" in page.text
    assert "--result" not in page.text
    assert "/given/" not in page.text


def test_the_verdict_of_files_that_were_judged_counts(server: Running, tmp_path: Path) -> None:
    files = [("files", (path.name, path.read_bytes())) for path in right_export(tmp_path)]
    headers = {"origin": server.origin}
    given = httpx.post(
        server.address + "files",
        headers=headers,
        data={"profile": "yamaguchi-r6"},
        files=files,
        timeout=120,
        follow_redirects=True,
    )
    number = str(given.url).rpartition("/")[2]
    assert "subsidy?files=" not in given.text
    form = {
        "office_type": "planning",
        "applicant.office_name": "みほん事業所",
        "software.product_name": "架空ケア",
        "software.version": "1.0",
        "software.vendor_name": "架空システム",
    }
    judged = post(server, f"files/{number}/form", form)
    link = re.search(r'href="[^"]*/(subsidy\?files=\w+)"', judged.text)
    assert link
    begun = httpx.get(server.address + link[1])
    assert 'value="みほん事業所"' in begun.text
    assert 'value="架空システム"' in begun.text
    assert "前に判定した結果を使います" in begun.text
    page = post(server, "subsidy", FORM | ENTRIES | {"judged": number})
    assert (
        "判定（山口県介護テクノロジー導入支援事業（令和6年度）、居宅介護支援事業所）は、未確認です"
        in page.text
    )
    # The result stays with the application when something is changed.
    case = str(page.url).rpartition("/")[2]
    again = post(server, "subsidy", FORM | ENTRIES | {"judged": case})
    assert "居宅介護支援事業所）は、未確認です" in again.text
    other = post(server, "subsidy", FORM | ENTRIES)
    assert "careplan-csv の判定がありません" in other.text

"""Forms: every item has its place, what was replaced is told, faults are marked, and nothing hostile does harm."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from form_records import NAMES, made
from helpers import PLAN, TABLE_2, file_of, plan_record
from long_proofs import long
from pypdf import PdfReader

from careplan_csv.checker import check
from careplan_csv.checker.place_list import PlaceList
from careplan_csv.cli import run
from careplan_csv.forms.document_differences import compared_documents, paired_documents
from careplan_csv.forms.documents import DocumentKind, Fate, documents
from careplan_csv.forms.form_values import told
from careplan_csv.forms.located_records import FormRecord, ReadRecords, read_records
from careplan_csv.forms.sheets import merged_rows, total, use_lines, week_of
from careplan_csv.reading.sources import collect
from careplan_csv.reporting.form_page import page_of_records, write_forms
from careplan_csv.reporting.form_sheet import FormLook, FormSheet
from careplan_csv.standard import standard

ROOT = Path(__file__).parents[2]
VALID = ROOT / "sample_data" / "valid" / "202407"
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
EVERYWHERE = {"csv_version", "updating_office", "identifier"}
"""No form prints these."""
NOT_ON_PAPER = {
    "UP1KYO": {"planning_office"},
    "UPHOSOKU": {
        "user_postal_code", "user_telephone", "certification_date", "cumulative_stay_days", "consent_office",
        # Printed on 第１表, where the supplement goes with a plan.
        "user_address_1", "user_address_2",
    },
    "UPPLAN": {"units", "prior_short_stay_days"},
    "UPJSK": {"units", "prior_short_stay_days"},
    "UPSIKYU": {"office_code", "entry_code"},
}  # fmt: skip
"""Items of which forms_layout says that the paper has no place for them."""
BY_MARKS = {"prorated_days", "over_30_days"}
"""Shown by a tint and by a word."""


def page_of(*records: FormRecord, show_values: bool = True) -> str:
    stream = io.BytesIO()
    look = FormLook(show_values=show_values)
    write_forms(page_of_records(ReadRecords(records, []), "2026-11-27T00:00:00+09:00", look), stream)
    return stream.getvalue().decode()


@pytest.mark.parametrize("prefix", NAMES)
def test_every_item_of_a_form_has_a_place(prefix: str) -> None:
    """Each value of a made record tells its item: it must be somewhere on the page."""
    record = made(prefix)
    page = page_of(record)
    left_out = EVERYWHERE | BY_MARKS | NOT_ON_PAPER.get(prefix, set())
    telling = [item for item in record.layout.items if record[item.id].endswith("の値")]
    missing = [item.label for item in telling if record[item.id] not in page and item.id not in left_out]
    assert missing == []
    shown = [item.label for item in telling if record[item.id] in page and item.id in left_out - BY_MARKS]
    assert shown == [], "場所が無いとされた項目が示されています"
    assert len(telling) > len(record.layout.items) / 3


def test_masked_forms_hold_no_value_of_a_person() -> None:
    page = page_of(made("UP1KYO"), made("UPHOSOKU"), made("UP2KYO"), show_values=False)
    assert "の値" not in page
    assert "英字" in page
    assert "--show-values" in page


def test_values_are_told_in_words() -> None:
    edition = standard().edition("202407")
    items = edition.layout("UPHOSOKU").by_id
    assert told(items["birth_date"], "19400305", edition) == "昭和15年3月5日"
    assert told(items["care_level"], "23", edition) == "要介護３（23）"
    assert told(items["care_level"], "99", edition) == "99（コード表に無い）"
    assert told(items["limit_units"], "27048", edition) == "27,048"
    plan = edition.layout("UPPLAN").by_id
    assert told(plan["start_time"], "0930", edition) == "9:30"
    assert told(plan["start_time"], "9999", edition) == ""
    assert told(plan["service_code"], "112111", edition) == "訪問介護 112111"
    assert told(plan["service_month"], "202513", edition) == "202513"


def test_groups_of_the_second_form_are_told_once() -> None:
    records = [
        made("UP2KYO", need_no=need, goal_no=goal, support_no=support)
        for need, goal, support in (("2", "1", "1"), ("1", "1", "2"), ("1", "1", "1"), ("1", "2", "1"))
    ]
    levels = ["need_no", "goal_no", "support_no"]
    assert [row.spans for row in merged_rows(records, levels, levels)] == [
        (3, 2, 1),
        (0, 0, 1),
        (0, 1, 1),
        (1, 1, 1),
    ]


def test_the_week_shares_room_and_goes_past_midnight() -> None:
    own = {"daily_activity": "", "other_service": ""}
    week = week_of([
        made("UP3KYO", weekly_start_time="0900", weekly_end_time="1100", **own),
        made("UP3KYO", weekly_start_time="1000", weekly_end_time="1200", **own),
        made("UP3KYO", weekday="7", weekly_start_time="2300", weekly_end_time="0100", **own),
        made("UP3KYO", weekday="9", **own),
    ])  # fmt: skip
    placed = sorted((block.day, block.span, block.lane, block.lanes) for block in week.blocks)
    assert placed == [
        (0, (0, 60), 0, 1), (0, (540, 660), 0, 2), (0, (600, 720), 1, 2), (6, (1380, 1440), 0, 1),
    ]  # fmt: skip
    assert len(week.beside) == 1


def test_a_line_of_the_month_holds_planned_and_done() -> None:
    plans = [made("UPPLAN", service_date=f"2025040{day}", service_count="1") for day in (1, 3, 3)]
    done = [made("UPJSK", service_date="20250403", service_count="1"), made("UPJSK", service_date="20250501")]
    same = {
        "start_time": "0900",
        "end_time": "1000",
        "service_code": "112111",
        "provider_office": "3570000103",
        "detail_no": "",
    }
    records = [
        FormRecord(r.layout, r.edition, r.name, r.file, r.record, r.line, {**r.values, **same})
        for r in (*plans, *done)
    ]
    records = [
        FormRecord(
            r.layout,
            r.edition,
            r.name,
            r.file,
            r.record,
            r.line,
            {
                **r.values,
                **dict.fromkeys(
                    (
                        "tais_code",
                        "equipment_code",
                        "equipment_name",
                        "satellite_no",
                        "over_30_days",
                        "provider_office_name",
                        "prorated_days",
                    ),
                    "",
                ),
            },
        )
        for r in records
    ]
    [document] = documents(records).documents
    [line] = use_lines(document)
    assert (sorted(line.planned), total(line.planned.values()), sorted(line.done), len(line.undated)) == (
        [1, 3],
        3,
        [3],
        1,
    )
    page = page_of(*records)
    assert ">2*<" in page, "同じ日の2件は足して印を付ける"


def test_what_a_later_file_did_is_told() -> None:
    found = documents([made("UP1KYO", serial) for serial in ("20250401090000", "20250402090000")]).documents
    assert [(one.fate, one.later) for one in found] == [(Fate.REPLACED, "20250402090000"), (Fate.CURRENT, "")]
    with PlaceList() as every:
        result = check(collect([str(VALID)]), every=every)
        sample = documents(read_records(result, every).records).documents
    fates = {one.fate for one in sample}
    assert fates == {Fate.CURRENT, Fate.DELETED}
    assert {one.kind for one in sample} >= {
        DocumentKind.PLAN,
        DocumentKind.SCHEDULE,
        DocumentKind.INTERVIEW,
        DocumentKind.PREVENTION,
    }


def test_a_fault_is_marked_in_its_cell_with_the_sentence(tmp_path: Path) -> None:
    (tmp_path / PLAN).write_bytes(file_of(plan_record(service_code="1"), plan_record()) + b'"broken\r\n')
    (tmp_path / "unknown.csv").write_bytes(b"1,2\r\n")
    out = tmp_path / "out" / "forms.html"
    assert run(["view", str(tmp_path), "--out", str(out)]) == 0
    page = out.read_text(encoding="utf-8")
    assert re.search(r'<span class="fault" title="№15[^"]*">[^<]*</span><sup class="mark">▲1</sup>', page)
    assert re.search(r"<li>エラー F417: .*（№15、.* 1行目）</li>", page)
    assert "帳票にできなかったもの" in page
    assert "unknown.csv" in page


def test_hostile_and_long_values_are_inert(tmp_path: Path) -> None:
    hostile = "</span><script>alert(1)</script>\x1b[2J" + "長" * 10_000
    page = page_of(
        made("UP1KYO", support_policy=hostile, plan_type="<b>"),
        made("UP2KYO", need=hostile, need_no="x" * 5000),
    )
    assert page.count("<script>") == 1
    assert "\x1b" not in page
    assert "長" * 10_000 in page
    (tmp_path / TABLE_2).write_bytes(b"\x00" * 50)
    assert run(["view", str(tmp_path), "--out", str(tmp_path / "f.html")]) == 3


def test_five_hundred_records_of_one_day_are_one_cell() -> None:
    page = page_of(*(made("UPPLAN", service_count="1") for _ in range(500)))
    assert ">500*<" in page
    assert len(page) < 60_000


@pytest.mark.parametrize(("name", "said"), [
    ("f.txt", "形式が分かりません"), (".", "フォルダーです"), ("there.html", "すでにあります"), ("there.html/f.html", "書けませんでした"),
])  # fmt: skip
def test_a_file_that_cannot_be_written_is_refused(
    name: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "there.html").write_text("前の帳票")
    assert run(["view", str(VALID), "--out", str(tmp_path / name)]) == 2
    assert said in capsys.readouterr().err
    assert (tmp_path / "there.html").read_text() == "前の帳票"


WORDS = (
    "居宅サービス計画書（１）",
    "居宅サービス計画書（２）",
    "週間サービス計画表",
    "サービス利用票別表",
    "みほん訪問介護ステーション",
)


@pytest.mark.skipif(not BROWSER, reason="needs Chromium (apt-get install chromium)")
@pytest.mark.parametrize(
    ("folder", "expected"), [(VALID / "planning", WORDS), long(VALID, (*WORDS, "利用者基本情報"))]
)
def test_the_browser_and_the_pdf_show_the_same_words(
    folder: Path, expected: tuple[str, ...], tmp_path: Path
) -> None:
    page, paper = tmp_path / "f.html", tmp_path / "f.pdf"
    for out in (page, paper):
        assert run(["view", str(folder), "--out", str(out), "--show-values"]) == 0
    command = [
        BROWSER,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        f"--user-data-dir={tmp_path}/b",
        "--virtual-time-budget=3000",
        "--dump-dom",
        page.as_uri(),
    ]
    dom = subprocess.run(
        [str(word) for word in command], capture_output=True, check=True, timeout=120
    ).stdout.decode()
    assert re.search(r'id="shown">[1-9][0-9]*枚', dom)
    text = re.sub(r"\s", "", "".join(sheet.extract_text() for sheet in PdfReader(paper).pages))
    for words in expected:
        assert words in dom
        assert words in text


def test_what_an_import_lost_is_seen_at_a_glance(tmp_path: Path) -> None:
    mine, theirs, out = tmp_path / "mine", tmp_path / "theirs", tmp_path / "f.html"
    for folder in (mine, theirs):
        shutil.copytree(VALID, folder)
    same = ["view", str(mine), "--against", str(theirs), "--show-values", "--force", "--out", str(out)]
    assert run(same) == 0
    assert "違いは 0か所" in out.read_text(encoding="utf-8")
    [plan] = sorted(theirs.rglob("UP2KYO*.CSV"))[:1]
    lines = plan.read_bytes().splitlines(keepends=True)
    changed = lines[0].replace("訪問介護".encode("cp932"), "通所介護".encode("cp932"), 1)
    assert changed != lines[0]
    plan.write_bytes(b"".join([changed, *lines[1:-1]]))
    assert run(same) == 0
    page = out.read_text(encoding="utf-8")
    assert "違いは 2か所" in page
    assert re.search(r"訪問介護[^<]*<ins>→ [^<]*通所介護", page)
    assert page.count("<ins>相手に無い記録</ins>") == 1
    assert page.count("<details open>") == 1
    [supplement] = sorted(theirs.rglob("UP1KYO*.CSV"))[:1]
    supplement.unlink()
    items = lines[-1].split(b",")
    items[12] = b"77"
    plan.write_bytes(b"".join([*lines, b",".join(items)]))
    assert run(same) == 0
    assert "相手だけにある記録 1件" in out.read_text(encoding="utf-8")


def test_a_document_of_one_side_alone_is_told() -> None:
    own = documents([made("UP1KYO")]).documents
    other = documents([made("UP1KYO", plan_date="20250401")]).documents
    found = compared_documents(own, other, "相手")
    assert [(one.missing, one.difference.count) for one in found] == [
        ("相手に、この書類がありません。", 1), ("相手だけにある書類です。", 1),
    ]  # fmt: skip


@pytest.mark.parametrize("sign", ["²", "--5", "٣", "-", "９", "99999999999999999999"])
def test_signs_that_only_look_like_numbers_do_no_harm(sign: str) -> None:
    page = page_of(
        made("UPPLAN", service_count=sign, start_time=f"{sign}000"[:4], end_time="²²²²", service_date="202504²²"),
        made("UPPLAN", service_count=sign), made("UPPLAN", service_count=sign), made("UPPLAN", service_date="20250431"),
        made("UP2KYO", need_no=sign, goal_no=sign, support_no=sign),
        made("UP3KYO", weekday=sign[:1], weekly_start_time="²²²²"), made("UPHOSOKU", limit_units=sign),
    )  # fmt: skip
    assert "時刻か曜日が読めないもの" in page
    assert "この月の日付ではないもの" in page


def test_nothing_is_left_out_in_silence(tmp_path: Path) -> None:
    """Findings on files, on records that make no form and on items without a place; deletions of nothing."""
    plan = plan_record(identifier="x")
    (tmp_path / PLAN.replace(".CSV", ".csv")).write_bytes(file_of(plan) + b"1,2\r\n")
    out = tmp_path / "f.html"
    assert run(["view", str(tmp_path), "--out", str(out)]) == 0
    page = out.read_text(encoding="utf-8")
    for words in ("警告 N103", "エラー C303", "2件目の記録", "警告 F413", "№25"):
        assert words in page, words
    found = documents([made("DLT1KYO")])
    assert [reason for _, reason in found.apart] == [
        "1行目の削除の対象は、指定されたファイルの中にありません。"
    ]


def test_what_stands_in_place_of_the_serial_is_not_shown(tmp_path: Path) -> None:
    (tmp_path / PLAN.replace("20250401090000", "20250401090000 - 山田花子")).write_bytes(
        file_of(plan_record())
    )
    out = tmp_path / "f.html"
    assert run(["view", str(tmp_path), "--out", str(out)]) == 0
    assert not re.search(r"ファイル連番 [^<]*山田|data-words=[^>]*山田", out.read_text(encoding="utf-8"))


def test_too_many_records_end_in_a_sentence(tmp_path: Path) -> None:
    for second in range(3):
        (tmp_path / PLAN.replace("090000", f"09000{second}")).write_bytes(file_of(*[plan_record()] * 4))
    with PlaceList() as every:
        result = check(collect([str(tmp_path)]), every=every)
        read = read_records(result, every, most=5)
    assert len(read.records) == 8
    assert [reason for _, reason in read.unread] == [
        "記録が 5件より多いため、残りは示していません。利用者か月ごとに分けて指定してください。"
    ]


def test_days_that_differ_from_the_beginning_of_their_line_are_marked() -> None:
    """A line of 利用票 shows its first record; what is wrong with another day is marked on that day."""
    days = [made("UPPLAN", service_date=f"202504{day:02}", service_count="1", start_time="0900") for day in (1, 2, 3, 4)]  # fmt: skip
    shared = dict.fromkeys(("prorated_days", "tais_code", "equipment_code", "equipment_name", "detail_no", "satellite_no", "over_30_days"), "")  # fmt: skip
    same = {**shared, "end_time": "1000", "service_code": "112111", "provider_office": "3570000103", "provider_office_name": "甲"}  # fmt: skip
    own = [replace(record, values={**record.values, **same}) for record in days]
    own[1] = replace(own[1], findings={12: ("エラー F000: 見本。",)})
    [document] = documents(own).documents
    moved = replace(own[2], values={**own[2].values, "start_time": "0930"})
    pairs: dict[int, FormRecord | None] = {id(record): record for record in own}
    pairs |= {id(own[2]): moved, id(own[3]): None}
    [compared] = paired_documents([document], pairs, [], "相手")
    assert compared.difference.count == 2
    sheet = FormSheet(1, compared, FormLook(show_values=True, other="相手"))
    [run_of_lines] = sheet.lines()
    [line] = run_of_lines.rows
    cells = [str(sheet.count(line, line.planned[day])) for day in (1, 2, 3, 4)]
    assert [("▲" in cell, ">違<" in cell, ">無<" in cell) for cell in cells] == [
        (False, False, False), (True, False, False), (False, True, False), (False, False, True),
    ]  # fmt: skip
    assert str(sheet.line_mark(line)) == ""


def test_a_merged_cell_hides_no_text_of_its_records() -> None:
    numbers = {"need_no": "1", "goal_no": "1"}
    page = page_of(
        made("UP2KYO", **numbers, support_no="1", need="最初の課題"),
        made("UP2KYO", **numbers, support_no="2", need="別の課題"),
        made("UP2KYO", **numbers, support_no="3", need=""),
    )
    assert page.count("最初の課題") == 1
    assert page.count("別の課題") == 1


@pytest.mark.parametrize("prefix", ["UP1KYO", "UPHOSOKU", "UPKIHON", "UPYOBO"])
def test_a_second_record_where_the_form_has_room_for_one_is_shown(prefix: str) -> None:
    first, second = made(prefix), made(prefix)
    more = {item: f"二件目の{value}" for item, value in second.values.items() if value.endswith("の値")}
    page = page_of(first, replace(second, values={**second.values, **more}))
    assert "2件目からある記録" in page
    missing = [item for item, value in more.items() if value not in page]
    assert set(missing) <= EVERYWHERE | {"identifier"}

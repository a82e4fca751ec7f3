"""What a clerk is asked to do and to compare."""

from __future__ import annotations

from dataclasses import replace

import pytest
from made_kits import USER, made_kit

from careplan_csv.conformance.checksheet.printed_forms import BlockShape, FormBlock
from careplan_csv.conformance.checksheet.sheet import Entry, KitPart, QuestionKind, Sheet, sheet_of
from careplan_csv.conformance.kit.builder import make_kit
from careplan_csv.conformance.kit.kit_model import Aspect, Expectation, Kit
from careplan_csv.standard import MonthPart, standard


@pytest.fixture(scope="module")
def sheet() -> Sheet:
    return sheet_of(made_kit())


def entry(sheet: Sheet, folder: str) -> Entry:
    return next(one for one in sheet.entries if one.folder == folder)


def block(sheet: Sheet, question: str, shape: BlockShape, number: int = 0) -> FormBlock:
    forms = [form for one in sheet.entries for form in one.forms if form.question == question]
    return [part for form in forms for part in form.blocks if part.shape is shape][number]


def test_steps_are_numbered_in_the_order_in_which_they_are_done(sheet: Sheet) -> None:
    assert [one.number for one in sheet.entries] == list(range(1, 13))
    assert [one.place for one in sheet.entries] == [KitPart.OWN] + [KitPart.INBOX] * 9 + [KitPart.FAULTS] * 2
    assert sheet.office_type_name == "居宅サービス事業所"
    assert sheet.edition_name == "ケアプランデータ連携標準仕様 4.1版"


def test_a_plan_asks_for_each_of_its_forms(sheet: Sheet) -> None:
    plan = entry(sheet, "inbox/01-plan")
    assert [(q.id, q.prefix, q.month) for q in plan.questions] == [
        ("inbox/01-plan#1", "UP1KYO", MonthPart.NONE),
        ("inbox/01-plan#2", "UP2KYO", MonthPart.NONE),
        ("inbox/01-plan#3", "UP3KYO", MonthPart.NONE),
        ("inbox/01-plan#4", "UPHOSOKU", MonthPart.ZERO),
    ]
    assert {q.aspect for q in plan.questions} == {Aspect.TEXTS}
    assert "文字も化けていない" in plan.questions[0].text
    assert "フォルダー inbox/01-plan のファイルをすべて" in plan.task
    assert plan.people == (f"見本 花代さん（被保険者番号 {USER}）",)


@pytest.mark.parametrize(
    ("question", "kind", "words"),
    [
        ("own/01-result#1", QuestionKind.ENTERED, "ソフトに入っている"),
        (
            "inbox/02-deletion#1",
            QuestionKind.GONE,
            "第1表・第2表・第3表・利用者補足情報（見本 花代さん）が、表示されなくなった",
        ),
        ("inbox/03-again#1", QuestionKind.SHOWN, "次のとおり表示される"),
        ("inbox/04-schedule#1", QuestionKind.SHOWN, "2025年4月分（見本 花代さん）が、次のとおり"),
        ("inbox/05-schedule#1", QuestionKind.SHOWN, "二重になっていない"),
        ("inbox/06-corrected#1", QuestionKind.SHOWN, "置き換わった"),
        ("inbox/07-late#1", QuestionKind.UNCHANGED, "変わっていない"),
        ("inbox/08-late#1", QuestionKind.UNCHANGED, "表示されたまま"),
        ("inbox/09-prevention#6", QuestionKind.SHOWN, "「家族構成」の画像"),
        ("faults/01-refused#1", QuestionKind.REFUSED, "取り込まれなかった"),
        ("faults/01-refused#2", QuestionKind.REASON, "理由"),
        ("faults/01-refused#3", QuestionKind.UNCHANGED, "無くなったり変わったり"),
        ("faults/02-odd#4", QuestionKind.NOTICE, "注意が表示された"),
    ],
)
def test_what_is_asked_follows_from_what_the_unit_does(
    sheet: Sheet, question: str, kind: QuestionKind, words: str
) -> None:
    asked = next(one for one in sheet.questions if one.id == question)
    assert asked.kind is kind
    assert words in asked.text


def test_a_late_unit_shows_what_stays(sheet: Sheet) -> None:
    corrected = entry(sheet, "inbox/06-corrected").forms[0].blocks
    for late in ("inbox/07-late", "inbox/08-late"):
        assert entry(sheet, late).forms[0].blocks == corrected


def test_a_repeated_unit_that_is_there_once_is_taken_in_twice() -> None:
    kit = made_kit()
    once = replace(kit, inbox=tuple(step for step in kit.inbox if step.folder != "inbox/05-schedule"))
    step = entry(sheet_of(once), "inbox/04-schedule")
    assert "もう一度" in step.task
    assert all("二重になっていない" in question.text for question in step.questions)
    assert "もう一度" not in entry(sheet_of(kit), "inbox/04-schedule").task


def test_nothing_of_a_refused_unit_is_to_be_seen(sheet: Sheet) -> None:
    assert entry(sheet, "faults/01-refused").forms == ()


def test_a_refused_unit_leaves_no_trace() -> None:
    kit = made_kit()
    refused = tuple(
        replace(step, expectation=Expectation.REFUSE) if step.folder == "inbox/02-deletion" else step
        for step in kit.inbox
    )
    late = [step for step in refused if step.folder in ("inbox/01-plan", "inbox/02-deletion")]
    again = sheet_of(replace(kit, inbox=(*late, replace(late[0], folder="inbox/01-plan")), own=(), faults=()))
    assert "二重になっていない" in again.entries[2].questions[0].text


def test_form_1_names_every_item(sheet: Sheet) -> None:
    rows = {row[1]: row[2] for row in block(sheet, "inbox/01-plan#1", BlockShape.ITEMS).rows}
    assert rows["要介護状態区分"] == "要介護３（23）"
    assert rows["認定有効期間開始日"] == "2025年4月1日（令和7年）"
    assert rows["総合的な援助の方針"] == (
        "本人のできることを大切にし、入浴と掃除を手伝います。\n通所の日は体操に参加し、足の力を保ちます。"
    )
    assert rows["空欄の項目"] == "№7、10～12、25～26（何も表示されないか、空欄）"
    assert "識別子" not in rows


def test_form_2_writes_shared_texts_once(sheet: Sheet) -> None:
    table = block(sheet, "inbox/01-plan#2", BlockShape.TABLE)
    assert table.head[:3] == ("課題", "長期目標", "長期期間")
    assert table.rows[0][:2] == ("入浴や掃除を手伝ってほしい", "清潔に暮らす")
    assert table.rows[1][:6] == (None, None, None, None, None, "浴室までの移動の見守り")
    assert table.rows[2][:2] == (None, "部屋を片づけて転ばない")


def test_form_3_is_a_week(sheet: Sheet) -> None:
    week = block(sheet, "inbox/01-plan#3", BlockShape.WEEK)
    assert week.head[:3] == ("時間", "月曜日", "火曜日")
    assert week.rows[0][:3] == ("9:30～10:00", "身体介護", "")
    assert block(sheet, "inbox/01-plan#3", BlockShape.TABLE).rows[0] == ("6:30～7:00", "起床")
    assert block(sheet, "inbox/01-plan#3", BlockShape.TABLE, 1).rows == (("福祉タクシーで月1回の受診",),)


def test_form_6_has_a_column_per_day(sheet: Sheet) -> None:
    days = block(sheet, "inbox/04-schedule#1", BlockShape.DAYS)
    assert days.head[days.wide] == "1\n火"
    assert days.head[-2:] == ("30\n水", "合計")
    assert days.rows[0][days.wide] == "1"
    assert [row[-1] for row in days.rows] == ["5", "9", "8"]


def test_form_7_marks_its_totals(sheet: Sheet) -> None:
    table = block(sheet, "inbox/04-schedule#2", BlockShape.TABLE)
    assert table.strong == {2, 4}
    assert table.rows[4][2] == "全合計（999999）"


def test_dates_out_of_a_month_are_listed_as_they_are() -> None:
    kit = made_kit()
    path = next(path for path in kit.files if path.startswith("inbox/04-schedule/UPPLAN"))
    odd = {**kit.files, path: kit.files[path].replace(b"20250402", b"2025040X")}
    sheet = sheet_of(replace(kit, files=odd))
    shapes = {part.shape for part in entry(sheet, "inbox/04-schedule").forms[0].blocks}
    assert BlockShape.DAYS not in shapes
    assert shapes


def test_unreadable_records_are_reported() -> None:
    kit = made_kit()
    path = next(path for path in kit.files if path.startswith("inbox/01-plan/UP1KYO"))
    sheet = sheet_of(replace(kit, files={**kit.files, path: b"\xff\xd8\xff\xe0"}))
    forms = entry(sheet, "inbox/01-plan").forms
    assert forms[0].note == "文字のファイルではありません。"
    assert forms[0].blocks == ()


def test_an_older_edition_has_its_own_forms() -> None:
    plan = entry(sheet_of(made_kit("202208")), "inbox/01-plan")
    assert [question.prefix for question in plan.questions] == ["UP1KYO", "UP2KYO", "UPHOSOKU"]


def test_an_unknown_profile_is_shown_as_it_is_called() -> None:
    kit: Kit = replace(made_kit(), profile="own-profile")
    assert sheet_of(kit).profile_name == "own-profile"


def test_a_unit_of_another_edition_is_shown_by_its_own_layouts() -> None:
    kit = replace(made_kit(), edition="202208")
    asked = [question.text for question in entry(sheet_of(kit), "inbox/09-prevention").questions]
    assert "利用者基本情報の「家族構成」の画像が、表示される" in asked


def test_files_with_names_of_no_standard_are_only_listed() -> None:
    kit = made_kit()
    odd = {path.replace("faults/02-odd/UP", "faults/02-odd/XX"): data for path, data in kit.files.items()}
    step = entry(sheet_of(replace(kit, files=odd)), "faults/02-odd")
    assert [question.kind for question in step.questions] == [QuestionKind.NOTICE]
    assert any(name.startswith("XXPLAN") for name in step.files)


@pytest.mark.parametrize("office", ["planning", "service"])
def test_deleting_ones_own_data_is_asked_as_a_deletion(office: str) -> None:
    """The task, the expected reaction and the questions agree."""
    known = standard()
    profile = known.profile("yamaguchi-r6")
    kit = make_kit(profile, profile.office_type(office), known.edition(profile.csv_version), 1)
    deletions = [
        entry for entry in sheet_of(kit).entries if "own/" in entry.folder and "deletion" in entry.folder
    ]
    assert deletions
    for entry in deletions:
        assert "削除してください" in entry.task
        assert "入力してください" not in entry.task
        assert entry.expected.endswith("が、表示されなくなる。")
        assert all(question.text.endswith("が、表示されなくなった") for question in entry.questions)
        assert not any("第6表（" in question.text for question in entry.questions)

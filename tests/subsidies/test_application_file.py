"""Wrong applications are refused with the line and what to write."""

from __future__ import annotations

import pytest
from subsidies.conftest import EXPENSES, HEADS, REQUESTS, Write, application_text

from careplan_csv.conformance.tomlfile import TomlFileError
from careplan_csv.subsidies.application_file import load_application
from careplan_csv.subsidies.programme_file import programme_ids
from careplan_csv.subsidies.yen import NoAmount, yen_of

HEAD, REQUEST = HEADS["yamaguchi-r6"], REQUESTS["yamaguchi-r6"]


@pytest.mark.parametrize(
    ("written", "yen"),
    [
        (1200000, 1200000),
        (0, 0),
        ("1,200,000", 1200000),
        ("1200000", 1200000),
        ("１２０万円", 1200000),
        ("１，２００，０００円", 1200000),
        ("¥1,200,000", 1200000),
        ("￥1200000", 1200000),
        ("120万", 1200000),
        ("12.5万円", 125000),
        ("1,200万円", 12000000),
        ("1万2,000円", 12000),
        ("1,200千円", 1200000),
        (" 1 200 000 円 ", 1200000),
        ("0円", 0),
    ],
)
def test_amounts_that_can_be_read(written: object, yen: int) -> None:
    assert yen_of(written) == yen


@pytest.mark.parametrize(
    "written",
    [
        "", "約120万円", "1,20,000", "1.200.000", "百二十万円", "1万2,000", "1万20000円", "1.5万3000円", "12ドル", "0x10",
        "1e6", "万円", "1億円", "1,200,000円（税込）", 1.5, 1200000.0, True, None, ["1"], "9" * 50, "１２０万円〜",
    ],
)  # fmt: skip
def test_amounts_that_cannot_be_read(written: object) -> None:
    with pytest.raises(NoAmount, match=r"120万円|桁の数"):
        yen_of(written)


@pytest.mark.parametrize("written", [-1, "-5,000", "▲5,000", "△5000円", "−１"])
def test_negative_amounts(written: object) -> None:
    with pytest.raises(NoAmount, match="負の数"):
        yen_of(written)


@pytest.mark.parametrize("written", [10**10, "10,000,000,000", "9999999万円"])
def test_amounts_beyond_sense(written: object) -> None:
    with pytest.raises(NoAmount, match="桁の数"):
        yen_of(written)


def _line(text: str, begin: str) -> int:
    return next(number for number, line in enumerate(text.split("\n"), 1) if line.startswith(begin))


WRONG = [
    ("an amount", {"expenses": EXPENSES.replace("800000", '"約80万円"')}, "amount", "円の金額"),
    ("a negative amount", {"expenses": EXPENSES.replace("800000", "-1")}, "amount", "負の数"),
    ("an empty amount", {"expenses": EXPENSES.replace("800000", '""')}, "amount", "金額を書いて"),
    ("a decimal", {"expenses": EXPENSES.replace("800000", "800000.5")}, "amount", "円の金額"),
    ("an unknown kind", {"expenses": EXPENSES.replace("software", "robot")}, "kind", "software（介護ソフト）"),
    ("an empty kind", {"expenses": EXPENSES.replace("software", "")}, "kind", "種類を書いて"),
    ("a kind that is a number", {"expenses": EXPENSES.replace('"software"', "1")}, "kind", "囲んで"),
    ("an unknown key of an expense", {"expenses": EXPENSES + "amont = 1\n"}, "amont", "「amount」では"),
    ("a lease", {"expenses": EXPENSES + 'lease = "たぶん"\n'}, "lease", "lease = true"),
    ("a day of a contract", {"expenses": EXPENSES + 'contracted_on = "2024-02-30"\n'}, "contracted_on", "令和6年"),
    ("both times", {"request": REQUEST + "second_time = true\n"}, "second_time", "どちらか1つ"),
    ("a day", {"request": 'first_time = true\nsent_on = "来月"\n'}, "sent_on", "令和6年8月1日"),
    ("a day that is a number", {"request": "first_time = true\nsent_on = 20240801\n"}, "sent_on", "令和6年"),
    ("a decision before", {"request": REQUEST + "decided_on = 2024-07-31\n"}, "decided_on", "提出の日"),
    ("an unknown key", {"request": REQUEST + "sentt_on = 1\n"}, "sentt_on", "「sent_on」では"),
    ("a key of another programme", {"request": REQUEST + "ceiling = 1000000\n"}, "ceiling", "使えません"),
    ("an unknown question", {"head": HEAD.replace("life =", "lief =")}, "lief", "「life」では"),
    ("an unknown requirement", {"head": HEAD.replace("commercial =", "comercial =")}, "comercial", "commercial"),
    ("an answer", {"head": HEAD.replace("commercial = true", "commercial = 1")}, "commercial", "true、満たさない"),
    ("a table", {"head": HEAD.replace("commercial = true", "commercial = { by = 1 }")}, "commercial", "met = true"),
    ("a long proof", {"head": HEAD.replace("commercial = true", f'commercial = {{ met = true, by = "{"x" * 101}" }}')}, "commercial", "100字"),
    ("a proof of two lines", {"head": HEAD.replace("commercial = true", 'commercial = { met = true, by = "x\\ny" }')}, "commercial", "1行で"),
    ("a name", {"head": HEAD.replace('"○○事業所"', "1")}, "name", "囲んで"),
    ("a long name", {"head": HEAD.replace("○○事業所", "あ" * 101)}, "name", "100字"),
    ("a sign that steers", {"head": HEAD.replace("○○事業所", "\\u001b[2J")}, "name", "目に見えない"),
    ("an unknown condition", {"rate": "life_dta = true\n"}, "life_dta", "「life_data」では"),
    ("a condition", {"rate": "life_data = 3\n"}, "life_data", "life_data = true"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "key", "remedy"), [w[1:] for w in WRONG], ids=[w[0] for w in WRONG])
def test_a_mistake_is_told_with_its_line(
    changes: dict[str, str], key: str, remedy: str, write: Write
) -> None:
    with pytest.raises(TomlFileError) as told:
        load_application(write(**changes))
    [fault] = told.value.faults
    assert fault.startswith(f"{_line(application_text(**changes), f'{key} =')}行目: ")
    assert key in fault
    assert remedy in fault


def test_all_mistakes_are_told_at_once(write: Write) -> None:
    with pytest.raises(TomlFileError) as told:
        load_application(
            write(rate="x = 1\n", expenses=EXPENSES.replace("800000", "-1") + EXPENSES + "y = 1\n")
        )
    assert [fault.partition(":")[0] for fault in told.value.faults] == ["18行目", "21行目", "25行目"]
    assert "2件目" in told.value.faults[-1]


def test_a_wrong_key_at_the_top_is_told(write: Write) -> None:
    with pytest.raises(TomlFileError, match="「offce」は使えません（「office」では"):
        load_application(write("[offce]\nname = 1\n"))
    with pytest.raises(TomlFileError, match=r"1行目: 「office」は、\[office\] という見出し"):
        load_application(write("office = 1\n"))
    with pytest.raises(TomlFileError, match=r"1行目: 経費は、1件ごとに \[\[expenses\]\]"):
        load_application(write("[expenses]\nkind = 1\n"))
    with pytest.raises(TomlFileError, match="500件までに"):
        load_application(write(EXPENSES * 501))


@pytest.mark.parametrize(
    "text", ["", "\n# nothing\n", '[office]\nname = " "\n', '[[expenses]]\nkind = ""\n', "[rate]\n"]
)
def test_an_empty_file_is_refused(text: str, write: Write) -> None:
    with pytest.raises(TomlFileError, match=r"まだ何も書かれていません.*init-subsidy"):
        load_application(write(text))


@pytest.mark.parametrize("word", ['"tokyo-r6"', "1", "[]", '"../x"', "true", "{ x = 1 }"])
def test_an_unknown_programme_is_refused(word: str, write: Write) -> None:
    names = "、".join(programme_ids())
    with pytest.raises(TomlFileError, match=f"1行目: programme: .*{names}"):
        load_application(write(f"programme = {word}\n{EXPENSES}"))


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("[[expenses]]\namount = 1,200,000\n", "2行目"),
        ("[[expenses]]\namount = 120万円\n", "2行目"),
        ("[application]\nfirst_time = はい\n", "2行目: 「first_time = true」"),
    ],
)
def test_what_is_no_toml_is_told_with_its_line(text: str, remedy: str, write: Write) -> None:
    with pytest.raises(TomlFileError, match=remedy):
        load_application(write(text))


@pytest.mark.parametrize(
    "day",
    [
        '"令和6年8月1日"',
        '"R6.8.1"',
        '"2024/8/1"',
        '"２０２４年８月１日"',
        "2024-08-01",
        "2024-08-01T00:00:00",
    ],
)
def test_days_may_be_written_in_any_way(day: str, write: Write) -> None:
    application = load_application(write(request=f"first_time = true\nsent_on = {day}\n"))
    assert application.sent_on is not None
    assert application.sent_on.isoformat() == "2024-08-01"


@pytest.mark.parametrize(
    ("word", "answer"),
    [("true", True), ('"はい"', True), ('"○"', True), ("false", False), ('"いいえ"', False), ('""', None)],
)
def test_yes_and_no_may_be_written_in_japanese(word: str, answer: bool | None, write: Write) -> None:
    application = load_application(write(rate=f"life_data = {word}\n"))
    assert application.conditions.get("life_data") is answer


def test_kinds_may_be_written_in_japanese(write: Write) -> None:
    application = load_application(
        write(expenses='[[expenses]]\nkind = "ノートパソコン"\namount = "12万円"\n')
    )
    [expense] = application.expenses
    assert (expense.kind.kind, expense.yen, expense.name) == ("notebook", 120000, "ノートパソコン")


def test_a_file_of_an_editor_on_windows_is_read(write: Write) -> None:
    path = write()
    for encoding in ("cp932", "utf-16", "utf-8-sig"):
        path.write_bytes(application_text().replace("\n", "\r\n").encode(encoding))
        assert load_application(path).office_name == "○○事業所"


def test_a_ceiling_that_is_no_choice_is_refused(write: Write) -> None:
    with pytest.raises(TomlFileError, match=r"上限は、1,000,000円、1,500,000円"):
        load_application(write(programme="national-r8", request="ceiling = 1100000\n", rate=""))
    application = load_application(
        write(programme="national-r8", request='ceiling = "１５０万円"\n', rate="")
    )
    assert application.ceiling == 1500000

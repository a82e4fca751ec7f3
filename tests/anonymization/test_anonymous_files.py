"""Files written again anonymously: nothing of the original is left, and the findings are the same."""

from __future__ import annotations

import csv
import io
import random
from datetime import date
from pathlib import Path

import anonymous
import pytest
import run as proof
from anonymous import KEY, AnonymousTally, canary, inputs_of
from long_proofs import long, some

from careplan_csv.anonymization.anonymous_files import Anonymization, AnonymousInputs
from careplan_csv.anonymization.date_shift import DateShift
from careplan_csv.anonymization.letter_classes import replaced
from careplan_csv.anonymization.personal_names import invented
from careplan_csv.anonymization.pseudonyms import Pseudonyms, Value, ValueKind
from careplan_csv.anonymization.same_findings import compared
from careplan_csv.anonymization.smallest_inputs import NotFound, smallest
from careplan_csv.checker import check
from careplan_csv.cli import run
from careplan_csv.reading.jpeg import hidden_metadata
from careplan_csv.reading.sources import Origin, collect
from careplan_csv.standard import Layout, standard
from careplan_csv.standard.checkdigits import is_valid_insurer_number, is_valid_office_number
from careplan_csv.synthesis.faults.fault_list import FAULTS
from careplan_csv.synthesis.faults.item_faults import item_faults

SAMPLES = Path(__file__).parents[2] / "sample_data"
LAYOUTS = [
    standard().edition(version).layout(prefix)
    for version in standard().editions
    for prefix in standard().edition(version).prefixes
]
KEPT_FORMATS = {
    "int", "hhmm", "flags31", "decimal", "code", "service_kind", "service_code", "service_code_or_total",
}  # fmt: skip
"""Items that stay as they are where they are well formed: amounts, times and codes tell of no person."""


def first_attempt(files: dict[str, bytes], key: bytes = KEY) -> AnonymousInputs:
    return next(Anonymization(inputs_of(files), key).attempts())


def contents(written: AnonymousInputs) -> dict[str, bytes]:
    return {file.source.name: file.data for file in (*written.files, *written.pictures)}


def name_of(layout: Layout) -> str:
    month = "202502_" if layout.csv_version == "202208" else "202504_"
    parts = "1379520001_43_1379520019_11" if layout.csv_version == "202407" else "1379520001_1379520019"
    return f"{layout.prefix}_{month if layout.has_month else ''}{parts}_20250314151617.CSV"


def line_of(layout: Layout, values: dict[str, str]) -> bytes:
    cells = []
    for item in layout.items:
        value = layout.csv_version if item.id == "csv_version" else values.get(item.id, "")
        cells.append(f'"{value}"' if item.is_text and value else value)
    return (",".join(cells) + "\r\n").encode("cp932")


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda one: f"{one.csv_version}-{one.prefix}")
def test_of_a_right_value_in_any_item_nothing_is_left(layout: Layout) -> None:
    canaries = {item.id: canary(item, number) for number, item in enumerate(layout.items)}
    canaries = {item_id: value for item_id, value in canaries.items() if value}
    name = name_of(layout)
    written = contents(first_attempt({name: line_of(layout, canaries)}))
    [(new_name, data)] = written.items()
    text = new_name + data.decode("cp932")
    left = [item_id for item_id, value in canaries.items() if value in text]
    assert left == []
    for part in ("1379520001", "1379520019", "20250314"):
        assert part not in text
    named = {item.id for item in layout.items if item.format not in KEPT_FORMATS | {"ym", "unused"}}
    assert set(canaries) >= named - {"csv_version"}


@pytest.mark.parametrize(
    "layout", some(LAYOUTS, LAYOUTS[::3]), ids=lambda one: f"{one.csv_version}-{one.prefix}"
)
@pytest.mark.parametrize("secret", ["秘匿事項記録", "YAMADAHANAKO", "0812345678", "山田花子090-1234-5678"])
def test_of_what_should_not_stand_in_an_item_nothing_is_left(layout: Layout, secret: str) -> None:
    values = {item.id: secret for item in layout.items}
    written = contents(first_attempt({name_of(layout): line_of(layout, values) * 2}))
    [data] = written.values()
    assert secret not in data.decode("cp932")
    assert len(data) == len(line_of(layout, values)) * 2


@pytest.mark.parametrize(
    "name",
    ["山田花子様.csv", "UPPLAN_山田花子.CSV", "UPJSK_202504_1379520001_11_YAMADA_43_20250314151617.CSV"],
)
def test_of_a_person_in_a_name_nothing_is_left(name: str) -> None:
    written = contents(first_attempt({f"山田花子/{name}": b"202407,1\r\n", "b/UPPLAN.CSV": b""}))
    joined = " ".join(written)
    assert "山田" not in joined
    assert "YAMADA" not in joined
    assert "花子" not in joined
    assert len(written) == 2


@pytest.mark.parametrize(("every", "least"), [(15, 12), long(3, 70)])
def test_the_same_findings_at_the_same_places_of_every_kind_of_fault(every: int, least: int) -> None:
    tally = anonymous.faults_again([*FAULTS[::every], *item_faults()[:: 8 * every + 1]])
    assert tally.done > least
    assert tally.findings >= tally.done
    assert tally.unexplained == []


@pytest.mark.parametrize("changes", [50, long(150)])
def test_the_same_findings_after_random_changes(changes: int) -> None:
    tally = anonymous.contents_again("", proof.changed_files(proof.valid_tables(), changes, seed=29))
    assert tally.done == changes
    assert tally.unexplained == []


def test_that_findings_differ_can_be_seen() -> None:
    tally = AnonymousTally("")
    name, data, _ = next(proof.changed_files(proof.valid_tables(), 1, seed=3))
    inputs = inputs_of({name: data})
    anonymous_inputs = next(Anonymization(inputs, KEY).attempts())
    broken = anonymous_inputs.files[0].data.replace(b",", b";")
    object.__setattr__(anonymous_inputs.files[0].source, "open", lambda: io.BytesIO(broken))
    comparison = compared(anonymous_inputs)
    assert not comparison.same
    assert comparison.different
    assert tally.unexplained == []


def test_one_person_and_one_office_stay_one_in_all_files() -> None:
    files = {path.name: path.read_bytes() for path in sorted((SAMPLES / "valid" / "202407").rglob("*.CSV"))}
    written = first_attempt(files)
    edition = standard().edition("202407")
    seen: dict[tuple[str, str], set[str]] = {}
    for file in written.files:
        prefix = max((p for p in edition.prefixes if file.source.file_name.startswith(p)), key=len)
        old, new = (
            list(csv.reader(io.StringIO(data.decode("cp932"), newline="")))
            for data in (files[file.original.file_name], file.data)
        )
        for one, other in zip(old, new, strict=True):
            for item, a, b in zip(edition.layout(prefix).items, one, other, strict=True):
                if item.format in ("insured", "digits", "office") and a:
                    seen.setdefault((item.format, a), set()).add(b)
    assert all(len(new) == 1 for new in seen.values())
    by_kind: dict[str, list[str]] = {}
    for (kind, old_number), [new_number] in seen.items():
        if old_number != "9999999999":
            assert new_number != old_number
            by_kind.setdefault(kind, []).append(new_number)
            right = {"office": is_valid_office_number, "digits": is_valid_insurer_number}.get(
                kind, str.isalnum
            )
            assert right(new_number)
            if kind == "office":
                assert new_number[:3] == old_number[:3]
    assert set(by_kind) == {"insured", "digits", "office"}
    assert all(len(set(numbers)) == len(numbers) for numbers in by_kind.values())


def test_the_key_decides_and_nothing_else() -> None:
    files = {
        path.name: path.read_bytes() for path in sorted((SAMPLES / "valid" / "202208").rglob("*.CSV"))[:9]
    }
    backwards = dict(reversed(files.items()))
    assert contents(first_attempt(files)) == contents(first_attempt(backwards))
    assert contents(first_attempt(files)) != contents(first_attempt(files, b"another key of 16 bytes"))


def test_weekdays_ages_and_months_stay() -> None:
    [shift, *_] = [
        attempt.pseudonyms.shift
        for attempt in [first_attempt({"UPPLAN_202506_1379520001_43_1379520019_11_20250525000000.CSV": b""})]
    ]
    assert shift.weeks
    assert not shift.months_stay
    old, new = date(2025, 6, 17), shift.date("20250617")
    moved = date(int(new[:4]), int(new[4:6]), int(new[6:]))
    assert (moved - old).days % 7 == 0
    assert new[:6] == shift.month("202506")
    assert new[6:] == "17"
    born = shift.date("19400617")
    assert (moved - date(int(born[:4]), int(born[4:6]), int(born[6:]))) == old - date(1940, 6, 17)


def test_no_date_becomes_a_date() -> None:
    shift = DateShift(313)
    assert shift.date("20250230")[4:] == "0230"
    assert shift.date("20240230")[4:] == "0230"
    assert shift.month("202513")[4:] == "13"


def test_kana_read_the_kanji_of_the_invented_name() -> None:
    name, kana = invented("山田　花子", "ﾔﾏﾀﾞ ﾊﾅｺ", random.Random(1))
    assert len(name) == 5
    assert name[2] == "　"
    assert len(kana) == 8
    assert kana[4] == " "
    pseudonyms = Pseudonyms(KEY, DateShift(7), kana_of={"山田　花子": "ﾔﾏﾀﾞ ﾊﾅｺ"})
    told = pseudonyms.of(Value(ValueKind.PERSON, "山田　花子"))
    read = pseudonyms.of(Value(ValueKind.KANA, "ﾔﾏﾀﾞ ﾊﾅｺ", "山田　花子"))
    assert (told, read) == invented(
        "山田　花子", "ﾔﾏﾀﾞ ﾊﾅｺ", pseudonyms.random(Value(ValueKind.PERSON, "山田　花子"))
    )


def test_a_text_keeps_length_breaks_and_signs() -> None:
    text = "山田さんは、10:00〜12:00\nｶﾅ「髙橋」①"
    new = replaced(text, random.Random(5))
    assert len(new.encode("cp932")) == len(text.encode("cp932"))
    signs = "、:〜\n「」"
    assert [c if c in signs else "" for c in new] == [c if c in signs else "" for c in text]
    assert not set("山田橋") & set(new)


def test_a_picture_shows_nothing_and_tells_of_the_same_metadata() -> None:
    folder = next(SAMPLES.glob("faulty/B711-image-tells-the-place*"))
    inputs = collect([str(folder)])
    written = next(Anonymization(inputs, KEY).attempts())
    [picture] = written.pictures
    assert picture.data != inputs.images[0].open().read()
    assert hidden_metadata(io.BytesIO(picture.data)) == hidden_metadata(inputs.images[0].open())
    assert compared(written).same


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "euc_jp", "iso2022_jp"])
def test_other_encodings_stay_what_they_are(encoding: str) -> None:
    path = next((SAMPLES / "valid" / "202407").rglob("UP1KYO_*.CSV"))
    data = path.read_bytes().decode("cp932").encode(encoding, "replace")
    written = first_attempt({path.name: data})
    [new] = written.files
    assert new.data != data
    assert len(new.data.decode(encoding)) == len(data.decode(encoding))
    assert compared(written).same


def test_what_is_no_text_is_left_out_and_told() -> None:
    written = first_attempt(
        {"UPPLAN_202504_1379520001_43_1379520019_11_20250314151617.CSV": b"PK\x03\x04" + bytes(99)}
    )
    assert not written.files
    [(_, reason)] = written.left_out
    assert reason.endswith("匿名化できません。")


class TestSmallest:
    def test_few_records_of_few_files_are_left(self) -> None:
        inputs = collect([str(SAMPLES / "valid" / "202407"), str(next(SAMPLES.glob("faulty/B706-more*")))])
        result = check(inputs)
        least = smallest(inputs, "B706", result)
        assert len(least.sources) == 2
        assert sum(source.open().read().count(b"\n") for source in least.sources) == 2
        assert "B706" in {finding.rule for finding in check(least).findings}

    def test_a_fault_between_records_keeps_both(self) -> None:
        inputs = collect([str(next(SAMPLES.glob("faulty/T603-*")))])
        least = smallest(inputs, "T603", check(inputs))
        assert [source.open().read().count(b"\n") for source in least.sources] == [2]

    def test_a_rule_that_finds_nothing_is_refused(self) -> None:
        inputs = collect([str(SAMPLES / "valid" / "202407")])
        with pytest.raises(NotFound):
            smallest(inputs, "F405", check(inputs))


class TestCommand:
    def test_it_says_what_was_proved(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        table = tmp_path / "対応表.csv"
        out = tmp_path / "out"
        assert (
            run(["anonymize", str(SAMPLES / "valid" / "202407"), "--out", str(out), "--table", str(table)])
            == 0
        )
        told = capsys.readouterr().err
        assert "同じ場所に同じ指摘が出ることを確かめました" in told
        assert "渡さないでください" in told
        rows = list(csv.reader(io.StringIO(table.read_bytes().decode("utf-8-sig"))))
        assert rows[0] == ["種類", "元の値", "置き換えた値"]
        assert {row[0] for row in rows[1:]} >= {"被保険者番号", "氏名", "フリガナ", "事業所番号", "年月日"}
        assert run(["check", str(out)]) == run(["check", str(SAMPLES / "valid" / "202407")]) == 0

    def test_the_smallest_part_is_written(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        folder = next(SAMPLES.glob("faulty/B706-more*"))
        assert run(["anonymize", str(folder), "--out", str(tmp_path / "out"), "--minimize", "b706"]) == 0
        told = capsys.readouterr().err
        assert "規則 B706 の指摘が残る、最も少ない記録だけにしました。" in told
        assert len(list((tmp_path / "out").iterdir())) == 2

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["--minimize", "F405"], "ありません。見つかった規則"),
            (["--minimize", "X999"], "規則「X999」はありません"),
            (["--key", "short.key"], "短すぎます"),
            (["--key", "none.key"], "読めません"),
            (["--table", "out/t.csv"], "同じフォルダーに書くことはできません"),
            (["--table", "t.txt"], ".csv"),
            (["--table", "there.csv"], "すでにあります"),
        ],
    )
    def test_what_cannot_be_is_refused(
        self,
        arguments: list[str],
        words: str,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        monkeypatch.chdir(tmp_path)
        Path("short.key").write_bytes(b"123")
        Path("there.csv").write_bytes(b"")
        assert run(["anonymize", str(SAMPLES / "valid" / "202407"), "--out", "out", *arguments]) == 2
        assert words in capsys.readouterr().err
        assert not Path("out").exists()

    def test_a_full_folder_is_not_touched(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (tmp_path / "mine.txt").write_text("x")
        assert run(["anonymize", str(SAMPLES / "valid"), "--out", str(tmp_path)]) == 2
        assert "空のフォルダーではありません" in capsys.readouterr().err

    def test_nothing_to_write_is_said(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        path = tmp_path / "UPPLAN_202504_1379520001_43_1379520019_11_20250314151617.CSV"
        path.write_bytes(b"PK\x03\x04" + bytes(99))
        assert run(["anonymize", str(path), "--out", str(tmp_path / "out")]) == 3
        assert "匿名化できるファイルがありません" in capsys.readouterr().err


def test_a_named_file_is_compared_as_a_named_file() -> None:
    path = next((SAMPLES / "valid" / "202407").rglob("UP1KYO_*.CSV"))
    written = next(Anonymization(collect([str(path)]), KEY).attempts())
    assert written.files[0].source.origin is Origin.NAMED
    assert compared(written).same

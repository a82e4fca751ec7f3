"""Proof that faults are caught and good files pass: writes docs/proof.md (`make proof`)."""

from __future__ import annotations

import argparse
import io
import os
import platform
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import anonymous
import faults
import oracle
from practice import practice

from careplan_csv.checker import check
from careplan_csv.findings import Finding, Severity
from careplan_csv.reading.sources import Inputs, Origin, Source
from careplan_csv.results import CheckResult
from careplan_csv.standard import Edition, Item, Layout, standard
from careplan_csv.standard.filenames import parse
from careplan_csv.synthesis.faults.fault_list import FAULTS
from careplan_csv.synthesis.faults.item_faults import item_faults as made_item_faults
from careplan_csv.synthesis.samples.sample_files import valid_files
from careplan_csv.synthesis.world.calendars import calendar_of
from careplan_csv.synthesis.world.generator import generate
from careplan_csv.writing.unit_files import Unit

Change = Callable[[random.Random, "Valid"], tuple[bytes, bool, str]]

DOCS = Path(__file__).parents[2] / "docs"


@dataclass(frozen=True)
class Valid:
    """A valid file of the samples, as the start of mutations."""

    name: str
    data: bytes
    layout: Layout
    edition: Edition

    @property
    def lines(self) -> list[bytes]:
        """Its physical lines; texts of the samples may hold line breaks, so not every line is a record."""
        return self.data.split(b"\r\n")[:-1]


@dataclass
class Tally:
    """What a part of the proof counted, and what it could not explain."""

    title: str
    done: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    unexplained: list[str] = field(default_factory=list)
    seconds: float = 0.0


def checked(name: str, data: bytes) -> CheckResult:
    """Check one file; a fault of ours raises."""
    source = Source(name, name, "", Origin.NAMED, len(data), lambda: io.BytesIO(data))
    result = check(Inputs((source,)))
    if result.internal_faults or any(report.problem for report in result.inputs):
        raise RuntimeError(f"{name}: {result.internal_faults or result.inputs[0].problem}")
    return result


def valid_tables() -> list[Valid]:
    """One valid file of every kind, month part and edition."""
    found: dict[tuple[str, str, str], Valid] = {}
    for path, data in valid_files().items():
        name = path.rsplit("/", 1)[-1]
        parsed = parse(name, standard())
        if parsed is None or not name.endswith(".CSV"):
            continue
        edition = standard().edition(parsed.csv_version)
        key = (parsed.csv_version, parsed.prefix, str(parsed.month_part))
        found.setdefault(key, Valid(name, data, edition.layout(parsed.prefix), edition))
    return list(found.values())


def records_of(valid: Valid) -> list[list[str]]:
    """The records as written items, split by Python's csv module and quoted again."""
    import csv

    rows = csv.reader(io.StringIO(valid.data.decode("cp932"), newline=""))
    return [
        [_written(item, value) for item, value in zip(valid.layout.items, row, strict=True)] for row in rows
    ]


def _written(item: Item, value: str) -> str:
    # A comma in a value other than free text would split the item, which is another fault than the one meant.
    quoted = item.is_text or "," in value
    return '"' + value.replace('"', '""') + '"' if quoted and value else value


def written(records: list[list[str]]) -> bytes:
    return "".join(",".join(record) + "\r\n" for record in records).encode("cp932")


POOL = {
    "ymd": ["2025040", "20250431", "20251301", "2025/4/1", "R070401", "202504011", "20240229", "00010101"],
    "ym": ["20254", "202513", "2025/04", "202500", "202504", "000000"],
    "hhmm": ["930", "2400", "9999", "0960", "09:30", "2359", "0000", "24000"],
    "int": ["-1", "1.5", "1,000", "１２", "0", "007", "12345678", "abc", "+3"],
    "digits": ["12345", "1234567", "35A013", "３５９０１８", "359018", "359019"],
    "insured": ["123", "H123456789", "h123456789", "12345678901", "0000000001", "ABCDEFGHIJ"],
    "office": ["357990001", "3579900014", "3579900015", "35799000a1", "３５７９９０００１４", "9999999999"],
    "postal": ["1234567", "123-4567", "12-34567", "〒123-4567"],
    "tel": ["0000-00-0000", "03(0000)0000", "電話", "0000-0000-0000-0000"],
    "tais": ["00001-000001", "00001000001", "0001-000001", "A0001-000001"],
    "flags31": ["1" * 31, "0" * 31, "1" * 30, "2" * 31],
    "decimal": ["10", "10.5", "10.21", "10.211", "1000.00", "10,21", "-1"],
    "unused": ["1", "0"],
    "service_code": ["112111", "331111", "991111", "11211", "11AAAA", "999999", "1121１1"],
    "service_code_or_total": ["112111", "331111", "17AAAA", "999999", "33AAAA", "11211"],
    "service_kind": ["11", "33", "99", "43", "1", "2A"],
}
"""Values to put into items, right ones among them."""


def item_faults(tables: list[Valid]) -> Tally:
    """Every pool value into every item: a finding at that item, record and line exactly where the oracle objects."""
    tally = Tally("項目ごとの誤り")
    for valid in tables:
        records = records_of(valid)
        tried = [(item, value) for item in valid.layout.items for value in _values_for(valid, item)]
        contents = [_with_value(records, item, value) for item, value in tried]
        for (item, value), findings in zip(tried, _checked_apart(valid.name, contents), strict=True):
            _one_item(tally, valid, item, value, findings)
    return tally


def _values_for(valid: Valid, item: Item) -> list[str]:
    if item.format == "code":
        return [*valid.edition.codes[item.argument], "", "9", "99", "男性", " 1", "X"]
    return [*POOL.get(item.format, []), "", " ", "ｶﾅ"]


def _with_value(records: list[list[str]], item: Item, value: str) -> bytes:
    """The records as bytes, with another value of an item in the first of them."""
    first, *others = records
    changed = [*first]
    changed[item.no - 1] = _written(item, value)
    return written([changed, *others])


def _checked_apart(name: str, contents: list[bytes]) -> list[list[Finding]]:
    """The findings of each of many files of one name, every one in a folder of its own."""
    sources = tuple(
        Source(f"{number}/{name}", name, str(number), Origin.FOLDER, len(data), partial(io.BytesIO, data))
        for number, data in enumerate(contents)
    )
    result = check(Inputs(sources))
    if result.internal_faults or any(report.problem for report in result.inputs):
        raise RuntimeError(f"{name}: {result.internal_faults}")
    found: dict[str, list[Finding]] = {source.name: [] for source in sources}
    for finding in result.findings:
        found[finding.file].append(finding)
    return list(found.values())


def _one_item(tally: Tally, valid: Valid, item: Item, value: str, findings: list[Finding]) -> None:
    # Another version means another layout: then the number of items is wrong, and the items are not read.
    other_layout = item.id == "csv_version" and any(finding.rule == "C303" for finding in findings)
    found = [
        finding
        for finding in findings
        if (finding.item_no == item.no and finding.rule[0] == "F" and _at_first_record(finding))
        or (other_layout and finding.rule == "C303")
    ]
    allowed = oracle.allows(item, valid.edition, value)
    tally.done += 1
    tally.counts["指摘あり" if found else "指摘なし（正しい値）"] += 1
    severe = [finding for finding in found if finding.severity is not Severity.INFO]
    if allowed == bool(severe):
        words = "見つからない" if not allowed else "正しい値なのに見つかった"
        tally.unexplained.append(
            f"{valid.edition.csv_version} {valid.layout.prefix} №{item.no} {value!r}: {words}"
        )
    # The version decides by which layout the whole file is read; other errors may follow from it.
    errors = {finding.rule for finding in severe if finding.severity is Severity.ERROR}
    if len(errors) > 1:
        tally.unexplained.append(
            f"{valid.edition.csv_version} {valid.layout.prefix} №{item.no} {value!r}: {sorted(errors)}"
        )


def _at_first_record(finding: Finding) -> bool:
    return finding.first.record == 1 and finding.first.line == 1


def worlds(units: int) -> Tally:
    """Generated units of all shapes and both editions: no finding above information."""
    tally = Tally("正しい組")
    seed = 0
    while tally.done < units:
        seed += 1
        for edition in reversed(standard().editions):
            dates = calendar_of(standard().edition(edition))
            made = list(generate(40, (dates.month, dates.next_month), seed=seed, edition=edition))
            _no_warning(tally, edition, f"seed {seed}", made)
    return tally


def practices(units: int) -> Tally:
    """Units with what practice has besides: reductions, days, new names, any order, styles, one second."""
    tally = Tally("実際にある書き方の正しい組")
    office = 0
    while tally.done < units:
        for edition, made in practice(1, office):
            _no_warning(tally, edition, f"office {office}", made)
            _count_situations(tally, edition, made)
        office += 1
    return tally


def _no_warning(tally: Tally, edition: str, label: str, made: list[Unit]) -> None:
    """Check units of one folder."""
    sources = [
        Source(name, name, "", Origin.FOLDER, len(data), partial(io.BytesIO, data))
        for unit in made
        for name, data in unit.files().items()
        if name.endswith(".CSV")
    ]
    images = [
        Source(name, name, "", Origin.FOLDER, len(data), partial(io.BytesIO, data))
        for unit in made
        for name, data in unit.images.items()
    ]
    result = check(Inputs(tuple(sources), images=tuple(images)))
    tally.done += len(made)
    tally.counts[f"{edition}: ファイル"] += len(sources)
    tally.counts[f"{edition}: 組"] += len(made)
    tally.counts["情報"] += result.counts[Severity.INFO]
    tally.unexplained += [
        f"{edition} {label}: {finding.rule} {finding.message}"
        for finding in result.findings
        if finding.severity is not Severity.INFO
    ]
    if len(result.examined) != len(sources) or result.internal_faults:
        tally.unexplained.append(f"{edition} {label}: {result.internal_faults}")


def _count_situations(tally: Tally, edition: str, made: list[Unit]) -> None:
    """How often each situation occurs: a generator that makes none proves nothing."""
    names: dict[str, set[str]] = {}
    for unit in made:
        if unit.id.startswith("prevention_plan"):
            tally.counts["介護予防の組"] += 1
        for draft in unit.drafts:
            for record in draft.records:
                tally.counts["負の値のある記録"] += any(
                    record.get(item_id, "").startswith("-") for item_id in ("units", "unit_amount")
                )
                tally.counts["日割対象日のある記録"] += bool(record.get("prorated_days"))
                if "user_name" in record:
                    names.setdefault(record["insured_number"], set()).add(record["user_name"])
            numbers = [
                (r.get("need_no", ""), r.get("goal_no", ""), r.get("support_no", "")) for r in draft.records
            ]
            tally.counts["番号の順でない第2表"] += draft.prefix == "UP2KYO" and numbers != sorted(numbers)
            codes = [record.get("service_code", "") for record in draft.records]
            bare = any(code.endswith("AAAA") and code[:2] + "EEEE" not in codes for code in codes)
            tally.counts["EEEE の行の無い第7表"] += draft.prefix == "UPSIKYU" and bare
    tally.counts["氏名の変わった利用者"] += sum(len(told) > 1 for told in names.values())
    seconds = Counter((u.route.sender, u.route.receiver, u.serial) for u in made)
    tally.counts["同じ秒の2つの組"] += sum(times > 1 for times in seconds.values())


def mutations(tables: list[Valid], count: int, seed: int) -> Tally:
    """Random changes of bytes, items, records and encodings: no crash, and damage is never passed over."""
    tally = Tally("無作為の変更")
    for kind, valid, (data, must_be_found, what) in _changes(tables, count, seed):
        found = [f for f in checked(valid.name, data).findings if f.rule != "B701"]
        tally.done += 1
        caught = any(finding.severity is not Severity.INFO for finding in found)
        label = kind.__name__.strip("_")
        tally.counts[f"{_LABELS[label]}: {'指摘あり' if caught else '指摘なし'}"] += 1
        if must_be_found and not caught:
            tally.unexplained.append(f"{label}: {valid.name}: {what}")
    return tally


def _changes(
    tables: list[Valid], count: int, seed: int
) -> Iterator[tuple[Change, Valid, tuple[bytes, bool, str]]]:
    source = random.Random(seed)
    kinds = (_flip, _insert, _delete, _truncate, _swap_items, _drop_item, _double_record, _encode, _item)
    for _ in range(count):
        valid = source.choice(tables)
        kind = source.choice(kinds)
        yield kind, valid, kind(source, valid)


def changed_files(tables: list[Valid], count: int, seed: int) -> Iterator[tuple[str, bytes, str]]:
    """Files after such changes: name, bytes and what was changed."""
    for kind, valid, (data, _, what) in _changes(tables, count, seed):
        yield valid.name, data, f"{kind.__name__.strip('_')} {what}"


def faulty_values(tables: list[Valid], each: int) -> Iterator[tuple[str, bytes, str]]:
    """Files with some of the pool's values in every item."""
    source = random.Random(each)
    for valid in tables:
        records = records_of(valid)
        for item in valid.layout.items:
            pool = [*POOL.get(item.format, ["9", "男性", "X"]), " ", "ｶﾅ"]
            for value in source.sample(pool, each):
                changed = [list(record) for record in records]
                changed[0][item.no - 1] = _written(item, value)
                yield valid.name, written(changed), f"№{item.no} {value!r}"


_LABELS = {
    "flip": "1バイトの置き換え",
    "insert": "1バイトの挿入",
    "delete": "文字の削除",
    "truncate": "途中での打ち切り",
    "swap_items": "2つの項目の入れ替え",
    "drop_item": "項目の削除",
    "double_record": "同じ記録の追加",
    "encode": "別の文字コード",
    "item": "無作為な値",
}
"""The kinds of changes, for readers."""

WHY_NOT = {
    "flip": "文章の中の1バイトや、許された値どうしの入れ替わりは、別の正しいファイルになります。",
    "insert": "文章の中に文字が増えたもの、番号の桁が許された範囲で増えたものは、別の正しいファイルになります。",
    "delete": "文章の中の文字が減ったもの、任意の項目が空になったものは、別の正しいファイルになります。",
    "truncate": "記録の切れ目で切れたもの、最後の記録の任意の項目だけが失われたものは、別の正しいファイルになります。",
    "swap_items": "空の項目どうしや、どちらにも許される値の入れ替わりです。",
    "drop_item": "ありません。",
    "double_record": "同じ記録が2件あってよいファイル（第7表・第3表など）です。",
    "encode": "英数字だけのファイルは、どの文字コードでも同じバイトです。",
    "item": "無作為に作った値が、たまたまその項目に許される値でした。",
}
"""Why a change of this kind may pass: there is nothing in the changed file that the standard forbids."""


def _flip(source: random.Random, valid: Valid) -> tuple[bytes, bool, str]:
    at = source.randrange(len(valid.data))
    value = source.randrange(256)
    return _judged(valid, valid.data[:at] + bytes([value]) + valid.data[at + 1 :])


def _insert(source: random.Random, valid: Valid) -> tuple[bytes, bool, str]:
    at, value = source.randrange(len(valid.data) + 1), source.randrange(256)
    return _judged(valid, valid.data[:at] + bytes([value]) + valid.data[at:])


def _delete(source: random.Random, valid: Valid) -> tuple[bytes, bool, str]:
    at = source.randrange(len(valid.data))
    return _judged(valid, valid.data[:at] + valid.data[at + source.randint(1, 5) :])


def _judged(valid: Valid, data: bytes) -> tuple[bytes, bool, str]:
    """Whether random bytes broke something that the layout constrains, by Python's own decoding and splitting."""
    import csv

    try:
        text = data.decode("cp932")
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error):
        return data, True, "does not decode or split"
    if any(len(row) != len(valid.layout.items) for row in rows):
        return data, True, "another number of items"
    for row in rows:
        for item, value in zip(valid.layout.items, row, strict=True):
            # Free texts may hold anything; the oracle judges what is written, without quotes.
            if not item.is_text and not oracle.allows(item, valid.edition, value):
                return data, True, f"№{item.no}"
    return data, False, ""


def _truncate(source: random.Random, valid: Valid) -> tuple[bytes, bool, str]:
    at = source.randrange(len(valid.data))
    data, must, what = _judged(valid, valid.data[:at])
    return data, must or not data, what


def _swap_items(source: random.Random, valid: Valid) -> tuple[bytes, bool, str]:
    records = records_of(valid)
    record = source.choice(records)
    one, other = source.sample(range(len(record)), 2)
    record[one], record[other] = record[other], record[one]
    must = any(_wrong(valid, record, index) for index in (one, other))
    return written(records), must, f"items {one + 1} and {other + 1}"


def _wrong(valid: Valid, record: list[str], index: int) -> bool:
    item, value = valid.layout.items[index], record[index]
    if item.is_text:
        return bool(value) and not value.startswith('"')
    return not oracle.allows(item, valid.edition, value.strip('"'))


def _drop_item(source: random.Random, valid: Valid) -> tuple[bytes, bool, str]:
    records = records_of(valid)
    record = source.choice(records)
    at = source.randrange(len(record))
    del record[at]
    return written(records), True, f"item {at + 1} dropped"


def _double_record(source: random.Random, valid: Valid) -> tuple[bytes, bool, str]:
    records = records_of(valid)
    records.append(list(source.choice(records)))
    variant = valid.layout.variant(parse(valid.name, standard()).month_part)  # type: ignore[union-attr]  # a valid name
    return written(records), bool(variant.unique or variant.exact_duplicates), "record doubled"


def _encode(source: random.Random, valid: Valid) -> tuple[bytes, bool, str]:
    encoding = source.choice(["utf-8", "utf-8-sig", "utf-16", "euc_jp", "iso2022_jp", "utf-16-be"])
    text = valid.data.decode("cp932")
    # Pure ASCII is the same in most encodings.
    must = not text.isascii() or encoding in ("utf-8-sig", "utf-16", "utf-16-be")
    return text.encode(encoding, "replace"), must, encoding


def _item(source: random.Random, valid: Valid) -> tuple[bytes, bool, str]:
    records = records_of(valid)
    item = source.choice([item for item in valid.layout.items if not item.is_text])
    alphabet = "0123456789-/.AHx １あ"
    value = "".join(source.choice(alphabet) for _ in range(source.randint(0, 12)))
    source.choice(records)[item.no - 1] = value
    return written(records), not oracle.allows(item, valid.edition, value), f"№{item.no} {value!r}"


def report(tallies: list[Tally], of_rules: list[str], command: str) -> str:
    """docs/proof.md."""
    lines = [
        "<!-- この頁は make proof が作ります。手で書き換えないでください。 -->",
        "# 検査の証明",
        "",
        "正しいファイルを1か所だけ変え、誤りが見つかるか、正しい値が通るかを、検査とは別に書いた判定（`tests/proof/oracle.py`）と比べます。",
        "",
        f"作り直すには `{command}` を実行します。"
        f"測った環境: {platform.system()} {platform.machine()}、CPU {os.cpu_count()}個、Python {platform.python_version()}"
        "（ほかの処理と同時に動かしたので、秒数は目安です）。",
        "",
        *of_rules,
        "",
    ]
    for tally in tallies:
        lines += [f"## {tally.title}", "", f"{tally.done:,} 回（{tally.seconds:.0f} 秒）", ""]
        lines += [f"- {name}: {count:,}" for name, count in sorted(tally.counts.items())]
        passed = [kind for kind in WHY_NOT if tally.counts[f"{_LABELS[kind]}: 指摘なし"]]
        if passed:
            lines += ["", "指摘が無かったものと、それでよい理由:", ""]
            lines += [f"- {_LABELS[kind]}: {WHY_NOT[kind]}" for kind in passed]
        lines += ["", f"説明の付かないもの: {len(tally.unexplained)}", ""]
        lines += [f"- {line}" for line in tally.unexplained[:50]]
    return "\n".join(lines).rstrip() + "\n"


def timed(tally_of: object, *arguments: object) -> Tally:
    started = time.monotonic()
    tally: Tally = tally_of(*arguments)  # type: ignore[operator]  # one of the functions above
    tally.seconds = time.monotonic() - started
    return tally


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mutations", type=int, default=20_000)
    parser.add_argument("--units", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=DOCS / "proof.md")
    arguments = parser.parse_args()
    tables = valid_tables()
    started = time.monotonic()
    of_rules = faults.rule_faults()
    rules_part = faults.report(of_rules, time.monotonic() - started)
    tallies = [
        timed(item_faults, tables),
        timed(worlds, arguments.units),
        timed(practices, arguments.units),
        timed(mutations, tables, arguments.mutations, arguments.seed),
    ]
    of_anonymous = anonymous.proved(
        [*FAULTS, *made_item_faults()],
        faulty_values(tables, 2),
        changed_files(tables, arguments.mutations // 2, arguments.seed),
    )
    parts = [*rules_part, "", *anonymous.report(of_anonymous)]
    arguments.out.write_text(report(tallies, parts, "make proof"), encoding="utf-8")
    print(f"規則ごとの誤り: {of_rules.done:,} 個、説明の付かないもの {len(of_rules.unexplained)}")
    print(*of_rules.unexplained[:40], sep="\n")
    for tally in tallies:
        print(f"{tally.title}: {tally.done:,} 回、説明の付かないもの {len(tally.unexplained)}")
        print(*tally.unexplained[:40], sep="\n")
    for of_part in of_anonymous:
        print(f"{of_part.title}: {of_part.done:,} 回、説明の付かないもの {len(of_part.unexplained)}")
        print(*of_part.unexplained[:40], sep="\n")
    if of_rules.unexplained or any(part.unexplained for part in (*tallies, *of_anonymous)):
        raise SystemExit(1)


if __name__ == "__main__":
    main()

"""What a Python program uses: the schema is the standard, and says the same as the checker."""

from __future__ import annotations

import random
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pandera
import pyarrow as pa
import pytest
from long_proofs import some

import careplan_csv
from careplan_csv.checker.settings import Settings
from careplan_csv.checks.items import ITEM_RULES
from careplan_csv.item_checks import failures
from careplan_csv.reading.blocks import RawBlock
from careplan_csv.reading.sources import NoSuchPath
from careplan_csv.reading.structure import split
from careplan_csv.reading.table import Table
from careplan_csv.standard import Edition, Item, Layout, standard
from careplan_csv.standard.filenames import parse

SAMPLES = Path(__file__).parents[1] / "sample_data"
VALID = SAMPLES / "valid" / "202407"
Failures = set[tuple[str, str, int]]


def csv_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix == ".CSV")


PLAN = next(path for path in csv_files(VALID) if path.name.startswith("UPPLAN"))


def by_pandas(path: Path, schema: pandera.DataFrameSchema) -> pd.DataFrame:
    return pd.read_csv(
        path, encoding="cp932", dtype=str, header=None, keep_default_na=False, names=list(schema.columns)
    )


def of_schema(schema: pandera.DataFrameSchema, frame: pd.DataFrame) -> Failures:
    """Item, rule and row of every value that fails."""
    try:
        schema.validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        cases = errors.failure_cases
        assert set(cases["schema_context"]) <= {"Column", "DataFrameSchema"}
        columns = cases[cases["schema_context"] == "Column"]
        rules = columns["check"].str.split().str[0]
        return {(c, r, int(i)) for c, r, i in zip(columns["column"], rules, columns["index"], strict=True)}
    return set()


def table_of(content: bytes, layout: Layout) -> Table:
    data = np.frombuffer(content, dtype=np.uint8)
    return Table(RawBlock(data, split(data, final=True)), layout, "cp932")


def of_checker(table: Table, layout: Layout, edition: Edition) -> Failures:
    checks = Settings(standard(), edition.csv_version).item_checks(layout, edition)
    return {
        (failure.item.id, failure.rule, row)
        for failure in failures(table, checks)
        for row in failure.rows.tolist()
    }


@cache
def schema_of(prefix: str, csv_version: str) -> pandera.DataFrameSchema:
    return careplan_csv.schema(prefix, edition=csv_version)


def test_a_valid_file_passes_as_read_by_pandas() -> None:
    schema = careplan_csv.schema("UPPLAN")
    frame = by_pandas(PLAN, schema)
    for dtype in ("str", object, pd.ArrowDtype(pa.string()), pd.ArrowDtype(pa.large_string()), "string"):
        checked = schema.validate(frame.astype(dtype), lazy=True)
        assert checked.equals(frame)


def test_the_schema_is_strict() -> None:
    schema = careplan_csv.schema("UPPLAN")
    frame = by_pandas(PLAN, schema)
    for wrong in (
        frame.drop(columns="units"),
        frame.assign(more=""),
        frame[frame.columns[::-1]],
        frame.assign(units=None),
    ):
        with pytest.raises((pandera.errors.SchemaErrors, pandera.errors.SchemaError)):
            schema.validate(wrong, lazy=True)


def test_the_schema_says_what_the_standard_says() -> None:
    schema, layout = careplan_csv.schema("UPPLAN", edition="202407"), careplan_csv.layout("UPPLAN")
    assert list(schema.columns) == [item.id for item in layout.items]
    assert [column.title for column in schema.columns.values()] == [item.name for item in layout.items]
    assert all(str(column.description).startswith("№") for column in schema.columns.values())
    names = {check.name for column in schema.columns.values() for check in column.checks}
    assert names <= set(ITEM_RULES)
    assert {"F401", "F405", "F419"} <= names


def test_keys_are_unique() -> None:
    schema = careplan_csv.schema("UP1KYO")
    frame = by_pandas(next(path for path in csv_files(VALID) if path.name.startswith("UP1KYO")), schema)
    schema.validate(frame, lazy=True)
    with pytest.raises(pandera.errors.SchemaErrors):
        schema.validate(pd.concat([frame, frame], ignore_index=True), lazy=True)


def test_variants_have_their_own_keys() -> None:
    zero, real = (careplan_csv.schema("UPHOSOKU", variant=variant).unique for variant in ("zero", "real"))
    assert zero != real


@pytest.mark.filterwarnings("ignore:Importing pandas-specific classes")  # by the script that Pandera writes
def test_schemas_can_be_written_and_read_again() -> None:
    schema = schema_of("UPPLAN", "202407")
    frame = by_pandas(PLAN, schema)
    frame.loc[0, "service_date"], frame.loc[1, "units"] = "20250431", "12a"
    again = pandera.DataFrameSchema.from_yaml(schema.to_yaml())
    assert (
        of_schema(again, frame)
        == of_schema(schema, frame)
        == {("service_date", "F405", 0), ("units", "F404", 1)}
    )
    names: dict[str, Any] = {}
    exec(schema.to_script(), names)  # the script is the schema as Python code
    assert of_schema(names["schema"], frame) == of_schema(schema, frame)


def layout_of(path: Path) -> tuple[Edition, Layout] | None:
    """How a file is read; None if its items are not known."""
    name = parse(path.name, standard())
    edition = standard().edition("202208" if path.read_bytes().startswith(b"202208") else "202407")
    if name is None or name.prefix not in edition.prefixes:
        return None
    return edition, edition.layout(name.prefix)


def faulty_by_layout() -> list[list[Path]]:
    """The faulty samples of which the items are known, in a list for every layout."""
    found: dict[tuple[str, str], list[Path]] = {}
    for path in csv_files(SAMPLES / "faulty"):
        if known := layout_of(path):
            edition, layout = known
            found.setdefault((edition.csv_version, layout.prefix), []).append(path)
    return list(found.values())


@pytest.mark.parametrize("paths", faulty_by_layout())
def test_schema_and_checker_agree_on_faulty_samples(paths: list[Path]) -> None:
    """The checker judges every file by itself, the schema the records of all of them in one frame."""
    known = layout_of(paths[0])
    assert known
    edition, layout = known
    by_checker: Failures = set()
    columns: dict[str, list[str]] = {item.id: [] for item in layout.items}
    for path in paths:
        table = table_of(path.read_bytes(), layout)
        before = len(columns["csv_version"])
        by_checker |= {(item, rule, before + row) for item, rule, row in of_checker(table, layout, edition)}
        for item_id, values in columns.items():
            values += table.text(item_id).to_pylist()
    frame = pd.DataFrame(columns, dtype="str")
    assert of_schema(schema_of(layout.prefix, edition.csv_version), frame) == by_checker


POOL = [
    "",
    " ",
    "0",
    "007",
    "-1",
    "1.5",
    "abc",
    "１２",
    "20250431",
    "2025/4/1",
    "202513",
    "H123456789",
    "43",
    "99",
    "null",
    "4.3E+11",
    "3579900014",
]


def written(item: Item, value: str) -> str:
    return '"' + value.replace('"', '""') + '"' if item.is_text and value else value


@pytest.mark.parametrize("seed", some(range(20), range(5)))
def test_schema_and_checker_agree_on_mutations(seed: int) -> None:
    """A hundred changed values in each of twenty files."""
    chance = random.Random(seed)
    path = chance.choice(csv_files(VALID))
    name = parse(path.name, standard())
    assert name is not None
    edition = standard().edition("202407")
    layout, schema = edition.layout(name.prefix), schema_of(name.prefix, "202407")
    frame = careplan_csv.read(path)
    frame = pd.concat([frame] * (100 // max(len(frame), 1) + 1), ignore_index=True)
    for _ in range(100):
        frame.iloc[chance.randrange(len(frame)), chance.randrange(len(frame.columns))] = chance.choice(POOL)
    quoted = [",".join(map(written, layout.items, row)) for row in frame.itertuples(index=False)]
    table = table_of(("\r\n".join(quoted) + "\r\n").encode("cp932"), layout)
    assert len(table.rows) == len(frame)
    assert of_schema(schema, frame) == of_checker(table, layout, edition)


def test_reading_gives_strings_and_what_the_name_says() -> None:
    frame = careplan_csv.read(PLAN)
    assert frame.equals(by_pandas(PLAN, careplan_csv.schema("UPPLAN")))
    assert frame.attrs["edition"] == "202407"
    assert frame.attrs["prefix"] == "UPPLAN"
    assert frame.attrs["serial"] == PLAN.stem.split("_")[-1]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"202407,1\r\n", "1行目の記録"),
        ("202407,あ\r\n".encode(), "MS932"),
        (b"", ""),
    ],
)
def test_what_is_no_table_is_refused_in_words(tmp_path: Path, data: bytes, said: str) -> None:
    path = tmp_path / PLAN.name
    path.write_bytes(data)
    if not said:
        assert len(careplan_csv.read(path)) == 0
        return
    with pytest.raises(careplan_csv.CannotReadError, match=said):
        careplan_csv.read(path)


def test_a_name_of_no_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.csv"
    path.write_bytes(PLAN.read_bytes())
    with pytest.raises(careplan_csv.CannotReadError, match=r"notes\.csv"):
        careplan_csv.read(path)


def test_findings_as_a_table() -> None:
    result = careplan_csv.check(SAMPLES / "faulty" / "R501-day-of-another-month")
    table = result.to_dataframe()
    assert list(table["rule"]) == ["R501"]
    assert len(table) == len(result.findings)
    assert careplan_csv.check(VALID).to_dataframe().empty


def test_assess_and_what_is_unknown() -> None:
    assert careplan_csv.assess(VALID / "planning", "居宅介護支援").verdict.label in ("未確認", "不適合")
    for call in (
        lambda: careplan_csv.schema("NOTHING"),
        lambda: careplan_csv.schema("UPPLAN", edition="199901"),
        lambda: careplan_csv.schema("UPPLAN", variant="other"),
        lambda: careplan_csv.layout("NOTHING"),
        lambda: careplan_csv.assess(VALID, "nobody"),
    ):
        with pytest.raises(KeyError):
            call()
    with pytest.raises(NoSuchPath):
        careplan_csv.check("no/such/folder")
    with pytest.raises(AttributeError):
        careplan_csv.nothing  # noqa: B018  # the access is what is tried


def test_importing_the_package_loads_no_tables() -> None:
    code = "import careplan_csv, sys; print([n for n in ('pandas', 'pandera', 'pyarrow', 'numpy') if n in sys.modules])"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        == "[]\n"
    )


def test_the_lines_of_the_readme_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (SAMPLES.parent / "README.md").read_text(encoding="utf-8")
    code = text.split("```python\n", 1)[1].split("```", 1)[0]
    (tmp_path / "出力フォルダー").mkdir()
    (tmp_path / "出力フォルダー" / PLAN.name).write_bytes(PLAN.read_bytes())
    monkeypatch.chdir(tmp_path)
    exec(code, {"path": PLAN})

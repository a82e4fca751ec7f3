"""The generated pages for readers: `python -m careplan_csv.reporting.docs [folder]`.

The folder holds requirements.csv, from which requirements.md is made; rules.md is made from the rules.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from careplan_csv.checks import in_order
from careplan_csv.reporting.templates import environment
from careplan_csv.rules.registry import FAMILIES
from careplan_csv.synthesis.faults.examples import shown

REQUIREMENTS = "requirements.csv"
COLUMNS = ("no", "source", "section", "demand", "covered_by", "kind", "reason")
"""The columns of requirements.csv."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How a demand is checked, for readers."""

    label: str
    meaning: str


KINDS = {
    "rule": Kind("規則", "CSV ファイルを検査の規則で調べます"),
    "harness": Kind("判定", "assess と取込キット（D1〜D7）で、調べた結果と要件の表から判定します"),
    "declaration": Kind("自己申告", "ファイルからは分からないため、vendor.toml の自己申告によります"),
    "none": Kind("確かめない", "確かめられない理由を書いています"),
}
"""The values of `kind` in requirements.csv, in the order in which people read them."""


@dataclass(frozen=True, slots=True)
class Demand:
    """One row of requirements.csv; `covered_by` holds rule ids, steps of a test or 自己申告."""

    no: str
    source: str
    section: str
    demand: str
    covered_by: tuple[str, ...]
    kind: str
    reason: str


def read_demands(path: Path) -> list[Demand]:
    """Every row of requirements.csv, in its order.

    Raises:
        OSError: it cannot be read.
        ValueError: it has other columns, or a row has another number of items.
    """
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    if tuple(header) != COLUMNS:
        raise ValueError(f"{path}: 見出しは {','.join(COLUMNS)} です。")
    demands = []
    for row in rows:
        if len(row) != len(COLUMNS):
            raise ValueError(f"{path}: 項目の数が {len(COLUMNS)} ではない行があります（{row[0]}）。")
        no, source, section, demand, covered_by, kind, reason = row
        demands.append(Demand(no, source, section, demand, tuple(covered_by.split()), kind, reason))
    return demands


def rules_page() -> str:
    """docs/rules.md: all rules by family, each with a link to its page."""
    families = [
        (FAMILIES[letter], list(rules)) for letter, rules in groupby(in_order(), key=lambda rule: rule.id[0])
    ]
    return environment().get_template("rules.md.j2").render(families=families)


def rule_pages() -> dict[str, str]:
    """docs/rules/ID.md of every rule, by its id."""
    template = environment().get_template("rule.md.j2")
    return {rule.id: template.render(rule=rule, shown=shown(rule.id)) for rule in in_order()}


def requirements_page(demands: list[Demand]) -> str:
    """docs/requirements.md: every demand with how it is checked, by source."""
    sources = [(source, list(group)) for source, group in groupby(demands, key=lambda demand: demand.source)]
    return (
        environment()
        .get_template("requirements.md.j2")
        .render(kinds=KINDS, counts=Counter(demand.kind for demand in demands), sources=sources)
    )


SCHEMA = Path(__file__).with_name("result.schema.json")
"""The JSON Schema of a result, made from `result_types`."""


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs")
    folder.mkdir(parents=True, exist_ok=True)
    from careplan_csv.reporting.result_types import json_schema

    SCHEMA.write_text(json_schema(), encoding="utf-8")
    (folder / "rules.md").write_text(rules_page(), encoding="utf-8")
    (folder / "rules").mkdir(exist_ok=True)
    for rule_id, text in rule_pages().items():
        (folder / "rules" / f"{rule_id}.md").write_text(text, encoding="utf-8")
    # A folder of somebody's own need not hold the table of demands.
    if (folder / REQUIREMENTS).is_file():
        page = requirements_page(read_demands(folder / REQUIREMENTS))
        (folder / "requirements.md").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()

"""The generated page of all rules: `python -m careplan_csv.reporting.docs [folder]`."""

from __future__ import annotations

import sys
from itertools import groupby
from pathlib import Path

from careplan_csv.checks import in_order
from careplan_csv.checks.registry import FAMILIES
from careplan_csv.reporting.templates import environment


def rules_page() -> str:
    """docs/rules.md: every rule with what, why, remedy and reference, by family."""
    families = [
        (FAMILIES[letter], list(rules)) for letter, rules in groupby(in_order(), key=lambda rule: rule.id[0])
    ]
    return environment().get_template("rules.md.j2").render(families=families)


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "rules.md").write_text(rules_page(), encoding="utf-8")


if __name__ == "__main__":
    main()

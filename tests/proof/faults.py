"""Proof that every fault is found by its rule, at its place, and that no other rule reports it."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from careplan_csv.checker import check
from careplan_csv.findings import Finding
from careplan_csv.reading.sources import collect
from careplan_csv.synthesis.faults.fault import Fault, FaultyUnit, make
from careplan_csv.synthesis.faults.fault_list import FAULTS
from careplan_csv.synthesis.faults.item_faults import item_faults


@dataclass
class RuleTally:
    """What was tried of one rule.

    Attributes:
        places: how often file, record, item and line were given by the fault and found there.
        companions: other rules that necessarily break too, with the reason.
    """

    faults: int = 0
    places: Counter[str] = field(default_factory=Counter)
    companions: dict[str, str] = field(default_factory=dict)


@dataclass
class FaultsTally:
    """What was tried of all rules."""

    rules: dict[str, RuleTally] = field(default_factory=dict)
    unexplained: list[str] = field(default_factory=list)

    @property
    def done(self) -> int:
        return sum(tally.faults for tally in self.rules.values())


def rule_faults(faults: Sequence[Fault] = ()) -> FaultsTally:
    """Make and check every fault by itself; all that there are where none are given."""
    tally = FaultsTally()
    for fault in faults or [*FAULTS, *item_faults()]:
        made = make(fault)
        of_rule = tally.rules.setdefault(fault.rule, RuleTally())
        of_rule.faults += 1
        of_rule.companions |= fault.also
        findings = _findings(made)
        found = [f for f in findings if (f.rule, f.severity) == (fault.rule, fault.severity)]
        found = [f for f in found if f.file.split("/", 1)[-1] == made.file]
        of_rule.places["ファイル"] += bool(found)
        tally.unexplained += [f"{fault.folder}: {what}" for what in _misses(fault, made, found, of_rule)]
        others = {f.rule for f in findings} - {fault.rule, *fault.also}
        if others:
            tally.unexplained.append(f"{fault.folder}: ほかに {sorted(others)}")
    return tally


def _findings(made: FaultyUnit) -> tuple[Finding, ...]:
    with tempfile.TemporaryDirectory() as folder:
        for name, data in made.files.items():
            (Path(folder) / name).write_bytes(data)
        return check(collect([folder])).findings


def _misses(fault: Fault, made: FaultyUnit, found: list[Finding], tally: RuleTally) -> Iterator[str]:
    """What the fault says of its place and no finding does."""
    if not found:
        yield "見つからない"
        return
    examples = [example for finding in found for example in finding.examples]
    wanted = (
        ("記録", fault.record, {example.record for example in examples}),
        ("行", made.line, {example.line for example in examples}),
        ("項目", fault.item, {finding.item_no for finding in found}),
    )
    for name, place, places in wanted:
        if place is None:
            continue
        if place in places:
            tally.places[name] += 1
        else:
            yield f"{name} {place} ではなく {sorted(map(str, places))}"


def report(tally: FaultsTally, seconds: float) -> list[str]:
    """The part of docs/proof.md."""
    lines = [
        "## 規則ごとの誤り",
        "",
        f"{tally.done:,}個の誤り、{len(tally.rules)} 規則（{seconds:.0f} 秒）。正しい組を1か所だけ変え（項目の規則は、すべてのファイルのすべての項目で）、"
        "その規則が、そのファイル・記録・行・項目で見つけ、ほかの規則が何も言わないことを確かめます。"
        "記録・行・項目の数は、誤りの場所が1つに決まるものだけを数えています。R518 は手元のコード表が要るため、`tests/checks/test_service_codes.py` で確かめます。",
        "",
        "| 規則 | 誤り | ファイル | 記録 | 行 | 項目 |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for rule_id, of_rule in sorted(tally.rules.items()):
        counts = " | ".join(str(of_rule.places[name]) for name in ("ファイル", "記録", "行", "項目"))
        lines.append(f"| {rule_id} | {of_rule.faults} | {counts} |")
    lines += ["", "同時に出る指摘:", ""]
    companions = [
        f"- {rule_id} と {other}: {reason}"
        for rule_id, of_rule in sorted(tally.rules.items())
        for other, reason in of_rule.companions.items()
    ]
    lines += companions or ["- ありません"]
    lines += ["", f"説明の付かないもの: {len(tally.unexplained)}", ""]
    return lines + [f"- {line}" for line in tally.unexplained[:50]]

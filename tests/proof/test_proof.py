"""A small version of `make proof`."""

from __future__ import annotations

import pytest
import run as proof
from long_proofs import long

from careplan_csv.synthesis.faults.fault_list import FAULTS
from careplan_csv.synthesis.faults.item_faults import item_faults

TABLES = proof.valid_tables()


@pytest.mark.parametrize("valid", TABLES[::4], ids=lambda valid: valid.name.split("_")[0])
def test_every_value_is_judged_like_the_oracle(valid: proof.Valid) -> None:
    tally = proof.item_faults([valid])
    assert tally.done > 10
    assert tally.unexplained == []


def test_generated_units_give_no_finding_above_information() -> None:
    tally = proof.worlds(150)
    assert tally.done >= 150
    assert tally.unexplained == []


def test_what_practice_has_gives_no_finding_above_information() -> None:
    tally = proof.practices(300)
    assert tally.done >= 300
    assert tally.unexplained == []
    assert all(tally.counts.values())
    assert set(tally.counts) >= {
        "負の値のある記録",
        "日割対象日のある記録",
        "番号の順でない第2表",
        "EEEE の行の無い第7表",
        "氏名の変わった利用者",
        "同じ秒の2つの組",
        "介護予防の組",
    }


@pytest.mark.parametrize("changes", [100, long(300)])
def test_random_changes_are_never_passed_over(changes: int) -> None:
    tally = proof.mutations(TABLES, changes, seed=11)
    assert tally.done == changes
    assert tally.unexplained == []


def test_the_proof_can_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proof.oracle, "allows", lambda *_: True)
    assert proof.item_faults(TABLES[:1]).unexplained


@pytest.mark.parametrize(("every", "item"), [(5, 36), long(1, 6)])
def test_every_fault_is_found_by_its_rule_at_its_place(every: int, item: int) -> None:
    tally = proof.faults.rule_faults([*FAULTS[::every], *item_faults()[::item]])
    assert tally.unexplained == []
    assert all(of_rule.places["ファイル"] == of_rule.faults for of_rule in tally.rules.values())

"""第7表 against the 第6表 of its unit (B706)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from careplan_csv.checks.collected.file_facts import FileFacts, columns_of
from careplan_csv.checks.collected.kept import Kept, mixed
from careplan_csv.checks.collected.services_and_persons import SERVICES, by_code
from careplan_csv.checks.units.routes import name_of, unit_key
from careplan_csv.checks.units.together import NamedHit, Together, between_rule
from careplan_csv.findings import Consequence, OtherPlace, Rule, Severity
from careplan_csv.reading import arrays
from careplan_csv.reading.structure import Flags, Positions
from careplan_csv.rules.hits import Place
from careplan_csv.standard import Layout

_AT_ONCE = 1024
"""So many pairs of tables are compared at a time: bounds the memory."""


@between_rule(
    Rule(
        id="B706",
        severity=Severity.WARNING,
        consequence=Consequence.SHOWN_WRONG,
        title="第7表の回数や３０日超区分が、第6表の予定と合わない",
        compares="利用者・対象年月・事業所・サービスコードごとに、第7表の明細の回数（日数）の和と、第6表の予定の回数の和（日割対象日のあるサービスは対象の日の数）を比べます。差は認めません。３０日超区分も比べます。",
        grades=((Severity.INFO, "月に1回の加算など、回数の違いが誤りとは限らないとき"),),
        why="別表の回数と利用票の予定が違うと、受け取る居宅サービス事業所等は、どちらに従えばよいか分かりません。",
        remedy="事業所の方: 介護ソフトで、第6表の予定と第7表の回数を見比べ、別表を計算し直して、一緒に出力してください。",
        reference="§2.3、別紙 第6表・第7表（A22、A26）",
        friends=(
            "月に1回の加算などで回数が違うだけのときは、情報にとどめます。"
            "第6表に日割対象日のあるサービス（定期巡回、小規模多機能、福祉用具貸与など）は、対象の日の数（同じ記録が何件あっても1日は1日）と比べ、記録の件数とは比べません。"
            "比べるのは、送信元・送信先・両方のサービス種類・ファイル連番・サービス提供年月が同じ組の中だけです。"
        ),
    ),
    keeps=(SERVICES,),
)
def tables_agree(rule: Rule, together: Together) -> Iterator[NamedHit]:
    """Within a transmission unit; the units of the same layouts are compared at once."""
    for pairs in _pairs(together.named).values():
        for start in range(0, len(pairs), _AT_ONCE):
            some = pairs[start : start + _AT_ONCE]
            plan, table = (
                ComparedTable.of([planned for planned, _ in some]),
                ComparedTable.of([billed for _, billed in some]),
            )
            yield from _counts_agree(rule, plan, table)
            yield from _over_30_agrees(rule, plan, table)


_Pairs = dict[tuple[Layout, Layout, int], list[tuple[FileFacts, FileFacts]]]


def _pairs(files: Sequence[FileFacts]) -> _Pairs:
    """Every 第7表 with the 第6表 of its unit, by the layouts of the two; no file stands in two pairs."""
    units: dict[Any, list[FileFacts]] = defaultdict(list)
    for facts in files:
        if not facts.damaged and SERVICES in facts.parts:
            units[(*unit_key(facts), name_of(facts).month)].append(facts)
    pairs: _Pairs = defaultdict(list)
    for unit in units.values():
        parents = {facts.layout.prefix: facts for facts in unit if facts.layout}
        # A copy of a table makes another round: in one round no file stands in two pairs.
        rounds: Counter[str] = Counter()
        for table in unit:
            plan = parents.get(table.variant.parent or "") if table.variant else None
            if plan is not None and plan.layout is not None and table.layout is not None:
                pairs[plan.layout, table.layout, rounds[table.layout.prefix]].append((plan, table))
                rounds[table.layout.prefix] += 1
    return pairs


@dataclass(frozen=True)
class ComparedTable:
    """One of the two tables of every pair: what it holds by code, and before that by product and ３０日超区分.

    In both, `file` is the number of the pair, and `person` differs from pair to pair.
    """

    files: Sequence[FileFacts]
    kept: Kept
    single: Kept

    @classmethod
    def of(cls, files: Sequence[FileFacts]) -> ComparedTable:
        whole = columns_of(files, SERVICES)
        if whole is None:
            raise ValueError("none of the files has services")
        person = mixed(whole["person"], whole["file"])
        single = Kept({**whole.columns, "person": person}, whole.texts)
        return cls(files, by_code(single), single)

    def name(self, pair: int) -> str:
        return self.files[pair].source.name


def _counts_agree(rule: Rule, plan: ComparedTable, table: ComparedTable) -> Iterator[NamedHit]:
    planned, billed = plan.kept, table.kept
    known = _sure(billed, planned)
    there, at = _looked_up(billed, planned)
    message = "第7表の明細にあるサービスが、第6表の予定に1件もありません。"
    none = np.zeros(len(billed), dtype=np.int64)
    yield from _hits(rule, table, plan, ~there & known, message, None, "service_code", none, billed["count"])
    if len(planned):
        count, daily, timed = planned["count"][at], planned["marks"][at] != 0, planned["timed"][at]
        differs = there & known & (billed["count"] != count)
        more = differs & timed & (billed["count"] > count)
        for mask, message, severity in (
            (more & ~daily, "第7表の回数が、第6表の予定の回数より多くなっています。", None),
            (more & daily, "第7表の日数が、第6表の日割対象日の数より多くなっています。", None),
            (
                differs & ~more & ~daily,
                "第7表の回数と、第6表の予定の回数が違います（月に1回の加算などでは誤りではありません）。",
                Severity.INFO,
            ),
            (
                differs & ~more & daily,
                "第7表の日数と、第6表の日割対象日の数が違います（月ごとに請求するサービスでは誤りではありません）。",
                Severity.INFO,
            ),
        ):
            yield from _hits(
                rule, table, plan, mask, message, severity, "service_count", count, billed["count"], at
            )
    there, _ = _looked_up(planned, billed)
    message = "第6表の予定にあるサービスが、第7表の明細にありません。"
    none = np.zeros(len(planned), dtype=np.int64)
    lacking = ~there & _sure(planned, billed)
    yield from _hits(rule, plan, table, lacking, message, None, "service_code", planned["count"], none)


def _sure(own: Kept, other: Kept) -> Flags:
    """Rows of persons who stand on both sides, and of whom neither has a record with a fault of its own."""
    unsure = np.concatenate([own["person"][own["unsure"]], other["person"][other["unsure"]]])
    # Whom the other table does not know at all is another rule's finding (B704).
    sure: Flags = ~arrays.is_in(own["person"], unsure) & arrays.is_in(own["person"], other["person"])
    return sure


def _service_key(kept: Kept) -> Any:
    return mixed(kept["person"], kept["month"], kept["office"], kept["code"])


def _looked_up(wanted: Kept, known: Kept) -> tuple[Flags, Any]:
    """For each wanted service: whether it is known, and at which row."""
    if not len(known):
        return np.zeros(len(wanted), dtype=np.bool_), np.zeros(len(wanted), dtype=np.int64)
    keys, order = np.unique(_service_key(known), return_index=True)
    at = np.searchsorted(keys, _service_key(wanted))
    at[at == len(keys)] = 0
    return keys[at] == _service_key(wanted), order[at]


def _over_30_agrees(rule: Rule, plan: ComparedTable, table: ComparedTable) -> Iterator[NamedHit]:
    """Days over 30 in 第6表 of a person of whom 第7表 knows none."""
    over, billed = plan.single.take(plan.single["over"]), table.kept
    if not len(over):
        return
    there, at = _looked_up(billed, over)
    wrong = there & ~billed["over_told"] & _sure(billed, plan.kept)
    message = "第6表に30日を超える日（３０日超区分 1）がありますが、第7表のどの行も３０日超区分が 0 です。"
    one, none = np.ones(len(billed), dtype=np.int64), np.zeros(len(billed), dtype=np.int64)
    days = ComparedTable(plan.files, over, over)
    yield from _hits(rule, table, days, wrong, message, None, "over_30_days", one, none, at, unit="")


def _hits(
    rule: Rule,
    own: ComparedTable,
    other: ComparedTable,
    mask: Flags,
    message: str,
    severity: Severity | None,
    item_id: str,
    expected: Any,
    found: Any,
    at: Any = None,
    unit: str = "回",
) -> Iterator[NamedHit]:
    """Hits in one table; `at` says which row of the other table each row was compared with."""
    kept, layout = own.kept, own.files[0].layout
    if layout is None:
        return

    def places(rows: Positions) -> list[Place]:
        return [
            Place(
                place.line,
                place.record,
                safe=True,
                expected=f"{expected[row]}{unit}",
                found=f"{found[row]}{unit}",
                other=_beside(other, int(kept["file"][row]), None if at is None else int(at[row])),
            )
            for place, row in zip(kept.places(rows), rows.tolist(), strict=True)
        ]

    hits = kept.hits(rule, mask, message, severity, item=layout.by_id[item_id], places=places)
    for pair, hit in hits:
        yield own.name(pair), hit


def _beside(other: ComparedTable, pair: int, row: int | None) -> OtherPlace:
    """What a row was compared with: a row of the other table, or the table as a whole."""
    name = other.name(pair)
    return OtherPlace(name) if row is None else other.kept.place(row, name)

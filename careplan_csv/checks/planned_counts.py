"""第7表 against the 第6表 of its unit (B706)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from careplan_csv.checks.crossing import by_code
from careplan_csv.checks.facts import FileFacts
from careplan_csv.checks.gathering import Kept, mixed
from careplan_csv.checks.registry import Hit, Place, rule
from careplan_csv.checks.routes import NamedHit, name_of, unit_key
from careplan_csv.findings import EXAMPLES_KEPT, OtherPlace, Rule, Severity
from careplan_csv.reading.structure import Flags


@rule(
    Rule(
        id="B706",
        severity=Severity.WARNING,
        title="第7表の回数や３０日超区分が、第6表の予定と合わない",
        why="別表の回数と利用票の予定が違うと、受け取る居宅サービス事業所等は、どちらに従えばよいか分かりません。",
        remedy="事業所の方: 介護ソフトで、第6表の予定と第7表の回数を見比べ、別表を計算し直して、一緒に出力してください。",
        reference="§2.3、別紙 第6表・第7表（A22、A26）",
        friends=(
            "月に1回の加算などで回数が違うだけのときは、情報にとどめます。"
            "第6表に日割対象日のあるサービス（定期巡回、小規模多機能、福祉用具貸与など）は、対象の日の数（同じ記録が何件あっても1日は1日）と比べ、記録の件数とは比べません。"
            "比べるのは、送信元・送信先・両方のサービス種類・ファイル連番・サービス提供年月が同じ組の中だけです。"
        ),
    )
)
def tables_agree(files: Sequence[FileFacts]) -> Iterator[NamedHit]:
    """B706: within a transmission unit."""
    units: dict[Any, list[FileFacts]] = defaultdict(list)
    for facts in files:
        if facts.services is not None and not facts.damaged:
            units[(*unit_key(facts), name_of(facts).month)].append(facts)
    for unit in units.values():
        parents = {facts.layout.prefix: facts for facts in unit if facts.layout}
        for table in unit:
            plan = parents.get(table.variant.parent or "") if table.variant else None
            if plan is not None and plan.services is not None and table.services is not None:
                planned, billed = by_code(plan.services), by_code(table.services)
                sides = Side(plan, planned, plan.services), Side(table, billed, table.services)
                yield from _counts_agree(*sides)
                yield from _over_30_agrees(*sides)


@dataclass(frozen=True)
class Side:
    """One of the two tables: what it holds by code, and before that by product and ３０日超区分."""

    facts: FileFacts
    kept: Kept
    single: Kept

    @property
    def name(self) -> str:
        return self.facts.source.name


def _counts_agree(plan: Side, table: Side) -> Iterator[NamedHit]:
    planned, billed = plan.kept, table.kept
    known = _sure(billed, planned)
    there, at = _looked_up(billed, planned)
    message = "第7表の明細にあるサービスが、第6表の予定に1件もありません。"
    none = np.zeros(len(billed), dtype=np.int64)
    yield from _hit(
        table, plan, ~there & known, message, Severity.WARNING, "service_code", none, billed["count"]
    )
    if len(planned):
        count, daily, timed = planned["count"][at], planned["marks"][at] != 0, planned["timed"][at]
        differs = there & known & (billed["count"] != count)
        more = differs & timed & (billed["count"] > count)
        for mask, message, severity in (
            (more & ~daily, "第7表の回数が、第6表の予定の回数より多くなっています。", Severity.WARNING),
            (more & daily, "第7表の日数が、第6表の日割対象日の数より多くなっています。", Severity.WARNING),
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
            yield from _hit(table, plan, mask, message, severity, "service_count", count, billed["count"], at)
    there, _ = _looked_up(planned, billed)
    message = "第6表の予定にあるサービスが、第7表の明細にありません。"
    none = np.zeros(len(planned), dtype=np.int64)
    lacking = ~there & _sure(planned, billed)
    yield from _hit(plan, table, lacking, message, Severity.WARNING, "service_code", planned["count"], none)


def _sure(own: Kept, other: Kept) -> Flags:
    """Rows of persons who stand on both sides, and of whom neither has a record with a fault of its own."""
    unsure = np.concatenate([own["person"][own["unsure"]], other["person"][other["unsure"]]])
    # Whom the other table does not know at all is another rule's finding (B704).
    sure: Flags = ~np.isin(own["person"], unsure) & np.isin(own["person"], other["person"])
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


def _over_30_agrees(plan: Side, table: Side) -> Iterator[NamedHit]:
    """Days over 30 in 第6表 of a person of whom 第7表 knows none."""
    over, billed = plan.single.take(plan.single["over"]), table.kept
    if not len(over):
        return
    there, at = _looked_up(billed, over)
    wrong = there & ~billed["over_told"] & _sure(billed, plan.kept)
    message = "第6表に30日を超える日（３０日超区分 1）がありますが、第7表のどの行も３０日超区分が 0 です。"
    one, none = np.ones(len(billed), dtype=np.int64), np.zeros(len(billed), dtype=np.int64)
    days = Side(plan.facts, over, over)
    yield from _hit(table, days, wrong, message, Severity.WARNING, "over_30_days", one, none, at, unit="")


def _hit(
    own: Side,
    other: Side,
    mask: Flags,
    message: str,
    severity: Severity,
    item_id: str,
    expected: Any,
    found: Any,
    at: Any = None,
    unit: str = "回",
) -> Iterator[NamedHit]:
    """A hit in one table; `at` says which row of the other table each row was compared with."""
    rows, kept, layout = np.flatnonzero(mask), own.kept, own.facts.layout
    if not len(rows) or layout is None:
        return
    rows = rows[np.argsort(kept["record"][rows], kind="stable")]
    places = []
    for row in rows[:EXAMPLES_KEPT].tolist():
        here = kept.place(row)
        beside = OtherPlace(other.name) if at is None else other.kept.place(int(at[row]), other.name)
        places.append(
            Place(
                here.line,
                here.record,
                safe=True,
                expected=f"{expected[row]}{unit}",
                found=f"{found[row]}{unit}",
                other=beside,
            )
        )
    yield own.name, Hit("B706", severity, message, layout.by_id[item_id], len(rows), tuple(places))

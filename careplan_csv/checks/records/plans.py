"""Rules on one record of 第2表 and 第3表 (R514, R516)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from careplan_csv.checks.records.base import Records
from careplan_csv.checks.registry import Hit, rule
from careplan_csv.findings import Rule, Severity

_KINDS = (
    ("weekly_service", "weekday", "weekly_start_time", "weekly_end_time"),
    ("daily_activity", "daily_start_time", "daily_end_time"),
    ("other_service",),
)


@rule(
    Rule(
        id="R514",
        severity=Severity.WARNING,
        title="第3表の記録が3種類のどれか1つになっていない",
        why="第3表の1件は「週間サービス」「主な日常生活上の活動」「週単位以外のサービス」のどれか1つです。混ざると、片方が失われます。",
        remedy="1件に1種類だけを書き、ほかの種類は別の記録に分けてください。空の記録は出力しないでください。",
        reference="別紙 第3表",
        friends="同じ曜日に2つのサービスがあるときは、記録を2件に分けるのが正しい書き方です。",
    )
)
def one_kind_of_weekly_record(records: Records) -> Iterator[Hit]:
    if not all(records.has(*kind) for kind in _KINDS):
        return
    kinds = [np.logical_or.reduce([records.filled(item_id) for item_id in kind]) for kind in _KINDS]
    count = np.sum(kinds, axis=0)
    yield from records.hit(
        "R514",
        count == 0,
        "第3表の3種類の内容がどれも空です。",
        _KINDS[0][0],
        Severity.WARNING,
    )
    yield from records.hit(
        "R514",
        count > 1,
        "第3表の2種類以上の内容が1件に書かれています。",
        _KINDS[0][0],
        Severity.WARNING,
    )


@rule(
    Rule(
        id="R516",
        severity=Severity.WARNING,
        title="第2表で、保険の対象なのにサービス種別や事業者が無い",
        why="どの事業者が何をするのか分からないと、受け取る事業所が自分の担当を見つけられません。",
        remedy="保険対象区分が Y の記録には、サービス種別と事業者を書いてください。事業者コードを書くときは事業所名も書いてください。",
        reference="別紙 第2表 №15〜18",
        friends="保険の対象でない支援（家族など）に事業者が無いのは正しい書き方です。",
    )
)
def covered_support_names_its_provider(records: Records) -> Iterator[Hit]:
    if not records.has("insurance_coverage", "service_type_text", "provider_office", "provider_office_name"):
        return
    office, name = records.filled("provider_office"), records.filled("provider_office_name")
    covered = records.means("insurance_coverage", "covered")
    yield from records.hit(
        "R516",
        covered & (~records.filled("service_type_text") | ~(office | name)),
        "保険対象区分が Y ですが、サービス種別か事業者が書かれていません。",
        "insurance_coverage",
        Severity.WARNING,
    )
    yield from records.hit(
        "R516",
        office & ~name,
        "サービス事業者コードがありますが、サービス事業所名がありません。",
        "provider_office_name",
        Severity.WARNING,
    )

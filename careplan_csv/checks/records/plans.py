"""Rules on one record of 第2表 and 第3表 (R514, R516)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from careplan_csv.checks.records.block_records import Records, record_rule
from careplan_csv.findings import Consequence, Rule, Severity
from careplan_csv.rules.hits import FileHit

_KINDS = ("weekly_service", "daily_activity", "other_service")
"""The texts of the three kinds of record; times without a text are none of them."""


@record_rule(
    Rule(
        id="R514",
        severity=Severity.WARNING,
        consequence=Consequence.LOST,
        title="第3表の1件に、3種類のうち2つ以上が書かれている、またはどれも書かれていない",
        compares="第3表の1件で、介護サービス内容・主な日常生活上の活動・週単位以外のサービスのうち、書かれているものの数を数えます（1つのはずです）。",
        why="第3表の1件は「介護サービス」「主な日常生活上の活動」「週単位以外のサービス」のどれか1つです。2つ以上が混ざると、片方が失われることがあります。",
        remedy="事業所の方: 介護ソフトの第3表で、その行の内容を確かめ、正しければソフト会社に伝えてください。ソフト会社の方: 1件に1種類だけを書き、ほかの種類は別の記録に分けてください。内容（文字）の無い、時刻や曜日だけの記録は出力しないでください。",
        reference="別紙 第3表 №6〜13",
        friends="同じ曜日に2つのサービスがあるときは、記録を2件に分けるのが正しい書き方です。時刻の無い活動も、正しい書き方です。",
    ),
    needs=_KINDS,
)
def one_kind_of_weekly_record(rule: Rule, records: Records) -> Iterator[FileHit]:
    count = np.sum([records.filled(item_id) for item_id in _KINDS], axis=0)
    yield from records.hits(
        rule,
        count == 0,
        "介護サービス内容・主な日常生活上の活動・週単位以外のサービスが、どれも空です。",
        _KINDS[0],
        beside=_KINDS,
    )
    yield from records.hits(
        rule,
        count > 1,
        "介護サービス内容・主な日常生活上の活動・週単位以外のサービスの2つ以上が、1件に書かれています。",
        _KINDS[0],
        beside=_KINDS,
    )


@record_rule(
    Rule(
        id="R516",
        severity=Severity.WARNING,
        consequence=Consequence.SHOWN_WRONG,
        title="第2表で、保険の対象なのにサービス種別か、サービス事業者コード・事業所名が無い",
        compares="保険対象区分が Y の記録で、サービス種別と、サービス事業者コードか事業所名があるかを見ます。",
        grades=((Severity.INFO, "事業者が書かれていないとき（事業者を決める前の原案のことがあります）"),),
        why="どの事業者が何をするのか分からないと、受け取る事業所が自分の担当を見つけられないことがあります。",
        remedy=(
            "事業所の方: 介護ソフトの第2表で、保険対象（※1）の行にサービス種別と事業所を書いてください。"
            "ソフト会社の方: サービス事業者コードを出力するときは、サービス事業所名も出力してください。"
        ),
        reference="別紙 第2表 №15〜18",
        friends=(
            "保険の対象でない支援（家族など）に事業者が無いのは正しい書き方です。"
            "担当者会議の前の原案では、事業者が決まっていないことがあるので、事業者が無いことは情報にとどめます。"
        ),
    ),
    needs=("insurance_coverage", "service_type_text", "provider_office", "provider_office_name"),
)
def covered_support_names_its_provider(rule: Rule, records: Records) -> Iterator[FileHit]:
    office, name = records.filled("provider_office"), records.filled("provider_office_name")
    covered = records.means("insurance_coverage", "covered")
    yield from records.hits(
        rule,
        covered & ~records.filled("service_type_text"),
        "保険対象区分が Y ですが、サービス種別が書かれていません。",
        "insurance_coverage",
        beside=("service_type_text",),
    )
    yield from records.hits(
        rule,
        covered & ~(office | name),
        "保険対象区分が Y ですが、サービス事業者コードも事業所名も書かれていません（事業者を決める前の原案であれば、そのままで構いません）。",
        "insurance_coverage",
        Severity.INFO,
        beside=("provider_office", "provider_office_name"),
    )
    yield from records.hits(
        rule,
        office & ~name,
        "サービス事業者コードがありますが、サービス事業所名がありません。",
        "provider_office_name",
        beside=("provider_office",),
    )

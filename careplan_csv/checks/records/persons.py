"""Rules on what one record says of a person (R508–R511)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from careplan_csv.checks.records.block_records import Records, record_rule
from careplan_csv.findings import Cause, Consequence, Rule, Severity
from careplan_csv.rules.hits import FileHit
from careplan_csv.standard import MonthPart


@record_rule(
    Rule(
        id="R510",
        severity=Severity.ERROR,
        consequence=Consequence.REFUSED,
        title="利用者補足情報の対象年月と計画作成（変更）日の組み合わせが正しくない",
        compares="利用者補足情報の対象年月（000000 か年月）と計画作成（変更）日（00000000 か日付）の組み合わせ、ファイル名のサービス提供年月を比べます。",
        why=(
            "利用者補足情報は、計画書に付くもの（対象年月 000000）と利用票に付くもの（計画作成（変更）日 00000000）の"
            "2通りです。混ざると、どちらにも結び付かないことがあります。"
        ),
        remedy=(
            "事業所の方: 介護ソフトから出力し直し、同じときはソフト会社に伝えてください。"
            "ソフト会社の方: 計画書と送るときは、対象年月を 000000 とし、計画作成（変更）日を書いてください。"
            "利用票と送るときは、対象年月を書き、計画作成（変更）日を 00000000 としてください。ファイル名のサービス提供年月もそろえてください。"
        ),
        reference="§2.3、別紙 利用者補足情報 №4・63",
        friends="計画書に付くものと利用票に付くものを、別のファイルに分けて出力するのは正しい形です。",
    )
)
def supplement_variant(rule: Rule, records: Records) -> Iterator[FileHit]:
    parts = {variant.month for variant in records.table.layout.variants}
    if not records.has("plan_date", "service_month") or MonthPart.ZERO not in parts:
        return
    no_month = records.equals("service_month", records.edition.no_month)
    no_date = records.equals("plan_date", records.edition.no_date)
    known = records.digits("service_month", 6)[1] & records.digits("plan_date", 8)[1]
    yield from records.hits(
        rule,
        known & no_month & no_date,
        "対象年月が 000000 の記録（計画書に付くもの）に、計画作成（変更）日がありません（00000000 です）。",
        "plan_date",
        beside=("service_month",),
    )
    yield from records.hits(
        rule,
        known & ~no_month & ~no_date,
        "対象年月のある記録（利用票に付くもの）の計画作成（変更）日が 00000000 ではありません。",
        "plan_date",
        beside=("service_month",),
    )
    fits = known & (no_month ^ no_date)
    if records.month_part is MonthPart.ZERO:
        message = "ファイル名の年月は 000000（計画書に付くもの）ですが、対象年月のある記録があります。"
        yield from records.hits(rule, fits & ~no_month, message, "service_month")
    if records.month_part is MonthPart.REAL:
        message = "ファイル名に年月がある（利用票に付くもの）のに、対象年月が 000000 の記録があります。"
        yield from records.hits(rule, fits & no_month, message, "service_month")


_CERTIFICATION = (
    ("certification_date", "certification_start", "certification_end", "care_level"),
    ("certification_date", "limit_start", "limit_end", "care_level"),
    ("certification_date", "certification_start", "certification_end", "support_level"),
)
_ELIGIBLE = {"care_level": "eligible", "support_level": "eligible_for_support"}
"""What says of a level that it is found by a check list (基本チェックリスト), not certified for a period."""


@record_rule(
    Rule(
        id="R508",
        severity=Severity.WARNING,
        consequence=Consequence.SHOWN_WRONG,
        title="認定済なのに、認定日・有効期間・要介護（要支援）状態区分のどれかが無い",
        compares="認定状況区分が「認定済」の記録で、認定日・有効期間・要介護（要支援）状態区分がすべてあるかを見ます。",
        why="認定済なのに認定日などが無いと、受け取る側で認定の内容を確かめられません。",
        remedy="事業所の方: 被保険者証と見比べて、介護ソフトに認定日・有効期間・状態区分を入力してください。まだ認定が済んでいないときは、認定状況区分を「申請中」にしてください。",
        reference="別紙 認定状況区分、認定日、要介護状態区分、要支援状態区分（A27）",
        friends=(
            "申請中（新規・区分変更・更新）の記録には、今の被保険者証の内容を書いても、空にしても、どちらも正しい書き方です。"
            "事業対象者には、認定日や期間を求めません。"
        ),
        cause=Cause.INPUT,
    )
)
def certification_is_told(rule: Rule, records: Records) -> Iterator[FileHit]:
    items = next((ids for ids in _CERTIFICATION if records.has("certification_status", *ids)), None)
    if items is None:
        return
    level = items[-1]
    # While it is applied for, whatever is well formed may stand here (A27).
    certified = records.means("certification_status", "certified") & ~records.means(level, _ELIGIBLE[level])
    complete = np.logical_and.reduce([records.filled(item_id) for item_id in items])
    yield from records.hits(
        rule,
        certified & ~complete,
        f"認定状況区分が「認定済」ですが、認定日・有効期間・{records.item(level).name}のどれかがありません。",
        "certification_status",
        beside=items,
    )


_REASONS = (
    ("living_support_reason", "other_reason", "living_support_reason_text"),
    ("consultation_method", "other_method", "consultation_method_text"),
    ("user_situation", "in_hospital", "user_situation_text"),
)


@record_rule(
    Rule(
        id="R509",
        severity=Severity.WARNING,
        consequence=Consequence.LOST,
        title="「その他」などを選んだのに内容が無い、または選んでいないのに内容がある",
        compares="「その他」など内容を書く値を選んだかどうかと、内容の項目が空かどうかを比べます。",
        why="内容の欄は、決められたコードを選んだときだけ読まれます。合わないと内容が失われることがあります。",
        remedy="事業所の方: 介護ソフトで「その他」などを選んだときは内容を書き、選ばないときは内容を消してください。",
        reference="別紙 第1表 №25・26、利用者基本情報 №8・9・12・13",
        friends="「その他」などを選び、内容も書かれていれば、正しい書き方です。",
    )
)
def reason_and_text_go_together(rule: Rule, records: Records) -> Iterator[FileHit]:
    for code_item, meaning, text_item in _REASONS:
        if not records.has(code_item, text_item) or meaning not in records.edition.meanings:
            continue
        chosen, told = records.means(code_item, meaning), records.filled(text_item)
        code_name, text_name = records.item(code_item).name, records.item(text_item).name
        yield from records.hits(
            rule,
            chosen & ~told,
            f"「{code_name}」で「その他」など、内容を書く値を選んでいますが、「{text_name}」が空です。",
            text_item,
            beside=(code_item,),
        )
        yield from records.hits(
            rule,
            ~chosen & told,
            f"「{text_name}」に内容がありますが、「{code_name}」が「その他」などになっていません。",
            code_item,
            beside=(text_item,),
        )


@record_rule(
    Rule(
        id="R511",
        severity=Severity.WARNING,
        consequence=Consequence.LOST,
        title="種類別限度額の枠の使い方が正しくない",
        compares="種類別限度額の枠が前から順に使われているか、同じサービス種類が2つの枠にないか、限度基準額があるかを見ます。",
        why="枠を1枠目から順に読む介護ソフトでは、空いた枠より後の限度額が失われることがあります。",
        remedy="事業所の方: 介護ソフトで、種類別限度額の入力（サービス種類と支給限度基準額）を確かめ、正しければソフト会社に伝えてください。ソフト会社の方: 種類別限度額は1枠目から順に、サービス種類コードと支給限度基準額を組にして出力してください。",
        reference="別紙 利用者補足情報 №20〜55",
        friends="種類別限度額を使わない記録では、すべて空で構いません。",
    )
)
def kind_limits_in_order(rule: Rule, records: Records) -> Iterator[FileHit]:
    slots: list[int] = []
    while records.has(f"kind_limit_{len(slots) + 1}_service_kind"):
        slots.append(len(slots) + 1)
    if not slots:
        return
    kinds = [records.values(f"kind_limit_{slot}_service_kind") for slot in slots]
    if not any(kind.filled.any() for kind in kinds):
        return
    codes = [kind.fixed(2)[0].astype(np.int64) @ np.array([256, 1]) for kind in kinds]
    for index, slot in enumerate(slots):
        item_id = f"kind_limit_{slot}_service_kind"
        filled = kinds[index].filled
        if index:
            gap = filled & ~kinds[index - 1].filled
            message = "種類別限度額の枠が、1枠目から順に使われていません。"
            before = f"kind_limit_{slots[index - 1]}_service_kind"
            yield from records.hits(rule, gap, message, item_id, beside=(before,))
            twice = filled & np.logical_or.reduce([codes[index] == codes[k] for k in range(index)])
            message = "種類別限度額で、同じサービス種類が2つの枠にあります。"
            earlier = tuple(f"kind_limit_{slot}_service_kind" for slot in slots[:index])
            yield from records.hits(rule, twice, message, item_id, beside=earlier)
        lacking = filled & ~records.filled(f"kind_limit_{slot}_units")
        message = "種類別限度額の枠に、サービス種類だけがあり、支給限度基準額がありません。"
        units = f"kind_limit_{slot}_units"
        yield from records.hits(rule, lacking, message, item_id, beside=(units,))

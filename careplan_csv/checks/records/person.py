"""Rules on what one record says of a person (R508–R511)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from careplan_csv.checks.records.base import Records
from careplan_csv.checks.registry import Hit, rule
from careplan_csv.findings import Rule, Severity
from careplan_csv.standard import MonthPart


@rule(
    Rule(
        id="R510",
        severity=Severity.ERROR,
        title="利用者補足情報の対象年月と計画作成日の組み合わせが正しくない",
        why=(
            "利用者補足情報は、計画書に付くもの（対象年月 000000）と利用票に付くもの（計画作成日 00000000）の"
            "2通りです。混ざると、どちらにも結び付きません。"
        ),
        remedy=(
            "計画書と送るときは対象年月を 000000 とし計画作成日を書きます。"
            "利用票と送るときは対象年月を書き計画作成日を 00000000 とします。ファイル名の年月もそろえてください。"
        ),
        reference="§2.3、別紙 利用者補足情報 №4・63",
        friends="計画書に付くものと利用票に付くものを、別のファイルに分けて出力するのは正しい形です。",
    )
)
def supplement_variant(records: Records) -> Iterator[Hit]:
    parts = {variant.month for variant in records.table.layout.variants}
    if not records.has("plan_date", "service_month") or MonthPart.ZERO not in parts:
        return
    no_month = records.equals("service_month", records.edition.no_month)
    no_date = records.equals("plan_date", records.edition.no_date)
    known = records.digits("service_month", 6)[1] & records.digits("plan_date", 8)[1]
    yield from records.hit(
        "R510",
        known & no_month & no_date,
        "対象年月が 000000 の記録（計画書に付くもの）に、計画作成日がありません（00000000 です）。",
        "plan_date",
    )
    yield from records.hit(
        "R510",
        known & ~no_month & ~no_date,
        "対象年月のある記録（利用票に付くもの）の計画作成日が 00000000 ではありません。",
        "plan_date",
    )
    fits = known & (no_month ^ no_date)
    if records.month_part is MonthPart.ZERO:
        message = "ファイル名の年月は 000000（計画書に付くもの）ですが、対象年月のある記録があります。"
        yield from records.hit("R510", fits & ~no_month, message, "service_month")
    if records.month_part is MonthPart.REAL:
        message = "ファイル名に年月がある（利用票に付くもの）のに、対象年月が 000000 の記録があります。"
        yield from records.hit("R510", fits & no_month, message, "service_month")


_CERTIFICATION = (
    ("certification_date", "certification_start", "certification_end", "care_level"),
    ("certification_date", "limit_start", "limit_end", "care_level"),
)


@rule(
    Rule(
        id="R508",
        severity=Severity.WARNING,
        title="認定状況区分と認定の内容が合わない",
        why="認定済なのに認定日などが無いと、受け取る側で利用者の資格を確かめられません。",
        remedy="認定済のときは認定日・期間・要介護状態区分を書き、申請中のときは認定状況区分を確かめてください。",
        reference="別紙 認定状況区分、認定日、要介護状態区分",
        friends="認定状況区分が空の記録は調べません。事業対象者には、認定日や期間を求めません。",
    )
)
def certification_is_told(records: Records) -> Iterator[Hit]:
    items = next((ids for ids in _CERTIFICATION if records.has("certification_status", *ids)), None)
    if items is None:
        return
    told = [records.filled(item_id) for item_id in items]
    complete = np.logical_and.reduce(told)
    yield from records.hit(
        "R508",
        # Who is 事業対象者 is found by a check list (基本チェックリスト), not certified for a period.
        records.means("certification_status", "certified")
        & ~complete
        & ~records.means("care_level", "eligible"),
        "認定状況区分が「認定済」ですが、認定日・期間・要介護状態区分のどれかがありません。",
        "certification_status",
        Severity.WARNING,
    )
    yield from records.hit(
        "R508",
        records.means("certification_status", "applying") & complete,
        "認定状況区分が「申請中」ですが、認定日・期間・要介護状態区分がすべて書かれています。",
        "certification_status",
        Severity.WARNING,
    )


_REASONS = (
    ("living_support_reason", "other_reason", "living_support_reason_text"),
    ("consultation_method", "other_method", "consultation_method_text"),
    ("user_situation", "in_hospital", "user_situation_text"),
)


@rule(
    Rule(
        id="R509",
        severity=Severity.WARNING,
        title="「その他」などを選んだのに内容が無い、または選んでいないのに内容がある",
        why="内容の欄は、決められたコードを選んだときだけ読まれます。合わないと内容が失われます。",
        remedy="コードと内容の欄の組み合わせを確かめてください。",
        reference="別紙 第1表 №25・26、利用者基本情報 №8・9・12・13",
        friends="「その他」を選び、内容も書かれていれば出しません。",
    )
)
def reason_and_text_go_together(records: Records) -> Iterator[Hit]:
    for code_item, meaning, text_item in _REASONS:
        if not records.has(code_item, text_item) or meaning not in records.edition.meanings:
            continue
        chosen, told = records.means(code_item, meaning), records.filled(text_item)
        code_name, text_name = records.item(code_item).name, records.item(text_item).name
        yield from records.hit(
            "R509",
            chosen & ~told,
            f"「{code_name}」で内容の要る値を選んでいますが、「{text_name}」が空です。",
            text_item,
            Severity.WARNING,
        )
        yield from records.hit(
            "R509",
            ~chosen & told,
            f"「{text_name}」が書かれていますが、「{code_name}」で内容の要る値を選んでいません。",
            code_item,
            Severity.WARNING,
        )


@rule(
    Rule(
        id="R511",
        severity=Severity.WARNING,
        title="種類別限度額の枠の使い方が正しくない",
        why="枠を1枠目から順に読むソフトでは、空いた枠より後の限度額が失われます。",
        remedy="種類別限度額は1枠目から順に、サービス種類コードと支給限度基準額を組にして書いてください。",
        reference="別紙 利用者補足情報 №20〜55",
        friends="種類別限度額を使わない（すべて空の）記録では出しません。",
    )
)
def kind_limits_in_order(records: Records) -> Iterator[Hit]:
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
            yield from records.hit("R511", gap, message, item_id, Severity.WARNING)
            twice = filled & np.logical_or.reduce([codes[index] == codes[k] for k in range(index)])
            message = "種類別限度額で、同じサービス種類が2つの枠にあります。"
            yield from records.hit("R511", twice, message, item_id, Severity.WARNING)
        lacking = filled & ~records.filled(f"kind_limit_{slot}_units")
        message = "種類別限度額の枠に、サービス種類だけがあり、支給限度基準額がありません。"
        yield from records.hit("R511", lacking, message, item_id, Severity.WARNING)
